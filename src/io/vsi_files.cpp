// SPDX-License-Identifier: MIT
#include "vsi_files.hpp"

#include <cpl_vsi.h>
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"

namespace linmu {

namespace {
constexpr std::string_view zip = "/vsizip/";
}

bool file_exists(const std::string& path) {
    VSIStatBufL status;
    const GdalErrors quiet;
    return VSIStatExL(path.c_str(), &status, VSI_STAT_EXISTS_FLAG | VSI_STAT_NATURE_FLAG) == 0 &&
           !VSI_ISDIR(status.st_mode);
}

std::vector<std::string> names_in(const std::string& folder) {
    const GdalErrors quiet;
    char** list = VSIReadDir(folder.c_str());
    std::vector<std::string> names;
    for (char** name = list; name != nullptr && *name != nullptr; ++name) {
        const std::string_view text(*name);
        if (text != "." && text != "..") names.emplace_back(text);
    }
    CSLDestroy(list);
    std::ranges::sort(names);
    return names;
}

std::string read_whole_file(const std::string& path) {
    const GdalErrors errors;
    GByte* bytes = nullptr;
    vsi_l_offset size = 0;
    if (VSIIngestFile(nullptr, path.c_str(), &bytes, &size, -1) == 0)
        errors.raise(fmt::format("{} cannot be read", path));
    const void* text = bytes;
    std::string out(static_cast<const char*>(text), static_cast<std::size_t>(size));
    VSIFree(bytes);
    return out;
}

std::string on_disk(const std::string& path) {
    if (path.starts_with("NETCDF:\"")) return path.substr(8, path.rfind('"') - 8);
    if (!path.starts_with(zip)) return path;
    const auto inside = path.find(".zip/");
    return path.substr(zip.size(), inside == std::string::npos ? inside : inside + 4 - zip.size());
}

}  // namespace linmu

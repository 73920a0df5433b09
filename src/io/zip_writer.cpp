// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

#include "commit_file.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/zip_file.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

/// 1 January 2000 in the words of a zip, which know no time zone.
constexpr zip_uint16_t fixed_day = (20U << 9U) | (1U << 5U) | 1U;
constexpr zip_uint32_t plain_file = 0100644U << 16;

struct Discard {
    void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
};

std::vector<fs::path> files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

void add(zip_t* archive, const fs::path& file, const std::string& name, const std::string& path) {
    auto* source = zip_source_file(archive, file.c_str(), 0, -1);
    const auto index = source == nullptr ? -1 : zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(source);
        throw DataError(fmt::format("{} cannot be packed into {}: {}", file.string(), path, zip_strerror(archive)));
    }
    const auto entry = static_cast<zip_uint64_t>(index);
    zip_file_set_dostime(archive, entry, 0, fixed_day, 0);
    zip_file_set_external_attributes(archive, entry, 0, ZIP_OPSYS_UNIX, plain_file);
}

}  // namespace

void write_zip(const std::string& path, const std::string& folder) {
    require_writable(path);
    auto root = fs::path(folder).lexically_normal();
    if (!root.has_filename()) root = root.parent_path();  // "p.SAFE/" is p.SAFE
    if (!fs::is_directory(root)) throw DataError(fmt::format("{} is not a folder that can be packed", folder));
    int fault = 0;
    std::unique_ptr<zip_t, Discard> archive(zip_open(partial_name(path).c_str(), ZIP_CREATE | ZIP_TRUNCATE, &fault));
    if (!archive) throw DataError(fmt::format("{} cannot be made (fault {} of libzip)", path, fault));
    for (const auto& file : files_below(root))
        add(archive.get(), file, file.lexically_relative(root.parent_path()).generic_string(), path);
    if (zip_close(archive.get()) != 0)
        throw DataError(fmt::format("{} cannot be written: {}", path, zip_strerror(archive.get())));
    static_cast<void>(archive.release());
    commit_file(partial_name(path), path);
}

}  // namespace linmu

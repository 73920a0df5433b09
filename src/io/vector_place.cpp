// SPDX-License-Identifier: MIT
#include "vector_place.hpp"

#include <cpl_conv.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <set>
#include <string_view>
#include <vector>

#include "linmu/core/error.hpp"
#include "linmu/io/vector.hpp"
#include "text_encoding.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string text) {
    for (auto& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return text;
}

bool ends_in(const std::string& path, std::string_view end) { return lower(path).ends_with(end); }

bool exists(const std::string& path) {
    VSIStatBufL status;
    const GdalErrors quiet;
    return VSIStatExL(path.c_str(), &status, VSI_STAT_EXISTS_FLAG) == 0;
}

/// The folder that a file of a File Geodatabase makes one, "" for other files.
std::string geodatabase_of(const std::string& file) {
    if (ends_in(file, "a00000001.gdbtable")) return fs::path(file).parent_path().string();
    return {};
}

struct ZipCloser {
    void operator()(zip_t* zip) const noexcept { zip_discard(zip); }
};

/// Windows writes Chinese names into a zip in GBK, Linux in UTF-8, and few say so; GDAL would take both for CP437.
std::string encoding_of_names(const std::string& zip) {
    const std::unique_ptr<zip_t, ZipCloser> archive(zip_open(zip.c_str(), ZIP_RDONLY, nullptr));
    const auto entries = archive ? zip_get_num_entries(archive.get(), 0) : 0;
    for (zip_int64_t i = 0; i < entries; ++i) {
        const char* name = zip_get_name(archive.get(), static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW);
        if (name != nullptr && !is_utf8(name)) return "CP936";
    }
    return "UTF-8";
}

/// While it lives, GDAL reads names of the zip in a path as they are meant.
class ZipNames {
public:
    explicit ZipNames(const std::string& place) {
        const auto file = on_disk(place);
        if (place.starts_with("/vsizip/")) CPLSetThreadLocalConfigOption(option, encoding_of_names(file).c_str());
    }
    ~ZipNames() { CPLSetThreadLocalConfigOption(option, nullptr); }
    ZipNames(const ZipNames&) = delete;
    ZipNames& operator=(const ZipNames&) = delete;

private:
    static constexpr const char* option = "CPL_ZIP_ENCODING";
};

std::vector<std::string> files_in(const std::string& zip) {
    const GdalErrors quiet;
    const CPLStringList list(VSIReadDirRecursive(zip.c_str()));
    std::vector<std::string> files;
    for (int i = 0; i < list.size(); ++i) files.emplace_back(list[i]);
    return files;
}

std::vector<std::string> vector_files_in(const std::vector<std::string>& files) {
    std::set<std::string> found;
    for (const auto& file : files) {
        if (ends_in(file, "a00000001.gdbtable")) found.insert(geodatabase_of(file));
        for (const char* end : {".shp", ".gpkg", ".geojson", ".fgb", ".gml", ".kml", ".tab"})
            if (ends_in(file, end)) found.insert(file);
    }
    return {found.begin(), found.end()};
}

std::string place_in_zip(const std::string& path) {
    const auto zip = "/vsizip/" + path;
    const ZipNames names(zip);
    const auto files = files_in(zip);
    const auto found = vector_files_in(files);
    if (found.empty())
        throw DataError(fmt::format("{} has no vector file in it{}", path,
                                    files.empty() ? "" : fmt::format(", only {} and the like", files.front())));
    if (found.size() == 1) return found.front().empty() ? zip : zip + "/" + found.front();
    throw DataError(fmt::format("{} has {} vector files; say which: path = \"{}/{}\", of {}", path, found.size(),
                                fs::path(path).filename().string(), found.front(), fmt::join(found, ", ")));
}

/// A password in a path would be written into manifests and logs.
void require_no_password(const std::string& connection) {
    if (lower(connection).find("password") == std::string::npos && connection.find("://") == std::string::npos) return;
    throw DataError(
        "the connection holds a password or is a URL; give \"PG:dbname=... host=... user=...\" and put the password "
        "into "
        "PGPASSWORD or ~/.pgpass, as manifests keep paths");
}

/// Why GDAL does not open what is there, where that is known.
std::string reason(const std::string& path) {
    struct Known {
        const char* end;
        const char* why;
    };
    static constexpr std::array known{
        Known{".parquet",
              "this GDAL has no driver for Parquet; turn it into a GeoPackage (ogr2ogr out.gpkg in.parquet)"},
        Known{".rar", "a RAR archive can't be read; unpack it"},
        Known{".7z", "a 7z archive can't be read; unpack it"},
        Known{".001", "a part of a split archive can't be read; join the parts and unpack them"},
        Known{".bz2", "a bzip2 archive can't be read; unpack it"},
        Known{".mdb", "a personal geodatabase can't be read; export it as a File Geodatabase"}};
    for (const auto& [end, why] : known)
        if (ends_in(path, end)) return fmt::format("{}: {}", path, why);
    return fmt::format("{} cannot be opened as a vector file", path);
}

}  // namespace

bool is_database(const std::string& path) noexcept { return path.starts_with("PG:"); }

std::string vector_place(const std::string& path) {
    if (is_database(path)) {
        require_no_password(path);
        return path;
    }
    register_gdal();
    if (path.starts_with("/vsi")) return path;
    const auto inside = lower(path).find(".zip/");
    if (inside != std::string::npos && !exists(path)) {
        if (!exists(path.substr(0, inside + 4)))
            throw DataError(fmt::format("there is no file {}", path.substr(0, inside + 4)));
        return "/vsizip/" + path;
    }
    if (!exists(path)) throw DataError(fmt::format("there is no file {}", path));
    return ends_in(path, ".zip") ? place_in_zip(path) : path;
}

DatasetPtr open_vector(const std::string& path) {
    register_gdal();
    const auto place = vector_place(path);
    const ZipNames names(place);
    if (!is_database(path) && !exists(place)) throw DataError(fmt::format("there is no file {}", path));
    // No recoding by the Shapefile driver: it trusts a byte of the .dbf that survey offices leave unset.
    const char* const options[] = {"ENCODING=", nullptr};
    const GdalErrors errors;
    DatasetPtr dataset(GDALDataset::Open(place.c_str(), GDAL_OF_VECTOR | GDAL_OF_VERBOSE_ERROR, nullptr,
                                         is_database(path) ? nullptr : options));
    if (!dataset) errors.raise(reason(path));
    return dataset;
}

bool is_vector_file(const std::string& path) {
    register_gdal();
    if (is_database(path)) return true;
    const GdalErrors quiet;
    try {
        const auto place = vector_place(path);
        const ZipNames names(place);
        return DatasetPtr(GDALDataset::Open(place.c_str(), GDAL_OF_VECTOR)) != nullptr;
    } catch (const DataError&) {
        return false;
    }
}

std::vector<std::string> vector_files(const std::string& path, const std::string& layer) {
    if (is_database(path)) return {fmt::format("{}|{}", path, layer)};
    const auto file = on_disk(vector_place(path));
    if (!ends_in(file, ".shp")) return {file};
    std::vector<std::string> files;
    for (const char* end : {".shp", ".shx", ".dbf", ".prj", ".cpg", ".SHP", ".SHX", ".DBF", ".PRJ", ".CPG"}) {
        const auto part = fs::path(file).replace_extension(end);
        if (fs::exists(part)) files.push_back(part.string());
    }
    return files;
}

}  // namespace linmu

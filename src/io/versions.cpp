// SPDX-License-Identifier: MIT
#include "linmu/io/versions.hpp"

#include <gdal.h>
#include <sqlite3.h>

#include "linmu/geo/versions.hpp"

namespace linmu {

std::string program_version() { return LINMU_VERSION; }

std::vector<std::pair<std::string, std::string>> io_versions() {
    auto list = geo_versions();
    list.insert(list.begin(), {"GDAL", GDALVersionInfo("RELEASE_NAME")});
    list.emplace_back("SQLite", sqlite3_libversion());
    return list;
}

}  // namespace linmu

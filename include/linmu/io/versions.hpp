// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace linmu {

/// "0.1.0"
[[nodiscard]] std::string program_version();

/// Names and versions of the libraries whose results reach the products: GDAL, PROJ, GEOS, SQLite.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> io_versions();

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace linmu {

/// PROJ and GEOS, as loaded.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> geo_versions();

}  // namespace linmu

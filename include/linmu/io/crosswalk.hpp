// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <string>

namespace linmu {

/// From the codes of one system to classes of a legend (data/crosswalks/<id>.toml). Codes that it does not name have no class.
struct Crosswalk {
    std::string id, name_zh, name_en, from, to;
    std::map<std::string, std::int32_t> classes;  ///< code as text -> code in legend `to`
};
/// Throws DataError with the place of a class that the legend does not have.
[[nodiscard]] Crosswalk load_crosswalk(const std::string& name);

}  // namespace linmu

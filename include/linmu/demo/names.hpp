// SPDX-License-Identifier: MIT
#pragma once
#include <string>

namespace linmu::demo {

inline constexpr const char* county_code = "140722";
inline constexpr const char* county_name = "左权县";
inline constexpr int township_names = 8;
/// Public codes and names of townships of the county, i in [0, township_names).
[[nodiscard]] std::string township_code(int i);
[[nodiscard]] std::string township_name(int i);
/// Names of villages, as the public list of names has them; beyond those, with 上, 下, 东, 西 ... before them.
[[nodiscard]] std::string village_name(int township, int i);

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

namespace linmu {

/// Does a name match a pattern, in which ? is one letter and * any number of them?
[[nodiscard]] bool matches_pattern(std::string_view name, std::string_view pattern);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>

namespace linmu {

/// 'text' with quotes of SQL, those within it doubled.
[[nodiscard]] std::string sql_text(std::string_view text);

}  // namespace linmu

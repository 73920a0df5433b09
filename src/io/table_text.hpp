// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>

#include "linmu/io/table_file.hpp"

namespace linmu {

/// Adds an area to a text, in a unit and rounded half away from zero, "12.30"; exact in whole numbers.
void add_area(std::string& out, std::int64_t units, AreaUnit unit, int decimals);
[[nodiscard]] std::string area_text(std::int64_t units, AreaUnit unit, int decimals);

/// A column's name in a language, with its unit in brackets.
[[nodiscard]] std::string header_text(const Field& column, Language language, AreaUnit area_unit);

/// "亩", "mu"
[[nodiscard]] std::string unit_text(AreaUnit unit, Language language);

}  // namespace linmu

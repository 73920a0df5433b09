// SPDX-License-Identifier: MIT
#pragma once
#include <span>

#include "linmu/core/date.hpp"

namespace linmu {

/// Values of cells over time: a span of cells per date, all of one size. NaN is no value.
using DateSpans = std::span<const std::span<const float>>;

/// The tropical year that curves of a season repeat by.
inline constexpr double days_a_year = 365.25;

/// Days since 1970-01-01.
[[nodiscard]] int day_number(const Date& date);
[[nodiscard]] Date date_of(int day_number);
/// 2024.5 is the middle of 2024: a calendar year from its first day to the next year's is 1, leap years too.
[[nodiscard]] double decimal_year(int day_number);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "linmu/core/area.hpp"

namespace linmu {

/// The unit that a table prints: one printed step is denominator / numerator units of Area. 0.01 ha is {1, 1000000};
/// 0.01 mu, which is no whole number of square metres, is {3, 200000}.
struct PrintUnit {
    std::int64_t numerator = 1;
    std::int64_t denominator = 1;
};
/// "m2", "ha", "km2" or "mu" with 0 to 6 decimals. Throws DataError that lists them.
[[nodiscard]] PrintUnit print_unit(std::string_view unit, int decimals);

/// Steps of the unit, half away from zero (domain: practice of land survey).
[[nodiscard]] std::int64_t rounded(Area area, PrintUnit unit);

/// Rows rounded so that they add up to the rounded total (largest remainder; ties: the larger area first, then the
/// lower index). Each is its area rounded down or up: less than one step off, and exact where the area is a whole
/// number of steps, so zero stays zero. `total`: what the rows must add up to, the sum rounded down or up; by default
/// rounded(sum). Throws DataError for another total: bring rows to a control area with levelled_to first.
[[nodiscard]] std::vector<std::int64_t> levelled(std::span<const Area> rows, PrintUnit unit,
                                                 std::optional<std::int64_t> total = {});

/// A table with a total per row and one of all. Totals of rows are levelled to the total of all, then each row to its
/// total; columns add up by themselves, so a column's total is the sum of its printed cells.
struct LevelledTable {
    std::vector<std::vector<std::int64_t>> cells;
    std::vector<std::int64_t> row_totals;
    std::vector<std::int64_t> column_totals;
    std::int64_t total = 0;
};
/// REQUIRES: rows of one length.
[[nodiscard]] LevelledTable levelled_table(std::span<const std::vector<Area>> rows, PrintUnit unit);

/// The survey's integer levelling (domain.md 3.6): rounded values brought to a control value. With c = target - sum
/// and n values that take part, each gets c div n steps, and the c mod n largest one more (ties: lower index).
/// `least`: only values above it take part, where there is any. Throws DataError when the difference is
/// no matter of rounding: above n steps and above `tolerance` of the target; then look for what is missing.
[[nodiscard]] std::vector<std::int64_t> levelled_to(std::span<const std::int64_t> values, std::int64_t target,
                                                    std::int64_t least = 0, double tolerance = 1e-4);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
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

/// The area nearest to so many printed steps: it prints as they do.
[[nodiscard]] Area printed_area(std::int64_t steps, PrintUnit unit);

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

enum class Rounding { half_away, half_even };
/// Steps of 0.01 m2, straight from the measured area, so that nothing is rounded twice.
[[nodiscard]] std::int64_t cents_of(double m2, Rounding rounding = Rounding::half_away);
/// KCMJ = round(TBMJ x KCXS, 2) in whole numbers: `share` is a number with four decimals in [0, 1). Throws DataError
/// for another.
[[nodiscard]] std::int64_t ridge_cents(std::int64_t parcel_cents, double share,
                                       Rounding rounding = Rounding::half_away);

/// What one control area has done.
struct ControlRow {
    std::string code;
    std::size_t values = 0;   ///< that were levelled in it
    std::int64_t before = 0;  ///< their sum
    std::int64_t target = 0;
    double factor = 1;  ///< of the proportional adjustment; 1 where the difference was one of rounding
};
struct ControlResult {
    std::vector<std::int64_t> values;
    std::vector<ControlRow> rows;  ///< by code
};
/// Values brought to control areas (domain.md 3.6). A target's code is the first characters of the codes of the values
/// in it: 6 of a county, 9 of a township, 12 of a village. Where a target has narrower ones inside, these must add up to
/// it. In each of the narrowest: a difference up to one step a value is levelled (levelled_to); a larger one is spread in
/// proportion first. `override_limit`: also when it is above 1e-4 of the target. Throws DataError: a value in no target, a target
/// without values, targets that do not add up, a difference above the limit.
[[nodiscard]] ControlResult levelled_to_controls(std::span<const std::int64_t> values,
                                                 std::span<const std::string> codes,
                                                 const std::map<std::string, std::int64_t>& targets,
                                                 bool override_limit = false);

/// A table of records by class in a printed unit, by the five steps of domain.md 3.6: the total is rounded; each record's
/// total is rounded; the difference goes to the zones, the largest first, and in them to their records; then each record's
/// classes are brought to its total, only those above `least` steps taking part where there is any. Order within: the
/// larger first, or by the class's position from the last (its code, descending).
enum class ClassOrder { by_area, by_code_descending };
struct UnitTable {
    std::vector<std::vector<std::int64_t>> classes;  ///< records x classes
    std::vector<std::int64_t> totals;                ///< of records
    std::int64_t total = 0;
};
/// REQUIRES: records of one length, a zone a record.
[[nodiscard]] UnitTable unit_table(std::span<const std::vector<Area>> records, std::span<const std::string> zones,
                                   PrintUnit unit, std::int64_t least, ClassOrder order = ClassOrder::by_area);

}  // namespace linmu

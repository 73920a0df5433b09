// SPDX-License-Identifier: MIT
#include "linmu/algo/levelling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// area = (whole + part / denominator) steps, part in [0, denominator).
struct Steps {
    std::int64_t whole;
    std::int64_t part;
};

Steps steps(Area area, PrintUnit unit) {
    std::int64_t scaled = 0;
    if (__builtin_mul_overflow(area.units(), unit.numerator, &scaled))
        throw DataError(fmt::format("an area of {} m2 is too large to print with so many decimals", area.m2()));
    Steps s{scaled / unit.denominator, scaled % unit.denominator};
    if (s.part < 0) s = {s.whole - 1, s.part + unit.denominator};
    return s;
}

std::int64_t ceiling(const Steps& s) { return s.whole + (s.part > 0 ? 1 : 0); }

Area sum(std::span<const Area> areas) { return std::accumulate(areas.begin(), areas.end(), Area{}); }

std::vector<std::size_t> positions(std::size_t n) {
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
}

}  // namespace

PrintUnit print_unit(std::string_view unit, int decimals) {
    PrintUnit result;
    if (unit == "m2") result = {1, 10'000};
    else if (unit == "ha") result = {1, 100'000'000};
    else if (unit == "km2") result = {1, 10'000'000'000};
    else if (unit == "mu") result = {15, 100'000'000};
    else throw DataError(fmt::format("'{}' is no unit of area; one of m2, ha, km2, mu", unit));
    if (decimals < 0 || decimals > 6)
        throw DataError(fmt::format("{} decimals can't be printed; take 0 to 6", decimals));
    for (int i = 0; i < decimals; ++i) result.numerator *= 10;
    const auto common = std::gcd(result.numerator, result.denominator);
    return {result.numerator / common, result.denominator / common};
}

std::int64_t rounded(Area area, PrintUnit unit) {
    const auto s = steps(Area{std::abs(area.units())}, unit);
    const auto size = s.whole + (s.part >= unit.denominator - s.part ? 1 : 0);
    return area.units() < 0 ? -size : size;
}

std::vector<std::int64_t> levelled(std::span<const Area> rows, PrintUnit unit, std::optional<std::int64_t> total) {
    const auto exact = steps(sum(rows), unit);
    const auto target = total.value_or(rounded(sum(rows), unit));
    if (target < exact.whole || target > ceiling(exact))
        throw DataError(fmt::format(
            "rows that add up to {} m2 can't be printed with a total of {} steps, only {} or {}; level them "
            "to the control area first",
            sum(rows).m2(), target, exact.whole, ceiling(exact)));
    std::vector<Steps> parts;
    for (const Area area : rows) parts.push_back(steps(area, unit));
    std::vector<std::int64_t> printed;
    for (const auto& s : parts) printed.push_back(s.whole);
    const auto missing = target - std::accumulate(printed.begin(), printed.end(), std::int64_t{0});
    auto order = positions(rows.size());
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (parts[a].part != parts[b].part) return parts[a].part > parts[b].part;
        if (rows[a] != rows[b]) return rows[a] > rows[b];
        return a < b;
    });
    for (std::size_t i = 0; i < static_cast<std::size_t>(missing); ++i) ++printed[order[i]];
    return printed;
}

LevelledTable levelled_table(std::span<const std::vector<Area>> rows, PrintUnit unit) {
    LevelledTable table;
    std::vector<Area> sums;
    for (const auto& row : rows) sums.push_back(sum(row));
    table.total = rounded(sum(sums), unit);
    table.row_totals = levelled(sums, unit, table.total);
    table.column_totals.assign(rows.empty() ? 0 : rows.front().size(), 0);
    for (std::size_t r = 0; r < rows.size(); ++r) {
        assert(rows[r].size() == table.column_totals.size());
        table.cells.push_back(levelled(rows[r], unit, table.row_totals[r]));
        for (std::size_t c = 0; c < rows[r].size(); ++c) table.column_totals[c] += table.cells[r][c];
    }
    return table;
}

std::vector<std::int64_t> levelled_to(std::span<const std::int64_t> values, std::int64_t target, std::int64_t least,
                                      double tolerance) {
    std::vector<std::int64_t> result(values.begin(), values.end());
    const auto difference = target - std::accumulate(values.begin(), values.end(), std::int64_t{0});
    if (difference == 0) return result;
    auto order = positions(values.size());
    const auto small = [&](std::size_t i) { return values[i] <= least; };
    if (!std::all_of(order.begin(), order.end(), small)) std::erase_if(order, small);
    const auto n = static_cast<std::int64_t>(order.size());
    const auto size = std::abs(difference);
    if (n == 0 || (size > n && static_cast<double>(size) > tolerance * std::abs(static_cast<double>(target))))
        throw DataError(
            fmt::format("{} values differ from their control value {} by {} steps, which is no matter of rounding; "
                        "look for what is missing or counted twice",
                        values.size(), target, difference));
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
    const std::int64_t sign = difference < 0 ? -1 : 1;
    for (std::int64_t i = 0; i < n; ++i)
        result[order[static_cast<std::size_t>(i)]] += sign * (size / n + (i < size % n ? 1 : 0));
    return result;
}

}  // namespace linmu

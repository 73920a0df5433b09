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

Area printed_area(std::int64_t steps, PrintUnit unit) {
    return Area(std::llround(static_cast<double>(steps) * static_cast<double>(unit.denominator) /
                             static_cast<double>(unit.numerator)));
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

std::int64_t cents_of(double m2, Rounding rounding) {
    if (!(std::abs(m2) < 9e16)) throw DataError(fmt::format("{} m2 is no area of land", m2));
    return rounding == Rounding::half_away ? std::llround(m2 * 100) : std::llrint(m2 * 100);
}

std::int64_t ridge_cents(std::int64_t parcel_cents, double share, Rounding rounding) {
    const double scaled = share * 1e4;
    const auto parts = std::llround(scaled);
    if (!(share >= 0 && share < 1) || std::abs(scaled - static_cast<double>(parts)) > 1e-6)
        throw DataError(
            fmt::format("the share of ridges is {}; it must be from 0 to below 1, with four decimals", share));
    const auto product = parcel_cents * parts;
    const auto whole = product / 10'000;
    const auto rest = product % 10'000;
    const bool up = rest > 5000 || (rest == 5000 && (rounding == Rounding::half_away || whole % 2 != 0));
    return whole + (up ? 1 : 0);
}

namespace {

using Members = std::vector<std::size_t>;

/// Works down from the widest controls.
class ControlTree {
public:
    ControlTree(std::span<const std::string> codes, const std::map<std::string, std::int64_t>& targets,
                bool override_limit, ControlResult& result)
        : codes_(codes), targets_(targets), override_(override_limit), result_(result) {}

    void run() {
        Members all = positions(codes_.size());
        const auto groups = inner_groups("", all);
        if (groups.empty()) throw DataError("there are no control areas to level to");
        for (const auto& [code, members] : groups) level(code, members);
        for (const auto& [code, target] : targets_) {
            const auto has = [&code = code](const std::string& own) { return own.starts_with(code); };
            if (std::none_of(codes_.begin(), codes_.end(), has))
                throw DataError(fmt::format("the control area of {}, {:.2f} m2, has no parcels; is the layer whole?",
                                            code, static_cast<double>(target) / 100));
        }
        std::sort(result_.rows.begin(), result_.rows.end(),
                  [](const ControlRow& a, const ControlRow& b) { return a.code < b.code; });
    }

private:
    /// The widest controls inside of one, each with its members; none, or all members must be in one.
    std::map<std::string, Members> inner_groups(const std::string& outer, const Members& members) const {
        std::map<std::string, Members> groups;
        Members lost;
        for (const auto i : members) {
            const auto code = next_control(codes_[i], outer.size());
            if (code.empty()) lost.push_back(i);
            else groups[code].push_back(i);
        }
        if (!groups.empty() && !lost.empty())
            throw DataError(
                fmt::format("{} parcels have no control area, the first in '{}', while {} beside it has one",
                            lost.size(), codes_[lost.front()], groups.begin()->first));
        return groups;
    }

    std::string next_control(const std::string& code, std::size_t longer_than) const {
        for (std::size_t n = longer_than + 1; n <= code.size(); ++n) {
            if (targets_.contains(code.substr(0, n))) return code.substr(0, n);
        }
        return "";
    }

    void level(const std::string& code, const Members& members) {
        const auto target = targets_.at(code);
        const auto inner = inner_groups(code, members);
        ControlRow row{code, members.size(), 0, target, 1};
        for (const auto i : members) row.before += result_.values[i];
        if (inner.empty()) {
            row.factor = bring_to(code, members, row.before, target);
        } else {
            std::int64_t sum = 0;
            for (const auto& [inner_code, unused] : inner) sum += targets_.at(inner_code);
            if (sum != target)
                throw DataError(
                    fmt::format("the control areas inside of {} add up to {:.2f} m2, its own is {:.2f} m2; "
                                "they must be equal",
                                code, static_cast<double>(sum) / 100, static_cast<double>(target) / 100));
            for (const auto& [inner_code, inner_members] : inner) level(inner_code, inner_members);
        }
        result_.rows.push_back(std::move(row));
    }

    /// The factor of the proportional adjustment.
    double bring_to(const std::string& code, const Members& members, std::int64_t sum, std::int64_t target) {
        const auto difference = std::abs(target - sum);
        const bool rounding = difference <= static_cast<std::int64_t>(members.size());
        const double share = static_cast<double>(difference) / std::max(1.0, std::abs(static_cast<double>(target)));
        if (!rounding && share > 1e-4 && !override_)
            throw DataError(fmt::format(
                "the parcels of {} add up to {:.2f} m2, their control area is {:.2f} m2: a difference of {:.3g}, above "
                "1e-4; look for what is missing or counted twice, or override the limit",
                code, static_cast<double>(sum) / 100, static_cast<double>(target) / 100, share));
        const double factor = rounding ? 1 : static_cast<double>(target) / static_cast<double>(sum);
        std::vector<std::int64_t> values;
        for (const auto i : members)
            values.push_back(rounding ? result_.values[i]
                                      : std::llround(static_cast<double>(result_.values[i]) * factor));
        values = levelled_to(values, target, 0, 1);
        for (std::size_t k = 0; k < members.size(); ++k) result_.values[members[k]] = values[k];
        return factor;
    }

    std::span<const std::string> codes_;
    const std::map<std::string, std::int64_t>& targets_;
    bool override_;
    ControlResult& result_;
};

std::int64_t total_of(std::span<const std::int64_t> values) {
    return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

/// As levelled_to, for any difference, in the order given.
void spread(std::vector<std::int64_t>& values, std::int64_t target, std::int64_t least, ClassOrder order_by) {
    const auto difference = target - total_of(values);
    if (difference == 0) return;
    auto order = positions(values.size());
    const auto small = [&](std::size_t i) { return values[i] <= least; };
    if (!std::all_of(order.begin(), order.end(), small)) std::erase_if(order, small);
    if (order_by == ClassOrder::by_code_descending) std::reverse(order.begin(), order.end());
    else
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
    const auto n = static_cast<std::int64_t>(order.size());
    const std::int64_t sign = difference < 0 ? -1 : 1;
    const auto size = std::abs(difference);
    for (std::int64_t i = 0; i < n; ++i)
        values[order[static_cast<std::size_t>(i)]] += sign * (size / n + (i < size % n ? 1 : 0));
}

}  // namespace

ControlResult levelled_to_controls(std::span<const std::int64_t> values, std::span<const std::string> codes,
                                   const std::map<std::string, std::int64_t>& targets, bool override_limit) {
    assert(values.size() == codes.size());
    ControlResult result{{values.begin(), values.end()}, {}};
    ControlTree(codes, targets, override_limit, result).run();
    return result;
}

UnitTable unit_table(std::span<const std::vector<Area>> records, std::span<const std::string> zones, PrintUnit unit,
                     std::int64_t least, ClassOrder order) {
    assert(records.size() == zones.size());
    UnitTable table;
    Area all;
    std::map<std::string, Members> members;
    for (std::size_t r = 0; r < records.size(); ++r) {
        all += sum(records[r]);
        table.totals.push_back(rounded(sum(records[r]), unit));
        members[zones[r]].push_back(r);
    }
    table.total = rounded(all, unit);
    std::vector<std::int64_t> by_zone;
    for (const auto& [zone, rows] : members) {
        std::int64_t total = 0;
        for (const auto r : rows) total += table.totals[r];
        by_zone.push_back(total);
    }
    spread(by_zone, table.total, 0, ClassOrder::by_area);
    std::size_t z = 0;
    for (const auto& [zone, rows] : members) {
        std::vector<std::int64_t> inner;
        for (const auto r : rows) inner.push_back(table.totals[r]);
        spread(inner, by_zone[z++], 0, ClassOrder::by_area);
        for (std::size_t k = 0; k < rows.size(); ++k) table.totals[rows[k]] = inner[k];
    }
    for (std::size_t r = 0; r < records.size(); ++r) {
        auto& row = table.classes.emplace_back();
        for (const Area area : records[r]) row.push_back(rounded(area, unit));
        spread(row, table.totals[r], least, order);
    }
    return table;
}

}  // namespace linmu

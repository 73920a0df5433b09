// SPDX-License-Identifier: MIT
#include "table_text.hpp"

#include <fmt/format.h>

#include <limits>

namespace linmu {
namespace {

__extension__ using Wide = __int128;

struct UnitRule {
    Wide times, per;  ///< value in the unit = units of Area * times / per
    const char* en;
    const char* zh;
};

UnitRule rule_of(AreaUnit unit) {
    switch (unit) {
        case AreaUnit::m2: return {1, 10'000, "m2", "平方米"};
        case AreaUnit::ha: return {1, 100'000'000, "ha", "公顷"};
        case AreaUnit::mu: break;
    }
    return {15, 100'000'000, "mu", "亩"};
}

std::string unit_zh(const std::string& unit) {
    if (unit == "m2") return "平方米";
    if (unit == "ha") return "公顷";
    if (unit == "mu") return "亩";
    if (unit == "degree") return "度";
    if (unit == "m") return "米";
    return unit == "1" ? "" : unit;
}

}  // namespace

void add_area(std::string& out, std::int64_t units, AreaUnit unit, int decimals) {
    const auto rule = rule_of(unit);
    std::int64_t power = 1;
    for (int i = 0; i < decimals; ++i) power *= 10;
    const Wide size = units < 0 ? -Wide{units} : Wide{units};
    const Wide twice = 2 * size * rule.times * power + rule.per;
    // Most fit into 64 bits, whose division is faster by far.
    const Wide rounded = twice <= std::numeric_limits<std::int64_t>::max()
                             ? Wide{static_cast<std::int64_t>(twice) / static_cast<std::int64_t>(2 * rule.per)}
                             : twice / (2 * rule.per);
    const auto whole = static_cast<std::uint64_t>(rounded / power);
    const auto rest = static_cast<std::uint64_t>(rounded % power);
    if (units < 0 && rounded != 0) out += '-';
    const auto add = [&](std::uint64_t number, std::size_t skipped) {
        const fmt::format_int text(number);
        out.append(text.data() + skipped, text.size() - skipped);
    };
    add(whole, 0);
    if (decimals == 0) return;
    out += '.';
    add(static_cast<std::uint64_t>(power) + rest, 1);  // with a 1 before it, for its leading zeros
}

std::string area_text(std::int64_t units, AreaUnit unit, int decimals) {
    std::string text;
    add_area(text, units, unit, decimals);
    return text;
}

std::string header_text(const Field& column, Language language, AreaUnit area_unit) {
    const bool zh = language == Language::zh;
    const auto& name = zh && !column.name_zh.empty() ? column.name_zh : column.name;
    const auto rule = rule_of(area_unit);
    std::string unit = zh ? unit_zh(column.unit) : column.unit == "1" ? "" : column.unit;
    if (column.type == FieldType::area) unit = zh ? rule.zh : rule.en;
    if (unit.empty()) return name;
    return zh ? fmt::format("{}（{}）", name, unit) : fmt::format("{} ({})", name, unit);
}

std::string unit_text(AreaUnit unit, Language language) {
    return language == Language::zh ? rule_of(unit).zh : rule_of(unit).en;
}

}  // namespace linmu

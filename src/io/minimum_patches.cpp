// SPDX-License-Identifier: MIT
#include "linmu/io/minimum_patches.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "toml_reader.hpp"

namespace linmu {
namespace {

/// The codes of `classes`, each of them once in all rules of a kind.
std::vector<std::int32_t> codes_of(TomlTable& table, const Legend& legend, std::set<std::int32_t>& taken) {
    std::vector<std::int32_t> codes;
    for (const auto& key : table.texts("classes")) {
        try {
            codes.push_back(legend.at_key(key).code);
        } catch (const DataError& error) {
            table.fail("classes", error.what());
        }
        if (!taken.insert(codes.back()).second)
            table.fail("classes", fmt::format("class '{}' has a rule already", key));
    }
    return codes;
}

double square_metres(TomlTable& table) {
    const double area = table.number("area");
    const auto unit = table.text("unit");
    if (area < 0) table.fail("area", fmt::format("an area cannot be {}", area));
    if (unit == "m2") return area;
    if (unit == "mu") return area * 10000 / 15;
    if (unit == "ha") return area * 10000;
    table.fail("unit", fmt::format("'{}' is no unit of area here; write m2, mu or ha", unit));
}

LeastPatch read_least(TomlTable table, const Legend& legend, std::set<std::int32_t>& taken) {
    LeastPatch rule;
    rule.codes = codes_of(table, legend, taken);
    rule.area = Area::from_m2(square_metres(table));
    rule.source = table.text("source");
    rule.confidence = table.text("confidence");
    table.finish();
    return rule;
}

BeltRule read_belt(TomlTable table, const Legend& legend, std::set<std::int32_t>& taken) {
    BeltRule rule;
    rule.codes = codes_of(table, legend, taken);
    rule.least_width = table.number("least_width");
    rule.least_length = table.number("least_length");
    rule.least_ratio = table.number("least_ratio");
    rule.source = table.text("source");
    rule.confidence = table.text("confidence");
    table.finish();
    if (rule.least_ratio < 1)
        table.fail("least_ratio",
                   fmt::format("a belt cannot be {} times as long as wide; write 1 or more", rule.least_ratio));
    return rule;
}

}  // namespace

MinimumPatches load_minimum_patches(const std::string& name) {
    MinimumPatches out;
    out.path = find_data_file("minimum-patches", name);
    const auto document = parse_toml_file(out.path);
    TomlTable top(document, out.path);
    out.id = std::filesystem::path(out.path).stem().string();
    out.name_zh = top.text("name_zh");
    out.name_en = top.text("name_en");
    out.legend = top.text("legend");
    const auto legend = load_legend(out.legend);
    std::set<std::int32_t> least, belts;
    for (auto& table : top.tables("least")) out.least.push_back(read_least(table, legend, least));
    for (auto& table : top.tables("belt", true)) out.belts.push_back(read_belt(table, legend, belts));
    top.finish();
    for (const auto& c : legend.classes) {
        if (!least.contains(c.code))
            top.fail("least",
                     fmt::format("class '{}' of legend '{}' has no least area; add it to a [[least]], with area = 0 "
                                 "if it may be as small as it likes",
                                 c.key, out.legend));
    }
    return out;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/io/verdict_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "linmu/core/error.hpp"
#include "toml_reader.hpp"

namespace linmu {
namespace {

WorkDefinition work_of(TomlTable table, const Legend& legend, std::set<std::string>& kinds) {
    WorkDefinition work;
    work.kinds = table.texts("kinds");
    work.target = table.texts("target");
    const auto years = table.whole("youngest_visible");
    work.class_alone = table.truth_or("class_alone", false);
    work.source = table.text("source");
    work.confidence = table.text("confidence");
    table.finish();
    if (years < 0 || years > 100)
        table.fail("youngest_visible", fmt::format("youngest_visible is {} years, but must be 0 to 100", years));
    work.youngest_visible = static_cast<int>(years);
    for (const auto& kind : work.kinds)
        if (!kinds.insert(kind).second) table.fail("kinds", fmt::format("'{}' is in another [[work]] already", kind));
    for (const auto& key : work.target) {
        try {
            static_cast<void>(legend.at_key(key));
        } catch (const DataError& error) {
            table.fail("target", error.what());
        }
    }
    return work;
}

Threshold threshold_of(TomlTable table) {
    Threshold threshold{table.text("name"), table.number("value"), table.text("unit"), table.text("source"),
                        table.text("confidence")};
    table.finish();
    return threshold;
}

}  // namespace

double VerdictRules::threshold(const std::string& name) const {
    const auto it = std::ranges::find(thresholds, name, &Threshold::name);
    if (it == thresholds.end()) throw DataError(fmt::format("{} has no [[threshold]] '{}'", path, name));
    return it->value;
}

const WorkDefinition* VerdictRules::work(const std::string& kind) const {
    const auto it = std::ranges::find_if(
        works, [&](const WorkDefinition& w) { return std::ranges::find(w.kinds, kind) != w.kinds.end(); });
    return it == works.end() ? nullptr : &*it;
}

VerdictRules load_verdict_rules(const std::string& name) {
    VerdictRules rules;
    rules.path = find_data_file("verdicts", name);
    const auto document = parse_toml_file(rules.path);
    TomlTable top(document, rules.path);
    rules.id = std::filesystem::path(rules.path).stem().string();
    rules.name_zh = top.text("name_zh");
    rules.name_en = top.text("name_en");
    rules.legend = top.text("legend");
    const auto legend = load_legend(rules.legend);
    for (auto& table : top.tables("threshold")) rules.thresholds.push_back(threshold_of(table));
    std::set<std::string> kinds;
    for (auto& table : top.tables("work")) rules.works.push_back(work_of(table, legend, kinds));
    top.finish();
    return rules;
}

}  // namespace linmu

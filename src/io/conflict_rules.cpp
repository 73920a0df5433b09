// SPDX-License-Identifier: MIT
#include "linmu/io/conflict_rules.hpp"

#include <algorithm>
#include <filesystem>

#include "linmu/io/data_file.hpp"
#include "toml_reader.hpp"

namespace linmu {
namespace {

ConflictRule rule_of(TomlTable& t) {
    ConflictRule rule;
    rule.id = t.text("id");
    rule.name_zh = t.text("name_zh");
    rule.name_en = t.text("name_en");
    rule.text = t.text("text");
    rule.source = t.text("source");
    rule.confidence = t.text("confidence");
    rule.question = t.text_or("question", "");
    rule.needs = t.texts("needs");
    rule.sql = t.text("sql");
    rule.facts = t.text_or("facts", "");
    t.finish();
    return rule;
}

}  // namespace

ConflictRules load_conflict_rules(const std::string& name) {
    const std::string path = find_data_file("conflicts", name);
    const auto root = parse_toml_file(path);
    TomlTable file(root, path);
    ConflictRules rules;
    rules.id = std::filesystem::path(path).stem().string();
    rules.name_zh = file.text("name_zh");
    rules.name_en = file.text("name_en");
    rules.parameters = file.texts_by_name("parameters");
    rules.terms_name = file.text_or("terms", "");
    for (const auto& term : load_terms(rules.terms_name)) rules.parameters.emplace(term.name, term.value);
    for (auto& table : file.tables("rule")) {
        auto rule = rule_of(table);
        if (std::ranges::find(rules.rules, rule.id, &ConflictRule::id) != rules.rules.end())
            table.fail("id", "there is a rule '" + rule.id + "' already; give this one another id");
        rules.rules.push_back(std::move(rule));
    }
    file.finish();
    return rules;
}

}  // namespace linmu

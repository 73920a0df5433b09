// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>

#include "common.hpp"
#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/conflict_rules.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Conflicts final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "conflicts",
            "冲突清单",
            "Lists land that two purposes claim, or that a rule forbids (data/conflicts): each case with its place, "
            "area and the rule's own words. Ledger tables 'conflict' and 'conflict_rule'.",
            "account",
            {},
            ArtifactKind::table,
            2,
            true};
    }

    void declare(Params& p) override {
        p.add("rules", "rules of conflict (data/conflicts)", &rules_name_).required();
        p.add("with", "parameters of the rules, by name: \"after=2025\"", &with_);
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        rules_ = load_conflict_rules(rules_name_);
        context.files->push_back(find_data_file("conflicts", rules_name_));
        if (!rules_.terms_name.empty()) context.files->push_back(find_data_file("terms", rules_.terms_name));
        set_parameters(rules_.parameters, with_, rules_.id);
        return Artifact::of(case_table().spec);
    }

    std::optional<std::string> told() const override {
        return with_named(read_text_file(find_data_file("conflicts", rules_name_)), rules_.parameters);
    }

    Made run(const WholeInput&, RunContext& context) override {
        Table cases = case_table();
        Table told{{"conflict_rule",
                    "冲突规则",
                    {{"rule", FieldType::text, "", "规则"},
                     {"name_zh", FieldType::text, "", "名称"},
                     {"name_en", FieldType::text, "", "英文名称"},
                     {"text", FieldType::text, "", "规则原文"},
                     {"source", FieldType::text, "", "出处"},
                     {"confidence", FieldType::text, "", "把握"},
                     {"question", FieldType::text, "", "待确认"},
                     {"status", FieldType::text, "", "状态"},
                     {"cases", FieldType::integer, "", "件数"},
                     {"area", FieldType::area, "m2", "面积"},
                     {"needs", FieldType::text, "", "所需"},
                     {"sql", FieldType::text, "", "算式"},
                     {"facts", FieldType::text, "", "事实"}}},
                   {}};
        for (const auto& rule : rules_.rules) told.rows.push_back(checked(rule, cases, context));
        context.ledger->put(cases);
        context.ledger->put(told);
        return {{}, std::move(cases)};
    }

private:
    static Table case_table() {
        return {{"conflict",
                 "冲突清单",
                 {{"rule", FieldType::text, "", "规则"},
                  {"name_zh", FieldType::text, "", "名称"},
                  {"zone", FieldType::text, "", "单位代码"},
                  {"feature", FieldType::text, "", "图斑"},
                  {"other", FieldType::text, "", "相关图斑"},
                  {"area", FieldType::area, "m2", "面积"},
                  {"text", FieldType::text, "", "规则原文"},
                  {"source", FieldType::text, "", "出处"}}},
                {}};
    }

    /// Adds the rule's cases; returns what is told of the rule.
    std::vector<Value> checked(const ConflictRule& rule, Table& cases, RunContext& context) const {
        std::string status = "checked";
        std::int64_t count = 0;
        Area area;
        const auto missing =
            std::ranges::find_if(rule.needs, [&](const auto& need) { return !context.ledger->has(need); });
        if (missing != rule.needs.end()) {
            status = fmt::format("not checked: no {}", *missing);
        } else {
            const Table found = context.ledger->query(with_parameters(rule.sql, rules_.parameters), rule.id);
            const auto places = places_of(found.spec, rule);
            for (const auto& row : found.rows) {
                const auto* units = std::get_if<std::int64_t>(&row[places[3]]);
                if (units == nullptr)
                    throw DataError(
                        fmt::format("conflict rule {}: the area '{}' of feature {} is no whole number of "
                                    "1e-4 m2; sum the ledger's areas as they are",
                                    rule.id, to_text(row[places[3]]), to_text(row[places[1]])));
                cases.rows.push_back({rule.id, rule.name_zh, to_text(row[places[0]]), to_text(row[places[1]]),
                                      to_text(row[places[2]]), *units, rule.text, rule.source});
                area += Area{*units};
                ++count;
            }
        }
        const bool known = status == "checked";
        return {rule.id,
                rule.name_zh,
                rule.name_en,
                rule.text,
                rule.source,
                rule.confidence,
                rule.question,
                status,
                known ? Value{count} : Value{},
                known ? Value{area.units()} : Value{},
                fmt::format("{}", fmt::join(rule.needs, " ")),
                with_parameters(rule.sql, rules_.parameters),
                with_parameters(rule.facts, rules_.parameters)};
    }

    static std::array<std::size_t, 4> places_of(const TableSpec& spec, const ConflictRule& rule) {
        const auto place = [&](const char* name) {
            return field_index(spec.columns, name, "conflict rule " + rule.id);
        };
        return {place("zone"), place("feature"), place("other"), place("area")};
    }

    std::string rules_name_;
    std::vector<std::string> with_;
    ConflictRules rules_;
};

}  // namespace

std::unique_ptr<Step> make_conflicts() { return std::make_unique<Conflicts>(); }

}  // namespace linmu

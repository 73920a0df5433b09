// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>

#include "common.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/number_of.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

const std::vector<Field> indicator_columns{{"pack", FieldType::text, "", "规则包"},
                                           {"id", FieldType::text, "", "编号"},
                                           {"name_zh", FieldType::text, "", "指标"},
                                           {"name_en", FieldType::text, "", "英文名称"},
                                           {"zone", FieldType::text, "", "单位"},
                                           {"value", FieldType::real, "", "数值"},
                                           {"unit", FieldType::text, "", "计量单位"},
                                           {"decimals", FieldType::integer, "", "小数位"},
                                           {"numerator", FieldType::real, "", "分子"},
                                           {"denominator", FieldType::real, "", "分母"},
                                           {"reference", FieldType::real, "", "对照值"},
                                           {"adjusted", FieldType::real, "", "误差校正值"},
                                           {"lower", FieldType::real, "", "95%下限"},
                                           {"upper", FieldType::real, "", "95%上限"},
                                           {"interval_note", FieldType::text, "", "区间说明"},
                                           {"status", FieldType::text, "", "状态"},
                                           {"note", FieldType::text, "", "说明"},
                                           {"target", FieldType::text, "", "文件所载"},
                                           {"target_source", FieldType::text, "", "文件出处"},
                                           {"source", FieldType::text, "", "定义出处"}};

/// How each indicator was computed, so that the ledger can be proved and explained without the pack.
const std::vector<Field> rule_columns{
    {"pack", FieldType::text, "", "规则包"},       {"id", FieldType::text, "", "编号"},
    {"needs", FieldType::text, "", "所需"},        {"wants", FieldType::text, "", "可选"},
    {"sql", FieldType::text, "", "算式"},          {"facts", FieldType::text, "", "事实"},
    {"stand_ins", FieldType::text, "", "缺表替代"}};

std::string names_of(const std::vector<WantedTable>& tables) {
    std::vector<std::string> names;
    for (const auto& table : tables) names.push_back(table.name);
    return fmt::format("{}", fmt::join(names, " "));
}

/// Which reading of each term a figure rests on.
const std::vector<Field> setting_columns{
    {"pack", FieldType::text, "", "规则包"},      {"name", FieldType::text, "", "设定"},
    {"name_zh", FieldType::text, "", "含义"},     {"name_en", FieldType::text, "", "英文含义"},
    {"value", FieldType::text, "", "取值"},       {"unit", FieldType::text, "", "计量单位"},
    {"source", FieldType::text, "", "依据"},      {"confidence", FieldType::text, "", "把握"},
    {"question", FieldType::text, "", "待答问题"}};

class Indicators final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "indicators",
            "指标",
            "Computes a rule pack's indicators from the ledger, with 95 % intervals where samples give them; one whose "
            "facts are absent says so and is never zero.",
            "account",
            {},
            ArtifactKind::table,
            2,
            true};
    }

    void declare(Params& p) override {
        p.add("pack", "rule pack (data/indicators)", &pack_name_).required();
        p.add("with", "parameters of the pack, by name: \"forest=broadleaf,conifer\"", &with_);
        p.add("reading",
              "name of another reading of the rules: its figures stand beside the main ones in the ledger table "
              "'indicator_reading'",
              &reading_);
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        pack_ = load_indicators(pack_name_);
        context.files->push_back(find_data_file("indicators", pack_name_));
        if (!pack_.terms_name.empty()) context.files->push_back(find_data_file("terms", pack_.terms_name));
        set_parameters(pack_.parameters, with_, pack_.id);
        return Artifact::of(TableSpec{"indicator", "指标", indicator_columns});
    }

    std::optional<std::string> told() const override {
        std::string text = with_named(read_text_file(find_data_file("indicators", pack_name_)), pack_.parameters);
        for (const auto& row : settings().rows) {
            for (const auto& value : row) text += to_text(value) + '\n';
        }
        return text;
    }

    Made run(const WholeInput&, RunContext& context) override {
        Table table{{"indicator", "指标", indicator_columns}, {}};
        for (const auto& indicator : pack_.indicators) compute(indicator, context, table);
        if (!reading_.empty()) {
            context.ledger->put(as_reading(table));
            return {{}, std::move(table)};
        }
        context.ledger->put(table);
        context.ledger->put(rules(*context.ledger));
        if (auto used = settings(); !used.rows.empty()) context.ledger->put(std::move(used));
        return {{}, std::move(table)};
    }

private:
    void compute(const IndicatorDefinition& indicator, RunContext& context, Table& table) const {
        for (const auto& need : indicator.needs) {
            if (!context.ledger->has(need))
                return not_computed(indicator, fmt::format("not computed: no {}", need), table);
        }
        const auto sql = with_parameters(indicator.sql, pack_.parameters);
        const auto& ledger = *context.ledger;
        const Table rows = ledger.query(with_stand_ins(sql, stand_ins(ledger, indicator.wants)), indicator.id);
        if (rows.rows.empty()) return not_computed(indicator, "not computed: its facts are empty", table);
        for (const auto& row : rows.rows) table.rows.push_back(computed(indicator, rows.spec, row));
    }

    Table rules(const Ledger& ledger) const {
        Table table{{"indicator_rule", "指标算式", rule_columns}, {}};
        for (const auto& indicator : pack_.indicators) {
            table.rows.push_back(
                {pack_.id + " " + pack_.version, indicator.id, fmt::format("{}", fmt::join(indicator.needs, " ")),
                 names_of(indicator.wants), with_parameters(indicator.sql, pack_.parameters),
                 with_parameters(indicator.facts, pack_.parameters), stand_ins(ledger, indicator.wants)});
        }
        return table;
    }

    Table as_reading(const Table& figures) const {
        Table table{{"indicator_reading", "指标另一口径", figures.spec.columns}, figures.rows};
        table.spec.columns.insert(table.spec.columns.begin(), {"reading", FieldType::text, "", "口径"});
        for (auto& row : table.rows) row.insert(row.begin(), reading_);
        return table;
    }

    /// All that the pack's rules say, and what the terms say that they name.
    std::string rules_text() const {
        std::string text;
        for (const auto& i : pack_.indicators) text += i.sql + i.facts + i.source;
        return with_named(std::move(text), pack_.parameters);
    }

    /// The terms that the pack's rules name.
    Table settings() const {
        Table table{{"setting", "指标设定", setting_columns}, {}};
        const auto rules = rules_text();
        for (const auto& term : pack_.terms) {
            if (rules.find("${" + term.name + "}") == std::string::npos) continue;
            table.rows.push_back({pack_.id + " " + pack_.version, term.name, term.name_zh, term.name_en,
                                  pack_.parameters.at(term.name), term.unit, term.source, term.confidence,
                                  term.question});
        }
        return table;
    }

    std::vector<Value> blank(const IndicatorDefinition& i) const {
        std::vector<Value> row(indicator_columns.size());
        row[column("pack")] = pack_.id + " " + pack_.version;
        row[column("id")] = i.id;
        row[column("name_zh")] = i.name_zh;
        row[column("name_en")] = i.name_en;
        row[column("unit")] = i.unit;
        row[column("decimals")] = std::int64_t{i.decimals};
        row[column("target")] = i.target;
        row[column("target_source")] = i.target_source;
        row[column("source")] = with_parameters(i.source, pack_.parameters);
        return row;
    }

    static std::size_t column(const std::string& name) { return field_index(indicator_columns, name, "indicator"); }

    void not_computed(const IndicatorDefinition& indicator, std::string why, Table& table) const {
        auto row = blank(indicator);
        row[column("status")] = std::move(why);
        table.rows.push_back(std::move(row));
    }

    std::vector<Value> computed(const IndicatorDefinition& indicator, const TableSpec& spec,
                                const std::vector<Value>& values) const {
        auto row = blank(indicator);
        row[column("status")] = std::string("computed");
        for (std::size_t c = 0; c < spec.columns.size(); ++c) {
            const auto it = std::ranges::find(indicator_columns, spec.columns[c].name, &Field::name);
            if (it == indicator_columns.end())
                throw DataError(fmt::format("indicator {}: its query gives a column '{}' that no indicator has",
                                            indicator.id, spec.columns[c].name));
            row[static_cast<std::size_t>(it - indicator_columns.begin())] = values[c];
        }
        require_order(indicator, row);
        return row;
    }

    static void require_order(const IndicatorDefinition& indicator, const std::vector<Value>& row) {
        const auto lower = number_of(row[column("lower")]), upper = number_of(row[column("upper")]);
        if (lower.has_value() != upper.has_value() || (lower && *lower > *upper))
            throw DataError(
                fmt::format("indicator {}, zone '{}': its interval is '{}' to '{}'; both limits or none, "
                            "the lower one first",
                            indicator.id, to_text(row[column("zone")]), to_text(row[column("lower")]),
                            to_text(row[column("upper")])));
    }

    std::string pack_name_, reading_;
    std::vector<std::string> with_;
    IndicatorPack pack_;
};

}  // namespace

std::unique_ptr<Step> make_indicators() { return std::make_unique<Indicators>(); }

}  // namespace linmu

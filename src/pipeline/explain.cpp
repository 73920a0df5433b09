// SPDX-License-Identifier: MIT
#include "linmu/pipeline/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "conflict_facts.hpp"
#include "figure_facts.hpp"
#include "finished_run.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {
namespace {

std::string printed(double value, std::int64_t decimals) { return fmt::format("{:.{}f}", value, decimals); }

bool is_whole(const std::string& zone) { return zone.empty() || zone == "county"; }

/// The figures that are asked for, or what is there instead.
std::vector<Figure> asked_for(const Ledger& ledger, const std::string& id, const std::string& zone) {
    const auto all = figures_of(ledger, "");
    std::vector<std::string> ids, zones;
    std::vector<Figure> found;
    for (const auto& figure : all) {
        ids.push_back(figure.id);
        if (figure.id != id) continue;
        zones.push_back(figure.zone);
        if (figure.zone == zone || (is_whole(figure.zone) && is_whole(zone))) found.push_back(figure);
    }
    if (zones.empty()) throw UsageError(fmt::format("the run has no indicator '{}'{}", id, hint(id, ids)));
    if (found.empty()) throw UsageError(fmt::format("indicator {} has no zone '{}'{}", id, zone, hint(zone, zones)));
    return found;
}

double amount_in(const FigureFact& fact, const std::string& part, const std::string& unit) {
    return sum_of({fact}, part, unit).value;
}

ExplainedPart part_of(const std::vector<FigureFact>& facts, const std::string& part, const std::string& unit) {
    ExplainedPart explained{.part = part, .unit = unit, .sum = sum_of(facts, part, unit).value, .rows = {}};
    for (const auto& fact : facts) {
        if (fact.part != part) continue;
        explained.rows.push_back({fact.table, fact.row, fact.what, amount_in(fact, part, unit)});
    }
    std::ranges::stable_sort(explained.rows, std::greater{}, [](const auto& row) { return std::abs(row.amount); });
    return explained;
}

std::string arithmetic_of(const Figure& figure, const std::vector<ExplainedPart>& parts) {
    const auto find = [&](const char* name) { return std::ranges::find(parts, name, &ExplainedPart::part); };
    const auto above = find("numerator"), below = find("denominator"), value = find("value");
    if (above != parts.end() && below != parts.end())
        return fmt::format("100 x {} {} / {} {} = {} %", above->sum, above->unit, below->sum, below->unit,
                           100 * above->sum / below->sum);
    if (value != parts.end())
        return fmt::format("{} rows add up to {} {}", value->rows.size(), value->sum, figure.unit);
    return {};
}

/// Walks from steps to those that feed them, each told once.
class Walk {
public:
    Walk(const FinishedRun& run, std::vector<ExplainedStep>& steps) : run_(run), steps_(steps) {}

    void from(const std::string& id, int depth) {
        const auto* step = run_.find(id);
        if (step == nullptr) return;
        ExplainedStep told{depth, id, step->use, !told_.insert(id).second, {}, {}};
        if (!told.again) {
            told.parameters = step->parameters;
            for (const auto& file : step->files) told.files.push_back({file, hash_of(file)});
        }
        steps_.push_back(told);
        if (told.again) return;
        for (const auto& feeder : step->in) from(feeder, depth + 1);
    }

private:
    [[nodiscard]] std::string hash_of(const std::string& file) const {
        const auto it = run_.inputs.find(file);
        return it == run_.inputs.end() ? "" : it->second;
    }

    const FinishedRun& run_;
    std::vector<ExplainedStep>& steps_;
    std::set<std::string> told_;
};

void add(std::vector<std::string>& makers, const std::vector<std::string>& steps) {
    for (const auto& step : steps)
        if (std::ranges::find(makers, step) == makers.end()) makers.push_back(step);
}

/// Steps that put the facts there; without facts, those of every table that the rule reads.
std::vector<std::string> makers_of(const Ledger& ledger, const FigureRule& rule, const std::vector<FigureFact>& facts) {
    std::vector<std::string> makers;
    for (const auto& fact : facts) add(makers, sources_of(ledger, fact.table, fact.row));
    if (facts.empty())
        for (const auto& table : rule.tables) add(makers, sources_of(ledger, table));
    return makers;
}

/// What the ledger says of a figure.
Explanation told(const Figure& figure, const FigureRule& rule) {
    return {.pack = figure.pack,
            .id = figure.id,
            .name_zh = figure.name_zh,
            .name_en = figure.name_en,
            .zone = figure.zone,
            .unit = figure.unit,
            .value = figure.value ? printed(*figure.value, figure.decimals) : "",
            .status = figure.status,
            .interval = interval_of(figure),
            .interval_note = figure.interval_note,
            .note = figure.note,
            .target = figure.target,
            .target_source = figure.target_source,
            .source = figure.source,
            .rule = rule.sql,
            .parts = {},
            .ground = {},
            .arithmetic = {},
            .contradiction = {},
            .steps = {}};
}

/// Follows a figure's facts to the steps that put them there, and cases of conflict to what they come from.
void follow(const FinishedRun& run, const Figure& figure, const FigureRule& rule, const std::vector<FigureFact>& facts,
            Explanation& e) {
    for (const char* part : {"value", "numerator", "denominator"}) {
        auto found = part_of(facts, part, unit_of_parts(figure));
        if (!found.rows.empty()) e.parts.push_back(std::move(found));
    }
    e.arithmetic = arithmetic_of(figure, e.parts);
    e.contradiction = contradiction(figure, facts);
    const auto ground = ground_of(run.ledger, facts);
    e.ground = part_of(ground.facts, "ground", "mu");
    if (e.contradiction.empty()) e.contradiction = ground.contradiction;
    auto makers = makers_of(run.ledger, rule, facts);
    if (!ground.facts.empty()) add(makers, makers_of(run.ledger, rule, ground.facts));
    // What a rule only looked into, as that no permit covers a mine, has no rows among the facts.
    for (const auto& table : ground.tables)
        if (std::ranges::find(ground.facts, table, &FigureFact::table) == ground.facts.end())
            add(makers, sources_of(run.ledger, table));
    Walk walk(run, e.steps);
    for (const auto& maker : makers) walk.from(maker, 0);
}

Explanation explained(const FinishedRun& run, const Figure& figure, const FigureRule& rule) {
    auto e = told(figure, rule);
    if (figure.status != "computed") return e;
    follow(run, figure, rule, facts_of(run.ledger, rule, figure.zone), e);
    return e;
}

/// A rule of conflict as a figure: the area of its cases, in a zone or in all of them.
Explanation explained(const FinishedRun& run, const RecordedConflictRule& rule, const std::string& zone) {
    const auto facts = cases_of(run.ledger, rule.id, is_whole(zone) ? "" : zone);
    Figure figure;
    figure.pack = "conflict_rule";
    figure.id = rule.id;
    figure.name_zh = rule.name_zh;
    figure.name_en = rule.name_en;
    figure.zone = zone;
    figure.unit = "mu";
    figure.status = rule.status == "checked" ? "computed" : rule.status;
    figure.note = fmt::format("{} cases", facts.size());
    figure.source = fmt::format("{} ({})", rule.text, rule.source);
    const FigureRule by{
        .pack = figure.pack, .id = rule.id, .sql = rule.sql, .facts = {}, .tables = rule.tables, .stand_ins = {}};
    if (figure.status == "computed") figure.value = sum_of(facts, "value", "mu").value;
    auto e = told(figure, by);
    if (figure.value) follow(run, figure, by, facts, e);
    return e;
}

}  // namespace

std::vector<Explanation> explain(const std::string& folder, const std::string& indicator, const std::string& zone) {
    const auto run = open_run(folder);
    for (const auto& rule : conflict_rules_of(run.ledger))
        if (rule.id == indicator) return {explained(run, rule, zone)};
    const auto rules = figure_rules(run.ledger);
    std::vector<Explanation> explanations;
    for (const auto& figure : asked_for(run.ledger, indicator, zone)) {
        const auto rule = std::ranges::find_if(
            rules, [&](const FigureRule& r) { return r.pack == figure.pack && r.id == figure.id; });
        if (rule == rules.end())
            throw DataError(
                fmt::format("{}: the ledger does not say by which rule {} was computed; run again", folder, figure.id));
        explanations.push_back(explained(run, figure, *rule));
    }
    return explanations;
}

}  // namespace linmu

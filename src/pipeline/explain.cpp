// SPDX-License-Identifier: MIT
#include "linmu/pipeline/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

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

/// Steps that put the facts there; without facts, those of every table that the rule reads.
std::vector<std::string> makers_of(const Ledger& ledger, const FigureRule& rule, const std::vector<FigureFact>& facts) {
    std::vector<std::string> makers;
    const auto add = [&](const std::vector<std::string>& steps) {
        for (const auto& step : steps)
            if (std::ranges::find(makers, step) == makers.end()) makers.push_back(step);
    };
    for (const auto& fact : facts) add(sources_of(ledger, fact.table, fact.row));
    if (facts.empty())
        for (const auto& table : rule.tables) add(sources_of(ledger, table));
    return makers;
}

Explanation explained(const FinishedRun& run, const Figure& figure, const FigureRule& rule) {
    Explanation e{.pack = figure.pack,
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
                  .arithmetic = {},
                  .contradiction = {},
                  .steps = {}};
    if (figure.status != "computed") return e;
    const auto facts = facts_of(run.ledger, rule, figure.zone);
    for (const char* part : {"value", "numerator", "denominator"}) {
        auto found = part_of(facts, part, unit_of_parts(figure));
        if (!found.rows.empty()) e.parts.push_back(std::move(found));
    }
    e.arithmetic = arithmetic_of(figure, e.parts);
    e.contradiction = contradiction(figure, facts);
    Walk walk(run, e.steps);
    for (const auto& maker : makers_of(run.ledger, rule, facts)) walk.from(maker, 0);
    return e;
}

}  // namespace

std::vector<Explanation> explain(const std::string& folder, const std::string& indicator, const std::string& zone) {
    const auto run = open_run(folder);
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

// SPDX-License-Identifier: MIT
#include "linmu/pipeline/diff_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "figure_facts.hpp"
#include "finished_run.hpp"
#include "linmu/io/closures.hpp"

namespace linmu {
namespace {

std::string pack_name(const std::string& pack) { return pack.substr(0, pack.find(' ')); }

/// pack without its version, id, zone, and how many of these came before.
using FigurePlace = std::tuple<std::string, std::string, std::string, int>;

std::map<FigurePlace, Figure> by_place(const Ledger& ledger) {
    std::map<FigurePlace, Figure> figures;
    for (auto& figure : figures_of(ledger, "")) {
        // A figure that was not computed has no zone; it stands where the county's would.
        FigurePlace place{pack_name(figure.pack), figure.id, figure.zone.empty() ? "county" : figure.zone, 0};
        while (figures.contains(place)) ++std::get<3>(place);
        figures.emplace(std::move(place), std::move(figure));
    }
    return figures;
}

std::string shown(const Figure& figure) {
    if (!figure.value) return figure.status;
    const auto value = fmt::format("{:.{}f}", *figure.value, figure.decimals);
    return figure.lower ? fmt::format("{} ({})", value, interval_of(figure)) : value;
}

bool same_figure(const Figure& a, const Figure& b) {
    return a.status == b.status && a.value == b.value && a.adjusted == b.adjusted && a.lower == b.lower &&
           a.upper == b.upper;
}

std::map<std::string, std::string> parameters_of(const RecordedStep& step) {
    return {step.parameters.begin(), step.parameters.end()};
}

/// Contents of the files of a step, in order of their names.
std::vector<std::string> contents_of(const FinishedRun& run, const RecordedStep& step) {
    std::vector<std::string> hashes;
    for (const auto& file : step.files) {
        const auto it = run.inputs.find(file);
        if (it != run.inputs.end()) hashes.push_back(it->second);
    }
    std::ranges::sort(hashes);
    return hashes;
}

/// What differs in the steps of two runs, by step.
class StepCauses {
public:
    StepCauses(const FinishedRun& first, const FinishedRun& second) {
        for (const auto& step : second.steps) {
            const auto* old = first.find(step.id);
            if (old == nullptr) add(step.id, fmt::format("step '{}' ({}) is new", step.id, step.use));
            else compare(first, *old, second, step);
        }
        for (const auto& step : first.steps)
            if (second.find(step.id) == nullptr) add(step.id, fmt::format("step '{}' ({}) is gone", step.id, step.use));
    }

    [[nodiscard]] const std::vector<std::string>& of(const std::string& step) const {
        static const std::vector<std::string> none;
        const auto it = causes_.find(step);
        return it == causes_.end() ? none : it->second;
    }
    [[nodiscard]] const std::vector<std::string>& all() const noexcept { return all_; }

private:
    void add(const std::string& step, std::string cause) {
        causes_[step].push_back(cause);
        all_.push_back(std::move(cause));
    }

    void compare(const FinishedRun& first, const RecordedStep& a, const FinishedRun& second, const RecordedStep& b) {
        if (a.use != b.use) return add(b.id, fmt::format("step '{}' was {}, and is {}", b.id, a.use, b.use));
        if (a.revision != b.revision)
            add(b.id, fmt::format("step '{}' ({}) is revision {}, was {}", b.id, b.use, b.revision, a.revision));
        if (a.in != b.in) add(b.id, fmt::format("step '{}' ({}) takes other inputs", b.id, b.use));
        compare_parameters(a, b);
        const auto old_files = contents_of(first, a), new_files = contents_of(second, b);
        if (old_files == new_files) return;
        std::vector<std::string> fresh, gone;
        std::ranges::set_difference(new_files, old_files, std::back_inserter(fresh));
        std::ranges::set_difference(old_files, new_files, std::back_inserter(gone));
        add(b.id, fmt::format("step '{}' ({}) reads {} files that are new or changed, {} that it read before are gone",
                              b.id, b.use, fresh.size(), gone.size()));
    }

    void compare_parameters(const RecordedStep& a, const RecordedStep& b) {
        const auto before = parameters_of(a), after = parameters_of(b);
        std::set<std::string> names;
        for (const auto& [name, _] : before) names.insert(name);
        for (const auto& [name, _] : after) names.insert(name);
        const auto value = [](const auto& of, const std::string& name) {
            const auto it = of.find(name);
            return it == of.end() ? std::string("its default") : it->second;
        };
        for (const auto& name : names) {
            const auto was = value(before, name), is = value(after, name);
            if (was != is) add(b.id, fmt::format("step '{}' ({}): {} = {}, was {}", b.id, b.use, name, is, was));
        }
    }

    std::map<std::string, std::vector<std::string>> causes_;
    std::vector<std::string> all_;
};

/// The steps that a table's rows come through.
std::set<std::string> steps_behind(const FinishedRun& run, const std::vector<std::string>& tables) {
    std::set<std::string> steps;
    std::vector<std::string> open;
    for (const auto& table : tables) std::ranges::copy(sources_of(run.ledger, table), std::back_inserter(open));
    while (!open.empty()) {
        const auto id = open.back();
        open.pop_back();
        const auto* step = run.find(id);
        if (step == nullptr || !steps.insert(id).second) continue;
        std::ranges::copy(step->in, std::back_inserter(open));
    }
    return steps;
}

class Comparison {
public:
    Comparison(const std::string& first, const std::string& second)
        : first_(open_run(first)), second_(open_run(second)), steps_(first_, second_) {
        for (const auto& rule : figure_rules(first_.ledger)) old_rules_[{pack_name(rule.pack), rule.id}] = rule;
        for (const auto& rule : figure_rules(second_.ledger)) new_rules_[{pack_name(rule.pack), rule.id}] = rule;
    }

    RunDifference difference() {
        RunDifference difference;
        difference.figures = changed_figures();
        for (const auto& verdict : load_closures().verdicts) add_verdicts(verdict, difference.verdicts);
        difference.causes = version_causes();
        std::ranges::copy(steps_.all(), std::back_inserter(difference.causes));
        for (const auto& [place, rule] : new_rules_)
            if (rule_differs(place))
                difference.causes.push_back(
                    fmt::format("the rule of {} in pack {} is another", place.second, place.first));
        return difference;
    }

private:
    using RulePlace = std::pair<std::string, std::string>;

    std::vector<FigureChange> changed_figures() const {
        const auto before = by_place(first_.ledger), after = by_place(second_.ledger);
        std::map<FigurePlace, std::pair<const Figure*, const Figure*>> both;
        for (const auto& [place, figure] : before) both[place].first = &figure;
        for (const auto& [place, figure] : after) both[place].second = &figure;
        std::vector<FigureChange> changes;
        for (const auto& [place, pair] : both) {
            const auto [a, b] = pair;
            if (a != nullptr && b != nullptr && same_figure(*a, *b)) continue;
            const Figure& any = b != nullptr ? *b : *a;
            changes.push_back({any.id, any.name_zh, any.name_en, any.zone, any.unit, a != nullptr ? shown(*a) : "",
                               b != nullptr ? shown(*b) : "", why({std::get<0>(place), any.id})});
        }
        return changes;
    }

    bool rule_differs(const RulePlace& place) const {
        const auto a = old_rules_.find(place), b = new_rules_.find(place);
        return a != old_rules_.end() && b != new_rules_.end() && a->second.sql != b->second.sql;
    }

    std::vector<std::string> why(const RulePlace& place) const {
        std::vector<std::string> causes;
        if (rule_differs(place)) causes.emplace_back("its rule is another");
        const auto rule = new_rules_.find(place);
        if (rule == new_rules_.end()) return causes;
        auto behind = steps_behind(second_, rule->second.tables);
        behind.merge(steps_behind(first_, rule->second.tables));
        for (const auto& step : behind) std::ranges::copy(steps_.of(step), std::back_inserter(causes));
        for (const auto& table : rule->second.tables) {
            if (first_.ledger.has(table) && !second_.ledger.has(table)) causes.push_back("the ledger has no " + table);
            if (!first_.ledger.has(table) && second_.ledger.has(table)) causes.push_back("the ledger now has " + table);
        }
        std::ranges::copy(version_causes(), std::back_inserter(causes));
        return causes;
    }

    std::vector<std::string> version_causes() const {
        std::vector<std::string> causes;
        for (const auto& [name, version] : second_.versions) {
            const auto it = first_.versions.find(name);
            const auto was = it == first_.versions.end() ? "absent" : it->second;
            if (was != version) causes.push_back(fmt::format("{} is {}, was {}", name, version, was));
        }
        return causes;
    }

    static std::map<std::string, std::string> verdicts_in(const Ledger& ledger, const VerdictColumn& verdict) {
        std::map<std::string, std::string> verdicts;
        if (!ledger.has(verdict.table)) return verdicts;
        const auto rows =
            ledger.query(fmt::format("SELECT {}, {} FROM {}", verdict.key, verdict.column, verdict.table)).rows;
        for (const auto& row : rows) verdicts[to_text(row[0])] = to_text(row[1]);
        return verdicts;
    }

    void add_verdicts(const VerdictColumn& verdict, std::vector<VerdictChange>& changes) const {
        const auto before = verdicts_in(first_.ledger, verdict), after = verdicts_in(second_.ledger, verdict);
        std::map<std::pair<std::string, std::string>, std::vector<std::string>> moved;
        for (const auto& [key, was] : before) {
            const auto it = after.find(key);
            if (it == after.end()) moved[{was, "gone"}].push_back(key);
            else if (it->second != was) moved[{was, it->second}].push_back(key);
        }
        for (const auto& [key, is] : after)
            if (!before.contains(key)) moved[{"absent", is}].push_back(key);
        for (auto& [pair, keys] : moved) changes.push_back({verdict.table, pair.first, pair.second, std::move(keys)});
    }

    FinishedRun first_, second_;
    StepCauses steps_;
    std::map<RulePlace, FigureRule> old_rules_, new_rules_;
};

}  // namespace

RunDifference diff_runs(const std::string& first, const std::string& second) {
    return Comparison(first, second).difference();
}

}  // namespace linmu

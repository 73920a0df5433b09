// SPDX-License-Identifier: MIT
#include "linmu/pipeline/check_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>

#include "conflict_facts.hpp"
#include "figure_facts.hpp"
#include "finished_run.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/number_of.hpp"
#include "linmu/io/closures.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/wanted_table.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

std::size_t place_of(const Table& table, const std::string& column, const std::string& of) {
    const auto it = std::ranges::find(table.spec.columns, column, &Field::name);
    if (it == table.spec.columns.end())
        throw DataError(fmt::format("data/closures.toml: the query of '{}' gives no column '{}'", of, column));
    return static_cast<std::size_t>(it - table.spec.columns.begin());
}

std::int64_t units_of(const Value& value) {
    const auto* units = std::get_if<std::int64_t>(&value);
    return units == nullptr ? 0 : *units;
}

Proof prove(const Closure& closure, const Ledger& ledger) {
    Proof proof{.id = closure.id,
                .name_zh = closure.name_zh,
                .name_en = closure.name_en,
                .compared = 0,
                .broken = {},
                .skipped = {},
                .counts = closure.proof};
    for (const auto& need : closure.needs) {
        if (ledger.has(need)) continue;
        proof.skipped = fmt::format("the ledger has no {}", need);
        return proof;
    }
    const auto pairs = ledger.query(closure.sql, closure.id);
    const auto place = place_of(pairs, "place", closure.id), one = place_of(pairs, "one", closure.id),
               other = place_of(pairs, "other", closure.id), allowed = place_of(pairs, "allowed", closure.id);
    for (const auto& row : pairs.rows) {
        ++proof.compared;
        const auto apart = units_of(row[one]) - units_of(row[other]);
        if (std::abs(apart) <= units_of(row[allowed])) continue;
        proof.broken.push_back(fmt::format("{}: {:.4f} m2 and {:.4f} m2, {:+.4f} m2 apart", to_text(row[place]),
                                           static_cast<double>(units_of(row[one])) / 1e4,
                                           static_cast<double>(units_of(row[other])) / 1e4,
                                           static_cast<double>(apart) / 1e4));
    }
    return proof;
}

std::string name_of(const Figure& figure) {
    return figure.zone.empty() ? figure.id : fmt::format("{} of {}", figure.id, figure.zone);
}

using FigureKey = std::pair<std::string, std::string>;

/// What a rule gives now, by zone: the value, and the interval where there is one.
using Numbers = std::array<std::optional<double>, 4>;
constexpr std::array number_columns{"value", "adjusted", "lower", "upper"};

std::multimap<std::string, Numbers> computed_again(const Ledger& ledger, const FigureRule& rule) {
    std::multimap<std::string, Numbers> found;
    const auto rows = ledger.query(with_stand_ins(rule.sql, rule.stand_ins), rule.id);
    const auto& columns = rows.spec.columns;
    const auto at = [&](const std::vector<Value>& row, const std::string& name) {
        const auto it = std::ranges::find(columns, name, &Field::name);
        return it == columns.end() ? Value{} : row[static_cast<std::size_t>(it - columns.begin())];
    };
    for (const auto& row : rows.rows) {
        Numbers numbers;
        for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = number_of(at(row, number_columns[i]));
        found.emplace(to_text(at(row, "zone")), numbers);
    }
    return found;
}

bool among(const std::multimap<std::string, Numbers>& found, const Figure& figure) {
    const auto [first, last] = found.equal_range(figure.zone);
    const Numbers told{figure.value, figure.adjusted, figure.lower, figure.upper};
    return std::any_of(first, last, [&](const auto& entry) { return entry.second == told; });
}

/// Every figure by its rule again, and by the sum of its facts.
std::vector<Proof> prove_figures(const Ledger& ledger) {
    Proof by_rule{"indicator-by-rule", "指标按规则重算", "indicators, computed again by their rules", 0, {}, {}, true};
    Proof by_facts{
        "indicator-by-facts", "指标等于其事实之和", "indicators are the sums of their facts", 0, {}, {}, true};
    std::map<FigureKey, std::vector<Figure>> figures;
    for (auto& figure : figures_of(ledger, ""))
        if (figure.status == "computed") figures[{figure.pack, figure.id}].push_back(std::move(figure));
    for (const auto& rule : figure_rules(ledger)) {
        const auto found = figures.find({rule.pack, rule.id});
        if (found == figures.end()) continue;
        const auto again = computed_again(ledger, rule);
        auto facts = facts_by_zone(ledger, rule);
        for (const auto& figure : found->second) {
            ++by_rule.compared;
            if (!among(again, figure))
                by_rule.broken.push_back(fmt::format("{}: {}{} does not come out of its rule again", name_of(figure),
                                                     figure.value ? fmt::format("{}", *figure.value) : "nothing",
                                                     figure.lower ? " with its interval" : ""));
            if (rule.facts.empty()) continue;
            ++by_facts.compared;
            const auto wrong = contradiction(figure, facts[figure.zone]);
            if (!wrong.empty()) by_facts.broken.push_back(fmt::format("{}: {}", name_of(figure), wrong));
        }
    }
    for (auto* proof : {&by_rule, &by_facts})
        if (proof->compared == 0) proof->skipped = "the ledger has no indicator with a rule";
    return {by_rule, by_facts};
}

/// Every case of conflict by the sum of its facts.
Proof prove_conflicts(const Ledger& ledger) {
    Proof proof{
        "conflict-by-facts", "冲突等于其事实之和", "cases of conflict are the sums of their facts", 0, {}, {}, true};
    for (const auto& rule : conflict_rules_of(ledger)) {
        if (rule.facts.empty() || rule.cases == 0) continue;
        ++proof.compared;
        const auto wrong = ground_of(ledger, cases_of(ledger, rule.id, "")).contradiction;
        if (!wrong.empty()) proof.broken.push_back(wrong);
    }
    if (proof.compared == 0) proof.skipped = "the ledger has no cases of conflict";
    return proof;
}

Proof prove_products(const FinishedRun& run) {
    Proof proof{"products", "成果文件未被改动", "products are as they were written", 0, {}, {}, true};
    for (const auto& [path, hash] : run.outputs) {
        ++proof.compared;
        const auto file = (fs::path(run.folder) / path).string();
        if (!fs::exists(file)) proof.broken.push_back(fmt::format("{} is gone", path));
        else if (content_hash(file) != hash) proof.broken.push_back(fmt::format("{} was changed after the run", path));
    }
    return proof;
}

std::vector<Proof> prove_ledger(const Ledger& ledger) {
    std::vector<Proof> proofs;
    for (const auto& closure : load_closures().closures) proofs.push_back(prove(closure, ledger));
    std::ranges::move(prove_figures(ledger), std::back_inserter(proofs));
    proofs.push_back(prove_conflicts(ledger));
    return proofs;
}

}  // namespace

std::vector<Proof> check_run(const std::string& place) {
    if (fs::is_regular_file(place)) return prove_ledger(Ledger::open(place));
    const auto run = open_run(place);
    auto proofs = prove_ledger(run.ledger);
    proofs.push_back(prove_products(run));
    return proofs;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "figure_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "finished_run.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/number_of.hpp"
#include "linmu/io/sql.hpp"
#include "linmu/io/wanted_table.hpp"

namespace linmu {
namespace {

std::size_t column_of(const Table& table, const std::string& name, const std::string& of) {
    const auto& columns = table.spec.columns;
    const auto it = std::ranges::find(columns, name, &Field::name);
    if (it == columns.end()) throw DataError(fmt::format("the facts of {} have no column '{}'", of, name));
    return static_cast<std::size_t>(it - columns.begin());
}

double in_unit(std::int64_t units, const std::string& unit) {
    const auto value = static_cast<double>(units);
    if (unit == "mu") return value * 15 / 1e8;
    if (unit == "m2") return value / 1e4;
    if (unit == "ha") return value / 1e8;
    if (unit == "km2") return value / 1e10;
    throw DataError(fmt::format("an area can't be given in '{}'; m2, ha, km2 or mu", unit));
}

/// SQLite adds in doubles, in an order of its own.
bool same(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max({1.0, std::abs(a), std::abs(b)}); }

std::string differs(const char* what, double said, double added) {
    return fmt::format("its {} is {}, its facts add up to {}", what, said, added);
}

}  // namespace

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find(' ', at), text.size());
        if (end > at) words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

Value RowReader::value(const std::vector<Value>& row, const std::string& name) const {
    const auto it = std::ranges::find(*columns_, name, &Field::name);
    return it == columns_->end() ? Value{} : row[static_cast<std::size_t>(it - columns_->begin())];
}

std::optional<double> RowReader::number(const std::vector<Value>& row, const std::string& name) const {
    return number_of(value(row, name));
}

std::vector<FigureRule> figure_rules(const Ledger& ledger) {
    std::vector<FigureRule> rules;
    if (!ledger.has("indicator_rule")) return rules;
    const auto found = ledger.query("SELECT * FROM indicator_rule ORDER BY rowid");
    const RowReader read(found);
    for (const auto& row : found.rows)
        rules.push_back({read.text(row, "pack"), read.text(row, "id"), read.text(row, "sql"), read.text(row, "facts"),
                         words_of(read.text(row, "needs") + " " + read.text(row, "wants")),
                         read.text(row, "stand_ins")});
    return rules;
}

std::vector<FigureFact> facts_in(const Table& found, const std::string& of) {
    const auto has = [&](const char* name) {
        return std::ranges::find(found.spec.columns, name, &Field::name) != found.spec.columns.end();
    };
    const auto at = [&](const char* name) { return column_of(found, name, of); };
    const auto whole = [&](const Value& value) {
        if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
        throw DataError(fmt::format("the facts of {} give '{}' where a whole number belongs", of, to_text(value)));
    };
    const auto table = at("fact"), row = at("row"), what = at("what");
    const auto part = has("part") ? std::optional(at("part")) : std::nullopt;
    const bool areas = has("area");
    const auto amount = at(areas ? "area" : "amount");
    std::vector<FigureFact> facts;
    facts.reserve(found.rows.size());
    for (const auto& values : found.rows) {
        auto& fact = facts.emplace_back(FigureFact{.part = part ? to_text(values[*part]) : "ground",
                                                   .table = to_text(values[table]),
                                                   .row = whole(values[row]),
                                                   .what = to_text(values[what]),
                                                   .area = {},
                                                   .amount = 0});
        if (areas) fact.area = whole(values[amount]);
        else fact.amount = number_of(values[amount]).value_or(0);
    }
    return facts;
}

std::vector<FigureFact> facts_of(const Ledger& ledger, const FigureRule& rule, const std::string& zone) {
    if (rule.facts.empty()) return {};
    const auto found =
        ledger.query(fmt::format("SELECT * FROM ({}) WHERE zone IS {}", with_stand_ins(rule.facts, rule.stand_ins),
                                 zone.empty() ? "NULL" : sql_text(zone)),
                     rule.id);
    return facts_in(found, rule.id);
}

std::map<std::string, std::vector<FigureFact>> facts_by_zone(const Ledger& ledger, const FigureRule& rule) {
    std::map<std::string, std::vector<FigureFact>> zones;
    if (rule.facts.empty()) return zones;
    const auto found = ledger.query(with_stand_ins(rule.facts, rule.stand_ins), rule.id);
    const auto zone = column_of(found, "zone", rule.id);
    auto facts = facts_in(found, rule.id);
    for (std::size_t i = 0; i < facts.size(); ++i) zones[to_text(found.rows[i][zone])].push_back(std::move(facts[i]));
    return zones;
}

FactSum sum_of(const std::vector<FigureFact>& facts, const std::string& part, const std::string& unit) {
    FactSum sum;
    std::int64_t area = 0;
    for (const auto& fact : facts) {
        if (fact.part != part) continue;
        ++sum.facts;
        if (fact.area) area += *fact.area;
        else sum.value += fact.amount;
    }
    if (area != 0) sum.value += in_unit(area, unit);
    return sum;
}

std::vector<Figure> figures_of(const Ledger& ledger, const std::string& id) {
    if (!ledger.has("indicator")) return {};
    const auto which = id.empty() ? std::string() : " WHERE id = " + sql_text(id);
    const auto found = ledger.query("SELECT * FROM indicator" + which + " ORDER BY rowid");
    const RowReader read(found);
    std::vector<Figure> figures;
    for (const auto& row : found.rows)
        figures.push_back({.pack = read.text(row, "pack"),
                           .id = read.text(row, "id"),
                           .name_zh = read.text(row, "name_zh"),
                           .name_en = read.text(row, "name_en"),
                           .zone = read.text(row, "zone"),
                           .unit = read.text(row, "unit"),
                           .status = read.text(row, "status"),
                           .note = read.text(row, "note"),
                           .target = read.text(row, "target"),
                           .target_source = read.text(row, "target_source"),
                           .source = read.text(row, "source"),
                           .interval_note = read.text(row, "interval_note"),
                           .decimals = static_cast<std::int64_t>(read.number(row, "decimals").value_or(2)),
                           .value = read.number(row, "value"),
                           .numerator = read.number(row, "numerator"),
                           .denominator = read.number(row, "denominator"),
                           .adjusted = read.number(row, "adjusted"),
                           .lower = read.number(row, "lower"),
                           .upper = read.number(row, "upper")});
    return figures;
}

std::string interval_of(const Figure& figure) {
    if (!figure.lower || !figure.upper) return {};
    const auto digits = static_cast<int>(figure.decimals);
    const auto adjusted = figure.adjusted ? fmt::format("adjusted {:.{}f}, ", *figure.adjusted, digits) : "";
    return fmt::format("{}95 %: {:.{}f} to {:.{}f}", adjusted, *figure.lower, digits, *figure.upper, digits);
}

std::string unit_of_parts(const Figure& figure) { return figure.unit == "%" ? "mu" : figure.unit; }

std::string contradiction(const Figure& figure, const std::vector<FigureFact>& facts) {
    const auto unit = unit_of_parts(figure);
    const auto value = sum_of(facts, "value", unit);
    const auto above = sum_of(facts, "numerator", unit), below = sum_of(facts, "denominator", unit);
    if (figure.value && value.facts > 0 && !same(*figure.value, value.value))
        return differs("value", *figure.value, value.value);
    if (figure.numerator && above.facts > 0 && !same(*figure.numerator, above.value))
        return differs("numerator", *figure.numerator, above.value);
    if (figure.denominator && below.facts > 0 && !same(*figure.denominator, below.value))
        return differs("denominator", *figure.denominator, below.value);
    if (figure.value && figure.unit == "%" && below.facts > 0 && !same(*figure.value, 100 * above.value / below.value))
        return differs("value", *figure.value, 100 * above.value / below.value);
    return {};
}

}  // namespace linmu

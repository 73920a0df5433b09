// SPDX-License-Identifier: MIT
#include "conflict_facts.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/io/sql.hpp"

namespace linmu {
namespace {

/// The cases of a conflict that a figure has, told as a query.
std::string query_of(const std::string& rule, const std::vector<std::int64_t>& rows) {
    return fmt::format("SELECT fid, feature, other, area FROM conflict WHERE rule = {} AND fid IN ({})", sql_text(rule),
                       fmt::join(rows, ", "));
}

std::int64_t whole(const Value& value, const std::string& rule) {
    if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
    throw DataError(
        fmt::format("conflict rule {}: its facts give '{}' where a whole number belongs", rule, to_text(value)));
}

/// A case, or several of one feature and one other.
struct Claim {
    std::int64_t area = 0, ground = 0;
};

void add_ground(const Ledger& ledger, const RecordedConflictRule& rule, const std::vector<std::int64_t>& rows,
                CaseGround& all) {
    std::map<std::pair<std::string, std::string>, Claim> claims;
    for (const auto& row : ledger.query(query_of(rule.id, rows), rule.id).rows)
        claims[{to_text(row[1]), to_text(row[2])}].area += whole(row[3], rule.id);
    const auto found = ledger.query(fmt::format("SELECT feature, other, fact, row, what, area FROM ({}) f WHERE EXISTS "
                                                "(SELECT 1 FROM ({}) c WHERE c.feature = "
                                                "f.feature AND c.other = f.other)",
                                                rule.facts, query_of(rule.id, rows)),
                                    rule.id);
    auto facts = facts_in(found, "conflict rule " + rule.id);
    for (std::size_t i = 0; i < facts.size(); ++i)
        claims[{to_text(found.rows[i][0]), to_text(found.rows[i][1])}].ground += facts[i].area.value_or(0);
    std::ranges::move(facts, std::back_inserter(all.facts));
    for (const auto& [place, claim] : claims) {
        if (claim.area == claim.ground || !all.contradiction.empty()) continue;
        all.contradiction =
            fmt::format("the case {} of {} and {} is {:.4f} m2, its facts add up to {:.4f} m2", rule.id, place.first,
                        place.second, static_cast<double>(claim.area) / 1e4, static_cast<double>(claim.ground) / 1e4);
    }
}

}  // namespace

std::vector<RecordedConflictRule> conflict_rules_of(const Ledger& ledger) {
    std::vector<RecordedConflictRule> rules;
    if (!ledger.has("conflict_rule")) return rules;
    const auto found = ledger.query("SELECT * FROM conflict_rule ORDER BY fid");
    const RowReader read(found);
    for (const auto& row : found.rows)
        rules.push_back({.id = read.text(row, "rule"),
                         .name_zh = read.text(row, "name_zh"),
                         .name_en = read.text(row, "name_en"),
                         .text = read.text(row, "text"),
                         .source = read.text(row, "source"),
                         .status = read.text(row, "status"),
                         .sql = read.text(row, "sql"),
                         .facts = read.text(row, "facts"),
                         .tables = words_of(read.text(row, "needs")),
                         .cases = static_cast<std::int64_t>(read.number(row, "cases").value_or(0)),
                         .area = static_cast<std::int64_t>(read.number(row, "area").value_or(0))});
    return rules;
}

std::vector<FigureFact> cases_of(const Ledger& ledger, const std::string& rule, const std::string& zone) {
    std::vector<FigureFact> facts;
    const auto found =
        ledger.query(fmt::format("SELECT fid, feature || ' ' || other, area FROM conflict WHERE rule = {} AND "
                                 "substr(zone, 1, {}) = {} ORDER BY fid",
                                 sql_text(rule), zone.size(), sql_text(zone)));
    for (const auto& row : found.rows)
        facts.push_back({.part = "value",
                         .table = "conflict",
                         .row = whole(row[0], rule),
                         .what = to_text(row[1]),
                         .area = whole(row[2], rule),
                         .amount = 0});
    return facts;
}

CaseGround ground_of(const Ledger& ledger, const std::vector<FigureFact>& facts) {
    std::set<std::int64_t> cases;
    for (const auto& fact : facts)
        if (fact.table == "conflict") cases.insert(fact.row);
    CaseGround all;
    if (cases.empty()) return all;
    std::map<std::string, std::vector<std::int64_t>> by_rule;
    for (const auto& row :
         ledger.query(fmt::format("SELECT rule, fid FROM conflict WHERE fid IN ({})", fmt::join(cases, ", "))).rows)
        by_rule[to_text(row[0])].push_back(whole(row[1], to_text(row[0])));
    for (const auto& rule : conflict_rules_of(ledger)) {
        const auto rows = by_rule.find(rule.id);
        if (rows == by_rule.end()) continue;
        all.tables.insert(all.tables.end(), rule.tables.begin(), rule.tables.end());
        if (rule.facts.empty()) all.told = false;
        else add_ground(ledger, rule, rows->second, all);
    }
    return all;
}

}  // namespace linmu

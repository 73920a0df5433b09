// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "linmu/io/ledger.hpp"

namespace linmu {

/// Cells of a table by the names of its columns. A ledger that an earlier program wrote lacks later columns: nothing is in them. The
/// table must outlive it.
class RowReader {
public:
    explicit RowReader(const Table& table) : columns_(&table.spec.columns) {}
    [[nodiscard]] Value value(const std::vector<Value>& row, const std::string& name) const;
    [[nodiscard]] std::string text(const std::vector<Value>& row, const std::string& name) const {
        return to_text(value(row, name));
    }
    [[nodiscard]] std::optional<double> number(const std::vector<Value>& row, const std::string& name) const;

private:
    const std::vector<Field>* columns_;
};
/// Of a list with spaces between.
[[nodiscard]] std::vector<std::string> words_of(const std::string& text);

/// How an indicator was computed: a row of the ledger's `indicator_rule`.
struct FigureRule {
    std::string pack, id, sql, facts;
    std::vector<std::string> tables;  ///< that it needs, or reads where a run has them
    std::string stand_ins;            ///< SQL for those that the ledger lacked: see wanted_table.hpp
};
[[nodiscard]] std::vector<FigureRule> figure_rules(const Ledger& ledger);

/// A row of the ledger that went into a figure.
struct FigureFact {
    std::string part;   ///< "value", "numerator" or "denominator"; "ground": of a case of conflict
    std::string table;  ///< of the ledger ...
    std::int64_t row = 0;
    std::string what;
    std::optional<std::int64_t> area;  ///< 1e-4 m2; with a sign where it is taken away
    double amount = 0;                 ///< in the figure's unit, where it is no area
};
/// Reads facts: columns fact, row, what, and area or amount; `part` where they have it, else "ground". `of`: whose, for what is said of a
/// column that is missing or holds something else.
[[nodiscard]] std::vector<FigureFact> facts_in(const Table& found, const std::string& of);
/// Facts of one zone, as the rule's `facts` query gives them.
[[nodiscard]] std::vector<FigureFact> facts_of(const Ledger& ledger, const FigureRule& rule, const std::string& zone);
/// Facts of all zones at once: the query is asked once, however many zones there are.
[[nodiscard]] std::map<std::string, std::vector<FigureFact>> facts_by_zone(const Ledger& ledger,
                                                                           const FigureRule& rule);

/// What facts add up to: areas exactly, and then in the unit "m2", "ha", "km2" or "mu"; other amounts as they are.
struct FactSum {
    std::size_t facts = 0;
    double value = 0;
};
[[nodiscard]] FactSum sum_of(const std::vector<FigureFact>& facts, const std::string& part, const std::string& unit);

/// A figure as the ledger's `indicator` has it.
struct Figure {
    std::string pack, id, name_zh, name_en, zone, unit, status, note, target, target_source, source, interval_note;
    std::int64_t decimals = 2;
    std::optional<double> value, numerator, denominator, adjusted, lower, upper;
};
/// Those of an id; all of them when it is "".
[[nodiscard]] std::vector<Figure> figures_of(const Ledger& ledger, const std::string& id);

/// "adjusted 29.31, 95 %: 27.92 to 30.70"; "" when it has no interval.
[[nodiscard]] std::string interval_of(const Figure& figure);

/// Unit of a figure's numerator and denominator: a rate is one of areas in mu.
[[nodiscard]] std::string unit_of_parts(const Figure& figure);

/// Does the figure follow from its facts? "" or what is wrong.
[[nodiscard]] std::string contradiction(const Figure& figure, const std::vector<FigureFact>& facts);

}  // namespace linmu

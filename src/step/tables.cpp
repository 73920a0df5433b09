// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "linmu/algo/crosstab.hpp"
#include "linmu/algo/levelling.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"
#include "printed_pack.hpp"

namespace linmu {
namespace {

bool is_null(const Value& value) { return std::holds_alternative<std::monostate>(value); }

std::vector<std::string> split(const std::string& text, char by) {
    std::vector<std::string> parts(1);
    for (const char c : text) {
        if (c == by) parts.emplace_back();
        else parts.back() += c;
    }
    return parts;
}

/// "key|中文|English|classes".
std::vector<CrosstabColumn> columns_of(const TableDefinition& definition) {
    std::vector<CrosstabColumn> columns;
    for (const auto& text : definition.columns) {
        const auto parts = split(text, '|');
        if (parts.size() < 3 || parts.size() > 4)
            throw DataError(
                fmt::format("table '{}': write the column '{}' as \"key|中文|English\" or \"key|中文|English|classes\"",
                            definition.id, text));
        columns.push_back(
            {parts[0], parts[1], parts[2], parts.size() == 4 ? split(parts[3], ' ') : std::vector<std::string>()});
    }
    return columns;
}

class Tables final : public WholeStep {
public:
    StepInfo info() const override {
        return {"tables",
                "报表",
                "Writes the tables of a pack (data/tables) as CSV and as a workbook (XLSX), in Chinese and in English; "
                "printed rows add up to printed totals.",
                "write",
                {},
                ArtifactKind::none,
                1,
                true};
    }

    void declare(Params& p) override {
        p.add("pack", "tables to write (data/tables)", &pack_name_).required();
        p.add("with", "parameters of the pack: \"after=2025\"", &with_);
        p.add("folder", "below the run's products", &folder_).output();
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        pack_.load(pack_name_, with_, context);
        return {};
    }

    std::optional<std::string> told() const override { return pack_.told(); }

    Made run(const WholeInput&, RunContext& context) override {
        std::vector<Printed> printed;
        for (const auto& definition : pack_.pack().tables) {
            const auto missing = PrintedPack::missing(definition, *context.ledger);
            if (missing.empty()) printed.push_back({&definition, table_of(definition, *context.ledger)});
            else context.note(fmt::format("table '{}' is not written: the ledger has no {}", definition.id, missing));
        }
        std::vector<PrintedPack::Writing> files;
        for (const auto& [definition, table] : printed) {
            for (const auto language : {Language::zh, Language::en})
                files.push_back(pack_.csv_of(*definition, table, folder_, language, context));
        }
        for (const auto language : {Language::zh, Language::en}) {
            std::vector<Sheet> sheets;
            for (const auto& [definition, table] : printed)
                sheets.push_back(pack_.sheet_of(*definition, table, language));
            if (!sheets.empty()) files.push_back(pack_.book_of(std::move(sheets), folder_, language, context));
        }
        PrintedPack::write(files, folder_, context);
        return {};
    }

private:
    struct Printed {
        const TableDefinition* definition;
        Table table;
    };

    Table table_of(const TableDefinition& definition, const Ledger& ledger) const {
        if (!definition.cells.empty()) return summary_of(definition, ledger);
        Table table = pack_.rows_of(definition, ledger);
        if (definition.total) add_total(table, definition);
        return table;
    }

    Table summary_of(const TableDefinition& definition, const Ledger& ledger) const {
        const Table rows = ledger.query(pack_.query_of(definition, definition.cells, ledger), definition.id);
        if (rows.spec.columns.size() != 3)
            throw DataError(fmt::format("table '{}': cells must give unit, class and area", definition.id));
        std::vector<CrosstabCell> cells;
        for (const auto& row : rows.rows) {
            if (!is_null(row[2]))
                cells.push_back({to_text(row[0]), to_text(row[1]), Area(std::get<std::int64_t>(row[2]))});
        }
        try {
            return crosstab(
                {columns_of(definition), print_unit(definition.unit, definition.decimals), definition.balance}, cells,
                definition.balance ? std::map<std::string, CrosstabUnit>() : units_of(definition, ledger));
        } catch (const DataError& fault) {
            throw DataError(fmt::format("table '{}' of {}: {}", definition.id, pack_.pack().id, fault.what()));
        }
    }

    std::map<std::string, CrosstabUnit> units_of(const TableDefinition& definition, const Ledger& ledger) const {
        std::map<std::string, CrosstabUnit> units;
        if (!ledger.has("zone")) return units;
        const Table zones = ledger.query(
            fmt::format(
                "WITH RECURSIVE up(zone, name, parent) AS (SELECT zone, name, parent FROM zone WHERE zone IN (SELECT "
                "unit FROM ({})) "
                "UNION SELECT z.zone, z.name, z.parent FROM zone z JOIN up ON z.zone = up.parent) SELECT * FROM up",
                pack_.query_of(definition, definition.cells, ledger)),
            definition.id);
        for (const auto& row : zones.rows) units[to_text(row[0])] = {to_text(row[1]), to_text(row[2])};
        return units;
    }

    /// A first row 合计; then each area column is levelled, so that its printed rows add up to the printed total.
    static void add_total(Table& table, const TableDefinition& definition) {
        std::vector<Value> total(table.spec.columns.size());
        total.front() = std::string("合计 Total");
        for (std::size_t c = 0; c < table.spec.columns.size(); ++c) {
            if (table.spec.columns[c].type == FieldType::area) total[c] = level_column(table, c, definition);
        }
        table.rows.insert(table.rows.begin(), std::move(total));
    }

    static std::int64_t level_column(Table& table, std::size_t column, const TableDefinition& definition) {
        std::vector<Area> areas;
        for (const auto& row : table.rows) {
            const auto* units = std::get_if<std::int64_t>(&row[column]);
            areas.emplace_back(units ? *units : 0);
        }
        const PrintUnit unit = print_unit(definition.unit, definition.decimals);
        const auto steps = levelled(areas, unit);
        std::int64_t total = 0;
        for (std::size_t i = 0; i < table.rows.size(); ++i) {
            total += steps[i];
            if (std::holds_alternative<std::int64_t>(table.rows[i][column]))
                table.rows[i][column] = printed_area(steps[i], unit).units();
        }
        return printed_area(total, unit).units();
    }

    std::string pack_name_, folder_ = "tables";
    std::vector<std::string> with_;
    PrintedPack pack_;
};

}  // namespace

std::unique_ptr<Step> make_tables() { return std::make_unique<Tables>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>

#include "common.hpp"
#include "linmu/algo/crosstab.hpp"
#include "linmu/algo/levelling.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/table_pack.hpp"
#include "linmu/io/versions.hpp"
#include "linmu/io/workbook.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

AreaUnit unit_of(const std::string& name) {
    return name == "m2" ? AreaUnit::m2 : name == "ha" ? AreaUnit::ha : AreaUnit::mu;
}

/// "name|中文|unit" of a query's column: the unit "area" marks whole numbers of 1e-4 m2.
Field field_of(const Field& queried) {
    const auto bar = queried.name.find('|');
    if (bar == std::string::npos) return queried;
    const auto second = queried.name.find('|', bar + 1);
    Field field{queried.name.substr(0, bar), queried.type, "", queried.name.substr(bar + 1, second - bar - 1)};
    if (second != std::string::npos) field.unit = queried.name.substr(second + 1);
    if (field.unit == "area") field.type = FieldType::area;
    return field;
}

std::string text_of(const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    return text ? *text : std::string();
}
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
        pack_ = load_table_pack(pack_name_);
        context.files->push_back(find_data_file("tables", pack_name_));
        if (!pack_.terms_name.empty()) context.files->push_back(find_data_file("terms", pack_.terms_name));
        set_parameters(pack_.parameters, with_, pack_.id);
        return {};
    }

    Made run(const WholeInput&, RunContext& context) override {
        std::filesystem::create_directories(context.product_path(folder_));
        std::vector<Printed> printed;
        for (const auto& definition : pack_.tables) {
            const auto missing =
                std::ranges::find_if(definition.needs, [&](const auto& need) { return !context.ledger->has(need); });
            if (missing == definition.needs.end())
                printed.push_back({&definition, table_of(definition, *context.ledger)});
            else context.note(fmt::format("table '{}' is not written: the ledger has no {}", definition.id, *missing));
        }
        for (const auto& table : printed) write(table, context);
        for (const auto language : {Language::zh, Language::en}) write_book(printed, language, context);
        return {};
    }

private:
    struct Printed {
        const TableDefinition* definition;
        Table table;
    };

    std::string query_of(const TableDefinition& definition, const std::string& sql, const Ledger& ledger) const {
        return with_stand_ins(with_parameters(sql, pack_.parameters), stand_ins(ledger, definition.wants));
    }

    Table table_of(const TableDefinition& definition, const Ledger& ledger) const {
        if (!definition.cells.empty()) return summary_of(definition, ledger);
        Table table = ledger.query(query_of(definition, definition.sql, ledger), definition.id);
        for (auto& column : table.spec.columns) column = field_of(column);
        if (definition.total) add_total(table, definition);
        return table;
    }

    Table summary_of(const TableDefinition& definition, const Ledger& ledger) const {
        const Table rows = ledger.query(query_of(definition, definition.cells, ledger), definition.id);
        if (rows.spec.columns.size() != 3)
            throw DataError(fmt::format("table '{}': cells must give unit, class and area", definition.id));
        std::vector<CrosstabCell> cells;
        for (const auto& row : rows.rows) {
            if (!is_null(row[2]))
                cells.push_back({text_of(row[0]), text_of(row[1]), Area(std::get<std::int64_t>(row[2]))});
        }
        try {
            return crosstab(
                {columns_of(definition), print_unit(definition.unit, definition.decimals), definition.balance}, cells,
                definition.balance ? std::map<std::string, CrosstabUnit>() : units_of(definition, ledger));
        } catch (const DataError& fault) {
            throw DataError(fmt::format("table '{}' of {}: {}", definition.id, pack_.id, fault.what()));
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
                query_of(definition, definition.cells, ledger)),
            definition.id);
        for (const auto& row : zones.rows) units[text_of(row[0])] = {text_of(row[1]), text_of(row[2])};
        return units;
    }

    std::vector<std::string> footer(Language language) const {
        std::vector<std::string> lines;
        for (const auto& line : language == Language::zh ? pack_.footer_zh : pack_.footer_en)
            lines.push_back(with_parameters(line, pack_.parameters));
        lines.push_back("linmu " + program_version());
        return lines;
    }

    void write_book(const std::vector<Printed>& printed, Language language, RunContext& context) const {
        if (printed.empty()) return;
        const bool chinese = language == Language::zh;
        std::vector<Sheet> sheets;
        for (const auto& [definition, table] : printed) {
            sheets.push_back({.title = chinese ? definition->title_zh : definition->title_en,
                              .table = &table,
                              .area_unit = unit_of(definition->unit),
                              .decimals = definition->decimals,
                              .total_first = definition->total,
                              .footer = footer(language)});
        }
        Product product;
        product.path = context.product_path(fmt::format("{}/{}.{}.xlsx", folder_, pack_.id, chinese ? "zh" : "en"));
        product.kind = "workbook";
        product.title = chinese ? pack_.name_zh : pack_.name_en;
        write_workbook(product.path, sheets, language);
        context.products->push_back(std::move(product));
    }

    void write(const Printed& printed, RunContext& context) const {
        const auto& [definition_at, table] = printed;
        const auto& definition = *definition_at;
        for (const bool chinese : {true, false}) {
            const std::string language = chinese ? "zh" : "en";
            const std::string path =
                context.product_path(fmt::format("{}/{}.{}.csv", folder_, definition.id, language));
            write_csv(path, table,
                      {.language = chinese ? Language::zh : Language::en,
                       .area_unit = unit_of(definition.unit),
                       .decimals = definition.decimals,
                       .byte_order_mark = chinese});
            Product product;
            product.path = path;
            product.kind = "table";
            product.title = chinese ? definition.title_zh : definition.title_en;
            context.products->push_back(std::move(product));
        }
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
    TablePack pack_;
};

}  // namespace

std::unique_ptr<Step> make_tables() { return std::make_unique<Tables>(); }

}  // namespace linmu

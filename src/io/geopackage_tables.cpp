// SPDX-License-Identifier: MIT
#include "geopackage_tables.hpp"

#include <fmt/format.h>

#include <set>

#include "geopackage.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

void run_with(Database& database, const std::string& sql, const std::vector<Value>& values) {
    const auto statement = database.prepare(sql);
    for (std::size_t i = 0; i < values.size(); ++i) database.bind(statement.get(), static_cast<int>(i) + 1, values[i]);
    while (database.step(statement.get())) {
    }
}

void make_column_table(Database& database) {
    if (!database.text("SELECT 1 FROM sqlite_master WHERE name = 'gpkg_data_columns'").empty()) return;
    database.run(
        "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, "
        "description TEXT, "
        "mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), "
        "CONSTRAINT gdc_tn UNIQUE (table_name, name))");
    database.run(
        "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, "
        "definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, "
        "extension_name))");
    database.run(
        "INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', "
        "'http://www.geopackage.org/spec121/#extension_schema', 'read-write')");
}

}  // namespace

void register_table(Database& geopackage, const std::string& table, const std::string& identifier) {
    const auto shown = identifier.empty() ? table : identifier;
    // Identifiers are unique in the standard.
    const auto taken = geopackage.prepare("SELECT 1 FROM gpkg_contents WHERE identifier = ?");
    geopackage.bind(taken.get(), 1, shown);
    const auto unique = geopackage.step(taken.get()) ? table : shown;
    run_with(geopackage,
             "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) VALUES "
             "(?, 'attributes', ?, '', ?, 0)",
             {table, unique, std::string(fixed_moment)});
}

void describe_columns(Database& geopackage, const std::string& table, const std::vector<Field>& fields) {
    std::set<std::string> names;
    for (const auto& field : fields) {
        if (field.name_zh.empty() && field.unit.empty()) continue;
        make_column_table(geopackage);
        // A table's names differ in the standard; titles need not.
        const Value name =
            !field.name_zh.empty() && names.insert(field.name_zh).second ? Value{field.name_zh} : Value{};
        const Value title = field.name_zh.empty() ? Value{} : Value{field.name_zh};
        const Value unit = field.unit.empty() ? Value{} : Value{field.unit};
        run_with(
            geopackage,
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) VALUES (?, ?, ?, ?, ?)",
            {table, field.name, name, title, unit});
    }
}

void check_geopackage(const Database& geopackage, const std::string& path, const std::vector<std::string>& tables) {
    const auto check = [&](const std::string& pragma) {
        if (const auto words = geopackage.text(pragma); words != "ok")
            throw DataError(fmt::format("{} is damaged: {}", path, words));
    };
    if (tables.empty()) check("PRAGMA integrity_check");
    for (const auto& table : tables) check(fmt::format("PRAGMA integrity_check({})", sql_name(table)));
    if (const auto table = geopackage.text("PRAGMA foreign_key_check"); !table.empty()) {
        throw DataError(fmt::format("{}: rows of table {} point to rows that are not there", path, table));
    }
}

}  // namespace linmu

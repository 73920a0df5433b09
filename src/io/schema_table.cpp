// SPDX-License-Identifier: MIT
#include "schema_table.hpp"

#include <fmt/format.h>

namespace linmu {
namespace {

const char* sql_type(FieldType type) {
    if (type == FieldType::text) return "TEXT";
    return type == FieldType::real ? "REAL" : "INTEGER";
}

}  // namespace

std::vector<std::string> names_of(const SchemaField& field) {
    std::vector<std::string> names{field.name, field.name_zh};
    names.insert(names.end(), field.aliases.begin(), field.aliases.end());
    return names;
}

std::string folded(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == ' ' || c == '\t') continue;
        out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

SchemaTable::SchemaTable(const Schema& schema) : database_(":memory:", Database::Mode::write) {
    std::string columns = "row_number INTEGER PRIMARY KEY", marks = "?";
    for (const auto& field : schema.fields) {
        columns += fmt::format(", {} {}", sql_name(field.name), sql_type(field.type));
        marks += ", ?";
    }
    database_.run(fmt::format("CREATE TABLE layer ({})", columns));
    database_.run("BEGIN");
    insert_ = database_.prepare(fmt::format("INSERT INTO layer VALUES ({})", marks));
}

void SchemaTable::add(const std::vector<Value>& row) {
    sqlite3_reset(insert_.get());
    database_.bind(insert_.get(), 1, Value{rows_++});
    for (std::size_t i = 0; i < row.size(); ++i) database_.bind(insert_.get(), static_cast<int>(i) + 2, row[i]);
    static_cast<void>(database_.step(insert_.get()));
}

std::vector<std::size_t> SchemaTable::rows_of(const std::string& sql) const {
    const auto query = database_.prepare(sql);
    std::vector<std::size_t> rows;
    while (database_.step(query.get())) rows.push_back(static_cast<std::size_t>(sqlite3_column_int64(query.get(), 0)));
    return rows;
}

std::vector<std::size_t> SchemaTable::broken(const SchemaRule& rule) const {
    // The condition stands in a column, as those over several rows (OVER) may not stand in WHERE.
    const auto judged = rule.empty ? std::string() : fmt::format(" AND {} IS NOT NULL", sql_name(rule.fields.front()));
    return rows_of(
        fmt::format("SELECT row_number FROM (SELECT *, ({}) AS holds FROM layer) WHERE NOT holds{} ORDER BY 1",
                    rule.holds, judged));
}

std::vector<std::size_t> SchemaTable::repeated(const SchemaField& field) const {
    const auto name = sql_name(field.name);
    return rows_of(
        fmt::format("SELECT row_number FROM layer WHERE {0} IN (SELECT {0} FROM layer WHERE {0} IS NOT NULL "
                    "GROUP BY {0} HAVING count(*) > 1) ORDER BY 1",
                    name));
}

}  // namespace linmu

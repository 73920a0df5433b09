// SPDX-License-Identifier: MIT
#include "ledger_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "sqlite_handles.hpp"

namespace linmu {
namespace {

constexpr const char* area_unit = "1e-4 m2";

bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

const char* type_name(FieldType type) {
    switch (type) {
        case FieldType::text: return "text";
        case FieldType::integer: return "integer";
        case FieldType::real: return "real";
        case FieldType::area: break;
    }
    return "area";
}

const char* sql_type(FieldType type) {
    switch (type) {
        case FieldType::text: return "TEXT";
        case FieldType::real: return "REAL";
        case FieldType::integer:
        case FieldType::area: break;
    }
    return "INTEGER";
}

FieldType type_of(std::string_view name) {
    for (const auto type : {FieldType::text, FieldType::integer, FieldType::real}) {
        if (name == type_name(type)) return type;
    }
    return FieldType::area;
}

std::string key_of(const std::vector<Field>& columns) {
    return std::ranges::any_of(columns, [](const Field& c) { return same_name(c.name, "fid"); }) ? "row_id" : "fid";
}

bool has_areas(const std::vector<Field>& columns) {
    return std::ranges::any_of(columns, [](const Field& c) { return c.type == FieldType::area; });
}

std::vector<Field> stored(std::vector<Field> fields) {
    for (auto& field : fields) {
        if (field.type == FieldType::area) field.unit = area_unit;
    }
    return fields;
}

bool fits(const Value& value, FieldType type) {
    if (std::holds_alternative<std::monostate>(value)) return true;
    if (type == FieldType::text) return std::holds_alternative<std::string>(value);
    const bool whole = std::holds_alternative<std::int64_t>(value);
    return type == FieldType::real ? whole || std::holds_alternative<double>(value) : whole;
}

void widen(FieldType& type, const Value& value) {
    if (std::holds_alternative<std::string>(value)) type = FieldType::text;
    else if (std::holds_alternative<double>(value) && type != FieldType::text) type = FieldType::real;
}

std::string view_of(const std::string& table, const std::string& key, const std::vector<Field>& columns) {
    std::vector<std::string> parts{sql_name(key)};
    for (const auto& column : columns) {
        const auto name = sql_name(column.name);
        if (column.type != FieldType::area) {
            parts.push_back(name);
            continue;
        }
        parts.push_back(fmt::format("{} / 1e4 AS {}", name, sql_name(column.name + "_m2")));
        parts.push_back(fmt::format("{} / 1e8 AS {}", name, sql_name(column.name + "_ha")));
        parts.push_back(fmt::format("{} * 15 / 1e8 AS {}", name, sql_name(column.name + "_mu")));
    }
    return fmt::format("CREATE VIEW {} AS SELECT {} FROM {}", sql_name(table + "_m2"), fmt::join(parts, ", "),
                       sql_name(table));
}

}  // namespace linmu

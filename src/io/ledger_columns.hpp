// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/layer.hpp"

namespace linmu {

/// What linmu_columns calls a type: "text", "integer", "real", "area"; and back.
[[nodiscard]] const char* type_name(FieldType type);
[[nodiscard]] FieldType type_of(std::string_view name);
/// Its type in SQLite.
[[nodiscard]] const char* sql_type(FieldType type);
/// Name of the table's own key: "fid", or "row_id" where it has a column of that name.
[[nodiscard]] std::string key_of(const std::vector<Field>& columns);
[[nodiscard]] bool has_areas(const std::vector<Field>& columns);
/// Fields as they stand in the file: an area is known by its unit.
[[nodiscard]] std::vector<Field> stored(std::vector<Field> fields);
[[nodiscard]] bool fits(const Value& value, FieldType type);
/// A column's type takes in another of its values: text takes in all, a real number whole ones.
void widen(FieldType& type, const Value& value);
/// SQL of the view `<table>_m2`: each `area` as area_m2, area_ha and area_mu. 1 mu is 10000/15 m2.
[[nodiscard]] std::string view_of(const std::string& table, const std::string& key, const std::vector<Field>& columns);

}  // namespace linmu

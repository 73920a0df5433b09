// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "linmu/core/geometry.hpp"

namespace linmu {

/// `area` is a whole number of 1e-4 m2 (see Area) and travels as integer.
enum class FieldType { text, integer, real, area };

/// Nothing, text (UTF-8), whole number (areas too), number.
using Value = std::variant<std::monostate, std::string, std::int64_t, double>;

struct Field {
    std::string name;
    FieldType type = FieldType::text;
    std::string unit;     ///< "m2", "mu", "degree", "%"; empty where there is none
    std::string name_zh;  ///< shown to people; empty: `name`
};

struct Feature {
    std::int64_t fid = 0;  ///< as in the file
    Geometry geometry;
    std::vector<Value> values;
};

/// A layer without its features.
struct LayerSpec {
    std::string name;
    std::string crs;  ///< "EPSG:n" or WKT; x east, y north
    std::vector<Field> fields;
};

struct Layer {
    LayerSpec spec;
    std::vector<Feature> features;
};

struct TableSpec {
    std::string name;
    std::string title_zh;
    std::vector<Field> columns;
};

struct Table {
    TableSpec spec;
    std::vector<std::vector<Value>> rows;
};

/// Bounds of all features.
[[nodiscard]] Box bounds(const Layer& layer);
/// Position of the field named so; throws DataError with the nearest name.
[[nodiscard]] std::size_t field_index(const std::vector<Field>& fields, std::string_view name, std::string_view where);
/// "" for nothing; numbers in their shortest exact form.
[[nodiscard]] std::string to_text(const Value& value);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "ogr_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

[[noreturn]] void refuse(const Field& field, const char* kind) {
    throw DataError(fmt::format("field '{}' holds a value that is no {}", field.name, kind));
}

double as_real(const Field& field, const Value& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&value)) return *real;
    refuse(field, "number");
}

std::int64_t as_whole(const Field& field, const Value& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return *whole;
    refuse(field, "whole number");
}

const std::string& as_text(const Field& field, const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    refuse(field, "text");
}

std::size_t parts(const Geometry& geometry) {
    return geometry.polygons.size() + geometry.lines.size() + geometry.points.size();
}

}  // namespace

GeometryKind kind_of(const Layer& layer) {
    auto kind = GeometryKind::none;
    for (const auto& feature : layer.features) {
        const auto own = kind_of(feature.geometry);
        if (own == GeometryKind::none) continue;
        if (kind != GeometryKind::none && own != kind) {
            throw DataError(fmt::format("layer '{}': feature {} is a {} among {}s", layer.spec.name, feature.fid,
                                        to_string(own), to_string(kind)));
        }
        kind = own;
    }
    if (kind == GeometryKind::none)
        throw DataError(fmt::format("layer '{}' has no geometry to write", layer.spec.name));
    return kind;
}

bool needs_multi(const Layer& layer) {
    return std::ranges::any_of(layer.features, [](const Feature& feature) { return parts(feature.geometry) > 1; });
}

OGRwkbGeometryType ogr_type(GeometryKind kind, bool multi) {
    switch (kind) {
        case GeometryKind::polygon: return multi ? wkbMultiPolygon : wkbPolygon;
        case GeometryKind::line: return multi ? wkbMultiLineString : wkbLineString;
        case GeometryKind::point: return multi ? wkbMultiPoint : wkbPoint;
        case GeometryKind::none: break;
    }
    return wkbUnknown;
}

OGRFieldType ogr_type(FieldType type, AreaForm areas) {
    switch (type) {
        case FieldType::text: return OFTString;
        case FieldType::integer: return OFTInteger64;
        case FieldType::real: return OFTReal;
        case FieldType::area: break;
    }
    return areas == AreaForm::units ? OFTInteger64 : OFTReal;
}

void set_value(OGRFeature& feature, int index, const Field& field, const Value& value, AreaForm areas) {
    if (std::holds_alternative<std::monostate>(value)) {
        feature.SetFieldNull(index);
    } else if (field.type == FieldType::text) {
        feature.SetField(index, as_text(field, value).c_str());
    } else if (field.type == FieldType::real) {
        feature.SetField(index, as_real(field, value));
    } else if (field.type == FieldType::area && areas == AreaForm::square_metres) {
        feature.SetField(index, static_cast<double>(as_whole(field, value)) / 1e4);
    } else {
        feature.SetField(index, static_cast<GIntBig>(as_whole(field, value)));
    }
}

}  // namespace linmu

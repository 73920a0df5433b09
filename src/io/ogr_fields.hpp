// SPDX-License-Identifier: MIT
#pragma once
#include <ogr_feature.h>
#include <ogrsf_frmts.h>

#include <string>

#include "geopackage.hpp"
#include "linmu/core/layer.hpp"
#include "ogr_geometry.hpp"

namespace linmu {

/// Of the features; throws DataError when they are of two kinds, or when none has a geometry.
[[nodiscard]] GeometryKind kind_of(const Layer& layer);
[[nodiscard]] bool needs_multi(const Layer& layer);
[[nodiscard]] OGRwkbGeometryType ogr_type(GeometryKind kind, bool multi);
[[nodiscard]] OGRFieldType ogr_type(FieldType type, AreaForm areas);
/// Throws DataError when the value is not of the field's type.
void set_value(OGRFeature& feature, int index, const Field& field, const Value& value, AreaForm areas);

}  // namespace linmu

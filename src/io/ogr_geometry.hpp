// SPDX-License-Identifier: MIT
#pragma once
#include <ogr_geometry.h>

#include <memory>
#include <string>

#include "linmu/core/geometry.hpp"

namespace linmu {

enum class GeometryKind { none, polygon, line, point };
[[nodiscard]] const char* to_string(GeometryKind kind) noexcept;
/// `none` for an empty geometry. REQUIRES: coordinates of one kind.
[[nodiscard]] GeometryKind kind_of(const Geometry& geometry) noexcept;
/// Of a layer's declared type: curves, Z and M counted as their plain kind; `none` for unknown and for collections.
[[nodiscard]] GeometryKind kind_of(OGRwkbGeometryType type) noexcept;

/// Plain x, y coordinates of any geometry: curves as chords, parts of collections side by side, rings without their last point.
/// Throws DataError: parts of two kinds, or a coordinate that is no number.
[[nodiscard]] Geometry from_ogr(const OGRGeometry& geometry);
/// As Polygon, LineString or Point, or their Multi forms when `multi`. Null for an empty geometry.
[[nodiscard]] std::unique_ptr<OGRGeometry> to_ogr(const Geometry& geometry, bool multi);

}  // namespace linmu

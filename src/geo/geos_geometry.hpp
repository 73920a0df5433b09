// SPDX-License-Identifier: MIT
#pragma once
#include "geos_handles.hpp"
#include "linmu/core/geometry.hpp"

namespace linmu {

/// Throws DataError with `what` and GEOS's words for a null pointer.
[[nodiscard]] GeosGeometry geos_checked(GEOSGeometry* made, const char* what);
/// Polygons, else lines, else points. Throws DataError where GEOS can't build it: rings of one or two points.
[[nodiscard]] GeosGeometry to_geos(const Geometry& geometry);
[[nodiscard]] Geometry from_geos(const GeosGeometry& g);

}  // namespace linmu

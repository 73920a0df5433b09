// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "linmu/core/geometry.hpp"

namespace linmu {

/// A geometry from a GeoPackage's blob: its header, then well-known binary (OGC 12-128r15, 2.1.3; 06-103r4, 8.2): points, lines,
/// polygons and collections of these, of either byte order, Z and M left out; rings without their last point, empty parts left out,
/// as `from_ogr` does.
/// Nothing for any other type, for parts of several kinds, for coordinates that are no numbers, and for bytes that end too early.
[[nodiscard]] std::optional<Geometry> from_geopackage_blob(std::span<const std::uint8_t> blob);

}  // namespace linmu

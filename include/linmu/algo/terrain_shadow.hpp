// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/algo/terrain.hpp"
#include "linmu/core/block.hpp"

namespace linmu {

/// How many cells around a cell may shade it, looking `reach` metres toward the sun. At least 1.
[[nodiscard]] int shadow_halo(CellSize cell, double reach);

/// Where the terrain keeps the sun out: 1 in shade, 0 lit, no_code where the height is missing.
///
/// A cell is in cast shadow when the ray from its centre to the sun's passes below the terrain within `reach` metres. The
/// ray is held against the terrain wherever it crosses a line through centres of cells, a row's or a column's; between
/// two centres the terrain is linear. That is exact for a surface of such lines: nothing thinner than a cell is missed, and a
/// wall of height h shades exactly the centres nearer than h tan(zenith). A cell is in its own shade when cos i (see
/// `illumination`) is at most `least_light`. Heights that are missing shade nothing. The earth's curve is left out: over 5 km it
/// is 2 m.
///
/// `dem`: heights in metres with a halo of shadow_halo() cells on each side, by which the result is smaller.
/// O(cells x halo) at worst; rays end where they are above all that the plane holds.
/// REQUIRES: zenith below 90; cell sizes in metres.
[[nodiscard]] CodePlane terrain_shadow(const RealPlane& dem, CellSize cell, SunAngles sun, double reach,
                                       double least_light);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/core/block.hpp"

namespace linmu {

/// Slope, aspect and light of a height model: what gdaldem computes without -compute_edges.
///
/// `dem` holds heights in metres with a halo of 1 cell on each side; results are smaller by that halo. A cell has no value where
/// one of its nine heights is missing, hence along the edges of a raster.
/// REQUIRES: cell sizes in metres, so a projected grid: never degrees. North is the grid's, not the meridian's.
struct CellSize {
    double x;
    double y;
};

/// How the gradient is taken. `horn`: eight neighbours (Horn 1981, Proc. IEEE 69:14-47), smoother, for rough ground.
/// `zevenbergen_thorne`: the four nearest neighbours (Zevenbergen & Thorne 1987, Earth Surf. Process. Landforms 12:47-56),
/// the default of SAGA, for smooth ground. Both ask for all nine heights.
enum class SlopeMethod { horn, zevenbergen_thorne };

/// Degrees from the horizontal, 0 to 90.
[[nodiscard]] RealPlane slope(const RealPlane& dem, CellSize cell, SlopeMethod method = SlopeMethod::horn);

/// Where the slope faces, in degrees clockwise from north, 0 to 360 (360 excluded); flat is -1.
[[nodiscard]] RealPlane aspect(const RealPlane& dem, CellSize cell, SlopeMethod method = SlopeMethod::horn);
inline constexpr float flat_aspect = -1.0F;

/// By Horn: cos i, i the angle between sun and the normal of the ground: 1 faces the sun, 0 or less is in its own shade.
/// cos i = cos z cos s + sin z sin s cos(a - f) with zenith z and azimuth a of the sun (degrees), slope s, aspect f.
[[nodiscard]] RealPlane illumination(const RealPlane& dem, CellSize cell, double sun_zenith, double sun_azimuth);

}  // namespace linmu

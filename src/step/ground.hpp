// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

#include "linmu/algo/terrain.hpp"
#include "linmu/step/step.hpp"

namespace linmu {

/// Cell sizes of a projected grid in metres. Throws DataError for a grid in degrees; `what` needs the metres: "slopes".
[[nodiscard]] CellSize cell_in_metres(const Grid& grid, std::string_view what);

/// Throws DataError when the first band of a height model holds codes.
void check_heights(const RasterSpec& dem);

/// The bands of a terrain step's raster that say how the ground lies, in degrees.
struct GroundBands {
    std::size_t slope;
    std::size_t aspect;
};
/// Throws DataError when the raster lacks one; `where` is the id of the step that gives it.
[[nodiscard]] GroundBands ground_bands(const RasterSpec& terrain, std::string_view where);

}  // namespace linmu

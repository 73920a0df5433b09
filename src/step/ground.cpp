// SPDX-License-Identifier: MIT
#include "ground.hpp"

#include <fmt/format.h>

#include "common.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu {

CellSize cell_in_metres(const Grid& grid, std::string_view what) {
    const Crs crs = parse_crs(grid.crs);
    if (crs.geographic)
        throw DataError(
            fmt::format("{} need cells in metres, but the grid is in degrees ({}); give a [grid] in a projected CRS",
                        what, crs.name));
    return {grid.cell_x * crs.metres_per_unit, grid.cell_y * crs.metres_per_unit};
}

void check_heights(const RasterSpec& dem) {
    if (dem.bands.at(0).kind != BandKind::real) throw DataError("heights must be a real band, not codes");
}

GroundBands ground_bands(const RasterSpec& terrain, std::string_view where) {
    return {band_index(terrain.bands, "slope", where), band_index(terrain.bands, "aspect", where)};
}

}  // namespace linmu

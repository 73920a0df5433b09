// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "linmu/core/geometry.hpp"
#include "linmu/core/grid.hpp"

namespace linmu {

/// Cells wholly inside: columns [col, col_end) of a row.
struct CellRun {
    int row, col, col_end;
};
/// A cell that the boundary crosses, with the exact share of it that is inside, in (0, 1].
struct CellShare {
    int row, col;
    double share;
};

/// Which cells a polygon covers, and how much of each. Rows ascend; runs and shares are sorted by (row, col);
/// no cell is in both. Cells outside of the grid are left out, and `outside` says if the polygon reaches there.
struct Coverage {
    std::vector<CellRun> inside;
    std::vector<CellShare> boundary;
    bool outside = false;
};

/// Exact fractions by one pass over the edges that accumulates signed areas, then a running sum along each row
/// (the method of font rasterisers with exact area coverage: FreeType, Anti-Grain Geometry).
/// O(n log n) in n = edges + crossings of edges with cells' borders, plus the runs and shares it gives; the inside of a
/// large polygon costs nothing. Coordinates are those of the grid's CRS. Rings may have any orientation; a part inside
/// another's hole counts. A share within 1e-12 of 1 is inside, one below 1e-12 is nothing; coordinates within the
/// precision of a double from a border of cells lie on it.
/// REQUIRES valid polygons: where parts overlap, a partly covered cell counts twice (to 1 at most).
/// Safe for many threads. Throws DataError for coordinates that are not finite.
[[nodiscard]] Coverage coverage(const Geometry& polygons, const Grid& grid);

}  // namespace linmu

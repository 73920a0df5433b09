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
    friend bool operator==(const CellRun&, const CellRun&) = default;
};
/// A cell that the boundary crosses, with the exact share of it that is inside, in (0, 1]. Of a line or points: the share
/// of the feature that lies in the cell.
struct CellShare {
    int row, col;
    double share;
    friend bool operator==(const CellShare&, const CellShare&) = default;
};

/// How a feature lies on the grid. None vanishes: what has no cells has a status that says why.
enum class CoverageStatus : std::uint8_t {
    ok,
    partly_outside,  ///< of the grid
    outside,         ///< nothing of it is on the grid
    small,           ///< a polygon of less than a cell's area; its shares are exact all the same
    invalid          ///< no coordinates, no area, or cells that do not sum to the polygon's area: it crosses itself
};
[[nodiscard]] const char* to_string(CoverageStatus status) noexcept;  ///< "ok", "partly outside", "smaller than a cell"

/// Which cells a feature covers, and how much of each. Rows ascend; runs and shares are sorted by (row, col);
/// no cell is in both. Cells outside of the grid are left out, and `outside` says if the feature reaches there.
struct Coverage {
    std::vector<CellRun> inside;
    std::vector<CellShare> boundary;
    bool outside = false;
    CoverageStatus status = CoverageStatus::ok;
    friend bool operator==(const Coverage&, const Coverage&) = default;
};

/// Shares are whole multiples of this, 2^-48, so that they can be stored in six bytes and summed exactly.
inline constexpr double share_unit = 1.0 / (std::int64_t{1} << 48);

/// Of polygons: exact fractions by one pass over the edges that accumulates signed areas, then a running sum along each
/// row (the method of font rasterisers with exact area coverage: FreeType, Anti-Grain Geometry).
/// O(n log n) in n = edges + crossings of edges with cells' borders, plus the runs and shares it gives; the inside of a
/// large polygon costs nothing. Coordinates are those of the grid's CRS. Rings may have any orientation; a part inside
/// another's hole counts. A share within 1e-12 of 1 is inside, one below 1e-12 is nothing; coordinates within the
/// precision of a double from a border of cells lie on it.
/// Of lines: the share of the line's length in each cell, measured in the grid's plane; what lies on a border belongs to the
/// cell south or east of it. Of points: their cells, each with its share of the points; borders as before.
/// REQUIRES valid polygons: where parts overlap, a partly covered cell counts twice (to 1 at most), and where the cells of
/// a polygon inside the grid do not sum to its area, its status is `invalid`.
/// Safe for many threads. Throws DataError for coordinates that are not finite.
[[nodiscard]] Coverage coverage(const Geometry& geometry, const Grid& grid);

}  // namespace linmu

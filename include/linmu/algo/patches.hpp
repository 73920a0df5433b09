// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "linmu/algo/run_map.hpp"
#include "linmu/core/area.hpp"
#include "linmu/core/block.hpp"
#include "linmu/core/parallel.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

namespace linmu {

/// Which neighbours of a cell belong to its patch: those beside it, or those at its corners too.
enum class Connectivity { four, eight };
[[nodiscard]] Connectivity connectivity_of(int neighbours);  ///< 4 or 8

/// The patches (connected cells of one class) of a map, numbered from 0 by their first cell, row by row from the
/// north-west: so the numbers do not depend on tiles and threads.
struct PatchLabels {
    /// The patch of each run; -1 of cells without class. Written by many threads, each of which is the first to touch its part.
    std::vector<std::int32_t, UnsetMemory<std::int32_t>> of_run;
    std::int32_t count = 0;
    friend bool operator==(const PatchLabels&, const PatchLabels&) = default;
};
/// Union-find over runs: bands of rows by `parallel`, then their seams. O(runs).
[[nodiscard]] PatchLabels label_patches(const RunMap& map, Connectivity connectivity, const ParallelFor& parallel);

/// Cells of each patch.
[[nodiscard]] std::vector<std::int64_t> patch_cells(const RunMap& map, const PatchLabels& labels);
/// Code of each patch.
[[nodiscard]] std::vector<std::int32_t> patch_codes(const RunMap& map, const PatchLabels& labels);
/// Area of each patch in units of Area: the sum of its cells, each rounded once (as TileAreas does), so that patches add up
/// to what class-area says of the map, to the last unit. O(cells).
[[nodiscard]] std::vector<std::int64_t> patch_areas(const RunMap& map, const PatchLabels& labels,
                                                    const CellAreas& areas, const ParallelFor& parallel);

/// Lengths on the ellipsoid of the edges of a grid's cells, whole numbers of 1e-4 m so that sums are exact: by row, measured
/// in the middle column. On a geographic grid that is all there is to say; on a plane of a zone three degrees wide a length
/// elsewhere in the row differs by less than one part in a thousand.
struct EdgeLengths {
    std::vector<std::int64_t> upright;  ///< by row: an edge between two cells of it
    std::vector<std::int64_t> level;    ///< by line between rows, from the north edge on: one more than rows
};
[[nodiscard]] EdgeLengths edge_lengths(const Grid& grid);
/// The same of cells of `x` by `y` units: of 1 by 1 a perimeter counts edges.
[[nodiscard]] EdgeLengths equal_edges(const RunMap& map, std::int64_t x, std::int64_t y);

/// Length of the outline of each patch, holes and the map's own border included, in the units of `lengths`. O(runs).
[[nodiscard]] std::vector<std::int64_t> patch_perimeters(const RunMap& map, const PatchLabels& labels,
                                                         const EdgeLengths& lengths);
/// The smallest window around each patch.
[[nodiscard]] std::vector<Window> patch_windows(const RunMap& map, const PatchLabels& labels);

/// All there is to know of each patch.
struct Patch {
    std::int32_t code = no_code;
    std::int64_t cells = 0;
    Area area;
    Window window;
    double perimeter = 0;  ///< m
};
[[nodiscard]] std::vector<Patch> patches(const RunMap& map, const PatchLabels& labels, const Grid& grid,
                                         const ParallelFor& parallel);

}  // namespace linmu

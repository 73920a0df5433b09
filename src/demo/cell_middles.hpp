// SPDX-License-Identifier: MIT
#pragma once
#include <functional>

#include "linmu/core/geometry.hpp"
#include "linmu/core/grid.hpp"

namespace linmu::demo {

/// Cells of the grid, and of its lattice beyond it, whose middles lie inside of polygons in the grid's CRS; by scan lines, row by row.
void for_each_middle_inside(const Geometry& polygons, const Grid& grid,
                            const std::function<void(int row, int col)>& use);

}  // namespace linmu::demo

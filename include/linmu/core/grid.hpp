// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/core/window.hpp"

namespace linmu {

/// A north-up raster frame: where cells lie. `x0`, `y0` are the outer north-west corner, in the
/// units of `crs` (x east, y north, whatever the axis order of the authority), `cell_x`, `cell_y`
/// are positive sizes. `crs` is "EPSG:n" where the authority knows it, else WKT.
struct Grid {
    std::string crs;
    double x0 = 0;
    double y0 = 0;
    double cell_x = 1;
    double cell_y = 1;
    int rows = 0;
    int cols = 0;

    [[nodiscard]] Window window() const noexcept { return {0, 0, rows, cols}; }
    [[nodiscard]] double x(double col) const noexcept { return x0 + col * cell_x; }
    [[nodiscard]] double y(double row) const noexcept { return y0 - row * cell_y; }
    [[nodiscard]] double column(double px) const noexcept { return (px - x0) / cell_x; }
    [[nodiscard]] double row(double py) const noexcept { return (y0 - py) / cell_y; }
    friend bool operator==(const Grid&, const Grid&) = default;
};

/// How one grid lies to another: same CRS and cell, and an offset of whole cells (to `tolerance` of a cell).
struct Alignment {
    bool aligned = false;
    int row = 0;  ///< row of `inner`'s corner in `outer`
    int col = 0;
    std::string reason;  ///< why not aligned, for people
};
[[nodiscard]] Alignment alignment(const Grid& outer, const Grid& inner, double tolerance = 1e-3);

/// The grid of `window` of `grid`.
[[nodiscard]] Grid crop(const Grid& grid, const Window& window);

/// Tiles of `size` cells that cover the window, row by row from the north-west; the last of a row or column may be smaller.
[[nodiscard]] std::vector<Window> tiles(const Window& window, int size);

/// "1200 x 1100 cells of 10 x 10 in EPSG:32649" for people.
[[nodiscard]] std::string describe(const Grid& grid);

}  // namespace linmu

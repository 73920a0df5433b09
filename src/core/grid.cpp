// SPDX-License-Identifier: MIT
#include "linmu/core/grid.hpp"

#include <fmt/format.h>

#include <cmath>

namespace linmu {

Alignment alignment(const Grid& outer, const Grid& inner, double tolerance) {
    if (outer.crs != inner.crs) {
        return {.reason = fmt::format("its CRS is {}, the grid's is {}", inner.crs, outer.crs)};
    }
    const auto same_size = [&](double a, double b, int n) { return std::abs(a - b) * n <= tolerance * b; };
    if (!same_size(inner.cell_x, outer.cell_x, inner.cols) || !same_size(inner.cell_y, outer.cell_y, inner.rows)) {
        return {.reason = fmt::format("its cells are {} x {}, the grid's {} x {}", inner.cell_x, inner.cell_y,
                                      outer.cell_x, outer.cell_y)};
    }
    const double row = outer.row(inner.y0);
    const double col = outer.column(inner.x0);
    const double off_row = row - std::round(row);
    const double off_col = col - std::round(col);
    if (std::abs(off_row) > tolerance || std::abs(off_col) > tolerance) {
        return {.reason = fmt::format("it is shifted by {:.3f} rows and {:.3f} columns", off_row, off_col)};
    }
    return {.aligned = true,
            .row = static_cast<int>(std::lround(row)),
            .col = static_cast<int>(std::lround(col)),
            .reason = {}};
}

Grid crop(const Grid& grid, const Window& window) {
    Grid part = grid;
    part.x0 = grid.x(window.col);
    part.y0 = grid.y(window.row);
    part.rows = window.rows;
    part.cols = window.cols;
    return part;
}

std::vector<Window> tiles(const Window& window, int size) {
    std::vector<Window> out;
    for (int r = window.row; r < window.row_end(); r += size) {
        for (int c = window.col; c < window.col_end(); c += size) {
            out.push_back(intersection(window, Window{r, c, size, size}));
        }
    }
    return out;
}

std::string describe(const Grid& grid) {
    const auto crs = grid.crs.size() <= 16 ? grid.crs : grid.crs.substr(0, grid.crs.find(',')) + ", ...]";
    return fmt::format("{} x {} cells of {} x {} in {}", grid.cols, grid.rows, grid.cell_x, grid.cell_y, crs);
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
// Any bytes as WKB: what is valid is laid on a grid; shares are shares, sorted, and add up to the polygon's area there.
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "linmu/core/error.hpp"
#include "linmu/geo/coverage.hpp"
#include "linmu/geo/topology.hpp"

namespace {

void require(bool held, const char* what, const linmu::Geometry& g) {
    if (held) return;
    std::fprintf(stderr, "%s: %s\n", what, linmu::to_wkt(g).c_str());
    std::abort();
}

double ring_area(const linmu::Ring& ring) {
    double twice = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
        twice += (ring[j].x - ring[0].x) * (ring[i].y - ring[0].y) - (ring[i].x - ring[0].x) * (ring[j].y - ring[0].y);
    return std::abs(twice) / 2;
}

double area(const linmu::Geometry& g) {
    double sum = 0;
    for (const auto& polygon : g.polygons) {
        sum += ring_area(polygon.outer);
        for (const auto& hole : polygon.holes) sum -= ring_area(hole);
    }
    return sum;
}

void check_order(const linmu::Coverage& c, const linmu::Grid& grid, const linmu::Geometry& g) {
    for (std::size_t i = 0; i < c.inside.size(); ++i) {
        const auto& run = c.inside[i];
        require(
            run.row >= 0 && run.row < grid.rows && run.col >= 0 && run.col < run.col_end && run.col_end <= grid.cols,
            "a run leaves the grid", g);
        if (i > 0) {
            const auto& last = c.inside[i - 1];
            require(last.row < run.row || (last.row == run.row && last.col_end <= run.col), "runs are not in order", g);
        }
    }
    for (std::size_t i = 0; i < c.boundary.size(); ++i) {
        const auto& cell = c.boundary[i];
        require(cell.row >= 0 && cell.row < grid.rows && cell.col >= 0 && cell.col < grid.cols,
                "a cell leaves the grid", g);
        require(cell.share > 0 && cell.share <= 1, "a share is none", g);
        if (i > 0) {
            const auto& last = c.boundary[i - 1];
            require(last.row < cell.row || (last.row == cell.row && last.col < cell.col), "cells are not in order", g);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    linmu::Geometry g;
    try {
        g = linmu::from_wkb({data, size});
        g.lines.clear();
        g.points.clear();
        if (g.empty() || linmu::invalidity(g)) return -1;
    } catch (const linmu::Error&) {
        return -1;
    }
    const linmu::Box box = linmu::bounds(g);
    const double side = std::max(box.xmax - box.xmin, box.ymax - box.ymin);
    const double reach = std::max({std::abs(box.xmin), std::abs(box.xmax), std::abs(box.ymin), std::abs(box.ymax)});
    // Coordinates of maps: a cell may not vanish in their rounding.
    if (!(reach < 1e8) || !(side > 1e-3) || side < 1e-9 * reach) return -1;
    const double cell = side / 17.3;
    const linmu::Grid grid{"EPSG:4547", box.xmin - 1.37 * cell, box.ymax + 2.11 * cell, cell, cell, 24, 24};
    const auto c = linmu::coverage(g, grid);
    check_order(c, grid, g);
    double sum = 0;
    for (const auto& run : c.inside) sum += run.col_end - run.col;
    for (const auto& part : c.boundary) sum += part.share;
    const double rounding = 1e-7 + 1e-14 * reach / cell * 24 * 24;
    require(!c.outside, "told to reach beyond the grid", g);
    require(std::abs(sum - area(g) / (cell * cell)) <= rounding, "shares do not add up to the area", g);
    return 0;
}

// SPDX-License-Identifier: MIT
#include "cell_middles.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace linmu::demo {
namespace {

std::vector<double> crossings_at(const Geometry& ground, double y) {
    std::vector<double> crossings;
    const auto ring = [&](const Ring& r) {
        for (std::size_t i = 0; i < r.size(); ++i) {
            const auto& a = r[i];
            const auto& b = r[(i + 1) % r.size()];
            if ((a.y > y) != (b.y > y)) crossings.push_back(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
        }
    };
    for (const auto& polygon : ground.polygons) {
        ring(polygon.outer);
        for (const auto& hole : polygon.holes) ring(hole);
    }
    std::ranges::sort(crossings);
    return crossings;
}

}  // namespace

void for_each_middle_inside(const Geometry& polygons, const Grid& grid,
                            const std::function<void(int row, int col)>& use) {
    const auto row_of = [&](double y) { return static_cast<int>(std::floor((grid.y0 - y) / grid.cell_y)); };
    const Box box = bounds(polygons);
    for (int row = row_of(box.ymax); row <= row_of(box.ymin); ++row) {
        const auto crossings = crossings_at(polygons, grid.y0 - (row + 0.5) * grid.cell_y);
        for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
            const double to = (crossings[i + 1] - grid.x0) / grid.cell_x - 0.5;
            for (int col = static_cast<int>(std::ceil((crossings[i] - grid.x0) / grid.cell_x - 0.5)); col < to; ++col)
                use(row, col);
        }
    }
}

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include "linmu/core/geometry.hpp"

#include <algorithm>

namespace linmu {

void Box::add(const Point& p) noexcept {
    if (empty()) {
        *this = {p.x, p.y, p.x, p.y};
        return;
    }
    xmin = std::min(xmin, p.x);
    ymin = std::min(ymin, p.y);
    xmax = std::max(xmax, p.x);
    ymax = std::max(ymax, p.y);
}

void Box::join(const Box& other) noexcept {
    if (other.empty()) return;
    add(Point{other.xmin, other.ymin});
    add(Point{other.xmax, other.ymax});
}

Box bounds(const Geometry& geometry) {
    Box box;
    for (const auto& polygon : geometry.polygons) {
        for (const auto& p : polygon.outer) box.add(p);
    }
    for (const auto& line : geometry.lines) {
        for (const auto& p : line) box.add(p);
    }
    for (const auto& p : geometry.points) box.add(p);
    return box;
}

}  // namespace linmu

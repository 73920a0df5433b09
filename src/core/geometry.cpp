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

namespace {

/// As Box::add for each point, in registers.
void add_all(Box& box, const std::vector<Point>& points) {
    if (points.empty()) return;
    box.add(points.front());
    Box now = box;
    for (const auto& p : points) {
        now.xmin = std::min(now.xmin, p.x);
        now.ymin = std::min(now.ymin, p.y);
        now.xmax = std::max(now.xmax, p.x);
        now.ymax = std::max(now.ymax, p.y);
    }
    box = now;
}

}  // namespace

Box bounds(const Geometry& geometry) {
    Box box;
    for (const auto& polygon : geometry.polygons) add_all(box, polygon.outer);
    for (const auto& line : geometry.lines) add_all(box, line);
    add_all(box, geometry.points);
    return box;
}

}  // namespace linmu

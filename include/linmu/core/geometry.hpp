// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

namespace linmu {

/// x east, y north, in the units of the CRS that the owner names; lon, lat in degrees for a geographic CRS.
struct Point {
    double x = 0;
    double y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};

/// A closed line: the first point is not repeated at the end.
using Ring = std::vector<Point>;
using Line = std::vector<Point>;

/// One outer ring, then holes. Orientation carries no meaning.
struct Polygon {
    Ring outer;
    std::vector<Ring> holes;
};

/// Plain coordinates of one kind; the others are empty. An empty geometry has none.
struct Geometry {
    std::vector<Polygon> polygons;
    std::vector<Line> lines;
    std::vector<Point> points;
    [[nodiscard]] bool empty() const noexcept { return polygons.empty() && lines.empty() && points.empty(); }
};

/// Bounds; `empty()` when nothing was added.
struct Box {
    double xmin = 1, ymin = 1, xmax = -1, ymax = -1;
    [[nodiscard]] bool empty() const noexcept { return xmin > xmax; }
    void add(const Point& p) noexcept;
    void join(const Box& other) noexcept;
};
/// Have the boxes a point in common? A common corner is one. REQUIRES boxes that are not empty.
[[nodiscard]] inline bool touch(const Box& a, const Box& b) noexcept {
    return a.xmin <= b.xmax && b.xmin <= a.xmax && a.ymin <= b.ymax && b.ymin <= a.ymax;
}
[[nodiscard]] Box bounds(const Geometry& geometry);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/geometry.hpp"

namespace linmu {

// These functions are safe for many threads: each has its own GEOS context. They throw DataError when GEOS refuses.

/// Why a geometry is not valid in the sense of OGC Simple Features, and where.
struct Invalidity {
    std::string reason;
    Point where;
};
/// Nothing when valid.
[[nodiscard]] std::optional<Invalidity> invalidity(const Geometry& geometry);
/// A valid geometry of the same dimension: GEOS MakeValid (structure method, keeps no collapsed parts). Valid input
/// comes back as it is. Throws DataError for coordinates that are not finite. Empty when all of it collapses.
[[nodiscard]] Geometry repaired(const Geometry& geometry);
/// OverlayNG. Of two polygons what has area: where they only touch, nothing. REQUIRES valid geometries.
[[nodiscard]] Geometry intersection_of(const Geometry& a, const Geometry& b);
[[nodiscard]] Geometry union_of(std::span<const Geometry> polygons);
/// A point that lies inside (PointOnSurface).
[[nodiscard]] Point inner_point(const Geometry& polygons);
/// Is the point inside (boundaries may count either way)? By crossings of a ray; O(vertices).
[[nodiscard]] bool contains(const Geometry& polygons, const Point& p);

/// How far two geometries lie apart in the plane, in its units, and where they are nearest; 0 where they meet, or one is inside of the other.
/// REQUIRES geometries that are not empty. O(n m).
struct Gap {
    double width = 0;
    Point a, b;  ///< of each; of no meaning where the width is 0
};
[[nodiscard]] Gap gap_between(const Geometry& a, const Geometry& b);

/// Heights are left out, collections taken apart into their polygons, lines and points. Throws DataError.
[[nodiscard]] Geometry from_wkt(std::string_view wkt);
/// From well-known binary (ISO or extended), by the same rules.
[[nodiscard]] Geometry from_wkb(std::span<const unsigned char> wkb);
/// Coordinates in their shortest exact form.
[[nodiscard]] std::string to_wkt(const Geometry& geometry);

/// Which of many boxes touch a box: a packed R-tree (sort-tile-recursive), built once in
/// O(n log n), then safe for many threads. Empty boxes touch nothing; a common corner is touching.
class BoxIndex {
public:
    explicit BoxIndex(std::span<const Box> boxes);
    ~BoxIndex();
    BoxIndex(BoxIndex&&) noexcept;
    BoxIndex& operator=(BoxIndex&&) noexcept;
    /// Positions in ascending order.
    [[nodiscard]] std::vector<std::size_t> touching(const Box& box) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace linmu

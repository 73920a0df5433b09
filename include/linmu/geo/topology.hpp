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

/// Why a geometry is not valid in the sense of OGC Simple Features, and where.
struct Invalidity {
    std::string reason;
    Point where;
};
/// Nothing when valid.
[[nodiscard]] std::optional<Invalidity> invalidity(const Geometry& geometry);
/// A valid geometry of the same dimension: GEOS MakeValid (structure method, keeps no collapsed parts). Valid input comes back as it is.
[[nodiscard]] Geometry repaired(const Geometry& geometry);
[[nodiscard]] Geometry intersection_of(const Geometry& a, const Geometry& b);
[[nodiscard]] Geometry union_of(std::span<const Geometry> polygons);
/// A point that lies inside (PointOnSurface).
[[nodiscard]] Point inner_point(const Geometry& polygons);

[[nodiscard]] Geometry from_wkt(std::string_view wkt);
[[nodiscard]] std::string to_wkt(const Geometry& geometry);

/// Which of many boxes touch a box: STRtree, built once, then safe for many threads.
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

// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "linmu/core/geometry.hpp"

namespace linmu {

/// Could the interiors of two valid geometries of polygons share ground? False is sure, to the rounding of
/// coordinates; true is for an overlay to decide. Neighbours whose common boundary has the same vertices in both are
/// told apart without an overlay. O(edges near the common box, squared, by their bounds).
[[nodiscard]] bool may_overlap(const Geometry& a, const Geometry& b);

/// Which geometries are the same as an earlier one: the same edges, whatever ring comes first, wherever it starts and
/// however it turns. The position of the first such, or nothing. O(n log n).
[[nodiscard]] std::vector<std::optional<std::size_t>> duplicates_among(std::span<const Geometry* const> geometries);

/// The ground that polygons should keep to. Safe for many threads.
class Outline {
public:
    explicit Outline(const Geometry& polygons);
    ~Outline();
    Outline(Outline&&) noexcept;
    Outline& operator=(Outline&&) noexcept;
    /// True is sure; false is for an overlay to decide, as for all that comes near the outline's edges.
    [[nodiscard]] bool holds(const Geometry& geometry) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// A piece of ground that polygons, which should lie side by side, do not cover just once.
struct MosaicFace {
    Polygon polygon;
    int times = 0;  ///< 0: a gap
};

/// Gaps and overlaps of valid polygons that should be seamless: edges that two neighbours share, one each way, are
/// taken out; what is left is brought to the grid of `precision`, cut where it crosses, and its faces are counted. Gaps
/// are the holes of the union and, where an outline is given, what it holds beyond. O(n log n) in vertices; a clean
/// layer costs a sort of its edges. `outline`: null for none. Faces are in no particular order that means anything, but
/// always in the same.
[[nodiscard]] std::vector<MosaicFace> mosaic_faults(std::span<const Geometry* const> polygons, const Geometry* outline,
                                                    double precision);

/// Do two geometries come within a distance of each other?
[[nodiscard]] bool within_distance(const Geometry& a, const Geometry& b, double distance);
/// Length of the common boundary of two geometries of polygons, whose vertices are brought to the grid of `precision`.
[[nodiscard]] double common_boundary(const Geometry& a, const Geometry& b, double precision);

/// Overlays on the grid of `precision`, by OverlayNG: what of `a` lies outside of `b`; both as one.
[[nodiscard]] Geometry difference_of(const Geometry& a, const Geometry& b, double precision);
[[nodiscard]] Geometry union_of(const Geometry& a, const Geometry& b, double precision);

}  // namespace linmu

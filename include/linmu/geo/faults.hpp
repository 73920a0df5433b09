// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/geometry.hpp"

namespace linmu {

/// What can be wrong with the shape of one feature. All but the last two make it invalid in the sense of OGC Simple
/// Features (06-103r4, 6.1.11.1).
enum class FaultKind {
    no_geometry,
    not_finite,
    too_few_points,
    self_intersection,
    ring_self_intersection,  ///< a ring touches itself
    hole_outside,
    nested_holes,
    nested_parts,
    overlapping_parts,
    duplicate_rings,
    split_interior,
    other_invalidity,
    repeated_point,
    spike
};
inline constexpr std::size_t fault_kinds = 14;

struct FaultName {
    std::string_view key;  ///< "self-intersection"
    std::string_view zh;
    std::string_view sentence;  ///< what it means, in English
};
[[nodiscard]] const FaultName& name_of(FaultKind kind);
[[nodiscard]] constexpr bool makes_invalid(FaultKind kind) noexcept { return kind < FaultKind::repeated_point; }

struct Fault {
    FaultKind kind;
    Point where;
    double measure = 0;  ///< of a spike: its angle in degrees
};

/// Every fault of a geometry, with its place: what GEOS says of each ring, each polygon and the whole, each proper
/// crossing of edges, each repeated point, and each vertex of polygons sharper than `spike_angle` degrees (0: none).
/// Angles are those of the coordinates: bring a layer in degrees to a plane first. O(n log n) for a valid geometry.
/// Safe for many threads.
[[nodiscard]] std::vector<Fault> faults(const Geometry& geometry, double spike_angle = 0);

/// Surely valid: one ring whose edges meet at their ends only, told in floating point with Shewchuk's error bound.
/// False says nothing. 30 ns an edge; GEOS takes twenty times as long.
[[nodiscard]] bool plainly_valid(const Geometry& geometry);

/// Sign of the turn a, b, c: +1 anticlockwise; 0 where a double can't tell.
[[nodiscard]] int turn_sign(const Point& a, const Point& b, const Point& c) noexcept;

/// The angle at `at`, 0 to 180 degrees.
[[nodiscard]] double corner_degrees(const Point& before, const Point& at, const Point& after) noexcept;

}  // namespace linmu

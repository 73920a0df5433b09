// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "linmu/core/geometry.hpp"

namespace linmu {

/// True area of a square metre of a survey plane, as it changes from place to place (1 / k2 of a conformal plane). Taken
/// on a lattice of 5 km over `bounds` (in the plane), between its nodes by a parabola in x and a line in y: within 1e-10
/// of itself in a Gauss-Kruger zone. Safe for many threads after construction, which takes 1 us a node.
class AreaScale {
public:
    AreaScale(std::string_view plane_crs, const Box& bounds);

    /// The scale along the parallel of y near x: middle + (x - x0) * slope + (x - x0)^2 * bend.
    struct Local {
        double x0 = 0, middle = 1, slope = 0, bend = 0;
        [[nodiscard]] double at(double x) const noexcept {
            const double u = x - x0;
            return middle + u * (slope + u * bend);
        }
    };
    [[nodiscard]] Local near(double x, double y) const;

private:
    double x0_ = 0, y0_ = 0;
    std::size_t cols_ = 0, rows_ = 0;
    std::vector<double> nodes_;
};

/// A polygon as a set of directed edges, the inside on their left, made ready for many intersections.
struct OverlayShape {
    struct Edge {
        Point from, to;
    };
    Box box;
    double plane_m2 = 0;  ///< area in the plane
    double m2 = 0;        ///< area on the ellipsoid, all edges straight in the plane
    double perimeter = 0;
    std::uint64_t vertices = 0;  ///< a hash of the set of vertices
    std::vector<Edge> edges;
    std::vector<Box> groups;  ///< bounds of each eight edges
    bool one_ring = false;    ///< each edge begins where the one before it ends
};
/// REQUIRES a valid geometry in the plane of `scale`. Rings may have any orientation. Throws DataError for coordinates
/// that are not finite.
[[nodiscard]] OverlayShape overlay_shape(const Geometry& in_plane, const AreaScale& scale);

/// Is it the same ground, vertex for vertex?
[[nodiscard]] bool same_shape(const OverlayShape& a, const OverlayShape& b);

/// What two shapes share: area in the plane and on the ellipsoid, edges straight in the plane.
struct SharedArea {
    double plane_m2 = 0;
    double m2 = 0;
};
/// No geometry is built. With s = +1 for an edge that has the inside below it and -1 for one that has it above, a shape
/// is the sum of s times the strip below each edge (Green's theorem), so the common area is the sum over all pairs of
/// edges of s_a * s_b times the area below both. It is continuous in the coordinates, so common edges, touching corners
/// and vertices on edges need no case of their own, and where nothing is shared terms cancel to the rounding of doubles
/// (about 1e-14 of the common box). Edges are cut to the common box first. O(edges that meet the columns of the common
/// box, pairs that share a column). Safe for many threads.
[[nodiscard]] SharedArea shared_area(const OverlayShape& a, const OverlayShape& b, const AreaScale& scale);

/// Length of the boundary of what two shapes share, m in the plane. A common edge counts once where both lie on the same
/// side of it. Positions are told apart to `grid`. O(edges of a near the common box * edges of b near it).
[[nodiscard]] double shared_perimeter(const OverlayShape& a, const OverlayShape& b, double grid);

/// OverlayNG on the grid of `grid` metres (fixed precision); polygons only. REQUIRES valid geometries.
[[nodiscard]] Geometry common_part(const Geometry& a, const Geometry& b, double grid);
[[nodiscard]] Geometry part_outside(const Geometry& a, const Geometry& b, double grid);
[[nodiscard]] Geometry joined_parts(const std::vector<const Geometry*>& parts, double grid);

}  // namespace linmu

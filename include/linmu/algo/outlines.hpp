// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "linmu/algo/patches.hpp"
#include "linmu/core/geometry.hpp"
#include "linmu/core/grid.hpp"

namespace linmu {

struct OutlineOptions {
    Connectivity connectivity = Connectivity::four;
    /// A corner goes when the triangle that it makes with its neighbours is smaller than the square of so many cells; 0: none goes.
    double simplify = 0;
};

/// The outlines of the patches of a class map, by their numbers: `labels` are those of the options' connectivity. Each is valid, and
/// all together are a coverage: neighbours have the same vertices along their common boundary, and every place where three of them meet
/// is a vertex of each. Rings have the patch to the right; a ring starts anywhere, but always at the same place.
///
/// Patches of four neighbours are one polygon each; where cells of one patch meet at a corner only, two rings touch there. Patches
/// of eight are a polygon for each of their parts that hold together by four.
///
/// Simplified are the arcs between places where three meet, each by itself (Visvalingam & Whyatt 1993, Cartographic Journal 30:46), so
/// that both sides have the same. A corner may go only if no other corner of the map lies in its triangle (corners of its own arc that have gone
/// don't count), and an arc keeps one corner at least if it has any, a ring three: so no two arcs cross or fall together, whatever is taken out elsewhere.
///
/// Memory: 10 bytes a run, and the vertices. O(runs + vertices x log of an arc's).
[[nodiscard]] std::vector<Geometry> outlines(const RunMap& map, const PatchLabels& labels, const Grid& grid,
                                             const OutlineOptions& options, const ParallelFor& parallel);

}  // namespace linmu

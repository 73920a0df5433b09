// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "linmu/algo/overlay.hpp"

namespace linmu {

/// When two parcels are neighbours. A corner is no border: tractors do not turn on a point.
struct TouchRule {
    double gap = 0.05;  ///< m: borders that lie no further apart are one border; surveys leave hairs between parcels
    double least_border = 1.0;  ///< m of common border
};

/// Length of the border of `a` along which `b` lies within `gap` m, edges of both being parallel to 5 degrees; m in the plane.
/// Where three edges lie along one another each metre of `a` counts once for each. O(edges of a * groups of b near it).
[[nodiscard]] double common_border(const OverlayShape& a, const OverlayShape& b, double gap);

/// Which block each feature belongs to: features of a block are linked by common borders. Blocks count from 0 in the order of their
/// first feature. O(n log n + pairs that are near * their edges).
[[nodiscard]] std::vector<std::int32_t> touching_blocks(const OverlayLayer& layer, const TouchRule& rule,
                                                        const ParallelFor& parallel);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstddef>

#include "linmu/geo/overlay.hpp"

namespace linmu {

/// Edges of a shape that have a box together.
inline constexpr std::size_t group_size = 8;

inline Box box_of(const OverlayShape::Edge& e) {
    return {std::min(e.from.x, e.to.x), std::min(e.from.y, e.to.y), std::max(e.from.x, e.to.x),
            std::max(e.from.y, e.to.y)};
}

inline Box common_box(const Box& a, const Box& b) {
    return {std::max(a.xmin, b.xmin), std::max(a.ymin, b.ymin), std::min(a.xmax, b.xmax), std::min(a.ymax, b.ymax)};
}

inline bool beside_or_below(const Box& part, const Box& box) {
    return part.xmax < box.xmin || part.xmin > box.xmax || part.ymax < box.ymin;
}

}  // namespace linmu

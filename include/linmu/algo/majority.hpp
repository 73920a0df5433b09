// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/core/block.hpp"

namespace linmu {

/// Each cell takes the class that is most frequent among it and its neighbours of a square of 2 x `radius` + 1 cells; a
/// tie keeps the cell's own class, or else takes the lowest code. Cells without class (`no_code`) are no neighbours and stay without.
/// `classes` has a halo of `radius`; the result is smaller by it. O(cells x radius) by sliding counts along rows.
[[nodiscard]] CodePlane majority(const CodePlane& classes, int radius);

}  // namespace linmu

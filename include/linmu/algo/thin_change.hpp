// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/core/block.hpp"

namespace linmu {

/// `after` with the class of `before` where a change is narrower than `width` cells: where no square of width x width cells that all changed
/// has the cell in it (the opening of the changed cells by a square: Serra 1982, Image Analysis and Mathematical Morphology). Two images that lie apart by a part of a
/// cell differ along every border of classes in a strip one cell wide, which is no change of the land. A cell without class at one of
/// the dates stays as it is, and does not count as changed. A cell depends on those up to width - 1 rows and columns away.
/// O(cells). REQUIRES planes of one size and width >= 1.
[[nodiscard]] CodePlane without_thin_changes(const CodePlane& before, const CodePlane& after, int width);

}  // namespace linmu

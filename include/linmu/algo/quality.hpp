// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "linmu/core/block.hpp"

namespace linmu {

/// Which cells not to use, by the quality code of a scene (Sentinel-2 SCL: 3 cloud shadow, 8 and 9 cloud, ...).
struct QualityRule {
    enum class Shape { square, disc };
    std::vector<std::int32_t> masked;  ///< cells of these codes are not used
    std::vector<std::int32_t> grown;   ///< nor are the cells near to cells of these codes
    int cells = 0;                     ///< how near: in cells, 0 is "not at all"
    Shape shape = Shape::square;       ///< square: |dr|, |dc| <= cells; disc: dr^2 + dc^2 <= cells^2
};

/// Which cells are not used (1) or are (0). `quality` is larger than the result by a halo of `rule.cells`
/// on each side, so that tiles give what the whole gives. A cell without a code (`no_code`) is not used, and does not grow:
/// beyond the edge of a raster there is nothing that could be a cloud.
/// O(cells x rule.cells). REQUIRES: 2 * rule.cells < rows and cols of `quality`.
[[nodiscard]] Plane<std::uint8_t> unusable(const CodePlane& quality, const QualityRule& rule);

/// Sets the cells that are not used to no value. REQUIRES planes of one size.
void mask(RealPlane& plane, const Plane<std::uint8_t>& unusable);
void mask(CodePlane& plane, const Plane<std::uint8_t>& unusable);

/// `block` without its halo of `rule.cells`, without its quality band, and with all unusable cells set to no value.
[[nodiscard]] Block masked(const Block& block, std::size_t quality_band, const QualityRule& rule);

}  // namespace linmu

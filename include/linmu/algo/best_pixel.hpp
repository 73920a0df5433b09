// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "linmu/core/block.hpp"

namespace linmu {

/// What makes a date the best that is available for a cell: a sum of scores from 0 to 1, each with its weight.
/// After Griffiths et al. 2013 (doi:10.1109/JSTARS.2012.2228167) and White et al. 2014 (doi:10.1080/07038992.2014.945827).
struct BestPixelRule {
    int target_day = 0;       ///< day of the year, 1 to 366
    double day_spread = 30;   ///< days at which the score of the day falls to exp(-1/2)
    int cloud_distance = 50;  ///< cells from which on a cloud no longer counts
    double day_weight = 1;
    double cloud_weight = 1;
    double haze_weight = 1;
};

/// exp(-(days / spread)^2 / 2), days counted the short way around the year: both papers' Gauss curve, 1 on the target day.
[[nodiscard]] double day_score(int day, int target, double spread);

/// Squared distance (Euclid's, in cells) from each cell of the inner part to the nearest cell of `quality` that has one of
/// `flags`, at most reach^2. `quality` is larger than the result by a halo of `reach` on each side, so that tiles give
/// what the whole gives. A cell that was not seen is no cloud. Exact (Meijster et al. 2000). O(cells).
/// REQUIRES: 2 * reach < rows and cols of `quality`.
[[nodiscard]] CodePlane squared_distance(const CodePlane& quality, std::int32_t flags, int reach);

/// The score of a distance to cloud or its shadow: 1 / (1 + exp(-10 (d / reach - 1/2))), d at most reach: both papers'
/// logistic curve, whose 0.2 per cell at a reach of 50 is 10 / reach here.
[[nodiscard]] double cloud_score(double distance, int reach);

/// Of a quality code: haze or cirrus 0, near a cloud or not told by the provider 0.5, else 1. Stands for the papers' opacity.
[[nodiscard]] float haze_score(std::int32_t quality) noexcept;

/// The weighted sum of a date's scores, in each cell. `squared` is the date's squared_distance within rule.cloud_distance,
/// `quality` its quality codes; a date that has none of them (both empty) has the score of its day alone.
/// Immutable; for any number of threads.
class BestPixelScore {
public:
    /// REQUIRES rule.day_spread > 0, rule.cloud_distance >= 1.
    explicit BestPixelScore(const BestPixelRule& rule);
    void apply(int day, std::span<const std::int32_t> squared, std::span<const std::int32_t> quality,
               std::span<float> out) const;

private:
    BestPixelRule rule_;
    std::vector<float> cloud_;  ///< weighted score by squared distance
};

}  // namespace linmu

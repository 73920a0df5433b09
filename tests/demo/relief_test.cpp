// SPDX-License-Identifier: MIT
#include "linmu/demo/relief.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace linmu::demo {
namespace {

const Relief& relief() {
    static const Relief made(6000, 3);
    return made;
}

TEST(Relief, IsMountainous) {
    std::vector<double> heights, slopes;
    for (double e = 0; e < 6000; e += 100) {
        for (double s = 0; s < 6000; s += 100) {
            heights.push_back(relief().elevation({e, s}));
            slopes.push_back(relief().slope({e, s}));
        }
    }
    const auto [low, high] = std::ranges::minmax(heights);
    EXPECT_GT(low, 600);
    EXPECT_GT(high - low, 300);
    std::ranges::nth_element(slopes, slopes.begin() + std::ssize(slopes) / 2);
    EXPECT_GT(slopes[slopes.size() / 2], 10);
    EXPECT_LT(slopes[slopes.size() / 2], 30);
}

TEST(Relief, WaterRunsDownhillAndGathers) {
    ASSERT_GT(relief().reaches().size(), 100U);
    for (const auto& reach : relief().reaches()) {
        EXPECT_GE(Relief::between(relief().knots(), reach.a), Relief::between(relief().knots(), reach.b) - 12);
        EXPECT_GE(reach.catchment_km2, 0.8);
    }
}

TEST(Relief, HeightAboveStreamsIsNeverNegative) {
    for (double e = 0; e < 6000; e += 50) EXPECT_GE(relief().above_stream({e, 3000}), 0);
}

TEST(Relief, DownhillIsWhereItIsLower) {
    int lower = 0, all = 0;
    for (double e = 500; e < 5500; e += 130) {
        const Spot here{e, 2500};
        if (relief().slope(here) < 8) continue;
        const auto down = relief().downhill(here);
        ++all;
        lower += relief().elevation({here.e + 25 * down.e, here.s + 25 * down.s}) < relief().elevation(here) ? 1 : 0;
    }
    EXPECT_GT(lower, all * 9 / 10);
}

}  // namespace
}  // namespace linmu::demo

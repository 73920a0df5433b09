// SPDX-License-Identifier: MIT
#include "linmu/algo/best_pixel.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "linmu/core/quality_flags.hpp"
#include "linmu/core/random.hpp"
#include "support/matrix.hpp"

namespace linmu {
namespace {

constexpr auto cloud = bit(QualityFlag::cloud);

TEST(BestPixel, a_day_scores_by_gauss_the_short_way_around_the_year) {
    EXPECT_DOUBLE_EQ(day_score(200, 200, 30), 1);
    EXPECT_DOUBLE_EQ(day_score(230, 200, 30), std::exp(-0.5));
    EXPECT_DOUBLE_EQ(day_score(170, 200, 30), std::exp(-0.5));
    EXPECT_NEAR(day_score(360, 5, 10), std::exp(-0.5 * 1.025 * 1.025), 1e-12) << "10.25 days over the new year";
}

TEST(BestPixel, the_cloud_score_is_the_papers_curve_at_their_reach) {
    for (const double d : {0.0, 10.0, 25.0, 40.0, 50.0})
        EXPECT_NEAR(cloud_score(d, 50), 1 / (1 + std::exp(-0.2 * (d - 25))), 1e-12);
    EXPECT_DOUBLE_EQ(cloud_score(10, 20), 0.5);
}

TEST(BestPixel, distances_are_those_of_every_pair_of_cells) {
    for (const int reach : {1, 3, 7}) {
        CodePlane quality(40, 47, 0);
        for (int r = 0; r < 40; ++r)
            for (int c = 0; c < 47; ++c) {
                const double draw = random_unit(5, static_cast<std::size_t>(reach), static_cast<std::size_t>(r),
                                                static_cast<std::size_t>(c));
                quality(r, c) = draw < 0.02 ? cloud : draw < 0.04 ? no_code : draw < 0.3 ? bit(QualityFlag::water) : 0;
            }
        const auto squared = squared_distance(quality, cloud, reach);
        ASSERT_EQ(squared.rows(), 40 - 2 * reach);
        ASSERT_EQ(squared.cols(), 47 - 2 * reach);
        for (int r = 0; r < squared.rows(); ++r)
            for (int c = 0; c < squared.cols(); ++c) {
                int least = reach * reach;
                for (int y = 0; y < 40; ++y)
                    for (int x = 0; x < 47; ++x) {
                        const int dy = y - r - reach, dx = x - c - reach;
                        if (quality(y, x) == cloud) least = std::min(least, dy * dy + dx * dx);
                    }
                ASSERT_EQ(squared(r, c), least) << "reach " << reach << ", row " << r << ", column " << c;
            }
    }
}

TEST(BestPixel, distances_of_a_tile_are_those_of_the_whole) {
    CodePlane whole(60, 60, 0);
    whole(30, 30) = cloud;
    whole(2, 58) = cloud;
    const auto all = squared_distance(whole, cloud, 10);
    CodePlane part(30, 30, 0);  // rows and columns 20 to 49
    part(10, 10) = cloud;
    const auto some = squared_distance(part, cloud, 10);
    for (int r = 0; r < some.rows(); ++r)
        for (int c = 0; c < some.cols(); ++c) ASSERT_EQ(some(r, c), all(r + 20, c + 20));
}

TEST(BestPixel, haze_and_doubt_score_less) {
    EXPECT_EQ(haze_score(0), 1);
    EXPECT_EQ(haze_score(bit(QualityFlag::water)), 1);
    EXPECT_EQ(haze_score(bit(QualityFlag::unclassified)), 0.5F);
    EXPECT_EQ(haze_score(bit(QualityFlag::near_cloud) | bit(QualityFlag::haze)), 0);
    EXPECT_EQ(haze_score(no_code), 0);
}

TEST(BestPixel, the_score_is_the_weighted_sum) {
    const BestPixelScore score({.target_day = 200,
                                .day_spread = 30,
                                .cloud_distance = 20,
                                .day_weight = 0.5,
                                .cloud_weight = 0.3,
                                .haze_weight = 0.2});
    const std::vector<std::int32_t> squared = {100, 400}, quality = {bit(QualityFlag::haze), 0};
    std::vector<float> out(2);
    score.apply(230, squared, quality, out);
    EXPECT_NEAR(out[0], 0.5 * std::exp(-0.5) + 0.3 * 0.5, 1e-6);
    EXPECT_NEAR(out[1], 0.5 * std::exp(-0.5) + 0.3 * cloud_score(20, 20) + 0.2, 1e-6);
    score.apply(200, {}, {}, out);
    EXPECT_THAT(out, testing::Each(0.5F)) << "without a quality band the day alone";
}

}  // namespace
}  // namespace linmu

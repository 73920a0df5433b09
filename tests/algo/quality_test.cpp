// SPDX-License-Identifier: MIT
#include "linmu/algo/quality.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "linmu/core/random.hpp"
#include "support/matrix.hpp"

namespace linmu {
namespace {

using test::matrix;
using Flags = Plane<std::uint8_t>;

void expect_same(const Flags& got, const Flags& wanted) {
    ASSERT_EQ(got.rows(), wanted.rows());
    ASSERT_EQ(got.cols(), wanted.cols());
    for (int r = 0; r < got.rows(); ++r)
        for (int c = 0; c < got.cols(); ++c) EXPECT_EQ(int{got(r, c)}, int{wanted(r, c)}) << r << ", " << c;
}

TEST(Quality, masks_listed_codes_and_cells_without_code) {
    const auto quality = matrix<std::int32_t>({{4, 9, no_code}, {3, 5, 6}});
    expect_same(unusable(quality, {{3, 9}, {}, 0, {}}), matrix<std::uint8_t>({{0, 1, 1}, {1, 0, 0}}));
}

CodePlane one_cloud() {
    CodePlane quality(9, 9, 4);
    quality(4, 4) = 9;
    return quality;
}

TEST(Quality, grows_a_square) {
    expect_same(unusable(one_cloud(), {{9}, {9}, 1, QualityRule::Shape::square}),
                matrix<std::uint8_t>({{0, 0, 0, 0, 0, 0, 0},
                                      {0, 0, 0, 0, 0, 0, 0},
                                      {0, 0, 1, 1, 1, 0, 0},
                                      {0, 0, 1, 1, 1, 0, 0},
                                      {0, 0, 1, 1, 1, 0, 0},
                                      {0, 0, 0, 0, 0, 0, 0},
                                      {0, 0, 0, 0, 0, 0, 0}}));
}

TEST(Quality, grows_a_disc) {
    expect_same(
        unusable(one_cloud(), {{9}, {9}, 2, QualityRule::Shape::disc}),
        matrix<std::uint8_t>({{0, 0, 1, 0, 0}, {0, 1, 1, 1, 0}, {1, 1, 1, 1, 1}, {0, 1, 1, 1, 0}, {0, 0, 1, 0, 0}}));
}

TEST(Quality, what_lies_in_the_halo_grows_inward) {
    CodePlane quality(5, 5, 4);
    quality(0, 0) = 9;
    expect_same(unusable(quality, {{9}, {9}, 1, {}}), matrix<std::uint8_t>({{1, 0, 0}, {0, 0, 0}, {0, 0, 0}}));
}

TEST(Quality, cells_without_code_do_not_grow) {
    CodePlane quality(3, 3, no_code);
    quality(1, 1) = 4;
    expect_same(unusable(quality, {{9}, {9}, 1, {}}), matrix<std::uint8_t>({{0}}));
}

TEST(Quality, tiles_give_what_the_whole_gives) {
    CodePlane whole(24, 24, 4);
    for (int r = 0; r < 24; ++r)
        for (int c = 0; c < 24; ++c)
            if (random_unit(3, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(c)) < 0.03) whole(r, c) = 9;
    const QualityRule rule{{9}, {9}, 2, QualityRule::Shape::disc};
    const auto wanted = unusable(whole, rule);
    for (int r = 0; r < 20; r += 5) {
        CodePlane tile(9, 24, 4);
        for (int i = 0; i < 9; ++i)
            for (int c = 0; c < 24; ++c) tile(i, c) = whole(r + i, c);
        const auto part = unusable(tile, rule);
        for (int i = 0; i < 5; ++i)
            for (int c = 0; c < 20; ++c) ASSERT_EQ(part(i, c), wanted(r + i, c));
    }
}

TEST(Quality, a_masked_block_loses_its_halo_and_its_quality_band) {
    Block block = test::block_of(RealPlane(3, 4, 0.5F), CodePlane(3, 4, 4), CodePlane(3, 4, 7));
    block.code(1)(1, 1) = 9;
    block.window = {10, 20, 3, 4};
    const Block result = masked(block, 1, {{9}, {}, 1, {}});
    EXPECT_EQ(result.window, (Window{11, 21, 1, 2}));
    ASSERT_EQ(result.bands.size(), 2U);
    EXPECT_TRUE(std::isnan(result.real(0)(0, 0)));
    EXPECT_EQ(result.real(0)(0, 1), 0.5F);
    EXPECT_EQ(result.code(1)(0, 0), no_code);
    EXPECT_EQ(result.code(1)(0, 1), 7);
}

}  // namespace
}  // namespace linmu

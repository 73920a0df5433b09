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

void expect_same_codes(const CodePlane& got, const CodePlane& wanted) {
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < got.size(); ++i) EXPECT_EQ(got.cells()[i], wanted.cells()[i]) << i;
}

TEST(Quality, masks_listed_codes_and_cells_without_code) {
    const auto quality = matrix<std::int32_t>({{0, 1, no_code}, {2, 16, 64}});
    expect_same(unusable(quality, {3, 0, 0, 0, {}}), matrix<std::uint8_t>({{0, 1, 1}, {1, 0, 0}}));
}

CodePlane one_cloud() {
    CodePlane quality(9, 9, 0);
    quality(4, 4) = 1;
    return quality;
}

TEST(Quality, grows_a_square) {
    expect_same(unusable(one_cloud(), {1, 1, 1, 0, QualityRule::Shape::square}),
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
        unusable(one_cloud(), {1, 1, 2, 0, QualityRule::Shape::disc}),
        matrix<std::uint8_t>({{0, 0, 1, 0, 0}, {0, 1, 1, 1, 0}, {1, 1, 1, 1, 1}, {0, 1, 1, 1, 0}, {0, 0, 1, 0, 0}}));
}

TEST(Quality, what_lies_in_the_halo_grows_inward) {
    CodePlane quality(5, 5, 0);
    quality(0, 0) = 1;
    expect_same(unusable(quality, {1, 1, 1, 0, {}}), matrix<std::uint8_t>({{1, 0, 0}, {0, 0, 0}, {0, 0, 0}}));
}

TEST(Quality, cells_without_code_do_not_grow) {
    CodePlane quality(3, 3, no_code);
    quality(1, 1) = 0;
    expect_same(unusable(quality, {1, 1, 1, 0, {}}), matrix<std::uint8_t>({{0}}));
}

TEST(Quality, tiles_give_what_the_whole_gives) {
    CodePlane whole(24, 24, 0);
    for (int r = 0; r < 24; ++r)
        for (int c = 0; c < 24; ++c)
            if (random_unit(3, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(c)) < 0.03) whole(r, c) = 1;
    const QualityRule rule{1, 1, 2, 0, QualityRule::Shape::disc};
    const auto wanted = unusable(whole, rule);
    for (int r = 0; r < 20; r += 5) {
        CodePlane tile(9, 24, 0);
        for (int i = 0; i < 9; ++i)
            for (int c = 0; c < 24; ++c) tile(i, c) = whole(r + i, c);
        const auto part = unusable(tile, rule);
        for (int i = 0; i < 5; ++i)
            for (int c = 0; c < 20; ++c) ASSERT_EQ(part(i, c), wanted(r + i, c));
    }
}

TEST(Quality, cells_near_to_unseen_ones_are_masked_when_asked) {
    CodePlane quality(5, 5, 0);
    quality(2, 0) = no_code;
    expect_same(unusable(quality, {1, 0, 0, 1, {}}), matrix<std::uint8_t>({{1, 0, 0}, {1, 0, 0}, {1, 0, 0}}));
}

TEST(Quality, masking_sets_real_and_code_cells_to_no_value) {
    RealPlane real(1, 2, 0.5F);
    CodePlane code(1, 2, 7);
    const auto hidden = matrix<std::uint8_t>({{1, 0}});
    mask(real, hidden);
    mask(code, hidden);
    EXPECT_TRUE(std::isnan(real(0, 0)));
    EXPECT_EQ(real(0, 1), 0.5F);
    EXPECT_EQ(code(0, 0), no_code);
    EXPECT_EQ(code(0, 1), 7);
}

TEST(Quality, masking_a_stored_band_hides_cells_beside_those_that_were_hidden) {
    StoredPlane plane{matrix<std::uint16_t>({{3, 4, 5}}), {}, nullptr};
    mask(plane, std::make_shared<const HiddenPlane>(matrix<std::uint8_t>({{1, 0, 0}})));
    mask(plane, std::make_shared<const HiddenPlane>(matrix<std::uint8_t>({{0, 0, 1}})));
    std::vector<float> room(3);
    const auto values = values_of(plane, 0, 3, room);
    EXPECT_TRUE(std::isnan(values[0]) && std::isnan(values[2]));
    EXPECT_EQ(values[1], 4);
    EXPECT_EQ(plane.cells(0, 2), 5) << "what is stored stays";
}

/// Some bits of Landsat's QA_PIXEL, a code and a probability, as sensors' files have them.
TEST(Quality, codes_bits_and_probabilities_become_flags) {
    using Kind = QualityCode::Test;
    const QualityDecoder bits({{.test = Kind::any_bit, .mask = 1, .unseen = true},
                               {.test = Kind::any_bit, .mask = 8, .flags = bit(QualityFlag::cloud)},
                               {.test = Kind::any_bit, .mask = 16, .flags = bit(QualityFlag::cloud_shadow)},
                               {.test = Kind::equals, .mask = 192, .value = 192, .flags = bit(QualityFlag::haze)}});
    EXPECT_EQ(bits.flags_of(1), no_code);
    EXPECT_EQ(bits.flags_of(21824 & ~192), 0);
    EXPECT_EQ(bits.flags_of(22280), bit(QualityFlag::cloud));
    EXPECT_EQ(bits.flags_of(24), bit(QualityFlag::cloud) | bit(QualityFlag::cloud_shadow));
    EXPECT_EQ(bits.flags_of(192), bit(QualityFlag::haze));
    EXPECT_EQ(bits.flags_of(64), 0);
    EXPECT_EQ(bits.flags_of((1 << 20) | 8), bit(QualityFlag::cloud)) << "beyond 16 bits";

    const QualityDecoder probability({{.test = Kind::at_least, .value = 60, .flags = bit(QualityFlag::cloud)}});
    CodePlane flags = matrix<std::int32_t>({{0, 0, 16, no_code}});
    probability.add(matrix<std::int32_t>({{59, 60, 99, 0}}), false, flags);
    expect_same_codes(flags, matrix<std::int32_t>({{0, 1, 17, no_code}}));
    CodePlane unsaid = matrix<std::int32_t>({{2, 2}});
    probability.add(matrix<std::int32_t>({{no_code, 70}}), false, unsaid);
    expect_same_codes(unsaid, matrix<std::int32_t>({{2, 3}}));
    CodePlane decided = matrix<std::int32_t>({{0, 0}});
    probability.add(matrix<std::int32_t>({{no_code, 70}}), true, decided);
    expect_same_codes(decided, matrix<std::int32_t>({{no_code, 1}}));
}

/// Mostly small codes, and here and there one of more than 16 bits, a negative one, or none.
TEST(Quality, many_cells_are_decoded_as_each_by_itself) {
    using Kind = QualityCode::Test;
    const QualityDecoder bits({{.test = Kind::any_bit, .mask = 1, .unseen = true},
                               {.test = Kind::any_bit, .mask = 8, .flags = bit(QualityFlag::cloud)},
                               {.test = Kind::any_bit, .mask = 1 << 20, .flags = bit(QualityFlag::haze)}});
    CodePlane stored(1, 3000, 0);
    for (std::size_t i = 0; i < stored.size(); ++i)
        stored.cells()[i] = static_cast<std::int32_t>(random_unit(1, i, 0, 0) * 32);
    for (const std::size_t i : {700U, 1024U, 1279U, 2990U}) stored.cells()[i] = (1 << 20) | 8;
    for (const std::size_t i : {701U, 2000U}) stored.cells()[i] = no_code;
    stored.cells()[703] = -16;
    for (const bool decides : {false, true}) {
        CodePlane flags(1, 3000, bit(QualityFlag::water));
        bits.add(stored, decides, flags);
        for (std::size_t i = 0; i < stored.size(); ++i) {
            const auto code = stored.cells()[i], found = bits.flags_of(code);
            const bool says_nothing = code == no_code && !decides;
            const auto wanted = says_nothing       ? bit(QualityFlag::water)
                                : found == no_code ? no_code
                                                   : found | bit(QualityFlag::water);
            ASSERT_EQ(flags.cells()[i], wanted) << i << " of code " << code;
        }
    }
}

}  // namespace
}  // namespace linmu

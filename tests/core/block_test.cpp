// SPDX-License-Identifier: MIT
#include "linmu/core/block.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "support/matrix.hpp"

namespace linmu {
namespace {

using test::matrix;

TEST(Block, BlankHasNoValueInEveryBandOfItsKind) {
    const std::array<BandSpec, 2> specs{
        BandSpec{.name = "R", .kind = BandKind::real, .unit = {}, .legend = {}, .scene = {}, .date = {}},
        BandSpec{.name = "class", .kind = BandKind::code, .unit = {}, .legend = {}, .scene = {}, .date = {}}};
    const Block block = blank_block({3, 4, 2, 5}, specs);
    ASSERT_EQ(block.bands.size(), 2U);
    EXPECT_EQ(block.real(0).rows(), 2);
    EXPECT_EQ(block.real(0).cols(), 5);
    for (const float v : block.real(0).cells()) EXPECT_TRUE(std::isnan(v));
    for (const auto v : block.code(1).cells()) EXPECT_EQ(v, no_code);
}

TEST(Block, UnsetHasThePlacesOfBlank) {
    const std::array<BandSpec, 2> specs{
        BandSpec{.name = "R", .kind = BandKind::real, .unit = {}, .legend = {}, .scene = {}, .date = {}},
        BandSpec{.name = "class", .kind = BandKind::code, .unit = {}, .legend = {}, .scene = {}, .date = {}}};
    Block block = unset_block({3, 4, 2, 5}, specs);
    EXPECT_EQ(block.window, (Window{3, 4, 2, 5}));
    EXPECT_EQ(block.real(0).rows(), 2);
    EXPECT_EQ(block.code(1).cols(), 5);
    for (auto& cell : block.code(1).cells()) cell = 7;
    const Block copy = block;
    EXPECT_EQ(copy.code(1)(1, 4), 7);
}

TEST(Block, CropTakesTheNamedCellsOfEveryBand) {
    Block block{{10, 20, 3, 4}, {}};
    block.bands.emplace_back(matrix<float>({{1, 2, 3, 4}, {5, 6, 7, 8}, {9, 10, 11, 12}}));
    block.bands.emplace_back(matrix<std::int32_t>({{-1, -2, -3, -4}, {-5, -6, -7, -8}, {-9, -10, -11, -12}}));
    const Block part = crop(block, {11, 22, 2, 2});
    EXPECT_EQ(part.window, (Window{11, 22, 2, 2}));
    EXPECT_EQ(part.real(0)(0, 0), 7);
    EXPECT_EQ(part.real(0)(0, 1), 8);
    EXPECT_EQ(part.real(0)(1, 0), 11);
    EXPECT_EQ(part.code(1)(1, 1), -12);
}

TEST(Block, CropTakesStoredCellsWithWhatHidesThem) {
    Block block{{10, 20, 2, 3}, {}};
    block.bands.emplace_back(
        StoredPlane{matrix<std::uint16_t>({{1, 2, 3}, {4, 5, 6}}),
                    {.nodata = 6, .scale = 2, .offset = 1},
                    std::make_shared<const HiddenPlane>(matrix<std::uint8_t>({{0, 0, 1}, {1, 0, 0}}))});
    const Block part = crop(block, {10, 21, 2, 2});
    std::vector<float> room(4);
    const auto values = values_of(part.bands[0], 0, 4, room);
    EXPECT_EQ(values[0], 5);
    EXPECT_TRUE(std::isnan(values[1])) << "hidden";
    EXPECT_EQ(values[2], 11);
    EXPECT_TRUE(std::isnan(values[3])) << "nodata";
}

TEST(Block, ValuesOfARealBandAreItsOwn) {
    const AnyPlane plane = matrix<float>({{1, 2}, {3, 4}});
    EXPECT_EQ(values_of(plane, 1, 2, {}).data(), std::get<RealPlane>(plane).cells().data() + 1);
}

TEST(Block, CropToItselfChangesNothing) {
    Block block{{-2, -2, 2, 2}, {}};
    block.bands.emplace_back(matrix<float>({{1, 2}, {3, 4}}));
    EXPECT_EQ(crop(block, block.window).real(0)(1, 0), 3);
}

TEST(Block, ABandAskedForAsTheOtherKindIsRefused) {
    const Block block = test::block_of(matrix<float>({{1}}));
    EXPECT_THROW((void)block.code(0), std::bad_variant_access);
    EXPECT_THROW((void)block.real(1), std::out_of_range);
}

TEST(Plane, RowsAreViewsOfItsCells) {
    auto plane = matrix<float>({{1, 2, 3}, {4, 5, 6}});
    plane.row(1)[2] = 60;
    EXPECT_EQ(plane(1, 2), 60);
    EXPECT_EQ(plane.cells()[5], 60);
    EXPECT_EQ(plane.size(), 6U);
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linmu/core/error.hpp"
#include "linmu/io/raster.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const Grid west{"EPSG:32649", 600000, 4100000, 10, 10, 20, 20};
const Grid east{"EPSG:32649", 600150, 4099900, 10, 10, 20, 20};

void write_filled(const std::string& path, const Grid& grid, float value, int bands = 1) {
    std::vector<BandSpec> specs;
    for (int b = 0; b < bands; ++b) specs.push_back(band("b" + std::to_string(b)));
    RasterSpec spec{grid, specs};
    auto block = blank_block(grid.window(), spec.bands);
    for (auto& plane : block.bands) std::ranges::fill(std::get<RealPlane>(plane).cells(), value);
    write_raster(spec, block, {.path = path, .format = "gtiff"});
}

TEST(ReadRasterStep, PatternIsOneRasterOfTilesOnTheGridOfAll) {
    const TempDir dir;
    write_filled(dir / "t1.tif", west, 1);
    write_filled(dir / "t2.tif", east, 2);
    StepBench bench("read-raster", {{"path", dir / "t?.tif"}});
    const auto out = bench.plan({});
    EXPECT_EQ(out.raster.grid, (Grid{"EPSG:32649", 600000, 4100000, 10, 10, 30, 35}));
    const auto plane = bench.apply(out.raster.grid.window(), {}).real(0);
    EXPECT_EQ(plane(0, 0), 1);
    EXPECT_EQ(plane(15, 17), 1);  // where both are, the first by name
    EXPECT_EQ(plane(15, 20), 2);
    EXPECT_EQ(plane(29, 34), 2);
    EXPECT_TRUE(std::isnan(plane(0, 34)));
}

TEST(ReadRasterStep, FilesThatAreNoTilesOfOneRasterAreRefused) {
    const TempDir dir;
    write_filled(dir / "t1.tif", west, 1);
    write_filled(dir / "t2.tif", east, 2, 2);
    StepBench bands("read-raster", {{"path", dir / "t?.tif"}});
    EXPECT_THAT([&] { (void)bands.plan({}); }, ThrowsMessage<DataError>(HasSubstr("are no tiles of one raster")));
    Grid shifted = east;
    shifted.x0 += 4;
    write_filled(dir / "t2.tif", shifted, 2);
    StepBench off("read-raster", {{"path", dir / "t?.tif"}});
    EXPECT_THAT([&] { (void)off.plan({}); }, ThrowsMessage<DataError>(HasSubstr("give a [grid] and a resampling")));
    StepBench none("read-raster", {{"path", dir / "u*.tif"}});
    EXPECT_THAT([&] { (void)none.plan({}); }, ThrowsMessage<DataError>(HasSubstr("there is no file")));
}

TEST(ReadRasterStep, ShiftMovesTheFile) {
    const TempDir dir;
    write_filled(dir / "t1.tif", west, 1);
    StepBench bench("read-raster", {{"path", dir / "t1.tif"}, {"shift-x", 30.0}, {"shift-y", -10.0}});
    const auto out = bench.plan({});
    const auto plane = bench.apply(out.raster.grid.window(), {}).real(0);
    EXPECT_TRUE(std::isnan(plane(0, 3)));
    EXPECT_TRUE(std::isnan(plane(1, 2)));
    EXPECT_EQ(plane(1, 3), 1);
}

TEST(ReadRasterStep, DemIsForFilesWithRpc) {
    const TempDir dir;
    write_filled(dir / "t1.tif", west, 1);
    StepBench no_grid("read-raster", {{"path", dir / "t1.tif"}, {"dem", dir / "t1.tif"}});
    EXPECT_THAT([&] { (void)no_grid.plan({}); }, ThrowsMessage<DataError>(HasSubstr("give a [grid]")));
}

}  // namespace
}  // namespace linmu::test

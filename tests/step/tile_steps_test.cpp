// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "linmu/core/error.hpp"
#include "support/matrix.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const Grid grid{"EPSG:32649", 500000, 4100000, 10, 10, 2, 3};
const float none = no_value;

Artifact raster(std::vector<BandSpec> bands, const Grid& on = grid) {
    return Artifact::of(RasterSpec{on, std::move(bands)});
}

TEST(CompositeStep, TakesTheMedianOfTheClearDatesOfEachBand) {
    StepBench bench("composite", {{"count", true}});
    const auto out = bench.plan({raster({band("R", {}, {}, "a"), band("N", {}, {}, "a"), band("R", {}, {}, "b"),
                                         band("N", {}, {}, "b"), band("R", {}, {}, "c"), band("N", {}, {}, "c")})});
    ASSERT_EQ(out.raster.bands.size(), 3U);
    EXPECT_EQ(out.raster.bands[0].name, "R");
    EXPECT_EQ(out.raster.bands[1].name, "N");
    EXPECT_EQ(out.raster.bands[2].name, "count");
    EXPECT_TRUE(out.raster.bands[0].scene.empty());
    const auto block = bench.apply(
        grid.window(),
        {block_of(matrix<float>({{1, 2, none}, {1, none, none}}), matrix<float>({{9, 9, 9}, {9, 9, 9}}),
                  matrix<float>({{3, 4, none}, {2, none, 7}}), matrix<float>({{7, 9, 9}, {9, 9, 9}}),
                  matrix<float>({{2, none, none}, {9, none, none}}), matrix<float>({{8, 9, 9}, {9, 9, 9}}))});
    EXPECT_EQ(block.real(0)(0, 0), 2);
    EXPECT_EQ(block.real(0)(0, 1), 3);
    EXPECT_TRUE(std::isnan(block.real(0)(0, 2)));
    EXPECT_EQ(block.real(0)(1, 2), 7);
    EXPECT_EQ(block.real(1)(0, 0), 8);
    EXPECT_EQ(block.real(2)(0, 0), 3);
    EXPECT_EQ(block.real(2)(0, 2), 0);
}

TEST(CompositeStep, RefusesQualityCodes) {
    StepBench bench("composite");
    EXPECT_THAT(
        [&] {
            (void)bench.plan({raster({band("R"), band("QA", BandKind::code)})});
        },
        ThrowsMessage<DataError>(HasSubstr("mask the scenes first")));
}

TEST(MaskStep, TakesOutCellsNearCloudsWithinItsHalo) {
    StepBench bench("mask", {{"cells", std::int64_t{1}}});
    const auto out = bench.plan({raster({band("R", {}, {}, "a"), band("QA", BandKind::code, {}, "a"),
                                         band("R", {}, {}, "b"), band("QA", BandKind::code, {}, "b")})});
    ASSERT_EQ(out.raster.bands.size(), 2U);
    EXPECT_EQ(bench.halo(), 1);
    const Window window{0, 0, 2, 3};
    // 1 is a cloud, in the halo of the window's north-west corner on date a only.
    Block seen{window.grown(1), {}};
    seen.bands.emplace_back(RealPlane(4, 5, 0.5F));
    seen.bands.emplace_back(matrix<std::int32_t>({{1, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 0, 0, 0, 0}}));
    seen.bands.emplace_back(RealPlane(4, 5, 0.25F));
    seen.bands.emplace_back(CodePlane(4, 5, 0));
    const auto block = bench.apply(window, {seen});
    EXPECT_EQ(block.real(0).rows(), 2);
    EXPECT_EQ(block.real(0).cols(), 3);
    EXPECT_TRUE(std::isnan(block.real(0)(0, 0)));
    EXPECT_EQ(block.real(0)(0, 1), 0.5F);
    EXPECT_EQ(block.real(0)(1, 0), 0.5F);
    EXPECT_EQ(block.real(1)(0, 0), 0.25F);
}

TEST(MaskStep, NeedsAQualityBandAndFlagsThatThereAre) {
    StepBench bench("mask");
    EXPECT_THAT([&] { (void)bench.plan({raster({band("R")})}); },
                ThrowsMessage<DataError>("'in1' has no quality band QA; mask takes what a scenes step reads"));
    StepBench words("mask", {{"masked", std::vector<std::string>{"clouds"}}});
    EXPECT_THAT([&] { (void)words.plan({raster({band("QA", BandKind::code)})}); },
                ThrowsMessage<UsageError>("'masked': 'clouds' is no quality flag; did you mean 'cloud'?"));
}

TEST(IndicesStep, ComputesCatalogueAndOwnFormulas) {
    StepBench bench("indices", {{"index", std::vector<std::string>{"NDVI"}},
                                {"formula", std::vector<std::string>{"ratio = N / R"}},
                                {"suffix", std::string("_may")},
                                {"keep", true}});
    const auto out = bench.plan({raster({band("R")}), raster({band("N")})});
    ASSERT_EQ(out.raster.bands.size(), 4U);
    EXPECT_EQ(out.raster.bands[0].name, "NDVI_may");
    EXPECT_EQ(out.raster.bands[1].name, "ratio_may");
    EXPECT_EQ(out.raster.bands[3].name, "N_may");
    const auto block = bench.apply(grid.window(), {block_of(matrix<float>({{0.1F, 0, none}, {0.2F, 0.3F, 0.4F}})),
                                                   block_of(matrix<float>({{0.3F, 0, 0.5F}, {0.2F, 0.1F, 0.5F}}))});
    EXPECT_FLOAT_EQ(block.real(0)(0, 0), 0.5F);
    EXPECT_TRUE(std::isnan(block.real(0)(0, 1))) << "a zero denominator has no value";
    EXPECT_TRUE(std::isnan(block.real(0)(0, 2))) << "a missing band has no value";
    EXPECT_FLOAT_EQ(block.real(0)(1, 1), -0.5F);
    EXPECT_FLOAT_EQ(block.real(1)(0, 0), 3.0F);
    EXPECT_FLOAT_EQ(block.real(3)(1, 2), 0.5F);
}

TEST(IndicesStep, TellsAMisspeltIndexAMissingBandAndTwoOfOneName) {
    StepBench misspelt("indices", {{"index", std::vector<std::string>{"NDWVI"}}});
    EXPECT_THAT(
        [&] {
            (void)misspelt.plan({raster({band("R"), band("N")})});
        },
        ThrowsMessage<UsageError>(HasSubstr("the catalogue has no index 'NDWVI'; did you mean '")));
    StepBench lacking("indices", {{"index", std::vector<std::string>{"NDVI"}}});
    EXPECT_THAT(
        [&] {
            (void)lacking.plan({raster({band("R"), band("B")})});
        },
        ThrowsMessage<DataError>(HasSubstr("'N'")));
    StepBench twice("indices", {{"index", std::vector<std::string>{"NDVI"}}});
    EXPECT_THAT(
        [&] {
            (void)twice.plan({raster({band("R"), band("N")}), raster({band("R")})});
        },
        ThrowsMessage<DataError>(HasSubstr("both have a band 'R'")));
    StepBench nothing("indices");
    EXPECT_THAT([&] { (void)nothing.plan({raster({band("R")})}); },
                ThrowsMessage<UsageError>(HasSubstr("nothing to compute")));
}

TEST(ClassifyRulesStep, GivesTheClassOfTheFirstRuleThatHolds) {
    TempDir dir;
    std::ofstream(dir / "two.toml") << R"(name_zh = "两类"
name_en = "two"
legend = "landcover"
[[threshold]]
name = "green"
value = 0.4
unit = "1"
source = "test"
confidence = "high"
[[rule]]
class = "water"
when = "NDVI < 0"
why = "test"
[[rule]]
class = "grass"
when = "NDVI > green"
why = "test"
)";
    StepBench bench("classify-rules", {{"rules", dir / "two.toml"}});
    const auto out = bench.plan({raster({band("NDVI")})});
    EXPECT_EQ(out.raster.bands[0].kind, BandKind::code);
    EXPECT_EQ(out.raster.bands[0].legend, "landcover");
    const auto block =
        bench.apply(grid.window(), {block_of(matrix<float>({{-0.5F, 0.5F, 0.2F}, {none, 0.41F, 0.4F}}))});
    const auto& classes = block.code(0);
    EXPECT_NE(classes(0, 0), no_code);
    EXPECT_NE(classes(0, 1), classes(0, 0));
    EXPECT_EQ(classes(0, 2), no_code);
    EXPECT_EQ(classes(1, 0), no_code);
    EXPECT_EQ(classes(1, 1), classes(0, 1));
    EXPECT_EQ(classes(1, 2), no_code);
}

TEST(TerrainStep, GivesSlopeAndAspectOfAPlane) {
    const Grid hill{"EPSG:32649", 500000, 4100000, 10, 10, 1, 1};
    StepBench bench("terrain", {{"keep", true}});
    ASSERT_EQ(bench.plan({raster({band("height")}, hill)}).raster.bands.size(), 3U);
    EXPECT_EQ(bench.halo(), 1);
    Block dem{hill.window().grown(1), {}};
    dem.bands.emplace_back(
        matrix<float>({{100, 110, 120}, {100, 110, 120}, {100, 110, 120}}));  // rises to the east: faces west
    const auto block = bench.apply(hill.window(), {dem});
    EXPECT_NEAR(block.real(0)(0, 0), 45, 1e-4);
    EXPECT_NEAR(block.real(1)(0, 0), 270, 1e-4);
    EXPECT_EQ(block.real(2)(0, 0), 110);
}

TEST(TerrainStep, RefusesDegrees) {
    StepBench bench("terrain");
    EXPECT_THAT(
        [&] {
            (void)bench.plan({raster({band("height")}, {"EPSG:4490", 113, 37, 0.001, 0.001, 10, 10})});
        },
        ThrowsMessage<DataError>(HasSubstr("slopes need cells in metres")));
}

}  // namespace
}  // namespace linmu::test

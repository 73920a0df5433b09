// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>

#include "linmu/core/error.hpp"
#include "linmu/core/quality_flags.hpp"
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

TEST(CompositeStep, RefusesCodes) {
    StepBench bench("composite");
    EXPECT_THAT(
        [&] {
            (void)bench.plan({raster({band("R"), band("class", BandKind::code)})});
        },
        ThrowsMessage<DataError>(HasSubstr("mask the scenes first")));
}

TEST(CompositeStep, MakesSeveralStatisticsAtOnce) {
    StepBench bench("composite", {{"statistic", std::vector<std::string>{"median", "p100", "medoid"}}});
    const auto out = bench.plan({raster({band("R", {}, {}, "a"), band("R", {}, {}, "b"), band("R", {}, {}, "c")})});
    ASSERT_EQ(out.raster.bands.size(), 3U);
    EXPECT_EQ(out.raster.bands[0].name, "R_median");
    EXPECT_EQ(out.raster.bands[1].name, "R_p100");
    EXPECT_EQ(out.raster.bands[2].name, "R_medoid");
    const auto block = bench.apply(grid.window(), {block_of(matrix<float>({{1, 2, none}, {1, none, none}}),
                                                            matrix<float>({{3, 5, none}, {5, none, 6}}),
                                                            matrix<float>({{9, none, none}, {6, none, none}}))});
    EXPECT_EQ(block.real(0)(0, 0), 3);
    EXPECT_EQ(block.real(0)(0, 1), 3.5F);
    EXPECT_EQ(block.real(1)(0, 0), 9);
    EXPECT_EQ(block.real(2)(0, 0), 3);
    EXPECT_EQ(block.real(2)(0, 1), 2) << "of two dates the earlier";
    EXPECT_EQ(block.real(2)(1, 2), 6);
    EXPECT_TRUE(std::isnan(block.real(2)(0, 2)));
}

/// Bands R, N and QA of a scene on a date.
std::vector<BandSpec> scene(const std::string& name, const Date& date) {
    std::vector<BandSpec> bands = {band("R", {}, {}, name), band("N", {}, {}, name),
                                   band("QA", BandKind::code, {}, name)};
    for (auto& spec : bands) spec.date = date;
    return bands;
}

std::vector<BandSpec> both(std::vector<BandSpec> a, const std::vector<BandSpec>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

constexpr auto cloud = static_cast<std::int32_t>(QualityFlag::cloud);
constexpr auto haze = static_cast<std::int32_t>(QualityFlag::haze);

Block one_row(std::vector<std::vector<float>> real, const std::vector<std::vector<std::int32_t>>& codes) {
    Block block{{0, 0, 1, static_cast<int>(real[0].size())}, {}};
    for (std::size_t s = 0; s < codes.size(); ++s) {
        for (std::size_t b = 0; b < 2; ++b) {
            RealPlane plane(1, block.window.cols, 0);
            std::ranges::copy(real[2 * s + b], plane.cells().begin());
            block.bands.emplace_back(std::move(plane));
        }
        CodePlane plane(1, block.window.cols, 0);
        std::ranges::copy(codes[s], plane.cells().begin());
        block.bands.emplace_back(std::move(plane));
    }
    return block;
}

const Grid row{"EPSG:32649", 500000, 4100000, 10, 10, 1, 4};

TEST(CompositeStep, TakesTheGreenestDateWithItsDayAndCounts) {
    // As the files lie, the later date comes first.
    StepBench bench("composite",
                    {{"statistic", std::string("greenest")}, {"count", true}, {"share", true}, {"day", true}});
    const auto out = bench.plan({raster(both(scene("late", {2025, 8, 1}), scene("early", {2025, 5, 1})), row)});
    ASSERT_EQ(out.raster.bands.size(), 5U);
    EXPECT_EQ(out.raster.bands[4].name, "day");
    // Cells: late is greener; late is cloudy; as green on both; nothing seen but one cloud.
    const auto block = bench.apply(
        row.window(),
        {one_row(
            {{0.1F, 0.1F, 0.2F, 0.1F}, {0.5F, 0.5F, 0.4F, 0.1F}, {0.2F, 0.2F, 0.1F, 0.1F}, {0.3F, 0.3F, 0.2F, 0.1F}},
            {{0, cloud, 0, cloud}, {0, 0, 0, no_code}})});
    EXPECT_EQ(block.real(0)(0, 0), 0.1F);
    EXPECT_EQ(block.real(1)(0, 0), 0.5F);
    EXPECT_EQ(block.real(4)(0, 0), 213);
    EXPECT_EQ(block.real(0)(0, 1), 0.2F);
    EXPECT_EQ(block.real(4)(0, 1), 121);
    EXPECT_EQ(block.real(0)(0, 2), 0.1F) << "of two dates the earlier";
    EXPECT_TRUE(std::isnan(block.real(0)(0, 3)));
    EXPECT_TRUE(std::isnan(block.real(4)(0, 3)));
    EXPECT_EQ(block.real(2)(0, 0), 2);
    EXPECT_EQ(block.real(2)(0, 1), 1);
    EXPECT_EQ(block.real(2)(0, 3), 0);
    EXPECT_EQ(block.real(3)(0, 0), 1);
    EXPECT_EQ(block.real(3)(0, 1), 0.5F);
    EXPECT_EQ(block.real(3)(0, 3), 0) << "seen once, clear never";
}

TEST(CompositeStep, TakesTheDatesOfItsWindow) {
    StepBench bench("composite", {{"window", std::string("04-01/06-30")}, {"count", true}});
    const auto out = bench.plan({raster(both(scene("late", {2025, 8, 1}), scene("early", {2025, 5, 1})), row)});
    ASSERT_EQ(out.raster.bands.size(), 3U);
    const auto block = bench.apply(
        row.window(),
        {one_row(
            {{0.1F, 0.1F, 0.2F, 0.1F}, {0.5F, 0.5F, 0.4F, 0.1F}, {0.2F, 0.2F, 0.1F, 0.1F}, {0.3F, 0.3F, 0.2F, 0.1F}},
            {{0, cloud, 0, cloud}, {0, 0, cloud, no_code}})});
    EXPECT_EQ(block.real(0)(0, 0), 0.2F);
    EXPECT_EQ(block.real(1)(0, 1), 0.3F);
    EXPECT_TRUE(std::isnan(block.real(0)(0, 2)));
    EXPECT_EQ(block.real(2)(0, 0), 1);
    StepBench empty("composite", {{"window", std::string("11-01/11-30")}});
    EXPECT_THAT(
        [&] {
            (void)empty.plan({raster(scene("late", {2025, 8, 1}), row)});
        },
        ThrowsMessage<DataError>(HasSubstr("no date of a measured band lies within the window 11-01/11-30")));
}

TEST(CompositeStep, TakesTheBestAvailablePixel) {
    StepBench bench("composite", {{"statistic", std::string("bap")},
                                  {"target-day", std::string("05-01")},
                                  {"cloud-distance", std::int64_t{2}},
                                  {"day", true}});
    (void)bench.plan({raster(both(scene("early", {2025, 5, 1}), scene("late", {2025, 5, 16})), row)});
    EXPECT_EQ(bench.halo(), 2);
    Block seen{Window{0, 0, 1, 4}.grown(2), {}};
    for (int s = 0; s < 2; ++s) {
        seen.bands.emplace_back(RealPlane(5, 8, s == 0 ? 0.1F : 0.2F));
        seen.bands.emplace_back(RealPlane(5, 8, 0.5F));
        seen.bands.emplace_back(CodePlane(5, 8, 0));
    }
    // The early date is nearer to the target day, but has a cloud north of the first cell and haze in the last.
    seen.code(2)(1, 2) = cloud;
    seen.code(2)(2, 5) = haze;
    const auto block = bench.apply({0, 0, 1, 4}, {seen});
    EXPECT_EQ(block.real(0)(0, 0), 0.2F) << "beside a cloud: 0.5 + 1 of the cloud's score are lost, 0.12 of the day's";
    EXPECT_EQ(block.real(0)(0, 2), 0.1F);
    EXPECT_EQ(block.real(0)(0, 3), 0.2F);
    EXPECT_EQ(block.real(2)(0, 3), 136);
}

TEST(CompositeStep, BytesDoNotDependOnTheOrderOfScenes) {
    const std::vector<std::string> all = {"mean", "p30", "medoid", "greenest"};
    const auto first = scene("a", {2025, 5, 1}), second = scene("b", {2025, 6, 1});
    StepBench one("composite", {{"statistic", all}}), other("composite", {{"statistic", all}});
    (void)one.plan({raster(both(first, second), row)});
    (void)other.plan({raster(second, row), raster(first, row)});
    const std::vector<std::vector<float>> a = {{0.1F, 0.2F, 0.3F, 0.7F}, {0.3F, 0.4F, 0.3F, 0.9F}},
                                          b = {{0.3F, 0.1F, 0.3F, none}, {0.1F, 0.7F, 0.3F, 0.2F}};
    const auto x = one.apply(row.window(), {one_row({a[0], a[1], b[0], b[1]}, {{0, 0, 0, 0}, {0, 0, 0, 0}})});
    const auto y = other.apply(row.window(), {one_row(b, {{0, 0, 0, 0}}), one_row(a, {{0, 0, 0, 0}})});
    ASSERT_EQ(x.bands.size(), y.bands.size());
    for (std::size_t i = 0; i < x.bands.size(); ++i)
        EXPECT_THAT(x.real(i).cells(), testing::ElementsAreArray(y.real(i).cells())) << "band " << i;
}

TEST(CompositeStep, RefusesWhatItCannotKnow) {
    const auto plan = [](const std::vector<std::pair<std::string, ParamValue>>& keys, std::vector<BandSpec> bands) {
        StepBench bench("composite", keys);
        return bench.plan({raster(std::move(bands), row)});
    };
    const auto dated = scene("a", {2025, 5, 1});
    EXPECT_THAT(
        [&] {
            (void)plan({{"statistic", std::string("mode")}}, dated);
        },
        ThrowsMessage<UsageError>(HasSubstr("or one that chooses a date: medoid")));
    EXPECT_THAT(
        [&] {
            (void)plan({{"statistic", std::string("bap")}}, dated);
        },
        ThrowsMessage<UsageError>(HasSubstr("target-day = \"07-15\"")));
    EXPECT_THAT([&] { (void)plan({{"day", true}}, dated); }, ThrowsMessage<UsageError>(HasSubstr("only medoid")));
    EXPECT_THAT(
        [&] {
            (void)plan({{"share", true}}, {band("R", {}, {}, "a")});
        },
        ThrowsMessage<DataError>(HasSubstr("quality band QA")));
    EXPECT_THAT(
        [&] {
            (void)plan({{"statistic", std::string("medoid")}}, both(dated, {band("R", {}, {}, "b")}));
        },
        ThrowsMessage<DataError>(HasSubstr("scene 'b' has no band 'N'")));
    EXPECT_THAT([&] { (void)plan({}, both(dated, {band("R", {}, {}, "a")})); },
                ThrowsMessage<DataError>(HasSubstr("a second time")));
    EXPECT_THAT(
        [&] {
            (void)plan({{"statistic", std::string("greenest")}, {"index", std::string("EVI")}}, dated);
        },
        ThrowsMessage<DataError>(HasSubstr("'B'")));
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

TEST(IndicesStep, WorksOnEachSceneAndHandsItsQualityOn) {
    StepBench bench("indices", {{"index", std::vector<std::string>{"NDVI"}},
                                {"formula", std::vector<std::string>{"ratio = N / R"}}});
    auto bands = both(scene("a", {2025, 5, 1}), scene("b", {2025, 6, 1}));
    for (auto& spec : bands) spec.sun = SunAngles{30, 150};
    const auto out = bench.plan({raster(bands, row)});
    ASSERT_EQ(out.raster.bands.size(), 6U);
    EXPECT_EQ(out.raster.bands[0].name, "NDVI");
    EXPECT_EQ(out.raster.bands[0].scene, "a");
    EXPECT_EQ(out.raster.bands[1].name, "ratio");
    EXPECT_EQ(out.raster.bands[2].name, "QA");
    EXPECT_EQ(out.raster.bands[3].scene, "b");
    EXPECT_EQ(out.raster.bands[3].date, (Date{2025, 6, 1}));
    EXPECT_EQ(out.raster.bands[3].sun, (SunAngles{30, 150}));
    const auto block = bench.apply(
        row.window(),
        {one_row({{0.1F, 0.2F, none, 0}, {0.3F, 0.2F, 0.3F, 0}, {0.1F, 0.1F, 0.1F, 0.1F}, {0.4F, 0.4F, 0.4F, 0.4F}},
                 {{0, cloud, 0, 0}, {0, 0, 0, haze}})});
    EXPECT_FLOAT_EQ(block.real(0)(0, 0), 0.5F);
    EXPECT_FLOAT_EQ(block.real(1)(0, 0), 3);
    EXPECT_TRUE(std::isnan(block.real(0)(0, 2)));
    EXPECT_EQ(block.code(2)(0, 1), cloud);
    EXPECT_FLOAT_EQ(block.real(3)(0, 3), 0.6F);
    EXPECT_EQ(block.code(5)(0, 3), haze);
}

TEST(IndicesStep, NamesTheSceneThatLacksABandAndRefusesCodes) {
    StepBench lacking("indices", {{"index", std::vector<std::string>{"NDVI"}}});
    EXPECT_THAT(
        [&] {
            (void)lacking.plan({raster(both(scene("a", {2025, 5, 1}), {band("R", {}, {}, "b")}), row)});
        },
        ThrowsMessage<DataError>(testing::AllOf(HasSubstr("scene 'b': "), HasSubstr("'N'"))));
    StepBench codes("indices", {{"formula", std::vector<std::string>{"x = QA + 1"}}});
    EXPECT_THAT(
        [&] {
            (void)codes.plan({raster(scene("a", {2025, 5, 1}), row)});
        },
        ThrowsMessage<DataError>(HasSubstr("band 'QA' holds codes")));
    StepBench twice("indices", {{"index", std::vector<std::string>{"NDVI"}}});
    EXPECT_THAT(
        [&] {
            (void)twice.plan({raster(scene("a", {2025, 5, 1}), row), raster(scene("a", {2025, 5, 1}), row)});
        },
        ThrowsMessage<DataError>(HasSubstr("both have a band 'R' of scene 'a'")));
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

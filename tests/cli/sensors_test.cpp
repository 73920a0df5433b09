// SPDX-License-Identifier: MIT
// Each delivery of each satellite, from its files to a raster on the county's grid, as people run it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <ostream>
#include <string>

#include "linmu/io/cube_writer.hpp"
#include "linmu/io/ledger.hpp"
#include "linmu/io/scene.hpp"
#include "linmu/io/table_file.hpp"
#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string sensors() { return practice_county_of_sensors() + "/sensors/"; }

std::string only(const std::string& pattern) {
    const auto found = expand_pattern(sensors() + pattern);
    EXPECT_EQ(found.size(), 1U) << pattern;
    return found.empty() ? "nothing" : found.front();
}

struct Delivery {
    const char* path;
    const char* sensor;
    const char* level;
    const char* layout;
    const char* acquired;
    const char* grid;
    const char* quality;
    friend std::ostream& operator<<(std::ostream& out, const Delivery& is) { return out << is.path; }
};

class Info : public testing::TestWithParam<Delivery> {};

TEST_P(Info, SaysWhatWasUnderstood) {
    const auto& is = GetParam();
    const auto outcome = run_binary({"info", only(is.path)});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr(std::string("sensor: ") + is.sensor + " ("));
    EXPECT_THAT(outcome.out, HasSubstr(std::string("level: ") + is.level + "\n"));
    EXPECT_THAT(outcome.out, HasSubstr(std::string("layout: ") + is.layout + "\n"));
    EXPECT_THAT(outcome.out, HasSubstr(std::string("acquired: ") + is.acquired));
    EXPECT_THAT(outcome.out, HasSubstr(std::string("grid: ") + is.grid + "\n"));
    EXPECT_THAT(outcome.out, HasSubstr(std::string("quality: ") + is.quality));
    EXPECT_THAT(outcome.out, HasSubstr("sun: zenith "));
    EXPECT_THAT(outcome.out, HasSubstr("radiometry: "));
}

constexpr const char* surface = "surface reflectance";
constexpr const char* top = "top of atmosphere, not atmospherically corrected";
constexpr const char* none = "none, clouds can't be masked";
INSTANTIATE_TEST_SUITE_P(
    Sensors, Info,
    testing::Values(Delivery{"s2-tiles/S2A*N0510*T49SGA*.SAFE", "sentinel2-l2a", surface, "safe", "2020-05-21T03:10:51",
                             "246 x 402 cells of 10 x 10 in EPSG:32649", "SCL: 0 no data;"},
                    Delivery{"s2-tiles/*T50SJF*.SAFE", "sentinel2-l2a", surface, "safe", "2025-05-21T03:10:49",
                             "432 x 432 cells of 10 x 10 in EPSG:32650", "SCL: 0 no data;"},
                    Delivery{"s2-tiles/*.zip", "sentinel2-l2a", surface, "safe", "2025-08-14T03:10:51",
                             "246 x 402 cells of 10 x 10 in EPSG:32649", "SCL: 0 no data;"},
                    Delivery{"stac/*20250521*", "sentinel2-l2a", surface, "stac", "2025-05-21T03:18:11",
                             "402 x 402 cells of 10 x 10 in EPSG:32649", "SCL: 0 no data;"},
                    Delivery{"l1c/*.SAFE", "sentinel2-l1c", top, "safe", "2025-05-21T03:10:51",
                             "402 x 402 cells of 10 x 10 in EPSG:32649", none},
                    Delivery{"landsat/LC08*", "landsat-oli-l2", surface, "landsat", "2025-05-25T03:01:12",
                             "135 x 135 cells of 30 x 30 in EPSG:32649", "QA_PIXEL: bits 0x1 no data;"},
                    Delivery{"landsat/LC09*", "landsat-oli-l2", surface, "landsat", "2025-08-14T03:01:12",
                             "135 x 135 cells of 30 x 30 in EPSG:32649", "QA_PIXEL: bits 0x1 no data;"},
                    Delivery{"landsat/LE07*", "landsat-tm-l2", surface, "landsat", "2020-05-20T03:01:12",
                             "135 x 135 cells of 30 x 30 in EPSG:32649", "QA_PIXEL: bits 0x1 no data;"},
                    Delivery{"landsat/LT05*", "landsat-tm-l2", surface, "landsat", "2011-08-19T03:01:12",
                             "135 x 135 cells of 30 x 30 in EPSG:32649", "QA_PIXEL: bits 0x1 no data;"},
                    Delivery{"hls/HLS.S30*", "hls-s30", surface, "hls", "2025-05-21T03:10:51",
                             "134 x 134 cells of 30 x 30 in EPSG:32649", "Fmask: 255 no data;"},
                    Delivery{"hls/HLS.L30*", "hls-l30", surface, "hls", "2025-05-25T03:10:51",
                             "134 x 134 cells of 30 x 30 in EPSG:32649", "Fmask: 255 no data;"},
                    Delivery{"gaofen/GF1_WFV1*_L2A*", "gf1-wfv", top, "gaofen", "2025-05-23T03:10:12",
                             "250 x 250 cells of 16 x 16 in EPSG:32649", none},
                    Delivery{"gaofen/GF1_WFV1*_L1A*", "gf1-wfv", top, "gaofen", "2025-05-23T03:10:12",
                             "none, RPC and a height model bring it to one", none},
                    Delivery{"gaofen/GF1_PMS1*", "gf1-pms", top, "gaofen", "2025-05-23T03:10:12",
                             "480 x 480 cells of 2 x 2 in EPSG:32649", none},
                    Delivery{"gaofen/GF6_WFV*", "gf6-wfv", top, "gaofen", "2025-08-16T03:10:12",
                             "83 x 250 cells of 16 x 16 in EPSG:32649", none},
                    Delivery{"stack/zuoquan_gf1_????????.tif", "stack", surface, "stack", "2025-05-23T03:21:00",
                             "251 x 251 cells of 16 x 16 in EPSG:32649", "zuoquan_gf1_20250523_quality: 1 cloud;"}));

TEST(Info, OfAFolderListsItsScenesAndWhatIsLeftOutAndWhy) {
    const auto outcome = run_binary({"info", sensors() + "s2-tiles"});
    EXPECT_THAT(outcome.out, HasSubstr(", 8 scenes\n"));
    EXPECT_THAT(outcome.out,
                HasSubstr("the same acquisition as S2A_MSIL2A_20200521T031051_N0510_R075_T49SFA_20250107T072318, "
                          "which was processed later (baseline 05.10, here 02.14)"));
}

/// Scenes to one raster: bands of the median, then the count of dates.
std::string pipeline(const std::string& grid, const std::string& path, const std::string& more,
                     const std::string& masked = "") {
    return "[grid]\n" + grid + "[[step]]\nid = \"s\"\nuse = \"scenes\"\npath = \"" + path + "\"\n" + more +
           "[[step]]\nid = \"m\"\nuse = \"mask\"\nin = [\"s\"]\ncells = 0\n" + masked +
           "[[step]]\nid = \"c\"\nuse = \"composite\"\nin = [\"m\"]\ncount = true\n"
           "[[step]]\nid = \"w\"\nuse = \"write-raster\"\nin = [\"c\"]\npath = \"c.tif\"\n";
}

class Sensors : public testing::Test {
protected:
    /// The product's bands, and what was noted on the way.
    std::vector<RealPlane> run(const std::string& text) {
        const auto outcome = space_.run(text);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        if (outcome.exit_code != 0) return {};
        notes_ = read_text_file(space_.path("out/log.jsonl"));
        return cells(space_.path("out/products/c.tif"));
    }

    static std::vector<RealPlane> cells(const std::string& path) {
        const auto file = inspect_raster(path);
        std::vector<BandPick> picks;
        for (int b = 1; b <= static_cast<int>(file.bands.size()); ++b)
            picks.push_back({.spec = {.name = std::to_string(b)}, .path = path, .number = b, .nodata = {}});
        auto block = RasterReader(file.grid, picks, Resampling::refuse).read(file.grid.window());
        std::vector<RealPlane> planes;
        for (auto& band : block.bands) planes.push_back(std::move(std::get<RealPlane>(band)));
        return planes;
    }

    [[nodiscard]] static std::string like_dem() { return "like = \"" + practice_county_of_sensors() + "/dem.tif\"\n"; }
    /// 30 m cells on the county's corner.
    [[nodiscard]] static std::string coarse() {
        const auto grid = inspect_raster(practice_county_of_sensors() + "/dem.tif").grid;
        const auto number = [](double v) { return std::to_string(std::lround(v)); };
        return "crs = \"" + grid.crs + "\"\ncell = 30\nbounds = [" + number(grid.x0) + ", " + number(grid.y0 - 3990) +
               ", " + number(grid.x0 + 3990) + ", " + number(grid.y0) + "]\n";
    }

    /// Near infrared of 21 May by Sentinel-2, of the scene that holds the whole county.
    std::vector<RealPlane> sentinel(const std::string& grid) {
        return run(
            pipeline(grid, sensors() + "shifted/S2A*.SAFE", "bands = [\"N\", \"B\"]\nresampling = \"bilinear\"\n"));
    }

    static double correlation(const RealPlane& a, const RealPlane& b) {
        double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
        for (std::size_t i = 0; i < a.size(); ++i) {
            const double x = static_cast<double>(a.cells()[i]), y = static_cast<double>(b.cells()[i]);
            if (std::isnan(x) || std::isnan(y)) continue;
            n += 1;
            sa += x;
            sb += y;
            saa += x * x;
            sbb += y * y;
            sab += x * y;
        }
        EXPECT_GT(n, static_cast<double>(a.size()) / 2);
        return (sab - sa * sb / n) / std::sqrt((saa - sa * sa / n) * (sbb - sb * sb / n));
    }

    Workspace space_;
    std::string notes_;
};

const std::string near_infrared = "bands = [\"N\"]\nresampling = \"bilinear\"\n";

TEST_F(Sensors, TilesOfOneLookAreJoinedWithoutASeamAndNoCellIsCountedTwice) {
    const auto made =
        run(pipeline(like_dem(), sensors() + "s2-tiles", "bands = [\"N\", \"R\"]\nwindow = \"2025-05-01/2025-05-31\"\n",
                     "masked = []\ngrown = []\n"));
    ASSERT_EQ(made.size(), 3U);
    EXPECT_THAT(notes_, HasSubstr("T50SJF_20250521T072318 skipped: it lies in EPSG:32650"));
    // Each cell is exactly that of a tile, and where both have it they agree.
    const auto dem = inspect_raster(practice_county_of_sensors() + "/dem.tif").grid;
    std::vector<RealPlane> tiles;
    for (const auto* tile : {"s2-tiles/S2B*T49SFA*.SAFE", "s2-tiles/S2B*T49SGA*.SAFE"}) {
        const auto scene = read_scenes(only(tile)).front();
        const auto band = std::ranges::find(scene.bands, "N", [](const BandPick& p) { return p.spec.name; });
        tiles.push_back(RasterReader(dem, {*band}, Resampling::refuse).read(dem.window()).real(0));
    }
    std::size_t both = 0;
    for (std::size_t i = 0; i < made[0].size(); ++i) {
        const float west = tiles[0].cells()[i], east = tiles[1].cells()[i];
        const bool seen = !std::isnan(west) || !std::isnan(east);
        if (!std::isnan(west) && !std::isnan(east)) ++both;
        ASSERT_EQ(made[2].cells()[i], seen ? 1 : 0) << "one look is one date";
        if (!seen) continue;
        ASSERT_EQ(made[0].cells()[i], std::isnan(west) ? east : west);
    }
    EXPECT_GT(both, 30'000U);
}

TEST_F(Sensors, TheReprocessedCopyTakesThePlaceOfTheFirstAndIsTold) {
    const auto made =
        run(pipeline(like_dem(), sensors() + "s2-tiles", "bands = [\"N\"]\nwindow = \"2020-05-01/2020-05-31\"\n"));
    ASSERT_EQ(made.size(), 2U);
    EXPECT_THAT(notes_,
                AllOf(HasSubstr("skipped: "), HasSubstr("which was processed later (baseline 05.10, here 02.14)"),
                      HasSubstr("baseline 05.10, tile 49SFA"), Not(HasSubstr("baseline 02.14, tile 49SFA"))));
    EXPECT_TRUE(std::ranges::all_of(made[1].cells(), [](float v) { return v <= 1; }));
}

TEST_F(Sensors, APackedProductIsReadAsItIs) {
    const auto made =
        run(pipeline(like_dem(), sensors() + "s2-tiles/*.zip", "bands = [\"N\"]\n", "masked = []\ngrown = []\n"));
    ASSERT_EQ(made.size(), 2U);
    const auto id = fs::path(only("s2-tiles/*.zip")).stem().string();
    const auto truth = read_csv(sensors() + "s2-tiles/truth.csv");
    const auto number = [](const Value& value) { return std::stod(to_text(value)); };
    int first = 0, compared = 0;
    const auto dem = inspect_raster(practice_county_of_sensors() + "/dem.tif").grid;
    first = static_cast<int>(std::lround((read_scenes(only("s2-tiles/*.zip")).front().grid.x0 - dem.x0) / 10));
    for (const auto& row : truth.rows) {
        if (to_text(row[0]) != id || to_text(row[1]) != "B08" || to_text(row[2]) != "cell") continue;
        const int r = static_cast<int>(number(row[3])), c = static_cast<int>(number(row[4]));
        EXPECT_NEAR(made[0](r, first + c), (number(row[6]) - 1000) / 10000, 1e-6);
        ++compared;
    }
    EXPECT_GT(compared, 2);
}

TEST_F(Sensors, LandsatAndHarmonisedScenesAgreeWithSentinelOnOneGrid) {
    const auto reference = sentinel(coarse());
    ASSERT_EQ(reference.size(), 3U);
    for (const auto* path : {"landsat/LC08*", "hls/HLS.S30*", "hls/HLS.L30*"}) {
        const auto made = run(pipeline(coarse(), sensors() + path, near_infrared));
        ASSERT_EQ(made.size(), 2U) << path;
        const double r = correlation(made[0], reference[0]);
        EXPECT_GT(r, 0.9) << path;
        RecordProperty(path, std::to_string(r));
    }
}

/// Gaofen has no mask of its own: cells are clear where another product of the same day has a value.
RealPlane clear_cells(RealPlane plane, const RealPlane& of_the_day) {
    for (std::size_t i = 0; i < plane.size(); ++i) {
        if (std::isnan(of_the_day.cells()[i])) plane.cells()[i] = no_value;
    }
    return plane;
}

TEST_F(Sensors, GaofenAgreesWithSentinelByItsMapAndByItsRpc) {
    const auto reference = sentinel(like_dem());
    ASSERT_EQ(reference.size(), 3U);
    const auto day = run(pipeline(like_dem(), sensors() + "stack", near_infrared + "sensor = [\"stack\"]\n"));
    ASSERT_EQ(day.size(), 2U);
    const std::string bands = near_infrared + "quality = \"optional\"\n";
    const auto dem = "dem = \"" + practice_county_of_sensors() + "/dem.tif\"\n";
    const auto by_map = run(pipeline(like_dem(), sensors() + "gaofen/GF1_WFV1*_L2A*", bands));
    ASSERT_EQ(by_map.size(), 2U);
    EXPECT_GT(correlation(clear_cells(by_map[0], day[0]), reference[0]), 0.9);
    const auto by_rpc = run(pipeline(like_dem(), sensors() + "gaofen/GF1_WFV1*_L1A*", bands + dem));
    ASSERT_EQ(by_rpc.size(), 2U);
    EXPECT_THAT(notes_, HasSubstr("RPC"));
    EXPECT_GT(correlation(clear_cells(by_rpc[0], day[0]), reference[0]), 0.9);
    EXPECT_GT(correlation(by_rpc[0], by_map[0]), 0.97);
    // Heights that are wrong by 100 m put the image elsewhere.
    const auto off =
        run(pipeline(like_dem(), sensors() + "gaofen/GF1_WFV1*_L1A*", bands + dem + "height-offset = 100\n"));
    ASSERT_EQ(off.size(), 2U);
    EXPECT_LT(correlation(off[0], by_map[0]), correlation(by_rpc[0], by_map[0]) - 0.05);
}

TEST_F(Sensors, StackAndCubeAreReadByTheirSidecars) {
    const auto reference = sentinel(like_dem());
    ASSERT_EQ(reference.size(), 3U);
    const auto stack = run(pipeline(like_dem(), sensors() + "stack", near_infrared + "sensor = [\"stack\"]\n"));
    ASSERT_EQ(stack.size(), 2U);
    EXPECT_GT(correlation(stack[0], reference[0]), 0.9);
    if (!can_write_cubes()) GTEST_SKIP() << "this GDAL writes no netCDF";
    const auto day =
        run(pipeline(like_dem(), sensors() + "stack",
                     "bands = [\"N\"]\nsensor = [\"sentinel2-l2a\"]\nwindow = \"2025-05-21/2025-05-21\"\n"));
    ASSERT_EQ(day.size(), 2U);
    EXPECT_GT(correlation(day[0], reference[0]), 0.9);
    const auto all = run(pipeline(like_dem(), sensors() + "stack", "bands = [\"N\"]\nsensor = [\"sentinel2-l2a\"]\n"));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(*std::ranges::max_element(all[1].cells()), 3) << "three days";
}

TEST_F(Sensors, AShiftedSceneIsFoundToATenthOfACellAndBroughtBack) {
    const auto text = "[grid]\n" + like_dem() + R"([[step]]
id = "s"
use = "scenes"
path = ")" + sensors() +
                      R"(shifted/*.SAFE"
bands = ["R", "N"]
[[step]]
id = "m"
use = "mask"
in = ["s"]
[[step]]
id = "before"
use = "shift"
in = ["m"]
band = "R"
reference = "first"
chip = 128
[[step]]
id = "straight"
use = "shift-correct"
in = ["m", "before"]
[[step]]
id = "after"
use = "shift"
in = ["straight"]
band = "R"
reference = "first"
chip = 128
)";
    const auto outcome = space_.run(text);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto ledger = Ledger::open(space_.path("out/ledger.gpkg"));
    const auto rows =
        ledger.query("SELECT name, dx, dy, verdict FROM scene_shift WHERE scene LIKE '2025-05-26%' ORDER BY name DESC")
            .rows;
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(to_text(rows[0][0]), "before");
    EXPECT_NEAR(std::get<double>(rows[0][1]), 0.73, 0.1) << "7.3 m to the east";
    EXPECT_NEAR(std::get<double>(rows[0][2]), 0.41, 0.1) << "4.1 m to the south";
    EXPECT_EQ(to_text(rows[0][3]), "shifted");
    EXPECT_NEAR(std::get<double>(rows[1][1]), 0, 0.1);
    EXPECT_NEAR(std::get<double>(rows[1][2]), 0, 0.1);
}

}  // namespace
}  // namespace linmu::test

// SPDX-License-Identifier: MIT
// `linmu do`: one step on files, without a pipeline.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

RealPlane read_band(const std::string& path, int number) {
    const auto file = inspect_raster(path);
    BandPick pick;
    pick.spec = {.name = "x", .kind = BandKind::real, .unit = {}, .legend = {}, .scene = {}, .date = {}};
    pick.path = path;
    pick.number = number;
    const RasterReader reader(file.grid, {pick}, Resampling::refuse);
    return reader.read(file.grid.window()).real(0);
}

TEST(DoIndices, NdviIsTheFormulaAndAZeroDenominatorHasNoValue) {
    const Workspace space;
    const auto red = [](int r, int c) { return r == 7 ? 0 : 100 + r * 13 + c; };
    const auto infrared = [](int r, int c) { return r == 7 ? 0 : 4000 - c * 7; };
    space.raster(
        "scene.tif", {"EPSG:32649", 500000, 4100000, 10, 10, 90, 130}, 2,
        [&](int b, int r, int c) { return b == 0 ? red(r, c) : infrared(r, c); }, "float32");
    const auto outcome = run_binary({"do", "indices", "--in", space.path("scene.tif"), "--bands", "R=1,N=2", "--index",
                                     "NDVI", "--out", space.path("ndvi.tif")});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const RealPlane ndvi = read_band(space.path("ndvi.tif"), 1);
    for (int r = 0; r < 90; ++r) {
        for (int c = 0; c < 130; ++c) {
            if (r == 7) {
                EXPECT_TRUE(std::isnan(ndvi(r, c)));
                continue;
            }
            const double n = infrared(r, c), d = red(r, c);
            ASSERT_NEAR(ndvi(r, c), (n - d) / (n + d), 1e-6) << r << ", " << c;
        }
    }
}

TEST(DoIndices, NoValueOfAnIntegerBandStaysNoValue) {
    const Workspace space;
    space.raster("scene.tif", {"EPSG:32649", 500000, 4100000, 10, 10, 20, 20}, 2,
                 [](int b, int r, int) { return r < 10 ? std::nanf("") : 1000.0F * static_cast<float>(b + 1); });
    ASSERT_EQ(run_binary({"do", "indices", "-i", space.path("scene.tif"), "--bands", "R,N", "--index", "NDVI", "-o",
                          space.path("ndvi.tif")})
                  .exit_code,
              0);
    const RealPlane ndvi = read_band(space.path("ndvi.tif"), 1);
    EXPECT_TRUE(std::isnan(ndvi(9, 9)));
    EXPECT_FLOAT_EQ(ndvi(10, 0), 1.0F / 3);
}

TEST(DoIndices, StaysUnderTheBoundOfMemory) {
    const Workspace space;
    constexpr int side = 8000;
    const Grid grid{"EPSG:32649", 500000, 4100000, 10, 10, side, side};
    {
        RasterSpec spec{grid, {}};
        for (const char* name : {"R", "N"})
            spec.bands.push_back(
                {.name = name, .kind = BandKind::real, .unit = {}, .legend = {}, .scene = {}, .date = {}});
        RasterWriter writer(spec,
                            {.path = space.path("big.tif"), .format = "gtiff", .compress = "none", .type = "uint16"});
        for (const auto& tile : tiles(grid.window(), 512)) {
            Block block{tile, {}};
            for (int b = 0; b < 2; ++b) {
                RealPlane plane(tile.rows, tile.cols, 0);
                for (int r = 0; r < tile.rows; ++r) {
                    for (int c = 0; c < tile.cols; ++c)
                        plane(r, c) = static_cast<float>(1000 * (b + 1) + (r * 31 + c * 17 + tile.row) % 900);
                }
                block.bands.emplace_back(std::move(plane));
            }
            writer.write(block);
        }
        writer.close();
    }
    const auto outcome =
        run_binary({"do", "indices", "--in", space.path("big.tif"), "--bands", "R,N", "--index", "NDVI", "--format",
                    "gtiff", "--compress", "none", "--memory", "1G", "--out", space.path("ndvi.tif")});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_LT(outcome.peak_kib, 1024 * 1024);
    RecordProperty("peak_kib", static_cast<int>(outcome.peak_kib));
    std::printf("peak memory of NDVI on %d x %d cells under --memory 1G: %ld MiB\n", side, side,
                outcome.peak_kib / 1024);
}

TEST(DoPolygonArea, PrintsTheZonesAsCsv) {
    const Workspace space;
    space.squares("z.gpkg", "EPSG:4547", {500000, 4100000}, 1000, 2);
    const auto outcome = run_binary({"do", "class-area", "--help"});
    EXPECT_EQ(outcome.exit_code, 0);
    const auto areas = run_binary(
        {"do", "polygon-area", "--in", space.path("z.gpkg"), "--key", "id", "--out", space.path("areas.gpkg")});
    ASSERT_EQ(areas.exit_code, 0) << areas.err;
    const Layer layer = read_layer({space.path("areas.gpkg"), "", "", ""});
    ASSERT_EQ(layer.features.size(), 2U);
    EXPECT_EQ(layer.spec.fields.back().name, "ellipsoid_area");
    // On the central meridian of 4547 (114 E) the plane is true to scale.
    EXPECT_NEAR(std::get<double>(layer.features[0].values.back()), 1e6, 1);
}

TEST(DoClassArea, PrintsCsvOfTheWholeGrid) {
    const Workspace space;
    space.raster("map.tif", {"EPSG:4547", 500000, 4100000, 10, 10, 100, 100}, 1,
                 [](int, int r, int) { return r < 25 ? 1 : 2; });
    const auto outcome =
        run_binary({"do", "class-area", "--in", space.path("map.tif"), "--kind", "code", "--map", "now"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, StartsWith("fid,map,layer,zone,code,class,area (mu)\r\n"));
    EXPECT_THAT(outcome.out, HasSubstr("now,grid,all,1,1,375.0"));
    EXPECT_THAT(outcome.out, HasSubstr("now,grid,all,2,2,1125.0"));
    EXPECT_EQ(std::ranges::count(outcome.out, '\n'), 3);
}

TEST(Do, TellsWhatIsWrongWithItsArguments) {
    const auto said = [](std::vector<std::string> arguments) {
        const auto outcome = run_binary(std::move(arguments));
        EXPECT_EQ(outcome.exit_code, 2);
        return outcome.err;
    };
    EXPECT_EQ(said({"do"}), "linmu: do needs the name of a step; linmu steps lists them\n");
    EXPECT_EQ(said({"do", "indcies"}), "linmu: there is no step 'indcies'; did you mean 'indices'?\n");
    EXPECT_THAT(said({"do", "indices", "--index", "NDVI"}), HasSubstr("--in is required; see linmu do indices --help"));
    EXPECT_THAT(said({"do", "indices", "--in", "x.tif", "--idx", "NDVI"}), HasSubstr("--idx"));
    EXPECT_EQ(said({"do", "indices", "--in", "x.tif", "--index", "NDVI"}),
              "linmu: do indices: say where to write: --out file.tif\n");
}

}  // namespace
}  // namespace linmu::test

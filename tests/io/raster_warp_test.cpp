// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <functional>
#include <thread>

#include "block_cache.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/raster.hpp"
#include "support/gdal_file.hpp"
#include "support/gdal_warp.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using test::gdal_warp;
using test::GdalFile;
using test::TempDir;
using testing::HasSubstr;

/// A file and the grid that it is brought to.
struct Journey {
    std::string name;
    Grid file;
    Grid grid;
};

const std::string krassowsky_albers =
    "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +x_0=0 +y_0=0 +ellps=krass "
    "+towgs84=23.57,-140.95,-79.8,0,0.35,0.79,-0.22 +units=m";

/// A grid of 360 x 360 cells around the middle of the file.
Grid around(const Grid& file, const std::string& crs, double cell_x, double cell_y) {
    const Transform there(file.crs, crs);
    const Point middle = there({file.x(file.cols / 2.0), file.y(file.rows / 2.0)});
    return {crs, middle.x - 180.3 * cell_x, middle.y + 179.6 * cell_y, cell_x, cell_y, 360, 360};
}

std::vector<Journey> journeys() {
    const Grid utm49{"EPSG:32649", 690003, 4105007, 10, 10, 300, 310};
    const Grid degrees{"EPSG:4326", 113.11, 37.09, 1.1e-4, 1e-4, 320, 330};
    return {{"DegreesToUtm", degrees, around(degrees, "EPSG:32649", 9, 10)},
            {"Utm49ToUtm50", utm49, around(utm49, "EPSG:32650", 10, 10)},
            {"UtmToDegrees", utm49, around(utm49, "EPSG:4326", 1e-4, 0.9e-4)},
            {"UtmToAlbersWithShiftOfDatum", utm49, around(utm49, parse_crs(krassowsky_albers).id, 10, 10)},
            {"HalfCell", utm49, {"EPSG:32649", 690008, 4105002, 10, 10, 300, 310}}};
}

std::size_t at(const Grid& grid, int row, int col) {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.cols) + static_cast<std::size_t>(col);
}

std::vector<double> by_cell(const Grid& grid, const std::function<double(int, int)>& value) {
    std::vector<double> out;
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) out.push_back(value(r, c));
    }
    return out;
}

double hills(int r, int c) {
    return 1000 + 300 * std::sin(r * 0.31) * std::cos(c * 0.23) + 0.5 * ((r * 37 + c * 101) % 97);
}

BandPick pick_of(const std::string& path, BandKind kind = BandKind::real) {
    BandPick pick;
    pick.spec.name = "value";
    pick.spec.kind = kind;
    pick.path = path;
    return pick;
}

RealPlane read_real(const BandPick& pick, const Grid& grid, Resampling method) {
    return RasterReader(grid, {pick}, method).read(grid.window()).real(0);
}

/// How far the place of a cell's centre is from the nearest border between cells of the file.
double off_border(const Journey& way, int row, int col) {
    const Transform to_file(way.grid.crs, way.file.crs);
    const Point p = to_file({way.grid.x(col + 0.5), way.grid.y(row + 0.5)});
    const double x = way.file.column(p.x), y = way.file.row(p.y);
    return std::min(std::abs(x - std::round(x)), std::abs(y - std::round(y)));
}

struct Difference {
    std::size_t seen = 0;  ///< both have a value
    std::size_t one_only = 0;
    double most = 0;                              ///< relative
    std::vector<std::pair<int, int>> where = {};  ///< row and column of the first few that one only has
};

Difference compare(const RealPlane& ours, const std::vector<float>& theirs) {
    Difference out;
    for (std::size_t i = 0; i < theirs.size(); ++i) {
        const float a = ours.cells()[i], b = theirs[i];
        if (std::isnan(a) != std::isnan(b)) {
            ++out.one_only;
            const int cell = static_cast<int>(i);
            if (out.where.size() < 10) out.where.emplace_back(cell / ours.cols(), cell % ours.cols());
        }
        if (std::isnan(a) || std::isnan(b)) continue;
        ++out.seen;
        out.most = std::max(out.most, static_cast<double>(std::abs(a - b) / std::abs(b)));
    }
    return out;
}

/// GDAL guesses its kernel's width from the box of a turned window.
const std::vector<std::string> plain_kernel{"-wo", "XSCALE=1", "-wo", "YSCALE=1"};

class Warp : public testing::TestWithParam<Journey> {};
INSTANTIATE_TEST_SUITE_P(Ways, Warp, testing::ValuesIn(journeys()), [](const auto& way) { return way.param.name; });

TEST_P(Warp, NearestIsTheCellThatGdalTakes) {
    const TempDir dir;
    const auto& way = GetParam();
    GdalFile{.path = dir / "a.tif",
             .grid = way.file,
             .type = GDT_Int32,
             .bands = {by_cell(way.file, [&](int r, int c) { return r * 1000.0 + c + 1; })}}
        .write();
    const auto ours = read_real(pick_of(dir / "a.tif"), way.grid, Resampling::nearest);
    const auto theirs = gdal_warp(dir / "a.tif", way.grid, "nearest");
    std::size_t seen = 0;
    for (int r = 0; r < way.grid.rows; ++r) {
        for (int c = 0; c < way.grid.cols; ++c) {
            const float a = ours(r, c), b = theirs[at(way.grid, r, c)];
            seen += std::isnan(b) ? 0U : 1U;
            if (a == b || (std::isnan(a) && std::isnan(b))) continue;
            ASSERT_LT(off_border(way, r, c), 1e-6) << r << ' ' << c << ": " << a << " and " << b;
        }
    }
    EXPECT_GT(seen, 50000U);
}

TEST_P(Warp, BilinearAndCubicAreGdals) {
    const TempDir dir;
    const auto& way = GetParam();
    GdalFile{.path = dir / "a.tif", .grid = way.file, .type = GDT_Float32, .bands = {by_cell(way.file, hills)}}.write();
    for (const auto& [method, name] :
         {std::pair{Resampling::bilinear, "bilinear"}, std::pair{Resampling::cubic, "cubic"}}) {
        const auto got = compare(read_real(pick_of(dir / "a.tif"), way.grid, method),
                                 gdal_warp(dir / "a.tif", way.grid, name, plain_kernel));
        EXPECT_GT(got.seen, 50000U);
        EXPECT_LE(got.one_only, 2U) << name;
        EXPECT_LT(got.most, 1e-4) << name;
    }
}

TEST_P(Warp, CellsBesideNoValueAreGdals) {
    const TempDir dir;
    const auto& way = GetParam();
    const auto spotted = by_cell(way.file, [](int r, int c) { return (r * 7 + c * 13) % 23 < 3 ? 0 : hills(r, c); });
    GdalFile{.path = dir / "a.tif", .grid = way.file, .type = GDT_Float32, .bands = {spotted}, .nodata = 0}.write();
    for (const auto& [method, name] :
         {std::pair{Resampling::bilinear, "bilinear"}, std::pair{Resampling::cubic, "cubic"}}) {
        const auto got = compare(read_real(pick_of(dir / "a.tif"), way.grid, method),
                                 gdal_warp(dir / "a.tif", way.grid, name, plain_kernel));
        EXPECT_GT(got.seen, 50000U);
        EXPECT_LE(got.one_only, 2U) << name;
        EXPECT_LT(got.most, 1e-4) << name;
    }
}

TEST_P(Warp, NoByteDependsOnTheTileOrTheLayoutOfTheFile) {
    const TempDir dir;
    const auto& way = GetParam();
    const auto cells = by_cell(way.file, [](int r, int c) { return (r + c) % 41 == 0 ? 0 : hills(r, c); });
    const auto pick = pick_of(dir / "a.tif");
    for (const auto method :
         {Resampling::nearest, Resampling::bilinear, Resampling::cubic, Resampling::average, Resampling::mode}) {
        std::vector<float> first;
        for (const auto& layout :
             {std::vector<std::string>{}, {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"}}) {
            GdalFile{.path = dir / "a.tif", .grid = way.file, .bands = {cells}, .options = layout, .nodata = 0}.write();
            for (const int tile : {64, 256, 512}) {
                const RasterReader reader(way.grid, {pick}, method);
                RealPlane whole(way.grid.rows, way.grid.cols, -5);
                for (const auto& window : tiles(way.grid.window(), tile)) {
                    const auto block = reader.read(window.grown(3));
                    for (int r = 0; r < window.rows; ++r)
                        std::ranges::copy(block.real(0).row(r + 3).subspan(3, static_cast<std::size_t>(window.cols)),
                                          whole.row(window.row + r).begin() + window.col);
                }
                const std::vector<float> got(whole.cells().begin(), whole.cells().end());
                if (first.empty()) first = got;
                ASSERT_EQ(std::memcmp(got.data(), first.data(), got.size() * sizeof(float)), 0) << tile;
            }
        }
    }
}

TEST(WarpRamp, HalfCellShiftOfALinearRampIsItsClosedForm) {
    const TempDir dir;
    const Grid file{"EPSG:32649", 600005, 4100005, 10, 10, 40, 50};
    const Grid grid{"EPSG:32649", 600000, 4100000, 10, 10, 40, 50};
    GdalFile{.path = dir / "a.tif",
             .grid = file,
             .type = GDT_Float32,
             .bands = {by_cell(file, [&](int r, int c) { return 3 * file.x(c + 0.5) - 2 * file.y(r + 0.5) + 6.4e6; })}}
        .write();
    EXPECT_THROW(RasterReader(grid, {pick_of(dir / "a.tif")}, Resampling::refuse), DataError);
    for (const auto method : {Resampling::bilinear, Resampling::cubic, Resampling::average}) {
        const auto plane = read_real(pick_of(dir / "a.tif"), grid, method);
        for (int r = 2; r < 37; ++r) {
            for (int c = 2; c < 47; ++c)
                ASSERT_NEAR(plane(r, c), 3 * grid.x(c + 0.5) - 2 * grid.y(r + 0.5) + 6.4e6, 0.1) << r << ' ' << c;
        }
    }
}

TEST(WarpDown, KernelsAreWidenedToTheGridsCellAsGdals) {
    const TempDir dir;
    const Grid file{"EPSG:32649", 600000, 4100000, 10, 10, 400, 400};
    GdalFile{.path = dir / "a.tif", .grid = file, .type = GDT_Float32, .bands = {by_cell(file, hills)}}.write();
    for (const double cell : {25.0, 33.0}) {
        const Grid grid{
            "EPSG:32649", 600107, 4099893, cell, cell, static_cast<int>(3700 / cell), static_cast<int>(3700 / cell)};
        const RasterReader reader(grid, {pick_of(dir / "a.tif")}, Resampling::bilinear);
        EXPECT_THAT(reader.alignment_notes().front(),
                    HasSubstr(fmt::format("over {:.2f} x {:.2f} of its cells", cell / 10, cell / 10)));
        const std::vector<std::string> scale{"-wo", fmt::format("XSCALE={:.17g}", 10 / cell), "-wo",
                                             fmt::format("YSCALE={:.17g}", 10 / cell)};
        for (const auto& [method, name] :
             {std::pair{Resampling::bilinear, "bilinear"}, std::pair{Resampling::cubic, "cubic"}}) {
            const auto got =
                compare(read_real(pick_of(dir / "a.tif"), grid, method), gdal_warp(dir / "a.tif", grid, name, scale));
            EXPECT_EQ(got.one_only, 0U);
            EXPECT_LT(got.most, 1e-4) << name << ' ' << cell;
        }
    }
}

TEST(WarpDown, AverageAndModeAreByThePartOfEachCellInTheBox) {
    const TempDir dir;
    const Grid file{"EPSG:32649", 600000, 4100000, 10, 10, 400, 400};
    const Grid grid{"EPSG:32649", 600100, 4099900, 25, 25, 140, 140};
    GdalFile{.path = dir / "a.tif", .grid = file, .type = GDT_Float32, .bands = {by_cell(file, hills)}}.write();
    const auto average = read_real(pick_of(dir / "a.tif"), grid, Resampling::average);
    const auto got = compare(average, gdal_warp(dir / "a.tif", grid, "average"));
    EXPECT_EQ(got.one_only, 0U);
    EXPECT_LT(got.most, 1e-4);
    // Columns 10, 11 whole and half of 12; the same of rows.
    double sum = 0;
    for (int r = 10; r < 13; ++r) {
        for (int c = 10; c < 13; ++c) sum += hills(r, c) * (r == 12 ? 0.5 : 1) * (c == 12 ? 0.5 : 1);
    }
    EXPECT_NEAR(average(0, 0), sum / 6.25, 1e-3);

    auto classes = by_cell(file, [](int r, int c) { return 1 + (r / 7 + c / 5) % 4; });
    GdalFile{.path = dir / "c.tif", .grid = file, .type = GDT_Byte, .bands = {classes}, .nodata = 0}.write();
    const RasterReader reader(grid, {pick_of(dir / "c.tif", BandKind::code)}, Resampling::mode);
    const auto modes = reader.read(grid.window());
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) {
            std::array<double, 5> parts{};
            for (int i = 0; i < 400; ++i) {
                const double down = std::min(i + 1.0, 10 + 2.5 * (r + 1)) - std::max(i + 0.0, 10 + 2.5 * r);
                for (int j = 0; down > 0 && j < 400; ++j) {
                    const double across = std::min(j + 1.0, 10 + 2.5 * (c + 1)) - std::max(j + 0.0, 10 + 2.5 * c);
                    if (across > 0) parts[static_cast<std::size_t>(classes[at(file, i, j)])] += down * across;
                }
            }
            const auto most = std::ranges::max_element(parts);
            ASSERT_EQ(modes.code(0)(r, c), most - parts.begin());
        }
    }
}

TEST(WarpShift, FileLiesWhereItsCorrectionSays) {
    const TempDir dir;
    const Grid grid{"EPSG:32649", 600000, 4100000, 10, 10, 30, 30};
    const auto ramp = [&](double x, double y) { return 2 * (x - 600000) + 5 * (4100000 - y) + 1000; };
    const auto cells = by_cell(grid, [&](int r, int c) { return ramp(grid.x(c + 0.5), grid.y(r + 0.5)); });
    GdalFile{.path = dir / "a.tif", .grid = grid, .type = GDT_Float32, .bands = {cells}}.write();
    auto pick = pick_of(dir / "a.tif");
    pick.shift_x = 4;
    pick.shift_y = -7;
    EXPECT_THROW(RasterReader(grid, {pick}, Resampling::refuse), DataError);
    const auto moved = read_real(pick, grid, Resampling::bilinear);
    for (int r = 2; r < 28; ++r) {
        for (int c = 2; c < 28; ++c) ASSERT_NEAR(moved(r, c), ramp(grid.x(c + 0.5) - 4, grid.y(r + 0.5) + 7), 0.01);
    }
    pick.shift_x = 20;
    pick.shift_y = -10;
    const auto whole = read_real(pick, grid, Resampling::refuse);
    EXPECT_EQ(whole(1, 2), static_cast<float>(cells.front()));
    EXPECT_TRUE(std::isnan(whole(0, 2)));

    auto codes = pick_of(dir / "a.tif", BandKind::code);
    codes.shift_x = 4;
    pick.shift_x = 4;
    pick.shift_y = 0;
    const auto both = RasterReader(grid, {pick, codes}, Resampling::bilinear).read(grid.window());
    EXPECT_EQ(both.code(1)(3, 3), static_cast<int>(cells[at(grid, 3, 3)]));
    EXPECT_NEAR(both.real(0)(3, 3), cells[at(grid, 3, 3)] - 8, 1e-3);

    auto degrees = pick;
    degrees.path = dir / "d.tif";
    GdalFile{.path = degrees.path, .grid = {"EPSG:4326", 112, 37, 0.1, 0.1, 2, 2}, .bands = {{1, 2, 3, 4}}}.write();
    EXPECT_THROW(RasterReader(grid, {degrees}, Resampling::bilinear), DataError);
}

TEST(WarpMosaic, TilesOfOneRasterAreOneAndTheFirstWithAValueIsTaken) {
    const TempDir dir;
    const Grid west{"EPSG:32649", 600000, 4100000, 10, 10, 20, 20};
    const Grid east{"EPSG:32649", 600150, 4100000, 10, 10, 20, 20};
    const auto holed = by_cell(west, [](int, int c) { return c == 17 ? 0 : 100 + c; });
    GdalFile{.path = dir / "1.tif", .grid = west, .bands = {holed}, .nodata = 0}.write();
    GdalFile{
        .path = dir / "2.tif", .grid = east, .bands = {by_cell(east, [](int, int c) { return 200 + c; })}, .nodata = 0}
        .write();
    auto pick = pick_of(dir / "1.tif");
    pick.more_paths = {dir / "2.tif"};
    Grid all = west;
    all.cols = 40;
    const auto plane = read_real(pick, all, Resampling::refuse);
    for (int c = 0; c < 40; ++c) {
        const float expected = c == 17  ? 202.F
                               : c < 20 ? 100.F + static_cast<float>(c)
                               : c < 35 ? 200.F + static_cast<float>(c - 15)
                                        : -1.F;
        EXPECT_EQ(std::isnan(plane(5, c)) ? -1.F : plane(5, c), expected) << c;
    }
    Grid shifted = all;
    shifted.x0 += 2;
    const auto nearest = read_real(pick, shifted, Resampling::nearest);
    for (int c = 0; c < 34; ++c) EXPECT_EQ(nearest(5, c), plane(5, c)) << c;
}

TEST(WarpDown, OverviewsOfAFileAreNotRead) {
    const TempDir dir;
    const Grid file{"EPSG:32649", 600000, 4100000, 10, 10, 600, 600};
    const auto path = dir / "a.tif";
    GdalFile{.path = path, .grid = file, .bands = {std::vector<double>(360000, 7)}}.write();
    auto* dataset = GDALDataset::FromHandle(GDALOpen(path.c_str(), GA_Update));
    const int factor = 4;
    ASSERT_EQ(dataset->BuildOverviews("NONE", 1, &factor, 0, nullptr, nullptr, nullptr), CE_None);
    ASSERT_EQ(dataset->GetRasterBand(1)->GetOverview(0)->Fill(999), CE_None);
    GDALClose(GDALDataset::ToHandle(dataset));
    const Grid coarse{"EPSG:32649", 600003, 4099997, 40, 40, 140, 140};
    for (const auto method : {Resampling::nearest, Resampling::bilinear, Resampling::average, Resampling::mode})
        EXPECT_THAT(read_real(pick_of(path), coarse, method).cells(), testing::Each(7.F));
}

/// Real rasters whose cells are brought to another zone, to degrees and to a grid of the same CRS half a cell off.
TEST(RealWarp, ScenesAndHeightsAreGdals) {
    const auto scene = test::shared_data("s2_l2a_openeo_sample/sample_geotiff/S2_L2A_sample.tif");
    const auto heights = test::shared_data("dem_mountains/qgis_training_dem25_25m_epsg23030.tif");
    for (const auto& path : {scene, heights}) {
        LINMU_NEEDS(path);
        const Grid file = inspect_raster(path).grid;
        const double cell = file.cell_x;
        std::vector<Grid> grids{around(file, "EPSG:4258", cell / 80000, cell / 112000)};
        grids.push_back(crop(file, {100, 100, 300, 300}));
        grids.back().x0 += 0.5 * cell;
        grids.back().y0 -= 0.3 * cell;
        if (path == scene) grids.push_back(around(file, "EPSG:32633", cell, cell));
        if (path == heights) grids.erase(grids.begin());  // another datum, for which GDAL takes a path of its own
        for (const auto& grid : grids) {
            for (const auto& [method, name] :
                 {std::pair{Resampling::bilinear, "bilinear"}, std::pair{Resampling::cubic, "cubic"}}) {
                const auto got =
                    compare(read_real(pick_of(path), grid, method), gdal_warp(path, grid, name, plain_kernel));
                EXPECT_GT(got.seen, 80000U) << path << ' ' << grid.crs;
                for (const auto& [row, col] : got.where) {
                    EXPECT_LT(off_border({"", file, grid}, row, col), 1e-6)
                        << path << ' ' << grid.crs << ' ' << name << ' ' << row << ' ' << col;
                }
                EXPECT_LT(got.most, 1e-4) << path << ' ' << grid.crs << ' ' << name;
            }
        }
    }
}

/// Decoded once however many ask; the longest unasked goes; what failed is asked for anew.
TEST(BlockCacheTest, BlockIsDecodedOnceWhileItIsKept) {
    BlockCache cache;
    cache.set_limit(3000);
    const auto owner = cache.new_owner();
    std::atomic<int> decoded = 0;
    const auto ask = [&](int row) {
        return cache.get({owner, 0, row, 0}, 1000, [&](std::span<std::byte> cells) {
            ++decoded;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            std::ranges::fill(cells, std::byte(row));
        });
    };
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
            for (int row = 0; row < 3; ++row) EXPECT_EQ(ask(row)->at(999), std::byte(row));
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(decoded, 3);
    (void)ask(0);
    (void)ask(3);  // 1 goes
    (void)ask(0);
    EXPECT_EQ(decoded, 4);
    (void)ask(1);
    EXPECT_EQ(decoded, 5);
    const BlockCache::Key bad{owner, 1, 0, 0};
    EXPECT_THROW((void)cache.get(bad, 10, [](auto) { throw DataError("damaged"); }), DataError);
    EXPECT_EQ(cache.get(bad, 10, [](auto cells) { cells[0] = std::byte{7}; })->at(0), std::byte{7});
    cache.forget(owner);
    (void)ask(0);
    EXPECT_EQ(decoded, 6);
}

}  // namespace
}  // namespace linmu

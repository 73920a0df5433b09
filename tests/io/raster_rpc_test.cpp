// SPDX-License-Identifier: MIT
#include <gdal_priv.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/raster.hpp"
#include "support/gdal_file.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using test::GdalFile;
using test::TempDir;
using testing::HasSubstr;

/// A scene of level 1A over hills, made here: the sensor looks from the side, so that a hill moves what stands on it.
/// line = (-n + 0.04 e n + 0.02 h) / (1 + 0.003 n), sample = (e + 0.03 n + 0.12 h) / (1 + 0.002 e - 0.004 h), all normalised.
struct Scene {
    static constexpr double lon = 113.2, lat = 37.2, height = 1200;
    static constexpr double lon_scale = 0.03, lat_scale = 0.025, height_scale = 800;
    static constexpr double half = 150;  ///< lines and samples
    static constexpr int cells = 300;

    static std::array<double, 20> only(const std::map<int, double>& terms) {
        std::array<double, 20> all{};
        for (const auto& [place, value] : terms) all.at(static_cast<std::size_t>(place)) = value;
        return all;
    }
    // Terms of RPC00B: 1, lon, lat, height, lon lat, ...
    static void put(GDALDataset& file) {
        const auto text = [](const std::array<double, 20>& all) {
            std::string out;
            for (const double value : all) out += std::to_string(value) + " ";
            return out;
        };
        const std::map<std::string, std::string> items{
            {"LINE_OFF", std::to_string(half - 0.5)},
            {"SAMP_OFF", std::to_string(half - 0.5)},
            {"LINE_SCALE", std::to_string(half)},
            {"SAMP_SCALE", std::to_string(half)},
            {"LAT_OFF", std::to_string(lat)},
            {"LAT_SCALE", std::to_string(lat_scale)},
            {"LONG_OFF", std::to_string(lon)},
            {"LONG_SCALE", std::to_string(lon_scale)},
            {"HEIGHT_OFF", std::to_string(height)},
            {"HEIGHT_SCALE", std::to_string(height_scale)},
            {"LINE_NUM_COEFF", text(only({{2, -1}, {3, 0.02}, {4, 0.04}}))},
            {"LINE_DEN_COEFF", text(only({{0, 1}, {2, 0.003}}))},
            {"SAMP_NUM_COEFF", text(only({{1, 1}, {2, 0.03}, {3, 0.12}}))},
            {"SAMP_DEN_COEFF", text(only({{0, 1}, {1, 0.002}, {3, -0.004}}))}};
        for (const auto& [key, value] : items) file.SetMetadataItem(key.c_str(), value.c_str(), "RPC");
    }
    /// Column and row of the image from its outer corner.
    static Point seen(double x, double y, double h) {
        const double e = (x - lon) / lon_scale, n = (y - lat) / lat_scale, z = (h - height) / height_scale;
        const double line = (-n + 0.04 * e * n + 0.02 * z) / (1 + 0.003 * n);
        const double sample = (e + 0.03 * n + 0.12 * z) / (1 + 0.002 * e - 0.004 * z);
        return {half + half * sample, half + half * line};
    }
    /// Hills of 700 m from foot to top.
    static double ground(double x, double y) {
        return 1200 + 200 * std::sin((x - lon) * 120) * std::cos((y - lat) * 130) + 150 * std::sin((x + y) * 70);
    }
    /// Where what is seen at a place of the image stands, by going back and forth until it does not move.
    /// `bias`: degrees by which the coefficients take it for further west than it is.
    static Point stands(const Point& place, double bias) {
        Point p{lon, lat};
        for (int i = 0; i < 40; ++i) {
            const Point now = seen(p.x - bias, p.y, ground(p.x, p.y));
            p.x += 0.7 * (place.x - now.x) / half * lon_scale;
            p.y -= 0.7 * (place.y - now.y) / half * lat_scale;
        }
        return p;
    }
};

/// Smooth in both directions, and a steep function of the place: a cell is about 18 m.
double pattern(double x, double y) { return 500 + 100 * (x - Scene::lon) / 0.0002 + 37 * (y - Scene::lat) / 0.0002; }

const Grid degrees{"EPSG:4326", 113.16, 37.24, 2e-4, 2e-4, 400, 400};

std::vector<double> by_place(const Grid& grid, const std::function<double(double, double)>& value) {
    std::vector<double> out;
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) out.push_back(value(grid.x(c + 0.5), grid.y(r + 0.5)));
    }
    return out;
}

class Rpc : public testing::Test {
protected:
    void SetUp() override {
        GDALAllRegister();
        make_image(0);
        Grid wide = degrees;
        wide.x0 -= 0.01;
        wide.y0 += 0.01;
        wide.rows = wide.cols = 500;
        GdalFile{.path = dem_path(), .grid = wide, .type = GDT_Float32, .bands = {by_place(wide, Scene::ground)}}
            .write();
    }

    void make_image(double bias) const {
        std::vector<float> image;
        for (int r = 0; r < Scene::cells; ++r) {
            for (int c = 0; c < Scene::cells; ++c) {
                const Point p = Scene::stands({c + 0.5, r + 0.5}, bias);
                image.push_back(static_cast<float>(pattern(p.x, p.y)));
            }
        }
        auto* file = GetGDALDriverManager()->GetDriverByName("GTiff")->Create(image_path().c_str(), Scene::cells,
                                                                              Scene::cells, 1, GDT_Float32, nullptr);
        Scene::put(*file);
        ASSERT_EQ(file->GetRasterBand(1)->RasterIO(GF_Write, 0, 0, Scene::cells, Scene::cells, image.data(),
                                                   Scene::cells, Scene::cells, GDT_Float32, 0, 0, nullptr),
                  CE_None);
        GDALClose(GDALDataset::ToHandle(file));
    }

    [[nodiscard]] std::string image_path() const { return dir_ / "1A.tif"; }
    [[nodiscard]] std::string dem_path() const { return dir_ / "dem.tif"; }
    [[nodiscard]] BandPick pick() const {
        BandPick out;
        out.spec.name = "R";
        out.path = image_path();
        out.rectify_dem = dem_path();
        return out;
    }
    static std::string error_of(const std::function<void()>& call) {
        try {
            call();
        } catch (const DataError& error) {
            return error.what();
        }
        return "";
    }

    TempDir dir_;
};

bool inner(const RealPlane& plane, int row, int col) {
    for (int r = row - 1; r <= row + 1; ++r) {
        for (int c = col - 1; c <= col + 1; ++c) {
            if (r < 0 || c < 0 || r >= plane.rows() || c >= plane.cols() || std::isnan(plane(r, c))) return false;
        }
    }
    return true;
}

/// Most that a rectified cell is off, in cells of the grid along its columns, and how many cells are looked at: those at the
/// image's edge are half a cell off, as there is nothing to interpolate to.
std::pair<double, int> farthest(const RealPlane& plane, const Grid& grid) {
    const Transform there(grid.crs, "EPSG:4326");
    double most = 0;
    int seen = 0;
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) {
            if (!inner(plane, r, c)) continue;
            ++seen;
            const Point p = there({grid.x(c + 0.5), grid.y(r + 0.5)});
            most = std::max(most, std::abs(static_cast<double>(plane(r, c)) - pattern(p.x, p.y)) / 100);
        }
    }
    return {most, seen};
}

TEST_F(Rpc, HillsAreWhereTheyStand) {
    const Grid utm{"EPSG:32649", 693000, 4122000, 18, 18, 320, 320};
    for (const auto& grid : {degrees, utm}) {
        for (const auto method : {Resampling::bilinear, Resampling::cubic}) {
            const RasterReader reader(grid, {pick()}, method);
            const auto [most, seen] = farthest(reader.read(grid.window()).real(0), grid);
            EXPECT_GT(seen, 40000) << grid.crs;
            EXPECT_LT(most, 0.2) << grid.crs;
        }
        const auto [nearest, some] =
            farthest(RasterReader(grid, {pick()}, Resampling::nearest).read(grid.window()).real(0), grid);
        EXPECT_LT(nearest, 1) << some;
    }
    auto flat = pick();
    flat.rectify_height_offset = 300;  // heights that are wrong move what is seen by many cells
    EXPECT_GT(
        farthest(RasterReader(degrees, {flat}, Resampling::bilinear).read(degrees.window()).real(0), degrees).first, 5);
}

TEST_F(Rpc, NoByteDependsOnTheTileAndCellsWithoutHeightHaveNoValue) {
    Grid half = degrees;
    half.cols = 200;
    GdalFile{.path = dem_path(), .grid = half, .type = GDT_Float32, .bands = {by_place(half, Scene::ground)}}.write();
    const RasterReader reader(degrees, {pick()}, Resampling::bilinear);
    const auto whole = reader.read(degrees.window());
    for (const auto& window : tiles(degrees.window(), 93)) {
        const auto part = reader.read(window);
        const auto same = [](float a, float b) { return a == b || (a != a && b != b); };
        ASSERT_TRUE(std::ranges::equal(part.real(0).cells(), crop(whole, window).real(0).cells(), same));
    }
    EXPECT_FALSE(std::isnan(whole.real(0)(200, 198)));
    for (int r = 0; r < degrees.rows; ++r) EXPECT_TRUE(std::isnan(whole.real(0)(r, 200)));
}

TEST_F(Rpc, ShiftCorrectsCoefficientsThatAreOff) {
    const Grid utm{"EPSG:32649", 693000, 4122000, 18, 18, 320, 320};
    make_image(36 / 88750.0);
    auto moved = pick();
    EXPECT_GT(farthest(RasterReader(utm, {moved}, Resampling::bilinear).read(utm.window()).real(0), utm).first, 1.9);
    moved.shift_x = 36;
    EXPECT_LT(farthest(RasterReader(utm, {moved}, Resampling::bilinear).read(utm.window()).real(0), utm).first, 0.1);
}

TEST_F(Rpc, FileTellsThatItHasRpcAndWhatIsMissingIsTold) {
    const auto file = inspect_raster(image_path());
    EXPECT_TRUE(file.rpc);
    EXPECT_FALSE(file.georeferenced);
    auto plain = pick();
    plain.rectify_dem.clear();
    EXPECT_THAT(error_of([&] { const RasterReader r(degrees, {plain}, Resampling::bilinear); }),
                HasSubstr("give a DEM"));
    EXPECT_THAT(error_of([&] { const RasterReader r(degrees, {pick()}, Resampling::refuse); }),
                HasSubstr("it lies by its RPC and heights"));
    auto other = pick();
    other.path = dem_path();
    EXPECT_THAT(error_of([&] { const RasterReader r(degrees, {other}, Resampling::bilinear); }),
                HasSubstr("has no RPC"));
}

}  // namespace
}  // namespace linmu

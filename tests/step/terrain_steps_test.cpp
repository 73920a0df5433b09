// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <numbers>
#include <string>

#include "linmu/algo/terrain.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/quality_flags.hpp"
#include "linmu/core/random.hpp"
#include "linmu/io/raster.hpp"
#include "support/matrix.hpp"
#include "support/paths.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr SunAngles sun{58, 155};

BandSpec seen(const std::string& name, BandKind kind = BandKind::real, const std::string& scene = "winter",
              std::optional<SunAngles> from = sun) {
    return {.name = name, .kind = kind, .scene = scene, .date = Date{2025, 1, 17}, .sun = from};
}

Artifact raster(const Grid& grid, std::vector<BandSpec> bands) {
    return Artifact::of(RasterSpec{grid, std::move(bands)});
}

RealPlane read(const std::string& path, const RasterFile& file, const Window& window) {
    BandPick pick;
    pick.spec = {.name = "a", .kind = BandKind::real};
    pick.path = path;
    pick.number = 1;
    return RasterReader(file.grid, {pick}, Resampling::refuse).read(window).real(0);
}

/// The training data of QGIS (shared data, dem_mountains): heights of 25 m in the Sierra de Gredos, and their slope by SAGA.
TEST(TerrainStep, EqualsTheSlopeOfAnotherProgramOnRealMountains) {
    const std::string folder = shared_data("dem_mountains/");
    LINMU_NEEDS(folder);
    const auto dem = inspect_raster(folder + "qgis_training_dem25_25m_epsg23030.tif");
    const Window window = dem.grid.window();
    const auto wanted =
        read(folder + "qgis_training_slope.tif", inspect_raster(folder + "qgis_training_slope.tif"), window);
    const auto share_within = [&](const std::string& method, double degrees) {
        StepBench bench("terrain", {{"method", method}});
        (void)bench.plan({raster(dem.grid, {band("elevation")})});
        Block heights{window.grown(1), {}};
        heights.bands.emplace_back(read(folder + "qgis_training_dem25_25m_epsg23030.tif", dem, window.grown(1)));
        const auto got = bench.apply(window, {heights});
        int cells = 0, agree = 0;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const double here = static_cast<double>(got.real(0).cells()[i]);
            const double there = static_cast<double>(wanted.cells()[i]) * 180 / std::numbers::pi;
            if (std::isnan(here) || std::isnan(there)) continue;
            ++cells;
            agree += std::abs(here - there) <= degrees ? 1 : 0;
        }
        EXPECT_EQ(cells, 599 * 408) << "all but the edge";
        return static_cast<double>(agree) / cells;
    };
    EXPECT_EQ(share_within("zevenbergen-thorne", 1e-5), 1)
        << "the reference is by Zevenbergen and Thorne, all cells agree";
    EXPECT_NEAR(share_within("horn", 1), 0.79, 0.01) << "Horn's is smoother: four cells of five are within a degree";
    EXPECT_GT(share_within("horn", 5), 0.999);
}

// ---- terrain-shadow ----

const Grid ridge_grid{"EPSG:32649", 500000, 4100000, 10, 10, 24, 40};

/// A wall of 60 m along column 30.
Block wall(const Window& window) {
    Block out{window, {}};
    RealPlane plane(window.rows, window.cols, 800);
    for (int r = 0; r < window.rows; ++r) {
        if (window.col <= 30 && window.col_end() > 30) plane(r, 30 - window.col) = 860;
    }
    out.bands.emplace_back(std::move(plane));
    return out;
}

Block two_scenes(const Window& window) {
    Block out{window, {}};
    CodePlane first(window.rows, window.cols, bit(QualityFlag::haze)), second(window.rows, window.cols, 0);
    second.cells().front() = no_code;
    out.bands.emplace_back(RealPlane(window.rows, window.cols, 0.25F));
    out.bands.emplace_back(std::move(first));
    out.bands.emplace_back(RealPlane(window.rows, window.cols, 0.5F));
    out.bands.emplace_back(std::move(second));
    return out;
}

std::vector<BandSpec> two_scene_bands() {
    const SunAngles east{45, 90}, low_west{75, 270};
    return {seen("R", BandKind::real, "a", east), seen("QA", BandKind::code, "a", east),
            seen("R", BandKind::real, "b", low_west), seen("QA", BandKind::code, "b", low_west)};
}

TEST(TerrainShadowStep, MarksEachScenesShadowInItsQualityBand) {
    StepBench bench("terrain-shadow", {{"reach", 300.0}});
    const auto out = bench.plan({raster(ridge_grid, two_scene_bands()), raster(ridge_grid, {band("elevation")})});
    EXPECT_EQ(out.raster.bands, two_scene_bands());
    auto& step = dynamic_cast<TileStep&>(bench.step());
    EXPECT_EQ(step.halo_of(0), 0) << "only the heights are looked at from afar";
    EXPECT_EQ(step.halo_of(1), 31);
    const Window window = ridge_grid.window();
    const auto got = bench.apply(window, {two_scenes(window), wall(window.grown(step.halo_of(1)))});
    const auto haze = bit(QualityFlag::haze), dark = bit(QualityFlag::dark);
    // 60 m tan 45 = 60 m to the west, 60 m tan 75 = 224 m to the east, beyond the grid.
    EXPECT_EQ(got.code(1)(5, 25), haze | dark);
    EXPECT_EQ(got.code(1)(5, 23), haze);
    EXPECT_EQ(got.code(1)(5, 35), haze);
    EXPECT_EQ(got.code(3)(5, 39), dark);
    EXPECT_EQ(got.code(3)(5, 25), 0);
    EXPECT_EQ(got.code(3)(0, 0), no_code);
    EXPECT_EQ(got.real(0)(5, 25), 0.25F);
    EXPECT_EQ(got.real(2)(5, 39), 0.5F);
}

TEST(TerrainShadowStep, MaskAloneNeedsNoQualityBand) {
    StepBench bench("terrain-shadow", {{"reach", 300.0}, {"only-mask", true}});
    const auto out = bench.plan({raster(ridge_grid, {seen("R", BandKind::real, "a", SunAngles{45, 90})}),
                                 raster(ridge_grid, {band("elevation")})});
    ASSERT_EQ(out.raster.bands.size(), 1U);
    EXPECT_EQ(out.raster.bands[0].name, "shadow");
    EXPECT_EQ(out.raster.bands[0].kind, BandKind::code);
    EXPECT_EQ(out.raster.bands[0].scene, "a");
    const Window window{8, 16, 8, 16};
    const auto got = bench.apply(window, {block_of(RealPlane(8, 16, 1)), wall(window.grown(31))});
    EXPECT_EQ(got.code(0)(0, 9), 1);
    EXPECT_EQ(got.code(0)(0, 7), 0);
}

TEST(TerrainShadowStep, TellsWhatIsMissing) {
    const auto dem = raster(ridge_grid, {band("elevation")});
    StepBench no_quality("terrain-shadow");
    EXPECT_THAT(
        [&] {
            (void)no_quality.plan({raster(ridge_grid, {seen("R")}), dem});
        },
        ThrowsMessage<DataError>(HasSubstr("scene 'winter' has no quality band 'QA' to mark")));
    StepBench no_sun("terrain-shadow");
    EXPECT_THAT(
        [&] {
            (void)no_sun.plan({raster(ridge_grid, {seen("R", BandKind::real, "winter", std::nullopt)}), dem});
        },
        ThrowsMessage<DataError>(HasSubstr("scene 'winter' does not say where the sun stood")));
    StepBench night("terrain-shadow");
    EXPECT_THAT(
        [&] {
            (void)night.plan({raster(ridge_grid, {seen("R", BandKind::real, "winter", SunAngles{96, 10})}), dem});
        },
        ThrowsMessage<DataError>(HasSubstr("has the sun 96 degrees from the zenith")));
    StepBench no_scene("terrain-shadow");
    EXPECT_THAT(
        [&] {
            (void)no_scene.plan({raster(ridge_grid, {band("R")}), dem});
        },
        ThrowsMessage<DataError>(HasSubstr("band 'R' of 'in1' belongs to no scene")));
    StepBench degrees("terrain-shadow");
    const Grid lonlat{"EPSG:4490", 113, 37, 0.001, 0.001, 10, 10};
    EXPECT_THAT(
        [&] {
            (void)degrees.plan({raster(lonlat, {seen("R")}), raster(lonlat, {band("elevation")})});
        },
        ThrowsMessage<DataError>(HasSubstr("shadows need cells in metres")));
}

// ---- terrain-fit and terrain-correct ----

const Grid hills_grid{"EPSG:32649", 500000, 4100000, 10, 10, 120, 150};
constexpr std::int32_t forest = 1, bare = 2, water = 3;

/// Hills of about 30 degrees with a planted light: reflectance = albedo (cos i + C) / (cos z + C), C by class and band; the
/// band "flat" knows no light.
struct Planted {
    Block terrain{hills_grid.window(), {}}, scenes{hills_grid.window(), {}};
    Block classes{hills_grid.window(), {}};
    RealPlane light;

    Planted() {
        const Window window = hills_grid.window();
        RealPlane dem(window.rows + 2, window.cols + 2, 0);
        for (int r = 0; r < dem.rows(); ++r)
            for (int c = 0; c < dem.cols(); ++c)
                dem(r, c) = static_cast<float>(900 + 36 * std::sin(r / 9.0) * std::cos(c / 14.0) +
                                               40 * std::sin((r + c) / 25.0));
        terrain.bands.emplace_back(slope(dem, {10, 10}));
        terrain.bands.emplace_back(aspect(dem, {10, 10}));
        light = illumination(dem, {10, 10}, sun.zenith, sun.azimuth);
        CodePlane land(window.rows, window.cols, forest);
        for (int r = 0; r < window.rows; ++r)
            for (int c = 0; c < window.cols; ++c)
                land(r, c) = c > 140 ? water : (r / 20 + c / 30) % 2 == 0 ? forest : bare;
        classes.bands.emplace_back(land);
        scenes.bands.emplace_back(lit({0.05F, 0.16F, 0.02F}, {0.45, 0.25}, 1));
        scenes.bands.emplace_back(lit({0.28F, 0.22F, 0.01F}, {0.20, 0.15}, 2));
        scenes.bands.emplace_back(lit({0.30F, 0.30F, 0.30F}, {1e6, 1e6}, 3));
    }

    [[nodiscard]] RealPlane lit(std::array<float, 3> albedo, std::array<double, 2> c, std::uint64_t seed) const {
        const auto& land = classes.code(0);
        RealPlane out(land.rows(), land.cols(), 0);
        const double level = std::cos(sun.zenith * std::numbers::pi / 180);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const auto k = static_cast<std::size_t>(land.cells()[i] - 1);
            const double of_class = k < 2 ? c.at(k) : 1e6;
            const double direct = std::max(0.0, static_cast<double>(light.cells()[i]));
            const double noise = 1 + 0.15 * random_normal(seed, i);
            out.cells()[i] = static_cast<float>(static_cast<double>(albedo.at(k)) * noise * (direct + of_class) /
                                                (level + of_class));
        }
        return out;
    }

    [[nodiscard]] static std::vector<Artifact> artifacts() {
        return {raster(hills_grid, {seen("R"), seen("N"), seen("flat")}),
                raster(hills_grid, {band("slope"), band("aspect")}),
                raster(hills_grid, {band("class", BandKind::code)})};
    }
};

struct Row {
    double m, c, r;
    std::string verdict;
};
/// By band and class, "all" for all classes.
std::map<std::string, Row> rows_of(const Table& table) {
    std::map<std::string, Row> out;
    for (const auto& row : table.rows) {
        const auto real = [&](std::size_t i) { return std::get<double>(row[i]); };
        out[std::get<std::string>(row[2]) + " " + std::get<std::string>(row[4])] = {real(6), real(8), real(9),
                                                                                    std::get<std::string>(row[10])};
    }
    return out;
}

class TerrainLightSteps : public testing::Test {
protected:
    Planted planted_;
    TempDir dir_;

    Table fit(const Block& scenes, int tile, const std::string& ledger, StepBench* other = nullptr,
              std::vector<std::pair<std::string, ParamValue>> keys = {{"leave", std::vector<std::string>{"3"}}}) const {
        StepBench bench("terrain-fit", keys);
        (void)bench.plan(Planted::artifacts());
        if (other) (void)other->plan(Planted::artifacts());
        Ledger book(dir_ / (ledger + ".gpkg"));
        auto made = bench.fold(book, {scenes, planted_.terrain, planted_.classes}, {}, tile, other);
        EXPECT_EQ(book.query("SELECT count(*) FROM terrain_fit").rows[0][0],
                  Value{static_cast<std::int64_t>(made.table->rows.size())});
        return std::move(*made.table);
    }

    Block corrected(const Table& fitted, const std::string& method, const std::string& dark = "no-value") const {
        StepBench bench("terrain-correct",
                        {{"method", method}, {"dark", dark}, {"leave", std::vector<std::string>{"3"}}});
        auto inputs = Planted::artifacts();
        inputs.insert(inputs.begin() + 2, Artifact::of(fitted.spec));
        EXPECT_EQ(bench.plan(inputs).raster.bands, inputs[0].raster.bands);
        bench.start({&fitted});
        return bench.apply(hills_grid.window(), {planted_.scenes, planted_.terrain, planted_.classes});
    }
};

TEST_F(TerrainLightSteps, FitFindsThePlantedLightOfEachClass) {
    const auto rows = rows_of(fit(planted_.scenes, 64, "a"));
    EXPECT_NEAR(rows.at("R 1").c, 0.45, 0.03);
    EXPECT_NEAR(rows.at("R 2").c, 0.25, 0.02);
    EXPECT_NEAR(rows.at("N 1").c, 0.20, 0.02);
    EXPECT_NEAR(rows.at("N 2").c, 0.15, 0.02);
    EXPECT_EQ(rows.at("R 1").verdict, "fit");
    EXPECT_EQ(rows.at("flat 1").verdict, "weak");
    EXPECT_EQ(rows.count("R 3"), 0U) << "water takes no part";
}

TEST_F(TerrainLightSteps, CorrelationWithTheLightFallsBelowATenth) {
    const Table before = fit(planted_.scenes, 64, "before");
    const auto was = rows_of(before);
    for (const auto* method : {"scs+c", "c"}) {
        const auto is = rows_of(fit(corrected(before, method), 64, std::string("after ") + method));
        for (const auto* name : {"R 1", "N 1", "R 2", "N 2"}) {
            EXPECT_GT(was.at(name).r, 0.4) << name;
            // Upright crowns are another light than the planted one, so that a little is left by their method.
            EXPECT_LT(std::abs(is.at(name).r), *method == 'c' ? 0.02 : 0.2) << method << " " << name;
        }
    }
}

TEST_F(TerrainLightSteps, TheFitIsTheSameForAnyTilesAndAfterAHalt) {
    const auto wanted = fit(planted_.scenes, 512, "whole").rows;
    EXPECT_EQ(fit(planted_.scenes, 17, "small").rows, wanted);
    StepBench second("terrain-fit", {{"leave", std::vector<std::string>{"3"}}});
    EXPECT_EQ(fit(planted_.scenes, 40, "halted", &second).rows, wanted);
}

TEST_F(TerrainLightSteps, WeakBandsWaterAndLevelGroundStay) {
    auto& slopes = planted_.terrain.real(0);
    auto& faces = planted_.terrain.real(1);
    slopes(7, 7) = 0;
    faces(7, 7) = flat_aspect;
    const auto got = corrected(fit(planted_.scenes, 64, "a"), "scs+c");
    int water_cells = 0;
    for (std::size_t i = 0; i < got.real(2).size(); ++i) {
        ASSERT_EQ(got.real(2).cells()[i], planted_.scenes.real(2).cells()[i]) << "a band that knows no light";
        if (planted_.classes.code(0).cells()[i] != water) continue;
        ++water_cells;
        ASSERT_EQ(got.real(0).cells()[i], planted_.scenes.real(0).cells()[i]);
    }
    EXPECT_GT(water_cells, 500);
    EXPECT_FLOAT_EQ(got.real(0)(7, 7), planted_.scenes.real(0)(7, 7)) << "level ground";
}

TEST_F(TerrainLightSteps, DarkCellsLoseTheirValuesOrStay) {
    const auto fitted = fit(planted_.scenes, 64, "a");
    const auto lost = corrected(fitted, "scs+c"), left = corrected(fitted, "scs+c", "leave");
    int dark = 0;
    for (std::size_t i = 0; i < planted_.light.size(); ++i) {
        if (planted_.light.cells()[i] > 0.0999F || planted_.classes.code(0).cells()[i] == water) continue;
        ++dark;
        ASSERT_TRUE(std::isnan(lost.real(0).cells()[i]));
        ASSERT_EQ(left.real(0).cells()[i], planted_.scenes.real(0).cells()[i]);
    }
    EXPECT_GT(dark, 50);
}

TEST_F(TerrainLightSteps, AClassOfFewCellsTakesTheFitOfAll) {
    int row = 0;
    while (!(planted_.terrain.real(0)(row, 40) > 10 && planted_.light(row, 40) > 0.3F)) ++row;
    planted_.classes.code(0)(row, 40) = 4;
    const auto fitted = fit(planted_.scenes, 64, "a");
    EXPECT_EQ(rows_of(fitted).at("R 4").verdict, "few cells");
    const auto got = corrected(fitted, "c", "leave");
    const double c = rows_of(fitted).at("R all").c, level = std::cos(sun.zenith * std::numbers::pi / 180);
    EXPECT_NEAR(static_cast<double>(got.real(0)(row, 40)) / static_cast<double>(planted_.scenes.real(0)(row, 40)),
                (level + c) / (static_cast<double>(planted_.light(row, 40)) + c), 1e-4);
}

TEST_F(TerrainLightSteps, FaultyCellsOfTheQualityBandTakeNoPart) {
    auto artifacts = Planted::artifacts();
    artifacts[0].raster.bands = {seen("R"), seen("QA", BandKind::code)};
    Block scenes{hills_grid.window(), {}};
    scenes.bands.emplace_back(planted_.scenes.real(0));
    CodePlane quality(hills_grid.rows, hills_grid.cols, 0);
    for (int r = 0; r < 60; ++r) {
        for (int c = 0; c < hills_grid.cols; ++c) {
            quality(r, c) = bit(QualityFlag::cloud);
            std::get<RealPlane>(scenes.bands[0])(r, c) = 0.9F;
        }
    }
    scenes.bands.emplace_back(quality);
    StepBench bench("terrain-fit");
    (void)bench.plan(artifacts);
    Ledger book(dir_ / "quality.gpkg");
    const auto made = bench.fold(book, {scenes, planted_.terrain, planted_.classes}, {}, 64);
    EXPECT_NEAR(rows_of(*made.table).at("R 1").c, 0.45, 0.05);
}

TEST_F(TerrainLightSteps, TellWhatDoesNotFit) {
    const auto artifacts = Planted::artifacts();
    StepBench no_slope("terrain-fit");
    EXPECT_THAT(
        [&] {
            (void)no_slope.plan({artifacts[0], raster(hills_grid, {band("elevation")})});
        },
        ThrowsMessage<DataError>(HasSubstr("in2 has no band 'slope'")));
    StepBench words("terrain-fit", {{"leave", std::vector<std::string>{"water"}}});
    EXPECT_THAT([&] { (void)words.plan(artifacts); },
                ThrowsMessage<UsageError>("'leave': 'water' is no class code, as \"11\" is"));
    StepBench no_classes("terrain-fit", {{"leave", std::vector<std::string>{"3"}}});
    EXPECT_THAT(
        [&] {
            (void)no_classes.plan({artifacts[0], artifacts[1]});
        },
        ThrowsMessage<UsageError>(HasSubstr("no raster of classes goes in")));
    StepBench strange("terrain-correct");
    (void)strange.plan({artifacts[0], artifacts[1], Artifact::of(fit(planted_.scenes, 64, "a").spec)});
    Table other = fit(planted_.scenes, 64, "b");
    for (auto& row : other.rows) row[1] = std::string("summer");
    EXPECT_THAT([&] { strange.start({&other}); },
                ThrowsMessage<DataError>("the fit has no row for band 'R' of scene 'winter'; fit the same scenes"));
    StepBench radiance("terrain-fit");
    (void)radiance.plan(artifacts);
    auto scenes = planted_.scenes;
    for (float& value : scenes.real(0).cells()) value = 3e7F;
    Ledger book(dir_ / "radiance.gpkg");
    EXPECT_THAT(
        [&] {
            (void)radiance.fold(book, {scenes, planted_.terrain, planted_.classes}, {}, 64);
        },
        ThrowsMessage<DataError>(HasSubstr("which is no reflectance")));
}

}  // namespace
}  // namespace linmu::test

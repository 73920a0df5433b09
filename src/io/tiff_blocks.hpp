// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "gdal_handles.hpp"

namespace linmu {

struct InflaterFree {
    void operator()(void* inflater) const noexcept;
};
struct ZstdFree {
    void operator()(void* context) const noexcept;
};

/// What one thread needs to decode blocks, kept from block to block.
struct BlockRoom {
    std::unique_ptr<void, InflaterFree> inflater;
    std::unique_ptr<void, ZstdFree> zstd;
    std::vector<std::byte> stored;  ///< a block as it is in the file
};

/// Blocks of plain GeoTIFFs, decoded here, as libtiff takes longer to undo the predictor and to copy than to decompress.
/// Covers GeoTIFFs in files of their own, little-endian, band after band, of whole-byte cells, uncompressed, DEFLATE or
/// ZSTD, with any predictor. All else is GDAL's: `open` gives null for a file that is not plain, `read` gives false for a block
/// that is not there or not sound, which GDAL then takes or refuses in its own words. The cells are GDAL's to the bit.
class TiffBlocks {
public:
    /// `numbers`: the bands to read, from 1. Bands are of one type.
    [[nodiscard]] static std::unique_ptr<const TiffBlocks> open(GDALDataset& file, const std::string& path,
                                                                const std::vector<int>& numbers);
    /// Decodes a block of the band `numbers[band]` into `cells`, the size of a block; rows beyond the file are left as they
    /// are. For any thread, each with a room of its own.
    [[nodiscard]] bool read(std::size_t band, int row, int col, std::span<std::byte> cells, BlockRoom& room) const;

private:
    struct Place {
        std::uint64_t offset = 0;  ///< 0: the block is not in the file
        std::uint64_t bytes = 0;
    };
    enum class Compression { none, deflate, zstd };
    TiffBlocks(GDALDataset& file, std::string path, const std::vector<int>& numbers);
    [[nodiscard]] std::size_t decompress(std::span<const std::byte> stored, std::span<std::byte> cells,
                                         BlockRoom& room) const;
    void undo_predictor(std::span<std::byte> cells, int rows, BlockRoom& room) const;

    std::string path_;
    Compression compression_ = Compression::none;
    int predictor_ = 1;
    std::size_t cell_bytes_;
    int rows_, block_rows_ = 0, block_cols_ = 0;
    std::size_t across_ = 0, down_ = 0;
    std::vector<Place> places_;
};

}  // namespace linmu

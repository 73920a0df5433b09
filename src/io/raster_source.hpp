// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "block_cache.hpp"
#include "cell_convert.hpp"
#include "dataset_pool.hpp"
#include "linmu/io/raster.hpp"
#include "tiff_blocks.hpp"

namespace linmu {

/// How the cells of a file lie in the master grid, whose cells theirs are whole multiples of.
struct Placement {
    int row_factor = 1;  ///< rows of the grid in a row of the file
    int col_factor = 1;
    Window area;       ///< what the file covers, in cells of the grid
    std::string note;  ///< for people
};

[[nodiscard]] std::string resampling_name(Resampling resampling);
/// Nothing when the file must be resampled.
[[nodiscard]] std::optional<Placement> place(const Grid& grid, const Grid& file);
/// Of real bands, or of codes, which are never averaged: beside real bands of one reading the nearest of their kind is taken.
[[nodiscard]] Resampling method_for(Resampling asked, bool code);

/// Bands of one file on the master grid that are read together: all real or all codes. `read` is for any thread.
class CellSource {
public:
    virtual ~CellSource() = default;
    /// Fills what the file has of `part` in `planes` of `window`, one a pick; the rest is left as it is.
    virtual void read(const Window& window, const Window& part, std::span<AnyPlane* const> planes) const = 0;
    /// Cells of the grid beyond it have no value.
    [[nodiscard]] virtual Window area() const noexcept = 0;
    /// Can `read` fill StoredPlanes?
    [[nodiscard]] virtual bool storable() const noexcept { return false; }
    /// Does `read` fill all of `area`?
    [[nodiscard]] virtual bool solid() const noexcept = 0;
    [[nodiscard]] virtual const std::string& note() const noexcept = 0;  ///< for people
    [[nodiscard]] virtual int natural_block() const noexcept = 0;
};

/// A file whose cells lie on those of the grid.
class RasterSource final : public CellSource {
public:
    /// `keep_blocks`: cells of one block will be asked for several times, those of whole blocks too.
    RasterSource(Placement placement, const RasterFile& file, const std::vector<BandPick>& picks,
                 bool keep_blocks = false);
    ~RasterSource() override;

    void read(const Window& window, const Window& wanted, std::span<AnyPlane* const> planes) const override;
    [[nodiscard]] Window area() const noexcept override { return placement_.area; }
    [[nodiscard]] bool storable() const noexcept override;
    [[nodiscard]] bool solid() const noexcept override { return true; }
    [[nodiscard]] const std::string& note() const noexcept override { return placement_.note; }
    [[nodiscard]] int natural_block() const noexcept override { return natural_block_; }

private:
    struct Target;
    void add_band(const RasterFile& file, const BandPick& pick);
    void open(const RasterFile& file);
    void read_cells(OpenRaster& raster, const Window& cells, Target& target) const;
    void read_blocks(OpenRaster& raster, const Window& cells, Target& target, bool keep) const;
    [[nodiscard]] std::shared_ptr<const BlockCache::Bytes> kept_block(OpenRaster& raster, std::size_t band, int row,
                                                                      int col) const;
    [[nodiscard]] std::size_t cell_bytes() const;
    [[nodiscard]] std::size_t block_bytes() const;
    void decode(OpenRaster& raster, std::size_t band, int row, int col, std::span<std::byte> cells) const;
    void read_window(OpenRaster& raster, const Window& cells, Target& target) const;
    void drop_masked(OpenRaster& raster, const Window& cells, Target& target) const;
    void repeat_cells(OpenRaster& raster, const Window& part, const Window& window,
                      std::span<AnyPlane* const> planes) const;
    [[noreturn]] void fail(const GdalErrors& errors, int number, const Window& cells) const;

    std::string path_;
    std::vector<int> numbers_;  ///< bands of the opened dataset, one a pick
    std::vector<CellRule> rules_;
    Placement placement_;
    bool code_ = false;
    bool keep_blocks_ = false;
    bool same_type_ = true;            ///< every band is stored as `type_`
    bool masked_ = false;              ///< the file has a mask of its own beside or instead of nodata
    bool block_wise_ = false;          ///< a band's block can be decoded without the other bands'
    GDALDataType type_ = GDT_Unknown;  ///< one that holds every band's cells
    int block_rows_ = 1;
    int block_cols_ = 1;
    int natural_block_ = 1;
    std::size_t cache_owner_ = 0;               ///< 0: blocks can't be kept
    std::unique_ptr<const TiffBlocks> blocks_;  ///< null: GDAL decodes
    std::unique_ptr<DatasetPool> pool_;
};

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cell_convert.hpp"
#include "dataset_pool.hpp"
#include "linmu/io/raster.hpp"
#include "tiff_blocks.hpp"

namespace linmu {

/// How the cells of a file lie in the master grid.
struct Placement {
    bool warped = false;
    int row_factor = 1;  ///< rows of the grid in a row of the file
    int col_factor = 1;
    Window area;       ///< what the file, or its warped view, covers, in cells of the grid
    std::string note;  ///< for people
};

[[nodiscard]] std::string resampling_name(Resampling resampling);
/// Throws DataError when the file is not aligned and `resampling` is refuse.
[[nodiscard]] Placement place(const Grid& grid, const RasterFile& file, Resampling resampling);

/// Bands of one file that are read together: all real or all codes. `read` is for any thread.
class RasterSource {
public:
    RasterSource(const Grid& grid, const RasterFile& file, const std::vector<BandPick>& picks, Resampling resampling);

    /// Fills what the file covers of `window` in `planes`, one a pick; the rest is left as it is.
    void read(const Window& window, std::span<AnyPlane* const> planes) const;
    /// Does `read` fill all of `window`?
    [[nodiscard]] bool covers(const Window& window) const noexcept { return placement_.area.contains(window); }
    [[nodiscard]] const std::string& note() const noexcept { return placement_.note; }
    [[nodiscard]] int natural_block() const noexcept { return natural_block_; }

private:
    struct Target;
    void add_band(const RasterFile& file, const BandPick& pick);
    void view_plain(const RasterFile& file);
    void view_warped(const Grid& grid, Resampling method);
    void read_cells(OpenRaster& raster, const Window& cells, Target& target) const;
    void read_blocks(OpenRaster& raster, const Window& cells, Target& target) const;
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
    bool same_type_ = true;            ///< every band is stored as `type_`
    bool masked_ = false;              ///< the file has a mask of its own beside or instead of nodata
    bool block_wise_ = false;          ///< a band's block can be decoded without the other bands'
    GDALDataType type_ = GDT_Unknown;  ///< one that holds every band's cells
    int block_rows_ = 1;
    int block_cols_ = 1;
    int natural_block_ = 1;
    std::unique_ptr<const TiffBlocks> blocks_;  ///< null: GDAL decodes
    std::unique_ptr<DatasetPool> pool_;
};

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/legend.hpp"

namespace linmu {

/// How cells of another grid are brought to the master grid. Codes take only `nearest` and `mode`: asked for
/// `bilinear` or `cubic` beside real bands they take `nearest`, for `average` `mode`; alone they are refused.
/// A cell has a value where its centre lies in the file and, but for `average` and `mode`, in a cell with a value: none is put where
/// a mask or the file ends. `bilinear` and `cubic` (Keys, a = -1/2) interpolate between centres of cells; where a cell of the grid
/// is more than 1/0.95 of the file's, their kernel is widened to it, as GDAL's is, so that no cell of the file is skipped.
/// `average` and `mode` take the cells in a box of the grid's cell by the part in it. No-value cells have no weight, the others
/// are in proportion to theirs; where `cubic` lacks one of 16, `bilinear` stands in. Overviews are not read.
enum class Resampling { refuse, nearest, bilinear, cubic, average, mode };
[[nodiscard]] Resampling parse_resampling(std::string_view name);

/// One band to take from a file: value = stored * scale + offset; `nodata` values become no value.
struct BandPick {
    BandSpec spec;
    std::string path;
    int number = 1;  ///< from 1
    double scale = 1;
    double offset = 0;
    std::optional<double> nodata = {};  ///< absent: what the file says; a mask of the file's own counts as well
    double lowest = -1e30;  ///< stored values below, and above `highest`, are no value: saturated, or not valid
    double highest = 1e30;
    double floor = -1e30;  ///< real values below are set to it (S2 reflectance after offset)
    /// More files of the same raster, as tiles of a mosaic: where this one has no value, the first of them that has one.
    std::vector<std::string> more_paths = {};
    /// Where what the file shows really lies, from where it says, east and north: a correction found by comparison. In metres of the file's
    /// CRS, or of the master grid's for a file by RPC. Unless it is whole cells, the file is resampled.
    double shift_x = 0, shift_y = 0;
    /// For a file with RPC (level 1A): the heights by which it is rectified, read with bilinear. Without it a file lies by its own grid.
    std::string rectify_dem = {};
    /// Added to the DEM's heights, metres: RPC count from the ellipsoid, most DEMs from the geoid.
    double rectify_height_offset = 0;
};

/// Bands of files, seen as one raster on one grid. `read` may be called by many threads: each takes a
/// dataset of its own from a pool (GDAL 3.6 datasets are for one thread at a time). Bands of one file are decoded together.
/// Windows of whole blocks of the file are decoded past GDAL's cache; others go through it (`set_raster_cache`).
class RasterReader {
public:
    /// Every file's grid must be `grid` shifted by whole cells, or a whole multiple of its cell (20 m in 10 m: cells are
    /// repeated, never interpolated); else it is resampled by `resampling`, by a map that is off by less than 1/1000 of a cell and
    /// does not depend on the window, or refused by DataError that says why and how. Cells beyond a file are no value; a resampled
    /// file has no value further than 512 cells beyond the grid.
    RasterReader(Grid grid, std::vector<BandPick> picks, Resampling resampling);
    ~RasterReader();
    RasterReader(RasterReader&&) noexcept;
    RasterReader& operator=(RasterReader&&) noexcept;

    [[nodiscard]] const RasterSpec& spec() const noexcept;
    /// Window may reach beyond the grid (halo). Of real bands the outer `spared` cells on each side are not read and have no
    /// value. Throws DataError with the file, band and rows of what cannot be decoded.
    [[nodiscard]] Block read(const Window& window, int spared = 0) const;
    /// The same, but a real band of uint16 cells that lie one to one on the grid is handed over as it is stored, where its file
    /// covers what is read; spared cells are then 0.
    [[nodiscard]] Block read_stored(const Window& window, int spared = 0) const;
    /// Bytes of a cell of all bands as `read_stored` hands them over within the files.
    [[nodiscard]] std::size_t bytes_stored() const noexcept;
    /// Largest natural block of the files, in cells of the grid.
    [[nodiscard]] int natural_block() const noexcept;
    /// "aligned", "20 m cells repeated 2 x 2" or "resampled by bilinear: its CRS is ..." a file.
    [[nodiscard]] const std::vector<std::string>& alignment_notes() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// What a raster file is, without reading its cells.
struct RasterFile {
    std::string path;
    std::string driver;
    Grid grid;
    struct Band {
        std::string type;  ///< "UInt16"
        std::string description;
        std::optional<double> nodata;
        double scale = 1;
        double offset = 0;
        bool palette = false;
        int block_rows = 0, block_cols = 0;
    };
    std::vector<Band> bands;
    bool rpc = false;           ///< has rational polynomial coefficients
    bool georeferenced = true;  ///< else `grid` counts the file's own cells, without a CRS, and RPC say where they lie
};
/// Throws DataError: not there, not a raster, neither georeference nor RPC.
[[nodiscard]] RasterFile inspect_raster(const std::string& path);

/// How a raster is written. No value is stored as NaN in float32, 0 in uint16, -32768 in int16; of codes as 0 in uint8 (255 where the
/// legend has a 0), -32768 in int16, the least int32. Whole numbers saturate short of it. Codes beside real bands need float32.
struct RasterOutput {
    std::string path;
    std::string format =
        "cog";  ///< "cog", "gtiff" (512 tiles) or "jp2" (lossless, of whole-number types; held in memory)
    std::string compress = "deflate";  ///< "none", "deflate", "zstd"
    std::string type =
        "float32";  ///< of real bands: "float32", "uint16", "int16"; code bands: smallest of uint8, int16, int32 that holds the legend
    double scale = 1;  ///< stored = (value - offset) / scale, rounded half away from zero; written into the file
    double offset = 0;
    const Legend* legend =
        nullptr;  ///< colour table (of uint8), and class names as the band's metadata: "class_3" = "crop 耕地 cropland"
    int threads = 1;     ///< for compression when the writer is closed; no byte depends on it
    int resume_row = 0;  ///< rows that a stopped run has written and flushed: its partial file is gone on with
};

/// Takes the blocks of a raster in tile order (any tile size), writes whole rows of 512-cell blocks as they
/// complete, so that the file's bytes do not depend on the tile size. The file appears under its own
/// name only when `close` has written, checked and renamed it; otherwise the temporary is removed by the destructor.
/// Only a killed run leaves it behind, and may go on with it.
/// COG: overviews of codes by mode (of equals the one further up, then left), of real bands by mean, each level from the one
/// before and down to one block; level 6 DEFLATE or level 9 ZSTD.
class RasterWriter {
public:
    RasterWriter(RasterSpec spec, RasterOutput output);
    ~RasterWriter();
    RasterWriter(RasterWriter&&) noexcept;
    RasterWriter& operator=(RasterWriter&&) noexcept;
    void write(const Block& block);
    /// Brings all whole rows of blocks to the disk; how many rows of cells that are. See RasterOutput::resume_row.
    int flush();
    void close();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// A whole plane at once, for small rasters and tests.
void write_raster(const RasterSpec& spec, const Block& block, const RasterOutput& output);

/// Bound of the caches of decoded blocks, GDAL's and that of resampled files, together in bytes. One call, before anything is read.
void set_raster_cache(std::size_t bytes);
/// Blocks of raster files that this process has decoded so far, but for those of files that only GDAL's cache can serve (pixels of
/// several bands side by side). For logs, and for tests that each is decoded once.
[[nodiscard]] std::int64_t decoded_blocks() noexcept;

}  // namespace linmu

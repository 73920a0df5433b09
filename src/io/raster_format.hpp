// SPDX-License-Identifier: MIT
#pragma once
#include <cpl_string.h>

#include <string>

#include "gdal_handles.hpp"
#include "linmu/io/raster.hpp"

namespace linmu {

/// What a file's cells are. One type and one nodata for all bands, as TIFF has it.
struct StoredForm {
    GDALDataType type = GDT_Float32;
    double nodata = 0;
    double low = 0, high = 0;  ///< what a value may be stored as; nodata is outside
    bool all_codes = false;
    bool mixed = false;  ///< codes beside real bands: Float32, exact to 2^24
};
/// Throws DataError: no such type, codes beside real bands of a whole-number type.
[[nodiscard]] StoredForm stored_form(const RasterSpec& spec, const RasterOutput& output);
/// Throws DataError: no such format or compression, a format that cannot hold the cells.
void require_format(const RasterOutput& output, const StoredForm& form);

/// An empty tiled GeoTIFF with the raster's place, names and colours.
[[nodiscard]] DatasetPtr create_tiff(const std::string& path, const RasterSpec& spec, const RasterOutput& output,
                                     const StoredForm& form, const std::string& compress, int block);
/// The same in memory, with its place only: JPEG 2000 has no room for more without a file beside it.
[[nodiscard]] DatasetPtr create_in_memory(const RasterSpec& spec, const StoredForm& form);
/// Copies `from` to a new file of `output.format`, "cog" or "jp2".
void copy_to_format(GDALDataset& from, const std::string& path, const RasterOutput& output, const StoredForm& form);

/// No sidecar files of GDAL's on this thread while it lives: a product is one file.
class NoSidecars {
public:
    NoSidecars() { CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO"); }
    ~NoSidecars() { CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", nullptr); }
    NoSidecars(const NoSidecars&) = delete;
    NoSidecars& operator=(const NoSidecars&) = delete;
};

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include "gdal_handles.hpp"
#include "linmu/core/block.hpp"
#include "raster_format.hpp"

namespace linmu {

/// Puts overviews of half the size, and half of that, down to one block of `block` cells, into a tiled TIFF that is open for
/// update. A cell of an overview is of 2 x 2 of the level before: of codes what most of those with a value hold (of equals, the one
/// further up, then further left), of real bands their mean. Throws DataError as the file cannot be written.
void build_overviews(GDALDataset& cells, const RasterSpec& spec, const StoredForm& form, const std::string& path,
                     int block);

}  // namespace linmu

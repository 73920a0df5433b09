// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "gdal_handles.hpp"
#include "linmu/io/raster.hpp"

namespace linmu {

/// What an open dataset is. Throws DataError as `inspect_raster` does.
[[nodiscard]] RasterFile inspect_dataset(GDALDataset& dataset, const std::string& path);

}  // namespace linmu

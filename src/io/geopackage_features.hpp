// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <vector>

#include "gdal_handles.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/core/parallel.hpp"

namespace linmu {

/// All features of a GeoPackage's table, in the order of their keys, as OGR's own reader gives them: ranges of keys are read at the
/// same time, each by a connection of its own, and geometries are decoded from their bytes, without features of OGR between.
/// Nothing for what is left to OGR: other formats, files that are not on disk or have a write-ahead log, views, tables without an
/// integer key, dates and binary fields, curves and surfaces, values of another type than their field's, damaged geometries.
[[nodiscard]] std::optional<std::vector<Feature>> read_geopackage_features(GDALDataset& dataset, OGRLayer& layer,
                                                                           const ParallelFor& parallel);

}  // namespace linmu

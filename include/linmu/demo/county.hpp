// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>

#include "linmu/core/progress.hpp"

namespace linmu {

struct CountyOptions {
    double size_km = 12;  ///< of the scenes' side, 3 to 50; rounded to 60 m
    std::uint64_t seed = 1;
    int first_year = 2020;
    int second_year = 2025;
    int dates_a_year = 7;  ///< 5 to 12
    int threads = 0;       ///< 0: all
};

/// Makes a practice county in `folder` (made, if need be), a function of the options but for `threads`:
///   dem.tif                    heights, m, 10 m cells, EPSG:32649
///   survey/county.gpkg, townships.gpkg, villages.gpkg, dltb_<second>.gpkg, works.gpkg, roads.gpkg, trees.gpkg
/// EPSG:4547
///   survey/dltb_<first>.shp    EPSG:4526, GBK without .cpg
///   scenes/<year>/*.SAFE       Sentinel-2 L2A products; the first year of baseline 02.14 (no offset), the second of
/// 05.09
///   truth/class_<year>.tif     the largest class of each cell; legend landcover
///   truth/*.csv                areas by class, village and year; flows of farmland; changes; orchards by age; plots;
/// parameters; dirt
/// Scenes are made rows by rows, parcels village by village: memory is one scene's cells a thread and all parcels.
/// Throws UsageError for options out of range, DataError when a file can't be written.
void make_county(const std::string& folder, const CountyOptions& options, Progress& progress);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "linmu/core/progress.hpp"

namespace linmu {

struct CountyOptions {
    double size_km = 12;  ///< of the scenes' side, 3 to 50; rounded to 60 m
    std::uint64_t seed = 1;
    double field_m = 100;  ///< width of a field, 40 to 200: finer ones make more parcels
    int first_year = 2020;
    int second_year = 2025;
    int dates_a_year = 7;  ///< 5 to 12
    int threads = 0;       ///< 0: all
    /// Layouts of other deliveries and sensors to make as well, or "all"; see `make_county`.
    std::vector<std::string> sensors = {};
};

/// Makes a practice county in `folder` (made, if need be), a function of the options but for `threads`:
///   dem.tif                    heights, m, 10 m cells, EPSG:32649
///   survey/county.gpkg, townships.gpkg, villages.gpkg, dltb_<second>.gpkg, works.gpkg, roads.gpkg, trees.gpkg
/// EPSG:4547
///   survey/dltb_<first>.shp    EPSG:4526, GBK without .cpg
///   scenes/<year>/*.SAFE       Sentinel-2 L2A products; the first year of baseline 02.14 (no offset), the second of
/// 05.09
///   truth/class_<year>.tif     the largest class of each cell; legend landcover
///   truth/crown_<year>.tif     % of the ground under crowns of that class in full leaf
///   truth/*.csv                areas by class, village and year; flows of farmland; changes; orchards by age; plots;
/// parameters; dirt
/// and for each of `sensors`, with truth.csv (counts of codes and flags, a few stored cells, figures that files lack):
///   sensors/s2-tiles/          one pass cut into the tiles 49SFA and 49SGA, baselines 02.14 and 05.09; the same acquisition
/// again of baseline 05.10, and in zone 50; a hazy day; a zip
///   sensors/shifted/           a scene that lies right and one 7.3 m east and 4.1 m south of it
///   sensors/stac/              items of earth-search whose offset flag is right, wrong, absent
///   sensors/l1c/               Sentinel-2 level 1C
///   sensors/landsat/           Collection 2 level 2 of Landsat 8, 9, 7 (with gaps) and 5 (of 2011 at the latest)
///   sensors/hls/               HLS v2.0 S30 and L30
///   sensors/gaofen/            GF-1 WFV and PMS, GF-6 WFV in strips, GF-1 WFV of level 1A with RPC
///   sensors/stack/             a stacked GeoTIFF with a sidecar; a netCDF cube (if GDAL writes netCDF)
///   sensors/faults/            products that are wrong in one way each, or far away, or all cloud
/// Scenes are made rows by rows, parcels village by village: memory is one scene's cells a thread and all parcels.
/// Throws UsageError for options out of range, DataError when a file can't be written.
void make_county(const std::string& folder, const CountyOptions& options, Progress& progress);

}  // namespace linmu

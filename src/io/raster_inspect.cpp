// SPDX-License-Identifier: MIT
#include "raster_inspect.hpp"

#include <cpl_string.h>
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "block_cache.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

[[noreturn]] void no_bands(GDALDataset& dataset, const std::string& path) {
    const CPLStringList parts(dataset.GetMetadata("SUBDATASETS"), FALSE);
    const char* first = parts.FetchNameValue("SUBDATASET_1_NAME");
    if (first == nullptr) throw DataError(fmt::format("{} has no raster band", path));
    throw DataError(fmt::format("{} holds several rasters; name one of them, as {}", path, first));
}

Grid grid_of(GDALDataset& dataset, const std::string& path) {
    std::array<double, 6> place{};
    if (dataset.GetGeoTransform(place.data()) != CE_None) {
        throw DataError(
            fmt::format("{} does not say where it lies (no geotransform, and no RPC in it or in an .rpb, .rpc or "
                        "_RPC.TXT beside it); set it with gdal_edit.py -a_ullr",
                        path));
    }
    const auto [x0, cell_x, skew_x, y0, skew_y, step_y] = place;
    const double least = 1e-9 * std::abs(cell_x);
    if (std::abs(skew_x) > least || std::abs(skew_y) > least || cell_x <= 0 || step_y >= 0) {
        throw DataError(
            fmt::format("{} is not north-up (geotransform {}, {}, {}, {}, {}, {}); warp it first with gdalwarp", path,
                        x0, cell_x, skew_x, y0, skew_y, step_y));
    }
    const auto crs = crs_id(dataset.GetSpatialRef());
    if (crs.empty()) throw DataError(fmt::format("{} has no CRS; set it with gdal_edit.py -a_srs EPSG:n", path));
    return {crs, x0, y0, cell_x, -step_y, dataset.GetRasterYSize(), dataset.GetRasterXSize()};
}

RasterFile::Band band_of(GDALRasterBand& band) {
    RasterFile::Band out;
    out.type = GDALGetDataTypeName(band.GetRasterDataType());
    out.description = band.GetDescription();
    // Some writers name a band in its metadata.
    if (const char* name = band.GetMetadataItem("DESCRIPTION"); out.description.empty() && name != nullptr)
        out.description = name;
    int said = FALSE;
    const double nodata = band.GetNoDataValue(&said);
    if (said != FALSE) out.nodata = nodata;
    out.scale = band.GetScale();
    out.offset = band.GetOffset();
    out.palette = band.GetColorTable() != nullptr;
    band.GetBlockSize(&out.block_cols, &out.block_rows);
    return out;
}

/// Cells alone: one unit each, from the lower left corner.
Grid grid_of_cells(GDALDataset& dataset) {
    const int rows = dataset.GetRasterYSize();
    return {"", 0, static_cast<double>(rows), 1, 1, rows, dataset.GetRasterXSize()};
}

}  // namespace

RasterFile inspect_dataset(GDALDataset& dataset, const std::string& path) {
    if (dataset.GetRasterCount() == 0) no_bands(dataset, path);
    RasterFile file;
    file.path = path;
    file.driver = dataset.GetDriverName();
    file.rpc = dataset.GetMetadata("RPC") != nullptr;
    std::array<double, 6> place{};
    file.georeferenced = !file.rpc || dataset.GetGeoTransform(place.data()) == CE_None;
    file.grid = file.georeferenced ? grid_of(dataset, path) : grid_of_cells(dataset);
    for (int b = 1; b <= dataset.GetRasterCount(); ++b) file.bands.push_back(band_of(*dataset.GetRasterBand(b)));
    return file;
}

RasterFile inspect_raster(const std::string& path) {
    const auto dataset = open_dataset(path, GDAL_OF_RASTER);
    const GdalErrors errors;
    auto file = inspect_dataset(*dataset, path);
    errors.check(path);
    return file;
}

void set_raster_cache(std::size_t bytes) {
    register_gdal();
    GDALSetCacheMax64(static_cast<GIntBig>(bytes / 2));
    BlockCache::instance().set_limit(bytes / 2);
}

}  // namespace linmu

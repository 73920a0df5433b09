// SPDX-License-Identifier: MIT
#include "raster_view.hpp"

#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal_utils.h>

#include <cmath>

#include "linmu/core/block.hpp"

namespace linmu {
namespace {

struct TranslateOptionsFree {
    void operator()(GDALTranslateOptions* options) const noexcept { GDALTranslateOptionsFree(options); }
};
struct WarpOptionsFree {
    void operator()(GDALWarpAppOptions* options) const noexcept { GDALWarpAppOptionsFree(options); }
};

CPLStringList list(const std::vector<std::string>& words) {
    CPLStringList out;
    for (const auto& word : words) out.AddString(word.c_str());
    return out;
}

/// A view of the bands asked for, with their nodata.
DatasetPtr select_bands(GDALDataset& file, const WarpRequest& request) {
    std::vector<std::string> words{"-of", "VRT"};
    for (const int number : request.numbers) words.insert(words.end(), {"-b", std::to_string(number)});
    auto arguments = list(words);
    const std::unique_ptr<GDALTranslateOptions, TranslateOptionsFree> options(
        GDALTranslateOptionsNew(arguments.List(), nullptr));
    const GdalErrors errors;
    int misuse = FALSE;
    DatasetPtr view(GDALDataset::FromHandle(GDALTranslate("", GDALDataset::ToHandle(&file), options.get(), &misuse)));
    if (!view || errors.failed()) errors.raise(request.path);
    for (std::size_t b = 0; b < request.nodata.size(); ++b) {
        auto& band = *view->GetRasterBand(static_cast<int>(b) + 1);
        if (std::isnan(request.nodata[b])) band.DeleteNoDataValue();
        else band.SetNoDataValue(request.nodata[b]);
    }
    return view;
}

std::string exact(double value) { return fmt::format("{:.17g}", value); }

/// The exact transformer and the fixed blocks of the view make each value independent of the windows
/// read; overviews are not used, as they would be another resampling.
DatasetPtr warp_view(GDALDataset& from, const WarpRequest& request) {
    const auto& grid = request.grid;
    std::vector<std::string> words{"-of",
                                   "VRT",
                                   "-t_srs",
                                   grid.crs,
                                   "-r",
                                   request.method,
                                   "-et",
                                   "0",
                                   "-ovr",
                                   "NONE",
                                   "-te",
                                   exact(grid.x0),
                                   exact(grid.y(grid.rows)),
                                   exact(grid.x(grid.cols)),
                                   exact(grid.y0),
                                   "-ts",
                                   std::to_string(grid.cols),
                                   std::to_string(grid.rows),
                                   "-ot",
                                   request.code ? "Int32" : "Float32",
                                   "-dstnodata",
                                   request.code ? std::to_string(no_code) : "nan",
                                   "-wo",
                                   "UNIFIED_SRC_NODATA=NO",
                                   "-wo",
                                   "NUM_THREADS=1",
                                   "-wo",
                                   "SAMPLE_GRID=YES",
                                   "-wo",
                                   "SOURCE_EXTRA=8"};
    auto arguments = list(words);
    const std::unique_ptr<GDALWarpAppOptions, WarpOptionsFree> options(
        GDALWarpAppOptionsNew(arguments.List(), nullptr));
    const GdalErrors errors;
    GDALDatasetH source = GDALDataset::ToHandle(&from);
    int misuse = FALSE;
    auto* view = options ? GDALWarp("", nullptr, 1, &source, options.get(), &misuse) : nullptr;
    if (view == nullptr) errors.raise(fmt::format("{} cannot be warped to {}", request.path, describe(grid)));
    return DatasetPtr(GDALDataset::FromHandle(view));
}

}  // namespace

std::unique_ptr<OpenRaster> open_plain(const std::string& path) {
    auto raster = std::make_unique<OpenRaster>();
    raster->layers.push_back(open_dataset(path, GDAL_OF_RASTER));
    return raster;
}

std::unique_ptr<OpenRaster> open_warped(const WarpRequest& request) {
    auto raster = open_plain(request.path);
    raster->layers.push_back(select_bands(raster->dataset(), request));
    raster->layers.push_back(warp_view(raster->dataset(), request));
    return raster;
}

}  // namespace linmu

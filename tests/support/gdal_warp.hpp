// SPDX-License-Identifier: MIT
#pragma once
#include <cpl_string.h>
#include <fmt/format.h>
#include <gdal_priv.h>
#include <gdal_utils.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "linmu/core/grid.hpp"

namespace linmu::test {

/// Band 1 of `path` on `grid` as gdalwarp brings it there, each cell by the exact transformation, no value as NaN.
inline std::vector<float> gdal_warp(const std::string& path, const Grid& grid, const std::string& method,
                                    const std::vector<std::string>& more = {}) {
    GDALAllRegister();
    const auto exact = [](double v) { return fmt::format("{:.17g}", v); };
    std::vector<std::string> words{"-of",
                                   "MEM",
                                   "-t_srs",
                                   grid.crs,
                                   "-r",
                                   method,
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
                                   "Float32",
                                   "-dstnodata",
                                   "nan",
                                   "-wo",
                                   "SAMPLE_GRID=YES",
                                   "-wo",
                                   "SOURCE_EXTRA=16"};
    words.insert(words.end(), more.begin(), more.end());
    CPLStringList list;
    for (const auto& word : words) list.AddString(word.c_str());
    // Of several bands gdalwarp would keep a cell of no value where another band has one.
    GDALDatasetH file = GDALOpen(path.c_str(), GA_ReadOnly);
    CPLStringList first;
    for (const char* word : {"-of", "VRT", "-b", "1"}) first.AddString(word);
    auto* one_band = GDALTranslateOptionsNew(first.List(), nullptr);
    GDALDatasetH from = GDALTranslate("", file, one_band, nullptr);
    GDALTranslateOptionsFree(one_band);
    auto* options = GDALWarpAppOptionsNew(list.List(), nullptr);
    int misuse = FALSE;
    GDALDatasetH to = GDALWarp("", nullptr, 1, &from, options, &misuse);
    GDALWarpAppOptionsFree(options);
    std::vector<float> out(static_cast<std::size_t>(grid.rows) * static_cast<std::size_t>(grid.cols));
    if (to == nullptr || GDALRasterIO(GDALGetRasterBand(to, 1), GF_Read, 0, 0, grid.cols, grid.rows, out.data(),
                                      grid.cols, grid.rows, GDT_Float32, 0, 0) != CE_None) {
        throw std::runtime_error("gdalwarp failed on " + path);
    }
    GDALClose(to);
    GDALClose(from);
    GDALClose(file);
    return out;
}

}  // namespace linmu::test

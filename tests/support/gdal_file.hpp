// SPDX-License-Identifier: MIT
#pragma once
#include <cpl_string.h>
#include <gdal_priv.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "linmu/core/grid.hpp"

namespace linmu::test {

/// A GeoTIFF made with GDAL alone, so that readers are not tested by our own writer.
struct GdalFile {
    std::string path;
    Grid grid;
    GDALDataType type = GDT_UInt16;
    std::vector<std::vector<double>> bands;  ///< cells row by row
    std::vector<std::string> options{};      ///< creation options: "TILED=YES"
    double nodata = -1e300;                  ///< none

    void write() const {
        GDALAllRegister();
        CPLStringList list;
        for (const auto& option : options) list.AddString(option.c_str());
        auto* dataset = GetGDALDriverManager()->GetDriverByName("GTiff")->Create(
            path.c_str(), grid.cols, grid.rows, static_cast<int>(bands.size()), type, list.List());
        if (dataset == nullptr) throw std::runtime_error("no test file " + path);
        std::array<double, 6> place{grid.x0, grid.cell_x, 0, grid.y0, 0, -grid.cell_y};
        dataset->SetGeoTransform(place.data());
        OGRSpatialReference srs;
        srs.SetFromUserInput(grid.crs.c_str());
        dataset->SetSpatialRef(&srs);
        for (std::size_t b = 0; b < bands.size(); ++b) {
            auto* band = dataset->GetRasterBand(static_cast<int>(b) + 1);
            if (nodata > -1e300) band->SetNoDataValue(nodata);
            auto cells = bands[b];
            const auto done = band->RasterIO(GF_Write, 0, 0, grid.cols, grid.rows, cells.data(), grid.cols, grid.rows,
                                             GDT_Float64, 0, 0, nullptr);
            if (done != CE_None) throw std::runtime_error("no cells in test file " + path);
        }
        GDALClose(GDALDataset::ToHandle(dataset));
    }
};

}  // namespace linmu::test

// SPDX-License-Identifier: MIT
#pragma once
#include <gdal_alg.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/grid.hpp"

namespace linmu::test {

/// GDAL's own sieve and polygonize on a plane, to be held against.
class GdalClasses {
public:
    GdalClasses(const CodePlane& plane, const Grid& grid) : rows_(plane.rows()), cols_(plane.cols()) {
        GDALAllRegister();
        data_.reset(GetGDALDriverManager()->GetDriverByName("MEM")->Create("", cols_, rows_, 1, GDT_Int32, nullptr));
        double place[6]{grid.x0, grid.cell_x, 0, grid.y0, 0, -grid.cell_y};
        data_->SetGeoTransform(place);
        band()->SetNoDataValue(nodata);
        std::vector<std::int32_t> cells(plane.cells().begin(), plane.cells().end());
        for (auto& cell : cells) cell = cell == no_code ? nodata : cell;
        move(GF_Write, cells);
    }

    CodePlane sieved(int threshold, int neighbours) {
        if (GDALSieveFilter(GDALRasterBand::ToHandle(band()), GDALGetMaskBand(GDALRasterBand::ToHandle(band())),
                            GDALRasterBand::ToHandle(band()), threshold, neighbours, nullptr, nullptr,
                            nullptr) != CE_None)
            throw std::runtime_error("no sieve");
        std::vector<std::int32_t> cells(static_cast<std::size_t>(rows_) * static_cast<std::size_t>(cols_));
        move(GF_Read, cells);
        CodePlane out(rows_, cols_, no_code);
        for (std::size_t i = 0; i < cells.size(); ++i) out.cells()[i] = cells[i] == nodata ? no_code : cells[i];
        return out;
    }

    /// Each polygon's code and well-known binary.
    struct Shape {
        std::int32_t code;
        std::vector<unsigned char> wkb;
    };
    std::vector<Shape> polygons(int neighbours) {
        auto* driver = GetGDALDriverManager()->GetDriverByName("Memory");
        const std::unique_ptr<GDALDataset> memory(driver->Create("", 0, 0, 0, GDT_Unknown, nullptr));
        auto* layer = memory->CreateLayer("p", nullptr, wkbPolygon, nullptr);
        OGRFieldDefn field("code", OFTInteger);
        layer->CreateField(&field);
        char eight[] = "8CONNECTED=8";
        char* options[]{eight, nullptr};
        if (GDALPolygonize(GDALRasterBand::ToHandle(band()), GDALGetMaskBand(GDALRasterBand::ToHandle(band())),
                           OGRLayer::ToHandle(layer), 0, neighbours == 8 ? options : nullptr, nullptr,
                           nullptr) != CE_None)
            throw std::runtime_error("no polygons");
        std::vector<Shape> out;
        for (auto& feature : *layer) {
            const auto* geometry = feature->GetGeometryRef();
            Shape shape{feature->GetFieldAsInteger(0), std::vector<unsigned char>(geometry->WkbSize())};
            geometry->exportToWkb(wkbNDR, shape.wkb.data());
            out.push_back(std::move(shape));
        }
        return out;
    }

private:
    static constexpr std::int32_t nodata = -9999;
    GDALRasterBand* band() { return data_->GetRasterBand(1); }
    void move(GDALRWFlag way, std::vector<std::int32_t>& cells) {
        if (band()->RasterIO(way, 0, 0, cols_, rows_, cells.data(), cols_, rows_, GDT_Int32, 0, 0, nullptr) != CE_None)
            throw std::runtime_error("no cells");
    }
    int rows_, cols_;
    std::unique_ptr<GDALDataset> data_;
};

}  // namespace linmu::test

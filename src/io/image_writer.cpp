// SPDX-License-Identifier: MIT
#include "linmu/io/image_writer.hpp"

#include <cpl_string.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "commit_file.hpp"
#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"
#include "raster_format.hpp"

namespace linmu {
namespace {

struct CellType {
    GDALDataType type;
    std::int32_t low, high;
};

CellType cell_type(const std::string& name) {
    if (name == "uint8") return {GDT_Byte, 0, 255};
    if (name == "uint16") return {GDT_UInt16, 0, 65535};
    if (name == "int16") return {GDT_Int16, -32768, 32767};
    throw DataError(fmt::format("an image has cells of uint8, uint16 or int16, not '{}'", name));
}

const char* driver_name(const std::string& format) {
    if (format == "gtiff") return "GTiff";
    if (format == "cog") return "COG";
    if (format == "jp2") return "JP2OpenJPEG";
    throw DataError(fmt::format("an image is written as gtiff, cog or jp2, not '{}'", format));
}

CPLStringList options_of(const std::string& format) {
    CPLStringList options;
    if (format == "jp2") {
        options.SetNameValue("CODEC", "JP2");
        options.SetNameValue("QUALITY", "100");
        options.SetNameValue("REVERSIBLE", "YES");
        options.SetNameValue("YCC", "NO");
        return options;
    }
    options.SetNameValue("COMPRESS", "DEFLATE");
    options.SetNameValue("BIGTIFF", "IF_SAFER");
    if (format == "cog") {
        options.SetNameValue("BLOCKSIZE", "512");
        options.SetNameValue("OVERVIEW_RESAMPLING", "NEAREST");
        return options;
    }
    options.SetNameValue("TILED", "YES");
    options.SetNameValue("BLOCKXSIZE", "256");
    options.SetNameValue("BLOCKYSIZE", "256");
    return options;
}

}  // namespace

struct ImageWriter::Impl {
    ImageForm form;
    CellType cells;
    DatasetPtr dataset;
    int next_row = 0;
    bool closed = false;

    explicit Impl(ImageForm wanted) : form(std::move(wanted)), cells(cell_type(form.type)) {
        register_gdal();
        require_writable(form.path);
        const NoSidecars one_file;
        const GdalErrors errors;
        const auto options = options_of(form.format);
        const auto* name = driver_name(form.format);
        auto& driver = driver_of(streams() ? name : "MEM");
        dataset.reset(driver.Create(streams() ? part_name().c_str() : "", form.cols, form.rows, form.bands, cells.type,
                                    streams() ? options.List() : nullptr));
        if (!dataset) errors.raise(fmt::format("{} cannot be made", form.path));
        describe();
    }
    ~Impl() {
        const NoSidecars one_file;
        const GdalErrors ignored;
        dataset.reset();
        std::error_code none;
        if (!closed) std::filesystem::remove(part_name(), none);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] bool streams() const { return form.format == "gtiff"; }
    [[nodiscard]] std::string part_name() const { return partial_name(form.path); }
    [[nodiscard]] GDALDriver& driver_of(const char* name) const {
        auto* found = GetGDALDriverManager()->GetDriverByName(name);
        if (found == nullptr) throw DataError(fmt::format("this GDAL has no driver {} to write {}", name, form.path));
        return *found;
    }

    void describe() {
        // Before the place: GDAL moves the corner of a file whose cells are points.
        for (const auto& [key, value] : form.tags) dataset->SetMetadataItem(key.c_str(), value.c_str());
        if (form.grid) {
            std::array<double, 6> place{form.grid->x0, form.grid->cell_x, 0, form.grid->y0, 0, -form.grid->cell_y};
            dataset->SetGeoTransform(place.data());
            dataset->SetSpatialRef(make_srs(form.grid->crs).get());
        }
        for (int b = 0; b < form.bands; ++b) {
            auto& band = *dataset->GetRasterBand(b + 1);
            if (form.nodata) band.SetNoDataValue(*form.nodata);
            if (b < std::ssize(form.names)) band.SetDescription(form.names[static_cast<std::size_t>(b)].c_str());
        }
    }

    void write(int row, std::span<const CodePlane> bands) {
        const NoSidecars one_file;
        const GdalErrors errors;
        std::vector<std::int32_t> held;
        for (std::size_t b = 0; b < bands.size(); ++b) {
            const auto& plane = bands[b];
            held.assign(plane.cells().begin(), plane.cells().end());
            for (auto& cell : held) cell = std::clamp(cell, cells.low, cells.high);
            const auto done = dataset->GetRasterBand(static_cast<int>(b) + 1)
                                  ->RasterIO(GF_Write, 0, row, plane.cols(), plane.rows(), held.data(), plane.cols(),
                                             plane.rows(), GDT_Int32, 0, 0, nullptr);
            if (done != CE_None || errors.failed()) errors.raise(fmt::format("{} cannot be written", form.path));
        }
        next_row = row + bands.front().rows();
    }

    void close() {
        if (closed) return;
        if (next_row < form.rows)
            throw DataError(fmt::format("{} is not whole: rows from {} were never written", form.path, next_row));
        const NoSidecars one_file;
        const GdalErrors errors;
        dataset->FlushCache(true);
        if (!streams()) {
            const DatasetPtr copy(driver_of(driver_name(form.format))
                                      .CreateCopy(part_name().c_str(), dataset.get(), FALSE,
                                                  options_of(form.format).List(), nullptr, nullptr));
            if (!copy) errors.raise(fmt::format("{} cannot be written", form.path));
        }
        dataset.reset();
        errors.check(fmt::format("{} cannot be written", form.path));
        commit_file(part_name(), form.path);
        closed = true;
    }
};

ImageWriter::ImageWriter(ImageForm form) : impl_(std::make_unique<Impl>(std::move(form))) {}
ImageWriter::~ImageWriter() = default;
ImageWriter::ImageWriter(ImageWriter&&) noexcept = default;
ImageWriter& ImageWriter::operator=(ImageWriter&&) noexcept = default;

void ImageWriter::write(int row, std::span<const CodePlane> bands) { impl_->write(row, bands); }
void ImageWriter::close() { impl_->close(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/io/cube_writer.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <mutex>

#include "commit_file.hpp"
#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// The netCDF library keeps its open files in one list without a lock.
std::mutex& netcdf() {
    static std::mutex mutex;
    return mutex;
}

GDALDriver* netcdf_driver() {
    register_gdal();
    return GetGDALDriverManager()->GetDriverByName("netCDF");
}

double days_since_1970(const Date& date) {
    const std::chrono::year_month_day day{std::chrono::year(date.year),
                                          std::chrono::month(static_cast<unsigned>(date.month)),
                                          std::chrono::day(static_cast<unsigned>(date.day))};
    return static_cast<double>(std::chrono::sys_days(day).time_since_epoch().count());
}

template <class Holder>
void put_text(Holder& holder, const char* name, const std::string& text) {
    const auto attribute = holder.CreateAttribute(name, {}, GDALExtendedDataType::CreateString());
    if (attribute) attribute->Write(text.c_str());
}

}  // namespace

bool can_write_cubes() {
    auto* driver = netcdf_driver();
    return driver != nullptr && driver->GetMetadataItem(GDAL_DCAP_CREATE_MULTIDIMENSIONAL) != nullptr;
}

struct CubeWriter::Impl {
    CubeForm form;
    DatasetPtr dataset;
    std::vector<std::shared_ptr<GDALMDArray>> arrays;
    bool closed = false;

    explicit Impl(CubeForm wanted) : form(std::move(wanted)) {
        if (!can_write_cubes())
            throw DataError(fmt::format("{} cannot be made: this GDAL writes no netCDF", form.path));
        require_writable(form.path);
        const std::lock_guard alone(netcdf());
        const GdalErrors errors;
        // The driver knows the file by its ending.
        dataset.reset(netcdf_driver()->CreateMultiDimensional(part_name().c_str(), nullptr, nullptr));
        if (!dataset) errors.raise(fmt::format("{} cannot be made", form.path));
        lay_out(errors);
    }
    ~Impl() {
        const std::lock_guard alone(netcdf());
        const GdalErrors ignored;
        arrays.clear();
        dataset.reset();
        std::error_code none;
        if (!closed) std::filesystem::remove(part_name(), none);
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    [[nodiscard]] std::string part_name() const { return form.path + ".part.nc"; }

    void lay_out(const GdalErrors& errors) {
        const auto root = dataset->GetRootGroup();
        put_text(*root, "Conventions", "CF-1.9");
        const auto number = GDALExtendedDataType::Create(GDT_Float64);
        const auto axis = [&](const char* name, const char* type, const char* direction, std::vector<double> values) {
            const auto dimension = root->CreateDimension(name, type, direction, values.size());
            const auto array = root->CreateMDArray(name, {dimension}, number);
            const GUInt64 start = 0;
            const std::size_t count = values.size();
            if (!array || !array->Write(&start, &count, nullptr, nullptr, number, values.data()))
                errors.raise(fmt::format("{}: axis {} cannot be written", form.path, name));
            return std::pair{dimension, array};
        };
        std::vector<double> days, xs, ys;
        for (const auto& date : form.dates) days.push_back(days_since_1970(date));
        for (int c = 0; c < form.grid.cols; ++c) xs.push_back(form.grid.x(c + 0.5));
        for (int r = 0; r < form.grid.rows; ++r) ys.push_back(form.grid.y(r + 0.5));
        const auto [t, t_array] = axis("t", GDAL_DIM_TYPE_TEMPORAL, "", days);
        put_text(*t_array, "standard_name", "t");
        put_text(*t_array, "axis", "T");
        put_text(*t_array, "units", "days since 1970-01-01");
        const auto [y, y_array] = axis("y", GDAL_DIM_TYPE_HORIZONTAL_Y, "NORTH", ys);
        put_text(*y_array, "standard_name", "projection_y_coordinate");
        put_text(*y_array, "units", "m");
        const auto [x, x_array] = axis("x", GDAL_DIM_TYPE_HORIZONTAL_X, "EAST", xs);
        put_text(*x_array, "standard_name", "projection_x_coordinate");
        put_text(*x_array, "units", "m");
        const auto srs = make_srs(form.grid.crs);
        for (const auto& name : form.variables) {
            auto array = root->CreateMDArray(name, {t, y, x}, GDALExtendedDataType::Create(GDT_UInt16));
            if (!array) errors.raise(fmt::format("{}: variable {} cannot be made", form.path, name));
            array->SetNoDataValue(static_cast<double>(form.nodata));
            array->SetSpatialRef(srs.get());
            arrays.push_back(std::move(array));
        }
        errors.check(fmt::format("{} cannot be written", form.path));
    }

    void write(std::size_t date, int row, std::span<const CodePlane> variables) {
        const std::lock_guard alone(netcdf());
        const GdalErrors errors;
        for (std::size_t v = 0; v < variables.size(); ++v) {
            const auto& plane = variables[v];
            const std::array<GUInt64, 3> start{date, static_cast<GUInt64>(row), 0};
            const std::array<std::size_t, 3> count{1, static_cast<std::size_t>(plane.rows()),
                                                   static_cast<std::size_t>(plane.cols())};
            if (!arrays[v]->Write(start.data(), count.data(), nullptr, nullptr, GDALExtendedDataType::Create(GDT_Int32),
                                  plane.cells().data()))
                errors.raise(fmt::format("{} cannot be written", form.path));
        }
    }

    void close() {
        {
            const std::lock_guard alone(netcdf());
            const GdalErrors errors;
            arrays.clear();
            dataset.reset();
            errors.check(fmt::format("{} cannot be written", form.path));
        }
        commit_file(part_name(), form.path);
        closed = true;
    }
};

CubeWriter::CubeWriter(CubeForm form) : impl_(std::make_unique<Impl>(std::move(form))) {}
CubeWriter::~CubeWriter() = default;

void CubeWriter::write(std::size_t date, int row, std::span<const CodePlane> variables) {
    impl_->write(date, row, variables);
}
void CubeWriter::close() { impl_->close(); }

}  // namespace linmu

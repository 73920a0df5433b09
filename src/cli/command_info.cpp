// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "command.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/io/scene.hpp"
#include "linmu/io/vector.hpp"

namespace linmu::cli {
namespace {

void print_scene(const std::string& path) {
    const Scene scene = read_scene(path);
    fmt::print("scene: {}\nlayout: {}\nplatform: {}, baseline {}\ntile: {}, relative orbit {}\nacquired: {}\n",
               scene.id, scene.layout, scene.platform, scene.baseline, scene.tile, scene.relative_orbit,
               scene.acquired);
    fmt::print("sun: zenith {:.2f}, azimuth {:.2f} degrees\n", scene.sun_zenith, scene.sun_azimuth);
    if (scene.cloud_percent >= 0) fmt::print("cloud: {:.1f} %\n", scene.cloud_percent);
    fmt::print("radiometric offset: {}\ngrid: {}\nbands:", scene.offset_note, describe(scene.grid));
    for (const auto& band : scene.bands) fmt::print(" {}", band.spec.name);
    fmt::print("\n");
}

void print_raster(const std::string& path) {
    const RasterFile file = inspect_raster(path);
    fmt::print("raster: {} ({})\n", path, file.driver);
    if (file.georeferenced) fmt::print("grid: {}, corner {}, {}\n", describe(file.grid), file.grid.x0, file.grid.y0);
    else fmt::print("no grid of its own: {} x {} cells\n", file.grid.cols, file.grid.rows);
    if (file.rpc) fmt::print("rpc: rational polynomial coefficients, to be rectified with a DEM\n");
    for (std::size_t i = 0; i < file.bands.size(); ++i) {
        const auto& band = file.bands[i];
        fmt::print("band {}: {} {}, blocks {} x {}{}{}\n", i + 1, band.type, band.description, band.block_cols,
                   band.block_rows, band.nodata ? fmt::format(", no value {}", *band.nodata) : "",
                   band.palette ? ", colours" : "");
    }
}

const char* type_name(FieldType type) {
    switch (type) {
        case FieldType::integer: return "integer";
        case FieldType::real: return "real";
        case FieldType::area: return "area";
        default: return "text";
    }
}

void print_vector(const std::string& path) {
    for (const auto& layer : inspect_vector(path)) {
        fmt::print("layer: {} ({}, {} features)\nCRS: {}\nfields:", layer.spec.name, layer.geometry, layer.features,
                   layer.spec.crs.empty() ? "none" : layer.spec.crs);
        for (const auto& field : layer.spec.fields) fmt::print(" {}:{}", field.name, type_name(field.type));
        fmt::print("\n");
    }
}

void print_info(const std::string& path) {
    if (!std::filesystem::exists(path)) throw DataError(fmt::format("{}: there is no such file", path));
    if (is_scene(path)) return print_scene(path);
    if (is_vector_file(path)) return print_vector(path);
    print_raster(path);
}

}  // namespace

void add_info(CLI::App& app) {
    auto path = std::make_shared<std::string>();
    auto* sub = app.add_subcommand("info", "say what a scene, raster or vector file is understood to be");
    sub->add_option("file", *path, "file, or a scene's folder")->required();
    sub->callback([path] { print_info(*path); });
}

}  // namespace linmu::cli

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

std::string meaning_of(const QualityCode& code) {
    std::string names;
    for (const auto& [name, flag] : quality_flag_names)
        if ((code.flags & bit(flag)) != 0) names += fmt::format("{}{}", names.empty() ? "" : "+", name);
    return code.unseen ? "no data" : names;
}

/// "SCL: 0 no data, 1 saturated, ..."
void print_quality(const QualityPick& quality) {
    fmt::print("quality: {}:", quality.pick.spec.name);
    for (const auto& code : quality.codes) {
        if (code.flags == 0 && !code.unseen) continue;
        const char* form = code.test == QualityCode::Test::equals    ? code.mask == -1 ? " {}" : " value {}"
                           : code.test == QualityCode::Test::any_bit ? " bits {:#x}"
                                                                     : " from {}";
        const auto value = code.test == QualityCode::Test::any_bit ? code.mask : code.value;
        fmt::print("{} {};", fmt::format(fmt::runtime(form), value), meaning_of(code));
    }
    fmt::print("\n");
}

void print_scene(const Scene& scene) {
    fmt::print("scene: {}\nsensor: {} ({})\nlevel: {}{}\nlayout: {}\n", scene.id, scene.sensor, scene.sensor_name,
               scene.level, scene.level == "surface reflectance" ? "" : ", not atmospherically corrected",
               scene.layout);
    fmt::print("platform: {}{}\ntile: {}, track {}\nacquired: {}\n", scene.platform,
               scene.baseline.empty() ? "" : ", baseline " + scene.baseline, scene.tile, scene.track, scene.acquired);
    fmt::print("sun: zenith {:.2f}, azimuth {:.2f} degrees\n", scene.sun.zenith, scene.sun.azimuth);
    if (scene.cloud_percent >= 0) fmt::print("cloud: {:.1f} %\n", scene.cloud_percent);
    if (!scene.unwanted.empty()) fmt::print("not to be used: {}\n", scene.unwanted);
    fmt::print("radiometry: {}\n", scene.offset_note);
    if (scene.raw_geometry) fmt::print("grid: none, RPC and a height model bring it to one\n");
    else fmt::print("grid: {}\n", describe(scene.grid));
    fmt::print("bands:");
    for (const auto& band : scene.bands) fmt::print(" {}", band.spec.name);
    fmt::print("\n");
    if (scene.quality.empty()) fmt::print("quality: none, clouds can't be masked\n");
    for (const auto& quality : scene.quality) print_quality(quality);
}

void print_scenes(const std::string& path) {
    for (const auto& scene : read_scenes(path)) print_scene(scene);
}

/// What lies below a folder that is no scene itself: one line a scene, then what is left out and why.
void print_catalogue(const std::string& path, const Catalogue& catalogue) {
    fmt::print("folder: {}, {} scenes\n", path, catalogue.scenes.size());
    for (const auto& scene : catalogue.scenes)
        fmt::print("{}  {:<14} {:<8} {:<18} cloud {:>4}  {}{}\n", to_string(scene.date), scene.platform, scene.tile,
                   scene.sensor, scene.cloud_percent < 0 ? "?" : fmt::format("{:.0f}%", scene.cloud_percent), scene.id,
                   scene.unwanted.empty() ? "" : " (not to be used: " + scene.unwanted + ")");
    for (const auto& left : catalogue.left) fmt::print("left out: {}\n", describe(left));
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
        const auto kind = layer.geometry.empty() ? "no one kind of geometry" : layer.geometry;
        fmt::print("layer: {} ({}, {} features)\nCRS: {}\n", layer.spec.name, kind, layer.features,
                   layer.spec.crs.empty() ? "none" : layer.spec.crs);
        if (!layer.report.crs_note.empty()) fmt::print("CRS is known by: {}\n", layer.report.crs_note);
        if (!layer.report.encoding_note.empty()) fmt::print("text: {}\n", layer.report.encoding_note);
        if (!layer.refusal.empty()) fmt::print("not to be read: {}\n", layer.refusal);
        fmt::print("fields:");
        for (const auto& field : layer.spec.fields) fmt::print(" {}:{}", field.name, type_name(field.type));
        fmt::print("\n");
    }
}

void print_info(const std::string& path) {
    if (is_database(path)) return print_vector(path);
    const bool in_zip = path.find(".zip/") != std::string::npos || path.starts_with("/vsi");
    if (in_zip && is_vector_file(path)) return print_vector(path);
    if (!std::filesystem::exists(path)) throw DataError(fmt::format("{}: there is no such file", path));
    if (is_scene(path)) return print_scenes(path);
    if (std::filesystem::is_directory(path)) {
        const auto catalogue = find_scenes(path);
        if (!catalogue.scenes.empty() || !catalogue.left.empty()) return print_catalogue(path, catalogue);
    }
    if (is_vector_file(path)) return print_vector(path);
    print_raster(path);
}

}  // namespace

void add_info(CLI::App& app) {
    auto path = std::make_shared<std::string>();
    auto* sub = app.add_subcommand("info", "say what a scene, raster or vector file is understood to be");
    sub->add_option("file", *path, "file, scene, or folder of scenes")->required();
    sub->callback([path] { print_info(*path); });
}

}  // namespace linmu::cli

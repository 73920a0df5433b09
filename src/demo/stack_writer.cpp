// SPDX-License-Identifier: MIT
// What a provincial centre hands out: one stacked GeoTIFF with a text beside it, or a netCDF cube of several days.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "linmu/demo/measure.hpp"
#include "linmu/io/cube_writer.hpp"
#include "linmu/io/table_file.hpp"
#include "sensor_bands.hpp"
#include "sensors.hpp"

namespace linmu::demo {
namespace {

namespace fs = std::filesystem;

constexpr int fill = -9999;

std::int32_t ten_thousandths(float value) {
    return static_cast<std::int32_t>(std::lround(static_cast<double>(value) * 10000));
}

/// 0 clear, 1 cloud, 2 shadow, 3 thin cloud, 4 water; 255 not seen.
std::int32_t own_code(Sky sky) {
    switch (sky) {
        case Sky::fill: return 255;
        case Sky::cloud: return 1;
        case Sky::shadow: return 2;
        case Sky::cirrus: return 3;
        case Sky::water: return 4;
        default: return 0;
    }
}

std::string sidecar(const ScenePass& pass, const Sun& sun, const std::string& name) {
    return fmt::format(R"(# What {name}.tif holds. reflectance = stored * scale + offset.
platform = "GF-1"
level = "surface reflectance"
acquired = "{date}T03:21:00Z"
bands = ["B", "G", "R", "N"]
scale = 0.0001
offset = 0.0
nodata = {fill}
sun = {{ zenith = {zenith:.4f}, azimuth = {azimuth:.4f} }}

[[quality]]
path = "{name}_quality.tif"

[[quality.code]]
code = 1
flags = ["cloud"]
name_zh = "云"
name_en = "cloud"

[[quality.code]]
code = 2
flags = ["cloud-shadow"]
name_zh = "云影"
name_en = "cloud shadow"

[[quality.code]]
code = 3
flags = ["cirrus"]
name_zh = "薄云"
name_en = "thin cloud"

[[quality.code]]
code = 4
flags = ["water"]
name_zh = "水体"
name_en = "water"

[[quality.code]]
code = 255
flags = ["no-data"]
name_zh = "无数据"
name_en = "no data"
)",
                       fmt::arg("name", name), fmt::arg("date", to_string(pass.date)), fmt::arg("fill", fill),
                       fmt::arg("zenith", sun.zenith), fmt::arg("azimuth", sun.azimuth));
}

Grid grid_of(const Landscape& landscape, double cell) {
    const auto county = scene_grid(landscape.size());
    const int cells = static_cast<int>(std::floor(landscape.size() / cell));
    return {.crs = county.crs,
            .x0 = county.x0,
            .y0 = county.y0,
            .cell_x = cell,
            .cell_y = cell,
            .rows = cells,
            .cols = cells};
}

Truth write_stack(const Landscape& landscape, const fs::path& folder, const ScenePass& pass) {
    const SceneMaker maker(landscape, pass);
    const auto grid = grid_of(landscape, 16);
    const auto bands = wfv_bands();
    const auto name = fmt::format("zuoquan_gf1_{:04}{:02}{:02}", pass.date.year, pass.date.month, pass.date.day);
    RecordedImage image(name, {"B", "G", "R", "N"},
                        {.path = (folder / (name + ".tif")).string(),
                         .type = "int16",
                         .rows = grid.rows,
                         .cols = grid.cols,
                         .bands = 4,
                         .grid = grid,
                         .nodata = fill},
                        RecordedImage::Holds::values);
    RecordedImage quality(name, {"quality"},
                          {.path = (folder / (name + "_quality.tif")).string(),
                           .type = "uint8",
                           .rows = grid.rows,
                           .cols = grid.cols,
                           .grid = grid,
                           .nodata = 255},
                          RecordedImage::Holds::codes);
    SkyCount count;
    for_strips(maker, Places(landscape, grid), grid, [&](const Window& window, const Plane<Sight>& sights) {
        std::vector<CodePlane> planes;
        for (const auto& band : bands) {
            planes.push_back(
                stored(sights, fill, [&](const Sight& s) { return ten_thousandths(surface_of(band, s.reflectance)); }));
        }
        image.write(window.row, planes);
        CodePlane codes(window.rows, window.cols, 255);
        for (std::size_t i = 0; i < sights.size(); ++i) {
            const auto sky = sky_of(sights.cells()[i]);
            count.add(sky);
            codes.cells()[i] = own_code(sky);
        }
        quality.write(window.row, codes);
    });
    Truth truth;
    image.close(truth);
    quality.close(truth);
    count.close(name, truth);
    write_text_file((folder / (name + ".scene.toml")).string(), sidecar(pass, maker.sun(), name));
    return truth;
}

/// As openEO hands cubes out: 20 m, B02 B03 B04 B08 x 10000 and SCL over t, y, x; 65535 where nothing was seen.
Truth write_cube(const Landscape& landscape, const fs::path& folder, std::vector<ScenePass> passes) {
    constexpr int none = 65535;
    constexpr std::array<std::size_t, 4> picked{0, 1, 2, 6};
    const auto grid = grid_of(landscape, 20);
    CubeForm form{.path = (folder / "zuoquan_cube.nc").string(), .grid = grid, .dates = {}, .variables = {}};
    for (const auto& pass : passes) form.dates.push_back(pass.date);
    for (const auto b : picked) form.variables.emplace_back(band_names[b]);
    form.variables.emplace_back("SCL");
    CubeWriter cube(form);
    Truth truth;
    for (std::size_t t = 0; t < passes.size(); ++t) {
        const SceneMaker maker(landscape, passes[t]);
        std::map<int, std::int64_t> counts;
        for_strips(maker, Places(landscape, grid), grid, [&](const Window& window, const Plane<Sight>& sights) {
            std::vector<CodePlane> planes;
            for (const auto b : picked)
                planes.push_back(
                    stored(sights, none, [&](const Sight& s) { return ten_thousandths(s.reflectance[b]); }));
            planes.push_back(stored(sights, none, [](const Sight& s) { return s.classification; }));
            for (const auto code : planes.back().cells()) ++counts[code];
            cube.write(t, window.row, planes);
        });
        for (const auto& [code, n] : counts) {
            truth.push_back({.scene = fmt::format("zuoquan_cube {}", to_string(passes[t].date)),
                             .band = "SCL",
                             .what = "count",
                             .value = static_cast<double>(n),
                             .code = code});
        }
    }
    cube.close();
    write_text_file((folder / "zuoquan_cube.scene.toml").string(), R"(# What zuoquan_cube.nc holds: a scene a day.
sensor = "sentinel2-l2a"
platform = "Sentinel-2"
level = "surface reflectance"
scale = 0.0001
offset = 0.0
nodata = 65535
)");
    return truth;
}

}  // namespace

SensorJobs stack_jobs(const Landscape& landscape, const std::string& folder) {
    auto one = pass_on(landscape, 1, 5, 23);
    one.cloud_share = 0.07;
    SensorJobs jobs{[&landscape, folder, one] { return write_stack(landscape, folder, one); }};
    if (!can_write_cubes()) return jobs;
    std::vector<ScenePass> days{pass_on(landscape, 1, 4, 11), pass_on(landscape, 1, 5, 21),
                                pass_on(landscape, 1, 8, 14)};
    days[1].cloud_share = 0.3;
    days[2].swath_edge = true;
    jobs.push_back([&landscape, folder, days] { return write_cube(landscape, folder, days); });
    return jobs;
}

}  // namespace linmu::demo

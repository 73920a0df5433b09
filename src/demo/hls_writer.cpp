// SPDX-License-Identifier: MIT
// HLS v2.0: both sensors on the 30 m cells of an MGRS tile, reflectance x 10000 as Int16, Fmask as bits (domain 9.5).
#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "linmu/demo/measure.hpp"
#include "sensor_bands.hpp"
#include "sensors.hpp"

namespace linmu::demo {
namespace {

namespace fs = std::filesystem;

constexpr int fill = -9999;
constexpr int mask_fill = 255;

/// Bits 1 cloud, 2 next to cloud, 3 shadow, 5 water; 6 and 7 the level of aerosol (1 low, 2 medium, 3 high).
std::int32_t mask(Sky sky) {
    switch (sky) {
        case Sky::fill: return mask_fill;
        case Sky::cloud: return (3 << 6) | 2;
        case Sky::cirrus: return (3 << 6) | 2;
        case Sky::near_cloud: return (2 << 6) | 4;
        case Sky::shadow: return (1 << 6) | 8;
        case Sky::water: return (1 << 6) | 32;
        case Sky::clear: break;
    }
    return 1 << 6;
}

Truth write_hls(const Landscape& landscape, const fs::path& folder, const char* product,
                std::span<const SensorBand> bands, const char* time, const ScenePass& pass) {
    const SceneMaker maker(landscape, pass);
    const auto county = scene_grid(landscape.size());
    const Grid grid{.crs = county.crs,
                    .x0 = county.x0,
                    .y0 = county.y0,
                    .cell_x = 30,
                    .cell_y = 30,
                    .rows = county.rows / 3,
                    .cols = county.cols / 3};
    const auto id = fmt::format("HLS.{}.T49SGA.{}{:03}T{}.v2.0", product, pass.date.year, day_of_year(pass.date), time);
    const auto below = folder / id;
    fs::create_directories(below);
    const std::vector<std::pair<std::string, std::string>> tags{
        {"SENSING_TIME", fmt::format("{}T03:10:51.024Z", to_string(pass.date))},
        {"HORIZONTAL_CS_CODE", "EPSG:32649"},
        {"MEAN_SUN_ZENITH_ANGLE", fmt::format("{:.6f}", maker.sun().zenith)},
        {"MEAN_SUN_AZIMUTH_ANGLE", fmt::format("{:.6f}", maker.sun().azimuth)},
        {"add_offset", "0.0"},
        {"scale_factor", "0.0001"},
        {"ULX", fmt::format("{:.0f}", grid.x0)},
        {"ULY", fmt::format("{:.0f}", grid.y0)}};
    const auto image = [&](const std::string& band, const char* type, int nodata, RecordedImage::Holds holds) {
        return RecordedImage(id, {band},
                             {.path = (below / fmt::format("{}.{}.tif", id, band)).string(),
                              .format = "cog",
                              .type = type,
                              .rows = grid.rows,
                              .cols = grid.cols,
                              .grid = grid,
                              .nodata = nodata,
                              .tags = tags},
                             holds);
    };
    std::vector<RecordedImage> images;
    for (const auto& band : bands) images.push_back(image(band.name, "int16", fill, RecordedImage::Holds::values));
    auto fmask = image("Fmask", "uint8", mask_fill, RecordedImage::Holds::codes);
    SkyCount count;
    for_strips(maker, Places(landscape, grid), grid, [&](const Window& window, const Plane<Sight>& sights) {
        for (std::size_t b = 0; b < bands.size(); ++b) {
            images[b].write(window.row, stored(sights, fill, [&](const Sight& s) {
                                return static_cast<std::int32_t>(
                                    std::lround(static_cast<double>(surface_of(bands[b], s.reflectance)) * 10000));
                            }));
        }
        CodePlane bits(window.rows, window.cols, mask_fill);
        for (std::size_t i = 0; i < sights.size(); ++i) {
            const auto sky = sky_of(sights.cells()[i]);
            count.add(sky);
            bits.cells()[i] = mask(sky);
        }
        fmask.write(window.row, bits);
    });
    Truth truth;
    for (auto& one : images) one.close(truth);
    fmask.close(truth);
    count.close(id, truth);
    return truth;
}

}  // namespace

SensorJobs hls_jobs(const Landscape& landscape, const std::string& folder) {
    auto sentinel = pass_on(landscape, 1, 5, 21);
    sentinel.cloud_share = 0.08;
    sentinel.swath_edge = true;
    auto landsat = pass_on(landscape, 1, 5, 25);
    landsat.cloud_share = 0.06;
    return {[&landscape, folder, sentinel] {
                return write_hls(landscape, folder, "S30", hls_s30_bands(), "031051", sentinel);
            },
            [&landscape, folder, landsat] {
                return write_hls(landscape, folder, "L30", hls_l30_bands(), "030112", landsat);
            }};
}

}  // namespace linmu::demo

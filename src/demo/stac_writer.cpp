// SPDX-License-Identifier: MIT
// Scenes as earth-search keeps them: a STAC item beside cloud-optimised GeoTIFFs. Whether the offset of baseline 04.00
// and later is still in the cells is said by the item, rightly or wrongly (domain 9.2).
#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "linmu/demo/measure.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/table_file.hpp"
#include "safe_writer.hpp"
#include "sensors.hpp"

namespace linmu::demo {
namespace {

namespace fs = std::filesystem;

enum class Flag { yes, no, absent };

struct Variant {
    int month, day;
    Flag flag;
    bool milky = false;  ///< a bright haze over all: the darkest cells tell nothing
    const char* note;
};
constexpr std::array<Variant, 3> variants{{{5, 21, Flag::yes, false, "offset_applied_and_said"},
                                           {8, 14, Flag::no, false, "offset_applied_but_denied"},
                                           {4, 11, Flag::absent, true, "nothing_tells"}}};

struct Asset {
    const char* name;
    const char* title;
    double wavelength;  ///< um
    double width;
};
constexpr std::array<Asset, scene_bands> assets{{{"blue", "Blue (band 2)", .49, .098},
                                                 {"green", "Green (band 3)", .56, .045},
                                                 {"red", "Red (band 4)", .665, .038},
                                                 {"rededge1", "Red edge 1 (band 5)", .704, .019},
                                                 {"rededge2", "Red edge 2 (band 6)", .74, .018},
                                                 {"rededge3", "Red edge 3 (band 7)", .783, .028},
                                                 {"nir", "NIR 1 (band 8)", .842, .145},
                                                 {"nir08", "NIR 2 (band 8A)", .865, .033},
                                                 {"swir16", "SWIR 1 (band 11)", 1.61, .143},
                                                 {"swir22", "SWIR 2 (band 12)", 2.19, .242}}};

std::string frame(const Grid& grid, int m) {
    return fmt::format(R"("proj:shape": [{0}, {1}],
      "proj:transform": [{2}, 0, {3:.0f}, 0, -{2}, {4:.0f}])",
                       grid.rows * 10 / m, grid.cols * 10 / m, m, grid.x0, grid.y0);
}

std::string band_asset(std::size_t b, const Grid& grid, bool offset_entry) {
    const int m = is_fine_band(b) ? 10 : 20;
    const auto& a = assets[b];
    return fmt::format(R"(    "{name}": {{
      "href": "{file}.tif",
      "type": "image/tiff; application=geotiff; profile=cloud-optimized",
      "title": "{title} - {m}m",
      "eo:bands": [{{"name": "{name}", "common_name": "{name}", "description": "{title}",
                    "center_wavelength": {wavelength}, "full_width_half_max": {width}}}],
      "gsd": {m},
      {frame},
      "raster:bands": [{{"nodata": 0, "data_type": "uint16", "bits_per_sample": 15, "spatial_resolution": {m},
                        "scale": 0.0001{offset}}}],
      "roles": ["data", "reflectance"]
    }})",
                       fmt::arg("name", a.name), fmt::arg("file", band_names[b]), fmt::arg("title", a.title),
                       fmt::arg("m", m), fmt::arg("wavelength", a.wavelength), fmt::arg("width", a.width),
                       fmt::arg("frame", frame(grid, m)), fmt::arg("offset", offset_entry ? ", \"offset\": -0.1" : ""));
}

std::string scl_asset(const Grid& grid) {
    return fmt::format(R"json(    "scl": {{
      "href": "SCL.tif",
      "type": "image/tiff; application=geotiff; profile=cloud-optimized",
      "title": "Scene classification map (SCL)",
      {},
      "raster:bands": [{{"nodata": 0, "data_type": "uint8", "spatial_resolution": 20}}],
      "roles": ["data", "reflectance"]
    }})json",
                       frame(grid, 20));
}

std::string item_json(const std::string& id, const ProductNames& names, const ScenePass& pass, const Sun& sun,
                      const Grid& grid, const SceneContent& content, Flag flag) {
    const Transform to_degrees(grid.crs, "EPSG:4326");
    const auto a = to_degrees({grid.x0, grid.y0});
    const auto b = to_degrees({grid.x(grid.cols), grid.y(grid.rows)});
    std::string all;
    for (std::size_t i = 0; i < scene_bands; ++i) all += band_asset(i, grid, flag != Flag::absent) + ",\n";
    const auto said = flag == Flag::absent ? std::string()
                                           : fmt::format("\n    \"earthsearch:boa_offset_applied\": {},",
                                                         flag == Flag::yes ? "true" : "false");
    return fmt::format(
        R"({{
  "type": "Feature",
  "stac_version": "1.0.0",
  "id": "{id}",
  "properties": {{
    "created": "{date}T21:18:57.067Z",
    "platform": "sentinel-2{platform}",
    "constellation": "sentinel-2",
    "instruments": ["msi"],
    "eo:cloud_cover": {cloud:.6f},
    "proj:epsg": 32649,
    "mgrs:utm_zone": 49,
    "mgrs:latitude_band": "S",
    "mgrs:grid_square": "GA",
    "grid:code": "MGRS-49SGA",
    "view:sun_azimuth": {azimuth:.9f},
    "view:sun_elevation": {elevation:.9f},
    "s2:nodata_pixel_percentage": {unseen:.6f},
    "s2:cloud_shadow_percentage": {shadow:.6f},
    "s2:vegetation_percentage": {vegetation:.6f},
    "s2:water_percentage": {water:.6f},
    "s2:product_type": "S2MSI2A",
    "s2:processing_baseline": "{baseline}",
    "s2:product_uri": "{uri}",
    "s2:datatake_type": "INS-NOBS",
    "datetime": "{date}T03:18:11.662000Z",
    "s2:sequence": "0",{said}
    "updated": "{date}T21:18:57.067Z"
  }},
  "geometry": {{
    "type": "Polygon",
    "coordinates": [[[{w:.9f}, {n:.9f}], [{w:.9f}, {s:.9f}], [{e:.9f}, {s:.9f}], [{e:.9f}, {n:.9f}], [{w:.9f}, {n:.9f}]]]
  }},
  "bbox": [{w:.9f}, {s:.9f}, {e:.9f}, {n:.9f}],
  "links": [],
  "assets": {{
{assets}{scl}
  }},
  "stac_extensions": [
    "https://stac-extensions.github.io/raster/v1.1.0/schema.json",
    "https://stac-extensions.github.io/mgrs/v1.0.0/schema.json",
    "https://stac-extensions.github.io/grid/v1.0.0/schema.json",
    "https://stac-extensions.github.io/projection/v1.1.0/schema.json",
    "https://stac-extensions.github.io/eo/v1.1.0/schema.json",
    "https://stac-extensions.github.io/view/v1.0.0/schema.json"
  ],
  "collection": "sentinel-2-l2a"
}}
)",
        fmt::arg("id", id), fmt::arg("date", to_string(pass.date)),
        fmt::arg("platform", static_cast<char>(pass.platform - 'A' + 'a')), fmt::arg("cloud", content.cloud),
        fmt::arg("azimuth", sun.azimuth), fmt::arg("elevation", 90 - sun.zenith), fmt::arg("unseen", content.unseen),
        fmt::arg("shadow", content.shadow), fmt::arg("vegetation", content.vegetation),
        fmt::arg("water", content.water), fmt::arg("baseline", names.baseline), fmt::arg("uri", names.product),
        fmt::arg("said", said), fmt::arg("w", a.x), fmt::arg("n", a.y), fmt::arg("e", b.x), fmt::arg("s", b.y),
        fmt::arg("assets", all), fmt::arg("scl", scl_asset(grid)));
}

CodePlane stored_numbers(const RealPlane& values, bool milky) {
    CodePlane out(values.rows(), values.cols(), 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double v = static_cast<double>(values.cells()[i]);
        if (std::isnan(v)) continue;
        const double seen = milky ? 0.078 + 0.35 * v : v;
        out.cells()[i] = std::max(1, static_cast<std::int32_t>(std::lround(seen * 10000)));
    }
    return out;
}

Truth write_item(const Landscape& landscape, const fs::path& folder, const Variant& variant) {
    auto pass = pass_on(landscape, 1, variant.month, variant.day);
    pass.cloud_share = variant.milky ? 0.0 : 0.05;
    const auto names = product_names(pass);
    const SceneMaker maker(landscape, pass);
    const auto grid = scene_grid(landscape.size());
    const auto id =
        fmt::format("S2{}_49SGA_{:04}{:02}{:02}_0_L2A", pass.platform, pass.date.year, pass.date.month, pass.date.day);
    const auto below = folder / id;
    fs::create_directories(below);
    const auto image = [&](const std::string& band, int m, const char* type, RecordedImage::Holds holds) {
        return RecordedImage(id, {band},
                             {.path = (below / (band + ".tif")).string(),
                              .format = "cog",
                              .type = type,
                              .rows = grid.rows * 10 / m,
                              .cols = grid.cols * 10 / m,
                              .grid = m == 10 ? grid : coarser(grid),
                              .nodata = 0},
                             holds);
    };
    std::vector<RecordedImage> images;
    for (std::size_t b = 0; b < scene_bands; ++b)
        images.push_back(image(band_names[b], is_fine_band(b) ? 10 : 20, "uint16", RecordedImage::Holds::values));
    auto classes = image("SCL", 20, "uint8", RecordedImage::Holds::codes);
    Census census;
    for (int row = 0; row < grid.rows; row += 60) {
        auto rows = maker.rows(row, std::min(60, grid.rows - row), grid.cols);
        census.add(rows.classification);
        for (std::size_t b = 0; b < scene_bands; ++b)
            images[b].write(is_fine_band(b) ? row : row / 2, stored_numbers(rows.bands[b], variant.milky));
        for (auto& code : rows.classification.cells()) code = std::max(code, 0);
        classes.write(row / 2, rows.classification);
    }
    Truth truth;
    for (auto& one : images) one.close(truth);
    classes.close(truth);
    truth.push_back({.scene = id, .band = variant.note, .what = "offset_in_cells", .value = 0});
    write_text_file((below / (id + ".json")).string(),
                    item_json(id, names, pass, maker.sun(), grid, census.content(), variant.flag));
    return truth;
}

}  // namespace

SensorJobs stac_jobs(const Landscape& landscape, const std::string& folder) {
    SensorJobs jobs;
    for (const auto& variant : variants)
        jobs.push_back([&landscape, folder, &variant] { return write_item(landscape, folder, variant); });
    return jobs;
}

}  // namespace linmu::demo

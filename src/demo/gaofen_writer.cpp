// SPDX-License-Identifier: MIT
// GF-1 WFV and PMS, GF-6 WFV (domain 9.4): stored numbers are radiance by gains that the files do not hold.
#include "gaofen_writer.hpp"

#include <fmt/format.h>

#include <cmath>

#include "linmu/demo/measure.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/table_file.hpp"
#include "sensors.hpp"

namespace linmu::demo {
namespace {

namespace fs = std::filesystem;

/// A map grid inside the county that lies like no other sensor's.
Grid map_grid(const Landscape& landscape, double cell, double east, double south, double side) {
    const auto county = scene_grid(landscape.size());
    const int cells = static_cast<int>(std::floor(side / cell));
    return {.crs = county.crs,
            .x0 = county.x0 + east,
            .y0 = county.y0 - south,
            .cell_x = cell,
            .cell_y = cell,
            .rows = cells,
            .cols = cells};
}

std::vector<Point> corners_of(const Grid& grid) {
    const Transform to_degrees(grid.crs, "EPSG:4326");
    return {to_degrees({grid.x0, grid.y0}), to_degrees({grid.x(grid.cols), grid.y0}),
            to_degrees({grid.x(grid.cols), grid.y(grid.rows)}), to_degrees({grid.x0, grid.y(grid.rows)})};
}

std::string numbers_to(std::size_t count) {
    std::string out = "1";
    for (std::size_t i = 2; i <= count; ++i) out += fmt::format(",{}", i);
    return out;
}

struct Camera {
    const char* satellite;
    const char* sensor;
    const char* part;  ///< what the file's name ends in: "-MSS1"
    std::span<const SensorBand> bands;
    bool zenith_tag_is_elevation = false;
};

/// One file on the map, with its metadata beside it, in the folder of `base`.
Truth write_map(const SceneMaker& maker, const Landscape& landscape, const fs::path& folder, const std::string& base,
                const Camera& camera, const Grid& grid) {
    const auto& pass = maker.pass();
    const auto id = base + camera.part;
    fs::create_directories(folder / base);
    std::vector<std::string> names;
    for (const auto& band : camera.bands) names.emplace_back(band.name);
    RecordedImage image(id, names,
                        {.path = (folder / base / (id + ".tiff")).string(),
                         .rows = grid.rows,
                         .cols = grid.cols,
                         .bands = static_cast<int>(camera.bands.size()),
                         .grid = grid},
                        RecordedImage::Holds::values);
    const double distance = sun_distance(day_of_year(pass.date));
    SkyCount count;
    for_strips(maker, Places(landscape, grid), grid, [&](const Window& window, const Plane<Sight>& sights) {
        std::vector<CodePlane> planes;
        for (const auto& band : camera.bands) {
            planes.push_back(stored(sights, 0, [&](const Sight& s) {
                return radiance_step(band, s.reflectance, maker.sun().zenith, distance);
            }));
        }
        image.write(window.row, planes);
        for (const auto& s : sights.cells()) count.add(sky_of(s));
    });
    Truth truth;
    image.close(truth);
    count.close(id, truth);
    const GaofenProduct product{.id = id,
                                .satellite = camera.satellite,
                                .sensor = camera.sensor,
                                .level = "LEVEL2A",
                                .bands = numbers_to(camera.bands.size()),
                                .gsd = grid.cell_x,
                                .rows = grid.rows,
                                .cols = grid.cols,
                                .date = pass.date,
                                .sun = maker.sun(),
                                .zenith_tag_is_elevation = camera.zenith_tag_is_elevation,
                                .projection = "UTM",
                                .corners = corners_of(grid)};
    tell_radiometry(product, camera.bands, truth);
    write_text_file((folder / base / (id + ".xml")).string(), gaofen_xml(product));
    return truth;
}

Point middle_of(const Landscape& landscape) {
    const auto county = scene_grid(landscape.size());
    const Transform to_degrees(county.crs, "EPSG:4326");
    return to_degrees({county.x(county.cols / 2.0), county.y(county.rows / 2.0)});
}

Truth write_wfv(const Landscape& landscape, const fs::path& folder, const ScenePass& pass) {
    const SceneMaker maker(landscape, pass);
    const auto base = gaofen_name("GF1_WFV1", middle_of(landscape), pass.date) + "_L2A0007654321";
    return write_map(maker, landscape, folder, base, {"GF1", "WFV1", "", wfv_bands()},
                     map_grid(landscape, 16, 5, 3, landscape.size() - 10));
}

/// A window of a kilometre: the panchromatic band has 25 cells in one of Sentinel-2's.
Truth write_pms(const Landscape& landscape, const fs::path& folder, const ScenePass& pass) {
    const SceneMaker maker(landscape, pass);
    const auto base = gaofen_name("GF1_PMS1", middle_of(landscape), pass.date) + "_L2A0007654399";
    const double side = 960;
    const double at = std::floor((landscape.size() - side) / 2);
    auto truth = write_map(maker, landscape, folder, base, {"GF1", "PMS1", "-MSS1", pms_bands(), true},
                           map_grid(landscape, 8, at, at, side));
    const auto pan = write_map(maker, landscape, folder, base, {"GF1", "PMS1", "-PAN1", pan_band(), true},
                               map_grid(landscape, 2, at, at, side));
    truth.insert(truth.end(), pan.begin(), pan.end());
    return truth;
}

/// Three strips beside one another that share ten columns, to be mosaicked.
Truth write_gf6(const Landscape& landscape, const fs::path& folder, const ScenePass& pass) {
    constexpr std::array<const char*, 3> parts{"-1", "-2", "-3"};
    constexpr int shared_columns = 10;
    const SceneMaker maker(landscape, pass);
    const auto base = gaofen_name("GF6_WFV", middle_of(landscape), pass.date) + "_L2A1120012345";
    const auto whole = map_grid(landscape, 16, 9, 7, landscape.size() - 20);
    Truth truth;
    for (int i = 0; i < 3; ++i) {
        const int first = std::max(0, whole.cols * i / 3 - shared_columns);
        const auto strip = crop(whole, {0, first, whole.rows, whole.cols * (i + 1) / 3 - first});
        const auto part = write_map(maker, landscape, folder, base,
                                    {"GF6", "WFV", parts[static_cast<std::size_t>(i)], gf6_bands()}, strip);
        truth.insert(truth.end(), part.begin(), part.end());
    }
    return truth;
}

/// What CRESDA publishes on its site once a year.
Truth write_gains(const fs::path& folder, int year) {
    Table table{{"gains",
                 "绝对辐射定标系数",
                 {{"satellite", FieldType::text, "", "卫星"},
                  {"sensor", FieldType::text, "", "传感器"},
                  {"year", FieldType::integer, "", "年份"},
                  {"band", FieldType::integer, "", "波段"},
                  {"gain", FieldType::real, "", "增益"},
                  {"offset", FieldType::real, "", "偏置"},
                  {"esun", FieldType::real, "", "太阳辐照度"}}},
                {}};
    const auto shortest = [](float value) { return std::stod(fmt::format("{}", value)); };
    const auto put = [&](const char* satellite, const char* sensor, std::span<const SensorBand> bands) {
        for (std::size_t b = 0; b < bands.size(); ++b) {
            table.rows.push_back({std::string(satellite), std::string(sensor), std::int64_t{year},
                                  static_cast<std::int64_t>(b + 1), shortest(bands[b].gain), 0.0,
                                  shortest(bands[b].irradiance)});
        }
    };
    put("GF1", "WFV1", wfv_bands());
    put("GF1", "PMS1-MSS", pms_bands());
    put("GF1", "PMS1-PAN", pan_band());
    put("GF6", "WFV", gf6_bands());
    write_csv((folder / "gains.csv").string(), table, {});
    return {};
}

}  // namespace

std::string gaofen_name(const std::string& sensor, Point middle, const Date& date) {
    return fmt::format("{}_E{:.1f}_N{:.1f}_{:04}{:02}{:02}", sensor, middle.x, middle.y, date.year, date.month,
                       date.day);
}

void tell_radiometry(const GaofenProduct& product, std::span<const SensorBand> bands, Truth& truth) {
    const auto put = [&](const char* band, const char* what, double value) {
        truth.push_back({.scene = product.id, .band = band, .what = what, .value = value});
    };
    const auto shortest = [](float value) { return std::stod(fmt::format("{}", value)); };
    for (const auto& band : bands) {
        put(band.name, "gain", shortest(band.gain));
        put(band.name, "esun", shortest(band.irradiance));
        put(band.name, "path_reflectance", shortest(band.path));
        put(band.name, "transmission", shortest(band.transmission));
    }
    put("", "sun_zenith", product.sun.zenith);
    put("", "sun_distance", sun_distance(day_of_year(product.date)));
    put("", "zenith_tag_is_elevation", product.zenith_tag_is_elevation ? 1 : 0);
    put("", "hours_of_tags_before_utc", 8);
}

std::string gaofen_xml(const GaofenProduct& p) {
    std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<ProductMetaData>\n";
    const auto put = [&](const std::string& tag, const std::string& value) {
        out += fmt::format("  <{0}>{1}</{0}>\n", tag, value);
    };
    // Times are Beijing's.
    const auto time = [&](const char* clock) { return fmt::format("{} {}", to_string(p.date), clock); };
    put("SatelliteID", p.satellite);
    put("SensorID", p.sensor);
    put("ReceiveTime", time("11:09:48"));
    put("OrbitID", "36211");
    put("ProduceType", "STANDARD");
    put("SceneID", "6547030");
    put("ProductID", p.id.substr(p.id.find("_L") + 4));
    put("ProductLevel", p.level);
    put("Bands", p.bands);
    put("StartTime", time("11:10:06"));
    put("EndTime", time("11:10:18"));
    put("CenterTime", time("11:10:12"));
    put("ImageGSD", fmt::format("{}", p.gsd));
    put("WidthInPixels", std::to_string(p.cols));
    put("HeightInPixels", std::to_string(p.rows));
    put("CloudPercent", "5");
    put("PixelBits", "16");
    put("ValidPixelBits", "10");
    put("RollSatelliteAngle", fmt::format("{:.4f}", p.roll));
    put("PitchSatelliteAngle", "0");
    put("YawSatelliteAngle", "0");
    put("SolarAzimuth", fmt::format("{:.4f}", p.sun.azimuth));
    put("SolarZenith", fmt::format("{:.4f}", p.zenith_tag_is_elevation ? 90 - p.sun.zenith : p.sun.zenith));
    put("SatelliteAzimuth", "101.0");
    put("SatelliteZenith", fmt::format("{:.4f}", p.satellite_zenith));
    put("GainMode", "");
    put("MapProjection", p.projection);
    put("EarthEllipsoid", p.projection.empty() ? "" : "WGS_84");
    put("ZoneNo", p.projection.empty() ? "" : "49");
    put("ResamplingKernel", p.projection.empty() ? "" : "CC");
    constexpr std::array names{"TopLeft", "TopRight", "BottomRight", "BottomLeft"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        put(fmt::format("{}Latitude", names[i]), fmt::format("{:.6f}", p.corners[i].y));
        put(fmt::format("{}Longitude", names[i]), fmt::format("{:.6f}", p.corners[i].x));
    }
    return out + "</ProductMetaData>\n";
}

SensorJobs gaofen_jobs(const Landscape& landscape, const std::string& folder) {
    auto spring = pass_on(landscape, 1, 5, 23);
    spring.cloud_share = 0.05;
    auto summer = pass_on(landscape, 1, 8, 16);
    summer.cloud_share = 0.06;
    return {[&landscape, folder, spring] { return write_wfv(landscape, folder, spring); },
            [&landscape, folder, spring] { return write_pms(landscape, folder, spring); },
            [&landscape, folder, summer] { return write_gf6(landscape, folder, summer); },
            [&landscape, folder, spring] { return write_raw_wfv(landscape, folder, spring); },
            [folder, year = spring.date.year] { return write_gains(folder, year); }};
}

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
// Landsat Collection 2 level 2: 30 m cells that lie 15 m off Sentinel-2's, surface reflectance and temperature as
// UInt16, quality as bits (domain 9.3), metadata twice (MTL.txt, MTL.xml).
#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "landsat_mtl.hpp"
#include "linmu/demo/measure.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/table_file.hpp"
#include "sensor_bands.hpp"
#include "sensors.hpp"

namespace linmu::demo {
namespace {

namespace fs = std::filesystem;

struct Satellite {
    const char* prefix;
    const char* spacecraft;
    const char* instrument;
    bool oli = true;
    bool slc_off = false;
};
constexpr Satellite landsat5{"LT05", "LANDSAT_5", "TM", false};
constexpr Satellite landsat7{"LE07", "LANDSAT_7", "ETM", false, true};
constexpr Satellite landsat8{"LC08", "LANDSAT_8", "OLI_TIRS"};
constexpr Satellite landsat9{"LC09", "LANDSAT_9", "OLI_TIRS"};

/// The values that USGS's products have for these states: OLI counts shadow and water as "clear" too, TM and ETM+ do
/// not; only OLI says how sure it is of cirrus.
std::int32_t pixel_quality(Sky sky, bool oli) {
    switch (sky) {
        case Sky::fill: return 1;
        case Sky::cloud: return oli ? 22280 : 5896;
        case Sky::cirrus: return oli ? 54596 : 5442;
        case Sky::shadow: return oli ? 23888 : 7440;
        case Sky::near_cloud: return oli ? 21826 : 5442;
        case Sky::water: return oli ? 21952 : 5504;
        case Sky::clear: break;
    }
    return oli ? 21824 : 5440;
}

/// Level of aerosol in bits 6 and 7 (1 low, 2 medium, 3 high), bit 1 a valid retrieval, bit 2 water.
std::int32_t aerosol_quality(Sky sky) {
    if (sky == Sky::fill) return 1;
    if (sky == Sky::cloud || sky == Sky::cirrus) return 3 << 6;
    const int level = sky == Sky::near_cloud || sky == Sky::shadow ? 2 : 1;
    return (level << 6) | (sky == Sky::water ? 4 : 2);
}

/// Of the older sensors: bit 0 dark vegetation, 1 cloud, 2 shadow, 3 next to cloud, 5 water.
std::int32_t cloud_quality(Sky sky) {
    switch (sky) {
        case Sky::cloud: return 2;
        case Sky::shadow: return 4;
        case Sky::near_cloud: return 8;
        case Sky::water: return 32;
        default: return 0;
    }
}

/// Bands whose detectors were full, bit 0 the first band: clouds in the sunlight, of the older sensors.
std::int32_t saturation(const Sight& sight, bool oli) {
    if (oli || !sight.seen) return 0;
    std::int32_t bits = 0;
    const auto bands = tm_bands();
    for (std::size_t b = 0; b < 3; ++b) {
        if (surface_of(bands[b], sight.reflectance) > 0.5F) bits |= 1 << b;
    }
    return bits;
}

std::int32_t stored_reflectance(float value) {
    return std::max(1, static_cast<std::int32_t>(std::lround((static_cast<double>(value) + 0.2) / 2.75e-5)));
}

/// Cooler up the mountains, under crowns and on water; clouds are cold.
double kelvin(const Sight& sight, int day, double elevation) {
    const auto& s = sight.reflectance;
    const double ndvi = (s[6] - s[2]) / (s[6] + s[2]);
    const double season = 296 - 17 * std::cos(2 * 3.141592653589793 * (day - 15) / 365.0);
    const double ground = season - 0.0065 * (elevation - 1000) - 7 * std::max(0.0, ndvi) - 4 * sight.shade;
    return ground + sight.cloud * (262 - ground);
}

/// Wedges that grow from the middle of the swath to its edge, a scan of 16 lines apart from the next two.
bool in_gap(int row, int col, int cols) {
    const int width = 6 + 6 * col / std::max(1, cols);
    return (row + col / 9) % 33 < width;
}

Date days_later(Date date, int days) {
    date.day += days;
    if (date.day > 28) {
        date.day -= 28;
        date.month = date.month % 12 + 1;
        if (date.month == 1) ++date.year;
    }
    return date;
}

std::vector<Point> corners_of(const Grid& grid) {
    const Transform to_degrees(grid.crs, "EPSG:4326");
    std::vector<Point> out;
    for (const double row : {0.5, grid.rows - 0.5}) {
        for (const double col : {0.5, grid.cols - 0.5}) out.push_back(to_degrees({grid.x(col), grid.y(row)}));
    }
    return out;
}

class Writer {
public:
    Writer(const Landscape& landscape, const fs::path& folder, const Satellite& satellite, const ScenePass& pass)
        : landscape_(landscape), satellite_(satellite), maker_(landscape, pass),
          bands_(satellite.oli ? oli_bands() : tm_bands()) {
        const auto& d = pass.date;
        const auto made = days_later(d, 9);
        product_.id = fmt::format("{}_L2SP_125034_{:04}{:02}{:02}_{:04}{:02}{:02}_02_T1", satellite.prefix, d.year,
                                  d.month, d.day, made.year, made.month, made.day);
        product_.spacecraft = satellite.spacecraft;
        product_.instrument = satellite.instrument;
        for (const auto& band : bands_) product_.bands.emplace_back(band.name + 1);
        product_.thermal = satellite.oli ? "B10" : "B6";
        product_.date = d;
        product_.generated = made;
        product_.sun = maker_.sun();
        product_.sun_distance = sun_distance(day_of_year(d));
        product_.slc_off = satellite.slc_off;
        const auto county = scene_grid(landscape.size());
        product_.grid = {.crs = county.crs,
                         .x0 = county.x0 - 15,
                         .y0 = county.y0 + 15,
                         .cell_x = 30,
                         .cell_y = 30,
                         .rows = county.rows / 3 + 1,
                         .cols = county.cols / 3 + 1};
        product_.corners = corners_of(product_.grid);
        folder_ = folder / product_.id;
        fs::create_directories(folder_);
    }

    Truth write() {
        std::vector<RecordedImage> reflectance;
        for (const auto& band : bands_) reflectance.push_back(image(fmt::format("SR_{}", band.name), "uint16", 0.0));
        auto temperature = image("ST_" + product_.thermal, "uint16", 0.0);
        auto temperature_quality = image("ST_QA", "int16", -9999.0);
        auto pixel = codes("QA_PIXEL", "uint16");
        auto radsat = codes("QA_RADSAT", "uint16");
        auto own = codes(satellite_.oli ? "SR_QA_AEROSOL" : "SR_CLOUD_QA", "uint8");
        SkyCount count;
        const auto& grid = product_.grid;
        const Places places(landscape_, grid);
        for_strips(maker_, places, grid, [&](const Window& window, Plane<Sight> sights) {
            if (satellite_.slc_off) cut_gaps(sights, window.row);
            const int row = window.row;
            for (std::size_t b = 0; b < bands_.size(); ++b) {
                reflectance[b].write(row, stored(sights, 0, [&](const Sight& s) {
                                         return stored_reflectance(surface_of(bands_[b], s.reflectance));
                                     }));
            }
            write_temperature(temperature, temperature_quality, row, sights, places.of(window));
            CodePlane quality(window.rows, window.cols, 0), full = quality, special = quality;
            for (std::size_t i = 0; i < sights.size(); ++i) {
                const auto sky = sky_of(sights.cells()[i]);
                count.add(sky);
                quality.cells()[i] = pixel_quality(sky, satellite_.oli);
                full.cells()[i] = saturation(sights.cells()[i], satellite_.oli);
                special.cells()[i] = satellite_.oli ? aerosol_quality(sky) : cloud_quality(sky);
            }
            pixel.write(row, quality);
            radsat.write(row, full);
            own.write(row, special);
        });
        Truth truth;
        for (auto& band : reflectance) band.close(truth);
        for (auto* one : {&temperature, &temperature_quality, &pixel, &radsat, &own}) one->close(truth);
        count.close(product_.id, truth);
        product_.cloud_percent = count.percent(Sky::cloud) + count.percent(Sky::cirrus);
        write_text_file(file("MTL.xml"), mtl_xml(product_));
        write_text_file(file("MTL.txt"), mtl_text(product_));
        return truth;
    }

private:
    [[nodiscard]] std::string file(const std::string& ending) const {
        return (folder_ / (product_.id + "_" + ending)).string();
    }
    [[nodiscard]] RecordedImage image(const std::string& name, const std::string& type, std::optional<double> nodata,
                                      RecordedImage::Holds holds = RecordedImage::Holds::values) const {
        ImageForm form{.path = file(name + ".TIF"),
                       .type = type,
                       .rows = product_.grid.rows,
                       .cols = product_.grid.cols,
                       .grid = product_.grid,
                       .nodata = nodata,
                       .tags = {{"AREA_OR_POINT", "Point"}}};
        return {product_.id, {name}, std::move(form), holds};
    }
    [[nodiscard]] RecordedImage codes(const std::string& name, const std::string& type) const {
        return image(name, type, std::nullopt, RecordedImage::Holds::codes);
    }

    void cut_gaps(Plane<Sight>& sights, int row) const {
        for (int r = 0; r < sights.rows(); ++r) {
            for (int c = 0; c < sights.cols(); ++c) {
                if (in_gap(row + r, c, sights.cols())) sights(r, c).seen = false;
            }
        }
    }

    void write_temperature(RecordedImage& temperature, RecordedImage& quality, int row, const Plane<Sight>& sights,
                           const Plane<Spot>& spots) const {
        CodePlane steps(sights.rows(), sights.cols(), 0), errors(sights.rows(), sights.cols(), -9999);
        const int day = day_of_year(product_.date);
        for (std::size_t i = 0; i < sights.size(); ++i) {
            if (!sights.cells()[i].seen) continue;
            const double k = kelvin(sights.cells()[i], day, landscape_.relief().elevation(spots.cells()[i]));
            steps.cells()[i] = static_cast<std::int32_t>(std::lround((k - 149) / 0.00341802));
            errors.cells()[i] = sights.cells()[i].cloud > 0.02F ? 800 : 210;  // 0.01 K
        }
        temperature.write(row, steps);
        quality.write(row, errors);
    }

    const Landscape& landscape_;
    const Satellite& satellite_;
    SceneMaker maker_;
    std::span<const SensorBand> bands_;
    LandsatProduct product_;
    fs::path folder_;
};

}  // namespace

SensorJobs landsat_jobs(const Landscape& landscape, const std::string& folder) {
    const auto job = [&landscape, folder](const Satellite& satellite, ScenePass pass, double cloud) {
        pass.cloud_share = cloud;
        return [&landscape, folder, &satellite, pass] { return Writer(landscape, folder, satellite, pass).write(); };
    };
    auto first_look = pass_on(landscape, 1, 5, 25);
    first_look.swath_edge = true;
    auto of_old = pass_on(landscape, 0, 8, 19);
    of_old.date.year = std::min(2011, landscape.years()[0]);
    // Landsat 9 has flown since the end of 2021.
    const auto& latest = landscape.years()[1] > 2021 ? landsat9 : landsat8;
    return {job(landsat8, first_look, 0.06), job(latest, pass_on(landscape, 1, 8, 14), 0.10),
            job(landsat7, pass_on(landscape, 0, 5, 20), 0.08), job(landsat5, of_old, 0.05)};
}

}  // namespace linmu::demo

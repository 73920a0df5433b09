// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <filesystem>

#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"
#include "scene_layouts.hpp"
#include "sensor.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view fmask = ".Fmask.tif";

/// "HLS.S30.T49SGB.2025140T031051.v2.0" in its parts.
struct Granule {
    std::string product, tile, moment, version;
};

Granule parse_name(const std::string& id, const std::string& where) {
    std::vector<std::string> parts;
    for (std::size_t from = 0; parts.size() < 4;) {
        const auto dot = id.find('.', from);
        parts.push_back(id.substr(from, dot - from));
        if (dot == std::string::npos) break;
        from = dot + 1;
    }
    const bool sound = parts.size() == 4 && parts[2].size() == 6 && parts[3].size() >= 7;
    if (!sound)
        throw DataError(fmt::format("{} is not named as HLS is: HLS.S30.T49SGB.2025140T031051.v2.0.Fmask.tif", where));
    const auto version = id.substr(parts[0].size() + parts[1].size() + parts[2].size() + parts[3].size() + 4);
    return {parts[0] + "." + parts[1], parts[2].substr(1), parts[3], version};
}

/// "2025140T031051" as "2025-05-20T03:10:51Z".
std::string moment_of(const std::string& text) {
    const int year = std::atoi(text.substr(0, 4).c_str()), day = std::atoi(text.substr(4, 3).c_str());
    const auto date = to_string(date_of_year(year, day));
    if (text.size() < 14) return date;
    return fmt::format("{}T{}:{}:{}Z", date, text.substr(8, 2), text.substr(10, 2), text.substr(12, 2));
}

/// Tags of a GeoTIFF: what linmu reads of them, "" when they are not there. Values of several inputs are separated by ';': the first.
class Tags {
public:
    explicit Tags(const std::string& path) : file_(open_dataset(path, GDAL_OF_RASTER)) {}
    [[nodiscard]] std::string text(const char* key) const {
        const char* value = file_->GetMetadataItem(key);
        const std::string all = value == nullptr ? "" : value;
        return all.substr(0, all.find(';'));
    }
    [[nodiscard]] double number(const char* key, double fallback) const {
        const auto value = text(key);
        return value.empty() ? fallback : std::strtod(value.c_str(), nullptr);
    }

private:
    DatasetPtr file_;
};

}  // namespace

std::vector<Scene> read_hls(const std::string& file) {
    const auto name = fs::path(file).filename().string();
    const auto id = name.substr(0, name.size() - fmask.size());
    const auto granule = parse_name(id, file);
    const auto& sensor = sensor_for("hls", granule.product, file);
    const auto folder = fs::path(file).parent_path().string();
    Scene scene = scene_of(sensor, "hls", folder, file);
    scene.id = id;
    const Tags tags(file);
    const auto sensing = tags.text("SENSING_TIME");
    scene.acquired = sensing.empty() ? moment_of(granule.moment) : sensing;
    scene.date = parse_date(scene.acquired);
    scene.baseline = granule.version;
    scene.version = granule.version + " " + tags.text("HLS_PROCESSING_TIME");
    scene.tile = granule.tile;
    scene.platform = granule.product;
    scene.track = granule.moment.substr(0, 7);
    scene.cloud_percent = tags.number("cloud_coverage", -1);
    scene.offset_note = fmt::format("reflectance = stored * {}", sensor.scale);
    for (const auto& band : sensor.bands) {
        const auto path = fmt::format("{}/{}.{}.tif", folder, id, band.file);
        if (file_exists(path)) add_band(scene, sensor, band, path);
    }
    for (const auto& quality : sensor.quality) add_quality(scene, quality, file);
    complete(scene);
    const auto place = centre_of(scene.grid);
    const auto computed = sun_position(scene.acquired, place.x, place.y);
    scene.sun = {tags.number("MEAN_SUN_ZENITH_ANGLE", computed.zenith),
                 tags.number("MEAN_SUN_AZIMUTH_ANGLE", computed.azimuth)};
    complete(scene);
    return {std::move(scene)};
}

}  // namespace linmu

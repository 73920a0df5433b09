// SPDX-License-Identifier: MIT
#include "sensor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/data_file.hpp"
#include "pattern.hpp"
#include "toml_reader.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

SensorBand read_band(TomlTable table) {
    SensorBand band;
    band.alias = table.text("alias");
    band.file = table.text_or("file", "");
    band.asset = table.text_or("asset", "");
    band.band_id = static_cast<int>(table.whole_or("band_id", -1));
    band.number = static_cast<int>(table.whole_or("number", 1));
    band.resolution = static_cast<int>(table.whole("resolution"));
    band.scale = table.number_or("scale", 0);
    band.offset = table.number_or("offset", 0);
    band.unit = table.text_or("unit", "1");
    // Told for people and for the choice of an index; nothing here reads it.
    static_cast<void>(table.number("centre"));
    table.finish();
    return band;
}

std::int32_t read_flags(TomlTable& table, bool& unseen) {
    std::int32_t flags = 0;
    std::vector<std::string> names{"no-data"};
    for (const auto& [name, _] : quality_flag_names) names.emplace_back(name);
    for (const auto& text : table.texts("flags")) {
        const auto known = std::ranges::find(quality_flag_names, text, [](const auto& f) { return f.first; });
        if (text == "no-data") unseen = true;
        else if (known != quality_flag_names.end()) flags |= bit(known->second);
        else table.fail("flags", fmt::format("'{}' is no flag{}", text, hint(text, names)));
    }
    return flags;
}

SensorQuality read_quality(TomlTable table) {
    SensorQuality quality;
    quality.file = table.text_or("file", "");
    quality.asset = table.text_or("asset", "");
    quality.number = static_cast<int>(table.whole_or("number", 1));
    quality.optional = table.truth_or("optional", false);
    for (const auto& code : table.tables("code")) quality.codes.push_back(read_quality_code(code));
    table.finish();
    return quality;
}

OffsetDoubt read_doubt(TomlTable table) {
    OffsetDoubt doubt;
    doubt.since = table.text("since");
    doubt.added = table.number("added");
    doubt.removed_below = table.number("removed_below");
    doubt.present_from = table.number("present_from");
    doubt.present_to = table.number("present_to");
    doubt.cloud_below = table.number("cloud_below");
    doubt.contradicts_from = table.number("contradicts_from");
    static_cast<void>(table.text("source"));
    table.finish();
    return doubt;
}

Sensor read_sensor(const std::string& path) {
    const auto document = parse_toml_file(path);
    TomlTable table(document, path);
    Sensor sensor;
    sensor.id = fs::path(path).stem().string();
    sensor.name_zh = table.text("name_zh");
    sensor.name_en = table.text("name_en");
    sensor.level = table.text("level");
    sensor.layouts = table.texts("layouts");
    sensor.identifies = table.texts("identifies");
    sensor.categories = table.texts_or_none("categories");
    sensor.scale = table.number_or("scale", 1);
    sensor.offset = table.number_or("offset", 0);
    sensor.nodata = table.number("nodata");
    sensor.lowest = table.number_or("lowest", sensor.lowest);
    sensor.highest = table.number_or("highest", sensor.highest);
    sensor.floor = table.number_or("floor", sensor.floor);
    static_cast<void>(table.text("source"));
    for (const auto& band : table.tables("band")) sensor.bands.push_back(read_band(band));
    for (const auto& quality : table.tables("quality", true)) sensor.quality.push_back(read_quality(quality));
    for (const auto& doubt : table.tables("offset_doubt", true)) sensor.doubt = read_doubt(doubt);
    table.finish();
    return sensor;
}

std::vector<Sensor> read_all() {
    std::vector<Sensor> all;
    for (const auto& id : data_file_ids("sensors")) all.push_back(read_sensor(find_data_file("sensors", id)));
    return all;
}

std::vector<Calibration> read_calibrations(const std::string& path) {
    const auto document = parse_toml_file(path);
    TomlTable table(document, path);
    std::vector<Calibration> all;
    for (auto entry : table.tables("calibration")) {
        Calibration one;
        one.camera = entry.text("camera");
        one.year = static_cast<int>(entry.whole("year"));
        one.gains = entry.number_list("gains");
        one.offsets = entry.number_list("offsets");
        one.irradiance = entry.number_list("irradiance");
        one.source = entry.text("source");
        static_cast<void>(entry.text("confidence"));
        if (one.gains.size() != one.offsets.size() || one.gains.size() != one.irradiance.size())
            entry.fail("offsets", "gains, offsets and irradiance need one value a band each");
        entry.finish();
        all.push_back(std::move(one));
    }
    table.finish();
    return all;
}

}  // namespace

QualityCode read_quality_code(TomlTable table) {
    QualityCode code;
    const auto whole = [&](const char* key) { return static_cast<std::int32_t>(table.whole(key)); };
    if (table.has("code")) {
        code.value = whole("code");
    } else if (table.has("bit")) {
        code.test = QualityCode::Test::any_bit;
        code.mask = 1 << whole("bit");
    } else if (table.has("any_of")) {
        code.test = QualityCode::Test::any_bit;
        code.mask = whole("any_of");
    } else if (table.has("at_least")) {
        code.test = QualityCode::Test::at_least;
        code.value = whole("at_least");
    } else {
        code.mask = whole("mask");
        code.value = whole("equals");
    }
    code.flags = read_flags(table, code.unseen);
    code.name_zh = table.text("name_zh");
    code.name_en = table.text("name_en");
    table.finish();
    return code;
}

const std::vector<Sensor>& sensors() {
    static const std::vector<Sensor> all = read_all();
    return all;
}

const Sensor& sensor_for(std::string_view layout, const std::string& identity, const std::string& where) {
    std::vector<std::string> known;
    for (const auto& sensor : sensors()) {
        if (std::ranges::find(sensor.layouts, layout) == sensor.layouts.end()) continue;
        for (const auto& pattern : sensor.identifies) {
            if (matches_pattern(identity, pattern)) return sensor;
            known.push_back(pattern);
        }
    }
    throw DataError(fmt::format("{} is of '{}', which no file of data/sensors describes; of this layout there are: {}",
                                where, identity, fmt::join(known, ", ")));
}

const Sensor& sensor_by_id(const std::string& id, const std::string& where) {
    std::vector<std::string> ids;
    for (const auto& sensor : sensors()) {
        if (sensor.id == id) return sensor;
        ids.push_back(sensor.id);
    }
    throw DataError(fmt::format("{}: data/sensors has no '{}'{}", where, id, hint(id, ids)));
}

Calibration calibration_of(const std::string& camera, int year) {
    const auto path = find_data_file("calibration", "gaofen");
    std::optional<Calibration> best;
    for (auto& one : read_calibrations(path)) {
        if (one.camera != camera || one.year > year) continue;
        if (!best || one.year > best->year) best = std::move(one);
    }
    if (!best)
        throw DataError(
            fmt::format("{} has no coefficients for {} of {} or before; add those that are published for "
                        "the camera and year",
                        path, camera, year));
    return *best;
}

Scene scene_of(const Sensor& sensor, std::string_view layout, const std::string& path, const std::string& metadata) {
    Scene scene;
    scene.path = path;
    scene.metadata = metadata;
    scene.sensor = sensor.id;
    scene.sensor_name = fmt::format("{} {}", sensor.name_zh, sensor.name_en);
    scene.level = sensor.level;
    scene.layout = layout;
    return scene;
}

void add_band(Scene& scene, const Sensor& sensor, const SensorBand& band, const std::string& path, double scale,
              double offset) {
    BandPick pick;
    pick.spec.name = band.alias;
    pick.spec.unit = band.unit;
    pick.path = path;
    pick.number = band.number;
    pick.scale = scale;
    pick.offset = offset;
    pick.nodata = sensor.nodata;
    pick.lowest = sensor.lowest;
    pick.highest = sensor.highest;
    pick.floor = sensor.floor;
    scene.bands.push_back(std::move(pick));
}

void add_band(Scene& scene, const Sensor& sensor, const SensorBand& band, const std::string& path) {
    const bool own = band.scale != 0;
    add_band(scene, sensor, band, path, own ? band.scale : sensor.scale, own ? band.offset : sensor.offset);
}

void add_quality(Scene& scene, const SensorQuality& quality, const std::string& path) {
    QualityPick added;
    added.pick.spec.name = quality.file.empty() ? quality.asset : quality.file;
    added.pick.spec.kind = BandKind::code;
    added.pick.path = path;
    added.pick.number = quality.number;
    added.codes = quality.codes;
    scene.quality.push_back(std::move(added));
}

namespace {

/// Each file is looked at once, though many bands may lie in it: to read a CRS takes a millisecond.
Grid finest_grid(const std::vector<BandPick>& bands) {
    std::set<std::string_view> seen;
    Grid finest;
    for (const auto& band : bands) {
        if (!seen.insert(band.path).second) continue;
        const auto grid = inspect_raster(band.path).grid;
        if (finest.rows == 0 || grid.cell_x < finest.cell_x) finest = grid;
    }
    return finest;
}

}  // namespace

void complete(Scene& scene) {
    if (scene.bands.empty())
        throw DataError(
            fmt::format("{} has no band of the list in data/sensors/{}.toml beside it", scene.metadata, scene.sensor));
    const auto tell = [&](BandPick& pick) {
        pick.spec.scene = scene.id;
        pick.spec.date = scene.date;
        pick.spec.sun = scene.sun;
    };
    if (scene.grid.rows == 0 && !scene.raw_geometry) scene.grid = finest_grid(scene.bands);
    for (auto& band : scene.bands) tell(band);
    for (auto& quality : scene.quality) tell(quality.pick);
}

Point centre_of(const Grid& grid) {
    // The scenes of a season share a CRS, and to find the way from it takes a millisecond.
    thread_local std::optional<std::pair<std::string, Transform>> last;
    if (!last || last->first != grid.crs) last.emplace(grid.crs, Transform(grid.crs, "EPSG:4326"));
    return last->second({grid.x(grid.cols / 2.0), grid.y(grid.rows / 2.0)});
}

}  // namespace linmu

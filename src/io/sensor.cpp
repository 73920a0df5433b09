// SPDX-License-Identifier: MIT
#include "sensor.hpp"

#include <fmt/format.h>

#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "toml_reader.hpp"

namespace linmu {
namespace {

SensorBand read_band(TomlTable table) {
    SensorBand band;
    band.alias = table.text("alias");
    band.file = table.text("file");
    band.asset = table.text("asset");
    band.band_id = static_cast<int>(table.whole("band_id"));
    band.resolution = static_cast<int>(table.whole("resolution"));
    // Told for people and for the choice of an index; nothing here reads it.
    static_cast<void>(table.number("centre"));
    table.finish();
    return band;
}

QualityCode read_quality(TomlTable table) {
    QualityCode code;
    code.code = static_cast<int>(table.whole("code"));
    code.use = table.text("use");
    code.name_zh = table.text("name_zh");
    code.name_en = table.text("name_en");
    table.finish();
    if (code.use != "masked" && code.use != "shadow" && code.use != "kept") {
        table.fail("use", fmt::format("'{}' is no use of a code; one of masked, shadow, kept", code.use));
    }
    return code;
}

Sensor read_sensor(const std::string& path) {
    const auto document = parse_toml_file(path);
    TomlTable table(document, path);
    Sensor sensor;
    static_cast<void>(table.text("id"));
    static_cast<void>(table.text("name_zh"));
    static_cast<void>(table.text("name_en"));
    sensor.quantification = table.number("quantification");
    sensor.nodata = table.number("nodata");
    sensor.floor = table.number("floor");
    sensor.quality_nodata = table.number("quality_nodata");
    for (const auto& band : table.tables("band")) sensor.bands.push_back(read_band(band));
    SensorBand quality;
    quality.alias = table.text("quality_alias");
    quality.file = table.text("quality_file");
    quality.asset = table.text("quality_asset");
    quality.resolution = static_cast<int>(table.whole("quality_resolution"));
    quality.kind = BandKind::code;
    sensor.bands.push_back(quality);
    for (const auto& code : table.tables("quality")) sensor.quality.push_back(read_quality(code));
    table.finish();
    return sensor;
}

}  // namespace

const Sensor& sentinel2_l2a() {
    static const Sensor sensor = read_sensor(find_data_file("sensors", "sentinel2-l2a"));
    return sensor;
}

std::vector<QualityCode> quality_codes() { return sentinel2_l2a().quality; }

BandPick scene_pick(const Scene& scene, const Sensor& sensor, const SensorBand& band, const std::string& path,
                    double quantification, double offset) {
    BandPick pick;
    pick.spec.name = band.alias;
    pick.spec.kind = band.kind;
    pick.spec.scene = scene.id;
    pick.spec.date = scene.date;
    pick.path = path;
    if (band.kind == BandKind::code) {
        pick.nodata = sensor.quality_nodata;
        return pick;
    }
    pick.spec.unit = "1";
    pick.scale = 1 / quantification;
    pick.offset = offset / quantification;
    pick.nodata = sensor.nodata;
    pick.floor = sensor.floor;
    return pick;
}

Grid finest_grid(const std::vector<BandPick>& bands, const std::string& where) {
    if (bands.empty()) throw DataError(fmt::format("{} has no band of the sensor's list beside it", where));
    Grid finest;
    for (const auto& band : bands) {
        const auto grid = inspect_raster(band.path).grid;
        if (finest.rows == 0 || grid.cell_x < finest.cell_x) finest = grid;
    }
    return finest;
}

}  // namespace linmu

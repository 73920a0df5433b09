// SPDX-License-Identifier: MIT
// A raster of any origin and a small file beside it, NAME.scene.toml, that tells what no metadata does:
//
//   sensor = "sentinel2-l2a"             # whose band names and quality codes hold (data/sensors); may be absent
//   platform = "Sentinel-2A"
//   acquired = "2022-06-12T10:16:11Z"    # a netCDF series has its times itself
//   level = "surface reflectance"
//   path = "S2_L2A_sample.tif"           # absent: the raster of the same name beside it
//   bands = ["B", "G", "R", "N"]         # of the file, in its order, "" for one to leave out; absent: by the bands' descriptions
//   scale = 0.0001
//   offset = 0.0
//   nodata = 0
//   sun = { zenith = 24.5, azimuth = 146.0 }   # absent: computed from the time of day
//   [[band]]                             # bands of other files: alias, path, number
//   [[quality]]                          # path, number, and codes: `like` a sensor's own or [[quality.code]] as there
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "scene_layouts.hpp"
#include "sensor.hpp"
#include "toml_reader.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".scene.toml";

/// One band or quality band of a scene: which file and which band of it.
struct Source {
    std::string name;  ///< alias, or "" for a quality band
    std::string path;
    int number = 1;
    std::vector<QualityCode> codes;
};

/// What a sidecar says.
struct Sidecar {
    std::string file, stem, folder;
    const Sensor* sensor = nullptr;
    std::string platform, acquired, level, tile;
    double scale = 1, offset = 0, cloud = -1;
    std::optional<double> nodata;
    std::optional<SunAngles> sun;
    std::vector<Source> bands, quality;
};

std::string beside(const Sidecar& sidecar, const std::string& path) {
    return fs::path(path).is_absolute() ? path : sidecar.folder + "/" + path;
}

std::string raster_beside(const Sidecar& sidecar, TomlTable& table) {
    if (table.has("path")) return beside(sidecar, table.text("path"));
    for (const char* extension : {".tif", ".tiff", ".nc", ".vrt", ".img"}) {
        const auto path = sidecar.folder + "/" + sidecar.stem + extension;
        if (file_exists(path)) return path;
    }
    throw DataError(fmt::format("{} has no raster of its name beside it; say which with path = \"...\"", sidecar.file));
}

/// The alias of a band by its description, "B04" or "S2-L2A-B04"; "" when it is none of the sensor's.
std::string alias_of(const Sensor& sensor, const std::string& description) {
    for (const auto& band : sensor.bands) {
        if (!band.file.empty() &&
            (description == band.file || description.ends_with("-" + band.file) || description == band.alias))
            return band.alias;
    }
    return {};
}

bool is_quality(const Sensor& sensor, const std::string& description) {
    return !sensor.quality.empty() &&
           (description == sensor.quality.front().file || description.ends_with("-" + sensor.quality.front().file));
}

void add_source(Sidecar& sidecar, const std::string& description, const std::string& path, int number) {
    if (const auto alias = alias_of(*sidecar.sensor, description); !alias.empty())
        sidecar.bands.push_back({alias, path, number, {}});
    else if (is_quality(*sidecar.sensor, description))
        sidecar.quality.push_back({"", path, number, sidecar.sensor->quality.front().codes});
}

/// Bands that tell themselves what they are: variables of a netCDF file, or bands with a description.
void add_described(Sidecar& sidecar, const std::string& path) {
    if (!sidecar.sensor)
        throw DataError(
            fmt::format("{} says neither bands = [...] nor which sensor's names the bands have (sensor = "
                        "\"sentinel2-l2a\")",
                        sidecar.file));
    const auto raster = open_dataset(path, GDAL_OF_RASTER);
    const CPLStringList parts(raster->GetMetadata("SUBDATASETS"), FALSE);
    for (int i = 1; const char* name = parts.FetchNameValue(fmt::format("SUBDATASET_{}_NAME", i).c_str()); ++i) {
        const std::string part = name;
        add_source(sidecar, part.substr(part.rfind(':') + 1), part, 1);
    }
    if (parts.size() == 0) {
        const auto file = inspect_raster(path);
        for (std::size_t b = 0; b < file.bands.size(); ++b)
            add_source(sidecar, file.bands[b].description, path, static_cast<int>(b) + 1);
    }
    if (sidecar.bands.empty())
        throw DataError(fmt::format("no band of {} is described as one of {}; say bands = [...] in {}", path,
                                    sidecar.sensor->id, sidecar.file));
}

void add_listed(Sidecar& sidecar, const std::string& path, const std::vector<std::string>& aliases) {
    const auto count = inspect_raster(path).bands.size();
    if (aliases.size() > count)
        throw DataError(fmt::format("{} names {} bands, but {} has {}", sidecar.file, aliases.size(), path, count));
    for (std::size_t b = 0; b < aliases.size(); ++b) {
        if (!aliases[b].empty()) sidecar.bands.push_back({aliases[b], path, static_cast<int>(b) + 1, {}});
    }
}

std::vector<QualityCode> codes_of(const Sidecar& sidecar, TomlTable& table) {
    std::vector<QualityCode> codes;
    for (const auto& code : table.tables("code", true)) codes.push_back(read_quality_code(code));
    if (!codes.empty()) return codes;
    const auto like = table.text_or("like", sidecar.sensor ? sidecar.sensor->id : "");
    if (like.empty()) table.fail("like", "say whose codes these are: like = \"sentinel2-l2a\", or [[quality.code]]");
    const auto& sensor = sensor_by_id(like, sidecar.file);
    if (sensor.quality.empty()) table.fail("like", fmt::format("'{}' has no quality band", like));
    return sensor.quality.front().codes;
}

Sidecar read_sidecar(const std::string& file) {
    const auto document = parse_toml_file(file);
    TomlTable table(document, file);
    Sidecar sidecar;
    sidecar.file = file;
    const auto name = fs::path(file).filename().string();
    sidecar.stem = name.substr(0, name.size() - ending.size());
    sidecar.folder = fs::path(file).parent_path().string();
    if (table.has("sensor")) sidecar.sensor = &sensor_by_id(table.text("sensor"), file);
    sidecar.platform = table.text("platform");
    sidecar.acquired = table.text_or("acquired", "");
    sidecar.level = table.text("level");
    sidecar.tile = table.text_or("tile", "");
    sidecar.scale = table.number("scale");
    sidecar.offset = table.number("offset");
    sidecar.cloud = table.number_or("cloud_percent", -1);
    if (table.has("nodata")) sidecar.nodata = table.number("nodata");
    if (table.has("sun")) {
        auto sun = table.table("sun");
        sidecar.sun = SunAngles{sun.number("zenith"), sun.number("azimuth")};
        sun.finish();
    }
    for (auto band : table.tables("band", true)) {
        sidecar.bands.push_back(
            {band.text("alias"), beside(sidecar, band.text("path")), static_cast<int>(band.whole_or("number", 1)), {}});
        band.finish();
    }
    if (const auto aliases = table.texts_or_none("bands"); !aliases.empty())
        add_listed(sidecar, raster_beside(sidecar, table), aliases);
    else if (sidecar.bands.empty()) add_described(sidecar, raster_beside(sidecar, table));
    for (auto quality : table.tables("quality", true)) {
        const auto path = quality.has("path") ? beside(sidecar, quality.text("path")) : raster_beside(sidecar, table);
        sidecar.quality.push_back(
            {"", path, static_cast<int>(quality.whole_or("number", 1)), codes_of(sidecar, quality)});
        quality.finish();
    }
    table.finish();
    return sidecar;
}

/// "days since 1990-01-01" and {12055, 12060} as dates.
std::vector<Date> dates_of(const std::string& units, const std::string& values, const std::string& where) {
    constexpr std::string_view form = "days since ";
    if (!units.starts_with(form))
        throw DataError(fmt::format("{} counts time in '{}'; only days since a date are read", where, units));
    const auto origin = parse_date(units.substr(form.size()));
    std::vector<Date> dates;
    std::istringstream words(values.substr(1, values.size() - 2));
    for (std::string word; std::getline(words, word, ',');)
        dates.push_back(days_after(origin, static_cast<int>(std::strtol(word.c_str(), nullptr, 10))));
    return dates;
}

/// The dates of the bands of a raster with a time dimension; empty when it has none.
std::vector<Date> series_dates(const std::string& path) {
    const auto raster = open_dataset(path, GDAL_OF_RASTER);
    const auto text = [&](const std::string& key) {
        const char* value = raster->GetMetadataItem(key.c_str());
        return std::string(value == nullptr ? "" : value);
    };
    const auto extra = text("NETCDF_DIM_EXTRA");
    if (extra.size() < 3 || extra.find(',') != std::string::npos) return {};
    const auto time = extra.substr(1, extra.size() - 2);
    const auto values = text("NETCDF_DIM_" + time + "_VALUES");
    return values.empty() ? std::vector<Date>{} : dates_of(text(time + "#units"), values, path);
}

BandPick pick_of(const Sidecar& sidecar, const Source& source, int at) {
    BandPick pick;
    pick.spec.name = source.name;
    pick.spec.unit = "1";
    pick.path = source.path;
    pick.number = source.number + at;
    pick.scale = sidecar.scale;
    pick.offset = sidecar.offset;
    pick.nodata = sidecar.nodata;
    if (sidecar.sensor) pick.floor = sidecar.sensor->floor;
    return pick;
}

/// The scene of one date: `at` bands further on in each file.
Scene scene_at(const Sidecar& sidecar, const std::string& acquired, int at) {
    Scene scene;
    scene.path = sidecar.folder;
    scene.metadata = sidecar.file;
    scene.sensor = sidecar.sensor ? sidecar.sensor->id : "stack";
    scene.sensor_name =
        sidecar.sensor ? sidecar.sensor->name_zh + " " + sidecar.sensor->name_en : "多波段栅格 stacked raster";
    scene.level = sidecar.level;
    scene.layout = "stack";
    scene.platform = sidecar.platform;
    scene.acquired = acquired;
    scene.date = parse_date(acquired);
    scene.id = at > 0 || sidecar.acquired.empty() ? sidecar.stem + " " + to_string(scene.date) : sidecar.stem;
    scene.tile = sidecar.tile.empty() ? sidecar.stem : sidecar.tile;
    scene.track = sidecar.tile.empty() ? sidecar.stem : "";
    scene.cloud_percent = sidecar.cloud;
    scene.offset_note =
        fmt::format("reflectance = stored * {} {:+}, as the sidecar says", sidecar.scale, sidecar.offset);
    for (const auto& band : sidecar.bands) scene.bands.push_back(pick_of(sidecar, band, at));
    for (const auto& quality : sidecar.quality) {
        BandPick pick = pick_of(sidecar, quality, at);
        pick.spec.kind = BandKind::code;
        pick.spec.name = fs::path(quality.path).stem().string();
        pick.spec.unit.clear();
        pick.nodata.reset();
        scene.quality.push_back({std::move(pick), quality.codes});
    }
    complete(scene);
    const bool has_hour = acquired.size() > 10;
    if (sidecar.sun) scene.sun = *sidecar.sun;
    else if (has_hour) {
        const auto place = centre_of(scene.grid);
        scene.sun = sun_position(acquired, place.x, place.y);
    }
    complete(scene);
    return scene;
}

}  // namespace

std::vector<Scene> read_stack(const std::string& file) {
    const auto sidecar = read_sidecar(file);
    std::vector<Scene> scenes;
    if (!sidecar.acquired.empty()) {
        scenes.push_back(scene_at(sidecar, sidecar.acquired, 0));
        return scenes;
    }
    const auto dates = series_dates(sidecar.bands.front().path);
    if (dates.empty())
        throw DataError(fmt::format(
            "{} does not say when it was taken, and {} has no times; add acquired = \"2022-06-12T10:16:11Z\"", file,
            sidecar.bands.front().path));
    for (std::size_t i = 0; i < dates.size(); ++i)
        scenes.push_back(scene_at(sidecar, to_string(dates[i]), static_cast<int>(i)));
    return scenes;
}

}  // namespace linmu

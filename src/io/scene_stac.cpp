// SPDX-License-Identifier: MIT
#include "scene_stac.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"
#include "sensor.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double added_since_0400 = -1000;
constexpr int sample_size = 1024;

json read_item(const std::string& path) {
    std::ifstream file(path);
    try {
        return json::parse(file);
    } catch (const json::exception& error) {
        throw DataError(fmt::format("{} cannot be read as JSON: {}", path, error.what()));
    }
}

bool is_item(const json& value) {
    return value.is_object() && value.contains("type") && value.at("type") == "Feature" &&
           value.contains("stac_version") && value.contains("assets");
}

template <class T>
T property(const json& item, const char* name, const std::string& path) {
    const auto& properties = item.at("properties");
    try {
        return properties.at(name).get<T>();
    } catch (const json::exception&) {
        throw DataError(fmt::format("{} has no property '{}' of the right kind", path, name));
    }
}

template <class T>
T property_or(const json& item, const char* name, T fallback) {
    const auto it = item.at("properties").find(name);
    if (it == item.at("properties").end() || it->is_null()) return fallback;
    return it->get<T>();
}

/// The asset's file in the folder: the item may still name where it came from. "" when it was not brought along.
std::string asset_file(const json& item, const std::string& asset, const fs::path& folder) {
    const auto it = item.at("assets").find(asset);
    if (it == item.at("assets").end()) return {};
    const auto link = it->value("href", "");
    const bool remote = link.find("://") != std::string::npos;
    const auto path = remote ? folder / fs::path(link).filename() : folder / link;
    return fs::is_regular_file(path) ? path.lexically_normal().string() : "";
}

/// The offset that the item asks for: by its flag, else by the band's own entry.
std::optional<double> said_offset(const json& item, const std::string& asset, double quantification) {
    const auto& properties = item.at("properties");
    if (const auto flag = properties.find("earthsearch:boa_offset_applied");
        flag != properties.end() && flag->is_boolean()) {
        return flag->get<bool>() ? 0 : added_since_0400;
    }
    const auto bands = item.at("assets").at(asset).value("raster:bands", json::array());
    if (bands.empty() || !bands.front().contains("offset")) return std::nullopt;
    return std::round(bands.front().at("offset").get<double>() * quantification);
}

/// The 0.1 % lowest stored value of the cells that have one, from a sample of the raster (overviews are good enough); nothing when none has.
std::optional<double> darkest(const std::string& path, double nodata) {
    const auto file = open_dataset(path, GDAL_OF_RASTER);
    const int rows = std::min(sample_size, file->GetRasterYSize());
    const int cols = std::min(sample_size, file->GetRasterXSize());
    std::vector<float> cells(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols));
    const GdalErrors errors;
    const auto done = file->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, file->GetRasterXSize(), file->GetRasterYSize(),
                                                       cells.data(), cols, rows, GDT_Float32, 0, 0, nullptr);
    if (done != CE_None || errors.failed()) errors.raise(fmt::format("{} cannot be decoded", path));
    std::erase_if(cells, [&](float cell) { return static_cast<double>(cell) == nodata; });
    if (cells.empty()) return std::nullopt;
    const auto place = cells.begin() + std::ssize(cells) / 1000;
    std::ranges::nth_element(cells, place);
    return *place;
}

/// Of blue and red, where both are there.
std::optional<double> darkest_visible(const json& item, const fs::path& folder, const Sensor& sensor) {
    std::optional<double> dark;
    for (const char* asset : {"blue", "red"}) {
        const auto path = asset_file(item, asset, folder);
        if (path.empty()) continue;
        const auto value = darkest(path, sensor.nodata);
        if (value && (!dark || *value < *dark)) dark = value;
    }
    return dark;
}

std::string platform_name(std::string text) {
    if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    if (!text.empty()) text.back() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.back())));
    return text;
}

/// "R079" of the product's name.
int orbit_of(const std::string& product) {
    const auto at = product.find("_R");
    return at == std::string::npos ? 0 : std::atoi(product.substr(at + 2, 3).c_str());
}

std::string tile_of(const json& item) {
    const auto code = property_or<std::string>(item, "grid:code", "");
    return code.starts_with("MGRS-") ? code.substr(5) : code;
}

}  // namespace

OffsetChoice choose_offset(const std::string& where, const std::string& baseline, std::optional<double> said,
                           std::optional<double> dark, double cloud_percent) {
    if (baseline < "04.00") return {0, fmt::format("baseline {} has no offset", baseline)};
    const bool surely_applied = dark && *dark < 700;
    const bool surely_present = dark && *dark >= 1000 && *dark <= 1800 && cloud_percent >= 0 && cloud_percent < 50;
    const auto seen = dark ? fmt::format("darkest 0.1 % of blue and red is {}", *dark) : "no cell has a value";
    if (surely_applied || surely_present) {
        const double offset = surely_applied ? 0 : added_since_0400;
        if (said && *said != offset)
            return {offset, fmt::format("offset {}: {}, though the item asks for {}", offset, seen, *said)};
        return {offset,
                fmt::format("offset {}: {}, {}", offset, said ? "the item's flag" : "the item does not say", seen)};
    }
    if (!said) {
        throw DataError(fmt::format(
            "{} does not say whether the offset of baseline {} was applied, and its cells do not show it ({}); "
            "set earthsearch:boa_offset_applied in it, or leave the scene out",
            where, baseline, seen));
    }
    // Between the two, cells that are too dark for the offset asked for speak against it, if not clearly.
    if (*said != 0 && dark && *dark < 950) {
        throw DataError(
            fmt::format("{} asks for an offset of {}, but {}; set earthsearch:boa_offset_applied in it to what is "
                        "right, or leave the scene out",
                        where, *said, seen));
    }
    return {*said, fmt::format("offset {}: the item's flag; {}, which tells nothing", *said, seen)};
}

std::string find_stac_item(const std::string& folder) {
    std::error_code ignored;
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder, ignored)) {
        if (entry.path().extension() == ".json") names.push_back(entry.path().string());
    }
    std::ranges::sort(names);
    for (const auto& name : names) {
        std::ifstream file(name);
        if (is_item(json::parse(file, nullptr, false))) return name;
    }
    return {};
}

Scene read_stac(const std::string& folder) {
    const auto path = find_stac_item(folder);
    const auto item = read_item(path);
    const auto& sensor = sentinel2_l2a();
    Scene scene;
    scene.path = folder;
    scene.id = item.value("id", fs::path(path).stem().string());
    scene.layout = "STAC item";
    scene.platform = platform_name(property<std::string>(item, "platform", path));
    scene.baseline = property<std::string>(item, "s2:processing_baseline", path);
    scene.tile = tile_of(item);
    scene.acquired = property<std::string>(item, "datetime", path);
    scene.date = parse_date(scene.acquired);
    scene.relative_orbit = orbit_of(property_or<std::string>(item, "s2:product_uri", ""));
    scene.sun_zenith = 90 - property<double>(item, "view:sun_elevation", path);
    scene.sun_azimuth = property<double>(item, "view:sun_azimuth", path);
    scene.cloud_percent = property_or<double>(item, "eo:cloud_cover", -1);

    std::optional<double> said;
    for (const auto& band : sensor.bands) {
        if (band.kind == BandKind::real && !said && item.at("assets").contains(band.asset))
            said = said_offset(item, band.asset, sensor.quantification);
    }
    const auto choice =
        choose_offset(path, scene.baseline, said, darkest_visible(item, folder, sensor), scene.cloud_percent);
    scene.offset_note = choice.note;
    for (const auto& band : sensor.bands) {
        const auto file = asset_file(item, band.asset, folder);
        if (!file.empty())
            scene.bands.push_back(scene_pick(scene, sensor, band, file, sensor.quantification, choice.offset));
    }
    scene.grid = finest_grid(scene.bands, folder);
    return scene;
}

}  // namespace linmu

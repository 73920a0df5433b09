// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "linmu/core/error.hpp"
#include "radiometric_offset.hpp"
#include "scene_layouts.hpp"
#include "sensor.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

json read_item(const std::string& path) {
    try {
        return json::parse(read_whole_file(path));
    } catch (const json::exception& error) {
        throw DataError(fmt::format("{} cannot be read as JSON: {}", path, error.what()));
    }
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

/// The asset's file beside the item: the item may still name where it came from. "" when it was not brought along.
std::string asset_file(const json& item, const std::string& asset, const fs::path& folder) {
    const auto it = item.at("assets").find(asset);
    if (it == item.at("assets").end()) return {};
    const auto link = it->value("href", "");
    const bool remote = link.find("://") != std::string::npos;
    const auto path = remote ? folder / fs::path(link).filename() : folder / link;
    return file_exists(path.string()) ? path.lexically_normal().string() : "";
}

/// The offset that the item asks for, in stored units: by its flag, else by the band's own entry.
std::optional<double> said_offset(const json& item, const std::string& asset, double added, double scale) {
    const auto& properties = item.at("properties");
    if (const auto flag = properties.find("earthsearch:boa_offset_applied");
        flag != properties.end() && flag->is_boolean()) {
        return flag->get<bool>() ? 0 : added;
    }
    const auto bands = item.at("assets").at(asset).value("raster:bands", json::array());
    if (bands.empty() || !bands.front().contains("offset")) return std::nullopt;
    return std::round(bands.front().at("offset").get<double>() / scale);
}

std::string platform_name(std::string text) {
    if (!text.empty()) text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    if (!text.empty()) text.back() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.back())));
    return text;
}

/// "R079" of the product's name.
std::string track_of(const std::string& product) {
    const auto at = product.find("_R");
    return at == std::string::npos ? "R000" : product.substr(at + 1, 4);
}

std::string tile_of(const json& item) {
    const auto code = property_or<std::string>(item, "grid:code", "");
    return code.starts_with("MGRS-") ? code.substr(5) : code;
}

void settle_offset(Scene& scene, const json& item, const Sensor& sensor) {
    if (!sensor.doubt || scene.baseline < sensor.doubt->since) {
        scene.offset_note = fmt::format("baseline {} has no offset", scene.baseline);
        return;
    }
    std::optional<double> said;
    for (const auto& band : sensor.bands) {
        if (!said && item.at("assets").contains(band.asset))
            said = said_offset(item, band.asset, sensor.doubt->added, sensor.scale);
    }
    const auto choice =
        choose_offset(scene.metadata, *sensor.doubt, scene.baseline, said, darkest_visible(scene), scene.cloud_percent);
    apply_offset(scene, choice.offset);
    scene.offset_note = choice.note;
}

/// "sentinel-2a s2:processing_baseline": what the item is of, and whose properties tell it.
std::string identity_of(const json& item, const std::string& path) {
    return fmt::format(
        "{} {}", property<std::string>(item, "platform", path),
        item.at("assets").contains("scl") ? "L2A" : property_or<std::string>(item, "s2:product_type", ""));
}

}  // namespace

bool is_stac_item(const std::string& file) {
    const auto value = json::parse(read_whole_file(file), nullptr, false);
    return value.is_object() && value.contains("type") && value.at("type") == "Feature" &&
           value.contains("stac_version") && value.contains("assets");
}

std::vector<Scene> read_stac(const std::string& path) {
    const auto item = read_item(path);
    const auto folder = fs::path(path).parent_path();
    const auto& sensor = sensor_for("stac", identity_of(item, path), path);
    Scene scene = scene_of(sensor, "stac", folder.string(), path);
    scene.id = item.value("id", fs::path(path).stem().string());
    scene.platform = platform_name(property<std::string>(item, "platform", path));
    scene.baseline = property<std::string>(item, "s2:processing_baseline", path);
    scene.version = scene.baseline + " " + property_or<std::string>(item, "s2:generation_time", "");
    scene.tile = tile_of(item);
    scene.track = track_of(property_or<std::string>(item, "s2:product_uri", ""));
    scene.acquired = property<std::string>(item, "datetime", path);
    scene.date = parse_date(scene.acquired);
    scene.sun = {90 - property<double>(item, "view:sun_elevation", path),
                 property<double>(item, "view:sun_azimuth", path)};
    scene.cloud_percent = property_or<double>(item, "eo:cloud_cover", -1);
    for (const auto& band : sensor.bands) {
        const auto file = asset_file(item, band.asset, folder);
        if (!file.empty()) add_band(scene, sensor, band, file);
    }
    for (const auto& quality : sensor.quality) {
        const auto file = asset_file(item, quality.asset, folder);
        if (!file.empty()) add_quality(scene, quality, file);
    }
    settle_offset(scene, item, sensor);
    complete(scene);
    return {std::move(scene)};
}

}  // namespace linmu

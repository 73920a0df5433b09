// SPDX-License-Identifier: MIT
#include "scene_safe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ranges>

#include "linmu/core/error.hpp"
#include "radiometric_offset.hpp"
#include "sensor.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

/// With the extension it has, or "".
std::string image_at(const std::string& name) {
    for (const char* extension : {".jp2", ".tif"}) {
        if (file_exists(name + extension)) return name + extension;
    }
    return {};
}

/// The folder of the one granule, from the product's folder.
std::string find_granule(const std::string& folder) {
    std::vector<std::string> found;
    for (const auto& name : names_in(folder + "/GRANULE")) {
        if (file_exists(fmt::format("{}/GRANULE/{}/MTD_TL.xml", folder, name))) found.push_back("GRANULE/" + name);
    }
    if (found.empty())
        throw DataError(fmt::format("{} has no GRANULE/*/MTD_TL.xml; the copy is not whole, get it again", folder));
    if (found.size() > 1)
        throw DataError(fmt::format("{} holds {} granules; only products of one tile are read", folder, found.size()));
    return found.front();
}

/// Images that no metadata lists, as some tools leave the list out.
std::vector<std::string> images_in(const std::string& folder, const std::string& granule) {
    std::vector<std::string> images;
    const auto gather = [&](const std::string& below) {
        for (const auto& name : names_in(folder + "/" + below)) {
            if (name.ends_with(".jp2") || name.ends_with(".tif"))
                images.push_back(below + "/" + fs::path(name).stem().string());
        }
    };
    const auto data = granule + "/IMG_DATA";
    gather(data);
    for (const char* resolution : {"/R10m", "/R20m", "/R60m"}) gather(data + resolution);
    return images;
}

/// The band's finest image; "" when the product does not list the band.
std::string listed_image(const std::vector<std::string>& images, const std::string& band) {
    for (const char* ending : {"_10m", "_20m", "_60m", ""}) {
        const auto wanted = "_" + band + ending;
        const auto it = std::ranges::find_if(images, [&](const auto& image) { return image.ends_with(wanted); });
        if (it != images.end()) return *it;
    }
    return {};
}

/// A mask of QI_DATA; "" when it is not there.
std::string quality_image(const std::string& folder, const std::string& granule, const std::string& mask) {
    const auto data = fmt::format("{}/{}/QI_DATA", folder, granule);
    for (const char* ending : {"_20m", "_60m", ""}) {
        if (auto path = image_at(fmt::format("{}/{}{}", data, mask, ending)); !path.empty()) return path;
    }
    return {};
}

/// Images of level 2A have the size of their cells in the name.
void check_cells(const std::string& file) {
    const auto stem = fs::path(file).stem().string();
    const auto told = stem.substr(stem.rfind('_') + 1);
    if (told != "10m" && told != "20m" && told != "60m") return;
    const double cell = inspect_raster(file).grid.cell_x;
    if (cell == std::stod(told)) return;
    throw DataError(fmt::format(
        "{} has cells of {} m, not of {} m as its name says; files of the product are mixed up, get it again", file,
        cell, told.substr(0, 2)));
}

double offset_of(const SafeProduct& product, const SensorBand& band, const std::string& path) {
    if (product.offsets.empty()) return 0;
    const auto it = product.offsets.find(band.band_id);
    if (it == product.offsets.end())
        throw DataError(
            fmt::format("{} has no {} for band_id {} ({})", path, product.offset_element, band.band_id, band.file));
    return it->second;
}

std::string offset_note(const SafeProduct& product, const std::string& path) {
    const auto name = fs::path(path).filename().string();
    if (product.offsets.empty())
        return fmt::format("no {} in {} (baseline {}): 0", product.offset_element, name, product.baseline);
    const auto [least, most] = std::ranges::minmax(product.offsets | std::views::values);
    if (least == most) return fmt::format("{} {} in {}", product.offset_element, least, name);
    return fmt::format("{} {} to {} by band in {}", product.offset_element, least, most, name);
}

/// Baselines from one on have an offset and those before have none: a product that says otherwise contradicts itself.
bool is_doubtful(const SafeProduct& product, const Sensor& sensor) {
    if (!sensor.doubt) return false;
    const bool has = std::ranges::any_of(product.offsets | std::views::values, [](double v) { return v != 0; });
    return has != (product.baseline >= sensor.doubt->since);
}

/// The cells decide: bands were read without offset so far.
void settle_offset(Scene& scene, const SafeProduct& product, const Sensor& sensor, const std::string& path) {
    std::optional<double> said;
    if (!product.offsets.empty()) said = std::ranges::min(product.offsets | std::views::values);
    const auto choice =
        choose_offset(path, *sensor.doubt, product.baseline, said, darkest_visible(scene), scene.cloud_percent);
    apply_offset(scene, choice.offset);
    scene.offset_note = choice.note;
}

std::string name_of(const std::string& folder) {
    const fs::path path(folder);
    return path.extension() == ".SAFE" ? path.stem().string() : path.filename().string();
}

}  // namespace

std::vector<Scene> read_safe(const std::string& metadata) {
    const auto folder = fs::path(metadata).parent_path().string();
    auto product = parse_safe_product(metadata);
    const auto granule = find_granule(folder);
    const auto tile = parse_safe_tile(fmt::format("{}/{}/MTD_TL.xml", folder, granule));
    const auto& sensor = sensor_for("safe", product.level, metadata);
    if (product.images.empty()) product.images = images_in(folder, granule);

    Scene scene = scene_of(sensor, "safe", folder, metadata);
    scene.id = name_of(folder);
    scene.platform = product.platform;
    scene.baseline = product.baseline;
    scene.version = product.baseline + " " + product.generated;
    scene.tile = product.tile;
    scene.track = fmt::format("R{:03}", product.relative_orbit);
    scene.acquired = product.start_time;
    scene.date = parse_date(product.start_time);
    scene.sun = {tile.sun_zenith, tile.sun_azimuth};
    scene.cloud_percent = product.cloud_percent;
    scene.offset_note = offset_note(product, metadata);
    const bool doubtful = is_doubtful(product, sensor);
    for (const auto& band : sensor.bands) {
        const auto image = listed_image(product.images, band.file);
        if (image.empty()) continue;
        const auto file = image_at(folder + "/" + image);
        if (file.empty())
            throw DataError(fmt::format(
                "{} has no {}.jp2, though its metadata lists it; the copy is not whole, get it again", folder, image));
        check_cells(file);
        const double offset = doubtful ? 0 : offset_of(product, band, metadata);
        add_band(scene, sensor, band, file, 1 / product.quantification, offset / product.quantification);
    }
    for (const auto& quality : sensor.quality) {
        const auto image = listed_image(product.images, quality.file);
        const auto file = image.empty() ? quality_image(folder, granule, quality.file) : image_at(folder + "/" + image);
        if (!file.empty()) add_quality(scene, quality, file);
        else if (!image.empty())
            throw DataError(fmt::format(
                "{} has no {}.jp2, though its metadata lists it; the copy is not whole, get it again", folder, image));
    }
    if (doubtful) settle_offset(scene, product, sensor, metadata);
    complete(scene);
    return {std::move(scene)};
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "scene_safe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <ranges>

#include "linmu/core/error.hpp"
#include "sensor.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

/// With the extension it has on the disk, or "".
std::string image_on_disk(const fs::path& name) {
    for (const char* extension : {".jp2", ".tif"}) {
        const auto path = name.string() + extension;
        if (fs::exists(path)) return path;
    }
    return {};
}

std::string ending(const SensorBand& band, int resolution) { return fmt::format("_{}_{}m", band.file, resolution); }

/// Images that no metadata lists, as some tools leave the list out.
std::vector<std::string> images_below(const fs::path& folder) {
    std::vector<std::string> images;
    for (const auto& path : expand_pattern((folder / "GRANULE/*/IMG_DATA/R*m/*_*m.*").string())) {
        images.push_back(fs::path(path).lexically_relative(folder).replace_extension().generic_string());
    }
    return images;
}

/// The band's finest image; "" when the product does not list the band.
std::string listed_image(const SafeProduct& product, const SensorBand& band) {
    for (const int resolution : {10, 20, 60}) {
        const auto wanted = ending(band, resolution);
        const auto it =
            std::ranges::find_if(product.images, [&](const auto& image) { return image.ends_with(wanted); });
        if (it != product.images.end()) return *it;
    }
    return {};
}

std::string find_safe_tile(const fs::path& folder) {
    const auto found = expand_pattern((folder / "GRANULE/*/MTD_TL.xml").string());
    if (found.empty())
        throw DataError(
            fmt::format("{} has no GRANULE/*/MTD_TL.xml; the copy is not whole, get it again", folder.string()));
    if (found.size() > 1)
        throw DataError(
            fmt::format("{} holds {} granules; only products of one tile are read", folder.string(), found.size()));
    return found.front();
}

double offset_of(const SafeProduct& product, const SensorBand& band, const std::string& path) {
    if (product.offsets.empty() || band.kind == BandKind::code) return 0;
    const auto it = product.offsets.find(band.band_id);
    if (it == product.offsets.end())
        throw DataError(fmt::format("{} has no BOA_ADD_OFFSET for band_id {} ({})", path, band.band_id, band.file));
    return it->second;
}

std::string offset_note(const SafeProduct& product, const std::string& path) {
    const auto name = fs::path(path).filename().string();
    if (product.offsets.empty()) return fmt::format("no BOA_ADD_OFFSET in {} (baseline {}): 0", name, product.baseline);
    const auto [least, most] = std::ranges::minmax(product.offsets | std::views::values);
    if (least == most) return fmt::format("BOA_ADD_OFFSET {} in {}", least, name);
    return fmt::format("BOA_ADD_OFFSET {} to {} by band in {}", least, most, name);
}

}  // namespace

std::string find_safe_product(const std::string& folder) {
    for (const char* name : {"MTD_MSIL2A.xml", "MTD_MSIL2a.xml"}) {
        const auto path = fs::path(folder) / name;
        if (fs::is_regular_file(path)) return path.string();
    }
    return {};
}

Scene read_safe(const std::string& folder) {
    const auto path = find_safe_product(folder);
    auto product = parse_safe_product(path);
    const auto tile = parse_safe_tile(find_safe_tile(folder));
    const auto& sensor = sentinel2_l2a();
    if (product.images.empty()) product.images = images_below(folder);

    Scene scene;
    scene.path = folder;
    const auto name = fs::path(folder).lexically_normal();
    scene.id = (name.has_filename() ? name : name.parent_path()).stem().string();
    scene.layout = "SAFE";
    scene.platform = product.platform;
    scene.baseline = product.baseline;
    scene.tile = product.tile;
    scene.acquired = product.start_time;
    scene.date = parse_date(product.start_time);
    scene.relative_orbit = product.relative_orbit;
    scene.sun_zenith = tile.sun_zenith;
    scene.sun_azimuth = tile.sun_azimuth;
    scene.cloud_percent = product.cloud_percent;
    scene.offset_note = offset_note(product, path);
    for (const auto& band : sensor.bands) {
        const auto image = listed_image(product, band);
        if (image.empty()) continue;
        const auto file = image_on_disk(fs::path(folder) / image);
        if (file.empty())
            throw DataError(fmt::format(
                "{} has no {}.jp2, though its metadata lists it; the copy is not whole, get it again", folder, image));
        scene.bands.push_back(
            scene_pick(scene, sensor, band, file, product.quantification, offset_of(product, band, path)));
    }
    scene.grid = finest_grid(scene.bands, folder);
    return scene;
}

}  // namespace linmu

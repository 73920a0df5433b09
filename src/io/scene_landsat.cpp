// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "landsat_metadata.hpp"
#include "linmu/core/error.hpp"
#include "scene_layouts.hpp"
#include "sensor.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

constexpr const char* contents = "PRODUCT_CONTENTS";
constexpr const char* image = "IMAGE_ATTRIBUTES";
constexpr const char* reflectance = "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS";

/// "LANDSAT_8 OLI_TIRS L2SP C02".
std::string identity_of(const LandsatMetadata& mtl) {
    if (!mtl.has_group(contents)) {
        // Collection 1 and before keep these elsewhere.
        for (const char* group : {"METADATA_FILE_INFO", "PRODUCT_METADATA"}) {
            if (const auto collection = mtl.find(group, "COLLECTION_NUMBER")) return "collection " + *collection;
        }
        return "a product before Collection 1";
    }
    return fmt::format("{} {} {} C{}", mtl.text(image, "SPACECRAFT_ID"), mtl.text(image, "SENSOR_ID"),
                       mtl.text(contents, "PROCESSING_LEVEL"), mtl.text(contents, "COLLECTION_NUMBER"));
}

/// "Landsat 8" of "LANDSAT_8".
std::string platform_name(const std::string& id) { return "Landsat " + id.substr(id.find('_') + 1); }

/// A file of the product by how its name ends: "SR_B4" is <product>_SR_B4.TIF; "" when it was not brought along.
std::string file_of(const LandsatMetadata& mtl, const std::string& ending) {
    const auto folder = fs::path(mtl.path()).parent_path().string();
    const auto name = mtl.text(contents, "LANDSAT_PRODUCT_ID") + "_" + ending;
    for (const char* extension : {".TIF", ".tif"}) {
        const auto path = fmt::format("{}/{}{}", folder, name, extension);
        if (file_exists(path)) return path;
    }
    return {};
}

void add_reflectance(Scene& scene, const Sensor& sensor, const SensorBand& band, const std::string& path,
                     const LandsatMetadata& mtl) {
    const auto of_band = [&](const char* what) { return fmt::format("REFLECTANCE_{}_BAND_{}", what, band.band_id); };
    if (band.band_id < 0 || !mtl.find(reflectance, of_band("MULT"))) return add_band(scene, sensor, band, path);
    const double scale = mtl.number(reflectance, of_band("MULT"));
    const double offset = mtl.number(reflectance, of_band("ADD"));
    scene.offset_note = fmt::format("reflectance = stored * {} {:+}, as the MTL file says", scale, offset);
    add_band(scene, sensor, band, path, scale, offset);
}

}  // namespace

std::vector<Scene> read_landsat(const std::string& file) {
    const auto mtl = LandsatMetadata::read(file);
    const auto& sensor = sensor_for("landsat", identity_of(mtl), file);
    Scene scene = scene_of(sensor, "landsat", fs::path(file).parent_path().string(), file);
    scene.id = mtl.text(contents, "LANDSAT_PRODUCT_ID");
    scene.platform = platform_name(mtl.text(image, "SPACECRAFT_ID"));
    const auto tier = mtl.text(contents, "COLLECTION_CATEGORY");
    scene.baseline = mtl.text(contents, "COLLECTION_NUMBER") + " " + tier;
    scene.version = mtl.find("LEVEL2_PROCESSING_RECORD", "DATE_PRODUCT_GENERATED").value_or("");
    const int path = static_cast<int>(mtl.number(image, "WRS_PATH")),
              row = static_cast<int>(mtl.number(image, "WRS_ROW"));
    scene.tile = fmt::format("{:03}{:03}", path, row);
    scene.track = fmt::format("P{:03}", path);
    scene.acquired = fmt::format("{}T{}", mtl.text(image, "DATE_ACQUIRED"), mtl.text(image, "SCENE_CENTER_TIME"));
    scene.date = parse_date(scene.acquired);
    scene.sun = {90 - mtl.number(image, "SUN_ELEVATION"), mtl.number(image, "SUN_AZIMUTH")};
    if (scene.sun.azimuth < 0) scene.sun.azimuth += 360;
    scene.cloud_percent = mtl.number(image, "CLOUD_COVER");
    if (!sensor.categories.empty() && std::ranges::find(sensor.categories, tier) == sensor.categories.end())
        scene.unwanted = fmt::format("tier {}, which is not placed well enough to be compared", tier);
    scene.offset_note =
        fmt::format("reflectance = stored * {} {:+}, as data/sensors says", sensor.scale, sensor.offset);
    for (const auto& band : sensor.bands) {
        if (const auto found = file_of(mtl, band.file); !found.empty())
            add_reflectance(scene, sensor, band, found, mtl);
    }
    for (const auto& quality : sensor.quality) {
        if (const auto found = file_of(mtl, quality.file); !found.empty()) add_quality(scene, quality, found);
    }
    complete(scene);
    return {std::move(scene)};
}

}  // namespace linmu

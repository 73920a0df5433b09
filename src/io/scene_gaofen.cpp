// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <numbers>
#include <pugixml.hpp>

#include "linmu/core/error.hpp"
#include "scene_layouts.hpp"
#include "sensor.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

constexpr const char* panchromatic = "PAN";

/// The product's XML: flat, elements are asked for by name.
class Product {
public:
    explicit Product(const std::string& path) : path_(path) {
        const auto read = document_.load_string(read_whole_file(path).c_str());
        if (!read)
            throw DataError(
                fmt::format("{} cannot be read as XML: {} at byte {}", path, read.description(), read.offset));
    }
    [[nodiscard]] bool has(const char* name) const { return !text_or(name, "").empty(); }
    [[nodiscard]] std::string text_or(const char* name, const std::string& fallback) const {
        const auto node = document_.select_node(fmt::format("//{}", name).c_str()).node();
        const std::string value = node.text().get();
        return value.empty() ? fallback : value;
    }
    [[nodiscard]] std::string text(const char* name) const {
        if (!has(name)) throw DataError(fmt::format("{} has no {}", path_, name));
        return text_or(name, "");
    }
    [[nodiscard]] double number(const char* name) const {
        const auto value = text(name);
        char* end = nullptr;
        const double number = std::strtod(value.c_str(), &end);
        if (end == value.c_str()) throw DataError(fmt::format("{}: {} is '{}', not a number", path_, name, value));
        return number;
    }
    [[nodiscard]] Point centre() const {
        Point sum{0, 0};
        for (const char* corner : {"TopLeft", "TopRight", "BottomLeft", "BottomRight"}) {
            sum.x += number(fmt::format("{}Longitude", corner).c_str()) / 4;
            sum.y += number(fmt::format("{}Latitude", corner).c_str()) / 4;
        }
        return sum;
    }

private:
    std::string path_;
    pugi::xml_document document_;
};

/// Times are of Beijing in products, "2025-05-20 11:02:33"; universal time is eight hours before.
std::string universal_time(const std::string& text, const std::string& where) {
    if (text.size() < 19) throw DataError(fmt::format("{}: '{}' is no time, as 2025-05-20 11:02:33 is", where, text));
    const auto date = parse_date(text);
    const int hour = std::atoi(text.substr(11, 2).c_str()) - 8;
    return fmt::format("{}T{:02}{}Z", to_string(days_after(date, hour < 0 ? -1 : 0)), hour < 0 ? hour + 24 : hour,
                       text.substr(13, 6));
}

/// The tag SolarZenith holds the elevation in some products: what agrees with the sun's place at that time is taken.
SunAngles sun_of(const Product& product, const std::string& acquired) {
    const auto place = product.centre();
    const auto computed = sun_position(acquired, place.x, place.y);
    const double told = product.number("SolarZenith");
    const bool elevation = std::abs(90 - told - computed.zenith) < std::abs(told - computed.zenith);
    return {elevation ? 90 - told : told, product.number("SolarAzimuth")};
}

/// The image beside the XML: the same name, or that of the other camera of the product ("-MSS1", "-PAN1"). "" when it is not there.
std::string image_of(const std::string& xml, const std::string& part) {
    const fs::path path(xml);
    const auto folder = path.parent_path().string();
    const auto stem = path.stem().string();
    const auto dash = stem.rfind('-');
    for (const auto& name : names_in(folder)) {
        const fs::path file(name);
        if (file.extension() != ".tiff" && file.extension() != ".tif") continue;
        const auto other = file.stem().string();
        const bool same_product = dash == std::string::npos ? other == stem : other.starts_with(stem.substr(0, dash));
        if (same_product && (part.empty() ? other == stem : other.find("-" + part) != std::string::npos))
            return folder + "/" + name;
    }
    return {};
}

void add_radiance(Scene& scene, const Sensor& sensor, const SensorBand& band, const std::string& image,
                  const Calibration& calibration) {
    const auto i = static_cast<std::size_t>(band.number - 1);
    if (i >= calibration.gains.size())
        throw DataError(fmt::format("data/calibration/gaofen.toml has {} gains for {}, none for band {} ({})",
                                    calibration.gains.size(), calibration.camera, band.number, band.alias));
    const double distance = sun_distance(scene.acquired);
    const double to_reflectance = std::numbers::pi * distance * distance /
                                  (calibration.irradiance[i] * std::cos(scene.sun.zenith * std::numbers::pi / 180));
    add_band(scene, sensor, band, image, calibration.gains[i] * to_reflectance,
             calibration.offsets[i] * to_reflectance);
}

}  // namespace

bool is_gaofen_metadata(const std::string& file) {
    // The panchromatic image of a product is a band of its multispectral scene.
    if (fs::path(file).stem().string().find("-PAN") != std::string::npos) return false;
    const auto text = read_whole_file(file);
    return text.find("<ProductMetaData") != std::string::npos && text.find("<SatelliteID>GF") != std::string::npos;
}

std::vector<Scene> read_gaofen(const std::string& file) {
    const Product product(file);
    const auto camera = product.text("SatelliteID") + " " + product.text("SensorID");
    const auto& sensor = sensor_for("gaofen", camera, file);
    Scene scene = scene_of(sensor, "gaofen", fs::path(file).parent_path().string(), file);
    scene.id = fs::path(file).stem().string();
    scene.platform = product.text("SatelliteID");
    scene.baseline = product.text_or("ProductLevel", "");
    scene.version = product.text_or("ProduceTime", scene.id);
    scene.tile = scene.id;  // strips of one scene lie beside one another
    scene.track = product.text("SensorID");
    scene.acquired = universal_time(product.text_or("CenterTime", product.text_or("ReceiveTime", "")), file);
    scene.date = parse_date(scene.acquired);
    scene.sun = sun_of(product, scene.acquired);
    scene.cloud_percent = product.has("CloudPercent") ? product.number("CloudPercent") : -1;
    scene.raw_geometry = scene.baseline.find("1A") != std::string::npos;
    for (const auto& band : sensor.bands) {
        const auto image = image_of(file, band.file);
        if (image.empty()) continue;
        const bool pan = band.file == panchromatic;
        const auto calibration = calibration_of(pan ? camera + " PAN" : camera, scene.date.year);
        add_radiance(scene, sensor, band, image, calibration);
        if (!pan) scene.offset_note = fmt::format("coefficients of {} for {}", calibration.year, calibration.camera);
    }
    complete(scene);
    return {std::move(scene)};
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numbers>
#include <pugixml.hpp>
#include <sstream>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "scene_safe.hpp"
#include "vsi_files.hpp"

namespace linmu {
namespace {

/// A metadata file whose elements are asked for by name, wherever they stand: their place moved between baselines.
class Metadata {
public:
    explicit Metadata(const std::string& path) : path_(path) {
        const auto read = document_.load_string(read_whole_file(path).c_str());
        if (!read)
            throw DataError(
                fmt::format("{} cannot be read as XML: {} at byte {}", path, read.description(), read.offset));
    }
    [[nodiscard]] pugi::xml_node find(const std::string& name) const {
        return document_.select_node(fmt::format("//*[local-name()='{}']", name).c_str()).node();
    }
    [[nodiscard]] pugi::xpath_node_set all(const std::string& name) const {
        return document_.select_nodes(fmt::format("//*[local-name()='{}']", name).c_str());
    }
    [[nodiscard]] std::string text(const std::string& name) const {
        const std::string value = find(name).child_value();
        if (value.empty()) throw DataError(fmt::format("{} has no {}", path_, name));
        return value;
    }
    [[nodiscard]] double number(const std::string& name) const { return to_number(text(name), name); }
    [[nodiscard]] double to_number(const std::string& text, const std::string& name) const {
        double value = 0;
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, value);
        if (error != std::errc() || stop != end)
            throw DataError(fmt::format("{}: {} is '{}', not a number", path_, name, text));
        return value;
    }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
    pugi::xml_document document_;
};

std::map<int, double> offsets_of(const Metadata& xml, const char* element) {
    std::map<int, double> offsets;
    for (const auto& item : xml.all(element))
        offsets[item.node().attribute("band_id").as_int(-1)] = xml.to_number(item.node().child_value(), element);
    return offsets;
}

std::vector<std::string> images_of(const Metadata& xml) {
    std::vector<std::string> images;
    for (const auto& item : xml.all("IMAGE_FILE")) images.emplace_back(item.node().child_value());
    return images;
}

/// "33SVB" of ..._T33SVB_...
std::string tile_of(const std::string& name) {
    for (std::size_t at = name.find("_T"); at != std::string::npos; at = name.find("_T", at + 1)) {
        const auto tile = name.substr(at + 2, 5);
        const bool digits = tile.size() == 5 && std::isdigit(static_cast<unsigned char>(tile[0])) != 0 &&
                            std::isdigit(static_cast<unsigned char>(tile[1])) != 0;
        if (digits && (at + 7 == name.size() || name[at + 7] == '_' || name[at + 7] == '.')) return tile;
    }
    return {};
}

/// Mean of the values of an angle grid; of directions, as 359 and 1 mean 0.
double mean_direction(const pugi::xml_node& grid) {
    double north = 0, east = 0;
    for (const auto& row : grid.child("Values_List").children("VALUES")) {
        std::istringstream words(row.child_value());
        for (std::string word; words >> word;) {
            const double degrees = std::strtod(word.c_str(), nullptr);
            if (std::isnan(degrees)) continue;
            north += std::cos(degrees * std::numbers::pi / 180);
            east += std::sin(degrees * std::numbers::pi / 180);
        }
    }
    if (north == 0 && east == 0) return std::nan("");
    const double mean = std::atan2(east, north) * 180 / std::numbers::pi;
    return mean < 0 ? mean + 360 : mean;
}

/// Some products have NaN for the mean: then it is taken from the grid.
double sun_angle(const Metadata& xml, const char* element, const char* grid) {
    const auto mean = xml.find("Mean_Sun_Angle").child(element).text().as_double(std::nan(""));
    const auto angle = std::isnan(mean) ? mean_direction(xml.find("Sun_Angles_Grid").child(grid)) : mean;
    if (std::isnan(angle))
        throw DataError(fmt::format("{} does not say where the sun stood ({} of Mean_Sun_Angle)", xml.path(), element));
    return angle;
}

}  // namespace

SafeProduct parse_safe_product(const std::string& path) {
    const Metadata xml(path);
    if (xml.find("TILE_ID") && !xml.find("PRODUCT_START_TIME")) {
        throw DataError(fmt::format(
            "{} is the metadata of a tile, as MTD_TL.xml has it, not of a product; get the product's own", path));
    }
    SafeProduct product;
    product.start_time = xml.text("PRODUCT_START_TIME");
    product.baseline = xml.text("PROCESSING_BASELINE");
    product.platform = xml.text("SPACECRAFT_NAME");
    product.relative_orbit = static_cast<int>(xml.number("SENSING_ORBIT_NUMBER"));
    product.generated = xml.find("GENERATION_TIME").child_value();
    const bool surface = static_cast<bool>(xml.find("BOA_QUANTIFICATION_VALUE"));
    const auto* const quantification = surface ? "BOA_QUANTIFICATION_VALUE" : "QUANTIFICATION_VALUE";
    product.level = surface ? "Level-2A" : "Level-1C";
    product.offset_element = surface ? "BOA_ADD_OFFSET" : "RADIO_ADD_OFFSET";
    product.quantification = xml.number(quantification);
    if (product.quantification <= 0)
        throw DataError(fmt::format("{}: {} is {}", path, quantification, product.quantification));
    if (xml.find("Cloud_Coverage_Assessment")) product.cloud_percent = xml.number("Cloud_Coverage_Assessment");
    product.offsets = offsets_of(xml, product.offset_element.c_str());
    product.images = images_of(xml);
    product.tile = tile_of(xml.text("PRODUCT_URI"));
    if (product.tile.empty()) throw DataError(fmt::format("{}: PRODUCT_URI names no tile", path));
    return product;
}

SafeTile parse_safe_tile(const std::string& path) {
    const Metadata xml(path);
    SafeTile tile;
    tile.grid.crs = parse_crs(xml.text("HORIZONTAL_CS_CODE")).id;
    const auto of_10_m = [&](const char* name) {
        for (const auto& item : xml.all(name)) {
            if (item.node().attribute("resolution").as_int() == 10) return item.node();
        }
        throw DataError(fmt::format("{} has no {} of resolution 10", path, name));
    };
    const auto number = [&](const pugi::xml_node& node, const char* name) {
        return xml.to_number(node.child_value(name), name);
    };
    const auto size = of_10_m("Size");
    const auto place = of_10_m("Geoposition");
    tile.grid.rows = static_cast<int>(number(size, "NROWS"));
    tile.grid.cols = static_cast<int>(number(size, "NCOLS"));
    tile.grid.x0 = number(place, "ULX");
    tile.grid.y0 = number(place, "ULY");
    tile.grid.cell_x = number(place, "XDIM");
    tile.grid.cell_y = -number(place, "YDIM");
    tile.sun_zenith = sun_angle(xml, "ZENITH_ANGLE", "Zenith");
    tile.sun_azimuth = sun_angle(xml, "AZIMUTH_ANGLE", "Azimuth");
    return tile;
}

}  // namespace linmu

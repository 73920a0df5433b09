// SPDX-License-Identifier: MIT
#include "landsat_mtl.hpp"

#include <fmt/format.h>

#include <array>

namespace linmu::demo {
namespace {

struct Entry {
    std::string key, value;
    bool quoted = false;
};
struct Group {
    std::string name;
    std::vector<Entry> entries;

    void text(const std::string& key, const std::string& value) { entries.push_back({key, value, true}); }
    void plain(const std::string& key, const std::string& value) { entries.push_back({key, value, false}); }
};

struct FileName {
    const char* key;
    const char* ending;
    const char* type;
};
constexpr std::array<FileName, 7> thermal_files{{{"THERMAL_RADIANCE", "ST_TRAD", "INT16"},
                                                 {"UPWELL_RADIANCE", "ST_URAD", "INT16"},
                                                 {"DOWNWELL_RADIANCE", "ST_DRAD", "INT16"},
                                                 {"ATMOSPHERIC_TRANSMITTANCE", "ST_ATRAN", "INT16"},
                                                 {"EMISSIVITY", "ST_EMIS", "INT16"},
                                                 {"EMISSIVITY_STDEV", "ST_EMSD", "INT16"},
                                                 {"CLOUD_DISTANCE", "ST_CDIST", "INT16"}}};
constexpr std::array<FileName, 1> oli_files{{{"QUALITY_L2_AEROSOL", "SR_QA_AEROSOL", "UINT8"}}};
constexpr std::array<FileName, 2> tm_files{{{"ATMOSPHERIC_OPACITY", "SR_ATMOS_OPACITY", "INT16"},
                                            {"QUALITY_L2_SURFACE_REFLECTANCE_CLOUD", "SR_CLOUD_QA", "UINT8"}}};
constexpr std::array<FileName, 3> quality_files{{{"QUALITY_L2_SURFACE_TEMPERATURE", "ST_QA", "INT16"},
                                                 {"QUALITY_L1_PIXEL", "QA_PIXEL", "UINT16"},
                                                 {"QUALITY_L1_RADIOMETRIC_SATURATION", "QA_RADSAT", "UINT16"}}};

std::vector<FileName> files_of(const LandsatProduct& p) {
    std::vector<FileName> files(thermal_files.begin(), thermal_files.end());
    if (p.oli()) files.insert(files.end(), oli_files.begin(), oli_files.end());
    else files.insert(files.end(), tm_files.begin(), tm_files.end());
    files.insert(files.end(), quality_files.begin(), quality_files.end());
    return files;
}

Group contents(const LandsatProduct& p) {
    Group g{"PRODUCT_CONTENTS", {}};
    g.text("ORIGIN", "Image courtesy of the U.S. Geological Survey");
    g.text("DIGITAL_OBJECT_IDENTIFIER",
           p.oli() ? "https://doi.org/10.5066/P9OGBGM6" : "https://doi.org/10.5066/P9C7I13B");
    g.text("LANDSAT_PRODUCT_ID", p.id);
    g.text("PROCESSING_LEVEL", "L2SP");
    g.plain("COLLECTION_NUMBER", "02");
    g.text("COLLECTION_CATEGORY", "T1");
    g.text("OUTPUT_FORMAT", "GEOTIFF");
    const auto file = [&](const std::string& key, const std::string& ending) {
        g.text("FILE_NAME_" + key, p.id + "_" + ending);
    };
    for (const auto& b : p.bands) file("BAND_" + b, fmt::format("SR_B{}.TIF", b));
    file("BAND_ST_" + p.thermal, fmt::format("ST_{}.TIF", p.thermal));
    for (const auto& f : files_of(p)) file(f.key, fmt::format("{}.TIF", f.ending));
    file("ANGLE_COEFFICIENT", "ANG.txt");
    file("METADATA_ODL", "MTL.txt");
    file("METADATA_XML", "MTL.xml");
    for (const auto& b : p.bands) g.text("DATA_TYPE_BAND_" + b, "UINT16");
    g.text("DATA_TYPE_BAND_ST_" + p.thermal, "UINT16");
    for (const auto& f : files_of(p)) g.text(fmt::format("DATA_TYPE_{}", f.key), f.type);
    return g;
}

Group image(const LandsatProduct& p) {
    Group g{"IMAGE_ATTRIBUTES", {}};
    g.text("SPACECRAFT_ID", p.spacecraft);
    g.text("SENSOR_ID", p.instrument);
    g.plain("WRS_TYPE", "2");
    g.plain("WRS_PATH", "125");
    g.plain("WRS_ROW", p.oli() ? "34" : "034");
    if (p.oli()) {
        g.text("NADIR_OFFNADIR", "NADIR");
        g.plain("TARGET_WRS_PATH", "125");
        g.plain("TARGET_WRS_ROW", "34");
    }
    g.plain("DATE_ACQUIRED", to_string(p.date));
    g.text("SCENE_CENTER_TIME", "03:01:12.7182959Z");
    g.text("STATION_ID", "LGN");
    g.plain("CLOUD_COVER", fmt::format("{:.2f}", p.cloud_percent));
    g.plain("CLOUD_COVER_LAND", fmt::format("{:.2f}", p.cloud_percent));
    g.plain(p.oli() ? "IMAGE_QUALITY_OLI" : "IMAGE_QUALITY", "9");
    if (p.oli()) g.plain("IMAGE_QUALITY_TIRS", "9");
    for (const auto& b : p.bands) g.text("SATURATION_BAND_" + b, "N");
    if (p.oli()) g.plain("ROLL_ANGLE", "-0.001");
    g.plain("SUN_AZIMUTH", fmt::format("{:.8f}", p.sun.azimuth));
    g.plain("SUN_ELEVATION", fmt::format("{:.8f}", 90 - p.sun.zenith));
    g.plain("EARTH_SUN_DISTANCE", fmt::format("{:.7f}", p.sun_distance));
    if (!p.oli()) {
        g.text("SENSOR_MODE", p.instrument == "ETM" ? "BUMPER" : "SAM");
        g.text("SENSOR_MODE_SLC", p.slc_off ? "OFF" : "ON");
        g.text("SENSOR_ANOMALIES", "NONE");
    }
    return g;
}

Group projection(const LandsatProduct& p) {
    Group g{"PROJECTION_ATTRIBUTES", {}};
    g.text("MAP_PROJECTION", "UTM");
    g.text("DATUM", "WGS84");
    g.text("ELLIPSOID", "WGS84");
    g.plain("UTM_ZONE", "49");
    g.plain("GRID_CELL_SIZE_REFLECTIVE", "30.00");
    g.plain("GRID_CELL_SIZE_THERMAL", "30.00");
    for (const char* kind : {"REFLECTIVE", "THERMAL"}) {
        g.plain(fmt::format("{}_LINES", kind), std::to_string(p.grid.rows));
        g.plain(fmt::format("{}_SAMPLES", kind), std::to_string(p.grid.cols));
    }
    g.text("ORIENTATION", "NORTH_UP");
    constexpr std::array corner_names{"UL", "UR", "LL", "LR"};
    for (std::size_t i = 0; i < corner_names.size(); ++i) {
        g.plain(fmt::format("CORNER_{}_LAT_PRODUCT", corner_names[i]), fmt::format("{:.5f}", p.corners[i].y));
        g.plain(fmt::format("CORNER_{}_LON_PRODUCT", corner_names[i]), fmt::format("{:.5f}", p.corners[i].x));
    }
    // Of the middles of the corner cells, not of the image's edge.
    for (std::size_t i = 0; i < corner_names.size(); ++i) {
        const double x = p.grid.x(i % 2 == 0 ? 0.5 : p.grid.cols - 0.5);
        const double y = p.grid.y(i < 2 ? 0.5 : p.grid.rows - 0.5);
        g.plain(fmt::format("CORNER_{}_PROJECTION_X_PRODUCT", corner_names[i]), fmt::format("{:.3f}", x));
        g.plain(fmt::format("CORNER_{}_PROJECTION_Y_PRODUCT", corner_names[i]), fmt::format("{:.3f}", y));
    }
    return g;
}

Group record(const LandsatProduct& p) {
    Group g{"LEVEL2_PROCESSING_RECORD", {}};
    g.text("ORIGIN", "Image courtesy of the U.S. Geological Survey");
    g.text("REQUEST_ID", "practice");
    g.text("LANDSAT_PRODUCT_ID", p.id);
    g.text("PROCESSING_LEVEL", "L2SP");
    g.text("OUTPUT_FORMAT", "GEOTIFF");
    g.plain("DATE_PRODUCT_GENERATED", to_string(p.generated) + "T11:05:47Z");
    g.text("PROCESSING_SOFTWARE_VERSION", "LPGS_15.4.0");
    g.text("ALGORITHM_SOURCE_SURFACE_REFLECTANCE", p.oli() ? "LaSRC_1.5.0" : "LEDAPS_3.4.0");
    g.text("ALGORITHM_SOURCE_SURFACE_TEMPERATURE", "st_1.3.0");
    return g;
}

Group reflectance(const LandsatProduct& p) {
    Group g{"LEVEL2_SURFACE_REFLECTANCE_PARAMETERS", {}};
    for (const auto& b : p.bands) {
        g.plain("REFLECTANCE_MAXIMUM_BAND_" + b, "1.602213");
        g.plain("REFLECTANCE_MINIMUM_BAND_" + b, "-0.199972");
    }
    for (const auto& b : p.bands) {
        g.plain("QUANTIZE_CAL_MAX_BAND_" + b, "65535");
        g.plain("QUANTIZE_CAL_MIN_BAND_" + b, "1");
    }
    for (const auto& b : p.bands) g.plain("REFLECTANCE_MULT_BAND_" + b, "2.75e-05");
    for (const auto& b : p.bands) g.plain("REFLECTANCE_ADD_BAND_" + b, "-0.2");
    return g;
}

Group temperature(const LandsatProduct& p) {
    Group g{"LEVEL2_SURFACE_TEMPERATURE_PARAMETERS", {}};
    const auto put = [&](const char* key, const char* value) {
        g.plain(fmt::format("{}_BAND_ST_{}", key, p.thermal), value);
    };
    put("TEMPERATURE_MAXIMUM", "372.999941");
    put("TEMPERATURE_MINIMUM", "149.003418");
    put("QUANTIZE_CAL_MAXIMUM", "65535");
    put("QUANTIZE_CAL_MINIMUM", "1");
    put("TEMPERATURE_MULT", "0.00341802");
    put("TEMPERATURE_ADD", "149.0");
    return g;
}

/// Level 1 has keys of the same names with other values: a reader must know the group.
Group level1(const LandsatProduct& p) {
    Group g{"LEVEL1_RADIOMETRIC_RESCALING", {}};
    for (const auto& b : p.bands) g.plain("REFLECTANCE_MULT_BAND_" + b, "2.0000E-05");
    for (const auto& b : p.bands) g.plain("REFLECTANCE_ADD_BAND_" + b, "-0.100000");
    return g;
}

std::vector<Group> groups_of(const LandsatProduct& p) {
    return {contents(p), image(p), projection(p), record(p), reflectance(p), temperature(p), level1(p)};
}

}  // namespace

std::string mtl_text(const LandsatProduct& product) {
    std::string out = "GROUP = LANDSAT_METADATA_FILE\n";
    for (const auto& group : groups_of(product)) {
        out += fmt::format("  GROUP = {}\n", group.name);
        for (const auto& e : group.entries) {
            out += e.quoted ? fmt::format("    {} = \"{}\"\n", e.key, e.value)
                            : fmt::format("    {} = {}\n", e.key, e.value);
        }
        out += fmt::format("  END_GROUP = {}\n", group.name);
    }
    return out + "END_GROUP = LANDSAT_METADATA_FILE\nEND\n";
}

std::string mtl_xml(const LandsatProduct& product) {
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LANDSAT_METADATA_FILE>\n";
    for (const auto& group : groups_of(product)) {
        out += fmt::format("  <{}>\n", group.name);
        for (const auto& e : group.entries) out += fmt::format("    <{0}>{1}</{0}>\n", e.key, e.value);
        out += fmt::format("  </{}>\n", group.name);
    }
    return out + "</LANDSAT_METADATA_FILE>\n";
}

}  // namespace linmu::demo

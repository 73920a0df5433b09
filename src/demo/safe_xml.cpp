// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>

#include "safe_writer.hpp"
#include "sensor_bands.hpp"

namespace linmu::demo {
namespace {

constexpr int orbit = 75;

std::string compact(const Date& d, const char* time) {
    return fmt::format("{:04}{:02}{:02}T{}", d.year, d.month, d.day, time);
}

std::string images(const ProductNames& names, const Delivery& delivery) {
    std::string out;
    if (delivery.level1) {
        for (const auto& band : l1c_bands())
            out += fmt::format("            <IMAGE_FILE>{}</IMAGE_FILE>\n", level1_path(names, band.name));
        return out;
    }
    const auto add = [&](const char* band, int resolution) {
        out += fmt::format("            <IMAGE_FILE>{}</IMAGE_FILE>\n", image_path(names, band, resolution));
    };
    for (std::size_t b = 0; b < scene_bands; ++b) add(band_names[b], is_fine_band(b) ? 10 : 20);
    add("SCL", 20);
    return out;
}

/// Of level 2A ("BOA") or 1C ("RADIO"), which call them otherwise.
std::string offsets(const Delivery& delivery) {
    const bool top = delivery.level1;
    const auto list = top ? "Radiometric_Offset_List" : "BOA_ADD_OFFSET_VALUES_LIST";
    std::string out = fmt::format("      <{}>\n", list);
    for (int band = 0; band < 13; ++band) {
        if (band == delivery.band_without_offset) continue;
        out += top ? fmt::format("        <RADIO_ADD_OFFSET band_id=\"{}\">-1000</RADIO_ADD_OFFSET>\n", band)
                   : fmt::format("        <BOA_ADD_OFFSET band_id=\"{}\">-1000</BOA_ADD_OFFSET>\n", band);
    }
    return out + fmt::format("      </{}>\n", list);
}

std::string quantification(const Delivery& delivery) {
    if (delivery.level1) return "      <QUANTIFICATION_VALUE unit=\"none\">10000</QUANTIFICATION_VALUE>\n";
    return R"(      <QUANTIFICATION_VALUES_LIST>
        <BOA_QUANTIFICATION_VALUE unit="none">10000</BOA_QUANTIFICATION_VALUE>
        <AOT_QUANTIFICATION_VALUE unit="none">1000.0</AOT_QUANTIFICATION_VALUE>
        <WVP_QUANTIFICATION_VALUE unit="cm">1000.0</WVP_QUANTIFICATION_VALUE>
      </QUANTIFICATION_VALUES_LIST>
)";
}

std::string percentages(const SceneContent& c) {
    return fmt::format(
        "      <NODATA_PIXEL_PERCENTAGE>{:.6f}</NODATA_PIXEL_PERCENTAGE>\n"
        "      <CLOUD_SHADOW_PERCENTAGE>{:.6f}</CLOUD_SHADOW_PERCENTAGE>\n"
        "      <VEGETATION_PERCENTAGE>{:.6f}</VEGETATION_PERCENTAGE>\n"
        "      <WATER_PERCENTAGE>{:.6f}</WATER_PERCENTAGE>\n",
        c.unseen, c.shadow, c.vegetation, c.water);
}

/// Over a few kilometres the sun stands still: the 5 km grid holds one value.
std::string angle_grid(const char* name, double degrees) {
    std::string rows;
    for (int r = 0; r < 23; ++r) {
        rows += "            <VALUES>";
        for (int c = 0; c < 23; ++c) rows += fmt::format("{}{:.4f}", c == 0 ? "" : " ", degrees);
        rows += "</VALUES>\n";
    }
    return fmt::format(
        "        <{0}>\n          <COL_STEP unit=\"m\">5000</COL_STEP>\n          <ROW_STEP "
        "unit=\"m\">5000</ROW_STEP>\n"
        "          <Values_List>\n{1}          </Values_List>\n        </{0}>\n",
        name, rows);
}

std::string places(const Grid& grid) {
    std::string out;
    for (const int m : {10, 20, 60}) {
        out += fmt::format(
            "      <Size resolution=\"{}\">\n        <NROWS>{}</NROWS>\n        <NCOLS>{}</NCOLS>\n      </Size>\n", m,
            grid.rows * 10 / m, grid.cols * 10 / m);
    }
    for (const int m : {10, 20, 60}) {
        out += fmt::format(
            "      <Geoposition resolution=\"{0}\">\n        <ULX>{1:.0f}</ULX>\n        <ULY>{2:.0f}</ULY>\n"
            "        <XDIM>{0}</XDIM>\n        <YDIM>-{0}</YDIM>\n      </Geoposition>\n",
            m, grid.x0, grid.y0);
    }
    return out;
}

}  // namespace

ProductNames product_names(const ScenePass& pass, const Delivery& delivery) {
    const char* time = pass.platform == 'A' ? "031051" : "031049";
    const char level = delivery.level1 ? '1' : '2';
    const char step = delivery.level1 ? 'C' : 'A';
    const auto sensed = compact(pass.date, time);
    const auto produced = delivery.produced.empty() ? compact(pass.date, "072318") : delivery.produced + "T072318";
    const int absolute =
        (pass.date.year - 2016) * 5220 + day_of_year(pass.date) * 14 + (pass.platform == 'A' ? 2900 : 0);
    const auto& baseline = delivery.baseline;
    return {.product = fmt::format("S2{}_MSIL{}{}_{}_N{}{}_R{:03}_{}_{}.SAFE", pass.platform, level, step, sensed,
                                   baseline.substr(0, 2), baseline.substr(3), orbit, delivery.tile, produced),
            .granule = fmt::format("L{}{}_{}_A{:06}_{}", level, step, delivery.tile, absolute, sensed),
            .image = fmt::format("{}_{}", delivery.tile, sensed),
            .start = fmt::format("{}T03:10:{}.024Z", to_string(pass.date), pass.platform == 'A' ? "51" : "49"),
            .baseline = baseline,
            .datatake = delivery.tile_in_datatake
                            ? fmt::format("GS2{}_{}_{}_N{}", pass.platform, delivery.tile, sensed, baseline)
                            : fmt::format("GS2{}_{}_{:06}_N{}", pass.platform, sensed, absolute, baseline)};
}

std::string image_path(const ProductNames& names, const std::string& band, int resolution) {
    return fmt::format("GRANULE/{}/IMG_DATA/R{}m/{}_{}_{}m", names.granule, resolution, names.image, band, resolution);
}

std::string level1_path(const ProductNames& names, const std::string& band) {
    return fmt::format("GRANULE/{}/IMG_DATA/{}_{}", names.granule, names.image, band);
}

std::string product_xml(const ProductNames& names, const ScenePass& pass, const Delivery& delivery,
                        const SceneContent& content) {
    return fmt::format(
        R"(<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<n1:Level-{level}_User_Product xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/User_Product_Level-{level}.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <n1:General_Info>
    <Product_Info>
      <PRODUCT_START_TIME>{start}</PRODUCT_START_TIME>
      <PRODUCT_STOP_TIME>{start}</PRODUCT_STOP_TIME>
      <PRODUCT_URI>{uri}</PRODUCT_URI>
      <PROCESSING_LEVEL>Level-{level}</PROCESSING_LEVEL>
      <PRODUCT_TYPE>S2MSI{level}</PRODUCT_TYPE>
      <PROCESSING_BASELINE>{baseline}</PROCESSING_BASELINE>
      <GENERATION_TIME>{day}T07:23:18.000000Z</GENERATION_TIME>
      <Datatake datatakeIdentifier="{datatake}">
        <SPACECRAFT_NAME>Sentinel-2{platform}</SPACECRAFT_NAME>
        <DATATAKE_TYPE>INS-NOBS</DATATAKE_TYPE>
        <DATATAKE_SENSING_START>{start}</DATATAKE_SENSING_START>
        <SENSING_ORBIT_NUMBER>{orbit}</SENSING_ORBIT_NUMBER>
        <SENSING_ORBIT_DIRECTION>DESCENDING</SENSING_ORBIT_DIRECTION>
      </Datatake>
      <Query_Options completeSingleTile="true">
        <PRODUCT_FORMAT>SAFE_COMPACT</PRODUCT_FORMAT>
      </Query_Options>
      <Product_Organisation>
        <Granule_List>
          <Granule granuleIdentifier="S2{platform}_OPER_MSI_L{level}_TL_2APS_{granule}" imageFormat="JPEG2000">
{images}          </Granule>
        </Granule_List>
      </Product_Organisation>
    </Product_Info>
    <Product_Image_Characteristics>
      <Special_Values>
        <SPECIAL_VALUE_TEXT>NODATA</SPECIAL_VALUE_TEXT>
        <SPECIAL_VALUE_INDEX>0</SPECIAL_VALUE_INDEX>
      </Special_Values>
      <Special_Values>
        <SPECIAL_VALUE_TEXT>SATURATED</SPECIAL_VALUE_TEXT>
        <SPECIAL_VALUE_INDEX>65535</SPECIAL_VALUE_INDEX>
      </Special_Values>
{quantification}{offsets}    </Product_Image_Characteristics>
  </n1:General_Info>
  <n1:Quality_Indicators_Info>
    <Cloud_Coverage_Assessment>{cloud:.6f}</Cloud_Coverage_Assessment>
    <Image_Content_QI>
{percentages}    </Image_Content_QI>
  </n1:Quality_Indicators_Info>
</n1:Level-{level}_User_Product>
)",
        fmt::arg("start", names.start), fmt::arg("uri", names.product), fmt::arg("baseline", names.baseline),
        fmt::arg("day", to_string(pass.date)), fmt::arg("platform", pass.platform),
        fmt::arg("datatake", names.datatake), fmt::arg("level", delivery.level1 ? "1C" : "2A"),
        fmt::arg("quantification", quantification(delivery)), fmt::arg("orbit", orbit),
        fmt::arg("granule", names.granule), fmt::arg("images", images(names, delivery)),
        fmt::arg("offsets", delivery.offset != delivery.denies_offset ? offsets(delivery) : std::string()),
        fmt::arg("cloud", content.cloud), fmt::arg("percentages", percentages(content)));
}

std::string tile_xml(const ProductNames& names, const ScenePass& pass, const Delivery& delivery, const Sun& sun,
                     const Grid& grid, const SceneContent& content) {
    return fmt::format(
        R"(<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<n1:Level-{level}_Tile_ID xmlns:n1="https://psd-14.sentinel2.eo.esa.int/PSD/S2_PDI_Level-{level}_Tile_Metadata.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <n1:General_Info>
    <TILE_ID metadataLevel="Brief">S2{platform}_OPER_MSI_L{level}_TL_2APS_{granule}_N{baseline}</TILE_ID>
    <SENSING_TIME metadataLevel="Standard">{start}</SENSING_TIME>
  </n1:General_Info>
  <n1:Geometric_Info>
    <Tile_Geocoding metadataLevel="Brief">
      <HORIZONTAL_CS_NAME>WGS84 / UTM zone {zone}</HORIZONTAL_CS_NAME>
      <HORIZONTAL_CS_CODE>{crs}</HORIZONTAL_CS_CODE>
{places}    </Tile_Geocoding>
    <Tile_Angles metadataLevel="Standard">
      <Sun_Angles_Grid>
{zenith}{azimuth}      </Sun_Angles_Grid>
      <Mean_Sun_Angle>
        <ZENITH_ANGLE unit="deg">{sun_zenith:.6f}</ZENITH_ANGLE>
        <AZIMUTH_ANGLE unit="deg">{sun_azimuth:.6f}</AZIMUTH_ANGLE>
      </Mean_Sun_Angle>
    </Tile_Angles>
  </n1:Geometric_Info>
  <n1:Quality_Indicators_Info metadataLevel="Standard">
    <Image_Content_QI>
      <CLOUDY_PIXEL_PERCENTAGE>{cloud:.6f}</CLOUDY_PIXEL_PERCENTAGE>
{percentages}    </Image_Content_QI>
  </n1:Quality_Indicators_Info>
</n1:Level-{level}_Tile_ID>
)",
        fmt::arg("level", delivery.level1 ? "1C" : "2A"), fmt::arg("zone", delivery.zone),
        fmt::arg("crs", delivery.crs), fmt::arg("platform", pass.platform), fmt::arg("granule", names.granule),
        fmt::arg("baseline", names.baseline), fmt::arg("start", names.start), fmt::arg("places", places(grid)),
        fmt::arg("zenith", angle_grid("Zenith", sun.zenith)), fmt::arg("azimuth", angle_grid("Azimuth", sun.azimuth)),
        fmt::arg("sun_zenith", sun.zenith), fmt::arg("sun_azimuth", sun.azimuth), fmt::arg("cloud", content.cloud),
        fmt::arg("percentages", percentages(content)));
}

}  // namespace linmu::demo

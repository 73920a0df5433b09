// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <string>

#include "linmu/demo/sky.hpp"
#include "sensor_bands.hpp"
#include "sensor_record.hpp"

namespace linmu::demo {

/// What the metadata of a GF-1 or GF-6 product say.
struct GaofenProduct {
    std::string id;         ///< "GF1_WFV1_E113.4_N37.0_20250523_L2A0007654321"
    std::string satellite;  ///< "GF1"
    std::string sensor;     ///< "WFV1"
    std::string level;      ///< "LEVEL2A"
    std::string bands;      ///< "1,2,3,4"
    double gsd = 16;
    int rows = 0, cols = 0;
    Date date;
    Sun sun;
    bool zenith_tag_is_elevation = false;  ///< the trap of some products: SolarZenith holds 90 - zenith
    double roll = 0;                       ///< degrees
    double satellite_zenith = 0;
    std::string projection;      ///< "UTM", or empty of level 1A
    std::vector<Point> corners;  ///< lon, lat: top left, top right, bottom right, bottom left
};
[[nodiscard]] std::string gaofen_xml(const GaofenProduct& product);
/// "GF1_WFV1_E113.4_N37.0_20250523"
[[nodiscard]] std::string gaofen_name(const std::string& sensor, Point middle, const Date& date);
/// What the product's files do not say: gains and what the zenith tag holds.
void tell_radiometry(const GaofenProduct& product, std::span<const SensorBand> bands, Truth& truth);

/// GF-1 WFV of level 1A: the camera's own rows and columns, and the RPC that say where they look.
[[nodiscard]] Truth write_raw_wfv(const Landscape& landscape, const std::filesystem::path& folder,
                                  const ScenePass& pass);

}  // namespace linmu::demo

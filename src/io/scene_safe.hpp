// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <vector>

#include "linmu/io/scene.hpp"

namespace linmu {

/// What MTD_MSIL2A.xml or MTD_MSIL1C.xml says.
struct SafeProduct {
    std::string start_time;  ///< "2023-06-25T23:46:21.024Z"
    std::string level;       ///< "Level-2A"
    std::string baseline;    ///< "05.09"
    std::string generated;   ///< when it was processed
    std::string platform;    ///< "Sentinel-2A"
    std::string tile;        ///< "01WCP"
    int relative_orbit = 0;
    double quantification = 0;
    double cloud_percent = -1;
    std::string offset_element;       ///< "BOA_ADD_OFFSET"
    std::map<int, double> offsets;    ///< stored units by band_id; empty before baseline 04.00
    std::vector<std::string> images;  ///< from the product's folder, without extension
};
/// What MTD_TL.xml says.
struct SafeTile {
    Grid grid;              ///< of 10 m cells
    double sun_zenith = 0;  ///< degrees
    double sun_azimuth = 0;
};
/// Throw DataError that names the file and the element that is missing.
[[nodiscard]] SafeProduct parse_safe_product(const std::string& path);
[[nodiscard]] SafeTile parse_safe_tile(const std::string& path);

/// A .SAFE folder, of level 2A or 1C, on the disk or in a zip.
[[nodiscard]] std::vector<Scene> read_safe(const std::string& metadata);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <vector>

#include "linmu/io/scene.hpp"

namespace linmu {

/// What MTD_MSIL2A.xml says.
struct SafeProduct {
    std::string start_time;  ///< "2023-06-25T23:46:21.024Z"
    std::string baseline;    ///< "05.09"
    std::string platform;    ///< "Sentinel-2A"
    std::string tile;        ///< "01WCP"
    int relative_orbit = 0;
    double quantification = 0;
    double cloud_percent = -1;
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

/// Path of MTD_MSIL2A.xml in a product's folder (some have MTD_MSIL2a.xml), "" when there is none.
[[nodiscard]] std::string find_safe_product(const std::string& folder);
[[nodiscard]] Scene read_safe(const std::string& folder);

}  // namespace linmu

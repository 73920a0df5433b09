// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/core/geometry.hpp"
#include "linmu/core/grid.hpp"
#include "linmu/demo/sky.hpp"

namespace linmu::demo {

/// What the metadata of a Collection 2 level 2 product says.
struct LandsatProduct {
    std::string id;                  ///< "LC08_L2SP_125034_20250525_20250601_02_T1"
    std::string spacecraft;          ///< "LANDSAT_8"
    std::string instrument;          ///< "OLI_TIRS", "ETM", "TM"
    std::vector<std::string> bands;  ///< "1", "2" ... of the surface reflectance
    std::string thermal;             ///< "B10", "B6"
    Date date, generated;
    Sun sun;
    double sun_distance = 1;
    double cloud_percent = 0;
    bool slc_off = false;
    Grid grid;
    std::vector<Point> corners;  ///< lon, lat of the middles of the corner cells: UL, UR, LL, LR
    [[nodiscard]] bool oli() const { return instrument == "OLI_TIRS"; }
};

/// The same groups in the two forms that a product comes with.
[[nodiscard]] std::string mtl_text(const LandsatProduct& product);
[[nodiscard]] std::string mtl_xml(const LandsatProduct& product);

}  // namespace linmu::demo

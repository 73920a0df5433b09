// SPDX-License-Identifier: MIT
#include "linmu/geo/versions.hpp"

#include <geos_c.h>
#include <proj.h>

namespace linmu {

std::vector<std::pair<std::string, std::string>> geo_versions() {
    return {{"PROJ", proj_info().version}, {"GEOS", GEOSversion()}};
}

}  // namespace linmu

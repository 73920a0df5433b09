// SPDX-License-Identifier: MIT
#pragma once
#include <pugixml.hpp>
#include <string>

#include "linmu/io/qgis_project.hpp"

namespace linmu {

/// `<spatialrefsys>` as QGIS reads it: by authority where there is one, else by WKT.
void add_crs(pugi::xml_node parent, const std::string& crs);
/// "ogr" or "gdal".
[[nodiscard]] const char* provider_of(const ProjectLayer& layer);
/// What QGIS opens, relative to the project's folder: "./parcels.gpkg|layername=parcels".
[[nodiscard]] std::string source_of(const ProjectLayer& layer, const std::string& project_path);
/// `<maplayer>` with its renderer. Throws DataError when its style is no QML.
void add_map_layer(pugi::xml_node parent, const ProjectLayer& layer, const std::string& id,
                   const std::string& project_path);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <pugixml.hpp>
#include <string>

#include "linmu/io/qgis_project.hpp"

namespace linmu {

/// A print layout (A4, landscape) that QGIS exports page by page: one for each feature of the atlas's layer, whose id and source in
/// the project are given.
void add_atlas_layout(pugi::xml_node root, const ProjectSpec& project, const ProjectLayer& layer, const std::string& id,
                      const std::string& source);

}  // namespace linmu

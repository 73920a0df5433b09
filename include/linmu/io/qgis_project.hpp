// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "linmu/core/geometry.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/core/legend.hpp"

namespace linmu {

struct ProjectLayer {
    std::string name;      ///< shown: "2025 年地类 Land cover 2025"
    std::string path;      ///< file; stored relative to the project
    std::string table;     ///< layer in a GeoPackage, "" for a raster
    std::string geometry;  ///< "Polygon", "LineString", "Point" (Multi or not), "" for raster or plain table
    std::string crs;       ///< "EPSG:n" or WKT
    std::string
        style_qml;  ///< whole QML document, as `load_style` gives it; "" : default (legend paletted for code rasters)
    const Legend* legend = nullptr;  ///< paletted renderer of a code raster
    std::vector<std::string>
        band_names;  ///< of a raster; three bands or more: RGB renderer (bands named R, G, B, else the first three), else grey
    double stretch_low = 0, stretch_high = 0.3;  ///< band values that are black and white
    bool visible = true;
    std::vector<Field> fields;  ///< of a table or vector layer: those with a Chinese name get it as alias
};
struct ProjectGroup {
    std::string name;                  ///< "森林 Forest"
    std::vector<ProjectLayer> layers;  ///< topmost first
    bool expanded = true;
};
/// A print layout with a page for each feature of a layer.
struct ProjectAtlas {
    std::string title;       ///< of the layout
    std::string layer;       ///< name of the project's layer whose features are the pages
    std::string name_field;  ///< shown above the map
    std::string code_field;  ///< beside the name; pages and files are in its order
};
struct ProjectSpec {
    std::string title;
    std::string crs;
    Box extent;  ///< first view, in `crs`; empty: QGIS takes all layers
    std::vector<ProjectGroup> groups;
    std::optional<ProjectAtlas> atlas = std::nullopt;
};
/// A QGIS 3.22 project (.qgz: a zip with one .qgs) with relative paths; the same bytes for the same spec (zip times are fixed).
/// Layers' files need not be there yet. Throws DataError: a CRS or a style that cannot be read, an atlas of a layer that is not there, a place that can't be written.
void write_qgis_project(const std::string& path, const ProjectSpec& project);

}  // namespace linmu

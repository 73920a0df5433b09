// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "linmu/core/geometry.hpp"
#include "linmu/core/legend.hpp"

namespace linmu {

struct ProjectLayer {
    std::string name;             ///< shown: "2025 年地类 Land cover 2025"
    std::string path;             ///< file; stored relative to the project
    std::string table;            ///< layer in a GeoPackage, "" for a raster
    std::string geometry;         ///< "Polygon", "LineString", "Point", "" for raster or plain table
    std::string crs;              ///< "EPSG:n" or WKT
    std::string style_qml;        ///< whole QML document, from which the renderer is taken; "" : default (legend paletted for code rasters)
    const Legend* legend = nullptr;   ///< paletted renderer of a code raster
    std::vector<std::string> band_names;   ///< of a raster; three real bands: RGB renderer with `stretch`
    double stretch_low = 0, stretch_high = 0.3;
    bool visible = true;
};
struct ProjectGroup {
    std::string name;             ///< "森林 Forest"
    std::vector<ProjectLayer> layers;    ///< topmost first
    bool expanded = true;
};
struct ProjectSpec {
    std::string title;
    std::string crs;
    Box extent;                   ///< first view, in `crs`
    std::vector<ProjectGroup> groups;
};
/// A QGIS 3.22 project (.qgz: a zip with one .qgs) with relative paths; the same bytes for the same spec (zip times are fixed).
void write_qgis_project(const std::string& path, const ProjectSpec& project);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "qgis_layout.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace linmu {
namespace {

constexpr double page_width = 297, page_height = 210;  // mm
struct Place {
    double left, top, width, height;  ///< mm
};
constexpr Place title_place{10, 8, 277, 10};
constexpr Place map_place{10, 22, 277, 178};

/// Numbers of QGIS's kinds of item.
constexpr int page_item = 65638, map_item = 65639, label_item = 65641;

pugi::xml_node add_item(pugi::xml_node parent, int kind, const Place& place, const char* uuid, const char* id) {
    auto item = parent.append_child("LayoutItem");
    item.append_attribute("type") = kind;
    item.append_attribute("uuid") = uuid;
    item.append_attribute("templateUuid") = uuid;
    item.append_attribute("id") = id;
    for (const char* name : {"position", "positionOnPage"})
        item.append_attribute(name) = fmt::format("{},{},mm", place.left, place.top).c_str();
    item.append_attribute("size") = fmt::format("{},{},mm", place.width, place.height).c_str();
    item.append_attribute("referencePoint") = 0;
    item.append_attribute("visibility") = 1;
    item.append_attribute("opacity") = 1;
    item.append_attribute("itemRotation") = 0;
    item.append_attribute("blendMode") = 0;
    return item;
}

void add_colour(pugi::xml_node parent, const char* name, int level) {
    auto colour = parent.append_child(name);
    for (const char* part : {"red", "green", "blue"}) colour.append_attribute(part) = level;
    colour.append_attribute("alpha") = 255;
}

void add_page(pugi::xml_node layout) {
    auto page = add_item(layout.append_child("PageCollection"), page_item, {0, 0, page_width, page_height},
                         "{6c696e6d-7500-4000-8000-000000000001}", "");
    page.append_attribute("background") = "true";
    page.append_attribute("frame") = "false";
    add_colour(page, "BackgroundColor", 255);
    auto symbol = page.append_child("symbol");
    symbol.append_attribute("type") = "fill";
    symbol.append_attribute("name") = "";
    symbol.append_attribute("alpha") = 1;
    auto fill = symbol.append_child("layer");
    fill.append_attribute("class") = "SimpleFill";
    fill.append_attribute("enabled") = 1;
    auto options = fill.append_child("Option");
    options.append_attribute("type") = "Map";
    for (const auto& [name, value] :
         {std::pair{"color", "255,255,255,255"}, {"style", "solid"}, {"outline_style", "no"}}) {
        auto option = options.append_child("Option");
        option.append_attribute("type") = "QString";
        option.append_attribute("name") = name;
        option.append_attribute("value") = value;
    }
}

void add_title(pugi::xml_node layout, const ProjectAtlas& atlas) {
    auto label = add_item(layout, label_item, title_place, "{6c696e6d-7500-4000-8000-000000000002}", "title");
    label.append_attribute("labelText") =
        fmt::format("[% \"{}\" %]  [% \"{}\" %]", atlas.name_field, atlas.code_field).c_str();
    label.append_attribute("halign") = 1;
    label.append_attribute("valign") = 128;
    label.append_attribute("htmlState") = 0;
    label.append_attribute("frame") = "false";
    label.append_attribute("background") = "false";
    label.append_attribute("zValue") = 2;
    label.append_child("LabelFont").append_attribute("description") = "Noto Sans CJK SC,16,-1,5,50,0,0,0,0,0";
    add_colour(label, "FontColor", 0);
}

/// QGIS fits a map's height to its extent: this one has the place's shape.
Box shaped(const Box& box, const Place& place) {
    const double x = (box.xmin + box.xmax) / 2, y = (box.ymin + box.ymax) / 2;
    const double width = std::max(box.xmax - box.xmin, (box.ymax - box.ymin) * place.width / place.height);
    const double height = width * place.height / place.width;
    return {x - width / 2, y - height / 2, x + width / 2, y + height / 2};
}

void add_map(pugi::xml_node layout, const Box& extent) {
    auto map = add_item(layout, map_item, map_place, "{6c696e6d-7500-4000-8000-000000000003}", "map");
    map.append_attribute("frame") = "true";
    map.append_attribute("background") = "true";
    map.append_attribute("keepLayerSet") = "false";
    map.append_attribute("followPreset") = "false";
    map.append_attribute("zValue") = 1;
    add_colour(map, "BackgroundColor", 255);
    add_colour(map, "FrameColor", 0);
    auto box = map.append_child("Extent");
    box.append_attribute("xmin") = extent.xmin;
    box.append_attribute("ymin") = extent.ymin;
    box.append_attribute("xmax") = extent.xmax;
    box.append_attribute("ymax") = extent.ymax;
    map.append_child("LayerSet");
    auto driven = map.append_child("AtlasMap");
    driven.append_attribute("atlasDriven") = 1;
    driven.append_attribute("scalingMode") = 2;  // as large as the feature and its margin allow
    driven.append_attribute("margin") = 0.1;
}

std::string quoted(const std::string& field) { return "\"" + field + "\""; }

}  // namespace

void add_atlas_layout(pugi::xml_node root, const ProjectSpec& project, const ProjectLayer& layer, const std::string& id,
                      const std::string& source) {
    const auto& atlas = *project.atlas;
    auto layout = root.append_child("Layouts").append_child("Layout");
    layout.append_attribute("name") = atlas.title.c_str();
    layout.append_attribute("units") = "mm";
    layout.append_attribute("printResolution") = 300;
    add_page(layout);
    add_map(layout, shaped(project.extent, map_place));
    add_title(layout, atlas);
    auto pages = layout.append_child("Atlas");
    pages.append_attribute("enabled") = 1;
    pages.append_attribute("coverageLayer") = id.c_str();
    pages.append_attribute("coverageLayerName") = layer.name.c_str();
    pages.append_attribute("coverageLayerSource") = source.c_str();
    pages.append_attribute("coverageLayerProvider") = "ogr";
    pages.append_attribute("pageNameExpression") = quoted(atlas.name_field).c_str();
    pages.append_attribute("filenamePattern") = quoted(atlas.code_field).c_str();
    pages.append_attribute("sortFeatures") = 1;
    pages.append_attribute("sortAscending") = 1;
    pages.append_attribute("sortKey") = quoted(atlas.code_field).c_str();
    pages.append_attribute("hideCoverage") = 0;
    pages.append_attribute("filterFeatures") = 0;
}

}  // namespace linmu

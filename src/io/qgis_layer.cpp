// SPDX-License-Identifier: MIT
#include "qgis_layer.hpp"

#include <cpl_conv.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

namespace fs = std::filesystem;

void add_text(pugi::xml_node parent, const char* name, const std::string& text) {
    parent.append_child(name).append_child(pugi::node_pcdata).set_value(text.c_str());
}

pugi::xml_node add(pugi::xml_node parent, const char* name,
                   std::initializer_list<std::pair<const char*, std::string>> attributes) {
    auto node = parent.append_child(name);
    for (const auto& [key, value] : attributes) node.append_attribute(key) = value.c_str();
    return node;
}

std::string number(double value) { return fmt::format("{}", value); }

std::string taken(char* text) {
    std::string out = text == nullptr ? "" : text;
    CPLFree(text);
    return out;
}

std::string wkt_of(const OGRSpatialReference& srs) {
    const char* const options[] = {"FORMAT=WKT2_2019", "MULTILINE=NO", nullptr};
    char* text = nullptr;
    srs.exportToWkt(&text, options);
    return taken(text);
}

std::string proj4_of(const OGRSpatialReference& srs) {
    char* text = nullptr;
    srs.exportToProj4(&text);
    return taken(text);
}

bool is_vector(const ProjectLayer& layer) { return !layer.table.empty() || !layer.geometry.empty(); }

// ---- rasters

void add_stretch(pugi::xml_node renderer, const char* name, const ProjectLayer& layer) {
    auto stretch = renderer.append_child(name);
    add_text(stretch, "minValue", number(layer.stretch_low));
    add_text(stretch, "maxValue", number(layer.stretch_high));
    add_text(stretch, "algorithm", "StretchToMinimumMaximum");
}

int band_number(const ProjectLayer& layer, const char* name, int otherwise) {
    const auto found = std::ranges::find(layer.band_names, name);
    return found == layer.band_names.end() ? otherwise : static_cast<int>(found - layer.band_names.begin()) + 1;
}

bool has_bands(const ProjectLayer& layer, std::initializer_list<const char*> names) {
    return std::ranges::all_of(
        names, [&](const char* n) { return std::ranges::find(layer.band_names, n) != layer.band_names.end(); });
}

/// Limits are given, not measured: "None" keeps QGIS from measuring the raster when it opens.
void add_given_limits(pugi::xml_node renderer) { add_text(renderer.append_child("minMaxOrigin"), "limits", "None"); }

void add_paletted(pugi::xml_node pipe, const Legend& legend) {
    auto renderer =
        add(pipe, "rasterrenderer",
            {{"type", "paletted"}, {"band", "1"}, {"opacity", "1"}, {"alphaBand", "-1"}, {"nodataColor", ""}});
    add_given_limits(renderer);
    auto palette = renderer.append_child("colorPalette");
    for (const auto& c : legend.classes) {
        add(palette, "paletteEntry",
            {{"value", fmt::format("{}", c.code)},
             {"color", c.color},
             {"alpha", "255"},
             {"label", fmt::format("{} {}", c.name_zh, c.name_en)}});
    }
}

void add_rgb(pugi::xml_node pipe, const ProjectLayer& layer) {
    const bool named = has_bands(layer, {"R", "G", "B"});
    const auto band = [&](const char* name, int place) {
        return std::to_string(named ? band_number(layer, name, place) : place);
    };
    auto renderer = add(pipe, "rasterrenderer",
                        {{"type", "multibandcolor"},
                         {"redBand", band("R", 1)},
                         {"greenBand", band("G", 2)},
                         {"blueBand", band("B", 3)},
                         {"opacity", "1"},
                         {"alphaBand", "-1"},
                         {"nodataColor", ""}});
    add_given_limits(renderer);
    for (const char* name : {"redContrastEnhancement", "greenContrastEnhancement", "blueContrastEnhancement"})
        add_stretch(renderer, name, layer);
}

void add_gray(pugi::xml_node pipe, const ProjectLayer& layer) {
    auto renderer = add(pipe, "rasterrenderer",
                        {{"type", "singlebandgray"},
                         {"grayBand", "1"},
                         {"gradient", "BlackToWhite"},
                         {"opacity", "1"},
                         {"alphaBand", "-1"},
                         {"nodataColor", ""}});
    add_given_limits(renderer);
    add_stretch(renderer, "contrastEnhancement", layer);
}

void add_raster_style(pugi::xml_node node, const ProjectLayer& layer) {
    auto pipe = node.append_child("pipe");
    if (layer.legend != nullptr) add_paletted(pipe, *layer.legend);
    else if (layer.band_names.size() >= 3) add_rgb(pipe, layer);
    else add_gray(pipe, layer);
    add(pipe, "brightnesscontrast", {{"brightness", "0"}, {"contrast", "0"}, {"gamma", "1"}});
    add(pipe, "huesaturation",
        {{"saturation", "0"}, {"grayscaleMode", "0"}, {"colorizeOn", "0"}, {"colorizeStrength", "100"}});
    add(pipe, "rasterresampler", {{"maxOversampling", "2"}});
    add_text(pipe, "resamplingStage", "resamplingFilter");
}

// ---- vectors

struct PlainSymbol {
    const char* type;
    const char* layer;
    std::vector<std::pair<const char*, const char*>> options;
};

PlainSymbol plain_symbol(const std::string& geometry) {
    if (geometry.ends_with("Polygon")) {
        return {
            "fill",
            "SimpleFill",
            {{"color", "255,255,255,0"}, {"outline_color", "90,90,90,255"}, {"outline_width", "0.2"}, {"style", "no"}}};
    }
    if (geometry.ends_with("LineString"))
        return {"line", "SimpleLine", {{"line_color", "90,90,90,255"}, {"line_width", "0.4"}}};
    return {"marker",
            "SimpleMarker",
            {{"name", "circle"}, {"color", "200,60,40,255"}, {"outline_color", "255,255,255,255"}, {"size", "1.8"}}};
}

/// Without a renderer QGIS would draw in a random colour.
void add_plain_renderer(pugi::xml_node node, const std::string& geometry) {
    const auto symbol = plain_symbol(geometry);
    auto renderer =
        add(node, "renderer-v2",
            {{"type", "singleSymbol"}, {"symbollevels", "0"}, {"forceraster", "0"}, {"enableorderby", "0"}});
    auto drawn = add(renderer.append_child("symbols"), "symbol",
                     {{"name", "0"}, {"type", symbol.type}, {"alpha", "1"}, {"clip_to_extent", "1"}});
    auto layer = add(drawn, "layer", {{"class", symbol.layer}, {"enabled", "1"}, {"locked", "0"}, {"pass", "0"}});
    auto map = add(layer, "Option", {{"type", "Map"}});
    for (const auto& [name, value] : symbol.options)
        add(map, "Option", {{"name", name}, {"type", "QString"}, {"value", value}});
}

void add_aliases(pugi::xml_node node, const std::vector<Field>& fields) {
    auto aliases = node.append_child("aliases");
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name_zh.empty()) continue;
        // QGIS finds the field by its name; 0 is the key of a GeoPackage.
        add(aliases, "alias",
            {{"field", fields[i].name}, {"index", std::to_string(i + 1)}, {"name", fields[i].name_zh}});
    }
}

/// A QML is a map layer's own XML without its source, so it is taken over as it is.
void add_qml(pugi::xml_node node, const ProjectLayer& layer) {
    pugi::xml_document qml;
    const auto read = qml.load_buffer(layer.style_qml.data(), layer.style_qml.size());
    const auto root = qml.child("qgis");
    if (!read || !root)
        throw DataError(
            fmt::format("the style of layer '{}' is no QML: {}", layer.name, read ? "no <qgis>" : read.description()));
    for (const auto& attribute : root.attributes()) {
        if (std::string_view(attribute.name()) == "version") continue;
        if (!node.attribute(attribute.name())) node.append_attribute(attribute.name()) = attribute.value();
    }
    for (const auto& child : root.children()) {
        if (child.type() == pugi::node_element && std::string_view(child.name()) != "aliases") node.append_copy(child);
    }
}

void add_vector_style(pugi::xml_node node, const ProjectLayer& layer) {
    if (!layer.style_qml.empty()) add_qml(node, layer);
    else if (!layer.geometry.empty()) add_plain_renderer(node, layer.geometry);
    add_aliases(node, layer.fields);
}

}  // namespace

void add_crs(pugi::xml_node parent, const std::string& crs) {
    const auto srs = make_srs(crs);
    const char* authority = srs->GetAuthorityName(nullptr);
    const char* code = srs->GetAuthorityCode(nullptr);
    const bool known = authority != nullptr && code != nullptr;
    const char* name = srs->GetName();
    auto node = add(parent, "spatialrefsys", {{"nativeFormat", "Wkt"}});
    add_text(node, "wkt", wkt_of(*srs));
    add_text(node, "proj4", proj4_of(*srs));
    add_text(node, "srsid", "0");
    add_text(node, "srid", known ? code : "0");
    add_text(node, "authid", known ? fmt::format("{}:{}", authority, code) : "");
    add_text(node, "description", name == nullptr ? "" : name);
    add_text(node, "geographicflag", srs->IsGeographic() != 0 ? "true" : "false");
}

const char* provider_of(const ProjectLayer& layer) { return is_vector(layer) ? "ogr" : "gdal"; }

std::string source_of(const ProjectLayer& layer, const std::string& project_path) {
    const auto folder = fs::absolute(project_path).lexically_normal().parent_path();
    const auto relative = fs::absolute(layer.path).lexically_normal().lexically_relative(folder).generic_string();
    const auto path = relative.starts_with("..") ? relative : "./" + relative;
    return layer.table.empty() ? path : fmt::format("{}|layername={}", path, layer.table);
}

void add_map_layer(pugi::xml_node parent, const ProjectLayer& layer, const std::string& id,
                   const std::string& project_path) {
    const bool vector = is_vector(layer);
    auto node = add(parent, "maplayer",
                    {{"type", vector ? "vector" : "raster"},
                     {"autoRefreshEnabled", "0"},
                     {"styleCategories", "AllStyleCategories"}});
    if (vector) node.append_attribute("geometry") = layer.geometry.empty() ? "No geometry" : layer.geometry.c_str();
    add_text(node, "id", id);
    add_text(node, "datasource", source_of(layer, project_path));
    add_text(node, "layername", layer.name);
    if (!layer.crs.empty()) add_crs(node.append_child("srs"), layer.crs);
    auto provider = node.append_child("provider");
    if (vector) provider.append_attribute("encoding") = "UTF-8";
    provider.append_child(pugi::node_pcdata).set_value(provider_of(layer));
    if (vector) add_vector_style(node, layer);
    else if (layer.style_qml.empty()) add_raster_style(node, layer);
    else add_qml(node, layer);
}

}  // namespace linmu

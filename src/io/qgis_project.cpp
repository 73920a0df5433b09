// SPDX-License-Identifier: MIT
#include "linmu/io/qgis_project.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <filesystem>
#include <memory>
#include <sstream>

#include "linmu/core/error.hpp"
#include "linmu/io/table_file.hpp"
#include "qgis_layer.hpp"
#include "qgis_layout.hpp"

namespace linmu {
namespace {

/// 1 January 2000 in the words of a zip, which know no time zone.
constexpr zip_uint16_t fixed_day = (20U << 9U) | (1U << 5U) | 1U;
constexpr zip_uint32_t plain_file = 0100644U << 16;

/// QGIS replaces an id of fewer than ten characters by one of its own, and the tree loses its layers.
std::string layer_id(std::size_t group, std::size_t layer) {
    return fmt::format("linmu_layer_{}_{}", group + 1, layer + 1);
}

void add_text(pugi::xml_node parent, const char* name, const std::string& text) {
    parent.append_child(name).append_child(pugi::node_pcdata).set_value(text.c_str());
}

void add_extent(pugi::xml_node parent, const Box& box) {
    auto extent = parent.append_child("extent");
    add_text(extent, "xmin", fmt::format("{}", box.xmin));
    add_text(extent, "ymin", fmt::format("{}", box.ymin));
    add_text(extent, "xmax", fmt::format("{}", box.xmax));
    add_text(extent, "ymax", fmt::format("{}", box.ymax));
}

void add_tree(pugi::xml_node root, const ProjectSpec& project, const std::string& path) {
    auto tree = root.append_child("layer-tree-group");
    for (std::size_t g = 0; g < project.groups.size(); ++g) {
        const auto& group = project.groups[g];
        auto branch = tree.append_child("layer-tree-group");
        branch.append_attribute("name") = group.name.c_str();
        branch.append_attribute("expanded") = group.expanded ? "1" : "0";
        branch.append_attribute("checked") = "Qt::Checked";
        for (std::size_t i = 0; i < group.layers.size(); ++i) {
            const auto& layer = group.layers[i];
            auto leaf = branch.append_child("layer-tree-layer");
            leaf.append_attribute("id") = layer_id(g, i).c_str();
            leaf.append_attribute("name") = layer.name.c_str();
            leaf.append_attribute("source") = source_of(layer, path).c_str();
            leaf.append_attribute("providerKey") = provider_of(layer);
            leaf.append_attribute("checked") = layer.visible ? "Qt::Checked" : "Qt::Unchecked";
            leaf.append_attribute("expanded") = "0";
        }
    }
}

/// The first view: `mapcanvas` is what the window shows, `DefaultViewExtent` what "zoom to full" returns to.
void add_view(pugi::xml_node root, const ProjectSpec& project) {
    if (project.extent.empty()) return;
    auto canvas = root.append_child("mapcanvas");
    canvas.append_attribute("name") = "theMapCanvas";
    add_extent(canvas, project.extent);
    add_text(canvas, "rotation", "0");
    add_crs(canvas.append_child("destinationsrs"), project.crs);
    auto view = root.append_child("ProjectViewSettings").append_child("DefaultViewExtent");
    view.append_attribute("xmin") = project.extent.xmin;
    view.append_attribute("ymin") = project.extent.ymin;
    view.append_attribute("xmax") = project.extent.xmax;
    view.append_attribute("ymax") = project.extent.ymax;
    add_crs(view, project.crs);
}

void add_property(pugi::xml_node parent, const char* name, const char* type, const char* value) {
    auto node = parent.append_child(name);
    node.append_attribute("type") = type;
    node.append_child(pugi::node_pcdata).set_value(value);
}

void add_atlas(pugi::xml_node root, const ProjectSpec& project, const std::string& path) {
    for (std::size_t g = 0; g < project.groups.size(); ++g) {
        const auto& layers = project.groups[g].layers;
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (layers[i].name != project.atlas->layer) continue;
            return add_atlas_layout(root, project, layers[i], layer_id(g, i), source_of(layers[i], path));
        }
    }
    throw DataError(fmt::format("{}: the project has no layer '{}' for its atlas", path, project.atlas->layer));
}

std::string project_text(const ProjectSpec& project, const std::string& path) {
    pugi::xml_document document;
    document.append_child(pugi::node_doctype).set_value("qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'");
    auto root = document.append_child("qgis");
    root.append_attribute("projectname") = project.title.c_str();
    root.append_attribute("version") = "3.22.16-Białowieża";
    add_text(root, "title", project.title);
    add_crs(root.append_child("projectCrs"), project.crs);
    add_tree(root, project, path);
    add_view(root, project);
    auto layers = root.append_child("projectlayers");
    for (std::size_t g = 0; g < project.groups.size(); ++g) {
        const auto& group = project.groups[g].layers;
        for (std::size_t i = 0; i < group.size(); ++i) add_map_layer(layers, group[i], layer_id(g, i), path);
    }
    if (project.atlas) add_atlas(root, project, path);
    auto properties = root.append_child("properties");
    add_property(properties.append_child("Paths"), "Absolute", "bool", "false");
    add_property(properties.append_child("SpatialRefSys"), "ProjectionsEnabled", "int", "1");
    // Areas measured by hand are on the ellipsoid too.
    add_property(properties.append_child("Measure"), "Ellipsoid", "QString", "EPSG:1024");
    add_property(properties.append_child("Measurement"), "AreaUnits", "QString", "m2");
    std::ostringstream text;
    document.save(text, " ", pugi::format_default, pugi::encoding_utf8);
    return text.str();
}

struct ZipFaults {
    zip_error_t error;
    ZipFaults() { zip_error_init(&error); }
    ~ZipFaults() { zip_error_fini(&error); }
    ZipFaults(const ZipFaults&) = delete;
    ZipFaults& operator=(const ZipFaults&) = delete;
};

struct SourceFree {
    void operator()(zip_source_t* source) const noexcept { zip_source_free(source); }
};
struct ArchiveDiscard {
    void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
};

[[noreturn]] void zip_failed(const char* words) {
    throw DataError(fmt::format("a QGIS project cannot be packed: {}", words));
}

/// A zip, in memory, that holds one file.
std::string zipped(const std::string& name, const std::string& text) {
    ZipFaults faults;
    const std::unique_ptr<zip_source_t, SourceFree> buffer(zip_source_buffer_create(nullptr, 0, 0, &faults.error));
    if (!buffer) zip_failed(zip_error_strerror(&faults.error));
    // The archive takes one reference, and this function keeps its own to read the result.
    zip_source_keep(buffer.get());
    std::unique_ptr<zip_t, ArchiveDiscard> archive(zip_open_from_source(buffer.get(), ZIP_TRUNCATE, &faults.error));
    if (!archive) {
        zip_source_free(buffer.get());
        zip_failed(zip_error_strerror(&faults.error));
    }
    auto* content = zip_source_buffer(archive.get(), text.data(), text.size(), 0);
    const auto index = content == nullptr ? -1 : zip_file_add(archive.get(), name.c_str(), content, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        zip_source_free(content);
        zip_failed(zip_strerror(archive.get()));
    }
    const auto entry = static_cast<zip_uint64_t>(index);
    zip_file_set_dostime(archive.get(), entry, 0, fixed_day, 0);
    zip_file_set_external_attributes(archive.get(), entry, 0, ZIP_OPSYS_UNIX, plain_file);
    if (zip_close(archive.get()) != 0) zip_failed(zip_strerror(archive.get()));
    static_cast<void>(archive.release());

    if (zip_source_open(buffer.get()) != 0) zip_failed("its memory cannot be read");
    std::string bytes;
    std::string piece(1 << 16, '\0');
    for (zip_int64_t got = 0; (got = zip_source_read(buffer.get(), piece.data(), piece.size())) > 0;) {
        bytes.append(piece, 0, static_cast<std::size_t>(got));
    }
    zip_source_close(buffer.get());
    return bytes;
}

}  // namespace

void write_qgis_project(const std::string& path, const ProjectSpec& project) {
    const auto name = std::filesystem::path(path).stem().string() + ".qgs";
    write_text_file(path, zipped(name, project_text(project, path)));
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <memory>

#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/qgis_project.hpp"
#include "linmu/io/vector.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

std::string geometry_of(const Layer& layer) {
    for (const auto& feature : layer.features) {
        if (!feature.geometry.polygons.empty()) return "Polygon";
        if (!feature.geometry.lines.empty()) return "LineString";
        if (!feature.geometry.points.empty()) return "Point";
    }
    return "";
}

class WriteLayer final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "write-layer",
            "写矢量",
            "Writes a layer as GeoPackage with its style inside, for QGIS, as FlatGeobuf, or as a table of PostGIS.",
            "write",
            {{.name = "layer", .kind = ArtifactKind::layer, .help = "what to write"}},
            ArtifactKind::none,
            1,
            false};
    }

    void declare(Params& p) override {
        p.add("path", "file (.gpkg or .fgb), below the run's products; or PostGIS: \"PG:dbname=county host=...\"",
              &path_)
            .output()
            .required();
        p.add("table", "of the database, \"survey.dltb\"; empty: the layer's name", &table_);
        p.add("style", "id of a QGIS style in data/styles", &style_);
        p.add("title", "name in the project", &title_);
        p.add("group", "group in the project's tree", &group_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext&) override {
        if (!style_.empty()) qml_ = load_style(style_);
        if (!is_database(path_) && !is_flatgeobuf() && std::filesystem::path(path_).extension() != ".gpkg")
            throw UsageError("'path' must end in .gpkg or .fgb, or be a database (PG:...)");
        if (!is_database(path_) && !table_.empty())
            throw UsageError("'table' is of a database; 'path' must then be one (PG:...)");
        name_ = inputs[0].layer.name;
        return {};
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& layer = *inputs.layers[0];
        if (is_database(path_)) return write_table(layer, context);
        const std::string file = context.product_path(path_);
        std::filesystem::create_directories(std::filesystem::path(file).parent_path());
        write_file(file, layer);
        Product product;
        product.path = file;
        product.kind = "layer";
        product.title = title_.empty() ? name_ : title_;
        product.group = group_;
        product.table = layer.spec.name;
        product.geometry = geometry_of(layer);
        product.style = style_;
        product.crs = layer.spec.crs;
        context.products->push_back(std::move(product));
        return {};
    }

private:
    [[nodiscard]] bool is_flatgeobuf() const { return std::filesystem::path(path_).extension() == ".fgb"; }

    void write_file(const std::string& file, const Layer& layer) const {
        const std::array outputs{LayerOutput{&layer, title_, qml_}};
        if (is_flatgeobuf()) write_flatgeobuf(file, layer);
        else write_geopackage(file, outputs);
    }

    /// A table is no product: a product is a file below the run's folder.
    Made write_table(const Layer& layer, RunContext& context) const {
        const auto& table = table_.empty() ? layer.spec.name : table_;
        write_postgis(path_, table, layer);
        context.note(fmt::format("{} features are in table {} of {}", layer.features.size(), table, path_));
        return {};
    }

    std::string table_, path_, style_, title_, group_, qml_, name_;
};

}  // namespace

std::unique_ptr<Step> make_write_layer() { return std::make_unique<WriteLayer>(); }

}  // namespace linmu

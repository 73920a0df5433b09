// SPDX-License-Identifier: MIT
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
        return {"write-layer",
                "写矢量",
                "Writes a layer as GeoPackage with its style inside, for QGIS.",
                "write",
                {{.name = "layer", .kind = ArtifactKind::layer, .help = "what to write"}},
                ArtifactKind::none,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("path", "file (.gpkg), below the run's products", &path_).output().required();
        p.add("style", "id of a QGIS style in data/styles", &style_);
        p.add("title", "name in the project", &title_);
        p.add("group", "group in the project's tree", &group_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext&) override {
        if (!style_.empty()) qml_ = load_style(style_);
        if (std::filesystem::path(path_).extension() != ".gpkg") throw UsageError("'path' must end in .gpkg");
        name_ = inputs[0].layer.name;
        return {};
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& layer = *inputs.layers[0];
        const std::string file = context.product_path(path_);
        std::filesystem::create_directories(std::filesystem::path(file).parent_path());
        const std::array outputs{LayerOutput{&layer, title_, qml_}};
        write_geopackage(file, outputs);
        Product product;
        product.path = file;
        product.kind = "layer";
        product.title = title_.empty() ? name_ : title_;
        product.group = group_;
        product.table = layer.spec.name;
        product.geometry = geometry_of(layer);
        product.style = style_;
        product.layer = layer.spec;
        product.extent = bounds(layer);
        context.products->push_back(std::move(product));
        return {};
    }

private:
    std::string path_, style_, title_, group_, qml_, name_;
};

}  // namespace

std::unique_ptr<Step> make_write_layer() { return std::make_unique<WriteLayer>(); }

}  // namespace linmu

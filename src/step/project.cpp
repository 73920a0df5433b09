// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <deque>
#include <memory>

#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/qgis_project.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Project final : public WholeStep {
public:
    StepInfo info() const override {
        return {"project",
                "QGIS 工程",
                "Writes a QGIS project of all products so far, with groups, Chinese names, styles and relative paths. "
                "Ledger table 'atlas': which product it has.",
                "write",
                {},
                ArtifactKind::none,
                1,
                true};
    }

    void declare(Params& p) override {
        p.add("path", "file (.qgz), below the run's products", &path_).output();
        p.add("title", "of the project", &title_);
        p.add("groups", "order of the groups; others follow", &groups_);
        p.add("atlas", "title of the layer with whose features a print layout makes a series of maps; empty: none",
              &atlas_);
        p.add("atlas-name", "its field with the name, above each map", &atlas_name_);
        p.add("atlas-code", "its field with the code, in whose order the maps come", &atlas_code_);
    }

    Artifact plan(std::span<const Artifact>, PlanContext&) override {
        if (!atlas_.empty() && (atlas_name_.empty() || atlas_code_.empty()))
            throw UsageError("an atlas needs 'atlas-name' and 'atlas-code': fields of its layer");
        return {};
    }

    Made run(const WholeInput&, RunContext& context) override {
        ProjectSpec project;
        project.title = title_;
        for (const auto& name : groups_) project.groups.push_back({name, {}, true});
        Table atlas{{"atlas",
                     "图集",
                     {{"title", FieldType::text, "", "名称"},
                      {"kind", FieldType::text, "", "类型"},
                      {"group", FieldType::text, "", "分组"},
                      {"in_project", FieldType::integer, "", "入图"}}},
                    {}};
        for (const auto& product : *context.products)
            atlas.rows.push_back({product.title, product.kind, product.group, std::int64_t{add(product, project)}});
        context.ledger->put(atlas);
        add_ledger(context, project);
        std::erase_if(project.groups, [](const ProjectGroup& g) { return g.layers.empty(); });
        if (const auto& grid = context.grid) {
            project.crs = grid->crs;
            project.extent = {grid->x0, grid->y(grid->rows), grid->x(grid->cols), grid->y0};
        }
        add_series(project, context);
        const std::string file = context.product_path(path_);
        write_qgis_project(file, project);
        Product product;
        product.path = file;
        product.kind = "project";
        product.title = title_;
        context.products->push_back(std::move(product));
        return {};
    }

private:
    /// Is it a layer of the map?
    bool add(const Product& product, ProjectSpec& project) {
        ProjectLayer layer;
        layer.name = product.title;
        layer.path = product.path;
        layer.crs = product.crs;
        if (product.kind == "raster") {
            layer.band_names = product.bands;
            if (!product.legend.empty()) layer.legend = &legends_.emplace_back(load_legend(product.legend));
        } else if (product.kind == "layer") {
            layer.table = product.table;
            layer.geometry = product.geometry;
            if (!product.style.empty()) layer.style_qml = load_style(product.style);
        } else {
            return false;
        }
        auto& layers = group(product.group.empty() ? "成果 Products" : product.group, project).layers;
        // Of several rasters in a group the topmost hides the others; only it is switched on.
        layer.visible = product.kind != "raster" || std::ranges::none_of(layers, [](const ProjectLayer& l) {
                            return l.geometry.empty() && l.table.empty();
                        });
        layers.push_back(std::move(layer));
        return true;
    }

    /// A layer that this run did not make is no fault: its input was absent.
    void add_series(ProjectSpec& project, RunContext& context) const {
        if (atlas_.empty()) return;
        const bool there = std::ranges::any_of(project.groups, [&](const ProjectGroup& group) {
            return std::ranges::find(group.layers, atlas_, &ProjectLayer::name) != group.layers.end();
        });
        if (there) project.atlas = ProjectAtlas{"图集 Atlas: " + atlas_, atlas_, atlas_name_, atlas_code_};
        else context.note("no series of maps: the run made no layer '" + atlas_ + "'");
    }

    static ProjectGroup& group(const std::string& name, ProjectSpec& project) {
        const auto it = std::ranges::find(project.groups, name, &ProjectGroup::name);
        if (it != project.groups.end()) return *it;
        return project.groups.emplace_back(ProjectGroup{name, {}, true});
    }

    static void add_ledger(const RunContext& context, ProjectSpec& project) {
        static constexpr std::array tables{std::pair{"indicator", "指标 Indicators"},
                                           std::pair{"class_area", "分类面积 Class area"},
                                           std::pair{"zone", "统计单位 Zones"}};
        for (const auto& [table, title] : tables) {
            if (!context.ledger->has(table)) continue;
            ProjectLayer layer;
            layer.name = title;
            layer.path = context.folder + "/ledger.gpkg";
            layer.table = table;
            group("台账 Ledger", project).layers.push_back(std::move(layer));
        }
    }

    std::string path_ = "linmu.qgz", title_ = "林亩 linmu";
    std::string atlas_, atlas_name_, atlas_code_;
    std::vector<std::string> groups_;
    std::deque<Legend> legends_;
};

}  // namespace

std::unique_ptr<Step> make_project() { return std::make_unique<Project>(); }

}  // namespace linmu

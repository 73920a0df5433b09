// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <map>
#include <memory>

#include "linmu/algo/outlines.hpp"
#include "linmu/step/registry.hpp"
#include "map_fold.hpp"

namespace linmu {
namespace {

/// What is told of a class.
struct PolygonizeCount {
    std::int64_t patches = 0, cells = 0, vertices = 0;
    Area area, drawn;
};

std::int64_t vertices_of(const Geometry& geometry) {
    std::size_t count = 0;
    for (const auto& polygon : geometry.polygons) {
        count += polygon.outer.size();
        for (const auto& hole : polygon.holes) count += hole.size();
    }
    return static_cast<std::int64_t>(count);
}

class Polygonize final : public MapFold {
public:
    StepInfo info() const override {
        return {"polygonize",
                "栅格转面",
                "Makes a polygon of each patch of a class map, with class, cells and area; neighbours share their "
                "boundary to the vertex, simplified or not. Ledger table 'polygonize'.",
                "classify",
                {{.name = "map", .kind = ArtifactKind::raster, .help = "class map"}},
                ArtifactKind::layer,
                1,
                false};
    }

    void declare(Params& p) override {
        declare_map(p);
        p.add("simplify",
              "corners go whose triangle is smaller than the square of so many cells, where that makes nothing "
              "invalid; 0: "
              "none",
              &simplify_)
            .unit("cell")
            .limits(0, 100);
        p.add("layer", "name of the layer", &layer_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        plan_map(inputs[0].raster, context.input_ids[0]);
        spec_ = {layer_,
                 grid_.crs,
                 {{"code", FieldType::integer, "", "地类代码"},
                  {"class", FieldType::text, "", "地类"},
                  {"cells", FieldType::integer, "", "像元数"},
                  {"area", FieldType::area, "m2", "面积"}}};
        if (simplify_ > 0) spec_.fields.push_back({"area_drawn", FieldType::area, "m2", "图形面积"});
        return Artifact::of(spec_);
    }

    Made finish(RunContext& context) override {
        const RunMap map = whole_map();
        const auto labels = label_patches(map, connectivity(), context.parallel);
        auto geometries = outlines(map, labels, grid_, {connectivity(), simplify_}, context.parallel);
        const auto drawn = areas_drawn(geometries, context);
        const auto codes = patch_codes(map, labels);
        const auto cells = patch_cells(map, labels);
        const auto areas = patch_areas(map, labels, CellAreas(grid_), context.parallel);
        std::map<std::int32_t, PolygonizeCount> counts;
        Layer layer{spec_, {}};
        layer.features.reserve(geometries.size());
        for (std::size_t i = 0; i < geometries.size(); ++i) {
            auto& count = counts[codes[i]];
            ++count.patches;
            count.cells += cells[i];
            count.vertices += vertices_of(geometries[i]);
            count.area += Area{areas[i]};
            count.drawn += drawn.empty() ? Area{areas[i]} : drawn[i];
            std::vector<Value> values{names_.code(codes[i]), names_.key(codes[i]), cells[i], areas[i]};
            if (!drawn.empty()) values.emplace_back(drawn[i].units());
            layer.features.push_back({static_cast<std::int64_t>(i) + 1, std::move(geometries[i]), std::move(values)});
        }
        if (context.facts) record(counts, context);
        return {std::move(layer), {}};
    }

private:
    /// Of polygons whose outline is not that of their cells any more: the survey's area.
    std::vector<Area> areas_drawn(const std::vector<Geometry>& geometries, const RunContext& context) const {
        if (simplify_ == 0) return {};
        constexpr std::size_t at_once = 256;
        const Box box{grid_.x0, grid_.y(grid_.rows), grid_.x(grid_.cols), grid_.y0};
        const SurveyArea survey(grid_.crs, survey_plane_for(box, grid_.crs));
        std::vector<Area> areas(geometries.size());
        context.parallel((areas.size() + at_once - 1) / at_once, [&](std::size_t chunk) {
            const auto end = std::min(areas.size(), (chunk + 1) * at_once);
            for (std::size_t i = chunk * at_once; i < end; ++i) areas[i] = survey(geometries[i]);
        });
        return areas;
    }

    void record(const std::map<std::int32_t, PolygonizeCount>& counts, RunContext& context) const {
        Table table{{"polygonize",
                     "栅格转面",
                     {{"map", FieldType::text, "", "图"},
                      {"code", FieldType::integer, "", "地类代码"},
                      {"class", FieldType::text, "", "地类"},
                      {"polygons", FieldType::integer, "", "图斑数"},
                      {"cells", FieldType::integer, "", "像元数"},
                      {"vertices", FieldType::integer, "", "顶点数"},
                      {"area", FieldType::area, "m2", "面积"},
                      {"area_drawn", FieldType::area, "m2", "图形面积"}}},
                    {}};
        for (const auto& [code, c] : counts)
            table.rows.push_back({input_, names_.code(code), names_.key(code), c.patches, c.cells, c.vertices,
                                  c.area.units(), c.drawn.units()});
        context.ledger->put(table);
        names_.record(*context.ledger);
    }

    double simplify_ = 0;
    std::string layer_ = "patches";
    LayerSpec spec_;
};

}  // namespace

std::unique_ptr<Step> make_polygonize() { return std::make_unique<Polygonize>(); }

}  // namespace linmu

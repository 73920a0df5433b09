// SPDX-License-Identifier: MIT
#include "linmu/algo/landscape.hpp"

#include <memory>

#include "linmu/step/registry.hpp"
#include "map_fold.hpp"

namespace linmu {
namespace {

Value value_of(const std::optional<double>& number) { return number ? Value{*number} : Value{}; }

class LandscapeStep final : public MapFold {
public:
    LandscapeStep() { neighbours_ = "8"; }

    StepInfo info() const override {
        return {"landscape",
                "景观指数",
                "Pattern of a class map, by class and as a whole: patches, their density, size and shape, edges, "
                "cohesion, aggregation, diversity, contagion, as FRAGSTATS defines them. Table and ledger table "
                "'landscape'.",
                "measure",
                {{.name = "map", .kind = ArtifactKind::raster, .help = "class map"}},
                ArtifactKind::table,
                1,
                false};
    }

    void declare(Params& p) override {
        declare_map(p);
        p.add("map", "name of the map in the table, as an epoch: \"2025\"; empty: the id of its step", &map_);
        p.add("border", "edges count those to cells without class and to the map's border", &border_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        plan_map(inputs[0].raster, context.input_ids[0]);
        if (map_.empty()) map_ = context.input_ids[0];
        return Artifact::of(table_spec());
    }

    Made finish(RunContext& context) override {
        const RunMap map = whole_map();
        Table table{table_spec(), {}};
        for (const auto& m : landscape_metrics(map, grid_, {connectivity(), border_}, context.parallel))
            table.rows.push_back(row(m));
        if (context.facts) {
            context.ledger->put(table);
            names_.record(*context.ledger);
        }
        return {{}, std::move(table)};
    }

private:
    static TableSpec table_spec() {
        return {"landscape",
                "景观指数",
                {{"map", FieldType::text, "", "图"},
                 {"code", FieldType::integer, "", "地类代码"},
                 {"class", FieldType::text, "", "地类"},
                 {"neighbours", FieldType::integer, "", "邻域"},
                 {"cell_x", FieldType::real, "", "像元宽"},
                 {"cell_y", FieldType::real, "", "像元高"},
                 {"border", FieldType::text, "", "边界计入边缘"},
                 {"cells", FieldType::integer, "", "像元数"},
                 {"area", FieldType::area, "m2", "面积"},
                 {"share", FieldType::real, "%", "面积比例"},
                 {"patches", FieldType::integer, "", "斑块数"},
                 {"patch_density", FieldType::real, "1/100 ha", "斑块密度"},
                 {"mean_patch", FieldType::real, "ha", "平均斑块面积"},
                 {"largest_patch", FieldType::real, "%", "最大斑块指数"},
                 {"edge", FieldType::real, "m", "边缘总长"},
                 {"edge_density", FieldType::real, "m/ha", "边缘密度"},
                 {"shape", FieldType::real, "", "景观形状指数"},
                 {"mean_shape", FieldType::real, "", "平均斑块形状指数"},
                 {"cohesion", FieldType::real, "%", "斑块结合度"},
                 {"aggregation", FieldType::real, "%", "聚集度"},
                 {"diversity", FieldType::real, "", "香农多样性"},
                 {"evenness", FieldType::real, "", "香农均匀度"},
                 {"contagion", FieldType::real, "%", "蔓延度"}}};
    }

    [[nodiscard]] std::vector<Value> row(const LandscapeMetrics& m) const {
        return {map_,
                m.code ? names_.code(*m.code) : Value{},
                m.code ? names_.key(*m.code) : std::string("all"),
                std::int64_t{connectivity() == Connectivity::eight ? 8 : 4},
                grid_.cell_x,
                grid_.cell_y,
                std::string(border_ ? "yes" : "no"),
                m.cells,
                m.area.units(),
                m.share,
                m.patches,
                m.density,
                m.mean_patch,
                m.largest_patch,
                m.edge,
                m.edge_density,
                m.shape,
                m.mean_shape,
                value_of(m.cohesion),
                value_of(m.aggregation),
                value_of(m.diversity),
                value_of(m.evenness),
                value_of(m.contagion)};
    }

    std::string map_;
    bool border_ = false;
};

}  // namespace

std::unique_ptr<Step> make_landscape() { return std::make_unique<LandscapeStep>(); }

}  // namespace linmu

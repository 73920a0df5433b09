// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>
#include <filesystem>
#include <map>
#include <memory>

#include "layer_measure.hpp"
#include "linmu/algo/layer_repair.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Repair final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "repair",
            "拓扑修复",
            "Mends polygons in the open: each change with its reason and its area before and after in the ledger table "
            "'repair_change'; what can't be mended is kept in a layer of its own.",
            "prepare",
            {{.name = "layer", .kind = ArtifactKind::layer, .help = "polygons, read with as-is = true", .as_is = true}},
            ArtifactKind::layer,
            1,
            false};
    }

    void declare(Params& p) override {
        p.add("precision", "grid of the vertices that are made new", &precision_).unit("m").limits(1e-6, 1);
        p.add("spike-angle", "sharper vertices are cut off; 0: none", &rules_.spike_angle).unit("degree").limits(0, 60);
        p.add("duplicates", "of the same shapes only the first stays", &rules_.duplicates);
        p.add("overlaps", "who keeps the ground that two claim; none: it stays claimed twice", &overlaps_)
            .choices({"none", "larger", "first"});
        p.add("fill-gaps", "gaps up to this size go to the neighbour with the longest common boundary; 0: none",
              &rules_.fill_gaps_m2)
            .unit("m2")
            .limits(0, 1e6);
        p.add("survey-crs", "Gauss-Kruger plane of the survey; empty: the 3-degree zone the layer lies in",
              &survey_crs_);
        p.add("isolated", "GeoPackage for the features that left the layer", &isolated_).output();
        p.add("changes", "CSV with the changes", &changes_).output();
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext&) override {
        if (!isolated_.empty() && std::filesystem::path(isolated_).extension() != ".gpkg")
            throw UsageError("'isolated' must end in .gpkg");
        rules_.overlaps = overlaps_ == "larger"  ? OverlapRule::larger
                          : overlaps_ == "first" ? OverlapRule::first
                                                 : OverlapRule::none;
        return Artifact::of(inputs[0].layer);
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& layer = *inputs.layers[0];
        const SurveyArea area = survey_area_of(layer, survey_crs_, 70);
        const LayerMeasure measure = measure_of(layer, area);
        rules_.precision = precision_ / measure.y_metres;
        rules_.x_scale = measure.x_metres / measure.y_metres;
        auto result = repair_layer(
            layer, rules_, [&](const Geometry& g) { return area(g); }, context.parallel);
        const Table changes = change_table(result, layer.spec.name);
        context.ledger->put(changes);
        context.ledger->put(sum_table(result, layer));
        tell(result, context);
        if (!changes_.empty()) write_changes(changes, context);
        if (!isolated_.empty()) write_isolated(layer, result, context);
        if (result.features.empty()) throw DataError(fmt::format("nothing of layer '{}' can be kept", layer.spec.name));
        return {Layer{layer.spec, std::move(result.features)}, {}};
    }

private:
    static Table change_table(const RepairResult& result, const std::string& layer) {
        Table table{{"repair_change",
                     "修复台账",
                     {{"layer", FieldType::text, "", "图层"},
                      {"feature", FieldType::integer, "", "要素号"},
                      {"kind", FieldType::text, "", "处理"},
                      {"kind_zh", FieldType::text, "", "处理名称"},
                      {"reason", FieldType::text, "", "原因"},
                      {"other", FieldType::integer, "", "相关要素"},
                      {"x", FieldType::real, "", "横坐标"},
                      {"y", FieldType::real, "", "纵坐标"},
                      {"before", FieldType::area, "m2", "处理前面积"},
                      {"after", FieldType::area, "m2", "处理后面积"},
                      {"change", FieldType::area, "m2", "面积变化"}}},
                    {}};
        for (const auto& c : result.changes)
            table.rows.push_back({layer, c.fid, c.kind, std::string(change_name_zh(c.kind)), c.reason,
                                  c.other ? Value{*c.other} : Value{}, c.where.x, c.where.y, c.before.units(),
                                  c.after.units(), (c.after - c.before).units()});
        return table;
    }

    static Table sum_table(const RepairResult& result, const Layer& layer) {
        return {{"repair_sum",
                 "修复汇总",
                 {{"layer", FieldType::text, "", "图层"},
                  {"features_before", FieldType::integer, "", "修复前要素数"},
                  {"features_after", FieldType::integer, "", "修复后要素数"},
                  {"isolated", FieldType::integer, "", "隔离要素数"},
                  {"before", FieldType::area, "m2", "修复前面积"},
                  {"change", FieldType::area, "m2", "面积变化"},
                  {"after", FieldType::area, "m2", "修复后面积"}}},
                {{layer.spec.name, static_cast<std::int64_t>(layer.features.size()),
                  static_cast<std::int64_t>(result.features.size()), static_cast<std::int64_t>(result.isolated.size()),
                  result.before.units(), (result.after - result.before).units(), result.after.units()}}};
    }

    static void tell(const RepairResult& result, RunContext& context) {
        std::map<std::string, int> counts;
        for (const auto& c : result.changes) ++counts[c.kind];
        for (const auto& [kind, count] : counts)
            context.note(fmt::format("{} {}: {} changes", kind, change_name_zh(kind), count));
        context.note(fmt::format("area {:.4f} m2 before, {:.4f} m2 after; {} features isolated", result.before.m2(),
                                 result.after.m2(), result.isolated.size()));
    }

    void write_changes(const Table& changes, RunContext& context) const {
        const std::string file = context.product_path(changes_);
        std::filesystem::create_directories(std::filesystem::path(file).parent_path());
        write_csv(file, changes,
                  {.language = Language::en, .area_unit = AreaUnit::m2, .decimals = 4, .byte_order_mark = false});
        Product product;
        product.path = file;
        product.kind = "table";
        product.title = "修复台账 Changes by repair";
        context.products->push_back(std::move(product));
    }

    void write_isolated(const Layer& source, const RepairResult& result, RunContext& context) const {
        Layer layer{source.spec, {}};
        layer.spec.name += "_isolated";
        for (const auto& feature : result.isolated) {
            if (!feature.geometry.empty()) layer.features.push_back(feature);
        }
        if (layer.features.empty()) return context.note("no file of isolated features is written: there are none");
        const std::string file = context.product_path(isolated_);
        std::filesystem::create_directories(std::filesystem::path(file).parent_path());
        const std::array outputs{LayerOutput{&layer, "隔离要素", ""}};
        write_geopackage(file, outputs);
        Product product;
        product.path = file;
        product.kind = "layer";
        product.title = "隔离要素 Isolated features";
        product.table = layer.spec.name;
        product.geometry = "Polygon";
        product.crs = layer.spec.crs;
        context.products->push_back(std::move(product));
    }

    RepairRules rules_;
    double precision_ = 1e-4;
    std::string overlaps_ = "none", survey_crs_, isolated_, changes_;
};

}  // namespace

std::unique_ptr<Step> make_repair() { return std::make_unique<Repair>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "layer_measure.hpp"
#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/io/vector.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

const std::vector<Field> finding_columns{
    {"layer", FieldType::text, "", "图层"},      {"fid", FieldType::integer, "", "要素号"},
    {"kind", FieldType::text, "", "问题"},       {"kind_zh", FieldType::text, "", "问题名称"},
    {"other", FieldType::text, "", "相关要素"},  {"x", FieldType::real, "", "横坐标"},
    {"y", FieldType::real, "", "纵坐标"},        {"measure", FieldType::real, "", "量值"},
    {"unit", FieldType::text, "", "单位"},       {"sentence", FieldType::text, "", "英文说明"},
    {"sentence_zh", FieldType::text, "", "说明"}};

class Check final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "check",
            "拓扑检查",
            "Finds what is wrong with polygons: invalid shapes, spikes, slivers, duplicates, overlaps, gaps, parts, "
            "features outside; each with its place, into the ledger tables 'check_finding' and 'check_count'.",
            "account",
            {{.name = "layer",
              .kind = ArtifactKind::layer,
              .help = "what to check, read with as-is = true",
              .as_is = true},
             {.name = "outline",
              .kind = ArtifactKind::layer,
              .help = "ground that the layer must keep to and cover: the county",
              .optional = true}},
            ArtifactKind::none,
            1,
            false};
    }

    void declare(Params& p) override {
        p.add("spike-angle", "sharper vertices are spikes; 0: none", &rules_.spike_angle).unit("degree").limits(0, 60);
        p.add("sliver-width", "narrower polygons (2 x area / perimeter) are slivers; 0: none", &rules_.sliver_width)
            .unit("m")
            .limits(0, 1000);
        p.add("sliver-ratio", "polygons with a lower area / perimeter^2 are slivers; a square has 0.0625; 0: none",
              &rules_.sliver_ratio)
            .limits(0, 0.0796);
        p.add("least-area", "overlaps, gaps and pieces outside that are smaller are counted and not listed",
              &rules_.least_m2)
            .unit("m2")
            .limits(0, 1e6);
        p.add("precision", "boundaries nearer than this are one", &rules_.precision).unit("m").limits(1e-6, 1);
        p.add("overlaps", "look for overlaps", &rules_.overlaps);
        p.add("gaps", "look for gaps: holes of the union, and what of the outline is not covered", &rules_.gaps);
        p.add("multiparts", "list features of several parts", &rules_.multiparts);
        p.add("partition", "the layer must be seamless, as zones are: the verdict goes into 'check_partition'",
              &partition_);
        p.add("survey-crs", "Gauss-Kruger plane of the survey; empty: the 3-degree zone the layer lies in",
              &survey_crs_);
        p.add("errors", "GeoPackage with the findings as points and as polygons, for QGIS", &errors_).output();
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext&) override {
        if (!errors_.empty() && std::filesystem::path(errors_).extension() != ".gpkg")
            throw UsageError("'errors' must end in .gpkg");
        if (partition_ && !(rules_.overlaps && rules_.gaps))
            throw UsageError("partition = true needs overlaps and gaps; leave both true");
        spec_ = inputs[0].layer;
        return {};
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& layer = *inputs.layers[0];
        const SurveyArea area = survey_area_of(layer, survey_crs_, 70);
        const auto outline = inputs.layers.size() > 1 ? outline_of(*inputs.layers[1]) : std::nullopt;
        const auto result =
            check_layer(layer, outline ? &*outline : nullptr, rules_, measure_of(layer, area), context.parallel);
        context.ledger->put(finding_table(result));
        context.ledger->put(count_table(result, context));
        if (partition_) context.ledger->put(verdict(result, context));
        if (!errors_.empty()) write_errors(result, context);
        return {};
    }

private:
    /// All of its polygons as one, in the layer's CRS.
    std::optional<Geometry> outline_of(const Layer& layer) const {
        const Transform bring(layer.spec.crs, spec_.crs);
        std::vector<Geometry> all;
        for (const auto& feature : layer.features) all.push_back(repaired(transformed(feature.geometry, bring)));
        auto whole = union_of(all);
        if (whole.polygons.empty()) throw DataError(fmt::format("the outline '{}' has no polygons", layer.spec.name));
        return whole;
    }

    [[nodiscard]] std::vector<Value> row_of(const Finding& f) const {
        std::string other = f.other ? std::to_string(*f.other) : "";
        for (const auto fid : f.neighbours) other += (other.empty() ? "" : ",") + std::to_string(fid);
        return {spec_.name,
                f.fid ? Value{*f.fid} : Value{},
                f.kind,
                std::string(finding_name_zh(f.kind)),
                other.empty() ? Value{} : Value{other},
                f.where.x,
                f.where.y,
                f.measure,
                f.unit,
                sentence_en(f),
                sentence_zh(f)};
    }

    [[nodiscard]] Table finding_table(const CheckResult& result) const {
        Table table{{"check_finding", "检查发现", finding_columns}, {}};
        for (const auto& f : result.findings) table.rows.push_back(row_of(f));
        return table;
    }

    [[nodiscard]] Table count_table(const CheckResult& result, RunContext& context) const {
        struct Sum {
            std::int64_t count = 0;
            Area area;
        };
        std::map<std::string, Sum> sums;
        for (const auto& f : result.findings) {
            auto& sum = sums[f.kind];
            ++sum.count;
            if (f.unit == "m2") sum.area += Area::from_m2(f.measure);
        }
        Table table{{"check_count",
                     "检查统计",
                     {{"layer", FieldType::text, "", "图层"},
                      {"kind", FieldType::text, "", "问题"},
                      {"kind_zh", FieldType::text, "", "问题名称"},
                      {"findings", FieldType::integer, "", "个数"},
                      {"area", FieldType::area, "m2", "面积"}}},
                    {}};
        std::string told;
        for (const auto& [kind, sum] : sums) {
            table.rows.push_back({spec_.name, kind, std::string(finding_name_zh(kind)), sum.count, sum.area.units()});
            told += fmt::format("{}{} {}", told.empty() ? "" : ", ", sum.count, kind);
        }
        context.note(fmt::format("{}: {}", spec_.name, told.empty() ? "nothing found" : told));
        if (result.unlisted > 0)
            context.note(fmt::format("{} pieces below {} m2 are not listed", result.unlisted, rules_.least_m2));
        return table;
    }

    Table verdict(const CheckResult& result, RunContext& context) const {
        const bool whole = result.gap_m2 == 0 && result.overlap_m2 == 0;
        const auto listed = std::ranges::any_of(result.findings, [](const Finding& f) {
            return f.kind == "gap" || f.kind == "overlap" || f.kind == "duplicate" || f.kind == "outside";
        });
        const bool seamless = whole || !listed;
        context.note(seamless ? fmt::format("{} is seamless", spec_.name)
                              : fmt::format("{} is not seamless: gaps of {:.4f} m2, overlaps of {:.4f} m2", spec_.name,
                                            result.gap_m2, result.overlap_m2));
        return {{"check_partition",
                 "无缝检查",
                 {{"layer", FieldType::text, "", "图层"},
                  {"seamless", FieldType::text, "", "是否无缝"},
                  {"gaps", FieldType::area, "m2", "缝隙面积"},
                  {"overlaps", FieldType::area, "m2", "重叠面积"}}},
                {{spec_.name, std::string(seamless ? "yes" : "no"), Area::from_m2(result.gap_m2).units(),
                  Area::from_m2(result.overlap_m2).units()}}};
    }

    void write_errors(const CheckResult& result, RunContext& context) const {
        Layer points{{"check_points", spec_.crs, finding_columns}, {}};
        Layer areas{{"check_areas", spec_.crs, finding_columns}, {}};
        for (const auto& f : result.findings) {
            const auto fid = static_cast<std::int64_t>(points.features.size()) + 1;
            const bool placed = std::isfinite(f.where.x) && std::isfinite(f.where.y);
            points.features.push_back({fid, {{}, {}, {placed ? f.where : Point{}}}, row_of(f)});
            if (!f.geometry.polygons.empty()) areas.features.push_back({fid, f.geometry, row_of(f)});
        }
        rename_fid(points);
        rename_fid(areas);
        if (points.features.empty()) return context.note("no file of errors is written: there are none");
        std::vector<LayerOutput> outputs{{&points, "检查发现 (点)", ""}};
        if (!areas.features.empty()) outputs.push_back({&areas, "检查发现 (面)", ""});
        const std::string file = context.product_path(errors_);
        std::filesystem::create_directories(std::filesystem::path(file).parent_path());
        write_geopackage(file, outputs);
        for (const auto& output : outputs) add_product(*output.layer, output.name_zh, file, context);
    }

    /// "fid" is the GeoPackage's own key.
    static void rename_fid(Layer& layer) { layer.spec.fields[1].name = "feature"; }

    static void add_product(const Layer& layer, const std::string& title, const std::string& file,
                            RunContext& context) {
        Product product;
        product.path = file;
        product.kind = "layer";
        product.title = title;
        product.table = layer.spec.name;
        product.geometry = layer.features.front().geometry.polygons.empty() ? "Point" : "Polygon";
        product.crs = layer.spec.crs;
        context.products->push_back(std::move(product));
    }

    CheckRules rules_;
    bool partition_ = false;
    std::string survey_crs_, errors_;
    LayerSpec spec_;
};

}  // namespace

std::unique_ptr<Step> make_check() { return std::make_unique<Check>(); }

}  // namespace linmu

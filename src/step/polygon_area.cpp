// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "linmu/core/error.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// One zone's row in the ledger: what sums are made over.
const std::vector<Field> zone_columns{{"layer", FieldType::text, "", "图层"},
                                      {"zone", FieldType::text, "", "单位代码"},
                                      {"name", FieldType::text, "", "单位名称"},
                                      {"parent", FieldType::text, "", "上级代码"},
                                      {"area", FieldType::area, "m2", "椭球面积"}};

class PolygonArea final : public LayerStep {
public:
    StepInfo info() const override {
        return {"polygon-area",
                "椭球面积",
                "Adds each polygon's area on the CGCS2000 ellipsoid, as the land survey computes it; writes the "
                "layer's zones into the ledger table 'zone'.",
                "measure",
                {{.name = "layer", .kind = ArtifactKind::layer, .help = "polygons"}},
                ArtifactKind::layer,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("field", "name of the new field", &field_);
        p.add("key", "field with the zone's code", &key_).required();
        p.add("name", "field with the zone's name", &name_);
        p.add("parent",
              "field with the code of the wider zone; or a number of leading characters of the key, as in 9 of a "
              "village's 12",
              &parent_);
        p.add("survey-crs", "Gauss-Kruger plane of the survey; empty: the 3-degree zone the layer lies in",
              &survey_crs_);
        p.add("max-edge", "longer edges are split before they are brought to the ellipsoid", &max_edge_)
            .unit("m")
            .limits(1, 1e6);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        source_ = inputs[0].layer;
        key_at_ = field_index(source_.fields, key_, context.input_ids[0]);
        if (!name_.empty()) name_at_ = field_index(source_.fields, name_, context.input_ids[0]);
        leading_ =
            parent_.find_first_not_of("0123456789") == std::string::npos && !parent_.empty() ? std::stoul(parent_) : 0;
        if (!parent_.empty() && leading_ == 0) parent_at_ = field_index(source_.fields, parent_, context.input_ids[0]);
        LayerSpec spec = source_;
        spec.fields.push_back({field_, FieldType::area, "m2", "椭球面积"});
        return Artifact::of(std::move(spec));
    }

    void start(const Layer& layer) override {
        if (survey_crs_.empty()) survey_crs_ = survey_plane_for(bounds(layer), source_.crs);
    }

    std::vector<Feature> apply(std::span<const Feature> features) const override {
        std::vector<Feature> out(features.begin(), features.end());
        const SurveyArea area(source_.crs, survey_crs_, max_edge_);
        for (auto& feature : out) feature.values.emplace_back(area(feature.geometry).units());
        return out;
    }

    void finish(const Layer& layer, RunContext& context) override {
        Table zones{{"zone", "统计单位", zone_columns}, {}};
        for (const auto& feature : layer.features) {
            const std::string key = to_text(feature.values[key_at_]);
            zones.rows.push_back({source_.name, key, name_at_ ? feature.values[*name_at_] : Value{},
                                  parent_of(feature, key), feature.values.back()});
        }
        context.ledger->put(zones);
    }

private:
    Value parent_of(const Feature& feature, const std::string& key) const {
        if (parent_at_) return feature.values[*parent_at_];
        if (leading_ > 0) return key.substr(0, leading_);
        return {};
    }

    std::string field_ = "ellipsoid_area", key_, name_, parent_, survey_crs_;
    double max_edge_ = 70;
    LayerSpec source_;
    std::size_t key_at_ = 0, leading_ = 0;
    std::optional<std::size_t> name_at_, parent_at_;
};

}  // namespace

std::unique_ptr<Step> make_polygon_area() { return std::make_unique<PolygonArea>(); }

}  // namespace linmu

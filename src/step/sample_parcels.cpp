// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "layer_measure.hpp"
#include "linmu/algo/sample_draw.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/step/registry.hpp"
#include "sample_setup.hpp"

namespace linmu {
namespace {

class SampleParcels final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "sample-parcels",
            "图斑抽样",
            "Draws polygons of a layer as samples to be labelled, by strata of a field (the class that the map gives "
            "them, or their change) and a seed. Makes those polygons with their stratum, chance and blank fields for "
            "the reference class; ledger table 'sample_design'.",
            "measure",
            {{.name = "layer", .kind = ArtifactKind::layer, .help = "parcels with a field of the map's class"}},
            ArtifactKind::layer,
            1,
            false};
    }

    void declare(Params& p) override {
        setup_.declare(p);
        p.add("class", "field with the map's class of each parcel", &class_).required();
        p.add("strata", "field with the stratum; empty: the class", &stratum_);
        p.add("key", "field with the parcel's code; empty: its number", &key_);
        p.add("method", "how to draw", &method_).choices({"stratified", "simple"});
        p.add("map", "name of the map in the ledger; empty: the id of its step", &map_);
        p.add("survey-crs", "Gauss-Kruger plane of the survey; empty: the 3-degree zone the layer lies in",
              &survey_crs_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        setup_.check();
        const auto& fields = inputs[0].layer.fields;
        class_at_ = field_index(fields, class_, context.input_ids[0]);
        stratum_at_ = stratum_.empty() ? class_at_ : field_index(fields, stratum_, context.input_ids[0]);
        if (!key_.empty()) key_at_ = field_index(fields, key_, context.input_ids[0]);
        if (map_.empty()) map_ = context.input_ids[0];
        return Artifact::of(LayerSpec{"samples", inputs[0].layer.crs, sample_fields()});
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& source = *inputs.layers[0];
        const auto areas = areas_of(source, context);
        gather(source, areas, context);
        setup_.allocate_to(strata_, context);
        setup_.record(strata_, map_, method_, "parcel", context);
        return {samples_of(source, areas), {}};
    }

private:
    std::vector<Area> areas_of(const Layer& source, RunContext& context) const {
        const SurveyArea survey = survey_area_of(source, survey_crs_, 70);
        std::vector<Area> areas(source.features.size());
        context.parallel(areas.size(), [&](std::size_t i) {
            if (!source.features[i].geometry.polygons.empty()) areas[i] = survey(source.features[i].geometry);
        });
        return areas;
    }

    /// Strata by name, so that the order of features changes nothing.
    void gather(const Layer& source, const std::vector<Area>& areas, RunContext& context) {
        std::map<std::string, DesignStratum> strata;
        std::int64_t left_out = 0;
        for (std::size_t i = 0; i < source.features.size(); ++i) {
            const auto name = stratum_of(source.features[i]);
            if (name.empty() || !(areas[i] > Area{})) {
                ++left_out;
                continue;
            }
            auto& stratum = strata[name];
            stratum.name = name;
            ++stratum.units;
            stratum.area += areas[i];
        }
        if (left_out > 0)
            context.note(fmt::format("{} features have no class or no area and are not sampled", left_out));
        if (strata.empty())
            throw DataError(fmt::format("no feature has a class in '{}'; nothing can be drawn", class_));
        for (const auto& entry : strata) strata_.push_back(entry.second);
    }

    [[nodiscard]] std::string stratum_of(const Feature& feature) const {
        if (to_text(feature.values[class_at_]).empty()) return {};
        return method_ == "simple" ? "all" : to_text(feature.values[stratum_at_]);
    }

    [[nodiscard]] Layer samples_of(const Layer& source, const std::vector<Area>& areas) const {
        std::map<std::string, SmallestRanks> chosen;
        for (const auto& stratum : strata_)
            chosen.emplace(stratum.name, SmallestRanks(static_cast<std::size_t>(stratum.drawn)));
        for (std::size_t i = 0; i < source.features.size(); ++i) {
            const auto found = chosen.find(stratum_of(source.features[i]));
            if (found == chosen.end() || !(areas[i] > Area{})) continue;
            found->second.add({rank_of(setup_.seed(), source.features[i].fid), static_cast<std::int64_t>(i), 0});
        }
        std::vector<std::pair<RankedUnit, const DesignStratum*>> units;
        for (const auto& stratum : strata_)
            for (const auto& unit : chosen.at(stratum.name).sorted()) units.emplace_back(unit, &stratum);
        std::ranges::sort(units);
        return layer_of(source, areas, units);
    }

    [[nodiscard]] Layer layer_of(const Layer& source, const std::vector<Area>& areas,
                                 const std::vector<std::pair<RankedUnit, const DesignStratum*>>& units) const {
        Layer layer{{"samples", source.spec.crs, sample_fields()}, {}};
        const SampleWriter writer(source.spec.crs, setup_.epoch());
        for (const auto& [unit, stratum] : units) {
            const auto at = static_cast<std::size_t>(unit.unit);
            const auto& feature = source.features[at];
            const DrawnSample drawn{
                .id = std::ssize(layer.features) + 1,
                .stratum = stratum->name,
                .map_class = to_text(feature.values[class_at_]),
                .unit = "parcel",
                .stratum_units = stratum->units,
                .stratum_m2 = stratum->area.m2(),
                .unit_m2 = areas[at].m2(),
                .probability = static_cast<double>(stratum->drawn) / static_cast<double>(stratum->units),
                .cluster = {},
                .parcel = key_at_ ? to_text(feature.values[*key_at_]) : fmt::format("{}", feature.fid)};
            layer.features.push_back(writer.feature(drawn, feature.geometry, inner_point(feature.geometry)));
        }
        return layer;
    }

    SampleSetup setup_;
    std::string class_, stratum_, key_, method_ = "stratified", map_, survey_crs_;
    std::size_t class_at_ = 0, stratum_at_ = 0;
    std::optional<std::size_t> key_at_;
    std::vector<DesignStratum> strata_;
};

}  // namespace

std::unique_ptr<Step> make_sample_parcels() { return std::make_unique<SampleParcels>(); }

}  // namespace linmu

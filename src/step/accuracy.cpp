// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "accuracy_samples.hpp"
#include "accuracy_table.hpp"
#include "adjusted_area.hpp"
#include "linmu/algo/sample_check.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"
#include "mapped_areas.hpp"

namespace linmu {
namespace {

class AccuracyStep final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "accuracy",
            "精度与面积估计",
            "From labelled samples: error matrix, accuracies and error-adjusted areas with 95 % intervals (Olofsson et "
            "al. 2014; Stehman 2014 where strata are not the map's classes; parcels and clusters by ratio); zones by "
            "their own samples or by a small-area model. Ledger tables 'error_matrix', 'accuracy', 'adjusted_area', "
            "'adjusted_sum'; without samples: 'no samples'.",
            "measure",
            {{.name = "samples",
              .kind = ArtifactKind::layer,
              .help =
                  "labelled samples of sample-design or sample-parcels, or others with these fields; absent: areas are "
                  "said to have no samples",
              .optional = true},
             {.name = "design",
              .kind = ArtifactKind::table,
              .help = "strata with columns stratum, units, area_m2; absent: as the samples say",
              .optional = true}},
            ArtifactKind::none,
            2,
            true};
    }

    void declare(Params& p) override {
        auto& fields = reading_.fields;
        p.add("class", "field with the reference class", &fields.reference);
        p.add("map-class", "field with the map's class", &fields.map);
        p.add("stratum", "field with the stratum", &fields.stratum);
        p.add("stratum-area", "field with the stratum's area in m2", &fields.stratum_area);
        p.add("stratum-units", "field with the number of units of the stratum", &fields.stratum_units);
        p.add("unit", "what a sample is; auto: as its field 'unit' says, else a cell", &reading_.unit)
            .choices({"auto", "cell", "parcel"});
        p.add("unit-area", "field with a parcel's area in m2", &fields.unit_area);
        p.add("cluster", "field with the cluster (parcel of a two-stage sample)", &fields.cluster);
        p.add("strata",
              "design: as drawn; map: a simple or systematic sample is stratified afterwards by the map's classes, "
              "whose areas come from the ledger's class_area",
              &reading_.strata)
            .choices({"design", "map"});
        p.add("map", "name of the map in the ledger", &reading_.map);
        p.add("layer",
              "zones in the ledger's class_area that are the whole ground: mapped areas are theirs; empty: the "
              "strata's",
              &reading_.layer);
        p.add(
            "zones",
            "layers in the ledger's class_area whose zones get areas too: \"townships\"; samples with a field of that "
            "name (sample-zones) say in which zone they lie",
            &reading_.zones);
        p.add("sums",
              "classes whose areas together get intervals too, in 'adjusted_sum': \"broadleaf + conifer\", \"inflow - "
              "outflow\"",
              &sum_texts_);
        p.add("legend", "of the classes (data/legends); empty: any text is a class", &reading_.legend);
        p.add("least-samples", "a stratum with fewer is refused", &least_).limits(2, 10'000);
        p.add("zone-direct", "a zone with so many samples of its own stands for itself", &zone_direct_)
            .limits(2, 1'000'000);
        p.add("zone-composite",
              "one with so many is told by them and by the other zones; with fewer it has no interval",
              &zone_composite_)
            .limits(1, 1'000'000);
        p.add("zone-count", "fewer zones tell nothing of how zones differ", &zone_count_).limits(2, 10'000);
        p.add("zone-least", "a zone gets no interval when a class that is 5 % of it has fewer samples", &zone_least_)
            .limits(2, 10'000);
        p.add("finite", "from this part of a stratum's units on, errors shrink by the part that was drawn", &finite_)
            .unit("%")
            .limits(0, 100);
        p.add("kappa", "print kappa too, with its caveat", &kappa_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        if (reading_.strata == "map" && reading_.layer.empty())
            throw UsageError("strata = \"map\" needs 'layer': whose mapped areas in the ledger are the strata's");
        for (const auto& text : sum_texts_) sums_.push_back(parse_sum(text));
        if (inputs.empty()) {
            if (reading_.layer.empty())
                throw UsageError("without samples, 'layer' must say whose mapped areas have none");
            if (reading_.map.empty()) throw UsageError("without samples, 'map' must say which map");
            return {};
        }
        if (reading_.map.empty()) reading_.map = context.input_ids[0];
        reader_ = SampleReader(reading_, inputs[0].layer.fields, context.input_ids[0]);
        if (inputs.size() > 1) reader_.plan_design(inputs[1].table, context.input_ids[1]);
        return {};
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Table* design = inputs.tables.empty() ? nullptr : inputs.tables[0];
        if (inputs.layers.empty() || reader_.none_labelled(*inputs.layers[0])) {
            tell_no_samples(inputs.layers.empty() ? nullptr : inputs.layers[0], design, context);
            return {};
        }
        const auto mapped = mapped_areas(context);
        const auto samples = reader_.read(*inputs.layers[0], design, mapped);
        tell_blank(samples, *inputs.layers[0], context);
        tell_bunch(samples, *inputs.layers[0], context);
        refuse_shortages(samples);
        const SampleEstimator estimator(samples.strata, samples.units, samples.classes.size(), finite_ / 100);
        context.ledger->put(matrix_of(samples, estimator, reading_.map));
        context.ledger->put(accuracy_of(samples, estimator, reading_.map, kappa_));
        put_areas(samples, estimator, mapped, context);
        return {};
    }

private:
    [[nodiscard]] MappedAreas mapped_areas(const RunContext& context) const {
        if (reading_.layer.empty()) return {};
        return mapped_by_zone(*context.ledger, reading_.map, reading_.layer).at({});
    }

    /// Headline areas stay what the map shows, and it is said that nothing is known of their errors.
    void tell_no_samples(const Layer* samples, const Table* design, RunContext& context) const {
        AdjustedAreas tables(reading_.map);
        const auto mapped = mapped_areas(context);
        tables.add_unsampled("whole", "all",
                             mapped.empty() ? reader_.strata_of(*samples, design).areas_of_strata() : mapped);
        for (const auto& layer : reading_.zones)
            for (const auto& [zone, areas] : mapped_by_zone(*context.ledger, reading_.map, layer))
                if (zone) tables.add_unsampled(layer, *zone, areas);
        context.ledger->put(tables.areas());
        context.note("没有样本 no samples: areas are as mapped, their errors are not known");
    }

    void put_areas(const LabelledSamples& samples, const SampleEstimator& estimator, const MappedAreas& mapped,
                   RunContext& context) const {
        AdjustedAreas tables(reading_.map);
        const bool by_strata = mapped.empty() && samples.strata_are_map_classes();
        tables.add_whole(samples, estimator, by_strata ? samples.areas_of_strata() : mapped, sums_);
        const ZoneRule rule{zone_direct_, zone_composite_, static_cast<std::size_t>(zone_count_)};
        for (const auto& layer : reading_.zones) {
            std::map<std::string, MappedAreas> zones;
            for (const auto& [zone, areas] : mapped_by_zone(*context.ledger, reading_.map, layer))
                if (zone) zones[*zone] = areas;
            tables.add_zones(samples, estimator, layer, zones, sums_, rule, zone_least_);
        }
        context.ledger->put(tables.areas());
        if (!sums_.empty()) context.ledger->put(tables.sums());
    }

    static void tell_blank(const LabelledSamples& samples, const Layer& layer, RunContext& context) {
        if (samples.blank == 0) return;
        context.note(
            fmt::format("{} of {} samples have no reference class; they are left out, as if they had been "
                        "missed at random",
                        samples.blank, layer.features.size()));
    }

    void refuse_shortages(const LabelledSamples& samples) const {
        const auto short_of = shortages(samples.strata, samples.units, least_);
        if (short_of.empty()) return;
        std::string text;
        std::int64_t more = 0;
        for (const auto& s : short_of) {
            text += fmt::format("{}'{}' has {} and needs {} more", text.empty() ? "" : ", ", s.stratum, s.has, s.more);
            more += s.more;
        }
        throw DataError(
            fmt::format("too few labelled samples: stratum {}; label {} more (sample-design draws them), each stratum "
                        "needs {} at least, better 50",
                        text, more, least_));
    }

    /// Of the ground that the samples stand for, cut in about 25 squares.
    static void tell_bunch(const LabelledSamples& samples, const Layer& layer, RunContext& context) {
        std::vector<FieldSample> places;
        for (const auto& place : places_in_metres(layer)) places.push_back({place, {}, {}, {}, {}});
        const double side = std::sqrt(samples.whole_m2()) / 5;
        if (!(side > 0) || places.size() < 4) return;
        const double share = largest_bunch(places, side);
        if (share > 0.5)
            context.note(
                fmt::format("{:.0f} % of the samples lie in one square of {:.0f} m: intervals hold only for samples "
                            "that are drawn at random from all of the ground",
                            100 * share, side));
    }

    SampleReading reading_;
    SampleReader reader_;
    std::vector<std::string> sum_texts_;
    std::vector<SumText> sums_;
    int least_ = 10, zone_least_ = 30, zone_direct_ = 100, zone_composite_ = 10, zone_count_ = 6;
    double finite_ = 5;
    bool kappa_ = false;
};

}  // namespace

std::unique_ptr<Step> make_accuracy() { return std::make_unique<AccuracyStep>(); }

}  // namespace linmu

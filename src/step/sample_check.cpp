// SPDX-License-Identifier: MIT
#include "linmu/algo/sample_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <numbers>
#include <optional>

#include "layer_measure.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/core/number_of.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/step/registry.hpp"
#include "sample_labels.hpp"

namespace linmu {
namespace {

class SampleCheck final : public WholeStep {
public:
    StepInfo info() const override {
        return {"sample-check",
                "样本检查",
                "Finds what is wrong with labelled samples: blank and unknown classes, wrong epochs, samples outside "
                "the area, "
                "duplicates, contradictions, values far from their class; each by feature in the ledger table "
                "'sample_finding'. Passes on the good ones.",
                "measure",
                {{.name = "samples", .kind = ArtifactKind::layer, .help = "points or polygons with their class"},
                 {.name = "area",
                  .kind = ArtifactKind::layer,
                  .help = "polygons that samples must lie in: the county",
                  .optional = true}},
                ArtifactKind::layer,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("class", "field with the reference class: a key, code or name of the legend", &class_);
        p.add("legend", "of the classes (data/legends); empty: any text is a class", &legend_);
        p.add("epoch-field", "field with the epoch", &epoch_field_);
        p.add("epoch", "that samples must be of; empty: any", &rules_.epoch);
        p.add("border", "samples less than this outside the area still count: a cell that is half inside", &border_)
            .unit("m")
            .limits(0, 1e4);
        p.add("same-place", "samples nearer to each other are at one place", &rules_.same_place)
            .unit("m")
            .limits(0, 1e4);
        p.add("bands", "fields with values (as sample-map makes) in which outliers are looked for", &bands_);
        p.add("outlier",
              "a value farther from its class's median, in robust standard deviations, is an outlier; 0: none",
              &rules_.outlier_distance)
            .limits(0, 100);
        p.add("drop-outliers", "outliers are not passed on; else they are told only", &drop_outliers_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const auto& fields = inputs[0].layer.fields;
        class_at_ = field_index(fields, class_, context.input_ids[0]);
        if (!rules_.epoch.empty()) epoch_at_ = field_index(fields, epoch_field_, context.input_ids[0]);
        else if (const auto at = std::ranges::find(fields, epoch_field_, &Field::name); at != fields.end())
            epoch_at_ = static_cast<std::size_t>(at - fields.begin());
        for (const auto& band : bands_) band_at_.push_back(field_index(fields, band, context.input_ids[0]));
        labels_ = LabelReader(legend_);
        auto spec = inputs[0].layer;
        spec.fields[class_at_].type = FieldType::text;
        return Artifact::of(std::move(spec));
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& source = *inputs.layers[0];
        const auto samples = samples_of(source);
        const auto inside =
            inputs.layers.size() > 1 ? inside_of(*inputs.layers[1], source, context) : std::vector<bool>{};
        const auto findings = check_samples(samples, inside, rules_);
        record(source, samples, findings, context);
        return {good_ones(source, samples, findings, context), {}};
    }

private:
    std::vector<FieldSample> samples_of(const Layer& source) const {
        const auto places = places_in_metres(source);
        std::vector<FieldSample> samples;
        for (std::size_t i = 0; i < source.features.size(); ++i) {
            const auto& values = source.features[i].values;
            FieldSample sample{.where = places[i],
                               .epoch = epoch_at_ ? trimmed_text(values[*epoch_at_]) : "",
                               .label = trimmed_text(values[class_at_]),
                               .class_key = {},
                               .features = {}};
            sample.class_key = labels_.key_of(sample.label);
            for (const auto at : band_at_)
                sample.features.push_back(number_of(values[at]).value_or(std::numeric_limits<double>::quiet_NaN()));
            samples.push_back(std::move(sample));
        }
        return samples;
    }

    std::vector<bool> inside_of(const Layer& area, const Layer& source, RunContext& context) const {
        const auto places = places_in_metres(source);
        const Transform to_area(survey_plane_for(bounds(source), source.spec.crs), area.spec.crs);
        std::vector<Box> boxes;
        for (const auto& feature : area.features) boxes.push_back(bounds(feature.geometry));
        const BoxIndex index(boxes);
        const auto covered = [&](const Point& p) {
            Box box;
            box.add(p);
            return std::ranges::any_of(index.touching(box),
                                       [&](std::size_t i) { return contains(area.features[i].geometry, p); });
        };
        std::vector<bool> inside;
        for (const auto& place : places)
            inside.push_back(
                std::ranges::any_of(places_around(place), [&](const Point& p) { return covered(to_area(p)); }));
        tell_bunch(area, source, context);
        return inside;
    }

    /// The place itself, and eight on a circle as wide as the border.
    [[nodiscard]] std::vector<Point> places_around(const Point& place) const {
        std::vector<Point> places{place};
        for (int k = 0; k < 8 && border_ > 0; ++k) {
            const double angle = k * std::numbers::pi / 4;
            places.push_back({place.x + border_ * std::cos(angle), place.y + border_ * std::sin(angle)});
        }
        return places;
    }

    /// A good sample of a county has no more than a few of a hundred in each 25th of it.
    void tell_bunch(const Layer& area, const Layer& source, RunContext& context) const {
        const SurveyArea survey = survey_area_of(area, "", 70);
        double m2 = 0;
        for (const auto& feature : area.features)
            if (!feature.geometry.polygons.empty()) m2 += survey.m2(feature.geometry);
        const double side = std::sqrt(m2) / 5;
        const auto samples = samples_of(source);
        const double share = largest_bunch(samples, side);
        if (share <= 0.5 || samples.size() < 4) return;
        context.note(
            fmt::format("{:.0f} % of the samples lie in one square of {:.0f} m: they speak for it, not for the area; "
                        "draw samples by sample-design",
                        100 * share, side));
    }

    void record(const Layer& source, const std::vector<FieldSample>& samples,
                const std::vector<SampleFinding>& findings, RunContext& context) const {
        Table table{{"sample_finding",
                     "样本问题",
                     {{"layer", FieldType::text, "", "图层"},
                      {"feature", FieldType::integer, "", "要素"},
                      {"fault", FieldType::text, "", "问题"},
                      {"fault_zh", FieldType::text, "", "问题名称"},
                      {"other", FieldType::integer, "", "相关要素"},
                      {"value", FieldType::text, "", "填写值"},
                      {"measure", FieldType::real, "", "量值"},
                      {"sentence", FieldType::text, "", "说明"}}},
                    {}};
        std::map<std::string, int> counts;
        for (const auto& f : findings) {
            const auto& feature = source.features[f.sample];
            const std::string fault(to_string(f.fault));
            ++counts[fault];
            table.rows.push_back({source.spec.name, feature.fid, fault, std::string(name_zh_of(f.fault)),
                                  f.other ? Value{source.features[*f.other].fid} : Value{}, samples[f.sample].label,
                                  f.measure, sentence(f, source, samples)});
        }
        context.ledger->put(table);
        std::string told;
        for (const auto& [fault, count] : counts)
            told += fmt::format("{}{} {}", told.empty() ? "" : ", ", count, fault);
        context.note(fmt::format("{} samples: {}", samples.size(), told.empty() ? "nothing found" : told));
    }

    [[nodiscard]] std::string sentence(const SampleFinding& f, const Layer& source,
                                       const std::vector<FieldSample>& samples) const {
        const auto& sample = samples[f.sample];
        const auto other = f.other ? source.features[*f.other].fid : 0;
        switch (f.fault) {
            case SampleFault::blank: return fmt::format("no class is given in '{}'", class_);
            case SampleFault::unknown_class:
                return fmt::format("'{}' is no class of legend {}{}", sample.label, legend_,
                                   hint(sample.label, labels_.keys()));
            case SampleFault::outside: return "it lies outside the area";
            case SampleFault::wrong_epoch:
                return fmt::format("its epoch is '{}', {} is wanted", sample.epoch, rules_.epoch);
            case SampleFault::duplicate: return fmt::format("the same as sample {}", other);
            case SampleFault::contradiction:
                return fmt::format("{} here, but {} by sample {} at the same place and epoch", sample.class_key,
                                   samples[*f.other].class_key, other);
            case SampleFault::outlier: break;
        }
        return fmt::format("{} of {} is {:.1f} robust standard deviations from the median of {}", bands_[f.feature],
                           sample.features[f.feature], f.measure, sample.class_key);
    }

    Layer good_ones(const Layer& source, const std::vector<FieldSample>& samples,
                    const std::vector<SampleFinding>& findings, RunContext& context) const {
        std::vector<bool> good(samples.size(), true);
        for (const auto& f : findings)
            if (takes_out(f.fault) || drop_outliers_) good[f.sample] = false;
        Layer layer{source.spec, {}};
        layer.spec.fields[class_at_].type = FieldType::text;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            if (!good[i]) continue;
            layer.features.push_back(source.features[i]);
            layer.features.back().values[class_at_] = samples[i].class_key;
        }
        context.note(fmt::format("{} of {} samples are good", layer.features.size(), samples.size()));
        return layer;
    }

    std::string class_ = "class", legend_, epoch_field_ = "epoch";
    std::vector<std::string> bands_;
    double border_ = 10;
    bool drop_outliers_ = false;
    SampleRules rules_;
    LabelReader labels_;
    std::size_t class_at_ = 0;
    std::optional<std::size_t> epoch_at_;
    std::vector<std::size_t> band_at_;
};

}  // namespace

std::unique_ptr<Step> make_sample_check() { return std::make_unique<SampleCheck>(); }

}  // namespace linmu

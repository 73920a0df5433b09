// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// Where a feature stands for itself: its point, or a point inside.
Point place_of(const Feature& feature) {
    if (!feature.geometry.points.empty()) return feature.geometry.points.front();
    if (!feature.geometry.polygons.empty()) return inner_point(feature.geometry);
    throw DataError(fmt::format("sample {} has neither a point nor a polygon", feature.fid));
}

class SampleZones final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "sample-zones",
            "样本所在单位",
            "Writes into each sample the code of the zone in which it lies, so that accuracy can tell zones by their "
            "own samples.",
            "measure",
            {{.name = "samples", .kind = ArtifactKind::layer, .help = "samples: points or polygons"},
             {.name = "zones", .kind = ArtifactKind::layer, .help = "townships, villages"}},
            ArtifactKind::layer,
            1,
            false};
    }

    void declare(Params& p) override {
        p.add("key", "field with the zone's code", &key_).required();
        p.add("field", "new field of the samples, named as accuracy names the zones: \"townships\"", &field_)
            .required();
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        key_at_ = field_index(inputs[1].layer.fields, key_, context.input_ids[1]);
        spec_ = inputs[0].layer;
        if (std::ranges::find(spec_.fields, field_, &Field::name) != spec_.fields.end())
            throw UsageError(fmt::format("the samples have a field '{}' already; give another 'field'", field_));
        spec_.fields.push_back({field_, FieldType::text, "", "所在单位"});
        return Artifact::of(spec_);
    }

    Made run(const WholeInput& input, RunContext& context) override {
        const Layer& zones = *input.layers[1];
        const Transform to_zones(spec_.crs, zones.spec.crs);
        std::vector<Box> boxes;
        for (const auto& zone : zones.features) boxes.push_back(bounds(zone.geometry));
        const BoxIndex index(boxes);
        Layer out{spec_, input.layers[0]->features};
        std::int64_t outside = 0;
        for (auto& sample : out.features) {
            const Point p = to_zones(place_of(sample));
            Value code;
            for (const auto k : index.touching({p.x, p.y, p.x, p.y})) {
                if (!contains(zones.features[k].geometry, p)) continue;
                code = to_text(zones.features[k].values[key_at_]);
                break;
            }
            outside += std::holds_alternative<std::monostate>(code) ? 1 : 0;
            sample.values.push_back(std::move(code));
        }
        if (outside > 0)
            context.note(fmt::format("{} of {} samples lie in none of the zones", outside, out.features.size()));
        return {std::move(out), {}};
    }

private:
    std::string key_, field_;
    std::size_t key_at_ = 0;
    LayerSpec spec_;
};

}  // namespace

std::unique_ptr<Step> make_sample_zones() { return std::make_unique<SampleZones>(); }

}  // namespace linmu

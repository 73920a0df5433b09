// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "linmu/core/error.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/geo/shared_transform.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// The other layer in the plane, ready to be asked by many threads.
class Others {
public:
    Others(const Layer& layer, const SharedTransform& to_plane) {
        std::vector<Box> boxes;
        for (const auto& feature : layer.features) {
            shapes_.push_back(transformed(feature.geometry, to_plane));
            boxes.push_back(bounds(shapes_.back()));
            all_.join(boxes.back());
        }
        index_ = std::make_unique<BoxIndex>(boxes);
    }

    struct Nearest {
        std::size_t feature = 0;
        Gap gap;
    };
    /// Nothing where all are further than `within` m. Of those equally near the first in the file. The circle that is looked at
    /// doubles until it holds one, so that a feature costs what lies about it, not the whole layer.
    [[nodiscard]] std::optional<Nearest> nearest_to(const Geometry& geometry, double within) const {
        if (geometry.empty() || all_.empty()) return {};
        const Box own = bounds(geometry);
        const double farthest = std::min(within, reach(own));
        for (double radius = std::min(first_radius, farthest);; radius = std::min(2 * radius, farthest)) {
            auto found = best_within(geometry, own, radius);
            if (found || radius >= farthest) return found;
        }
    }

private:
    static constexpr double first_radius = 50;

    /// No shape is further from the box than this.
    [[nodiscard]] double reach(const Box& own) const {
        Box both = own;
        both.join(all_);
        return std::hypot(both.xmax - both.xmin, both.ymax - both.ymin) + 1;
    }

    [[nodiscard]] std::optional<Nearest> best_within(const Geometry& geometry, const Box& own, double radius) const {
        std::optional<Nearest> best;
        for (const auto i :
             index_->touching({own.xmin - radius, own.ymin - radius, own.xmax + radius, own.ymax + radius})) {
            const auto gap = gap_between(geometry, shapes_[i]);
            if (gap.width <= radius && (!best || gap.width < best->gap.width)) best = Nearest{i, gap};
            if (best && best->gap.width == 0) break;
        }
        return best;
    }

    std::vector<Geometry> shapes_;
    Box all_;
    std::unique_ptr<BoxIndex> index_;
};

class Near final : public WholeStep {
public:
    StepInfo info() const override {
        return {"near",
                "最近距离",
                "Tells of each feature which one of another layer is nearest and how far it is, on the ellipsoid; 0 m "
                "where "
                "they meet: trees from buildings, plots from roads.",
                "measure",
                {{.name = "layer", .kind = ArtifactKind::layer, .help = "points, lines or polygons"},
                 {.name = "others", .kind = ArtifactKind::layer, .help = "what may be near them"}},
                ArtifactKind::layer,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("key", "field of the others with their code", &key_).required();
        p.add("name", "how the two new fields begin: <name>_id and <name>_m", &name_);
        p.add("within", "others further away in that plane are none; 0: the nearest, however far", &within_)
            .unit("m")
            .limits(0, 1e6);
        p.add("survey-crs", "plane in which the nearest is looked for; empty: the 3-degree zone that the layer lies in",
              &survey_crs_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        spec_ = inputs[0].layer;
        key_at_ = field_index(inputs[1].layer.fields, key_, context.input_ids[1]);
        for (const auto& field : {name_ + "_id", name_ + "_m"}) {
            if (std::ranges::find(spec_.fields, field, &Field::name) != spec_.fields.end())
                throw UsageError(
                    fmt::format("'{}' has a field '{}' already; give another 'name'", context.input_ids[0], field));
        }
        spec_.fields.push_back({name_ + "_id", FieldType::text, "", "最近要素"});
        spec_.fields.push_back({name_ + "_m", FieldType::real, "m", "最近距离"});
        return Artifact::of(spec_);
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& layer = *inputs.layers[0];
        const Layer& other = *inputs.layers[1];
        Layer made{spec_, layer.features};
        if (layer.features.empty()) return {std::move(made), {}};
        const auto plane = survey_crs_.empty() ? survey_plane_for(bounds(layer), layer.spec.crs) : survey_crs_;
        const SharedTransform to_plane(layer.spec.crs, plane);
        const Others others(other, SharedTransform(other.spec.crs, plane));
        const SurveyArea survey(plane, plane);
        const double within = within_ > 0 ? within_ : std::numeric_limits<double>::infinity();
        constexpr std::size_t chunk = 128;
        context.parallel((made.features.size() + chunk - 1) / chunk, [&](std::size_t c) {
            for (std::size_t i = c * chunk; i < std::min(made.features.size(), (c + 1) * chunk); ++i) {
                auto& feature = made.features[i];
                feature.values.resize(spec_.fields.size());
                const auto found = others.nearest_to(transformed(feature.geometry, to_plane), within);
                if (!found) continue;
                const auto last = feature.values.size() - 1;
                feature.values[last - 1] = to_text(other.features[found->feature].values[key_at_]);
                feature.values[last] = metres(found->gap, survey);
            }
        });
        const auto none = std::ranges::count_if(
            made.features, [](const Feature& f) { return std::holds_alternative<std::monostate>(f.values.back()); });
        if (none > 0) context.note(fmt::format("{} of {} features are near none", none, made.features.size()));
        return {std::move(made), {}};
    }

private:
    /// The plane only chooses: what is told is measured on the ellipsoid between the two nearest points.
    static double metres(const Gap& gap, const SurveyArea& survey) {
        return gap.width == 0 ? 0.0 : survey.length_m({{}, {{gap.a, gap.b}}, {}});
    }

    std::string key_, name_ = "near", survey_crs_;
    double within_ = 0;
    std::size_t key_at_ = 0;
    LayerSpec spec_;
};

}  // namespace

std::unique_ptr<Step> make_near() { return std::make_unique<Near>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/majority.hpp"

#include <fmt/format.h>

#include <memory>

#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Majority final : public TileStep {
public:
    StepInfo info() const override {
        return {
            "majority",
            "众数滤波",
            "Smooths a class map: each cell takes the most frequent class of its neighbourhood; ties keep it as it is.",
            "classify",
            {{.name = "map", .kind = ArtifactKind::raster, .help = "class map"}},
            ArtifactKind::raster,
            1,
            false};
    }

    void declare(Params& p) override {
        p.add("radius", "neighbourhood: 1 is 3 x 3 cells", &radius_).unit("cell").limits(1, 10);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const RasterSpec& map = inputs[0].raster;
        if (map.bands.size() != 1 || map.bands[0].kind != BandKind::code) {
            throw DataError(fmt::format("'{}' must have one band of classes; measured values have no majority",
                                        context.input_ids[0]));
        }
        return Artifact::of(map);
    }

    int halo() const override { return radius_; }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        Block out{window, {}};
        out.bands.emplace_back(majority(inputs[0]->code(0), radius_));
        return out;
    }

private:
    int radius_ = 1;
};

}  // namespace

std::unique_ptr<Step> make_majority() { return std::make_unique<Majority>(); }

}  // namespace linmu

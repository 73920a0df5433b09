// SPDX-License-Identifier: MIT
#pragma once
#include <memory>

#include "linmu/algo/class_area.hpp"
#include "linmu/step/step.hpp"
#include "zone_coverage.hpp"

namespace linmu {

/// What folds of two class maps over polygons share: areas by polygon, class before and class after. The maps are the first
/// two raster inputs, one band each. A fold sets `zones_` in start(), and in finish() says what the sums mean.
class ChangeFold : public FoldStep {
public:
    std::shared_ptr<void> measure(const Window& window, std::span<const BlockPtr> inputs) const override {
        auto part = std::make_shared<ChangeAreas>();
        const TileAreas areas = zones_->areas(window);
        const TileClasses classes(inputs[0]->code(0), inputs[1]->code(0));
        zones_->visit(window, [&](std::size_t zone, const Coverage& coverage) {
            add_change_areas(*part, static_cast<std::int32_t>(zone), coverage, classes, areas);
        });
        part->settle();
        return part;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        sums_.merge(*std::static_pointer_cast<ChangeAreas>(part));
    }

    std::string save() override { return to_bytes(sums_); }
    void load(std::string_view state) override { sums_ = change_areas_from(state); }

protected:
    std::unique_ptr<ZoneCoverage> zones_;
    ChangeAreas sums_;
};

}  // namespace linmu

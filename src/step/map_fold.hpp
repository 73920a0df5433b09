// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/algo/patches.hpp"
#include "linmu/algo/run_map.hpp"
#include "linmu/step/step.hpp"

namespace linmu {

/// What steps share that must see all of a class map at once: they hold it as runs (8 bytes a run) and do their work in finish(). The
/// map is the first input.
class MapFold : public FoldStep {
public:
    void start(std::span<const Layer* const>, RunContext&) override { maker_ = RunMapMaker(grid_.cols, grid_.rows); }

    std::shared_ptr<void> measure(const Window& window, std::span<const BlockPtr> inputs) const override {
        return std::make_shared<TileRuns>(tile_runs(inputs[0]->code(band_at_), window));
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        maker_.add(std::move(*std::static_pointer_cast<TileRuns>(part)));
    }

    std::string save() override { return maker_.save(); }
    void load(std::string_view state) override { maker_.load(state); }

protected:
    void declare_map(Params& p) {
        p.add("band", "class band; empty: the only one", &band_);
        p.add("neighbours", "cells of a class hang together by their sides (4) or by their corners too (8)",
              &neighbours_)
            .choices({"4", "8"});
    }
    /// Throws DataError: no such band, or one of measured values.
    void plan_map(const RasterSpec& raster, const std::string& input);
    /// All of the map. Throws DataError when not one cell has a class.
    [[nodiscard]] RunMap whole_map();
    [[nodiscard]] Connectivity connectivity() const {
        return neighbours_ == "8" ? Connectivity::eight : Connectivity::four;
    }

    std::string band_, neighbours_ = "4", input_;
    std::size_t band_at_ = 0;
    BandSpec band_spec_;
    Grid grid_;
    ClassNames names_;

private:
    RunMapMaker maker_;
};

}  // namespace linmu

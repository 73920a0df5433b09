// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "linmu/step/registry.hpp"
#include "support/temp_dir.hpp"

namespace linmu::test {

inline BandSpec band(const std::string& name, BandKind kind = BandKind::real, const std::string& legend = {},
                     const std::string& scene = {}) {
    return {.name = name, .kind = kind, .unit = {}, .legend = legend, .scene = scene, .date = {}};
}

inline Geometry polygon(Ring outer) { return {{{std::move(outer), {}}}, {}, {}}; }

/// A step on artifacts in memory, with its parameters set as a pipeline file would.
class StepBench {
public:
    explicit StepBench(const std::string& name, const std::vector<std::pair<std::string, ParamValue>>& keys = {})
        : step_(make_step(name)) {
        setenv("LINMU_DATA", LINMU_SOURCE_DIR "/data", 0);
        step_->declare(params_);
        for (const auto& [key, value] : keys) {
            auto* param = params_.find(key);
            if (!param) throw std::logic_error(name + " has no parameter " + key);
            param->set(value);
        }
    }

    Artifact plan(const std::vector<Artifact>& inputs) {
        PlanContext context{.id = "step",
                            .input_ids = {},
                            .grid = &grid_,
                            .files = &files_,
                            .notes = &notes_,
                            .natural_block = &natural_};
        for (const auto& input : inputs) {
            context.input_ids.push_back("in" + std::to_string(context.input_ids.size() + 1));
            if (input.kind == ArtifactKind::raster && !grid_) grid_ = input.raster.grid;
        }
        return step_->plan(inputs, context);
    }

    void start(const std::vector<const Table*>& tables) { dynamic_cast<TileStep&>(*step_).start(tables); }
    [[nodiscard]] Block apply(const Window& window, std::vector<Block> inputs) const {
        return tile().apply(window, shared(std::move(inputs)));
    }
    [[nodiscard]] int halo() const { return tile().halo(); }

    /// A fold over all tiles of `size`, its rows in `ledger`. Half-way its state is saved and loaded into `other`, if that is given.
    Made fold(Ledger& ledger, const std::vector<Block>& inputs, const std::vector<const Layer*>& layers, int size,
              StepBench* other = nullptr) {
        RunContext context;
        context.id = "step";
        context.ledger = &ledger;
        context.note = [](const std::string&) {};
        auto* now = &dynamic_cast<FoldStep&>(*step_);
        now->start(layers, context);
        const auto list = tiles(inputs.front().window, size);
        for (std::size_t t = 0; t < list.size(); ++t) {
            if (other && t == list.size() / 2) {
                auto* next = &dynamic_cast<FoldStep&>(*other->step_);
                next->start(layers, context);
                next->load(now->save());
                now = next;
            }
            std::vector<Block> parts;
            for (const auto& input : inputs) parts.push_back(crop(input, list[t]));
            now->absorb(list[t], now->measure(list[t], shared(std::move(parts))));
        }
        return now->finish(context);
    }

    Step& step() { return *step_; }
    Params& params() { return params_; }

private:
    [[nodiscard]] const TileStep& tile() const { return dynamic_cast<const TileStep&>(*step_); }
    static std::vector<BlockPtr> shared(std::vector<Block> blocks) {
        std::vector<BlockPtr> out;
        for (auto& block : blocks) out.push_back(std::make_shared<const Block>(std::move(block)));
        return out;
    }

    std::unique_ptr<Step> step_;
    Params params_;
    std::optional<Grid> grid_;
    std::vector<std::string> files_, notes_;
    int natural_ = 0;
};

}  // namespace linmu::test

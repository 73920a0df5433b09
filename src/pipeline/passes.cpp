// SPDX-License-Identifier: MIT
// Which steps run together over the tiles, what each pass needs of them, and how large tiles may be for the memory there is.
#include "passes.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <set>
#include <utility>

namespace linmu {
namespace {

/// The steps that must have run before a step can: its inputs, and through tile steps, which run with it, theirs.
std::set<std::size_t> must_run_before(const Plan& plan, std::size_t step) {
    std::set<std::size_t> made;
    for (const auto feeder : plan.steps[step].inputs) {
        if (dynamic_cast<const TileStep*>(plan.steps[feeder].step.get())) made.merge(must_run_before(plan, feeder));
        else made.insert(feeder);
    }
    return made;
}

/// Bytes of a cell of what a step hands on.
std::int64_t bytes_handed_on(const Plan& plan, std::size_t step) {
    const auto* by_tile = dynamic_cast<const TileStep*>(plan.steps[step].step.get());
    if (const auto bytes = by_tile ? by_tile->bytes_handed_on() : std::nullopt)
        return static_cast<std::int64_t>(*bytes);
    return 4 * static_cast<std::int64_t>(plan.steps[step].output.raster.bands.size());
}

/// The most that the blocks of one tile in flight hold at a time, with their halos and what steps work in.
class TileBytes {
public:
    TileBytes(const Plan& plan, const PassNeeds& needs, int tile)
        : plan_(plan), needs_(needs), tile_(tile), bytes_(plan.steps.size()) {}

    std::int64_t most() {
        std::int64_t most = 0;
        for (std::size_t k = 0; k < needs_.tile_steps.size(); ++k) {
            const auto i = needs_.tile_steps[k];
            const auto* step = dynamic_cast<const TileStep*>(plan_.steps[i].step.get());
            if (step && takes_over(*step, k)) std::swap(bytes_[i], bytes_[plan_.steps[i].inputs.front()]);
            else bytes_[i] = cells(i) * bytes_handed_on(plan_, i);
            const auto at_work = step ? cells(i) * 4 * static_cast<std::int64_t>(step->planes_at_work()) : 0;
            most = std::max(most, std::accumulate(bytes_.begin(), bytes_.end(), at_work));
            for (const auto done : needs_.done_with[k]) bytes_[done] = 0;
        }
        return most;
    }

private:
    [[nodiscard]] std::int64_t cells(std::size_t step) const {
        const std::int64_t side = tile_ + 2 * needs_.halo[step];
        return side * side;
    }

    /// Does the step hand on its first input's planes, as nobody else wants them?
    [[nodiscard]] bool takes_over(const TileStep& step, std::size_t k) const {
        const auto first = plan_.steps[needs_.tile_steps[k]].inputs.front();
        return step.hands_on_its_input() && std::ranges::find(needs_.done_with[k], first) != needs_.done_with[k].end();
    }

    const Plan& plan_;
    const PassNeeds& needs_;
    int tile_;
    std::vector<std::int64_t> bytes_;  ///< by step: what is held of it
};

/// What is held whatever the tiles: the program with its libraries and layers, and what a thread's decoder works in
/// (JPEG 2000 unpacks a block of 1024 cells as whole numbers, several times over). Measured on the practice county.
std::int64_t bytes_of_program(int threads) { return (std::int64_t{96} + 48 * threads) << 20; }

/// Rows of blocks that writers gather before they write.
std::int64_t bytes_of_writers(const Plan& plan, const Stage& stage, int tile) {
    std::int64_t bytes = 0;
    for (const auto fold : stage.steps) {
        for (const auto i : plan.steps[fold].inputs) {
            const auto& artifact = plan.steps[i].output;
            if (artifact.kind != ArtifactKind::raster || plan.steps[fold].info.group != "write") continue;
            bytes += static_cast<std::int64_t>(artifact.raster.bands.size()) * artifact.raster.grid.cols *
                     std::max(512, tile) * 4;
        }
    }
    return bytes;
}

void find_last_uses(const Plan& plan, const Stage& stage, PassNeeds& needs) {
    std::set<std::size_t> kept;
    for (const auto fold : stage.steps) kept.insert(plan.steps[fold].inputs.begin(), plan.steps[fold].inputs.end());
    needs.done_with.resize(needs.tile_steps.size());
    for (std::size_t k = needs.tile_steps.size(); k-- > 0;) {
        if (!dynamic_cast<const TileStep*>(plan.steps[needs.tile_steps[k]].step.get())) continue;
        for (const auto feeder : plan.steps[needs.tile_steps[k]].inputs) {
            if (kept.insert(feeder).second) needs.done_with[k].push_back(feeder);
        }
    }
}

}  // namespace

void mark_rules(Plan& plan) {
    for (auto& planned : plan.steps) {
        planned.rule = (planned.info.needs_ledger && planned.info.inputs.empty()) ||
                       std::ranges::any_of(planned.inputs, [&](std::size_t feeder) { return plan.steps[feeder].rule; });
    }
}

namespace {

/// The first pass that a writer can join: all that it needs has been made before. It puts nothing into the ledger, and the tiles are
/// not computed twice.
Stage* earlier_pass(const Plan& plan, std::size_t writer, std::vector<Stage>& stages) {
    auto missing = must_run_before(plan, writer);
    for (auto& stage : stages) {
        if (stage.pass && missing.empty()) return &stage;
        for (const auto step : stage.steps) missing.erase(step);
    }
    return nullptr;
}

/// The stages of the steps that are rules, or of those that are not.
void add_stages(const Plan& plan, bool rules, std::vector<Stage>& stages) {
    Stage waiting{true, {}};
    const auto flush = [&] {
        if (!waiting.steps.empty()) stages.push_back(std::exchange(waiting, {true, {}}));
    };
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const Step* step = plan.steps[i].step.get();
        if (plan.steps[i].rule != rules || dynamic_cast<const TileStep*>(step)) continue;
        const bool fold = dynamic_cast<const FoldStep*>(step) != nullptr;
        if (fold && plan.steps[i].info.group == "write") {
            if (auto* pass = earlier_pass(plan, i, stages)) {
                pass->steps.push_back(i);
                continue;
            }
        }
        const bool fed_by_fold = std::ranges::any_of(must_run_before(plan, i), [&](std::size_t feeder) {
            return std::ranges::find(waiting.steps, feeder) != waiting.steps.end();
        });
        if (plan.steps[i].info.needs_ledger || fed_by_fold) flush();
        if (fold) waiting.steps.push_back(i);
        else stages.push_back({false, {i}});
    }
    flush();
}

}  // namespace

std::vector<Stage> stages_of(const Plan& plan) {
    std::vector<Stage> stages;
    add_stages(plan, false, stages);
    add_stages(plan, true, stages);
    return stages;
}

std::size_t facts_stages_of(const Plan& plan) {
    const auto fed_by_facts = [&](const PlannedStep& step) {
        return step.rule && std::ranges::any_of(step.inputs, [&](std::size_t i) { return !plan.steps[i].rule; });
    };
    if (std::ranges::any_of(plan.steps, fed_by_facts)) return 0;
    return static_cast<std::size_t>(
        std::ranges::count_if(plan.stages, [&](const Stage& stage) { return !plan.steps[stage.steps.front()].rule; }));
}

TilePlan tile_plan(const Plan& plan, const ResourceOptions& resources, int natural_block) {
    const int wanted =
        resources.tile != 0
            ? resources.tile
            : static_cast<int>(std::bit_ceil(static_cast<unsigned>(std::clamp(natural_block, 256, 1024))));
    TilePlan worst{.tile = wanted,
                   .tokens = 2 * plan.threads,
                   .cache_bytes = resources.memory / 4,
                   .total_bytes = resources.memory / 4};
    for (const auto& stage : plan.stages) {
        if (!stage.pass) continue;
        const auto needs = pass_needs(plan, stage);
        settle_pass(plan, stage, needs);
        const auto tiles =
            plan_tiles(resources.memory, bytes_of_program(plan.threads) + bytes_of_writers(plan, stage, wanted),
                       plan.threads, wanted, [&](int tile) { return TileBytes(plan, needs, tile).most(); });
        if (tiles.tile < worst.tile || tiles.total_bytes > worst.total_bytes) worst = tiles;
    }
    return worst;
}

PassNeeds pass_needs(const Plan& plan, const Stage& stage) {
    PassNeeds needs;
    needs.halo.assign(plan.steps.size(), -1);
    needs.value_halo.assign(plan.steps.size(), -1);
    const auto want = [&](std::size_t feeder, int reach, int reach_of_values) {
        if (plan.steps[feeder].info.makes != ArtifactKind::raster) return;
        needs.halo[feeder] = std::max(needs.halo[feeder], reach);
        needs.value_halo[feeder] = std::max(needs.value_halo[feeder], reach_of_values);
    };
    for (const auto fold : stage.steps) {
        for (const auto feeder : plan.steps[fold].inputs) want(feeder, 0, 0);
    }
    for (std::size_t i = plan.steps.size(); i-- > 0;) {
        const auto* tile_step = dynamic_cast<const TileStep*>(plan.steps[i].step.get());
        if (needs.halo[i] < 0) continue;
        needs.tile_steps.push_back(i);
        if (!tile_step) continue;  // the raster of an earlier pass
        const auto& feeders = plan.steps[i].inputs;
        for (std::size_t input = 0; input < feeders.size(); ++input) {
            const int reach = needs.halo[i] + tile_step->halo_of(input);
            const auto of_values = tile_step->halo_of_values(input);
            want(feeders[input], reach, of_values ? needs.value_halo[i] + *of_values : reach);
        }
    }
    std::ranges::reverse(needs.tile_steps);
    find_last_uses(plan, stage, needs);
    return needs;
}

/// From the last step to the first: whoever reads values, or hands on to one that does, is handed values.
void settle_pass(const Plan& plan, const Stage& stage, const PassNeeds& needs) {
    std::vector<bool> by_value(plan.steps.size());
    const auto ask_for_values = [&](std::size_t step) {
        for (const auto feeder : plan.steps[step].inputs) by_value[feeder] = true;
    };
    for (const auto i : stage.steps) ask_for_values(i);
    for (auto it = needs.tile_steps.rbegin(); it != needs.tile_steps.rend(); ++it) {
        auto* step = dynamic_cast<TileStep*>(plan.steps[*it].step.get());
        if (!step) continue;  // a fold of an earlier pass hands on what it has made
        const auto use = step->stored_bands();
        if (use == StoredBands::refused || (use == StoredBands::handed_on && by_value[*it])) ask_for_values(*it);
        step->hand_on_stored(!by_value[*it]);
        step->spare_values(needs.halo[*it] - needs.value_halo[*it]);
    }
}

}  // namespace linmu

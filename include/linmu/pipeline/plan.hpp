// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linmu/core/grid.hpp"
#include "linmu/exec/memory.hpp"
#include "linmu/pipeline/document.hpp"
#include "linmu/step/step.hpp"

namespace linmu {

/// A step of a plan: made, its parameters set, its inputs found, its output known.
struct PlannedStep {
    std::string id;
    StepInfo info;
    std::unique_ptr<Step> step;
    std::unique_ptr<Params> params;
    std::vector<std::size_t> inputs;  ///< positions of the steps that feed it
    Artifact output;
    std::vector<std::string> notes;
    std::vector<std::string> files;  ///< that it reads itself
    Position place;                  ///< in the pipeline file
    bool rule = false;  ///< reads nothing but the ledger and products, or is fed by such a step: runs after all others
};

/// A step that is left out: its files are not there and it is `optional`, or what feeds it is left out.
struct AbsentStep {
    std::string id;
    std::string why;
};

/// What runs together. A pass works through the tiles once for all its folds, pulling through the tile steps
/// that they need; a layer step or a whole step is a stage of its own.
struct Stage {
    bool pass = false;
    std::vector<std::size_t> steps;  ///< pass: its folds; else one step
};

/// A halo and the set of tile steps that a pass evaluates.
struct PassNeeds {
    std::vector<std::size_t>
        tile_steps;               ///< in order of evaluation; and folds of earlier passes whose rasters are read
    std::vector<int> halo;        ///< by step: how far beyond the tile its block must reach; -1: not needed
    std::vector<int> value_halo;  ///< by step: how far its real bands must; at most `halo`
    /// By place in `tile_steps`: blocks that no later tile step and no fold asks for, so that they can go.
    std::vector<std::vector<std::size_t>> done_with;
};

struct ResourceOptions {
    std::int64_t memory = std::int64_t{2} << 30;
    int threads = 0;  ///< 0: all
    int tile = 0;     ///< 0: chosen from the sources' blocks; else a power of two from 64
};

struct Plan {
    Document document;
    std::optional<Grid> grid;
    std::vector<PlannedStep> steps;
    std::vector<AbsentStep> absent;  ///< in the order of the file
    std::vector<Stage> stages;
    std::size_t facts_stages =
        0;  ///< the first so many make the facts; the rules need nothing of them but ledger and products
    std::vector<std::string> files;  ///< all that will be read, sorted
    int threads = 1;
    TilePlan tiles;  ///< the largest pass decides
};

/// Checks a document against the steps and plans it; no cell is read. Throws PlanError with all that is wrong, at once.
[[nodiscard]] Plan make_plan(Document document, const Settings& set, const ResourceOptions& resources);
[[nodiscard]] PassNeeds pass_needs(const Plan& plan, const Stage& stage);
/// Tells the pass's tile steps what is wanted of them: bands as they are stored or values, and at which edges no values.
void settle_pass(const Plan& plan, const Stage& stage, const PassNeeds& needs);

}  // namespace linmu

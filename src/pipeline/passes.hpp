// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "linmu/pipeline/plan.hpp"

namespace linmu {

/// Marks the steps that are rules.
void mark_rules(Plan& plan);

/// Layer and whole steps run where they stand; folds wait, so that one pass over the tiles serves them all, until a step needs
/// what they put into the ledger. A writer that stands after that step still joins the pass before it. Rules run when all facts are there, wherever they stand: what a rule says does not hang on its place
/// in the file, and a run whose rules alone have changed can begin with them.
[[nodiscard]] std::vector<Stage> stages_of(const Plan& plan);

/// How many of the first stages make facts; 0 when a rule step is fed by one of them, so that they can't be left out.
[[nodiscard]] std::size_t facts_stages_of(const Plan& plan);

/// Tiles that suit the hungriest pass. `natural_block`: side of the blocks that the sources are stored in, cells.
[[nodiscard]] TilePlan tile_plan(const Plan& plan, const ResourceOptions& resources, int natural_block);

}  // namespace linmu

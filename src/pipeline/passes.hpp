// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "linmu/pipeline/plan.hpp"

namespace linmu {

/// Layer and whole steps run where they stand; folds wait, so that one pass over the tiles serves them all,
/// until a step needs what they put into the ledger. A writer that stands after that step still joins the pass before it:
/// it puts nothing into the ledger, and the tiles are not computed twice.
[[nodiscard]] std::vector<Stage> stages_of(const Plan& plan);

/// Tiles that suit the hungriest pass. `natural_block`: side of the blocks that the sources are stored in, cells.
[[nodiscard]] TilePlan tile_plan(const Plan& plan, const ResourceOptions& resources, int natural_block);

}  // namespace linmu

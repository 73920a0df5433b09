// SPDX-License-Identifier: MIT
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "linmu/core/progress.hpp"
#include "linmu/pipeline/plan.hpp"

namespace linmu {

/// Runs one pass: pulls each tile through the tile steps by many threads and hands the parts to the folds in tile order.
/// The state's file keeps how far it is: {run key, tile size, next tile, states of the folds}, written at
/// the end of a row of tiles that is also the end of a row of 512-cell file blocks.
class TilePass {
public:
    /// How a pass that was killed is gone on with.
    struct Resume {
        std::string file;  ///< empty: not at all
        std::string key;
        std::chrono::duration<double> every{5};              ///< at least this long between two states
        std::function<void(std::size_t, std::size_t)> told;  ///< first tile and number of tiles, when there was a state
    };
    TilePass(Plan& plan, const Stage& stage, Resume resume);
    /// `context_of(step)`: the run context of a fold. `layers`, `tables`: results of earlier stages, by step (null: none).
    /// Returns what each fold has made, in the order of the stage.
    std::vector<Made> run(const std::vector<const Layer*>& layers, const std::vector<const Table*>& tables,
                          const std::function<RunContext&(std::size_t)>& context_of, Progress& progress);

private:
    void start_tile_steps(const std::vector<const Table*>& tables);
    [[nodiscard]] std::vector<BlockPtr> evaluate(const Window& tile) const;
    [[nodiscard]] std::vector<BlockPtr> inputs_of(std::size_t step, const std::vector<BlockPtr>& blocks,
                                                  const Window& window) const;
    [[nodiscard]] std::vector<std::shared_ptr<void>> measure(const Window& tile) const;
    [[nodiscard]] std::size_t restore();
    void checkpoint(std::size_t next_tile);
    [[nodiscard]] FoldStep& fold(std::size_t step) const { return dynamic_cast<FoldStep&>(*plan_.steps[step].step); }

    Plan& plan_;
    const Stage& stage_;
    PassNeeds needs_;
    std::vector<Window> tiles_;
    Resume resume_;
};

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "tile_pass.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <utility>

#include "linmu/exec/tiles.hpp"
#include "linmu/io/table_file.hpp"

namespace linmu {
namespace {

constexpr int file_block = 512;

/// Texts with their lengths before them: a state file holds any bytes.
void append(std::string& out, std::string_view text) {
    out += fmt::format("{}\n", text.size());
    out += text;
}

std::string_view take(std::string_view& in) {
    const auto line = in.find('\n');
    const auto size = static_cast<std::size_t>(std::strtoull(std::string(in.substr(0, line)).c_str(), nullptr, 10));
    const auto text = in.substr(line + 1, size);
    in.remove_prefix(line + 1 + size);
    return text;
}

std::string rows_and_columns(const Window& w) {
    return fmt::format("rows {} to {}, columns {} to {}", w.row, w.row_end() - 1, w.col, w.col_end() - 1);
}

/// An input that nobody else holds any more is the step's to change.
Block made_by(const TileStep& step, const Window& window, std::vector<BlockPtr> inputs) {
    if (inputs.empty() || inputs.front().use_count() > 1) return step.apply(window, inputs);
    const auto first = std::const_pointer_cast<Block>(std::exchange(inputs.front(), nullptr));
    return step.rework(window, std::move(*first), std::span(inputs).subspan(1));
}

}  // namespace

TilePass::TilePass(Plan& plan, const Stage& stage, Resume resume)
    : plan_(plan), stage_(stage), needs_(pass_needs(plan, stage)), tiles_(tiles(plan.grid->window(), plan.tiles.tile)),
      resume_(std::move(resume)) {}

std::vector<BlockPtr> TilePass::inputs_of(std::size_t step, const std::vector<BlockPtr>& blocks,
                                          const Window& tile) const {
    const auto* by_tile = dynamic_cast<const TileStep*>(plan_.steps[step].step.get());
    const auto& feeders = plan_.steps[step].inputs;
    std::vector<BlockPtr> inputs;
    for (std::size_t k = 0; k < feeders.size(); ++k) {
        if (plan_.steps[feeders[k]].info.makes != ArtifactKind::raster) continue;
        const auto& block = blocks[feeders[k]];
        const Window window = by_tile ? tile.grown(by_tile->halo_of(k)) : tile;
        inputs.push_back(block->window == window ? block : std::make_shared<Block>(crop(*block, window)));
    }
    return inputs;
}

std::vector<BlockPtr> TilePass::evaluate(const Window& tile) const {
    std::vector<BlockPtr> blocks(plan_.steps.size());
    for (std::size_t k = 0; k < needs_.tile_steps.size(); ++k) {
        const auto i = needs_.tile_steps[k];
        const Window window = tile.grown(needs_.halo[i]);
        try {
            if (const auto* made = dynamic_cast<const FoldStep*>(plan_.steps[i].step.get())) {
                blocks[i] = std::make_shared<Block>(made->cells(window));
                continue;
            }
            const auto& step = dynamic_cast<const TileStep&>(*plan_.steps[i].step);
            auto inputs = inputs_of(i, blocks, window);
            for (const auto done : needs_.done_with[k]) blocks[done].reset();
            blocks[i] = std::make_shared<Block>(made_by(step, window, std::move(inputs)));
        } catch (const Error& fault) {
            throw DataError(
                fmt::format("step '{}' at {}: {}", plan_.steps[i].id, rows_and_columns(window), fault.what()));
        }
    }
    return blocks;
}

std::vector<std::shared_ptr<void>> TilePass::measure(const Window& tile) const {
    const auto blocks = evaluate(tile);
    std::vector<std::shared_ptr<void>> parts;
    for (const auto i : stage_.steps) parts.push_back(fold(i).measure(tile, inputs_of(i, blocks, tile)));
    return parts;
}

std::size_t TilePass::restore() {
    if (resume_.file.empty() || !std::filesystem::exists(resume_.file)) return 0;
    const std::string text = read_text_file(resume_.file);
    std::string_view rest = text;
    if (take(rest) != fmt::format("{} tile {}", resume_.key, plan_.tiles.tile)) return 0;
    const auto next = static_cast<std::size_t>(std::strtoull(std::string(take(rest)).c_str(), nullptr, 10));
    for (const auto i : stage_.steps) fold(i).load(take(rest));
    return next;
}

void TilePass::checkpoint(std::size_t next_tile) {
    std::string state;
    append(state, fmt::format("{} tile {}", resume_.key, plan_.tiles.tile));
    append(state, fmt::format("{}", next_tile));
    for (const auto i : stage_.steps) append(state, fold(i).save());
    write_text_file(resume_.file, state);
}

void TilePass::start_tile_steps(const std::vector<const Table*>& tables) {
    for (const auto i : needs_.tile_steps) {
        auto* step = dynamic_cast<TileStep*>(plan_.steps[i].step.get());
        if (!step) continue;
        std::vector<const Table*> inputs;
        for (const auto feeder : plan_.steps[i].inputs) {
            if (tables[feeder]) inputs.push_back(tables[feeder]);
        }
        try {
            step->start(inputs);
        } catch (const Error& fault) {
            throw DataError(fmt::format("step '{}': {}", plan_.steps[i].id, fault.what()));
        }
    }
}

std::vector<Made> TilePass::run(const std::vector<const Layer*>& layers, const std::vector<const Table*>& tables,
                                const std::function<RunContext&(std::size_t)>& context_of, Progress& progress) {
    settle_pass(plan_, stage_, needs_);
    start_tile_steps(tables);
    for (const auto i : stage_.steps) {
        std::vector<const Layer*> inputs;
        for (const auto feeder : plan_.steps[i].inputs) {
            if (layers[feeder]) inputs.push_back(layers[feeder]);
        }
        fold(i).start(inputs, context_of(i));
    }
    const std::size_t first = restore();
    progress.begin(plan_.document.name, static_cast<std::int64_t>(tiles_.size()), "tiles");
    if (first > 0) {
        resume_.told(first, tiles_.size());
        progress.advance(static_cast<std::int64_t>(first));
    }
    auto saved = std::chrono::steady_clock::now();
    const auto absorb = [&](std::size_t t, std::vector<std::shared_ptr<void>> parts) {
        const Window& tile = tiles_[t];
        for (std::size_t k = 0; k < parts.size(); ++k) fold(stage_.steps[k]).absorb(tile, std::move(parts[k]));
        progress.advance(1);
        const bool row_ends =
            t + 1 == tiles_.size() || (tiles_[t + 1].row > tile.row && tile.row_end() % file_block == 0);
        const auto now = std::chrono::steady_clock::now();
        if (row_ends && !resume_.file.empty() && now - saved >= resume_.every) {
            checkpoint(t + 1);
            saved = now;
        }
    };
    for_each_in_order(
        first, tiles_.size(), {plan_.threads, plan_.tiles.tokens}, [&](std::size_t t) { return measure(tiles_[t]); },
        absorb);
    progress.end();
    std::vector<Made> made;
    for (const auto i : stage_.steps) made.push_back(fold(i).finish(context_of(i)));
    return made;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace linmu {

/// Bytes from "1G", "512M", "800MB", "2GiB" (powers of 1024). Throws UsageError that shows the form.
[[nodiscard]] std::int64_t parse_bytes(std::string_view text);
/// "1.5 GiB".
[[nodiscard]] std::string describe_bytes(std::int64_t bytes);

/// What a pass over tiles may use: chosen so that cache + fixed + tokens x tile stays under the budget.
struct TilePlan {
    int tile = 512;                ///< cells
    int tokens = 2;                ///< tiles in flight
    std::int64_t tile_bytes = 0;   ///< of one tile in flight
    std::int64_t cache_bytes = 0;  ///< of the raster library
    std::int64_t total_bytes = 0;
};
/// `bytes_of_tile(size)`: what one tile of that size holds while it is worked on; `fixed`: what is held whatever the tile.
/// `wanted` is the sources' block or smaller ones together: of it and its halves down to 64 that with the least `pass_cost`,
/// of equal ones the largest. More tokens than 4 a thread never help. Throws PlanError in a sentence when not even one small tile fits.
template <class BytesOfTile>
[[nodiscard]] TilePlan plan_tiles(std::int64_t budget, std::int64_t fixed, int threads, int wanted,
                                  BytesOfTile&& bytes_of_tile);

/// How long a pass takes, of the cells of one block by one thread as 1 + 1: what is done with them, and decoding them, which tiles of 1/`parts` of a
/// block's side repeat. `busy` threads have a tile. So fewer tiles in flight come before smaller tiles, unless many threads would idle.
[[nodiscard]] double pass_cost(int parts, int busy);

/// The largest number of tokens that fits, 0 when none does.
[[nodiscard]] int tokens_that_fit(std::int64_t budget, std::int64_t tile_bytes, int threads);
[[noreturn]] void refuse_budget(std::int64_t budget, std::int64_t needed);

template <class BytesOfTile>
TilePlan plan_tiles(std::int64_t budget, std::int64_t fixed, int threads, int wanted, BytesOfTile&& bytes_of_tile) {
    const std::int64_t cache = budget / 4;
    TilePlan best{.tokens = 0};
    for (int tile = wanted; tile >= 64; tile /= 2) {
        const std::int64_t one = bytes_of_tile(tile);
        const int tokens = tokens_that_fit(budget - cache - fixed, one, threads);
        const auto cost = [&](int size, int count) { return pass_cost(wanted / size, std::min(count, threads)); };
        if (tokens == 0 || (best.tokens > 0 && cost(best.tile, best.tokens) <= cost(tile, tokens))) continue;
        best = {tile, tokens, one, cache, cache + fixed + tokens * one};
    }
    if (best.tokens > 0) return best;
    const std::int64_t held = fixed + bytes_of_tile(64);
    refuse_budget(budget, held + held / 3 + 1);  // a quarter of the budget is the cache's
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
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
/// Begins with `wanted` and halves it down to 64 until the budget holds; more tokens than 4 a thread never help.
/// Throws PlanError in a sentence when not even one small tile fits.
template <class BytesOfTile>
[[nodiscard]] TilePlan plan_tiles(std::int64_t budget, std::int64_t fixed, int threads, int wanted,
                                  BytesOfTile&& bytes_of_tile);

/// The largest number of tokens that fits, 0 when none does.
[[nodiscard]] int tokens_that_fit(std::int64_t budget, std::int64_t tile_bytes, int threads);
[[noreturn]] void refuse_budget(std::int64_t budget, std::int64_t needed);

template <class BytesOfTile>
TilePlan plan_tiles(std::int64_t budget, std::int64_t fixed, int threads, int wanted, BytesOfTile&& bytes_of_tile) {
    const std::int64_t cache = budget / 4;
    for (int tile = wanted; tile >= 64; tile /= 2) {
        const std::int64_t one = bytes_of_tile(tile);
        const int tokens = tokens_that_fit(budget - cache - fixed, one, threads);
        const bool crowded = tokens < threads && tile > 64;
        if (tokens > 0 && !crowded) return {tile, tokens, one, cache, cache + fixed + tokens * one};
    }
    const std::int64_t held = fixed + bytes_of_tile(64);
    refuse_budget(budget, held + held / 3 + 1);  // a quarter of the budget is the cache's
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

#include "linmu/algo/run_map.hpp"

namespace linmu::test {

/// Cells of `classes` codes by chance, so that ties, chains and corners of all kinds come up; with `gaps`, one more is no class.
inline CodePlane random_classes(int rows, int cols, int classes, std::uint64_t seed, bool gaps = true) {
    CodePlane plane(rows, cols, no_code);
    std::uint64_t state = seed * 0x9e3779b97f4a7c15ULL + 1;
    for (auto& cell : plane.cells()) {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        const auto drawn = static_cast<int>(state % static_cast<std::uint64_t>(classes + (gaps ? 1 : 0)));
        cell = drawn == classes ? no_code : drawn + 1;
    }
    return plane;
}

/// The map as its tiles make it.
inline RunMap run_map(const CodePlane& plane, int tile = 512) {
    RunMapMaker maker(plane.cols());
    const Block all{{0, 0, plane.rows(), plane.cols()}, {AnyPlane{plane}}};
    for (const auto& window : tiles(all.window, tile)) {
        const Block part = crop(all, window);
        maker.add(tile_runs(part.code(0), window));
    }
    return maker.take();
}

}  // namespace linmu::test

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/geometry.hpp"

namespace linmu::demo {

/// A piece of the boundary of something: one edge of one cell of the pattern, with the thing on its right hand.
/// Vertices count in cells from the scene's corner.
struct Edge {
    std::int32_t from_row = 0, from_col = 0;
    std::int32_t to_row = 0, to_col = 0;
    bool sharp = false;  ///< its end is a vertex of the boundary; else the boundary cuts the corner there
    friend bool operator==(const Edge&, const Edge&) = default;
};

/// Polygons of one thing from its edges, in any order: closed rings, holes in their outer rings. Coordinates in cells
/// (x: column, y: row). A thing that hangs together by a corner only makes two polygons. Straight runs have no needless
/// vertices, and whatever borders
/// on the thing gets the same vertices along their common line.
[[nodiscard]] std::vector<Polygon> polygons_of(const std::vector<Edge>& edges);

/// The edges of all cells of `window` for which `thing(cell)` and what lies beyond differ. `units` is the pattern with
/// a rim of one
/// cell round the window; `things` the same shape, with a negative number for what is nothing. Edges are given by
/// thing.
using EdgeSink = std::function<void(std::int32_t thing, const Edge& edge)>;
void collect_edges(const CodePlane& units, const CodePlane& things, const Window& window, const EdgeSink& sink);

/// Cells of one thing that touch by an edge get one number; numbers count from 0 in row order. Negative things stay as
/// they are.
[[nodiscard]] CodePlane connected(const CodePlane& things);

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/core/geometry.hpp"

namespace linmu {

struct CorridorRule {
    double width = 10;       ///< m, of each strip
    double carriageway = 0;  ///< m, whole width of the road between the strips
    double interval = 1000;  ///< m of chainage a piece; 0: one piece a side
    double grid = 1e-4;      ///< m, of the overlay
    double arc_step = 3;     ///< degrees: arcs round the outside of a bend are made of chords of this angle
};

/// A strip beside a road, from one chainage to another.
struct CorridorPiece {
    bool left = true;  ///< as seen towards larger chainage
    double from = 0, to = 0;
    Geometry ground;
};

/// Strips of the ground between carriageway / 2 and carriageway / 2 + width of a road, on both sides of it, cut by chainage.
/// `line` is in a plane in metres; `chainage` tells of each vertex its distance along the road as it is measured (on the
/// ellipsoid). Each edge gives its rectangle, each bend the sector on its outside, so that ends are flat. What lies within
/// carriageway / 2 of another part of the road is road. Where strips of one road would meet (inside of bends, hairpins,
/// loops) the ground belongs to the one of lesser chainage, left before right: pieces are disjoint. Pieces without any
/// ground are left out. Throws DataError for a line without length.
[[nodiscard]] std::vector<CorridorPiece> corridor(const Line& line, const std::vector<double>& chainage,
                                                  const CorridorRule& rule);

}  // namespace linmu

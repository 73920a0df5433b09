// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>

#include "linmu/core/block.hpp"
#include "linmu/demo/landscape.hpp"

namespace linmu::demo {

/// What a scene's cell is made of: units and their exact shares of its area.
struct Mixture {
    static constexpr int most = 8;
    int count = 0;
    std::array<std::int32_t, most> unit{};
    std::array<float, most> share{};

    void add(std::int32_t which, float much);
};

/// Boundaries run through the middles of the pattern's edges: where three cells of the four round a vertex are one unit
/// and the fourth is another, the fourth's corner (an eighth of its area) belongs to the three. Polygons (see
/// outline.hpp) and
/// mixtures follow this one rule, so that a mixture is the exact coverage of the polygons.
[[nodiscard]] constexpr std::int32_t corner_owner(std::int32_t own, std::int32_t beside, std::int32_t across,
                                                  std::int32_t other_beside) noexcept {
    return beside == across && across == other_beside ? across : own;
}

/// Mixtures of the 10 m cells of a window of the scene.
[[nodiscard]] Plane<Mixture> mixtures(const Landscape& landscape, const Window& cells);

/// The class with the largest share of each cell (the lower code of two that are equal): the truth of scenes.
[[nodiscard]] CodePlane dominant_classes(const Landscape& landscape, const Plane<Mixture>& mixtures, int year_index);

/// Percent of the ground under crowns in full leaf, of the plants of the class that `classes` gives each cell: what
/// else lies in the cell does not thin them. 0 where the class has no trees or shrubs.
[[nodiscard]] RealPlane crown_percents(const Landscape& landscape, const Plane<Mixture>& mixtures,
                                       const CodePlane& classes, int year_index);

}  // namespace linmu::demo

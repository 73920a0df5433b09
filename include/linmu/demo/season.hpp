// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>

#include "linmu/demo/landscape.hpp"

namespace linmu::demo {

/// B02 B03 B04 B05 B06 B07 B08 B8A B11 B12 of Sentinel-2.
inline constexpr std::size_t scene_bands = 10;
using Spectrum = std::array<float, scene_bands>;

/// What a unit looks like on a day: crowns (or roofs, or crops) over a share of the ground.
struct Look {
    Spectrum crown{};  ///< reflectance of level land
    Spectrum ground{};
    float cover = 0;       ///< share under crowns, [0, 1]
    float patchiness = 0;  ///< how much the cover differs from cell to cell
    bool water = false;
};

/// Seasons of domain: walnut is green from mid April or early May and yellow in early October, fields are bare until
/// June and stubble from late September, pines stay green, forsythia blooms before its leaves, spring climbs the
/// mountains
/// in 2.2 days a 100 m. `day` is a day of the year.
[[nodiscard]] Look look_of(const Unit& unit, const State& state, int year, int day, std::uint64_t seed);

/// Share of a unit's ground under crowns of trees or shrubs in full leaf, as `look_of` shows it; 0 of what has none.
[[nodiscard]] double cover_in_leaf(const Unit& unit, const State& state, int year);

}  // namespace linmu::demo

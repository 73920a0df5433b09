// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "linmu/demo/landscape.hpp"

namespace linmu::demo {

inline constexpr int seed_margin = 3;  ///< seeds beyond the scene on each side

/// What a county is sown with. `spacing`: m from seed to seed, the width of a field.
struct Dice {
    std::uint64_t seed = 1;
    double spacing = 100;
};

/// Seeds in rows of `side`, the units that they belong to, and what was planned on them.
struct Sown {
    int side = 0;
    std::vector<Seed> seeds;
    std::vector<Unit> units;
    std::vector<Plot> plots;
    std::vector<std::int32_t> river_units, road_units, lake_units;  ///< by village + 1
};
[[nodiscard]] Sown sow(const Relief& relief, const Plan& plan, Dice dice, std::array<int, 2> years);

/// Seeds with what the land is like there; `states` and `fine` are filled step by step by the functions below.
struct Field {
    double slope = 0, above = 0, elevation = 0, north = 0;
    std::array<State, 2> states;
    int block = 0;  ///< of the coarse pattern: forests and slopes are not cut as finely as fields
    int plot = -1;
    bool claimed = false;
    bool changed = false;
};
struct Sowing {
    const Relief& relief;
    const Plan& plan;
    std::uint64_t seed;
    std::array<int, 2> years;
    std::vector<Seed>& seeds;
    std::vector<Field> fields;
};
/// What covers each seed in the first year (and, unless changed later, in the second).
void grow(Sowing& sowing);
/// What became of it by the second year.
[[nodiscard]] std::vector<Plot> change(Sowing& sowing);

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include <array>
#include <cmath>
#include <map>
#include <numbers>

#include "index.hpp"
#include "site_land.hpp"

namespace linmu::demo {
namespace {

constexpr double cell = 10;  // m

/// Of the height model's cells, as they are written: Horn (1981), degrees; aspect clockwise from north.
struct Slope {
    double degrees = 0, aspect = 0;
};
Slope slope_at(const Relief& relief, int row, int col) {
    std::array<std::array<double, 3>, 3> z{};
    for (int r = 0; r < 3; ++r) {
        for (int c = 0; c < 3; ++c)
            z[index(r)][index(c)] = relief.elevation({(col + c - 0.5) * cell, (row + r - 0.5) * cell});
    }
    const double east = ((z[0][2] + 2 * z[1][2] + z[2][2]) - (z[0][0] + 2 * z[1][0] + z[2][0])) / (8 * cell);
    const double south = ((z[2][0] + 2 * z[2][1] + z[2][2]) - (z[0][0] + 2 * z[0][1] + z[0][2])) / (8 * cell);
    const double degree = 180 / std::numbers::pi;
    double aspect = std::atan2(-east, south) * degree;
    if (aspect < 0) aspect += 360;
    return {std::atan(std::hypot(east, south)) * degree, aspect};
}

/// The thresholds of data/rules/site-*.toml once more, in loops of their own.
bool suits_walnut(double elevation, const Slope& slope, Land land) {
    const bool sunny = slope.degrees <= 5 || (slope.aspect >= 67.5 && slope.aspect <= 292.5);
    return land != Land::built && land != Land::water && elevation <= 1250 && slope.degrees <= 25 && sunny;
}
bool suits_forsythia(double elevation, const Slope& slope, Land land) {
    return land != Land::built && land != Land::water && elevation >= 500 && elevation <= 1600 && slope.degrees <= 45;
}
bool suits_planting(double, const Slope& slope, Land land) {
    return (land == Land::grass || land == Land::bare) && slope.degrees <= 35;
}

}  // namespace

std::vector<IndicatorTruth> suitability_truth(const CountyView& county, const SitePlan& plan, const Office& farming) {
    const auto* basic = layer_named(farming, "yjjbnt");
    if (basic == nullptr) return {};
    const auto& land = county.landscape;
    Burned excluded(land.size());
    for (const auto& feature : basic->features) excluded.add(feature.geometry);
    for (const auto& line : plan.lines) excluded.add(line.geometry);

    const int side = scene_grid(land.size()).rows;
    const int stride = 1 + std::max(1, static_cast<int>(land.size() / 6500));
    std::array<double, 3> cells{};
    for (int row = 1; row < side - 1; row += stride) {
        for (int col = 1; col < side - 1; col += stride) {
            if (excluded.at(row, col)) continue;
            const auto unit = land.pattern({2 * row, 2 * col, 1, 1}).cells()[0];
            if (land.units()[index(unit)].village < 0) continue;
            const auto what = land.land(unit, 1);
            const double elevation = land.relief().elevation({(col + 0.5) * cell, (row + 0.5) * cell});
            const auto slope = slope_at(land.relief(), row, col);
            cells[0] += suits_walnut(elevation, slope, what) ? 1 : 0;
            cells[1] += suits_forsythia(elevation, slope, what) ? 1 : 0;
            cells[2] += suits_planting(elevation, slope, what) ? 1 : 0;
        }
    }
    constexpr const char* sampled =
        "cells of the height model, one in a few; built-up land and water as the class map sees them";
    constexpr const char* barren = "the same, and grass and bare land as the class map sees them";
    std::vector<IndicatorTruth> truth;
    const double mu = stride * stride * cell * cell * 0.0015;
    truth.push_back({"F3", "county", cells[0] * mu, "mu", 0.04 * cells[0] * mu + 30, sampled});
    truth.push_back({"F3.forsythia", "county", cells[1] * mu, "mu", 0.04 * cells[1] * mu + 30, sampled});
    truth.push_back({"F3.planting", "county", cells[2] * mu, "mu", 0.2 * cells[2] * mu + 50, barren});
    return truth;
}

}  // namespace linmu::demo

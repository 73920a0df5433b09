// SPDX-License-Identifier: MIT
#include "linmu/demo/landscape.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "index.hpp"
#include "sowing.hpp"

namespace linmu::demo {
namespace {

constexpr int block = 8;        // cells of the pattern that share their candidates, 40 m
constexpr double square = 200;  // m, of the index of stripes
constexpr int squares_margin = 2;
constexpr double lake_reach = 800;  // m from the dam

int floor_div(int a, int b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

double distance_to(Spot p, Spot a, Spot b) {
    const double de = b.e - a.e;
    const double ds = b.s - a.s;
    const double length = de * de + ds * ds;
    const double t = length > 0 ? std::clamp(((p.e - a.e) * de + (p.s - a.s) * ds) / length, 0.0, 1.0) : 0.0;
    return distance(p, {a.e + t * de, a.s + t * ds});
}

/// How far a place is from a seed, as the pattern sees it: less along the contour than across.
double pattern_distance(const Seed& seed, Spot spot) {
    const double de = spot.e - seed.at.e;
    const double ds = spot.s - seed.at.s;
    const double along = (de * seed.contour.e + ds * seed.contour.s) / seed.stretch;
    const double across = (ds * seed.contour.e - de * seed.contour.s) * seed.stretch;
    return std::sqrt(along * along + across * across);
}

}  // namespace

Landscape::Landscape(double size, std::uint64_t seed, std::array<int, 2> years, double spacing)
    : seed_(seed), spacing_(spacing), years_(years), relief_(size, seed), plan_(relief_, seed) {
    auto sown = sow(relief_, plan_, {seed, spacing}, years);
    side_ = sown.side;
    seeds_ = std::move(sown.seeds);
    units_ = std::move(sown.units);
    plots_ = std::move(sown.plots);
    river_units_ = std::move(sown.river_units);
    road_units_ = std::move(sown.road_units);
    lake_units_ = std::move(sown.lake_units);
    lay_stripes();
}

Land Landscape::land(std::int32_t unit, int year_index) const {
    return land_of(units_[index(unit)].state[index(year_index)], years_[index(year_index)]);
}

void Landscape::lay_stripes() {
    for (const auto& reach : relief_.reaches()) {
        if (reach.width > 0) stripes_.push_back({reach.a, reach.b, reach.width / 2, false});
    }
    for (const auto& road : plan_.roads()) {
        if (!road.paved) continue;
        for (std::size_t i = 1; i < road.line.size(); ++i)
            stripes_.push_back({road.line[i - 1], road.line[i], road.width / 2, true});
    }
    const int squares = static_cast<int>(std::ceil(size() / square)) + 2 * squares_margin;
    stripes_near_.resize(index(squares * squares));
    for (std::size_t i = 0; i < stripes_.size(); ++i) {
        const auto& s = stripes_[i];
        const Spot middle{(s.a.e + s.b.e) / 2, (s.a.s + s.b.s) / 2};
        const int col = static_cast<int>(std::floor(middle.e / square)) + squares_margin;
        const int row = static_cast<int>(std::floor(middle.s / square)) + squares_margin;
        for (int r = std::max(0, row - 1); r <= std::min(squares - 1, row + 1); ++r) {
            for (int c = std::max(0, col - 1); c <= std::min(squares - 1, col + 1); ++c) {
                stripes_near_[index(r * squares + c)].push_back(static_cast<std::int32_t>(i));
            }
        }
    }
    // A dam on a brook that carries enough, one for about a hundred square kilometres.
    const auto wanted = static_cast<std::size_t>(std::max(1, plan_.county_villages() / 23));
    for (const auto& reach : relief_.reaches()) {
        const bool fits = reach.catchment_km2 > 5 && reach.catchment_km2 < 14 && plan_.village_of(reach.b) >= 0;
        const auto& core = plan_.villages()[index(plan_.nearest_core(reach.b))].core;
        const bool apart = std::ranges::none_of(lakes_, [&](const Lake& l) { return distance(l.dam, reach.b) < 5000; });
        if (!fits || !apart || distance(core, reach.b) < 1100 || lakes_.size() >= wanted) continue;
        const double length = std::max(1.0, distance(reach.a, reach.b));
        lakes_.push_back({reach.b,
                          {(reach.a.e - reach.b.e) / length, (reach.a.s - reach.b.s) / length},
                          relief_.elevation(reach.b) + 13});
    }
}

Landscape::Nearby Landscape::nearby(Spot middle) const {
    Nearby near;
    const int col = static_cast<int>(std::floor(middle.e / spacing_)) + seed_margin;
    const int row = static_cast<int>(std::floor(middle.s / spacing_)) + seed_margin;
    std::vector<std::pair<double, std::int32_t>> candidates;
    double least = std::numeric_limits<double>::infinity();
    for (int r = std::max(0, row - 3); r <= std::min(side_ - 1, row + 3); ++r) {
        for (int c = std::max(0, col - 3); c <= std::min(side_ - 1, col + 3); ++c) {
            const int i = r * side_ + c;
            candidates.emplace_back(pattern_distance(seeds_[index(i)], middle), i);
            least = std::min(least, candidates.back().first);
        }
    }
    // A place of the block is at most 28 m + 11 m of bending from its middle, and the pattern stretches that by at most
    // 1.45.
    for (const auto& [d, i] : candidates) {
        if (d <= least + 2 * 1.45 * 39) near.seeds.push_back(i);
    }
    const int squares = static_cast<int>(std::ceil(size() / square)) + 2 * squares_margin;
    const int sc = static_cast<int>(std::floor(middle.e / square)) + squares_margin;
    const int sr = static_cast<int>(std::floor(middle.s / square)) + squares_margin;
    if (sc >= 0 && sr >= 0 && sc < squares && sr < squares) {
        for (const auto i : stripes_near_[index(sr * squares + sc)]) {
            const auto& s = stripes_[index(i)];
            if (distance_to(middle, s.a, s.b) < s.half_width + 40) near.stripes.push_back(i);
        }
    }
    near.lake = std::ranges::any_of(lakes_, [&](const Lake& l) { return distance(l.dam, middle) < lake_reach + 40; });
    return near;
}

std::int32_t Landscape::seed_at(Spot spot, const Nearby& near) const {
    const Spot bent{spot.e + 7 * noise(seed_ ^ 34, spot.e / 60, spot.s / 60),
                    spot.s + 7 * noise(seed_ ^ 35, spot.e / 60, spot.s / 60)};
    std::int32_t best = near.seeds.front();
    double least = std::numeric_limits<double>::infinity();
    for (const auto i : near.seeds) {
        const double d = pattern_distance(seeds_[index(i)], bent);
        if (d < least) {
            least = d;
            best = i;
        }
    }
    return best;
}

std::int32_t Landscape::unit_at(Spot spot, const Nearby& near) const {
    const auto& seed = seeds_[index(seed_at(spot, near))];
    const auto village = index(seed.village + 1);
    bool road = false;
    for (const auto i : near.stripes) {
        const auto& s = stripes_[index(i)];
        if (distance_to(spot, s.a, s.b) > s.half_width) continue;
        if (!s.road) return river_units_[village];
        road = true;
    }
    if (road) return road_units_[village];
    if (near.lake) {
        for (const auto& lake : lakes_) {
            const Spot away{spot.e - lake.dam.e, spot.s - lake.dam.s};
            const bool behind = away.e * lake.upstream.e + away.s * lake.upstream.s > 0;
            if (behind && std::hypot(away.e, away.s) < lake_reach && relief_.elevation(spot) < lake.level)
                return lake_units_[village];
        }
    }
    if (seed.second >= 0) {
        const double side = (spot.e - seed.at.e) * seed.cut.e + (spot.s - seed.at.s) * seed.cut.s;
        if (side > 0) return seed.second;
    }
    return seed.unit;
}

CodePlane Landscape::filled(const Window& window, bool seeds_only) const {
    CodePlane out(window.rows, window.cols, no_code);
    for (int top = floor_div(window.row, block) * block; top < window.row_end(); top += block) {
        for (int left = floor_div(window.col, block) * block; left < window.col_end(); left += block) {
            const auto near = nearby({(left + block / 2.0) * half, (top + block / 2.0) * half});
            const auto part = intersection(window, {top, left, block, block});
            for (int r = part.row; r < part.row_end(); ++r) {
                for (int c = part.col; c < part.col_end(); ++c) {
                    const Spot spot{(c + 0.5) * half, (r + 0.5) * half};
                    out(r - window.row, c - window.col) = seeds_only ? seed_at(spot, near) : unit_at(spot, near);
                }
            }
        }
    }
    return out;
}

CodePlane Landscape::pattern(const Window& window) const { return filled(window, false); }
CodePlane Landscape::seed_pattern(const Window& window) const { return filled(window, true); }

Window Landscape::reach_of_village(int village) const {
    std::vector<std::int32_t> own;
    for (std::size_t i = 0; i < seeds_.size(); ++i) {
        if (seeds_[i].village == village) own.push_back(static_cast<std::int32_t>(i));
    }
    return reach_of_seeds(own);
}

Window Landscape::reach_of_seeds(const std::vector<std::int32_t>& seeds) const {
    constexpr double reach = 300;  // m: no cell of the pattern is wider than the lattice in which it looks for its seed
    double west = size(), east = 0, north = size(), south = 0;
    for (const auto i : seeds) {
        const auto& at = seeds_[index(i)].at;
        west = std::min(west, at.e - reach);
        east = std::max(east, at.e + reach);
        north = std::min(north, at.s - reach);
        south = std::max(south, at.s + reach);
    }
    const int row = static_cast<int>(std::floor(north / half));
    const int col = static_cast<int>(std::floor(west / half));
    return {row, col, static_cast<int>(std::ceil(south / half)) - row, static_cast<int>(std::ceil(east / half)) - col};
}

}  // namespace linmu::demo

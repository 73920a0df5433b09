// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "index.hpp"
#include "linmu/core/random.hpp"
#include "sowing.hpp"

namespace linmu::demo {
namespace {

using Score = std::function<double(const Seed&, const Field&)>;
using Choice = std::function<State(const Seed&, const Field&)>;

/// The best of the land that is free, up to a share of all land, so that any seed of the dice makes a county with like
/// shares.
void claim(Sowing& s, double share, const Score& score, const Choice& choice) {
    std::vector<std::pair<double, std::size_t>> ranking;
    for (std::size_t i = 0; i < s.seeds.size(); ++i) {
        if (!s.fields[i].claimed) ranking.emplace_back(-score(s.seeds[i], s.fields[i]), i);
    }
    std::ranges::sort(ranking);
    const auto wanted = std::min(ranking.size(), static_cast<std::size_t>(share * static_cast<double>(s.seeds.size())));
    for (const auto& [rank, i] : std::span(ranking).first(wanted)) {
        s.fields[i].claimed = true;
        s.fields[i].states.fill(choice(s.seeds[i], s.fields[i]));
    }
}

void build_villages(Sowing& s) {
    const auto& villages = s.plan.villages();
    for (std::size_t i = 0; i < s.seeds.size(); ++i) {
        auto& field = s.fields[i];
        const int v = s.plan.nearest_core(s.seeds[i].at);
        const auto& village = villages[index(v)];
        const double ragged = 1 + 0.35 * rough_noise(s.seed ^ 41, s.seeds[i].at, 160, 2);
        if (distance(s.seeds[i].at, village.core) > village.radius * ragged || field.slope > 17) continue;
        field.claimed = true;
        field.states.fill({.kind = village.radius > 300 ? Kind::town : Kind::village});
    }
}

void open_mines(Sowing& s) {
    const int mines = std::max(1, s.plan.county_villages() / 8);
    for (int m = 0; m < mines; ++m) {
        const auto pick = random_bits(s.seed ^ 42, index(m)) % static_cast<std::uint64_t>(s.plan.county_villages());
        const auto& village = s.plan.villages()[pick];
        const double turn = 6.283185 * random_unit(s.seed ^ 43, index(m));
        const Spot pit{village.core.e + 620 * std::cos(turn), village.core.s + 620 * std::sin(turn)};
        for (std::size_t i = 0; i < s.seeds.size(); ++i) {
            const double far =
                distance(s.seeds[i].at, pit) * (1 + 0.3 * rough_noise(s.seed ^ 44, s.seeds[i].at, 200, 2));
            if (s.fields[i].claimed || far > 250) continue;
            if (far > 185) {
                s.fields[i].block = -1 - m;  // what the mine will eat next
                continue;
            }
            s.fields[i].claimed = true;
            s.fields[i].states.fill({.kind = Kind::mine});
        }
    }
}

State crop(const Seed& seed, const Field& field) {
    const double u = random_unit(seed.hash, 1);
    if (u < 0.03 && field.above < 12) return {.kind = Kind::wheat};
    if (u < 0.09) return {.kind = Kind::tubers};
    if (u < 0.13) return {.kind = Kind::fallow};
    if (u < 0.17) return {.kind = Kind::intercropped};
    return {.kind =
                random_unit(seed.hash, 2) < 0.22 + 0.25 * smooth_step(4, 14, field.slope) ? Kind::millet : Kind::maize};
}

/// Orchards of all ages; neighbours were often planted in one campaign.
State orchard(const Sowing& s, const Seed& seed) {
    const double campaign = std::clamp(0.5 + 0.6 * rough_noise(s.seed ^ 45, seed.at, 700, 2), 0.0, 1.0);
    const double u = 0.6 * campaign + 0.4 * random_unit(seed.hash, 3);
    const double v = random_unit(seed.hash, 4);
    const Kind before = random_unit(seed.hash, 5) < 0.35 ? Kind::millet : Kind::grassland;
    const auto aged = [&](double from, double to) {
        return State{Kind::walnut, s.years[0] - static_cast<int>(std::lround(from + (to - from) * v)), before};
    };
    if (u < 0.32) return aged(1, 5);
    if (u < 0.42) return aged(6, 10);
    if (u < 0.66) return aged(11, 26);
    return {Kind::walnut, 0, Kind::grassland};
}

State leafy(const Sowing& s, const Seed& seed, const Field& field) {
    const double mix = rough_noise(s.seed ^ 46, seed.at, 800, 2);
    if (field.above < 14 && field.slope < 9) return {.kind = Kind::poplar};
    return {.kind = field.elevation + 160 * mix > 1000 ? Kind::oak : Kind::locust};
}

double lump(const Sowing& s, const Seed& seed, std::uint64_t which, double size) {
    return rough_noise(s.seed ^ which, seed.at, size, 3);
}

}  // namespace

void grow(Sowing& s) {
    build_villages(s);
    open_mines(s);
    claim(
        s, 0.004, [&](const Seed& d, const Field& f) { return f.slope / 12 + 1.5 * lump(s, d, 50, 500); },
        [](const Seed&, const Field&) { return State{.kind = Kind::rock}; });
    claim(
        s, 0.19,
        [&](const Seed& d, const Field& f) { return -f.above / 45 - f.slope / 13 + 0.55 * lump(s, d, 51, 900); },
        [](const Seed& d, const Field& f) { return crop(d, f); });
    claim(
        s, 0.14,
        [&](const Seed& d, const Field& f) {
            return -std::abs(f.above - 45) / 70 - std::abs(f.slope - 11) / 14 - 0.15 * f.north +
                   0.75 * lump(s, d, 52, 800) - smooth_step(1150, 1400, f.elevation);
        },
        [&](const Seed& d, const Field&) { return orchard(s, d); });
    claim(
        s, 0.13,
        [&](const Seed& d, const Field& f) { return 1.3 * lump(s, d, 53, 1500) + 0.15 * f.north + f.slope / 60; },
        [](const Seed&, const Field&) { return State{.kind = Kind::pine}; });
    claim(
        s, 0.23,
        [&](const Seed& d, const Field& f) { return 0.6 * f.north + 0.9 * lump(s, d, 54, 1000) + f.elevation / 500; },
        [&](const Seed& d, const Field& f) { return leafy(s, d, f); });
    claim(
        s, 0.12,
        [&](const Seed& d, const Field& f) { return -0.35 * f.north + lump(s, d, 55, 700) - f.elevation / 1500; },
        [](const Seed&, const Field&) { return State{.kind = Kind::grassland}; });
    claim(
        s, 1.0, [](const Seed&, const Field&) { return 0.0; },
        [&](const Seed& d, const Field& f) {
            return State{.kind =
                             lump(s, d, 56, 600) + (f.elevation - 900) / 900 > -0.1 ? Kind::forsythia : Kind::thorn};
        });
    for (std::size_t i = 0; i < s.seeds.size(); ++i) s.seeds[i].base = s.fields[i].states[0].kind;
}

}  // namespace linmu::demo

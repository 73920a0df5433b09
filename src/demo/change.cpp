// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "linmu/core/random.hpp"
#include "sowing.hpp"

namespace linmu::demo {
namespace {

using Preference = std::function<double(const Seed&, const Field&)>;
using Becomes = std::function<State(std::size_t, const Field&)>;

Land first_land(const Sowing& s, std::size_t i) { return land_of(s.fields[i].states[0], s.years[0]); }

int between_years(const Sowing& s, std::uint64_t hash) {
    const int span = s.years[1] - s.years[0];
    return s.years[0] + 1 + static_cast<int>(random_bits(hash, 71) % static_cast<std::uint64_t>(std::max(1, span - 1)));
}

/// Turns a share of a class, and never fewer than four pieces, into something else; returns the pieces.
std::vector<std::size_t> turn(Sowing& s, Land from, double share, const Preference& preference,
                              const Becomes& becomes) {
    std::vector<std::pair<double, std::size_t>> ranking;
    for (std::size_t i = 0; i < s.seeds.size(); ++i) {
        const auto& field = s.fields[i];
        if (s.seeds[i].village < 0 || field.changed || field.plot >= 0 || first_land(s, i) != from) continue;
        const double luck = random_unit(s.seeds[i].hash, 72) + 0.5 * rough_noise(s.seed ^ 73, s.seeds[i].at, 500, 1);
        ranking.emplace_back(-luck - preference(s.seeds[i], field), i);
    }
    std::ranges::sort(ranking);
    const auto wanted =
        std::min(ranking.size(),
                 std::max<std::size_t>(4, static_cast<std::size_t>(share * static_cast<double>(ranking.size()))));
    std::vector<std::size_t> turned;
    for (const auto& [rank, i] : std::span(ranking).first(wanted)) {
        s.fields[i].states[1] = becomes(i, s.fields[i]);
        s.fields[i].changed = true;
        turned.push_back(i);
    }
    return turned;
}

double whatever(const Seed&, const Field&) { return 0; }

double near_houses(const Sowing& s, const Seed& seed) {
    const auto& village = s.plan.villages()[static_cast<std::size_t>(s.plan.nearest_core(seed.at))];
    return 1.5 - std::min(1.5, (distance(seed.at, village.core) - village.radius) / 400);
}

State field_again(const Sowing& s, std::size_t i) {
    return {.kind = random_unit(s.seeds[i].hash, 74) < 0.75 ? Kind::maize : Kind::millet};
}

void plan_single_fields(const Sowing& s, const std::vector<std::size_t>& turned, const char* work,
                        std::vector<Plot>& plots) {
    for (const auto i : turned) {
        const auto& state = s.fields[i].states[1];
        const auto seed = static_cast<std::int32_t>(i);
        plots.push_back(
            {.work = work, .species = state.kind, .year = state.planted, .seeds = {seed}, .planted = {seed}});
    }
}

/// Fields that were lost and won. The design of these works is a plot each.
void change_fields(Sowing& s, std::vector<Plot>& plots) {
    const auto houses = [&](const Seed& d, const Field&) { return near_houses(s, d); };
    turn(s, Land::cropland, 0.009, houses, [](std::size_t, const Field&) { return State{.kind = Kind::village}; });
    turn(
        s, Land::cropland, 0.004, [](const Seed&, const Field& f) { return -f.above / 6; },
        [](std::size_t, const Field&) { return State{.kind = Kind::pond}; });
    const auto orchards = turn(
        s, Land::cropland, 0.027, [](const Seed&, const Field& f) { return f.slope / 20; },
        [&](std::size_t i, const Field& f) {
            return State{Kind::walnut, between_years(s, s.seeds[i].hash), f.states[0].kind};
        });
    const auto woods = turn(
        s, Land::cropland, 0.012, [](const Seed&, const Field& f) { return f.slope / 8; },
        [&](std::size_t, const Field& f) {
            return State{Kind::poplar, s.years[0], f.states[0].kind};
        });
    plan_single_fields(s, orchards, "经济林", plots);
    plan_single_fields(s, woods, "退耕还林", plots);
    const auto level = [](const Seed&, const Field& f) { return -f.slope / 8; };
    const auto tilled = [&](std::size_t i, const Field&) { return field_again(s, i); };
    turn(s, Land::walnut, 0.012, level, tilled);
    turn(s, Land::grass, 0.016, level, tilled);
    turn(s, Land::bare, 0.02, level, tilled);
}

void change_slopes(Sowing& s, std::vector<Plot>& plots) {
    const auto gentle = [](const Seed&, const Field& f) { return -f.slope / 10; };
    const auto orchards = turn(s, Land::grass, 0.085, gentle, [&](std::size_t i, const Field&) {
        return State{Kind::walnut, between_years(s, s.seeds[i].hash), Kind::grassland};
    });
    plan_single_fields(s, orchards, "经济林", plots);
    turn(s, Land::walnut, 0.008, whatever, [](std::size_t, const Field&) { return State{.kind = Kind::grassland}; });
    turn(s, Land::broadleaf, 0.004, whatever, [](std::size_t, const Field&) { return State{.kind = Kind::felled}; });
    turn(s, Land::conifer, 0.003, whatever, [](std::size_t, const Field&) { return State{.kind = Kind::felled}; });
    for (std::size_t i = 0; i < s.seeds.size(); ++i) {
        auto& field = s.fields[i];
        if (field.block >= 0 || field.changed || first_land(s, i) == Land::cropland || first_land(s, i) == Land::built)
            continue;
        field.states[1] = {.kind = Kind::mine};
        field.changed = true;
    }
}

/// Barren slopes within a walk of a first one, planted in one year. Some designs are only partly carried out.
void afforest(Sowing& s, std::vector<Plot>& plots) {
    const int wanted = std::max(6, static_cast<int>(std::lround(1.6 * s.plan.county_villages())));
    const int span = std::max(1, s.years[1] - s.years[0]);
    for (int p = 0, tries = 0; p < wanted && tries < 40 * wanted; ++tries) {
        const auto first = random_bits(s.seed ^ 75, static_cast<std::uint64_t>(tries)) % s.seeds.size();
        const auto bare = [&](std::size_t i) {
            const auto kind = s.fields[i].states[0].kind;
            return s.fields[i].plot < 0 && !s.fields[i].changed && s.fields[i].block >= 0 &&
                   (kind == Kind::grassland || kind == Kind::thorn) && s.seeds[i].village == s.seeds[first].village;
        };
        if (s.seeds[first].village < 0 || s.fields[first].states[0].kind != Kind::grassland || !bare(first)) continue;
        const auto hash = s.seeds[first].hash;
        const double radius = 130 + 150 * random_unit(hash, 76);
        const bool shirked = random_unit(hash, 77) < 0.2;
        Plot plot{
            .work = "人工造林",
            .species = random_unit(hash, 78) < 0.6 ? Kind::pine : Kind::locust,
            .year = s.years[1] - 1 - static_cast<int>(random_bits(hash, 79) % static_cast<std::uint64_t>(2 * span)),
            .seeds = {},
            .planted = {},
            .boast = 0.98 + 0.05 * random_unit(hash, 80)};
        for (std::size_t i = 0; i < s.seeds.size(); ++i) {
            if (!bare(i) || distance(s.seeds[i].at, s.seeds[first].at) > radius) continue;
            s.fields[i].plot = static_cast<int>(plots.size());
            plot.seeds.push_back(static_cast<std::int32_t>(i));
            if (shirked && i != first && random_unit(s.seeds[i].hash, 81) < 0.35) continue;
            plot.planted.push_back(static_cast<std::int32_t>(i));
            const State planted{plot.species, plot.year, Kind::grassland};
            s.fields[i].states[1] = planted;
            if (plot.year <= s.years[0]) s.fields[i].states[0] = planted;
        }
        if (random_unit(hash, 82) < 0.2) plot.boast = 1.15 + 0.35 * random_unit(hash, 83);
        plots.push_back(std::move(plot));
        ++p;
    }
}

/// Land that was reported again in a later year, and slopes closed to grazing, where nothing was planted.
void add_paper_works(Sowing& s, std::vector<Plot>& plots) {
    const auto real = plots.size();
    std::size_t repeats = std::max<std::size_t>(2, real / 25);
    for (std::size_t i = 0; i < real && repeats > 0; ++i) {
        if (plots[i].work != "人工造林" || plots[i].year + 1 >= s.years[1]) continue;
        auto again = plots[i];
        again.year = s.years[1] - 1;
        again.repeats = static_cast<int>(i);
        again.planted.clear();
        plots.push_back(std::move(again));
        --repeats;
    }
    int closed = std::max(3, s.plan.county_villages() / 4);
    for (std::size_t i = 0; i < s.seeds.size() && closed > 0; i += 37) {
        const auto& seed = s.seeds[i];
        if (seed.village < 0 || s.fields[i].states[1].kind != Kind::forsythia) continue;
        Plot plot{.work = "封山育林", .species = Kind::forsythia, .year = s.years[0] + 1, .seeds = {}, .planted = {}};
        for (std::size_t j = 0; j < s.seeds.size(); ++j) {
            if (s.fields[j].states[1].kind == Kind::forsythia && s.seeds[j].village == seed.village &&
                distance(s.seeds[j].at, seed.at) < 240) {
                plot.seeds.push_back(static_cast<std::int32_t>(j));
            }
        }
        plots.push_back(std::move(plot));
        i += s.seeds.size() / 23;
        --closed;
    }
}

}  // namespace

std::vector<Plot> change(Sowing& s) {
    std::vector<Plot> plots;
    afforest(s, plots);
    change_fields(s, plots);
    change_slopes(s, plots);
    add_paper_works(s, plots);
    return plots;
}

}  // namespace linmu::demo

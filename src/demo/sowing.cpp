// SPDX-License-Identifier: MIT
#include "sowing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "index.hpp"
#include "linmu/core/random.hpp"

namespace linmu::demo {
namespace {

constexpr double block_spacing = 340;

Spot jittered(std::uint64_t seed, int row, int col, double spacing, int margin) {
    const auto r = index(row);
    const auto c = index(col);
    return {(col - margin + 0.12 + 0.76 * random_unit(seed, r, c, 0)) * spacing,
            (row - margin + 0.12 + 0.76 * random_unit(seed, r, c, 1)) * spacing};
}

int block_of(std::uint64_t seed, Spot spot) {
    const int col = static_cast<int>(std::floor(spot.e / block_spacing)) + seed_margin;
    const int row = static_cast<int>(std::floor(spot.s / block_spacing)) + seed_margin;
    int best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (int r = std::max(0, row - 1); r <= row + 1; ++r) {
        for (int c = std::max(0, col - 1); c <= col + 1; ++c) {
            const double d = distance(spot, jittered(seed ^ 31, r, c, block_spacing, seed_margin));
            if (d < least) {
                least = d;
                best = r * 4096 + c;
            }
        }
    }
    return best;
}

bool is_fine(Kind kind) {
    return kind <= Kind::walnut || kind == Kind::pond || kind == Kind::mine || kind == Kind::felled;
}
bool is_settled(Kind kind) { return kind == Kind::village || kind == Kind::town; }

/// Gives numbers to keys in the order in which they are first met.
template <class Key>
class Numbers {
public:
    std::pair<std::int32_t, bool> operator()(const Key& key) {
        const auto [it, fresh] = numbers_.try_emplace(key, static_cast<std::int32_t>(numbers_.size()));
        return {it->second, fresh};
    }
    std::int32_t next() { return (*this)(Key{-1 - static_cast<int>(numbers_.size()), 0, 0, 0, 0}).first; }

private:
    std::map<Key, std::int32_t> numbers_;
};
using Key = std::tuple<int, int, int, int, int>;

/// Fields and orchards are parcels one by one; slopes and houses are parcels by block and kind.
Key parcel_key(const Sowing& s, std::size_t i, int year, int part) {
    const auto& state = s.fields[i].states[index(year)];
    const int kind = static_cast<int>(state.kind);
    if (is_fine(state.kind)) return {1, static_cast<int>(i), year == 0 ? 0 : part, 0, 0};
    const int village = s.seeds[i].village + 1;
    if (is_settled(state.kind)) return {2, s.plan.nearest_core(s.seeds[i].at), kind, village, 0};
    return {3, s.fields[i].block, kind, village, state.planted};
}

class Surveyor {
public:
    explicit Surveyor(Sowing& sowing, Sown& sown) : s_(sowing), sown_(sown) {}

    void measure(std::size_t i) {
        auto& seed = s_.seeds[i];
        const auto& field = s_.fields[i];
        const bool both_fine = is_fine(field.states[0].kind) && is_fine(field.states[1].kind);
        const bool cut = field.changed && both_fine && random_unit(seed.hash, 61) < 0.35;
        if (cut) {
            const double turn = 6.2831853 * random_unit(seed.hash, 62);
            seed.cut = {std::cos(turn), std::sin(turn)};
            seed.unit = unit(i, 0, field.states);
            seed.second = unit(i, 1, {field.states[0], field.states[0]});
        } else {
            seed.unit = unit(i, 0, field.states);
        }
    }

    /// Water and roads run through all villages; each has its own part of them.
    std::vector<std::int32_t> lines(Kind kind) {
        std::vector<std::int32_t> out;
        for (int v = -1; v < s_.plan.county_villages(); ++v) {
            const State state{.kind = kind};
            const auto parcel = parcels_.next();
            out.push_back(static_cast<std::int32_t>(sown_.units.size()));
            sown_.units.push_back(
                {.state = {state, state},
                 .parcel = {parcel, parcel},
                 .village = v,
                 .irrigated = false,
                 .elevation = 900,
                 .slope = 1,
                 .hash = random_bits(s_.seed ^ 63, static_cast<std::uint64_t>(v + 1), index(static_cast<int>(kind)))});
        }
        return out;
    }

private:
    std::int32_t unit(std::size_t i, int part, const std::array<State, 2>& states) {
        auto saved = s_.fields[i].states;
        s_.fields[i].states = states;
        const std::array<std::int32_t, 2> parcel{parcels_(parcel_key(s_, i, 0, part)).first,
                                                 parcels_(parcel_key(s_, i, 1, part)).first};
        s_.fields[i].states = saved;
        const auto& state = states[1];
        const auto [number, fresh] =
            units_(Key{parcel[0], parcel[1], static_cast<int>(state.before), state.planted, states[0].planted});
        if (fresh) {
            const auto& seed = s_.seeds[i];
            const auto& field = s_.fields[i];
            sown_.units.push_back({.state = states,
                                   .parcel = parcel,
                                   .village = seed.village,
                                   .irrigated = field.above < 5 && field.slope < 4 && random_unit(seed.hash, 64) < 0.6,
                                   .elevation = static_cast<float>(field.elevation),
                                   .slope = static_cast<float>(field.slope),
                                   .hash = random_bits(seed.hash, 65, index(part))});
        }
        return number;
    }

    Sowing& s_;
    Sown& sown_;
    Numbers<Key> parcels_;
    Numbers<Key> units_;
};

Seed seed_at(const Relief& relief, const Plan& plan, const Dice& dice, int row, int col) {
    Seed seed;
    seed.at = jittered(dice.seed ^ 32, row, col, dice.spacing, seed_margin);
    const auto down = relief.downhill(seed.at);
    seed.contour = down == Spot{} ? Spot{1, 0} : Spot{-down.s, down.e};
    seed.stretch = 1 + 0.45 * smooth_step(3, 14, relief.slope(seed.at));
    seed.village = plan.village_of(seed.at);
    seed.hash = random_bits(dice.seed ^ 33, index(row), index(col));
    return seed;
}

}  // namespace

Sown sow(const Relief& relief, const Plan& plan, Dice dice, std::array<int, 2> years) {
    Sown sown;
    sown.side = static_cast<int>(std::ceil(relief.size() / dice.spacing)) + 2 * seed_margin;
    Sowing sowing{relief, plan, dice.seed, years, sown.seeds, {}};
    for (int row = 0; row < sown.side; ++row) {
        for (int col = 0; col < sown.side; ++col) {
            auto seed = seed_at(relief, plan, dice, row, col);
            Field field;
            field.slope = relief.slope(seed.at);
            field.above = relief.above_stream(seed.at);
            field.elevation = relief.elevation(seed.at);
            field.north = relief.downhill(seed.at).s * -std::min(1.0, field.slope / 15);
            field.block = block_of(dice.seed, seed.at);
            sown.seeds.push_back(seed);
            sowing.fields.push_back(field);
        }
    }
    grow(sowing);
    sown.plots = change(sowing);
    Surveyor surveyor(sowing, sown);
    for (std::size_t i = 0; i < sown.seeds.size(); ++i) surveyor.measure(i);
    sown.river_units = surveyor.lines(Kind::river);
    sown.road_units = surveyor.lines(Kind::road);
    sown.lake_units = surveyor.lines(Kind::reservoir);
    return sown;
}

}  // namespace linmu::demo

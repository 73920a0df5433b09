// SPDX-License-Identifier: MIT
#include "linmu/demo/season.hpp"

#include <algorithm>
#include <cmath>

#include "linmu/core/random.hpp"

namespace linmu::demo {
namespace {

// Reflectances of what a cell is made of, in the range of published spectral libraries.
constexpr Spectrum leaf{.024F, .050F, .024F, .080F, .245F, .310F, .325F, .340F, .170F, .078F};
constexpr Spectrum yellow_leaf{.038F, .095F, .095F, .140F, .220F, .260F, .275F, .290F, .200F, .110F};
constexpr Spectrum brown_leaf{.040F, .060F, .085F, .110F, .150F, .175F, .195F, .215F, .245F, .160F};
constexpr Spectrum needle{.020F, .036F, .022F, .055F, .140F, .175F, .190F, .200F, .105F, .052F};
constexpr Spectrum bloom{.050F, .200F, .190F, .230F, .270F, .285F, .290F, .300F, .240F, .150F};
constexpr Spectrum litter{.042F, .062F, .085F, .108F, .132F, .146F, .160F, .176F, .255F, .190F};
constexpr Spectrum straw{.062F, .092F, .122F, .150F, .175F, .190F, .205F, .222F, .310F, .225F};
constexpr Spectrum soil{.078F, .112F, .150F, .178F, .200F, .214F, .230F, .246F, .325F, .275F};
constexpr Spectrum roofs{.115F, .135F, .155F, .168F, .178F, .186F, .196F, .205F, .230F, .210F};
constexpr Spectrum asphalt{.085F, .095F, .105F, .112F, .118F, .122F, .128F, .132F, .150F, .140F};
constexpr Spectrum coal{.055F, .062F, .072F, .078F, .084F, .088F, .094F, .098F, .125F, .125F};
constexpr Spectrum stone{.105F, .125F, .145F, .158F, .168F, .175F, .185F, .195F, .245F, .235F};
constexpr Spectrum clear_water{.042F, .048F, .032F, .027F, .020F, .018F, .015F, .013F, .007F, .005F};
constexpr Spectrum silt{.075F, .098F, .092F, .080F, .050F, .045F, .040F, .032F, .014F, .010F};

Spectrum mixed(const Spectrum& a, const Spectrum& b, double share_of_b) {
    Spectrum out{};
    const auto t = static_cast<float>(std::clamp(share_of_b, 0.0, 1.0));
    for (std::size_t i = 0; i < scene_bands; ++i) out[i] = a[i] + t * (b[i] - a[i]);
    return out;
}

/// Visible bands and red edge, near infrared, short-wave infrared.
Spectrum toned(Spectrum s, double visible, double near, double short_wave) {
    for (std::size_t i = 0; i < scene_bands; ++i)
        s[i] *= static_cast<float>(i < 4 ? visible : i < 8 ? near : short_wave);
    return s;
}

double risen(double day, double middle, double pace) { return 1 / (1 + std::exp(-(day - middle) / pace)); }

/// Draws of one unit, the same in all years but where the year is drawn too.
class Draw {
public:
    Draw(std::uint64_t hash, int year, int day)
        : hash_(hash), year_(static_cast<std::uint64_t>(year)), day_(static_cast<std::uint64_t>(day)) {}
    [[nodiscard]] double of_place(std::uint64_t what) const { return random_normal(hash_, what); }
    [[nodiscard]] double of_year(std::uint64_t what) const { return random_normal(hash_, what, year_); }
    [[nodiscard]] double of_day(std::uint64_t what) const { return random_normal(hash_, what, year_, day_); }
    [[nodiscard]] double chance(std::uint64_t what) const { return random_unit(hash_, what); }

private:
    std::uint64_t hash_, year_, day_;
};

/// The course of leaves over the year at 1000 m; days of the middle of each turn, and how fast it is.
struct Leaves {
    double out = 120, out_pace = 5;
    double turning = 285, turning_pace = 6;  ///< green to yellow or brown
    double off = 300, off_pace = 5;
    bool brown = false;  ///< turns brown and stays on the twigs
    double visible = 1, near = 1, short_wave = 1;
};

constexpr Leaves walnut_leaves{116, 5, 274, 6, 296, 5, false, 1.08, 1.00, 1.04};
constexpr Leaves oak_leaves{125, 5, 291, 5, 318, 8, true, 0.90, 0.99, 0.91};
constexpr Leaves locust_leaves{129, 5, 294, 6, 303, 5, false, 1.00, 1.02, 0.95};
constexpr Leaves poplar_leaves{112, 5, 293, 6, 306, 5, false, 0.97, 1.04, 0.98};
constexpr Leaves forsythia_leaves{119, 6, 292, 7, 304, 6, false, 1.24, 0.85, 1.15};
constexpr Leaves thorn_leaves{123, 7, 286, 8, 300, 7, false, 1.30, 0.81, 1.20};
constexpr Leaves weed_leaves{108, 12, 284, 12, 300, 12, true, 1.30, 0.93, 1.20};
constexpr Leaves grass_leaves{136, 13, 266, 12, 330, 20, true, 1.42, 0.88, 1.30};

/// Day as the plants of this place feel it: later up the mountain in spring, earlier in autumn.
struct Calendar {
    double spring, autumn;
};

Calendar calendar(const Unit& unit, const Draw& draw, int year, int day, std::uint64_t seed) {
    const double climb = (unit.elevation - 1000) / 100.0;
    const double warm = 3 * random_normal(seed ^ 91, static_cast<std::uint64_t>(year));
    return {day - 2.2 * climb + warm + 3.5 * draw.of_place(1), day + 1.2 * climb + 3.5 * draw.of_place(2)};
}

struct Foliage {
    Spectrum look{};
    double amount = 0;  ///< of full leaf
};

Foliage foliage(const Leaves& kind, const Calendar& when, const Draw& draw) {
    const double turned = risen(when.autumn, kind.turning, kind.turning_pace);
    const double left = 1 - risen(when.autumn, kind.off, kind.off_pace);
    // As leaves of one stand differ in water and chlorophyll from the next, and from visit to visit.
    const double visible = kind.visible * std::exp(0.10 * draw.of_place(3) + 0.04 * draw.of_day(3));
    const double near = kind.near * std::exp(0.07 * draw.of_place(4) + 0.03 * draw.of_day(4));
    const double short_wave = kind.short_wave * std::exp(0.08 * draw.of_place(5) + 0.04 * draw.of_day(5));
    const auto green = toned(leaf, visible, near, short_wave);
    return {mixed(green, kind.brown ? brown_leaf : yellow_leaf, turned),
            risen(when.spring, kind.out, kind.out_pace) * left};
}

Spectrum soil_of(const Draw& draw) {
    const double light = std::exp(0.16 * draw.of_place(6) + 0.06 * draw.of_day(6));
    return toned(mixed(soil, stone, 0.25 * draw.chance(7)), light, light, light * std::exp(0.05 * draw.of_day(7)));
}

/// Ground under trees: soil and dead leaves, with herbs that are green before and after the trees are.
Spectrum floor_under(const Calendar& when, const Draw& draw, double herbs, double dead_leaves) {
    const auto green = foliage(weed_leaves, when, draw);
    return mixed(mixed(soil_of(draw), litter, dead_leaves), green.look, herbs * green.amount);
}

double around(double middle, double spread, double draw, double low, double high) {
    return std::clamp(middle + spread * draw, low, high);
}

Look under_leaves(const Leaves& leaves, const Calendar& when, const Draw& draw, double crowns, const Spectrum& floor) {
    const auto green = foliage(leaves, when, draw);
    const double twigs = 0.3 * crowns * (1 - green.amount);
    return {.crown = green.look,
            .ground = mixed(floor, toned(litter, 0.8, 0.9, 0.85), twigs),
            .cover = static_cast<float>(crowns * green.amount),
            .patchiness = 0.14F};
}

struct Crop {
    double up, up_pace, down, down_pace;
    double cover;
    double visible, near, short_wave;
};

Crop crop_of(Kind kind, const Draw& draw) {
    const double rank = draw.of_year(8);
    switch (kind) {
        case Kind::millet: return {190, 8, 262, 4, around(0.76, 0.09, rank, 0.4, 0.92), 1.18, 1.05, 1.18};
        case Kind::tubers: return {176, 9, 256, 6, around(0.72, 0.11, rank, 0.4, 0.92), 1.12, 1.08, 1.00};
        case Kind::wheat: return {92, 9, 163, 4, around(0.82, 0.08, rank, 0.5, 0.95), 1.10, 1.05, 1.05};
        case Kind::fallow: return {150, 16, 275, 14, around(0.56, 0.14, rank, 0.2, 0.85), 1.36, 0.92, 1.25};
        default: return {182, 7, 268, 4, around(0.88, 0.06, rank, 0.5, 0.97), 1.05, 1.15, 1.08};
    }
}

Look field_look(Kind kind, const Calendar& when, const Draw& draw) {
    const auto crop = crop_of(kind, draw);
    const double sown = 5 * draw.of_year(9);
    const double up = risen(when.spring, crop.up + sown, crop.up_pace);
    const double harvested = risen(when.autumn, crop.down + sown, crop.down_pace);
    const double ripe = risen(when.autumn, crop.down + sown - 12, 5);
    const auto tone = foliage({.out = 0,
                               .turning = 999,
                               .off = 999,
                               .visible = crop.visible,
                               .near = crop.near,
                               .short_wave = crop.short_wave},
                              when, draw);
    const auto weeds = foliage(weed_leaves, when, draw);
    // Stubble and straw lie from the harvest until the plough in April.
    const double stubble = std::max(harvested, 1 - risen(when.spring, 105, 6)) * (0.25 + 0.4 * draw.chance(10));
    auto ground = mixed(soil_of(draw), straw, stubble);
    ground = mixed(ground, weeds.look, weeds.amount * (kind == Kind::fallow ? 0.4 : 0.10 * draw.chance(11)));
    return {.crown = mixed(tone.look, yellow_leaf, 0.7 * ripe),
            .ground = ground,
            .cover = static_cast<float>(crop.cover * up * (1 - harvested)),
            .patchiness = 0.07F};
}

/// Trees in rows over a field or a meadow: the younger, the more the ground is what shows.
Look orchard_look(const State& state, int year, const Calendar& when, const Draw& draw, double crowns) {
    const bool young = state.planted > 0 && year - state.planted <= 9;
    const bool tilled = state.before < Kind::intercropped && draw.chance(12) < (young ? 0.4 : 0.25);
    auto floor = floor_under(when, draw, around(0.52, 0.15, draw.of_place(13), 0.08, 0.9), 0.15);
    if (tilled) {
        const auto field = field_look(state.before, when, draw);
        floor = mixed(field.ground, field.crown, field.cover);
    } else if (young && state.before == Kind::grassland) {
        const auto grass = foliage(grass_leaves, when, draw);
        floor = mixed(floor, mixed(mixed(soil_of(draw), straw, 0.45), grass.look, 0.5 * grass.amount), 0.6);
    }
    return under_leaves(walnut_leaves, when, draw, crowns, floor);
}

Look grass_look(const Calendar& when, const Draw& draw) {
    const auto green = foliage(grass_leaves, when, draw);
    return {.crown = green.look,
            .ground = mixed(soil_of(draw), straw, 0.35 + 0.4 * draw.chance(14)),
            .cover = static_cast<float>(around(0.56, 0.11, draw.of_place(15), 0.2, 0.85) * green.amount),
            .patchiness = 0.2F};
}

Look shrub_look(Kind kind, const Calendar& when, const Draw& draw, double cover) {
    const bool yellow = kind == Kind::forsythia;
    const auto meadow = grass_look(when, draw);
    const auto floor = mixed(mixed(meadow.ground, litter, 0.4), meadow.crown, 0.8 * meadow.cover);
    auto look = under_leaves(yellow ? forsythia_leaves : thorn_leaves, when, draw, cover, floor);
    look.patchiness = 0.18F;
    if (yellow) {
        const double t = (when.spring - 101) / 7;
        look.ground = mixed(look.ground, bloom, 0.5 * cover * std::exp(-0.5 * t * t));
    }
    return look;
}

Look pine_look(const Calendar& when, const Draw& draw, double crowns) {
    const double light = std::exp(0.10 * draw.of_place(17) + 0.03 * draw.of_day(17));
    const double fresh = risen(when.spring, 150, 12) * (1 - risen(when.autumn, 300, 15));
    const auto green = toned(needle, light * (1.08 - 0.12 * fresh), light * (0.92 + 0.16 * fresh), light);
    const auto meadow = grass_look(when, draw);
    return {.crown = green,
            .ground = mixed(floor_under(when, draw, 0.35, 0.6), meadow.crown, 0.3 * meadow.cover),
            .cover = static_cast<float>(crowns),
            .patchiness = 0.14F};
}

/// Trees of a plantation stand over the meadow that was there.
Look forest_look(const State& state, const Calendar& when, const Draw& draw, double crowns) {
    const bool young = state.planted > 0;
    if (state.kind == Kind::pine) {
        auto look = pine_look(when, draw, crowns);
        if (young) {
            const auto meadow = grass_look(when, draw);
            look.ground = mixed(meadow.ground, meadow.crown, meadow.cover);
        }
        return look;
    }
    const auto meadow = grass_look(when, draw);
    const auto floor = young ? mixed(meadow.ground, meadow.crown, meadow.cover)
                             : floor_under(when, draw, around(0.21, 0.12, draw.of_place(13), 0.02, 0.7), 0.75);
    const auto& leaves = state.kind == Kind::oak      ? oak_leaves
                         : state.kind == Kind::locust ? locust_leaves
                                                      : poplar_leaves;
    return under_leaves(leaves, when, draw, crowns, floor);
}

Look built_look(Kind kind, const Calendar& when, const Draw& draw) {
    const double light = std::exp(0.15 * draw.of_place(19) + 0.03 * draw.of_day(19));
    const auto base = kind == Kind::road ? asphalt : mixed(roofs, soil, 0.3 * draw.chance(20));
    const auto trees = foliage(poplar_leaves, when, draw);
    const double shade = kind == Kind::road ? 0.08 : kind == Kind::town ? 0.10 : 0.20;
    return {.crown = trees.look,
            .ground = toned(base, light, light, light),
            .cover = static_cast<float>(around(shade, 0.05, draw.of_place(21), 0.0, 0.4) * trees.amount),
            .patchiness = 0.5F};
}

Look bare_look(Kind kind, const Calendar& when, const Draw& draw) {
    const auto weeds = foliage(weed_leaves, when, draw);
    const double green = kind == Kind::felled ? 0.24 : 0.06;
    const auto base = kind == Kind::mine   ? mixed(coal, stone, draw.chance(22))
                      : kind == Kind::rock ? stone
                                           : mixed(soil, litter, 0.5);
    const double light = std::exp(0.12 * draw.of_place(23));
    return {.crown = weeds.look,
            .ground = toned(base, light, light, light),
            .cover = static_cast<float>(green * weeds.amount),
            .patchiness = 0.5F};
}

Look water_look(Kind kind, const Draw& draw) {
    const double muddy = (kind == Kind::river ? 0.45 : kind == Kind::pond ? 0.55 : 0.15) + 0.15 * draw.of_day(24);
    const auto look = mixed(clear_water, silt, muddy);
    return {.crown = look,
            .ground = kind == Kind::river ? mixed(look, stone, 0.12) : look,
            .cover = kind == Kind::river ? 0.5F : 1.0F,
            .patchiness = 0.1F,
            .water = true};
}

constexpr double intercropped_rows = 0.10;

/// What was planted grows with age, better on one site than on the next; old stands differ by their kind.
double stand(const Draw& draw, double grown, double middle, double spread, double low, double high) {
    return grown > 0 ? std::min(grown * std::exp(0.15 * draw.of_place(25)), high)
                     : around(middle, spread, draw.of_place(18), low, high);
}

}  // namespace

double cover_in_leaf(const Unit& unit, const State& state, int year) {
    const Draw draw(unit.hash, year, 0);
    const double grown = state.planted > 0 ? crown_cover(state.kind, year - state.planted) : 0;
    const auto forest = [&](double middle, double spread) {
        return stand(draw, grown, middle, spread, 0.35, grown > 0 ? 0.9 : 0.97);
    };
    switch (state.kind) {
        case Kind::walnut: return stand(draw, grown, 0.62, 0.09, 0.38, 0.85);
        case Kind::oak: return forest(0.87, 0.07);
        case Kind::locust: return forest(0.79, 0.10);
        case Kind::poplar: return forest(0.78, 0.10);
        case Kind::pine: return forest(0.7, 0.1);
        case Kind::forsythia: return around(0.66, 0.10, draw.of_place(16), 0.40, 0.93);
        case Kind::thorn: return around(0.57, 0.10, draw.of_place(16), 0.40, 0.93);
        case Kind::intercropped: return intercropped_rows;
        default: return 0;
    }
}

Look look_of(const Unit& unit, const State& state, int year, int day, std::uint64_t seed) {
    const Draw draw(unit.hash, year, day);
    const auto when = calendar(unit, draw, year, day, seed);
    const double crowns = cover_in_leaf(unit, state, year);
    switch (state.kind) {
        case Kind::walnut: return orchard_look(state, year, when, draw, crowns);
        case Kind::intercropped: {
            auto look = field_look(Kind::millet, when, draw);
            const auto trees = foliage(walnut_leaves, when, draw);
            look.ground = mixed(look.ground, trees.look, crowns * trees.amount);
            return look;
        }
        case Kind::maize:
        case Kind::millet:
        case Kind::tubers:
        case Kind::wheat:
        case Kind::fallow: return field_look(state.kind, when, draw);
        case Kind::oak:
        case Kind::locust:
        case Kind::poplar:
        case Kind::pine: return forest_look(state, when, draw, crowns);
        case Kind::forsythia:
        case Kind::thorn: return shrub_look(state.kind, when, draw, crowns);
        case Kind::grassland: return grass_look(when, draw);
        case Kind::village:
        case Kind::town:
        case Kind::road: return built_look(state.kind, when, draw);
        case Kind::mine:
        case Kind::rock:
        case Kind::felled: return bare_look(state.kind, when, draw);
        case Kind::river:
        case Kind::reservoir:
        case Kind::pond: return water_look(state.kind, draw);
    }
    return {};
}

}  // namespace linmu::demo

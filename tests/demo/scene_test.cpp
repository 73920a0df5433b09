// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "linmu/demo/scene_maker.hpp"

namespace linmu::demo {
namespace {

const Landscape& county() {
    static const Landscape made(6000, 5, {2020, 2025});
    return made;
}

double ndvi(const Look& look, float cover) {
    const auto band = [&](std::size_t b) {
        return static_cast<double>(cover * look.crown[b] + (1 - cover) * look.ground[b]);
    };
    return (band(6) - band(2)) / (band(6) + band(2));
}

/// Median NDVI on a day of the year, over many places of one kind.
double typical(const State& state, int day) {
    std::vector<double> values;
    for (std::uint64_t i = 0; i < 201; ++i) {
        Unit unit;
        unit.hash = i * 7919;
        unit.elevation = 1000;
        const auto look = look_of(unit, state, 2025, day, 1);
        values.push_back(ndvi(look, look.cover));
    }
    std::ranges::nth_element(values, values.begin() + 100);
    return values[100];
}

TEST(Season, OrchardsAreGreenInMayWhenFieldsAreBare) {
    EXPECT_GT(typical({.kind = Kind::walnut}, 142), 0.55);
    EXPECT_LT(typical({.kind = Kind::maize}, 142), 0.30);
}

TEST(Season, MaizeHasOnePeak) {
    EXPECT_GT(typical({.kind = Kind::maize}, 228), 0.70);
    EXPECT_LT(typical({.kind = Kind::maize}, 282), 0.35);
    EXPECT_LT(typical({.kind = Kind::maize}, 100), 0.30);
}

TEST(Season, WalnutIsWithinItsPublishedPeak) {
    EXPECT_GT(typical({.kind = Kind::walnut}, 228), 0.60);
    EXPECT_LT(typical({.kind = Kind::walnut}, 228), 0.85);
}

TEST(Season, PinesAreGreenInWinterAndOaksAreNot) {
    EXPECT_GT(typical({.kind = Kind::pine}, 20), 0.35);
    EXPECT_LT(typical({.kind = Kind::oak}, 20), 0.30);
    EXPECT_GT(typical({.kind = Kind::oak}, 200), 0.75);
}

TEST(Season, ForsythiaBloomsYellowBeforeItsLeaves) {
    const auto yellowness = [](Kind kind) {
        Unit unit;
        unit.elevation = 1000;
        const auto look = look_of(unit, {.kind = kind}, 2025, 101, 1);
        return (look.ground[1] - look.ground[0]) / (look.ground[1] + look.ground[0]);
    };
    EXPECT_GT(yellowness(Kind::forsythia), yellowness(Kind::thorn) + 0.08F);
}

TEST(Season, CrownCoverIsWhatShowsInFullLeaf) {
    for (const State& state :
         {State{.kind = Kind::walnut}, State{Kind::walnut, 2015, Kind::grassland}, State{.kind = Kind::oak},
          State{Kind::pine, 2012, Kind::grassland}, State{.kind = Kind::forsythia}, State{.kind = Kind::maize}}) {
        Unit unit;
        unit.hash = 77;
        unit.elevation = 1000;
        const double cover = cover_in_leaf(unit, state, 2025);
        if (state.kind == Kind::maize) EXPECT_EQ(cover, 0) << "crops have no crowns";
        else EXPECT_NEAR(static_cast<double>(look_of(unit, state, 2025, 200, 1).cover), cover, 0.01);
    }
    EXPECT_LT(cover_in_leaf({}, {Kind::walnut, 2023, Kind::grassland}, 2025), 0.2);
    EXPECT_GT(cover_in_leaf({}, {.kind = Kind::walnut}, 2025), 0.35);
}

TEST(Season, AYoungOrchardOnAFieldLooksLikeAField) {
    const State young{Kind::walnut, 2024, Kind::maize};
    EXPECT_NEAR(look_of({}, young, 2025, 228, 1).cover, 0, 0.12);
}

TEST(Sun, StandsHighInJuneAndLowInJanuary) {
    EXPECT_NEAR(sun_on({2025, 6, 21}).zenith, 20, 4);
    EXPECT_NEAR(sun_on({2025, 1, 17}).zenith, 61, 4);
    EXPECT_GT(sun_on({2025, 5, 20}).azimuth, 100);
    EXPECT_LT(sun_on({2025, 5, 20}).azimuth, 160);
}

TEST(Passes, AreFiveDaysApartOrAMultiple) {
    const auto passes = scene_passes({2020, 2025}, 7, 1);
    ASSERT_EQ(passes.size(), 14U);
    EXPECT_TRUE(std::ranges::is_sorted(passes, {}, [](const ScenePass& p) { return p.date; }));
    EXPECT_EQ((day_of_year(passes[2].date) - day_of_year(passes[1].date)) % 5, 0);
    EXPECT_FALSE(passes.front().offset);
    EXPECT_TRUE(passes.back().offset);
}

TEST(Scene, RowsDoNotDependOnTheirNeighbours) {
    const SceneMaker maker(county(), scene_passes({2020, 2025}, 5, 1)[6]);
    const auto many = maker.rows(200, 20, 600);
    const auto few = maker.rows(208, 4, 600);
    for (int c = 0; c < 600; ++c) {
        ASSERT_EQ(many.bands[6](9, c), few.bands[6](1, c));
        ASSERT_EQ(many.classification(4, c / 2), few.classification(0, c / 2));
    }
    EXPECT_TRUE(std::ranges::equal(many.bands[8].row(5), few.bands[8].row(1)));
}

TEST(Scene, EachHasCloudAndShadowSomewhereAndMostlyClearLand) {
    for (const auto& pass : scene_passes({2020, 2025}, 7, 5)) {
        if (pass.year_index == 0) continue;
        const SceneMaker maker(county(), pass);
        std::array<int, 12> counts{};
        for (int row = 0; row < 600; row += 60) {
            const auto rows = maker.rows(row, 60, 600);
            for (const auto code : rows.classification.cells()) ++counts[static_cast<std::size_t>(std::max(0, code))];
        }
        EXPECT_GT(counts[8] + counts[9] + counts[10], 100) << to_string(pass.date);
        EXPECT_GT(counts[3], 20) << to_string(pass.date);
        EXPECT_GT(counts[2] + counts[4] + counts[5] + counts[6], 45000) << to_string(pass.date);
        EXPECT_EQ(counts[0] > 0, pass.swath_edge);
    }
}

}  // namespace
}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include "linmu/demo/landscape.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <set>

#include "linmu/core/random.hpp"
#include "linmu/demo/mixture.hpp"

namespace linmu::demo {
namespace {

const Landscape& county() {
    static const Landscape made(12000, 1, {2020, 2025});
    return made;
}

TEST(Landscape, HasTwentyThreeVillagesInThreeTownships) {
    EXPECT_EQ(county().plan().county_villages(), 23);
    EXPECT_EQ(county().plan().townships().size(), 3U);
    std::set<std::string> codes;
    for (int v = 0; v < 23; ++v) {
        const auto& village = county().plan().villages()[static_cast<std::size_t>(v)];
        codes.insert(village.code);
        EXPECT_EQ(village.code.substr(0, 9),
                  county().plan().townships()[static_cast<std::size_t>(village.township)].code);
    }
    EXPECT_EQ(codes.size(), 23U);
}

TEST(Landscape, APatternDoesNotDependOnTheWindow) {
    const auto whole = county().pattern({700, 900, 60, 70});
    const auto part = county().pattern({723, 931, 20, 21});
    for (int r = 0; r < 20; ++r) {
        for (int c = 0; c < 21; ++c) ASSERT_EQ(part(r, c), whole(23 + r, 31 + c));
    }
}

TEST(Landscape, AnotherSeedIsAnotherCounty) {
    const Landscape other(6000, 2, {2020, 2025});
    const Landscape again(6000, 2, {2020, 2025});
    const Landscape third(6000, 3, {2020, 2025});
    const Window window{300, 300, 80, 80};
    EXPECT_TRUE(std::ranges::equal(other.pattern(window).cells(), again.pattern(window).cells()));
    EXPECT_FALSE(std::ranges::equal(other.pattern(window).cells(), third.pattern(window).cells()));
}

TEST(Landscape, EveryFlowOfFarmlandIsThereInSeveralPieces) {
    std::map<std::pair<Land, Land>, int> pieces;
    double fields = 0, lost = 0, won = 0;
    for (const auto& seed : county().seeds()) {
        if (seed.village < 0) continue;
        const auto before = county().land(seed.unit, 0);
        const auto after = county().land(seed.unit, 1);
        fields += before == Land::cropland ? 1 : 0;
        if (before == after) continue;
        ++pieces[{before, after}];
        lost += before == Land::cropland ? 1 : 0;
        won += after == Land::cropland ? 1 : 0;
    }
    for (const auto to : {Land::walnut, Land::broadleaf, Land::built, Land::water})
        EXPECT_GE((pieces[{Land::cropland, to}]), 4) << land_key(to);
    for (const auto from : {Land::walnut, Land::grass, Land::bare})
        EXPECT_GE((pieces[{from, Land::cropland}]), 4) << land_key(from);
    EXPECT_GT((lost + won) / fields, 0.03);
    EXPECT_LT((lost + won) / fields, 0.08);
}

TEST(Landscape, OrchardsAreOfAllAges) {
    int young = 0, all = 0;
    for (const auto& seed : county().seeds()) {
        const auto& state = county().units()[static_cast<std::size_t>(seed.unit)].state[1];
        if (seed.village < 0 || state.kind != Kind::walnut) continue;
        ++all;
        young += state.planted >= 2020 ? 1 : 0;
    }
    EXPECT_GT(young, all * 6 / 100);
    EXPECT_LT(young, all * 16 / 100);
}

TEST(Landscape, SomePlotsAreBoastedSomeRepeatedSomeNotCarriedOut) {
    int boasted = 0, repeated = 0, partly = 0, forest = 0;
    for (const auto& plot : county().plots()) {
        boasted += plot.boast > 1.1 ? 1 : 0;
        repeated += plot.repeats >= 0 ? 1 : 0;
        partly += !plot.planted.empty() && plot.planted.size() < plot.seeds.size() ? 1 : 0;
        if (plot.planted.empty()) continue;
        const auto land = county().land(county().seeds()[static_cast<std::size_t>(plot.planted.front())].unit, 1);
        forest += land == Land::conifer || land == Land::broadleaf ? 1 : 0;
    }
    EXPECT_GE(boasted, 3);
    EXPECT_GE(repeated, 2);
    EXPECT_GE(partly, 3);
    EXPECT_GE(forest, 8);
    EXPECT_GT(county().plots().size(), 100U);
}

TEST(Land, PlantationsBecomeForestAtACanopyOfOneFifth) {
    EXPECT_EQ(land_of({Kind::pine, 2021, Kind::grassland}, 2025), Land::grass);
    EXPECT_EQ(land_of({Kind::pine, 2010, Kind::grassland}, 2025), Land::conifer);
    EXPECT_EQ(land_of({Kind::walnut, 2024, Kind::maize}, 2025), Land::walnut);
    EXPECT_GE(crown_cover(Kind::poplar, 5), 0.2);
}

TEST(Land, AnOrchardOnAFormerFieldIsAdjustable) {
    const auto survey = survey_class({Kind::walnut, 2022, Kind::maize}, 2025, false);
    EXPECT_EQ(survey.code, "0201K");
    EXPECT_EQ(survey.attribute, "JKHF");
    EXPECT_EQ(survey_class({.kind = Kind::intercropped}, 2025, false).attribute, "LLJZ");
}

TEST(Mixture, SharesAddUpToTheCell) {
    const auto mixed = mixtures(county(), {600, 600, 40, 40});
    int boundary = 0;
    for (const auto& m : mixed.cells()) {
        float sum = 0;
        for (int i = 0; i < m.count; ++i) sum += m.share[static_cast<std::size_t>(i)];
        ASSERT_FLOAT_EQ(sum, 1.0F);
        boundary += m.count > 1 ? 1 : 0;
    }
    EXPECT_GT(boundary, 160);
}

}  // namespace
}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include "linmu/algo/corridor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "linmu/core/error.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

double ring_area(const Ring& ring) {
    double twice = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
        twice += (ring[j].x - ring[0].x) * (ring[i].y - ring[0].y) - (ring[i].x - ring[0].x) * (ring[j].y - ring[0].y);
    return std::abs(twice) / 2;
}

double area(const Geometry& g) {
    double sum = 0;
    for (const auto& polygon : g.polygons) {
        sum += ring_area(polygon.outer);
        for (const auto& hole : polygon.holes) sum -= ring_area(hole);
    }
    return sum;
}

std::vector<double> plane_chainage(const Line& line) {
    std::vector<double> out{0};
    for (std::size_t i = 1; i < line.size(); ++i)
        out.push_back(out.back() + std::hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y));
    return out;
}

std::vector<CorridorPiece> pieces_of(const Line& line, const CorridorRule& rule) {
    return corridor(line, plane_chainage(line), rule);
}

double side_area(const std::vector<CorridorPiece>& pieces, bool left) {
    double sum = 0;
    for (const auto& piece : pieces) sum += piece.left == left ? area(piece.ground) : 0;
    return sum;
}

void expect_disjoint(const std::vector<CorridorPiece>& pieces) {
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        for (std::size_t k = i + 1; k < pieces.size(); ++k)
            ASSERT_NEAR(area(intersection_of(pieces[i].ground, pieces[k].ground)), 0, 1e-2) << i << ", " << k;
    }
}

TEST(Corridor, OfAStraightRoadIsRectangles) {
    const auto pieces = pieces_of({{0, 0}, {1000, 0}, {2500, 0}}, {.width = 20, .carriageway = 8, .interval = 1000});
    ASSERT_EQ(pieces.size(), 6U);
    const double ends[] = {1000, 1000, 2000, 2000, 2500, 2500};
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        EXPECT_EQ(pieces[i].left, i % 2 == 0);
        EXPECT_EQ(pieces[i].from, static_cast<double>(i / 2) * 1000);
        EXPECT_EQ(pieces[i].to, ends[i]);
        EXPECT_NEAR(area(pieces[i].ground), 20 * (pieces[i].to - pieces[i].from), 1e-6);
        const Box box = bounds(pieces[i].ground);
        EXPECT_NEAR(box.ymin, pieces[i].left ? 4 : -24, 1e-9);
        EXPECT_NEAR(box.ymax, pieces[i].left ? 24 : -4, 1e-9);
    }
    EXPECT_EQ(pieces_of({{0, 0}, {1000, 0}}, {.width = 20, .interval = 0}).size(), 2U);
    EXPECT_EQ(pieces_of({{0, 0}, {1000, 0}}, {.width = 20, .interval = 1000}).size(), 2U) << "no empty last piece";
}

TEST(Corridor, OfABendHasASectorOutsideAndAMitreInside) {
    const CorridorRule rule{.width = 20, .carriageway = 8, .interval = 0, .arc_step = 1};
    for (const double degrees : {30.0, 60.0, 90.0, 120.0}) {
        const double turn = degrees * std::numbers::pi / 180;
        const Line road{{0, 0}, {500, 0}, {500 + 400 * std::cos(turn), 400 * std::sin(turn)}};
        const auto pieces = pieces_of(road, rule);
        const double outer = 24 * 24 - 4 * 4;
        const double chords = degrees / rule.arc_step;
        EXPECT_NEAR(side_area(pieces, false), 900 * 20 + chords * std::sin(turn / chords) / 2 * outer, 0.02) << degrees;
        EXPECT_NEAR(side_area(pieces, true), 900 * 20 - std::tan(turn / 2) * outer, 0.02) << degrees;
        expect_disjoint(pieces);
    }
}

TEST(Corridor, OfAClosedRingCountsNothingTwice) {
    Line ring;
    constexpr int sides = 180;
    for (int i = 0; i < sides; ++i) {
        const double t = 2 * std::numbers::pi * i / sides;
        ring.push_back({100 * std::cos(t), 100 * std::sin(t)});
    }
    ring.push_back(ring.front());
    const auto pieces = pieces_of(ring, {.width = 30, .carriageway = 10, .interval = 50});
    expect_disjoint(pieces);
    EXPECT_NEAR(side_area(pieces, true), std::numbers::pi * (95 * 95 - 65 * 65), 20) << "inside, on the left";
    EXPECT_NEAR(side_area(pieces, false), std::numbers::pi * (135 * 135 - 105 * 105), 20);
}

TEST(Corridor, OfAHairpinIsDisjointAndLeavesTheRoadAlone) {
    const Line hairpin{{0, 0}, {300, 0}, {300, 20}, {0, 20}};
    const CorridorRule rule{.width = 15, .carriageway = 6, .interval = 100};
    const auto pieces = pieces_of(hairpin, rule);
    expect_disjoint(pieces);
    // Between the legs there are 20 - 6 m, of which each square metre counts once.
    double between = 0;
    const Geometry inside{{{{{0, 3}, {297, 3}, {297, 17}, {0, 17}}, {}}}, {}, {}};
    for (const auto& piece : pieces) between += area(intersection_of(piece.ground, inside));
    EXPECT_NEAR(between, 297 * 14, 0.1);
    const Geometry road{
        {{{{0, -3}, {300, -3}, {300, 3}, {0, 3}}, {}}, {{{0, 17}, {300, 17}, {300, 23}, {0, 23}}, {}}}, {}, {}};
    for (const auto& piece : pieces) EXPECT_NEAR(area(intersection_of(piece.ground, road)), 0, 1e-2);
}

TEST(Corridor, IsCutWhereTheChainageGivenSays) {
    // The measure runs twice as fast as the plane: a cut at 100 is half-way to where the plane would have it.
    const auto pieces = corridor({{0, 0}, {100, 0}}, {0, 200}, {.width = 10, .interval = 100});
    ASSERT_EQ(pieces.size(), 4U);
    EXPECT_NEAR(bounds(pieces[0].ground).xmax, 50, 1e-9);
    EXPECT_EQ(pieces[2].from, 100);
}

TEST(Corridor, OfABendAtACutKeepsItsSector) {
    const Line road{{0, 0}, {100, 0}, {100, 100}};
    const auto whole = pieces_of(road, {.width = 10, .interval = 0});
    const auto cut = pieces_of(road, {.width = 10, .interval = 100});
    EXPECT_EQ(cut.size(), 4U);
    EXPECT_NEAR(side_area(cut, false), side_area(whole, false), 1e-3);
    EXPECT_NEAR(side_area(cut, true), side_area(whole, true), 1e-3);
}

TEST(Corridor, RefusesARoadWithoutLength) { EXPECT_THROW((void)pieces_of({{5, 5}, {5, 5}}, {}), DataError); }

}  // namespace
}  // namespace linmu

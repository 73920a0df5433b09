// SPDX-License-Identifier: MIT
#include "linmu/demo/outline.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "linmu/demo/mixture.hpp"
#include "linmu/geo/topology.hpp"
#include "support/matrix.hpp"

namespace linmu::demo {
namespace {

using test::matrix;

/// Outlines of all things but 0 of a pattern whose rim is 0.
std::map<std::int32_t, std::vector<Polygon>> outlines(const CodePlane& units) {
    CodePlane things = units;
    for (auto& t : things.cells()) t = t == 0 ? -1 : t;
    std::map<std::int32_t, std::vector<Edge>> edges;
    collect_edges(units, things, {0, 0, units.rows() - 2, units.cols() - 2},
                  [&](std::int32_t thing, const Edge& e) { edges[thing].push_back(e); });
    std::map<std::int32_t, std::vector<Polygon>> out;
    for (const auto& [thing, list] : edges) out[thing] = polygons_of(list);
    return out;
}

double area(const Polygon& polygon) {
    const auto ring = [](const Ring& r) {
        double sum = 0;
        for (std::size_t i = 0; i < r.size(); ++i)
            sum += r[i].x * r[(i + 1) % r.size()].y - r[(i + 1) % r.size()].x * r[i].y;
        return std::abs(sum) / 2;
    };
    double sum = ring(polygon.outer);
    for (const auto& hole : polygon.holes) sum -= ring(hole);
    return sum;
}

TEST(Outline, ALoneCellIsADiamond) {
    const auto found = outlines(matrix<std::int32_t>({{0, 0, 0}, {0, 1, 0}, {0, 0, 0}}));
    ASSERT_EQ(found.at(1).size(), 1U);
    EXPECT_EQ(found.at(1).front().outer.size(), 4U);
    EXPECT_DOUBLE_EQ(area(found.at(1).front()), 0.5);
}

TEST(Outline, StairsBecomeAStraightLine) {
    const auto found = outlines(matrix<std::int32_t>({{0, 0, 0, 0, 0, 0},
                                                      {0, 1, 2, 2, 2, 0},
                                                      {0, 1, 1, 2, 2, 0},
                                                      {0, 1, 1, 1, 2, 0},
                                                      {0, 1, 1, 1, 1, 0},
                                                      {0, 0, 0, 0, 0, 0}}));
    double sum = 0;
    for (const auto& [thing, polygons] : found) sum += area(polygons.front());
    // Only the four outer corners are lost: what one thing loses at the stairs, the other has.
    EXPECT_DOUBLE_EQ(sum, 16 - 4 * 0.125);
}

TEST(Outline, AHoleIsAHoleAndWhatIsInItFillsIt) {
    const auto found = outlines(
        matrix<std::int32_t>({{0, 0, 0, 0, 0}, {0, 1, 1, 1, 0}, {0, 1, 2, 1, 0}, {0, 1, 1, 1, 0}, {0, 0, 0, 0, 0}}));
    ASSERT_EQ(found.at(1).front().holes.size(), 1U);
    EXPECT_DOUBLE_EQ(area(found.at(1).front()) + area(found.at(2).front()), 9 - 4 * 0.125);
}

TEST(Outline, RingsThatTouchThemselvesAreSplitAndValid) {
    const auto units = matrix<std::int32_t>({{0, 0, 0, 0, 0, 0},
                                             {0, 1, 1, 1, 1, 0},
                                             {0, 1, 2, 1, 1, 0},
                                             {0, 1, 1, 3, 1, 0},
                                             {0, 1, 1, 1, 1, 0},
                                             {0, 0, 0, 0, 0, 0}});
    for (const auto& [thing, polygons] : outlines(units)) {
        EXPECT_FALSE(invalidity({.polygons = polygons, .lines = {}, .points = {}}).has_value()) << thing;
    }
}

TEST(Outline, PiecesAreConnectedByEdgesNotByCorners) {
    const auto pieces = connected(matrix<std::int32_t>({{5, -1}, {-1, 5}}));
    EXPECT_EQ(pieces(0, 0), 0);
    EXPECT_EQ(pieces(1, 1), 1);
    EXPECT_EQ(pieces(0, 1), -1);
}

TEST(Corner, GoesToThreeAgainstOne) {
    EXPECT_EQ(corner_owner(1, 2, 2, 2), 2);
    EXPECT_EQ(corner_owner(1, 1, 2, 2), 1);
    EXPECT_EQ(corner_owner(1, 2, 1, 2), 1);
    EXPECT_EQ(corner_owner(1, 2, 2, 3), 1);
}

}  // namespace
}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include "linmu/algo/landscape.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "support/matrix.hpp"
#include "support/random_classes.hpp"

namespace linmu {
namespace {

using test::matrix;
using test::run_map;
constexpr auto n = no_code;

std::vector<LandscapeMetrics> metrics(const CodePlane& plane, const LandscapeOptions& options = {}) {
    const Grid grid{"EPSG:4547", 500000, 4100000, 10, 10, plane.rows(), plane.cols()};
    return landscape_metrics(run_map(plane), grid, options, in_turn);
}

// Near the plane's meridian cells have 100 m2 and edges 10 m to a part in a hundred thousand. Hand counts:
// 1 has 7 cells in two patches (6 and 1; by corners one), 2 has 5 in one, of 12 cells in all.
const auto plane = matrix<std::int32_t>({{1, 1, 2, 2}, {1, 1, 2, 1}, {1, 1, 2, 2}});

TEST(Landscape, OfAKnownMatrixIsAsCountedByHand) {
    const auto found = metrics(plane, {Connectivity::four, false});
    ASSERT_EQ(found.size(), 3U);
    const auto& one = found[0];
    const auto& two = found[1];
    const auto& all = found[2];
    EXPECT_EQ(one.code, 1);
    EXPECT_EQ(one.patches, 2);
    EXPECT_EQ(one.cells, 7);
    EXPECT_NEAR(one.share, 100 * 7 / 12.0, 1e-3);
    EXPECT_NEAR(one.density, 2 / 0.12 * 100, 0.1);  // 12 cells are 0.12 ha
    EXPECT_NEAR(one.mean_patch, 0.035, 1e-6);
    EXPECT_NEAR(one.largest_patch, 50, 1e-3);
    EXPECT_NEAR(one.edge, 60, 1e-3);  // 3 on the left, 3 round the single cell
    EXPECT_NEAR(one.edge_density, 60 / 0.12, 0.01);
    EXPECT_NEAR(one.shape, 0.25 * 140 / std::sqrt(700.0), 1e-4);  // 100 m and 40 m around
    EXPECT_NEAR(one.mean_shape, (0.25 * 100 / std::sqrt(600.0) + 1) / 2, 1e-4);
    // p: 10 and 4 edges; a: 6 and 1 cells; Z = 12.
    EXPECT_NEAR(*one.cohesion, 100 * (1 - 14 / (10 * std::sqrt(6.0) + 4)) / (1 - 1 / std::sqrt(12.0)), 1e-9);
    // Like adjacencies of 1: 3 along, 4 down; the most of 7 cells: n = 2, m = 3: 4 + 2*3 - 2 = 8.
    EXPECT_NEAR(*one.aggregation, 100 * 7 / 8.0, 1e-9);
    // Of 2: 2 along, 2 down; of 5 cells n = 2, m = 1: 4 + 2 - 1 = 5.
    EXPECT_NEAR(*two.aggregation, 100 * 4 / 5.0, 1e-9);
    EXPECT_FALSE(one.diversity);
    EXPECT_FALSE(all.code);
    EXPECT_EQ(all.patches, 3);
    EXPECT_NEAR(all.edge, 60, 1e-3);
    EXPECT_NEAR(all.shape, 0.25 * (60 + 140) / std::sqrt(1200.0), 1e-4);
    const double p = 7 / 12.0, q = 5 / 12.0;
    EXPECT_NEAR(*all.diversity, -p * std::log(p) - q * std::log(q), 1e-6);
    EXPECT_NEAR(*all.evenness, *all.diversity / std::log(2.0), 1e-12);
    EXPECT_NEAR(*all.aggregation, (700 / 8.0) * p + (400 / 5.0) * q, 1e-3);
    // From both cells: 1-1 is 14, 1-2 6 (of 20), 2-2 8, 2-1 6 (of 14).
    const auto term = [](double x) { return x * std::log(x); };
    const double sum = term(p * 14 / 20) + term(p * 6 / 20) + term(q * 8 / 14) + term(q * 6 / 14);
    EXPECT_NEAR(*all.contagion, 100 * (1 + sum / (2 * std::log(2.0))), 1e-4);
}

TEST(Landscape, BorderAndCornersCountWhereAsked) {
    const auto corners = metrics(plane, {Connectivity::eight, false});
    EXPECT_EQ(corners[0].patches, 2);
    const auto border = metrics(plane, {Connectivity::four, true});
    EXPECT_NEAR(border[0].edge, 140, 1e-3);
    EXPECT_NEAR(border[2].edge, 60 + 140, 1e-3);
    EXPECT_EQ(metrics(matrix<std::int32_t>({{1, 2}, {2, 1}}), {Connectivity::eight, false})[2].patches, 2);
    EXPECT_EQ(metrics(matrix<std::int32_t>({{1, 2}, {2, 1}}), {Connectivity::four, false})[2].patches, 4);
}

TEST(Landscape, WhatCannotBeToldIsAbsent) {
    const auto found = metrics(matrix<std::int32_t>({{n, 4}, {n, n}}));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_FALSE(found[0].aggregation);
    EXPECT_FALSE(found[0].cohesion);
    EXPECT_FALSE(found[1].evenness);
    EXPECT_FALSE(found[1].contagion);
    EXPECT_EQ(found[1].diversity, 0);
    EXPECT_TRUE(metrics(matrix<std::int32_t>({{n, n}})).empty());
}

TEST(Landscape, CellsWithoutClassAreNoNeighboursButBorder) {
    const auto inner = metrics(matrix<std::int32_t>({{1, n, 1}}), {Connectivity::four, false});
    EXPECT_EQ(inner[0].edge, 0);
    EXPECT_NEAR(metrics(matrix<std::int32_t>({{1, n, 1}}), {Connectivity::four, true})[0].edge, 80, 1e-3);
}

}  // namespace
}  // namespace linmu

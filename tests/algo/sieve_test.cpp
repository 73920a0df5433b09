// SPDX-License-Identifier: MIT
#include "linmu/algo/sieve.hpp"

#include <gtest/gtest.h>

#include "support/matrix.hpp"
#include "support/random_classes.hpp"

namespace linmu {
namespace {

using test::matrix;
using test::run_map;
constexpr auto n = no_code;

struct Sieved {
    CodePlane cells;
    SieveResult result;
};

std::vector<SievePatch> by_cells(const RunMap& map, const PatchLabels& labels) {
    const auto codes = patch_codes(map, labels);
    const auto cells = patch_cells(map, labels);
    std::vector<SievePatch> patches;
    for (std::size_t i = 0; i < codes.size(); ++i) patches.push_back({codes[i], cells[i], false});
    return patches;
}

Sieved sieved(const CodePlane& plane, const IsSmall& small, bool by_edge,
              Connectivity connectivity = Connectivity::four, std::int32_t keep = -1) {
    const auto map = run_map(plane);
    auto labels = label_patches(map, connectivity, in_turn);
    auto patches = by_cells(map, labels);
    for (auto& patch : patches) patch.kept = patch.code == keep;
    auto result = by_edge ? sieve_by_edge(map, labels, connectivity, patches, equal_edges(map, 1, 1), small)
                          : sieve_by_largest(map, labels, connectivity, patches, small, in_turn);
    const auto codes = codes_of_runs(map, std::move(labels), result.codes, in_turn);
    const Window all{0, 0, plane.rows(), plane.cols()};
    const auto cells = map.cells(all, codes);
    EXPECT_TRUE(std::ranges::equal(cells.cells(), recoded(map, codes).cells(all).cells()));
    return {cells, result};
}

IsSmall fewer_than(std::int64_t cells) {
    return [cells](std::int32_t, std::int64_t size) { return size < cells; };
}

void expect_cells(const CodePlane& found, const CodePlane& expected) {
    for (int r = 0; r < expected.rows(); ++r)
        for (int c = 0; c < expected.cols(); ++c) EXPECT_EQ(found(r, c), expected(r, c)) << r << ' ' << c;
}

TEST(Sieve, ByLargestASmallPatchTakesTheClassOfItsLargestNeighbour) {
    const auto plane = matrix<std::int32_t>({{1, 1, 3, 3}, {1, 2, 3, 3}, {1, 2, 3, 3}});
    expect_cells(sieved(plane, fewer_than(3), false).cells,
                 matrix<std::int32_t>({{1, 1, 3, 3}, {1, 3, 3, 3}, {1, 3, 3, 3}}));
}

TEST(Sieve, ByEdgeItTakesThatOfTheLongestCommonEdge) {
    // 2 shares four edges with 1, and three with the larger 3.
    const auto plane = matrix<std::int32_t>({{1, 1, 3, 3, 3}, {1, 2, 3, 3, 3}, {1, 2, 3, 3, 3}, {1, 1, 3, 3, 3}});
    const auto out = sieved(plane, fewer_than(3), true);
    expect_cells(out.cells, matrix<std::int32_t>({{1, 1, 3, 3, 3}, {1, 1, 3, 3, 3}, {1, 1, 3, 3, 3}, {1, 1, 3, 3, 3}}));
    EXPECT_EQ(out.result.merged, 1);
    EXPECT_EQ(out.result.left, 0);
}

TEST(Sieve, ByLargestAChainIsFollowedAndACircleStays) {
    // 2's largest neighbour is 3, whose largest is 9.
    expect_cells(sieved(matrix<std::int32_t>({{2, 3, 3, 9, 9, 9}}), fewer_than(3), false).cells,
                 matrix<std::int32_t>({{9, 9, 9, 9, 9, 9}}));
    const auto circle = matrix<std::int32_t>({{2, 3, n, 9, 9, 9}});
    const auto out = sieved(circle, fewer_than(3), false);
    expect_cells(out.cells, circle);
    EXPECT_EQ(out.result.left, 2);
}

TEST(Sieve, ByEdgeWhatIsSmallTogetherGrowsUntilItIsNot) {
    const auto out = sieved(matrix<std::int32_t>({{2, 3, 4, n, 9, 9}}), fewer_than(3), true);
    // 2 joins 3 or 4 of one cell; the larger of equals is none, so the first: all become one of them.
    EXPECT_EQ(out.cells(0, 0), out.cells(0, 1));
    EXPECT_EQ(out.cells(0, 1), out.cells(0, 2));
    EXPECT_EQ(out.cells(0, 4), 9) << "over no class nothing is joined";
    EXPECT_EQ(out.result.left, 1) << "9 has two cells and no neighbour";
}

TEST(Sieve, ByEdgeAPatchBetweenTwoOfOneClassJoinsThem) {
    // 1 and 1 have two cells each, too few; with the cell between them they have five.
    const auto out = sieved(
        matrix<std::int32_t>({{9, 9, 9, 9, 9}, {1, 1, 2, 1, 1}, {9, 9, 9, 9, 9}}),
        [](std::int32_t code, std::int64_t size) { return code == 9 ? size < 1 : size < (code == 2 ? 2 : 1); }, true);
    EXPECT_EQ(out.result.merged, 1);
}

TEST(Sieve, ByEdgeNothingSmallIsLeftOfARandomMapButWhatIsAlone) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto plane = test::random_classes(40, 50, 5, seed);
        for (const auto connectivity : {Connectivity::four, Connectivity::eight}) {
            const auto out = sieved(plane, fewer_than(9), true, connectivity);
            const auto map = run_map(out.cells);
            const auto labels = label_patches(map, connectivity, in_turn);
            std::int64_t small = 0;
            for (const auto cells : patch_cells(map, labels)) small += cells < 9 ? 1 : 0;
            EXPECT_EQ(small, out.result.left) << seed;
            // Where it is alone, only no class is around it: sieved again, it stays.
            expect_cells(sieved(out.cells, fewer_than(9), true, connectivity).cells, out.cells);
        }
    }
}

TEST(Sieve, WhatIsKeptStays) {
    const auto plane = matrix<std::int32_t>({{1, 1, 1, 1}, {2, 2, 2, 2}, {1, 1, 1, 1}});
    expect_cells(sieved(plane, fewer_than(12), true, Connectivity::four, 2).cells,
                 matrix<std::int32_t>({{2, 2, 2, 2}, {2, 2, 2, 2}, {2, 2, 2, 2}}));
    expect_cells(sieved(plane, fewer_than(4), true, Connectivity::four, 2).cells, plane);
}

TEST(Sieve, ABeltIsAsWideAndLongAsItsRectangle) {
    const auto belt = rectangle_like(10 * 200, 2 * (10 + 200));
    EXPECT_DOUBLE_EQ(belt.width, 10);
    EXPECT_DOUBLE_EQ(belt.length, 200);
    const auto square = rectangle_like(400, 70);  // rounder than a square: no belt
    EXPECT_DOUBLE_EQ(square.width, square.length);
    EXPECT_NEAR(mean_width_of(2000, 420).width, 9.52, 0.01);
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/blocks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <thread>

#include "linmu/core/random.hpp"
#include "support/survey_squares.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;

using namespace test;

std::vector<std::int32_t> blocks_of(const std::vector<Ring>& rings, const TouchRule& rule = {}) {
    const Layer layer = layer_of(rings);
    return touching_blocks(OverlayLayer(layer, plane, scale(), in_turn), rule, in_turn);
}

double border(const Ring& a, const Ring& b, double gap = 0.05) {
    const Layer layer = layer_of({a, b});
    const OverlayLayer shapes(layer, plane, scale(), in_turn);
    return common_border(shapes.shape(0), shapes.shape(1), gap);
}

TEST(CommonBorder, IsTheLengthThatTwoParcelsLieAlongOneAnother) {
    EXPECT_NEAR(border(box(0, 0, 100, 50), box(100, 0, 40, 50)), 50, 1e-6);
    EXPECT_NEAR(border(box(0, 0, 100, 50), box(100, 20, 40, 80)), 30, 1e-6) << "only in part";
    EXPECT_EQ(border(box(0, 0, 100, 50), box(100.2, 0, 40, 50)), 0) << "a ditch of 20 cm";
}

TEST(CommonBorder, CountsAcrossHairsThatSurveysLeave) {
    EXPECT_NEAR(border(box(0, 0, 100, 50), box(100.03, 0, 40, 50)), 50, 1e-6) << "a gap of 3 cm";
    EXPECT_NEAR(border(box(0, 0, 100, 50), box(99.97, 0, 40, 50)), 50, 0.07) << "an overlap of 3 cm, and its ends";
    // Borders that run apart by 1 mm a metre are one border for the 50 m up to the gap of 5 cm.
    const Ring askew{{x0 + 100, y0}, {x0 + 140, y0}, {x0 + 140, y0 + 100}, {x0 + 100.1, y0 + 100}};
    EXPECT_NEAR(border(box(0, 0, 100, 100), askew), 50, 0.01);
}

TEST(CommonBorder, NeedsNoCommonVertices) {
    const Ring stitched{{x0 + 100, y0},      {x0 + 140, y0},      {x0 + 140, y0 + 50}, {x0 + 100, y0 + 50},
                        {x0 + 100, y0 + 31}, {x0 + 100, y0 + 17}, {x0 + 100, y0 + 4}};
    EXPECT_NEAR(border(box(0, 0, 100, 50), stitched), 50, 1e-6);
}

TEST(CommonBorder, IsNoneWhereBordersOnlyCross) {
    EXPECT_EQ(border(box(0, 0, 100, 100), box(50, -20, 10, 500)), 0);
    EXPECT_EQ(border(box(0, 0, 100, 100), box(100, 100, 50, 50)), 0) << "a common corner";
}

TEST(Blocks, HangTogetherByBordersAndNotByCorners) {
    //  0 1 .
    //  . . 2     2 touches 1 by a corner only
    //  3 . 2
    EXPECT_THAT(blocks_of({box(0, 200, 100, 100), box(100, 200, 100, 100), box(200, 0, 100, 200), box(0, 0, 100, 100)}),
                ElementsAre(0, 0, 1, 2));
}

TEST(Blocks, AreNamedByTheirFirstParcelWhateverLinksThem) {
    // The last parcel joins the first and the third.
    EXPECT_THAT(blocks_of({box(0, 0, 10, 10), box(500, 0, 10, 10), box(20, 0, 10, 10), box(10, 0, 10, 10)}),
                ElementsAre(0, 1, 0, 0));
}

TEST(Blocks, NeedTheLeastBorder) {
    const std::vector<Ring> barely{box(0, 0, 100, 50), box(100, 49.5, 40, 50)};
    EXPECT_THAT(blocks_of(barely), ElementsAre(0, 1));
    EXPECT_THAT(blocks_of(barely, {.gap = 0.05, .least_border = 0.4}), ElementsAre(0, 0));
}

/// Cells of a chess board of which some are parcels: blocks must be the board's own connected parts.
TEST(Blocks, AreTheConnectedPartsOfABoard) {
    constexpr int n = 24;
    std::vector<Ring> rings;
    std::vector<std::pair<int, int>> cells;
    for (int r = 0; r < n; ++r) {
        for (int c = 0; c < n; ++c) {
            if (random_unit(7, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(c)) > 0.55) continue;
            rings.push_back(box(c * 30.0, r * 20.0, 30, 20));
            cells.emplace_back(r, c);
        }
    }
    const auto blocks = blocks_of(rings);
    const auto at = [&](int r, int c) {
        const auto it = std::ranges::find(cells, std::pair(r, c));
        return it == cells.end() ? -1 : static_cast<int>(it - cells.begin());
    };
    // Labels spread until nothing changes: the plainest way to connected parts.
    std::vector<int> label(cells.size());
    for (std::size_t i = 0; i < label.size(); ++i) label[i] = static_cast<int>(i);
    for (bool moved = true; moved;) {
        moved = false;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            for (const auto& [dr, dc] : {std::pair{0, 1}, {1, 0}, {0, -1}, {-1, 0}}) {
                const int k = at(cells[i].first + dr, cells[i].second + dc);
                if (k < 0 || label[static_cast<std::size_t>(k)] >= label[i]) continue;
                label[i] = label[static_cast<std::size_t>(k)];
                moved = true;
            }
        }
    }
    ASSERT_GT(std::set<int>(label.begin(), label.end()).size(), 5U);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        for (std::size_t k = 0; k < i; ++k) ASSERT_EQ(blocks[i] == blocks[k], label[i] == label[k]) << i << ' ' << k;
    }
}

TEST(Blocks, AreTheSameForAnyNumberOfThreads) {
    std::vector<Ring> rings;
    for (int i = 0; i < 3000; ++i) {
        const auto k = static_cast<std::uint64_t>(i);
        if (random_unit(9, k) < 0.6) rings.push_back(box(i % 60 * 25.0, i / 60 * 25.0, 25, 25));
    }
    const Layer layer = layer_of(rings);
    const OverlayLayer shapes(layer, plane, scale(), in_turn);
    const auto four = [](std::size_t count, const std::function<void(std::size_t)>& work) {
        std::vector<std::jthread> threads;
        for (std::size_t t = 0; t < 4; ++t)
            threads.emplace_back([&, t] {
                for (std::size_t i = t; i < count; i += 4) work(i);
            });
    };
    EXPECT_EQ(touching_blocks(shapes, {}, in_turn), touching_blocks(shapes, {}, four));
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/exec/memory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr std::int64_t mib = 1 << 20;
constexpr std::int64_t gib = std::int64_t{1} << 30;

TEST(ParseBytes, CountsInPowersOf1024) {
    EXPECT_EQ(parse_bytes("1G"), gib);
    EXPECT_EQ(parse_bytes("512M"), 512 * mib);
    EXPECT_EQ(parse_bytes("800MB"), 800 * mib);
    EXPECT_EQ(parse_bytes("2GiB"), 2 * gib);
    EXPECT_EQ(parse_bytes("1.5g"), gib + gib / 2);
    EXPECT_EQ(parse_bytes("64K"), 65536);
    EXPECT_EQ(parse_bytes("4096"), 4096);
    EXPECT_EQ(parse_bytes("1T"), 1024 * gib);
}

TEST(ParseBytes, RefusesOtherTextsAndShowsTheForm) {
    for (const char* text : {"", "G", "much", "-1G", "0", "1X", "1GG", "1 G", "1Gb", "nan", "1e30T"}) {
        try {
            (void)parse_bytes(text);
            ADD_FAILURE() << text;
        } catch (const UsageError& fault) {
            EXPECT_THAT(fault.what(), testing::HasSubstr("is no amount of memory; write 1G, 512M or 2GiB")) << text;
        }
    }
}

TEST(DescribeBytes, TakesTheLargestUnit) {
    EXPECT_EQ(describe_bytes(512), "512 B");
    EXPECT_EQ(describe_bytes(1536), "1.5 KiB");
    EXPECT_EQ(describe_bytes(gib + gib / 2), "1.5 GiB");
}

TEST(TokensThatFit, AreAtMostFourAThread) {
    EXPECT_EQ(tokens_that_fit(100, 10, 2), 8);
    EXPECT_EQ(tokens_that_fit(35, 10, 2), 3);
    EXPECT_EQ(tokens_that_fit(5, 10, 2), 0);
    EXPECT_EQ(tokens_that_fit(-5, 10, 2), 0);
    EXPECT_EQ(tokens_that_fit(5, 0, 2), 8);
}

std::int64_t square(int tile) { return std::int64_t{tile} * tile * 1000; }

TEST(PlanTiles, StaysUnderTheBudget) {
    for (const std::int64_t budget : {256 * mib, 512 * mib, gib, 4 * gib}) {
        for (const int threads : {1, 2, 16}) {
            const TilePlan plan = plan_tiles(budget, 50 * mib, threads, 512, square);
            EXPECT_LE(plan.total_bytes, budget);
            EXPECT_EQ(plan.total_bytes, plan.cache_bytes + 50 * mib + plan.tokens * plan.tile_bytes);
            EXPECT_EQ(plan.tile_bytes, square(plan.tile));
            EXPECT_GE(plan.tokens, 1);
        }
    }
}

TEST(PlanTiles, KeepsTheWantedTileWhenAllThreadsCanWork) {
    EXPECT_EQ(plan_tiles(4 * gib, 0, 2, 512, square).tile, 512);
}

/// 512: one tile of 250 MiB fits beside the cache, or five of 256.
TEST(PlanTiles, TakesFewerTilesInFlightBeforeSmallerOnes) {
    const TilePlan plan = plan_tiles(460 * mib, 0, 2, 512, square);
    EXPECT_EQ(plan.tile, 512);
    EXPECT_EQ(plan.tokens, 1);
    EXPECT_GE(tokens_that_fit(460 * mib * 3 / 4, square(256), 2), 2) << "else there was no choice";
}

TEST(PlanTiles, HalvesTheTileWhereManyThreadsWouldIdle) {
    const TilePlan plan = plan_tiles(gib, 0, 16, 512, square);
    EXPECT_EQ(plan.tile, 256);  // 512: 3 tiles fit beside the cache; 128: each block is decoded 16 times
    EXPECT_EQ(plan.tokens, 12);
}

TEST(PlanTiles, HalvesTheTileThatDoesNotFit) {
    const TilePlan plan = plan_tiles(300 * mib, 0, 2, 512, square);
    EXPECT_EQ(plan.tile, 256);
    EXPECT_EQ(plan.tokens, 3);
}

TEST(PlanTiles, RefusesABudgetTooSmallForOneTileAndSaysHowMuchIsNeeded) {
    try {
        (void)plan_tiles(4 * mib, 0, 2, 512, square);
        FAIL();
    } catch (const PlanError& fault) {
        EXPECT_STREQ(fault.what(), "a memory of 4.0 MiB holds not even one tile; give --memory 6M or more");
    }
    EXPECT_EQ(plan_tiles(parse_bytes("6M"), 0, 2, 512, square).tile, 64);
}

}  // namespace
}  // namespace linmu

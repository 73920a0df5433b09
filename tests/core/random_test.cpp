// SPDX-License-Identifier: MIT
#include "linmu/core/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace linmu {
namespace {

/// The first outputs of SplitMix64 with seed 1234567, as its authors' reference code prints them.
TEST(Mix64, IsSplitMix64) {
    constexpr std::uint64_t step = 0x9e3779b97f4a7c15ULL;
    EXPECT_EQ(mix64(1234567), 6457827717110365317ULL);
    EXPECT_EQ(mix64(1234567 + step), 3203168211198807973ULL);
    EXPECT_EQ(mix64(1234567 + 2 * step), 9817491932198370423ULL);
}

TEST(RandomBits, AreAFunctionOfEveryCounter) {
    std::set<std::uint64_t> seen;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        for (std::uint64_t a = 0; a < 10; ++a) {
            for (std::uint64_t b = 0; b < 10; ++b) {
                for (std::uint64_t c = 0; c < 10; ++c) seen.insert(random_bits(seed, a, b, c));
            }
        }
    }
    EXPECT_EQ(seen.size(), 4000U);
    EXPECT_EQ(random_bits(1, 2, 3, 4), random_bits(1, 2, 3, 4));
}

TEST(RandomUnit, IsUniform) {
    constexpr int n = 100000;
    double sum = 0, squares = 0;
    for (int i = 0; i < n; ++i) {
        const double u = random_unit(7, static_cast<std::uint64_t>(i));
        ASSERT_GE(u, 0);
        ASSERT_LT(u, 1);
        sum += u;
        squares += u * u;
    }
    EXPECT_NEAR(sum / n, 0.5, 5 * std::sqrt(1.0 / 12 / n));
    EXPECT_NEAR(squares / n, 1.0 / 3, 5 * std::sqrt(4.0 / 45 / n));
}

TEST(RandomNormal, HasMeanZeroAndVarianceOne) {
    constexpr int n = 100000;
    double sum = 0, squares = 0, neighbours = 0, last = 0;
    for (int i = 0; i < n; ++i) {
        const double z = random_normal(7, static_cast<std::uint64_t>(i / 100), static_cast<std::uint64_t>(i % 100));
        ASSERT_TRUE(std::isfinite(z));
        sum += z;
        squares += z * z;
        neighbours += z * last;
        last = z;
    }
    EXPECT_NEAR(sum / n, 0, 5 / std::sqrt(n));
    EXPECT_NEAR(squares / n, 1, 5 * std::sqrt(2.0 / n));
    EXPECT_NEAR(neighbours / n, 0, 5 / std::sqrt(n));
}

}  // namespace
}  // namespace linmu

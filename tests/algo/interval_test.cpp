// SPDX-License-Identifier: MIT
#include "linmu/algo/interval.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace linmu {
namespace {

// Limits by scipy.stats.beta.ppf (0.025 and 0.975, hits + 0.5, misses + 0.5), SciPy 1.10.
TEST(Interval, jeffreys_limits_are_the_quantiles) {
    const struct {
        double hits, n, low, high;
    } known[] = {
        {81, 263, 0.2545219349910236, 0.3656474991740823},  {15, 148, 0.06044851700929642, 0.15764314347874112},
        {1, 29, 0.003746173649057073, 0.15007768600223173}, {3, 300, 0.0028242548486955015, 0.02644406351189831},
        {299, 300, 0.984527258786526, 0.9996401057897863},  {5000, 10000, 0.4902013660718027, 0.5097986339281972}};
    for (const auto& k : known) {
        const auto found = jeffreys(k.hits, k.n);
        EXPECT_NEAR(found.low, k.low, 1e-10) << k.hits << " of " << k.n;
        EXPECT_NEAR(found.high, k.high, 1e-10) << k.hits << " of " << k.n;
    }
    EXPECT_EQ(jeffreys(0, 20).low, 0);
    EXPECT_NEAR(jeffreys(0, 20).high, 0.11663898290487539, 1e-10);
    EXPECT_EQ(jeffreys(20, 20).high, 1);
}

TEST(Interval, one_stratum_of_few_counts_is_jeffreys) {
    const std::vector<StratumHits> one = {{1, 1, 29, 0}};
    const auto share = weighted_share(one), plain = jeffreys(1, 29);
    EXPECT_EQ(share.method, IntervalMethod::recovered);
    EXPECT_NEAR(share.low, plain.low, 1e-12);
    EXPECT_NEAR(share.high, plain.high, 1e-12);
    EXPECT_NEAR(share.standard_error, plain.standard_error, 1e-12);
}

TEST(Interval, enough_counts_make_it_normal_and_a_stratum_without_hits_counts) {
    const std::vector<StratumHits> many = {{0.4, 60, 100, 0}, {0.6, 30, 100, 0}};
    const auto share = weighted_share(many);
    EXPECT_EQ(share.method, IntervalMethod::normal);
    EXPECT_NEAR(share.value, 0.42, 1e-15);
    EXPECT_NEAR(share.high - share.value, 1.96 * share.standard_error, 1e-15);
    const std::vector<StratumHits> rare = {{0.02, 70, 75, 0}, {0.98, 0, 300, 0}};
    EXPECT_LT(counts_behind(rare), 1);
    const auto few = weighted_share(rare);
    EXPECT_EQ(few.method, IntervalMethod::recovered);
    EXPECT_GT(few.high, few.value + 0.008) << "none of 300 may be 0.8 %";
    EXPECT_GT(few.low, 0.017);
}

TEST(Interval, what_is_drawn_whole_is_known) {
    const auto share = weighted_share(std::vector<StratumHits>{{1, 3, 12, 1}});
    EXPECT_EQ(share.value, 0.25);
    EXPECT_EQ(share.standard_error, 0);
    EXPECT_EQ(share.low, 0.25);
    EXPECT_EQ(share.high, 0.25);
}

TEST(Interval, ratios_stay_between_0_and_1) {
    const auto near_one = ratio_interval(0.97, 0.03, 60);
    EXPECT_EQ(near_one.method, IntervalMethod::logit);
    EXPECT_LT(near_one.high, 1);
    EXPECT_LT(near_one.low, 0.97 - 1.96 * 0.03);
    EXPECT_EQ(ratio_interval(1, 0, 60).method, IntervalMethod::jeffreys);
    EXPECT_TRUE(std::isnan(ratio_interval(std::nan(""), 0.1, 10).low));
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>

#include "linmu/algo/sample_check.hpp"
#include "linmu/algo/sample_draw.hpp"
#include "linmu/algo/sample_size.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

const std::vector<PlannedStratum> olofsson = {{"deforestation", 0.02, 200'000, 0.7},
                                              {"gain", 0.015, 150'000, 0.6},
                                              {"forest", 0.32, 3'200'000, 0.9},
                                              {"other", 0.645, 6'450'000, 0.95}};

// Olofsson et al. 2014, table 5: n = 640, 75 to each rare class; the paper rounds the rest to 165 and 325.
TEST(Allocation, is_that_of_the_published_example) {
    const auto drawn = allocate(640, olofsson, {Allocation::olofsson, 75});
    EXPECT_THAT(drawn, ElementsAre(75, 75, 162, 328));
    EXPECT_THAT(allocate(640, olofsson, {Allocation::equal, 75}), ElementsAre(160, 160, 160, 160));
    EXPECT_THAT(allocate(640, olofsson, {Allocation::proportional, 75}), ElementsAre(13, 9, 205, 413));
}

TEST(Allocation, neymans_has_the_smallest_error) {
    const SampleTarget overall{{}, 0.01, 0};
    const auto error = [&](Allocation a) {
        return expected_error(olofsson, allocate(640, olofsson, {a, 50}), overall);
    };
    EXPECT_LT(error(Allocation::neyman), error(Allocation::proportional));
    EXPECT_LT(error(Allocation::neyman), error(Allocation::olofsson));
    EXPECT_LT(error(Allocation::neyman), error(Allocation::equal));
    // Cochran 1977, 5.26: the minimum is (sum W S)^2 / n.
    EXPECT_NEAR(error(Allocation::neyman), 0.253 / std::sqrt(640.0), 1e-4);
}

TEST(Allocation, never_asks_for_more_than_there_are) {
    const std::vector<PlannedStratum> small = {{"a", 0.9, 1000, 0.8}, {"b", 0.09, 7, 0.8}, {"c", 0.01, 1, 0.8}};
    EXPECT_THAT(allocate(100, small, {Allocation::olofsson, 50}), ElementsAre(92, 7, 1));
    EXPECT_THAT(allocate(1008, small, {Allocation::equal, 50}), ElementsAre(1000, 7, 1));
    EXPECT_THAT(allocate(5, small, {Allocation::proportional, 50}), ElementsAre(2, 2, 1));
    EXPECT_THAT([&] { (void)allocate(4, small, {}); },
                ThrowsMessage<DataError>(HasSubstr("4 samples are too few for 3 strata")));
    EXPECT_THAT([&] { (void)allocate(2000, small, {}); }, ThrowsMessage<DataError>(HasSubstr("there are 1008 units")));
    EXPECT_THAT([] { (void)allocate(9, {}, {}); }, ThrowsMessage<DataError>(HasSubstr("nothing to draw")));
    EXPECT_THAT([] { (void)parse_allocation("neymann"); }, ThrowsMessage<UsageError>(HasSubstr("'neyman'")));
}

TEST(Allocation, adds_up_for_any_n) {
    for (const auto method : {Allocation::proportional, Allocation::equal, Allocation::neyman, Allocation::olofsson}) {
        for (std::int64_t n = 8; n < 900; n += 37) {
            const auto drawn = allocate(n, olofsson, {method, 50});
            EXPECT_EQ(std::accumulate(drawn.begin(), drawn.end(), std::int64_t{0}), n);
            EXPECT_GE(*std::ranges::min_element(drawn), 2);
        }
    }
}

TEST(SamplesFor, is_the_least_n_that_is_enough) {
    for (const auto target : {SampleTarget{{}, 0.01, 0.005}, SampleTarget{0, 0.003, 0.002}}) {
        for (const auto method : {Allocation::olofsson, Allocation::neyman, Allocation::equal}) {
            const AllocationRule rule{method, 75};
            const auto n = samples_for(olofsson, rule, target);
            EXPECT_LE(expected_error(olofsson, allocate(n, olofsson, rule), target), target.standard_error);
            EXPECT_GT(expected_error(olofsson, allocate(n - 1, olofsson, rule), target), target.standard_error);
        }
    }
    // The paper's 641 by its formula, which holds for Neyman's allocation and divides by n, not n - 1.
    EXPECT_NEAR(static_cast<double>(samples_for(olofsson, {Allocation::neyman, 75}, {{}, 0.01, 0})), 641, 5);
    EXPECT_THAT(
        [] {
            (void)samples_for(olofsson, {}, {{}, 1e-9, 0});
        },
        ThrowsMessage<DataError>(HasSubstr("wider interval")));
}

TEST(SamplePool, is_the_same_in_any_order_and_parts) {
    SamplePool whole(50), left(50), right(50);
    for (std::int64_t cell = 0; cell < 20'000; ++cell) {
        const auto stratum = static_cast<std::int32_t>(cell % 3);
        const RankedUnit unit{rank_of(7, cell), cell, stratum};
        whole.add_unit(stratum, unit);
        (cell % 7 < 3 ? left : right).add_unit(stratum, unit);
    }
    right.merge(left);
    EXPECT_EQ(right.bytes(), whole.bytes());
    EXPECT_EQ(SamplePool::from(whole.bytes(), 50).bytes(), whole.bytes());
    EXPECT_EQ(whole.strata().at(1).units, 6667);
    EXPECT_THROW((void)SamplePool::from("short", 50), DataError);
}

// A chi-square test of where the drawn units lie: 100 seeds of 50 of 1000 units, in ten classes of a hundred.
TEST(SamplePool, draws_each_unit_with_the_same_chance) {
    std::vector<int> hits(10);
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        SmallestRanks chosen(50);
        for (std::int64_t unit = 0; unit < 1000; ++unit) chosen.add({rank_of(seed, unit), unit, 0});
        for (const auto& one : chosen.sorted()) ++hits[static_cast<std::size_t>(one.unit / 100)];
    }
    double chi = 0;
    for (const int h : hits) chi += (h - 500.0) * (h - 500.0) / 500;
    EXPECT_LT(chi, 27.9) << "p = 0.001 of 9 degrees of freedom";
}

TEST(HitsBySize, are_in_proportion_to_size) {
    std::vector<double> sizes(100, 1.0);
    sizes[10] = 30;
    sizes[20] = 0;
    std::vector<int> sums(100);
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        const auto hits = hits_by_size(sizes, 16, seed);
        EXPECT_EQ(std::accumulate(hits.begin(), hits.end(), 0), 16);
        for (std::size_t i = 0; i < hits.size(); ++i) sums[i] += hits[i];
        EXPECT_GE(hits[10], 3) << "30 of 128, 16 draws: 3.75";
        EXPECT_LE(hits[10], 4);
    }
    EXPECT_EQ(sums[20], 0);
    EXPECT_NEAR(sums[10] / 400.0, 16 * 30 / 128.0, 0.1);
    EXPECT_NEAR(sums[55] / 400.0, 16 / 128.0, 0.07);
    EXPECT_THROW((void)hits_by_size(std::vector<double>{0, 0}, 3, 1), DataError);
}

FieldSample sample(double x, double y, const std::string& label, const std::string& epoch = "2025") {
    return {{x, y}, epoch, label, label == "?" ? "" : label, {}};
}

TEST(CheckSamples, finds_each_fault_once) {
    const std::vector<FieldSample> samples = {sample(0, 0, "forest"),
                                              sample(0.2, 0, "forest"),
                                              sample(100, 0, "walnut"),
                                              sample(100.9, 0.1, "forest"),
                                              sample(200, 0, ""),
                                              sample(300, 0, "?"),
                                              sample(400, 0, "forest"),
                                              sample(500, 0, "forest", "2020"),
                                              sample(0, 0, "walnut", "2020")};
    std::vector<bool> inside(samples.size(), true);
    inside[6] = false;
    SampleRules rules;
    rules.epoch = "2025";
    const auto found = check_samples(samples, inside, rules);
    std::vector<std::string> told;
    for (const auto& f : found)
        told.push_back(std::to_string(f.sample) + " " + std::string(to_string(f.fault)) +
                       (f.other ? " " + std::to_string(*f.other) : ""));
    EXPECT_THAT(told, ElementsAre("1 duplicate 0", "2 contradiction 3", "3 contradiction 2", "4 blank",
                                  "5 unknown class", "6 outside", "7 wrong epoch", "8 wrong epoch"));
}

TEST(CheckSamples, an_outlier_is_far_from_its_class_by_its_worst_band) {
    std::vector<FieldSample> samples;
    for (int i = 0; i < 40; ++i) {
        auto s = sample(i * 50, 0, "forest");
        s.features = {0.7 + 0.002 * (i % 11), 0.2 + 0.001 * (i % 7)};
        samples.push_back(s);
    }
    samples[7].features = {0.71, 0.02};
    samples[9].features = {std::nan(""), 0.203};
    const auto found = check_samples(samples, {}, {});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].sample, 7U);
    EXPECT_EQ(found[0].feature, 1U);
    EXPECT_GT(found[0].measure, 50);
    EXPECT_FALSE(takes_out(found[0].fault));
    SampleRules few;
    few.outlier_least = 41;
    EXPECT_TRUE(check_samples(samples, {}, few).empty());
}

TEST(CheckSamples, tells_how_bunched_samples_are) {
    std::vector<FieldSample> samples;
    for (int i = 0; i < 8; ++i) samples.push_back(sample(i < 6 ? 10 + i : 5000 + 900 * i, 10, "a"));
    EXPECT_NEAR(largest_bunch(samples, 100), 0.75, 1e-12);
    // The same across a corner of the lattice.
    for (auto& one : samples) one.where = {one.where.x - 13, one.where.y - 10.5};
    EXPECT_NEAR(largest_bunch(samples, 100), 0.75, 1e-12);
    EXPECT_EQ(largest_bunch({}, 100), 0);
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/sample_accuracy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <string>

#include "linmu/algo/error_matrix.hpp"
#include "linmu/algo/interval.hpp"
#include "linmu/algo/sample_draw.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "support/matrix.hpp"

namespace linmu {
namespace {

using test::matrix;

struct Counted {
    std::string name;
    Plane<std::int64_t> counts;
    std::vector<double> mapped;
};
const std::vector<Counted> papers = {
    {"Olofsson et al. 2014, table 8",
     matrix<std::int64_t>({{66, 0, 5, 4}, {0, 55, 8, 12}, {1, 0, 153, 11}, {2, 1, 9, 313}}),
     {200000.0, 150000.0, 3200000.0, 6450000.0}},
    {"Olofsson et al. 2013, example 1",
     matrix<std::int64_t>({{97, 0, 3}, {3, 279, 18}, {2, 1, 97}}),
     {22353.0, 1122543.0, 610228.0}},
    {"Olofsson et al. 2013, example 2",
     matrix<std::int64_t>({{127, 66, 54}, {2, 322, 17}, {0, 15, 540}}),
     {0.007, 0.295, 0.698}}};

SampleEstimator estimator_of(const Plane<std::int64_t>& counts, const std::vector<double>& mapped) {
    std::vector<SampleStratum> strata;
    std::vector<SampleUnit> units;
    for (std::size_t i = 0; i < mapped.size(); ++i) {
        strata.push_back({std::to_string(i + 1), mapped[i], 0});
        for (std::size_t j = 0; j < mapped.size(); ++j)
            for (std::int64_t k = 0; k < counts(static_cast<int>(i), static_cast<int>(j)); ++k)
                units.push_back({.stratum = i, .map = i, .reference = j});
    }
    return {strata, units, mapped.size()};
}

// The general estimator against the closed formulas of Olofsson et al., which the tests of error_matrix hold to the papers.
TEST(SampleAccuracy, is_olofssons_where_strata_are_the_maps_classes) {
    for (const auto& paper : papers) {
        std::vector<std::int32_t> codes(paper.mapped.size());
        for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::int32_t>(i) + 1;
        const auto wanted = adjusted_accuracy({codes, paper.counts}, paper.mapped);
        const auto estimator = estimator_of(paper.counts, paper.mapped);
        const auto found = estimator.accuracy();
        EXPECT_NEAR(found.overall.value, wanted.overall.value, 1e-12) << paper.name;
        EXPECT_NEAR(found.overall.standard_error, wanted.overall.standard_error, 1e-12) << paper.name;
        for (std::size_t k = 0; k < codes.size(); ++k) {
            const auto& c = found.classes[k];
            const auto& w = wanted.classes[k];
            EXPECT_NEAR(c.user.value, w.user.value, 1e-12) << paper.name;
            EXPECT_NEAR(c.user.standard_error, w.user.standard_error, 1e-12) << paper.name;
            EXPECT_NEAR(c.producer.value, w.producer.value, 1e-12) << paper.name;
            EXPECT_NEAR(c.producer.standard_error, w.producer.standard_error, 1e-12) << paper.name;
            EXPECT_NEAR(c.share.value, w.share.value, 1e-12) << paper.name;
            EXPECT_NEAR(c.share.standard_error, w.share.standard_error, 1e-12) << paper.name;
            EXPECT_NEAR(c.f1, w.f1, 1e-12) << paper.name;
            EXPECT_LE(c.producer.low, c.producer.value);
            EXPECT_GE(c.producer.high, c.producer.value);
        }
        EXPECT_EQ(estimator.counts()(0, 0), paper.counts(0, 0));
    }
}

TEST(SampleAccuracy, an_interval_of_enough_counts_is_the_papers) {
    const auto found = estimator_of(papers[0].counts, papers[0].mapped).accuracy();
    const auto& stable = found.classes[3].share;
    EXPECT_EQ(stable.method, IntervalMethod::normal);
    EXPECT_NEAR((stable.high - stable.low) / 2 * 1e7 * 900 / 1e4, 16282, 0.5);
    // Deforestation rests on 3 samples that the map had missed.
    EXPECT_EQ(found.classes[0].share.method, IntervalMethod::recovered);
    EXPECT_GT(found.classes[0].share.high, found.classes[0].share.value + 1.96 * found.classes[0].share.standard_error);
}

TEST(SampleAccuracy, zones_of_the_whole_add_up_to_the_whole) {
    const auto& paper = papers[0];
    const auto estimator = estimator_of(paper.counts, paper.mapped);
    const auto found = estimator.accuracy();
    auto all = paper.mapped;
    all.push_back(0);
    const auto areas = estimator.synthetic_areas(all);
    std::vector<double> part, rest;
    for (std::size_t i = 0; i < all.size(); ++i) {
        part.push_back(all[i] * (i == 0 ? 0.75 : 0.1 * static_cast<double>(i)));
        rest.push_back(all[i] - part.back());
    }
    const auto here = estimator.synthetic_areas(part), there = estimator.synthetic_areas(rest);
    for (std::size_t k = 0; k < areas.size(); ++k) {
        EXPECT_NEAR(areas[k].value, found.classes[k].share.value * 1e7, 1e-3);
        // Of the whole ground the synthetic estimate is the stratified one, with its error.
        EXPECT_NEAR(areas[k].standard_error, found.classes[k].share.standard_error * 1e7, 1e-3);
        EXPECT_NEAR(areas[k].low, found.classes[k].share.low * 1e7, 1e-3);
        EXPECT_NEAR(areas[k].high, found.classes[k].share.high * 1e7, 1e-3);
        EXPECT_NEAR(here[k].value + there[k].value, areas[k].value, 1e-3);
    }
}

// Strata that cut through the map's classes: of the whole ground, mapped as the samples estimate it, both ways are one.
TEST(SampleAccuracy, zones_of_other_strata_are_linearised) {
    std::vector<SampleUnit> units;
    for (std::size_t k = 0; k < 120; ++k)
        units.push_back({.stratum = k % 2, .map = k % 3, .reference = k % 5 == 0 ? (k + 1) % 3 : k % 3});
    const SampleEstimator estimator({{"north", 30, 0}, {"south", 70, 0}}, units, 3);
    // Each class of the map is a third of each stratum.
    const std::vector<double> all = {100 / 3.0, 100 / 3.0, 100 / 3.0, 0};
    const auto areas = estimator.synthetic_areas(all);
    const auto found = estimator.accuracy();
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(areas[k].value, found.classes[k].share.value * 100, 1e-9);
        EXPECT_LT(areas[k].standard_error, found.classes[k].share.standard_error * 100)
            << "mapped areas are known, and need not be estimated";
        EXPECT_GT(areas[k].standard_error, 0);
        EXPECT_EQ(areas[k].method, IntervalMethod::logit);
    }
}

TEST(SampleAccuracy, a_zone_with_a_class_that_was_never_sampled_has_no_estimate) {
    const auto estimator = estimator_of(matrix<std::int64_t>({{9, 1, 0}, {1, 9, 0}, {0, 0, 0}}), {10.0, 20.0, 0.0});
    EXPECT_TRUE(std::isnan(estimator.synthetic_areas(std::vector<double>{1, 1, 1, 0})[0].value));
    EXPECT_FALSE(std::isnan(estimator.synthetic_areas(std::vector<double>{1, 1, 0, 0})[0].value));
}

TEST(SampleAccuracy, classes_that_only_map_or_reference_have) {
    const auto found =
        estimator_of(matrix<std::int64_t>({{20, 0, 3}, {10, 0, 12}, {0, 0, 0}}), {10.0, 20.0, 0.0}).accuracy();
    EXPECT_EQ(found.classes[1].user.value, 0);
    EXPECT_TRUE(std::isnan(found.classes[1].producer.value));
    EXPECT_EQ(found.classes[1].share.value, 0);
    EXPECT_GT(found.classes[1].share.high, 0.02) << "none in 45 samples is not none";
    EXPECT_TRUE(std::isnan(found.classes[2].user.value));
    EXPECT_EQ(found.classes[2].producer.value, 0);
    EXPECT_GT(found.classes[2].share.value, 0.3);
}

TEST(SampleAccuracy, one_class_only_is_right_or_wrong) {
    const auto found = estimator_of(matrix<std::int64_t>({{30}}), {10.0}).accuracy();
    EXPECT_EQ(found.overall.value, 1);
    EXPECT_NEAR(found.overall.low, 0.9203218261827399, 1e-6) << "Jeffreys's limit of 30 of 30";
    EXPECT_TRUE(std::isnan(found.kappa));
}

TEST(SampleAccuracy, three_samples_are_refused_by_name_and_number) {
    const std::vector<SampleStratum> strata = {{"forest", 10, 0}, {"walnut", 5, 0}, {"nothing", 0, 0}};
    const std::vector<SampleUnit> units = {{.stratum = 0, .map = 0, .reference = 0},
                                           {.stratum = 0, .map = 0, .reference = 1},
                                           {.stratum = 1, .map = 1, .reference = 1}};
    EXPECT_THROW(SampleEstimator(strata, units, 2), DataError);
    const auto missing = shortages(strata, units, 10);
    ASSERT_EQ(missing.size(), 2U);
    EXPECT_EQ(missing[0].more, 8);
    EXPECT_EQ(missing[1].stratum, "walnut");
    EXPECT_EQ(missing[1].more, 9);
    // A stratum of two parcels needs two.
    EXPECT_TRUE(shortages(std::vector<SampleStratum>{{"a", 2, 2}}, std::span(units).first(2), 10).empty());
}

// Kappa of equal chances: rows and columns 1/2, 3/4 right: (0.75 - 0.5) / 0.5.
TEST(SampleAccuracy, kappa_is_agreement_beyond_chance) {
    EXPECT_NEAR(estimator_of(matrix<std::int64_t>({{15, 5}, {5, 15}}), {1.0, 1.0}).accuracy().kappa, 0.5, 1e-12);
}

TEST(SampleAccuracy, parcels_count_by_their_area) {
    // Ten of ten parcels: the census of them, without error.
    std::vector<SampleUnit> units;
    double right = 0, whole = 0;
    for (int i = 1; i <= 10; ++i) {
        units.push_back(
            {.stratum = 0, .map = 0, .reference = i % 3 == 0 ? std::size_t{1} : std::size_t{0}, .size = 100.0 * i});
        whole += 100.0 * i;
        right += i % 3 == 0 ? 0 : 100.0 * i;
    }
    const auto census = SampleEstimator({{"all", 10, 10}}, units, 2).accuracy();
    EXPECT_NEAR(census.overall.value, right / whole, 1e-12);
    EXPECT_NEAR(census.overall.standard_error, 0, 1e-12);
    // Of a thousand parcels the ten are a sample; Cochran 1977, 6.13: v(R) = (1 - f) / (n xbar^2) sum (y - R x)^2 / (n - 1).
    const auto sample = SampleEstimator({{"all", 1000, 1000}}, units, 2).accuracy();
    double squares = 0;
    for (const auto& u : units) {
        const double d = (u.reference == 0 ? u.size : 0) - right / whole * u.size;
        squares += d * d;
    }
    EXPECT_NEAR(sample.overall.value, right / whole, 1e-12);
    EXPECT_NEAR(sample.overall.standard_error, std::sqrt(squares / 9 / 10) / (whole / 10), 1e-12);
}

TEST(SampleAccuracy, a_cluster_is_one_draw) {
    std::vector<SampleUnit> single, clustered;
    for (int c = 0; c < 20; ++c) {
        const auto reference = c < 14 ? std::size_t{0} : std::size_t{1};
        single.push_back({.stratum = 0, .map = 0, .reference = reference});
        for (int k = 0; k < 5; ++k) clustered.push_back({.stratum = 0, .map = 0, .reference = reference, .cluster = c});
    }
    const auto one = SampleEstimator({{"all", 100, 0}}, single, 2).accuracy();
    const auto five = SampleEstimator({{"all", 100, 0}}, clustered, 2).accuracy();
    EXPECT_NEAR(five.overall.value, one.overall.value, 1e-12);
    EXPECT_NEAR(five.overall.standard_error, one.overall.standard_error, 1e-12)
        << "five cells of one parcel that are all alike tell no more than one";
}

// ---- A planted map and truth, sampled a thousand times.

struct Planted {
    std::vector<std::int64_t> cells;                  ///< by map class
    std::vector<std::vector<std::int64_t>> of_truth;  ///< map class, true class: cells
    [[nodiscard]] double share(std::size_t j) const {
        double sum = 0, all = 0;
        for (std::size_t i = 0; i < cells.size(); ++i)
            sum += static_cast<double>(of_truth[i][j]), all += static_cast<double>(cells[i]);
        return sum / all;
    }
};

/// 400 000 cells in six classes, with errors like those of the practice county's maps.
Planted planted() {
    const std::vector<double> shares = {0.35, 0.4, 0.15, 0.05, 0.035, 0.015};
    const std::vector<std::vector<double>> of_truth = {
        {0.92, 0.05, 0.02, 0.003, 0.005, 0.002}, {0.04, 0.92, 0.02, 0.01, 0.007, 0.003},
        {0.03, 0.05, 0.90, 0.01, 0.006, 0.004},  {0.05, 0.05, 0.02, 0.85, 0.02, 0.01},
        {0.10, 0.10, 0.02, 0.02, 0.75, 0.01},    {0.05, 0.05, 0.02, 0.02, 0.01, 0.85}};
    Planted land;
    for (std::size_t i = 0; i < shares.size(); ++i) {
        land.of_truth.emplace_back();
        std::int64_t sum = 0;
        for (const double part : of_truth[i]) {
            land.of_truth[i].push_back(std::llround(400'000 * shares[i] * part));
            sum += land.of_truth[i].back();
        }
        land.cells.push_back(sum);
    }
    return land;
}

/// A stratum's cells are in the order of their true class; those of the smallest ranks are drawn, as sample-design draws.
std::vector<SampleUnit> draw(const Planted& land, const std::vector<std::int64_t>& n, std::uint64_t seed) {
    std::vector<SampleUnit> units;
    for (std::size_t i = 0; i < n.size(); ++i) {
        std::vector<std::int64_t> until;
        for (std::int64_t sum = 0; const auto cells : land.of_truth[i]) until.push_back(sum += cells);
        SmallestRanks chosen(static_cast<std::size_t>(n[i]));
        for (std::int64_t cell = 0; cell < land.cells[i]; ++cell)
            chosen.add({rank_of(seed * 7 + i, cell), cell, static_cast<std::int32_t>(i)});
        for (const auto& unit : chosen.sorted()) {
            const auto truth = std::ranges::upper_bound(until, unit.unit) - until.begin();
            units.push_back({.stratum = i, .map = i, .reference = static_cast<std::size_t>(truth)});
        }
    }
    return units;
}

TEST(SampleAccuracy, intervals_hold_the_truth_in_95_of_100_samples) {
    const auto land = planted();
    const std::vector<std::int64_t> n = {240, 270, 120, 75, 75, 75};
    std::vector<SampleStratum> strata;
    for (std::size_t i = 0; i < n.size(); ++i)
        strata.push_back({std::to_string(i), static_cast<double>(land.cells[i]), static_cast<double>(land.cells[i])});
    std::vector<int> held(n.size()), normal_held(n.size());
    std::vector<double> mean(n.size());
    constexpr int draws = 1000;
    for (int d = 0; d < draws; ++d) {
        const auto found = SampleEstimator(strata, draw(land, n, static_cast<std::uint64_t>(d)), n.size()).accuracy();
        for (std::size_t k = 0; k < n.size(); ++k) {
            const auto& share = found.classes[k].share;
            const double truth = land.share(k);
            mean[k] += share.value / draws;
            held[k] += share.low <= truth && truth <= share.high ? 1 : 0;
            normal_held[k] += std::abs(share.value - truth) <= normal_95 * share.standard_error ? 1 : 0;
        }
    }
    for (std::size_t k = 0; k < n.size(); ++k) {
        const double truth = land.share(k), part = held[k] / static_cast<double>(draws);
        std::printf(
            "class %zu, %5.2f %% of the area: the interval holds the truth in %.1f %%, the normal one in %.1f %%\n", k,
            100 * truth, 100 * part, 100 * normal_held[k] / static_cast<double>(draws));
        EXPECT_NEAR(mean[k], truth, 0.02 * truth) << "unbiased";
        if (truth <= 0.02) continue;
        EXPECT_GE(part, 0.93) << k;
        EXPECT_LE(part, 0.97) << k;
    }
}

}  // namespace
}  // namespace linmu

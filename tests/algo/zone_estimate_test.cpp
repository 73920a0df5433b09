// SPDX-License-Identifier: MIT
#include "linmu/algo/zone_estimate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "linmu/algo/small_area.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

// ---- Fay and Herriot's model

TEST(FayHerriot, weighs_direct_and_synthetic_by_what_each_is_worth) {
    // Equal sampling variances of 1, squared distances of 2 on average: zones differ by 1, and both estimates weigh the same.
    const double d = std::sqrt(2.0);
    const std::vector<SmallArea> zones{{5, 0, 5 + d, 1}, {7, 0, 7 - d, 1}, {1, 0, 1 + d, 1}, {2, 0, 2 - d, 1}};
    const auto model = fay_herriot(zones);
    EXPECT_NEAR(model.zone_variance, 1, 1e-12);
    for (std::size_t z = 0; z < zones.size(); ++z) {
        EXPECT_NEAR(model.zones[z].weight, 0.5, 1e-12);
        EXPECT_NEAR(model.zones[z].value, (zones[z].direct + zones[z].synthetic) / 2, 1e-12);
        // g1 = 1/2; V(v) = 2 / 16 * 4 * (1 + 1)^2 = 2; g3 = 1 / 8 * 2.
        EXPECT_NEAR(model.zones[z].mean_square_error, 0.5 + 2 * 2 / 8.0, 1e-12);
    }
}

TEST(FayHerriot, zones_that_do_not_differ_are_synthetic) {
    const std::vector<SmallArea> zones{{5, 0.1, 5.1, 1}, {7, 0.1, 6.8, 1}, {1, 0.1, 1, 1}, {2, 0.1, 2.1, 1}};
    const auto model = fay_herriot(zones);
    EXPECT_EQ(model.zone_variance, 0);
    EXPECT_EQ(model.zones[1].value, 7);
    // g2 = 0.1; V(v) = 2 / 16 * 4 = 1/2; g3 = 1/2: that zones do not differ is an estimate too.
    EXPECT_NEAR(model.zones[1].mean_square_error, 0.1 + 2 * 0.5, 1e-12);
}

// ---- Planted ground: 12 zones of three map classes, whose errors differ from zone to zone.

constexpr std::size_t zone_count = 12, map_classes = 3;
constexpr int cells = 20'000;  ///< of a zone

/// By zone and map class: how many cells, and how many of them are truly the second class.
struct Ground {
    std::vector<std::vector<int>> mapped, second;
    [[nodiscard]] double truth(std::size_t z) const {
        double sum = 0;
        for (std::size_t i = 0; i < map_classes; ++i) sum += second[z][i];
        return sum / cells;
    }
};

Ground planted(double differs) {
    Ground ground;
    const double rate[] = {0.06, 0.85, 0.15};
    for (std::size_t z = 0; z < zone_count; ++z) {
        const double part = 0.1 + 0.02 * static_cast<double>(z);
        const std::vector<int> mapped{static_cast<int>(cells * (0.9 - part)), static_cast<int>(cells * part),
                                      cells / 10};
        const double shift = differs * (random_unit(91, z) + random_unit(92, z) + random_unit(93, z) - 1.5);
        std::vector<int> second;
        for (std::size_t i = 0; i < map_classes; ++i) {
            const double odds = std::log(rate[i] / (1 - rate[i])) + shift;
            second.push_back(static_cast<int>(std::lround(mapped[i] / (1 + std::exp(-odds)))));
        }
        ground.mapped.push_back(mapped);
        ground.second.push_back(second);
    }
    return ground;
}

/// `n` samples of each map class, drawn over all zones, and which lie in which zone.
struct Sample {
    std::vector<SampleUnit> units;
    std::vector<std::size_t> zone;
};
Sample draw(const Ground& ground, std::span<const int> n, std::uint64_t seed) {
    Sample sample;
    for (std::size_t i = 0; i < map_classes; ++i) {
        double all = 0;
        for (const auto& mapped : ground.mapped) all += mapped[i];
        for (int k = 0; k < n[i]; ++k) {
            double place = all * random_unit(seed, i, static_cast<std::uint64_t>(k));
            std::size_t z = 0;
            for (; z + 1 < zone_count && place >= ground.mapped[z][i]; ++z) place -= ground.mapped[z][i];
            sample.units.push_back({.stratum = i, .map = i, .reference = place < ground.second[z][i] ? 1U : 0U});
            sample.zone.push_back(z);
        }
    }
    return sample;
}

std::vector<SampleStratum> strata_of(const Ground& ground) {
    std::vector<SampleStratum> strata;
    for (std::size_t i = 0; i < map_classes; ++i) {
        double all = 0;
        for (const auto& mapped : ground.mapped) all += mapped[i];
        strata.push_back({std::to_string(i), all, 0});
    }
    return strata;
}

std::vector<SampledZone> zones_of(const Ground& ground, const Sample& sample) {
    std::vector<SampledZone> zones;
    for (std::size_t z = 0; z < zone_count; ++z) {
        SampledZone zone{{ground.mapped[z].begin(), ground.mapped[z].end()}, {}};
        zone.mapped_m2.push_back(0);
        for (const auto at : sample.zone) zone.is_in.push_back(at == z);
        zones.push_back(std::move(zone));
    }
    return zones;
}

struct Coverage {
    double composite = 0, synthetic = 0, direct = 0;                    ///< part of the intervals that hold the truth
    double composite_error = 0, synthetic_error = 0, direct_error = 0;  ///< root mean square, of the area
};

Coverage simulate(const Ground& ground, std::span<const int> n, int draws) {
    const auto strata = strata_of(ground);
    Coverage held;
    for (int d = 0; d < draws; ++d) {
        const auto sample = draw(ground, n, static_cast<std::uint64_t>(1000 + d));
        const SampleEstimator estimator(strata, sample.units, map_classes);
        const auto zones = zones_of(ground, sample);
        const ClassSum second{{1}, {}};
        const auto composite = zone_estimates(estimator, zones, second, {.direct_least = 100'000});
        const auto direct = zone_estimates(estimator, zones, second, {.direct_least = 1});
        for (std::size_t z = 0; z < zone_count; ++z) {
            const double truth = ground.truth(z) * cells, each = 1.0 / (draws * static_cast<double>(zone_count));
            const auto holds = [&](const IntervalEstimate& a) { return a.low <= truth && truth <= a.high ? each : 0; };
            const auto square = [&](double value) { return each * std::pow((value - truth) / cells, 2); };
            const auto synthetic = estimator.synthetic_area(zones[z].mapped_m2, second);
            EXPECT_EQ(composite[z].method, ZoneMethod::composite);
            held.composite += holds(composite[z].area);
            held.synthetic += holds(synthetic);
            held.direct += holds(direct[z].area);
            held.composite_error += square(composite[z].area.value);
            held.synthetic_error += square(synthetic.value);
            held.direct_error += square(direct[z].area.value);
        }
    }
    for (double* error : {&held.composite_error, &held.synthetic_error, &held.direct_error}) *error = std::sqrt(*error);
    return held;
}

TEST(ZoneEstimate, intervals_of_the_composite_hold_and_those_of_the_synthetic_do_not) {
    const int n[] = {350, 250, 200};
    for (const double differs : {0.0, 0.6, 1.2}) {
        const auto held = simulate(planted(differs), n, 150);
        std::printf(
            "zones differ by %.1f: composite holds the truth in %.1f %% (error %.4f), direct in %.1f %% (%.4f), "
            "synthetic's own in %.1f %% (%.4f)\n",
            differs, 100 * held.composite, held.composite_error, 100 * held.direct, held.direct_error,
            100 * held.synthetic, held.synthetic_error);
        EXPECT_GE(held.composite, 0.92);
        EXPECT_LE(held.composite, 0.999) << "too wide tells nothing";
        EXPECT_GE(held.direct, 0.92);
        EXPECT_LE(held.composite_error, 1.05 * held.direct_error) << "never worse than the zone's own samples";
        EXPECT_LT(held.synthetic, differs > 1 ? 0.85 : 1.01) << "why it has no interval";
    }
}

TEST(ZoneEstimate, zones_add_up_and_few_samples_have_no_interval) {
    const auto ground = planted(0.6);
    const int n[] = {100, 60, 40};
    const auto sample = draw(ground, n, 5);
    const auto strata = strata_of(ground);
    const SampleEstimator estimator(strata, sample.units, map_classes);
    const auto zones = zones_of(ground, sample);
    // The direct estimates of all zones are the estimate of the whole.
    double sum = 0;
    for (const auto& zone : zone_estimates(estimator, zones, {{1}, {}}, {.direct_least = 0})) sum += zone.area.value;
    EXPECT_NEAR(sum, estimator.share({{1}, {}}).value * cells * zone_count, 1e-6 * cells);
    const auto few = zone_estimates(estimator, std::span(zones).first(3), {{1}, {}});
    for (const auto& zone : few) {
        EXPECT_EQ(zone.method, ZoneMethod::synthetic) << "three zones tell little of how zones differ";
        EXPECT_TRUE(std::isnan(zone.area.low));
        EXPECT_FALSE(std::isnan(zone.area.value));
    }
    auto empty = zones;
    empty[4].is_in.assign(empty[4].is_in.size(), false);
    EXPECT_EQ(zone_estimates(estimator, empty, {{1}, {}})[4].method, ZoneMethod::synthetic);
    EXPECT_EQ(zone_estimates(estimator, empty, {{1}, {}})[5].method, ZoneMethod::composite);
}

}  // namespace
}  // namespace linmu

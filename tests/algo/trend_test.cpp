// SPDX-License-Identifier: MIT
#include "linmu/algo/trend.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

const float nan = std::nanf("");

/// Sen 1968, Journal of the American Statistical Association 63: 1379-1389, section 6: his estimate is 4.
TEST(Trend, IsThatOfSensOwnExample) {
    const std::vector<double> t{1, 2, 3, 4, 10, 12, 18}, y{9, 15, 19, 20, 45, 55, 78};
    const auto found = trend(t, y);
    EXPECT_DOUBLE_EQ(found.slope, 4);
    // y - 4t: 5 7 7 4 5 7 6, whose middle is 6.
    EXPECT_DOUBLE_EQ(found.intercept, 6);
    EXPECT_EQ(found.s, 21);
    EXPECT_NEAR(found.p, 2.0 / 5040, 1e-12) << "one order of 7! rises all along, one falls";
}

/// Upper tails of Mann-Kendall's S: Gilbert 1987, Statistical Methods for Environmental Pollution Monitoring, table A18.
TEST(Trend, ExactProbabilitiesAreThoseOfGilbertsTable) {
    const auto of_order = [](std::size_t n, int s) {
        // An order with that S: the last of a rising series moved down by the pairs that must fall.
        std::vector<double> y(n), x(n);
        std::iota(y.begin(), y.end(), 1.0);
        std::iota(x.begin(), x.end(), 1.0);
        int fall = (static_cast<int>(n * (n - 1) / 2) - s) / 2;
        for (std::size_t end = n; fall > 0; --end) {
            const auto moves = std::min(fall, static_cast<int>(end) - 1);
            std::rotate(y.begin(), y.begin() + static_cast<std::ptrdiff_t>(end) - 1,
                        y.begin() + static_cast<std::ptrdiff_t>(end));
            std::rotate(y.begin(), y.begin() + 1, y.begin() + static_cast<std::ptrdiff_t>(end) - moves);
            fall -= moves;
        }
        return trend(x, y);
    };
    struct Row {
        std::size_t n;
        int s;
        double upper;
    };
    for (const auto& row : {Row{4, 4, 0.167}, Row{4, 6, 0.042}, Row{5, 8, 0.042}, Row{5, 6, 0.117}, Row{8, 16, 0.031},
                            Row{8, 10, 0.138}, Row{10, 21, 0.036}, Row{10, 25, 0.014}}) {
        const auto found = of_order(row.n, row.s);
        ASSERT_EQ(found.s, row.s) << "n = " << row.n;
        EXPECT_NEAR(found.p, 2 * row.upper, 0.0011) << "n = " << row.n << ", S = " << row.s;
    }
}

TEST(Trend, ExactProbabilitiesAreThoseOfAllOrders) {
    std::vector<double> x{1, 2, 3, 4, 5, 6}, y = x;
    std::vector<double> all;
    do {
        double s = 0;
        for (std::size_t i = 0; i < 6; ++i)
            for (std::size_t j = i + 1; j < 6; ++j) s += y[j] > y[i] ? 1 : -1;
        all.push_back(s);
    } while (std::next_permutation(y.begin(), y.end()));
    y = {2, 1, 3, 5, 4, 6};
    const auto found = trend(x, y);
    EXPECT_EQ(found.s, 11);
    const auto extreme = std::ranges::count_if(all, [](double s) { return std::abs(s) >= 11; });
    EXPECT_NEAR(found.p, static_cast<double>(extreme) / 720, 1e-12);
}

/// Ties: y = 1 2 2 3 3 3 by hand. 15 pairs, of which 1 + 3 tied: S = 11. 18 var = 6 5 17 - 2 1 9 - 3 2 11 = 426.
TEST(Trend, CorrectsTheVarianceForTies) {
    const std::vector<double> x{1, 2, 3, 4, 5, 6}, y{1, 2, 2, 3, 3, 3};
    const auto found = trend(x, y);
    EXPECT_EQ(found.s, 11);
    EXPECT_NEAR(found.z, 10 / std::sqrt(426 / 18.0), 1e-12);
    EXPECT_NEAR(found.p, std::erfc(found.z / std::sqrt(2.0)), 1e-12);
    const std::vector<double> level{5, 5, 5, 5, 5, 5};
    EXPECT_EQ(trend(x, level).p, 1) << "no rise, no fall, no test";
    EXPECT_EQ(trend(x, level).slope, 0);
}

/// Of 8 years, p <= 0.05 has the probability 2 x 0.016 (Gilbert's table: S >= 18; S >= 16 has 2 x 0.031 already); of many, 5 %.
/// Of 4000 series of noise so many have it, give or take 4 standard errors.
TEST(Trend, FalseAlarmsAreAsManyAsTheSignificanceSays) {
    for (const std::size_t n : {8U, 20U}) {
        std::vector<double> x(n), y(n);
        std::iota(x.begin(), x.end(), 0.0);
        int alarms = 0;
        constexpr int series = 4000;
        for (std::uint64_t k = 0; k < series; ++k) {
            for (std::size_t i = 0; i < n; ++i) y[i] = random_normal(11, n, k, i);
            alarms += trend(x, y).p <= 0.05 ? 1 : 0;
        }
        const double share = alarms / static_cast<double>(series);
        std::printf("%zu years of noise: %.2f %% of series have p <= 0.05\n", n, 100 * share);
        EXPECT_NEAR(share, n == 8 ? 0.032 : 0.05, n == 8 ? 0.011 : 0.014);
    }
}

TEST(YearlyTrend, TakesTheMedianOfEachYear) {
    // Two cells; 3 dates a year of 2015 to 2022, one of them an outlier. The second has values in 4 years only.
    std::vector<int> years;
    std::vector<std::vector<float>> dates;
    for (int year = 2022; year >= 2015; --year)
        for (int k = 0; k < 3; ++k) {
            years.push_back(year);
            const auto level = static_cast<float>(0.3 + 0.02 * (year - 2015));
            dates.push_back({k == 1 ? 0.9F : level, year < 2019 ? level : nan});
        }
    std::vector<float> slope(2), intercept(2), p(2), n(2);
    std::vector<std::int32_t> direction(2);
    const std::vector<std::span<const float>> spans(dates.begin(), dates.end());
    yearly_trend({}, years, spans, {slope, intercept, p, n, direction});
    EXPECT_NEAR(slope[0], 0.02, 1e-6);
    EXPECT_NEAR(intercept[0], 0.3, 1e-6) << "the level of 2015";
    EXPECT_EQ(n[0], 8);
    EXPECT_NEAR(p[0], 2.0 / 40320, 1e-9);
    EXPECT_EQ(direction[0], 1);
    EXPECT_TRUE(std::isnan(slope[1]));
    EXPECT_TRUE(std::isnan(p[1]));
    EXPECT_EQ(n[1], 4);
    EXPECT_EQ(direction[1], no_code);
}

TEST(YearlyTrend, TellsDownAndNeither) {
    std::vector<int> years(9);
    std::iota(years.begin(), years.end(), 2015);
    const std::vector<float> down{9, 8, 7, 8, 5, 4, 3, 2, 1}, neither{1, 5, 2, 4, 3, 5, 1, 4, 2};
    std::vector<std::vector<float>> dates;
    for (std::size_t d = 0; d < 9; ++d) dates.push_back({down[d], neither[d]});
    std::vector<float> slope(2), intercept(2), p(2), n(2);
    std::vector<std::int32_t> direction(2);
    const std::vector<std::span<const float>> spans(dates.begin(), dates.end());
    yearly_trend({}, years, spans, {slope, intercept, p, n, direction});
    EXPECT_EQ(direction[0], -1);
    EXPECT_LT(slope[0], 0);
    EXPECT_EQ(direction[1], 0);
    EXPECT_GT(p[1], 0.5);
}

TEST(YearlyTrend, Speed) {
    constexpr std::size_t cells = 50000;
    std::vector<int> years;
    std::vector<std::vector<float>> dates;
    for (int year = 2015; year < 2025; ++year)
        for (std::size_t k = 0; k < 4; ++k) {
            years.push_back(year);
            auto& row = dates.emplace_back(cells);
            for (std::size_t i = 0; i < cells; ++i)
                row[i] = static_cast<float>(random_unit(1, static_cast<std::uint64_t>(year), k, i));
        }
    std::vector<float> slope(cells), intercept(cells), p(cells), n(cells);
    std::vector<std::int32_t> direction(cells);
    const std::vector<std::span<const float>> spans(dates.begin(), dates.end());
    const auto begin = std::chrono::steady_clock::now();
    yearly_trend({}, years, spans, {slope, intercept, p, n, direction});
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("trend, 10 years of 4 dates: %.0f cells/s\n", static_cast<double>(cells) / seconds);
    EXPECT_EQ(n.back(), 10);
}

}  // namespace
}  // namespace linmu

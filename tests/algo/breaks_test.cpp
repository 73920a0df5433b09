// SPDX-License-Identifier: MIT
#include "linmu/algo/breaks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

const float nan = std::nanf("");
const int first_day = day_number({2018, 1, 1});

/// Dates every 5 days for `years` years.
std::vector<int> satellite_days(double years) {
    std::vector<int> days;
    for (int day = 0; day < years * days_a_year; day += 5) days.push_back(first_day + day);
    return days;
}

/// What is planted in a cell.
struct Plan {
    int day = 0;  ///< of the break; 0: none
    double step = 0;
};

/// NDVI of a season with a slow trend and noise; cloudy dates have no value, more of them in summer's rains, and one clear date in forty is a
/// cloud that the mask missed.
float ndvi(int day, std::uint64_t cell, double noise, const Plan& plan) {
    const auto t = static_cast<std::uint64_t>(day);
    const double year = (day - first_day) / days_a_year;
    const double angle = 2 * std::numbers::pi * day / days_a_year;
    const double cloudy = 0.55 - 0.2 * std::cos(angle);
    if (random_unit(21, cell, t) < cloudy) return nan;
    const double amplitude = 0.1 + 0.15 * random_unit(22, cell), trend = 0.02 * (random_unit(23, cell) - 0.5);
    double value = 0.5 - amplitude * std::cos(angle - 0.3) + 0.05 * std::sin(2 * angle) + trend * year;
    if (plan.day != 0 && day >= plan.day) value += plan.step;
    if (random_unit(24, cell, t) < 0.025) value -= 0.3;
    return static_cast<float>(value + noise * random_normal(25, cell, t));
}

struct Found {
    std::vector<float> date, magnitude, rmse, count;
    std::vector<std::int32_t> year, direction;
    explicit Found(std::size_t cells)
        : date(cells), magnitude(cells), rmse(cells), count(cells), year(cells), direction(cells) {}
    BreakRows rows() { return {date, magnitude, rmse, count, year, direction}; }
};

Found find(const BreakRule& rule, const std::vector<int>& days, const std::vector<std::vector<float>>& dates) {
    Found found(dates[0].size());
    const std::vector<std::span<const float>> spans(dates.begin(), dates.end());
    find_breaks(rule, days, spans, found.rows());
    return found;
}

/// Decimal years are floats: a day is 0.0027.
constexpr double half_a_day = 0.0014;

/// Position among the cell's clear dates of the first that is not before `when`.
int place(const std::vector<int>& days, const std::vector<std::vector<float>>& dates, std::size_t cell, double when) {
    int position = 0;
    for (std::size_t d = 0; d < days.size(); ++d)
        if (!std::isnan(dates[d][cell]) && decimal_year(days[d]) < when - half_a_day) ++position;
    return position;
}

/// The bar: breaks of 6 times the noise and more are found within one clear date in 95 % of cells. Breaks lie between 3 years after the
/// first date and 10 clear dates before the last.
TEST(Breaks, AreFoundWithinOneDate) {
    const auto days = satellite_days(7);
    constexpr std::size_t cells = 1000;
    constexpr double noise = 0.03;
    for (const double multiple : {6.0, 8.0, 12.0}) {
        std::vector<Plan> plans(cells);
        for (std::size_t i = 0; i < cells; ++i) {
            plans[i].day = first_day + static_cast<int>((3 + 3.2 * random_unit(31, i)) * days_a_year);
            plans[i].step = multiple * noise * (random_unit(32, i) < 0.5 ? 1 : -1);
        }
        std::vector<std::vector<float>> dates(days.size(), std::vector<float>(cells));
        for (std::size_t d = 0; d < days.size(); ++d)
            for (std::size_t i = 0; i < cells; ++i) dates[d][i] = ndvi(days[d], i, noise, plans[i]);
        const auto found = find({}, days, dates);
        int near = 0, early = 0, none = 0;
        double magnitude_error = 0;
        for (std::size_t i = 0; i < cells; ++i) {
            if (std::isnan(found.date[i])) {
                ++none;
                continue;
            }
            const int truth = place(days, dates, i, decimal_year(plans[i].day));
            const int told = place(days, dates, i, static_cast<double>(found.date[i]));
            if (std::abs(told - truth) <= 1 && found.direction[i] == (plans[i].step > 0 ? 1 : -1)) {
                ++near;
                magnitude_error += std::abs(static_cast<double>(found.magnitude[i]) - plans[i].step);
                EXPECT_EQ(found.year[i], static_cast<int>(std::floor(static_cast<double>(found.date[i]) + half_a_day)));
            } else if (told < truth) {
                ++early;
            }
        }
        std::printf(
            "breaks of %.0f x noise: %.1f %% within one date, %.1f %% not found, %.1f %% early; error of the magnitude "
            "%.3f\n",
            multiple, 100.0 * near / cells, 100.0 * none / cells, 100.0 * early / cells, magnitude_error / near);
        EXPECT_GE(near, 950);
        EXPECT_LT(magnitude_error / near, 1.5 * noise);
    }
}

TEST(Breaks, AreSeldomSeenWhereThereIsNone) {
    const auto days = satellite_days(7);
    constexpr std::size_t cells = 3000;
    for (const double noise : {0.02, 0.05}) {
        std::vector<std::vector<float>> dates(days.size(), std::vector<float>(cells));
        for (std::size_t d = 0; d < days.size(); ++d)
            for (std::size_t i = 0; i < cells; ++i) dates[d][i] = ndvi(days[d], i + 100000, noise, {});
        const auto found = find({}, days, dates);
        const auto alarms = std::ranges::count_if(found.direction, [](auto d) { return d == 1 || d == -1; });
        const auto untold = std::ranges::count(found.direction, no_code);
        std::printf("no break, noise %.2f: %.2f %% false alarms, %.2f %% cannot tell\n", noise,
                    100.0 * static_cast<double>(alarms) / cells, 100.0 * static_cast<double>(untold) / cells);
        EXPECT_LE(alarms, static_cast<std::ptrdiff_t>(cells / 100));
        EXPECT_LE(untold, static_cast<std::ptrdiff_t>(cells / 100));
        double rmse = 0;
        int told = 0;
        for (const float error : found.rmse) {
            if (std::isnan(error)) continue;
            rmse += static_cast<double>(error);
            ++told;
        }
        EXPECT_NEAR(rmse / told, noise, 0.15 * noise);
    }
}

TEST(Breaks, TheFirstTheLastOrTheLargestIsTold) {
    const auto days = satellite_days(12);
    std::vector<std::vector<float>> dates(days.size(), std::vector<float>(1));
    const int one = day_number({2021, 6, 1}), two = day_number({2024, 6, 1}), three = day_number({2027, 6, 1});
    for (std::size_t d = 0; d < days.size(); ++d) {
        const double step = days[d] >= three ? 0.3 : days[d] >= two ? 0.5 : days[d] >= one ? 0.2 : 0;
        dates[d][0] = ndvi(days[d], 5, 0.02, {}) - static_cast<float>(step);
    }
    BreakRule rule;
    const auto year = [&](WhichBreak which) {
        rule.which = which;
        return find(rule, days, dates).year[0];
    };
    EXPECT_EQ(year(WhichBreak::first), 2021);
    EXPECT_EQ(year(WhichBreak::largest), 2024);
    EXPECT_EQ(year(WhichBreak::last), 2027);
    rule.which = WhichBreak::last;
    EXPECT_EQ(find(rule, days, dates).direction[0], 1);
    rule.which = WhichBreak::largest;
    EXPECT_NEAR(find(rule, days, dates).magnitude[0], -0.3, 0.04);
}

TEST(Breaks, DoNotDependOnTheOrderOfDates) {
    auto days = satellite_days(6);
    constexpr std::size_t cells = 40;
    std::vector<std::vector<float>> dates(days.size(), std::vector<float>(cells));
    for (std::size_t d = 0; d < days.size(); ++d)
        for (std::size_t i = 0; i < cells; ++i) dates[d][i] = ndvi(days[d], i, 0.03, {first_day + 1300, -0.3});
    const auto found = find({}, days, dates);
    std::reverse(days.begin(), days.end());
    std::reverse(dates.begin(), dates.end());
    const auto again = find({}, days, dates);
    EXPECT_EQ(found.year, again.year);
    EXPECT_EQ(found.magnitude, again.magnitude);
}

TEST(Breaks, NoneIsNotTheSameAsTooFewDates) {
    const auto days = satellite_days(5);
    std::vector<std::vector<float>> dates;
    for (std::size_t d = 0; d < days.size(); ++d) {
        const float value = ndvi(days[d], 1, 0.02, {});
        dates.push_back({value, d % 40 == 0 ? 0.5F : nan, nan});
    }
    const auto found = find({}, days, dates);
    EXPECT_EQ(found.direction[0], 0);
    EXPECT_EQ(found.year[0], no_code);
    EXPECT_FALSE(std::isnan(found.rmse[0]));
    EXPECT_EQ(found.direction[1], no_code) << "10 dates";
    EXPECT_TRUE(std::isnan(found.rmse[1]));
    EXPECT_EQ(found.count[2], 0);
}

TEST(Breaks, RefuseWhatIsNoRule) {
    const std::vector<std::vector<float>> dates{{1}};
    BreakRule rule;
    rule.consecutive = 1;
    EXPECT_THAT([&] { (void)find(rule, {1}, dates); },
                testing::ThrowsMessage<DataError>("1 observations in a row tell no break from an outlier; 2 at least"));
    rule = {};
    rule.threshold = 0;
    EXPECT_THAT([&] { (void)find(rule, {1}, dates); },
                testing::ThrowsMessage<DataError>(testing::HasSubstr("threshold is 0")));
    EXPECT_THAT([] { (void)parse_which_break("biggest"); },
                testing::ThrowsMessage<DataError>(testing::HasSubstr("one of first, last, largest")));
}

TEST(Breaks, Speed) {
    const auto days = satellite_days(7);
    constexpr std::size_t cells = 3000;
    std::vector<std::vector<float>> dates(days.size(), std::vector<float>(cells));
    for (std::size_t d = 0; d < days.size(); ++d)
        for (std::size_t i = 0; i < cells; ++i) dates[d][i] = ndvi(days[d], i, 0.03, {first_day + 1500, -0.3});
    const auto begin = std::chrono::steady_clock::now();
    const auto found = find({}, days, dates);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("breaks, %zu dates, half of them clear: %.0f cells/s\n", days.size(),
                static_cast<double>(cells) / seconds);
    EXPECT_GT(found.count[0], 100);
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/season.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <vector>

#include "linmu/core/random.hpp"

namespace linmu {
namespace {

const float nan = std::nanf("");

std::vector<std::span<const float>> spans(const std::vector<std::vector<float>>& dates) {
    return {dates.begin(), dates.end()};
}

TEST(SeasonMetrics, OfATriangleAreThoseOfGeometry) {
    // Rises 0.2 to 0.8 from day 50 to 150, falls to 0.4 at day 250, level outside.
    std::vector<double> curve;
    for (int day = 0; day <= 300; ++day)
        curve.push_back(day < 50    ? 0.2
                        : day < 150 ? 0.2 + 0.6 * (day - 50) / 100
                        : day < 250 ? 0.8 - 0.4 * (day - 150) / 100
                                    : 0.4);
    const auto m = season_metrics(curve, 1, 0.2);
    ASSERT_TRUE(m);
    EXPECT_NEAR(m->base, 0.3, 1e-12);
    EXPECT_NEAR(m->peak, 0.8, 1e-12);
    EXPECT_NEAR(m->amplitude, 0.5, 1e-12);
    EXPECT_NEAR(m->start, 70, 1e-9) << "a fifth of the way up from day 50";
    EXPECT_NEAR(m->end, 230, 1e-9) << "four fifths of the way down from day 150";
    EXPECT_NEAR(m->length, 160, 1e-9);
    EXPECT_NEAR(m->middle, 150, 1e-9) << "80 % at day 130 and at day 170";
    EXPECT_NEAR(m->rise, 0.006, 1e-12);
    EXPECT_NEAR(m->fall, 0.004, 1e-12);
    // Two trapezoids: from 0.32 to 0.8 in 80 days, from 0.8 to 0.48 in 80 days.
    EXPECT_NEAR(m->large_integral, 80 * 0.56 + 80 * 0.64, 1e-9);
    EXPECT_NEAR(m->small_integral, 96 - 0.3 * 160, 1e-9);
}

TEST(SeasonMetrics, DoNotDependOnTheStepOfALine) {
    std::vector<double> curve;
    for (int day = 0; day <= 300; day += 5) curve.push_back(1 - std::abs(day - 150) / 100.0);
    const auto m = season_metrics(curve, 5, 0.5);
    ASSERT_TRUE(m);
    EXPECT_NEAR(m->start, 75, 1e-9);
    EXPECT_NEAR(m->end, 225, 1e-9);
    EXPECT_NEAR(m->rise, 0.01, 1e-12);
}

/// g(t) = 1/(1 + e^((x1 - t)/x2)) - 1/(1 + e^((x3 - t)/x4)): at t = x1 + x2 ln(f/(1 - f)) the left flank has the share f (the other term is
/// below 1e-5 there).
TEST(SeasonMetrics, OfADoubleLogisticAreThoseOfItsFormula) {
    const double x1 = 120, x2 = 8, x3 = 280, x4 = 10, base = 0.2, amplitude = 0.6;
    std::vector<double> curve;
    for (int day = 0; day <= 400; ++day)
        curve.push_back(base + amplitude * (1 / (1 + std::exp((x1 - day) / x2)) - 1 / (1 + std::exp((x3 - day) / x4))));
    const auto m = season_metrics(curve, 1, 0.2);
    ASSERT_TRUE(m);
    const double low = std::log(0.25), high = std::log(4.0);
    EXPECT_NEAR(m->base, base, 1e-4);
    EXPECT_NEAR(m->peak, base + amplitude, 1e-3);
    EXPECT_NEAR(m->start, x1 + x2 * low, 0.05);
    EXPECT_NEAR(m->end, x3 - x4 * low, 0.05);
    EXPECT_NEAR(m->middle, 0.5 * (x1 + x2 * high + x3 - x4 * high), 0.05);
    EXPECT_NEAR(m->rise, 0.6 * amplitude / (x2 * (high - low)), 1e-4);
    EXPECT_NEAR(m->fall, 0.6 * amplitude / (x4 * (high - low)), 1e-4);
    // The antiderivative of 1/(1 + e^((x - t)/s)) is s ln(1 + e^((t - x)/s)).
    const auto area = [&](double t) {
        return base * t +
               amplitude * (x2 * std::log1p(std::exp((t - x1) / x2)) - x4 * std::log1p(std::exp((t - x3) / x4)));
    };
    const double exact = area(x3 - x4 * low) - area(x1 + x2 * low);
    EXPECT_NEAR(m->large_integral, exact, 0.05);
    EXPECT_NEAR(m->small_integral, exact - base * (x3 - x4 * low - x1 - x2 * low), 0.05);
}

TEST(SeasonMetrics, OfTwoSeasonsAreTheHighersOwn) {
    // Wheat to June, maize from July: the second is higher, and starts where the curve rises for it.
    std::vector<double> curve;
    for (int day = 0; day <= 360; ++day) {
        const double wheat = 0.5 * std::exp(-std::pow((day - 130) / 25.0, 2));
        const double maize = 0.6 * std::exp(-std::pow((day - 230) / 25.0, 2));
        curve.push_back(0.2 + wheat + maize);
    }
    const auto m = season_metrics(curve, 1, 0.2);
    ASSERT_TRUE(m);
    EXPECT_NEAR(m->start, 230 - 25 * std::sqrt(std::log(5.0)), 1.0);
    EXPECT_NEAR(m->end, 230 + 25 * std::sqrt(std::log(5.0)), 0.1);
}

TEST(SeasonMetrics, NeedTwoFlanks) {
    EXPECT_FALSE(season_metrics(std::vector<double>{1, 2, 3, 4}, 1, 0.2));
    EXPECT_FALSE(season_metrics(std::vector<double>{4, 3, 2, 1}, 1, 0.2));
    EXPECT_FALSE(season_metrics(std::vector<double>{2, 2, 2}, 1, 0.2));
    EXPECT_TRUE(season_metrics(std::vector<double>{1, 2, 1}, 1, 0.2));
}

class Seasons : public testing::Test {
protected:
    static constexpr std::size_t metrics = season_metric_names.size();
    const int january_ = day_number({2023, 1, 1});
    const SeasonRule rule_{
        .fraction = 0.2, .least_amplitude = 0.1, .least_dates = 6, .first = january_, .last = january_ + 364};
    const DayGrid grid_{january_ - 60, 3, 163};
    std::vector<int> days_;
    std::vector<std::vector<float>> dates_;

    static double leaf(double day) {
        return 0.3 + 0.5 * (1 / (1 + std::exp((120 - day) / 7)) - 1 / (1 + std::exp((290 - day) / 9)));
    }

    std::vector<std::vector<float>> run(const Smoother& smoother) const {
        std::vector<std::vector<float>> rows(metrics, std::vector<float>(dates_[0].size()));
        const std::vector<std::span<float>> out(rows.begin(), rows.end());
        season(smoother, grid_, rule_, days_, spans(dates_), out);
        return rows;
    }
};

TEST_F(Seasons, AreFoundInNoisyDatesWithGapsByEachSmoother) {
    constexpr std::size_t cells = 300;
    for (int day = -55; day < 420; day += 6) {
        days_.push_back(january_ + day);
        auto& row = dates_.emplace_back(cells);
        for (std::size_t i = 0; i < cells; ++i) {
            const auto key = static_cast<std::uint64_t>(day + 100);
            // 2022 and 2024 end and begin as 2023 does: with no leaves.
            const double value = leaf(day + 1) + 0.02 * random_normal(6, key, i);
            row[i] = random_unit(7, key, i) < 0.4 ? nan : static_cast<float>(value);
        }
    }
    const double start = 120 + 7 * std::log(0.25), end = 290 - 9 * std::log(0.25);
    const auto check = [&](const char* name, const Smoother& smoother, double start_bound, double end_bound) {
        const auto rows = run(smoother);
        double start_error = 0, end_error = 0, bias = 0;
        int found = 0;
        for (std::size_t i = 0; i < cells; ++i) {
            if (std::isnan(rows[3][i])) continue;
            ++found;
            const double away = static_cast<double>(rows[3][i]) - start;
            bias += away;
            start_error += std::abs(away);
            end_error += std::abs(static_cast<double>(rows[4][i]) - end);
        }
        std::printf("%s: %d of %zu seasons, mean error of start %.1f (bias %.1f), of end %.1f days\n", name, found,
                    cells, start_error / found, bias / found, end_error / found);
        EXPECT_EQ(found, static_cast<int>(cells));
        EXPECT_LT(start_error / found, start_bound);
        EXPECT_LT(end_error / found, end_bound);
    };
    // Smoothing widens the foot of a flank, so that the level of 20 % is crossed early; that is what the bias tells.
    check("whittaker", *make_smoother(Whittaker{}, grid_, days_), 6, 5);
    check("savitzky-golay",
          *make_smoother(SavitzkyGolay{.half_window = 10, .degree = 4, .trend_degree = 2, .rounds = 5}, grid_, days_),
          8, 8);
    check("harmonic", *make_smoother(HarmonicModel{.pairs = 3}, grid_, days_), 15, 12);
}

TEST_F(Seasons, AreNoneWithoutAmplitudeOrDates) {
    for (int day = 0; day < 365; day += 8) {
        days_.push_back(january_ + day);
        const auto green = static_cast<float>(leaf(day + 1));
        const bool few = day % 80 == 0;  // 5 dates in the window
        // Deciduous, evergreen, too few dates, dates up to the peak only.
        dates_.push_back({green, 0.6F + 0.05F * green, few ? green : nan, day < 200 ? green : nan});
    }
    const auto rows = run(*make_smoother(Whittaker{}, grid_, days_));
    EXPECT_NEAR(rows[2][0], 0.5, 0.03);
    for (std::size_t m = 0; m < metrics; ++m) {
        EXPECT_FALSE(std::isnan(rows[m][0])) << season_metric_names[m];
        EXPECT_TRUE(std::isnan(rows[m][1])) << season_metric_names[m];
        EXPECT_TRUE(std::isnan(rows[m][2])) << season_metric_names[m];
    }
    // A curve that was never seen to fall has no end within its dates, or ends where they do: nothing is extrapolated.
    EXPECT_TRUE(std::isnan(rows[4][3]) || rows[4][3] <= 201);
}

TEST_F(Seasons, Speed) {
    constexpr std::size_t cells = 20000;
    for (int day = -55; day < 420; day += 8) {
        days_.push_back(january_ + day);
        auto& row = dates_.emplace_back(cells);
        for (std::size_t i = 0; i < cells; ++i)
            row[i] =
                static_cast<float>(leaf(day + 1) + 0.02 * random_normal(6, static_cast<std::uint64_t>(day + 100), i));
    }
    const auto smoother = make_smoother(Whittaker{}, grid_, days_);
    const auto begin = std::chrono::steady_clock::now();
    const auto rows = run(*smoother);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    std::printf("season by whittaker, %zu dates, %d points: %.0f cells/s\n", days_.size(), grid_.count,
                static_cast<double>(cells) / seconds);
    EXPECT_FALSE(std::isnan(rows[0].back()));
}

}  // namespace
}  // namespace linmu

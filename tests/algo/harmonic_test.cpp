// SPDX-License-Identifier: MIT
#include "linmu/algo/harmonic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <chrono>
#include <cmath>
#include <numbers>
#include <vector>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

const float nan = std::nanf("");

std::vector<std::span<const float>> spans(const std::vector<std::vector<float>>& dates) {
    return {dates.begin(), dates.end()};
}

/// Every `step` days of `years` years from 2020-01-01.
std::vector<int> every(int step, int years) {
    std::vector<int> days;
    const int first = day_number({2020, 1, 1});
    for (int day = first; day < first + static_cast<int>(years * days_a_year); day += step) days.push_back(day);
    return days;
}

struct Planted {
    std::vector<double> parameters;
    double at(const HarmonicFit& fit, int day) const {
        const auto row = harmonic_row(fit.model(), day, fit.origin());
        double sum = 0;
        for (std::size_t a = 0; a < parameters.size(); ++a) sum += row[a] * parameters[a];
        return sum;
    }
};

TEST(Series, DaysAndYearsOfTheCalendar) {
    EXPECT_EQ(day_number({1970, 1, 1}), 0);
    EXPECT_EQ(day_number({2000, 3, 1}), 11017) << "date -d 2000-03-01 +%s is 951868800 s";
    EXPECT_EQ(date_of(day_number({2024, 2, 29})), (Date{2024, 2, 29}));
    EXPECT_DOUBLE_EQ(decimal_year(day_number({2023, 1, 1})), 2023);
    EXPECT_DOUBLE_EQ(decimal_year(day_number({2024, 7, 2})), 2024.5) << "day 183 of 366 has 183 before it";
}

TEST(Harmonic, TellsAPlantedCurveExactly) {
    const auto days = every(11, 2);
    for (const bool trend : {false, true})
        for (int pairs = 1; pairs <= 3; ++pairs) {
            const HarmonicFit fit({.pairs = pairs, .trend = trend}, days);
            Planted curve{{0.5, 0.2, -0.1, 0.05, 0.03, 0.02, -0.01}};
            curve.parameters.resize(static_cast<std::size_t>(1 + 2 * pairs));
            if (trend) curve.parameters.push_back(0.04);
            std::vector<std::vector<float>> dates;
            for (const int day : days) dates.push_back({static_cast<float>(curve.at(fit, day))});
            const auto found = fit.fit(spans(dates));
            for (std::size_t a = 0; a < curve.parameters.size(); ++a)
                EXPECT_NEAR(found.parameters[a][0], curve.parameters[a], 1e-6) << pairs << " pairs, parameter " << a;
            EXPECT_NEAR(found.rmse[0], 0, 1e-6);
            EXPECT_EQ(found.count[0], static_cast<float>(days.size()));
            std::vector<float> value(1);
            const int day = day_number({2021, 3, 3});
            fit.predict(found, day, value);
            EXPECT_NEAR(value[0], curve.at(fit, day), 1e-6);
        }
}

TEST(Harmonic, PhaseIsTheDayOfThePeak) {
    const auto days = every(10, 1);
    const HarmonicFit fit({.pairs = 1}, days);
    std::vector<std::vector<float>> dates;
    const int peak = day_number({2020, 7, 15});
    for (const int day : days)
        dates.push_back({static_cast<float>(0.4 + 0.3 * std::cos(2 * std::numbers::pi * (day - peak) / days_a_year))});
    const auto found = fit.fit(spans(dates));
    EXPECT_NEAR(found.amplitude(1, 0), 0.3, 1e-6);
    const double day_of_peak =
        std::fmod(found.phase(1, 0) / (2 * std::numbers::pi) * days_a_year + days_a_year, days_a_year);
    EXPECT_NEAR(day_of_peak, 196, 1.0) << "15 July is 196 days after 1 January 2020, to the day that leap years move";
}

TEST(Harmonic, EqualsADenseWeightedSolve) {
    const auto days = every(17, 2);
    const HarmonicModel model{.pairs = 3, .trend = true, .ridge = 0.05};
    const HarmonicFit fit(model, days);
    constexpr std::size_t cells = 70;  // two chunks and a part
    std::vector<std::vector<float>> dates(days.size(), std::vector<float>(cells));
    for (std::size_t d = 0; d < days.size(); ++d)
        for (std::size_t i = 0; i < cells; ++i)
            dates[d][i] = random_unit(7, d, i) < 0.3 ? nan : static_cast<float>(random_normal(8, d, i));
    const auto found = fit.fit(spans(dates));
    const int p = model.parameters();
    for (std::size_t i = 0; i < cells; ++i) {
        Eigen::MatrixXd x(0, p);
        Eigen::VectorXd y(0);
        for (std::size_t d = 0; d < days.size(); ++d) {
            if (std::isnan(dates[d][i])) continue;
            const auto row = harmonic_row(model, days[d], fit.origin());
            x.conservativeResize(x.rows() + 1, p);
            y.conservativeResize(y.size() + 1);
            for (int a = 0; a < p; ++a) x(x.rows() - 1, a) = row[static_cast<std::size_t>(a)];
            y[y.size() - 1] = static_cast<double>(dates[d][i]);
        }
        Eigen::MatrixXd normal = x.transpose() * x;
        for (int a = 3; a < 7; ++a) normal(a, a) += 0.05 * static_cast<double>(y.size());
        const Eigen::VectorXd dense = normal.fullPivLu().solve(x.transpose() * y);
        for (int a = 0; a < p; ++a)
            ASSERT_NEAR(found.parameters[static_cast<std::size_t>(a)][i], dense[a], 1e-5) << "cell " << i;
        const double rmse = std::sqrt((y - x * dense).squaredNorm() / static_cast<double>(y.size() - p));
        ASSERT_NEAR(found.rmse[i], rmse, 1e-5);
    }
}

/// Of many noisy cells with gaps, at least 99 % of each parameter lie within 3 standard errors (a normal error: 99.73 %).
TEST(Harmonic, IsWithinThreeStandardErrorsOfThePlantedCurve) {
    const auto days = every(8, 3);
    constexpr double noise = 0.04;
    constexpr std::size_t cells = 2000;
    const HarmonicFit fit({.pairs = 2, .trend = true}, days);
    const Planted curve{{0.5, -0.25, -0.1, 0.05, 0.08, 0.02}};
    std::vector<std::vector<float>> dates(days.size(), std::vector<float>(cells));
    for (std::size_t d = 0; d < days.size(); ++d)
        for (std::size_t i = 0; i < cells; ++i)
            dates[d][i] = random_unit(1, d, i) < 0.4
                              ? nan
                              : static_cast<float>(curve.at(fit, days[d]) + noise * random_normal(2, d, i));
    const auto found = fit.fit(spans(dates));
    std::vector<int> within(6, 0);
    double rmse = 0;
    for (std::size_t i = 0; i < cells; ++i) {
        Eigen::Matrix<double, 6, 6> normal = Eigen::Matrix<double, 6, 6>::Zero();
        for (std::size_t d = 0; d < days.size(); ++d) {
            if (std::isnan(dates[d][i])) continue;
            const auto row = harmonic_row(fit.model(), days[d], fit.origin());
            const Eigen::Map<const Eigen::Matrix<double, 6, 1>> x(row.data());
            normal += x * x.transpose();
        }
        const Eigen::Matrix<double, 6, 6> covariance = normal.inverse() * noise * noise;
        for (std::size_t a = 0; a < 6; ++a) {
            const auto k = static_cast<Eigen::Index>(a);
            const double error = std::abs(static_cast<double>(found.parameters[a][i]) - curve.parameters[a]);
            within[a] += error <= 3 * std::sqrt(covariance(k, k)) ? 1 : 0;
        }
        rmse += static_cast<double>(found.rmse[i]) / cells;
    }
    for (std::size_t a = 0; a < 6; ++a) {
        const double share = within[a] / static_cast<double>(cells);
        std::printf("parameter %zu: %.2f %% within 3 standard errors\n", a, 100 * share);
        EXPECT_GE(share, 0.99);
    }
    EXPECT_NEAR(rmse, noise, 0.01 * noise);
}

TEST(Harmonic, RobustWeightsLeaveCloudsOut) {
    const auto days = every(9, 2);
    const Planted curve{{0.5, -0.3, 0.1, 0.05, 0.0}};
    const HarmonicModel plain{.pairs = 2};
    std::vector<std::vector<float>> dates;
    for (std::size_t d = 0; d < days.size(); ++d) {
        const double value = curve.at(HarmonicFit(plain, days), days[d]) + 0.01 * random_normal(3, d);
        dates.push_back({static_cast<float>(d % 9 == 4 ? 0.02 : value)});  // one date in nine is a missed cloud
    }
    const auto error = [&](Reweighting how) {
        HarmonicModel model = plain;
        model.reweighting = how;
        const auto found = HarmonicFit(model, days).fit(spans(dates));
        double worst = 0;
        for (std::size_t a = 0; a < 5; ++a)
            worst = std::max(worst, std::abs(static_cast<double>(found.parameters[a][0]) - curve.parameters[a]));
        return worst;
    };
    EXPECT_GT(error(Reweighting::none), 0.03);
    EXPECT_LT(error(Reweighting::huber), 0.015);
    EXPECT_LT(error(Reweighting::bisquare), 0.006) << "3 standard errors are 3 x 0.01 x sqrt(2 / 72)";
}

TEST(Harmonic, HasNoCurveOfTooFewOrTooNarrowDates) {
    const auto days = every(60, 1);  // 7 dates
    ASSERT_EQ(days.size(), 7U);
    const HarmonicFit two({.pairs = 2}, days), trend({.pairs = 2, .trend = true}, days);
    std::vector<std::vector<float>> dates;
    for (std::size_t d = 0; d < days.size(); ++d)
        dates.push_back(
            {static_cast<float>(d), d < 6 ? static_cast<float>(d * d % 5) : nan, d < 5 ? static_cast<float>(d) : nan});
    const auto found = two.fit(spans(dates));
    EXPECT_FALSE(std::isnan(found.parameters[0][0]));
    EXPECT_FALSE(std::isnan(found.parameters[0][1])) << "2K + 2 are enough";
    EXPECT_TRUE(std::isnan(found.parameters[0][2]));
    EXPECT_TRUE(std::isnan(found.rmse[2]));
    EXPECT_EQ(found.count[2], 5);
    EXPECT_TRUE(std::isnan(trend.fit(spans(dates)).parameters[0][1])) << "a trend needs one more";
    std::vector<int> june;
    for (int d = 0; d < 12; ++d) june.push_back(day_number({2020, 6, 1 + d}));
    const std::vector<std::vector<float>> level(june.size(), std::vector<float>{0.5F});
    EXPECT_TRUE(std::isnan(HarmonicFit({.pairs = 2}, june).fit(spans(level)).parameters[0][0]))
        << "twelve dates of one fortnight say nothing of a year";
}

TEST(Harmonic, RefusesWhatIsNoModel) {
    EXPECT_THAT([] { HarmonicFit({.pairs = 4}, std::vector<int>{1}); },
                testing::ThrowsMessage<DataError>("a harmonic curve has 1 to 3 pairs, not 4"));
    EXPECT_THAT([] { HarmonicFit({.ridge = -1}, std::vector<int>{1}); },
                testing::ThrowsMessage<DataError>(testing::HasSubstr("negative")));
    EXPECT_THAT([] { (void)parse_reweighting("tukey"); },
                testing::ThrowsMessage<DataError>("'tukey' is no reweighting; one of none, huber, bisquare"));
}

TEST(Harmonic, Speed) {
    const auto days = every(6, 1);
    constexpr std::size_t cells = 40000;
    std::vector<std::vector<float>> dates(days.size(), std::vector<float>(cells));
    for (std::size_t d = 0; d < days.size(); ++d)
        for (std::size_t i = 0; i < cells; ++i) dates[d][i] = static_cast<float>(random_unit(4, d, i));
    for (const auto how : {Reweighting::none, Reweighting::bisquare}) {
        const HarmonicFit fit({.pairs = 2, .trend = true, .ridge = 0, .reweighting = how}, days);
        const auto begin = std::chrono::steady_clock::now();
        const auto found = fit.fit(spans(dates));
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        std::printf("harmonic, 2 pairs and a trend, %zu dates%s: %.0f cells/s\n", days.size(),
                    how == Reweighting::none ? "" : ", bisquare", static_cast<double>(cells) / seconds);
        EXPECT_FALSE(std::isnan(found.rmse.back()));
    }
}

}  // namespace
}  // namespace linmu

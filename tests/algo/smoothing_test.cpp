// SPDX-License-Identifier: MIT
#include "linmu/algo/smoothing.hpp"

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

std::vector<float> smoothed(const Smoother& smoother, const DayGrid& grid,
                            const std::vector<std::vector<float>>& dates) {
    std::vector<float> curves(static_cast<std::size_t>(grid.count) * dates[0].size());
    smoother.smooth(spans(dates), curves);
    return curves;
}

/// z = (B'WB + lambda/step^3 D'D)^-1 B'Wy, all matrices written out; B: linear between grid days.
Eigen::VectorXd dense_whittaker(const DayGrid& grid, const std::vector<int>& days, const Eigen::VectorXd& y,
                                const Eigen::VectorXd& w, double lambda) {
    const Eigen::Index m = grid.count, n = y.size();
    Eigen::MatrixXd b = Eigen::MatrixXd::Zero(n, m), d = Eigen::MatrixXd::Zero(m - 2, m);
    for (Eigen::Index k = 0; k < n; ++k) {
        const double at = static_cast<double>(days[static_cast<std::size_t>(k)] - grid.first) / grid.step;
        for (Eigen::Index p = 0; p < m; ++p) b(k, p) = std::max(0.0, 1 - std::abs(at - static_cast<double>(p)));
    }
    for (Eigen::Index k = 0; k < m - 2; ++k) d.block(k, k, 1, 3) << 1, -2, 1;
    const Eigen::MatrixXd a = b.transpose() * w.asDiagonal() * b + lambda / std::pow(grid.step, 3) * d.transpose() * d;
    return a.fullPivLu().solve(b.transpose() * w.asDiagonal() * y);
}

TEST(Whittaker, EqualsADenseSolve) {
    const DayGrid grid{100, 5, 40};  // days 100 to 295
    std::vector<int> days{100, 103, 111, 140, 141, 160, 188, 203, 220, 240, 277, 295};
    std::swap(days[2], days[9]);  // any order
    Whittaker how{.lambda = 3000, .envelope = 0, .weights = {}};
    for (std::size_t d = 0; d < days.size(); ++d) how.weights.push_back(0.5 + random_unit(3, d));
    constexpr std::size_t cells = 50;
    std::vector<std::vector<float>> dates(days.size(), std::vector<float>(cells));
    for (std::size_t d = 0; d < days.size(); ++d)
        for (std::size_t i = 0; i < cells; ++i)
            dates[d][i] = random_unit(4, d, i) < 0.3 ? nan : static_cast<float>(random_unit(5, d, i));
    const auto curves = smoothed(*make_smoother(how, grid, days), grid, dates);
    for (std::size_t i = 0; i < cells; ++i) {
        const auto n = static_cast<Eigen::Index>(days.size());
        Eigen::VectorXd y(n), w(n);
        for (Eigen::Index k = 0; k < n; ++k) {
            const float value = dates[static_cast<std::size_t>(k)][i];
            y[k] = std::isnan(value) ? 0 : static_cast<double>(value);
            w[k] = std::isnan(value) ? 0 : how.weights[static_cast<std::size_t>(k)];
        }
        const auto z = dense_whittaker(grid, days, y, w, how.lambda);
        for (std::size_t p = 0; p < 40; ++p)
            ASSERT_NEAR(curves[p * cells + i], z[static_cast<Eigen::Index>(p)], 2e-6) << "cell " << i << " point " << p;
    }
}

TEST(Whittaker, KeepsALineWhateverTheDatesAndTheStep) {
    const std::vector<int> days{3, 17, 31, 80, 97};
    std::vector<std::vector<float>> dates;
    for (const int day : days) dates.push_back({static_cast<float>(0.1 + 0.005 * day)});
    for (const int step : {1, 4, 7}) {
        const DayGrid grid{0, step, 100 / step + 1};
        const auto curves = smoothed(*make_smoother(Whittaker{}, grid, days), grid, dates);
        // Beyond the last date too: a line has no second difference.
        for (int p = 0; p < grid.count; ++p)
            EXPECT_NEAR(curves[static_cast<std::size_t>(p)], 0.1 + 0.005 * grid.day(p), 1e-5);
    }
}

TEST(Whittaker, LambdaMeansTheSameForAnyStep) {
    std::vector<int> days;
    std::vector<std::vector<float>> dates;
    for (int day = 0; day <= 360; day += 9) {
        days.push_back(day);
        dates.push_back({static_cast<float>(0.4 - 0.3 * std::cos(2 * std::numbers::pi * day / 360) +
                                            0.05 * random_normal(9, static_cast<std::uint64_t>(day)))});
    }
    const DayGrid daily{0, 1, 361}, coarse{0, 5, 73};
    const auto fine = smoothed(*make_smoother(Whittaker{}, daily, days), daily, dates);
    const auto rough = smoothed(*make_smoother(Whittaker{}, coarse, days), coarse, dates);
    for (std::size_t p = 0; p < 73; ++p) EXPECT_NEAR(rough[p], fine[5 * p], 0.004);
}

TEST(Whittaker, RisesToTheUpperEnvelope) {
    std::vector<int> days;
    std::vector<std::vector<float>> dates;
    for (int day = 0; day <= 360; day += 8) {
        days.push_back(day);
        const double clear = 0.4 - 0.3 * std::cos(2 * std::numbers::pi * day / 360);
        // Haze takes from one date in five.
        dates.push_back({static_cast<float>(clear - (day % 40 == 16 ? 0.2 : 0))});
    }
    const DayGrid grid{0, 5, 73};
    const auto worst = [&](int rounds) {
        const auto curve = smoothed(
            *make_smoother(Whittaker{.lambda = 1e4, .envelope = rounds, .weights = {}}, grid, days), grid, dates);
        double error = 0;
        for (std::size_t p = 18; p < 55; ++p)  // the green half of the year; the envelope of a trough is above it
            error = std::max(error, std::abs(static_cast<double>(curve[p]) - 0.4 +
                                             0.3 * std::cos(2 * std::numbers::pi * static_cast<double>(p) / 72)));
        return error;
    };
    EXPECT_GT(worst(0), 0.04);
    EXPECT_LT(worst(10), 0.5 * worst(0));
}

TEST(Whittaker, NeedsThreeDates) {
    const DayGrid grid{0, 1, 30};
    const std::vector<int> days{2, 9, 20, 40};
    const std::vector<std::vector<float>> dates{{0.1F, 0.1F}, {0.2F, 0.2F}, {0.4F, nan}, {0.5F, 0.5F}};
    const auto curves = smoothed(*make_smoother(Whittaker{}, grid, days), grid, dates);
    EXPECT_FALSE(std::isnan(curves[0]));
    EXPECT_TRUE(std::isnan(curves[1])) << "its third date is beyond the grid";
    EXPECT_TRUE(std::isnan(curves[59]));
}

/// Savitzky and Golay 1964, table I (quadratic and cubic) and table II (quartic and quintic), with the norms.
TEST(SavitzkyGolay, WeightsAreThoseOfThe1964Tables) {
    const auto expect = [](int half, int degree, std::vector<double> table, double norm) {
        const auto weights = savitzky_golay_weights(half, degree);
        ASSERT_EQ(weights.size(), table.size());
        for (std::size_t k = 0; k < table.size(); ++k)
            EXPECT_NEAR(weights[k], table[k] / norm, 1e-12) << half << " " << degree << " " << k;
    };
    for (const int degree : {2, 3}) {
        expect(2, degree, {-3, 12, 17, 12, -3}, 35);
        expect(3, degree, {-2, 3, 6, 7, 6, 3, -2}, 21);
        expect(4, degree, {-21, 14, 39, 54, 59, 54, 39, 14, -21}, 231);
    }
    for (const int degree : {4, 5}) {
        expect(3, degree, {5, -30, 75, 131, 75, -30, 5}, 231);
        expect(4, degree, {15, -55, 30, 135, 179, 135, 30, -55, 15}, 429);
    }
}

TEST(SavitzkyGolay, KeepsPolynomialsToTheEnds) {
    const DayGrid grid{0, 10, 20};
    std::vector<int> days;
    std::vector<std::vector<float>> dates;
    for (int p = 0; p < grid.count; ++p) {
        days.push_back(grid.day(p));
        const double x = p / 10.0 - 1;
        dates.push_back({static_cast<float>(0.3 + 0.2 * x - 0.4 * x * x)});
    }
    const auto smoother =
        make_smoother(SavitzkyGolay{.half_window = 3, .degree = 2, .trend_degree = 2, .rounds = 5}, grid, days);
    const auto curve = smoothed(*smoother, grid, dates);
    for (std::size_t p = 0; p < 20; ++p) EXPECT_NEAR(curve[p], dates[p][0], 1e-6);
}

TEST(SavitzkyGolay, LiftsHazyDatesAndFillsGapsAsChenDoes) {
    const DayGrid grid{0, 10, 37};
    std::vector<int> days;
    std::vector<std::vector<float>> dates;
    const auto clear = [](double day) { return 0.45 - 0.3 * std::cos(2 * std::numbers::pi * day / 360); };
    for (int p = 0; p < grid.count; ++p) {
        days.push_back(grid.day(p));
        const bool hazy = p % 6 == 3;
        // The second cell has no value where the first is hazy.
        dates.push_back({static_cast<float>(clear(grid.day(p)) - (hazy ? 0.2 : 0)),
                         hazy ? nan : static_cast<float>(clear(grid.day(p)))});
    }
    const auto curves = smoothed(*make_smoother(SavitzkyGolay{}, grid, days), grid, dates);
    for (int p = 4; p < grid.count - 4; ++p) {
        const auto at = static_cast<std::size_t>(p);
        EXPECT_GT(curves[2 * at] - dates[at][0], p % 6 == 3 ? 0.12F : -0.03F) << p;
        EXPECT_NEAR(curves[2 * at + 1], clear(grid.day(p)), 0.02) << p;
    }
}

TEST(Smoothing, RefusesWhatCannotBe) {
    using testing::HasSubstr;
    using testing::ThrowsMessage;
    const std::vector<int> days{1, 2, 3};
    EXPECT_THAT(
        [&] {
            (void)make_smoother(Whittaker{.lambda = 0, .envelope = 0, .weights = {}}, {0, 1, 10}, days);
        },
        ThrowsMessage<DataError>("lambda is 0; it must be above 0"));
    EXPECT_THAT(
        [&] {
            (void)make_smoother(Whittaker{.lambda = 1, .envelope = 0, .weights = {1}}, {0, 1, 10}, days);
        },
        ThrowsMessage<DataError>("1 weights for 3 dates"));
    EXPECT_THAT(
        [&] {
            (void)make_smoother(Whittaker{}, {0, 1, 2}, days);
        },
        ThrowsMessage<DataError>(HasSubstr("3 days at least")));
    EXPECT_THAT(
        [&] {
            (void)make_smoother(SavitzkyGolay{}, {0, 10, 8}, days);
        },
        ThrowsMessage<DataError>(HasSubstr("a window of 9 days of the grid does not fit into 8")));
    EXPECT_THAT([] { (void)savitzky_golay_weights(2, 5); },
                ThrowsMessage<DataError>("a polynomial of degree 5 does not fit into a window of 5 days"));
}

TEST(Smoothing, Speed) {
    const DayGrid grid{0, 5, 97};
    std::vector<int> days;
    for (int day = 0; day < 480; day += 8) days.push_back(day);
    constexpr std::size_t cells = 20000;
    std::vector<std::vector<float>> dates(days.size(), std::vector<float>(cells));
    for (std::size_t d = 0; d < days.size(); ++d)
        for (std::size_t i = 0; i < cells; ++i)
            dates[d][i] = random_unit(1, d, i) < 0.3 ? nan : static_cast<float>(random_unit(2, d, i));
    const auto time = [&](const char* name, const Smoother& smoother) {
        const auto begin = std::chrono::steady_clock::now();
        const auto curves = smoothed(smoother, grid, dates);
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
        std::printf("%s, %zu dates, %d points: %.0f cells/s\n", name, days.size(), grid.count,
                    static_cast<double>(cells) / seconds);
        EXPECT_FALSE(std::isnan(curves.back()));
    };
    time("whittaker", *make_smoother(Whittaker{}, grid, days));
    time("whittaker, 3 rounds to the envelope",
         *make_smoother(Whittaker{.lambda = 1e4, .envelope = 3, .weights = {}}, grid, days));
    time("savitzky-golay", *make_smoother(SavitzkyGolay{}, grid, days));
}

}  // namespace
}  // namespace linmu

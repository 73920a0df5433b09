// SPDX-License-Identifier: MIT
#include "linmu/algo/shift.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "linmu/core/random.hpp"
#include "support/known_land.hpp"

namespace linmu {
namespace {

using test::Land;
constexpr float none = no_value;

RealPlane picture(const Land& land, int side, Shift shift, double noise = 0, std::uint64_t seed = 9) {
    RealPlane out(side, side, 0);
    for (int r = 0; r < side; ++r) {
        for (int c = 0; c < side; ++c)
            out(r, c) = static_cast<float>(
                land.at(r - shift.rows, c - shift.cols) +
                noise * (random_unit(seed, static_cast<std::uint64_t>(r), static_cast<std::uint64_t>(c)) - 0.5));
    }
    return out;
}

void cloud(RealPlane& plane, int row, int col, int radius) {
    for (int r = 0; r < plane.rows(); ++r) {
        for (int c = 0; c < plane.cols(); ++c) {
            if ((r - row) * (r - row) + (c - col) * (c - col) < radius * radius) plane(r, c) = none;
        }
    }
}

const std::vector<Shift> planted{{0, 0}, {0.25, 0}, {0, 1.5}, {-3.3, 0.25}, {1.5, -3.3}, {6.8, 6.1}};

TEST(Shift, planted_shifts_are_found_to_a_few_hundredths) {
    const Land land(0);
    const PhaseCorrelator correlator(picture(land, 96, {}));
    for (const auto& shift : planted) {
        const auto found = correlator.shift_of(picture(land, 96, shift), 8);
        ASSERT_TRUE(found.has_value());
        EXPECT_NEAR(found->shift.cols, shift.cols, 0.05);
        EXPECT_NEAR(found->shift.rows, shift.rows, 0.05);
        EXPECT_GT(found->peak, 15);
    }
}

/// A scene's chips, of another season, noisy, with a third of the cells under clouds that differ from the reference's.
std::vector<Shift> cloudy_chips(Shift shift) {
    std::vector<Shift> found;
    for (std::uint64_t k = 0; k < 7; ++k) {
        const int away = 20 * static_cast<int>(k);
        auto reference = picture(Land(2 * k), 128, {}, 0.1, 11 + k);
        cloud(reference, 30, 90 - away / 4, 22);
        const PhaseCorrelator correlator(reference);
        auto moved = picture(Land(2 * k + 1), 128, shift, 0.1, 31 + k);
        cloud(moved, 20 + away / 2, 30, 30);
        cloud(moved, 100, 110 - away, 25);
        const auto chip = correlator.shift_of(moved, 8);
        if (chip && chip->peak >= 8) found.push_back(chip->shift);
    }
    return found;
}

TEST(Shift, another_season_noise_and_clouds_do_not_break_it) {
    for (const auto& shift : planted) {
        const auto agreed = agreed_shift(cloudy_chips(shift));
        EXPECT_GE(agreed.chips, 6);
        EXPECT_NEAR(agreed.shift.cols, shift.cols, 0.1);
        EXPECT_NEAR(agreed.shift.rows, shift.rows, 0.1);
    }
}

TEST(Shift, pictures_of_different_places_have_no_peak) {
    const PhaseCorrelator correlator(picture(Land(0), 128, {}));
    int high = 0;
    for (int k = 0; k < 10; ++k) {
        const auto found = correlator.shift_of(picture(Land(0), 128, {.cols = 300.0 + 150 * k, .rows = 200}), 8);
        high += found && found->peak >= 8 ? 1 : 0;
    }
    EXPECT_EQ(high, 0);
}

TEST(Shift, a_chip_that_shows_nothing_has_none) {
    const PhaseCorrelator correlator(picture(Land(0), 64, {}));
    EXPECT_FALSE(correlator.shift_of(RealPlane(64, 64, 0.4F), 8).has_value());
    EXPECT_FALSE(correlator.shift_of(RealPlane(64, 64, none), 8).has_value());
}

TEST(Shift, chips_agree_by_their_median_and_leave_out_what_is_far) {
    const std::vector<Shift> chips{{1.0, -2.0}, {1.1, -2.1}, {0.9, -1.9}, {1.0, -2.0}, {-5, 7}, {6, 6}};
    const auto agreed = agreed_shift(chips);
    EXPECT_EQ(agreed.chips, 4);
    EXPECT_NEAR(agreed.shift.cols, 1, 1e-12);
    EXPECT_NEAR(agreed.shift.rows, -2, 1e-12);
    EXPECT_NEAR(agreed.spread, 1.4826 * 0.05, 1e-9);
    EXPECT_EQ(agreed_shift({}).chips, 0);
}

TEST(Shift, moving_back_takes_what_lies_the_shift_away) {
    const auto waves = [](int side, Shift shift) {
        RealPlane out(side, side, 0);
        for (int r = 0; r < side; ++r) {
            for (int c = 0; c < side; ++c)
                out(r, c) = static_cast<float>(std::sin((r - shift.rows) / 2.5) + std::cos((c - shift.cols) / 3.0));
        }
        return out;
    };
    for (const auto kernel : {ShiftKernel::cubic, ShiftKernel::bilinear}) {
        for (const auto& shift : planted) {
            const int halo = shift_halo(std::max(std::abs(shift.cols), std::abs(shift.rows)));
            const auto back =
                moved_back(waves(40 + 2 * halo, {shift.cols + halo, shift.rows + halo}), halo, shift, kernel);
            const auto wanted = waves(40, {});
            for (std::size_t i = 0; i < back.size(); ++i)
                ASSERT_NEAR(back.cells()[i], wanted.cells()[i], kernel == ShiftKernel::cubic ? 0.006 : 0.04);
        }
    }
}

TEST(Shift, what_was_moved_back_lies_in_place) {
    const Land land(0);
    const PhaseCorrelator correlator(picture(land, 96, {}));
    for (const auto& shift : planted) {
        const int halo = shift_halo(8);
        const auto moved = picture(land, 96 + 2 * halo, {shift.cols + halo, shift.rows + halo});
        const auto found = correlator.shift_of(moved_back(moved, halo, shift, ShiftKernel::cubic), 8);
        ASSERT_TRUE(found.has_value());
        EXPECT_LT(std::hypot(found->shift.cols, found->shift.rows), 0.1);
    }
}

TEST(Shift, whole_shifts_change_no_value) {
    RealPlane plane(9, 9, 0);
    for (int r = 0; r < 9; ++r)
        for (int c = 0; c < 9; ++c) plane(r, c) = static_cast<float>(r * 10 + c);
    const auto back = moved_back(plane, 4, {.cols = 2, .rows = -1}, ShiftKernel::cubic);
    EXPECT_EQ(back.rows(), 1);
    EXPECT_EQ(back(0, 0), 36);
}

TEST(Shift, cells_without_value_cost_no_more_than_they_must) {
    RealPlane plane(9, 10, 1);
    plane(4, 7) = none;
    // Cubic would need columns 4 to 7, bilinear 5 and 6: half a cell to the east of column 5.
    EXPECT_EQ(moved_back(plane, 4, {.cols = 0.5, .rows = 0}, ShiftKernel::cubic)(0, 1), 1);
    // The cell in the east of the place itself.
    EXPECT_TRUE(std::isnan(moved_back(plane, 4, {.cols = 1.5, .rows = 0}, ShiftKernel::cubic)(0, 1)));
}

TEST(Shift, codes_are_those_of_the_nearest_cell) {
    CodePlane plane(7, 7, 0);
    for (int r = 0; r < 7; ++r)
        for (int c = 0; c < 7; ++c) plane(r, c) = r * 10 + c;
    EXPECT_EQ(moved_back(plane, 3, {.cols = 0.6, .rows = -1.4})(0, 0), 24);
}

}  // namespace
}  // namespace linmu

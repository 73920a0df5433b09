// SPDX-License-Identifier: MIT
#include "linmu/algo/levelling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <numeric>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;

std::int64_t total(const std::vector<std::int64_t>& values) {
    return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

TEST(Rounding, is_half_away_from_zero) {
    const auto ha = print_unit("ha", 2);  // steps of 100 m2
    EXPECT_EQ(rounded(Area::from_m2(149.9999), ha), 1);
    EXPECT_EQ(rounded(Area::from_m2(150), ha), 2);
    EXPECT_EQ(rounded(Area::from_m2(250), ha), 3) << "not to even";
    EXPECT_EQ(rounded(Area::from_m2(-150), ha), -2);
    EXPECT_EQ(rounded(Area::from_m2(-149), ha), -1);
}

TEST(Rounding, knows_the_units_exactly) {
    EXPECT_EQ(rounded(Area::from_m2(10000), print_unit("mu", 2)), 1500);
    EXPECT_EQ(rounded(Area::from_m2(2028e6), print_unit("mu", 2)), 304200000);
    EXPECT_EQ(rounded(Area::from_m2(666.6667), print_unit("mu", 4)), 10000);
    EXPECT_EQ(rounded(Area::from_m2(2028e6), print_unit("km2", 1)), 20280);
    EXPECT_EQ(rounded(Area::from_m2(0.005), print_unit("m2", 2)), 1);
    EXPECT_EQ(rounded(Area{1}, print_unit("m2", 6)), 100);
    EXPECT_THROW((void)print_unit("acre", 2), DataError);
    EXPECT_THROW((void)print_unit("ha", 7), DataError);
    EXPECT_THROW((void)rounded(Area{1LL << 62}, print_unit("m2", 6)), DataError);
}

TEST(Levelling, gives_the_missing_steps_to_the_largest_remainders) {
    const auto ha = print_unit("ha", 0);
    const std::vector<Area> thirds(3, Area::from_m2(10000.0 / 3));
    EXPECT_THAT(levelled(thirds, ha), ElementsAre(1, 0, 0)) << "equal remainders and areas: the first";
    const std::vector<Area> rows = {Area::from_m2(14000), Area::from_m2(24000), Area::from_m2(2000)};
    EXPECT_THAT(levelled(rows, ha), ElementsAre(1, 3, 0)) << "equal remainders: the larger area";
    EXPECT_THAT(levelled(std::vector<Area>{}, ha), ElementsAre());
}

TEST(Levelling, keeps_negative_areas_closed) {
    const auto ha = print_unit("ha", 0);
    const std::vector<Area> net = {Area::from_m2(-4000), Area::from_m2(-4000), Area::from_m2(8000)};
    EXPECT_EQ(total(levelled(net, ha)), 0);
}

TEST(Levelling, property_rows_add_up_and_stay_within_one_step) {
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        const auto unit = seed % 2 == 0 ? print_unit("mu", 2) : print_unit("ha", 2);
        const double step = static_cast<double>(unit.denominator) / static_cast<double>(unit.numerator);
        std::vector<Area> rows;
        Area sum;
        for (std::uint64_t i = 0; i < 1 + seed % 60; ++i) {
            const double draw = random_unit(seed, i);
            rows.emplace_back(
                draw < 0.1 ? 0 : static_cast<std::int64_t>((draw - 0.2) * std::pow(10, static_cast<double>(i % 13))));
            sum += rows.back();
        }
        const auto printed = levelled(rows, unit);
        EXPECT_EQ(total(printed), rounded(sum, unit)) << seed;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            EXPECT_LT(std::abs(static_cast<double>(printed[i]) - static_cast<double>(rows[i].units()) / step), 1.0)
                << seed;
            EXPECT_LE(std::abs(printed[i] - rounded(rows[i], unit)), 1) << seed;
            EXPECT_TRUE(rows[i] != Area{} || printed[i] == 0) << seed;
        }
    }
}

TEST(Levelling, a_total_that_rows_cannot_have_is_refused) {
    const std::vector<Area> rows = {Area::from_m2(10400), Area::from_m2(10400)};
    const auto ha = print_unit("ha", 0);
    EXPECT_EQ(total(levelled(rows, ha, 3)), 3);
    EXPECT_THROW((void)levelled(rows, ha, 4), DataError);
    EXPECT_THROW((void)levelled(rows, ha, 1), DataError);
}

TEST(Levelling, property_a_table_closes_in_rows_columns_and_total) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        std::vector<std::vector<Area>> rows(1 + seed % 9, std::vector<Area>(1 + seed % 7));
        Area sum;
        for (std::size_t r = 0; r < rows.size(); ++r)
            for (std::size_t c = 0; c < rows[r].size(); ++c)
                sum += rows[r][c] = Area{static_cast<std::int64_t>(1e9 * random_unit(seed, r, c))};
        const auto table = levelled_table(rows, print_unit("mu", 1));
        EXPECT_EQ(table.total, rounded(sum, print_unit("mu", 1)));
        EXPECT_EQ(total(table.row_totals), table.total);
        EXPECT_EQ(total(table.column_totals), table.total);
        for (std::size_t r = 0; r < rows.size(); ++r) EXPECT_EQ(total(table.cells[r]), table.row_totals[r]);
    }
}

TEST(ControlLevelling, spreads_the_difference_over_the_largest_first) {
    EXPECT_THAT(levelled_to(std::vector<std::int64_t>{500, 900, 100}, 1502), ElementsAre(501, 901, 100));
    EXPECT_THAT(levelled_to(std::vector<std::int64_t>{500, 900, 100}, 1498), ElementsAre(499, 899, 100));
    EXPECT_THAT(levelled_to(std::vector<std::int64_t>{50000, 50000, 20000}, 120007, 0, 1e-3),
                ElementsAre(50003, 50002, 20002));
    EXPECT_THAT(levelled_to(std::vector<std::int64_t>{3, 4}, 7), ElementsAre(3, 4));
}

TEST(ControlLevelling, small_values_take_part_only_when_all_are_small) {
    EXPECT_THAT(levelled_to(std::vector<std::int64_t>{90, 300, 80}, 472, 100, 1), ElementsAre(90, 302, 80));
    EXPECT_THAT(levelled_to(std::vector<std::int64_t>{90, 30, 80}, 202, 100, 1), ElementsAre(91, 30, 81));
}

TEST(ControlLevelling, a_large_difference_is_no_rounding) {
    EXPECT_THROW((void)levelled_to(std::vector<std::int64_t>{500, 900}, 1500), DataError);
    EXPECT_THROW((void)levelled_to(std::vector<std::int64_t>{}, 1), DataError);
}

}  // namespace
}  // namespace linmu

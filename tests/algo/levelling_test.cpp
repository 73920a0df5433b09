// SPDX-License-Identifier: MIT
#include "linmu/algo/levelling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <numeric>
#include <string>

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

TEST(Cents, RoundsTheMeasuredAreaOnce) {
    EXPECT_EQ(cents_of(0.005), 1);
    EXPECT_EQ(cents_of(0.00499996), 0) << "0.0050 in between would make it 0.01";
    EXPECT_EQ(cents_of(2.125, Rounding::half_even), 212);
    EXPECT_EQ(cents_of(2.125), 213);
    EXPECT_EQ(cents_of(-2.125), -213);
    EXPECT_THROW((void)cents_of(NAN), DataError);
}

TEST(Ridges, AreTheRoundedShare) {
    EXPECT_EQ(ridge_cents(1'000'000, 0.0521), 52100);
    EXPECT_EQ(ridge_cents(12345, 0.1385), 1710) << "1709.78";
    EXPECT_EQ(ridge_cents(10000, 0.00005 * 2), 1);
    EXPECT_EQ(ridge_cents(1000, 0.0005), 1) << "half a cent, away from zero";
    EXPECT_EQ(ridge_cents(1000, 0.0005, Rounding::half_even), 0);
    EXPECT_EQ(ridge_cents(1000, 0), 0);
    EXPECT_THROW((void)ridge_cents(1000, 1), DataError);
    EXPECT_THROW((void)ridge_cents(1000, -0.1), DataError);
    EXPECT_THROW((void)ridge_cents(1000, 0.12345), DataError) << "five decimals";
}

const std::vector<std::string> village_codes{"140722100001", "140722100001", "140722100002", "140722101001"};

TEST(Controls, LevelFromTheCountyDownToTheVillages) {
    const std::vector<std::int64_t> values{1'000'000, 2'000'000, 3'000'000, 4'000'000};
    const auto result = levelled_to_controls(values, village_codes,
                                             {{"140722", 10'000'003},
                                              {"140722100", 6'000'002},
                                              {"140722101", 4'000'001},
                                              {"140722100001", 3'000'001},
                                              {"140722100002", 3'000'001}});
    EXPECT_THAT(result.values, ElementsAre(1'000'000, 2'000'001, 3'000'001, 4'000'001));
    EXPECT_EQ(result.rows.size(), 5U);
    EXPECT_EQ(result.rows[0].code, "140722");
    EXPECT_EQ(result.rows[0].before, 10'000'000);
    for (const auto& row : result.rows) EXPECT_EQ(row.factor, 1);
}

TEST(Controls, ALargeResidualIsSpreadInProportionFirst) {
    const std::vector<std::int64_t> values{100'000'000, 200'000'000, 300'000'000, 400'000'000};
    const auto result = levelled_to_controls(values, village_codes, {{"140722", 1'000'050'001}});
    EXPECT_EQ(total(result.values), 1'000'050'001);
    EXPECT_NEAR(result.rows[0].factor, 1.000050001, 1e-12);
    EXPECT_EQ(result.values[0], 100'005'000);
    EXPECT_NEAR(static_cast<double>(result.values[3]), 400'020'000.4, 1.1);
}

TEST(Controls, RefusesWhatIsNoAdjustmentUnlessOverridden) {
    const std::vector<std::int64_t> values{1'000'000, 2'000'000, 3'000'000, 4'000'000};
    EXPECT_THROW((void)levelled_to_controls(values, village_codes, {{"140722", 10'010'000}}), DataError);
    EXPECT_EQ(total(levelled_to_controls(values, village_codes, {{"140722", 10'010'000}}, true).values), 10'010'000);
    EXPECT_THROW((void)levelled_to_controls(values, village_codes, {{"140722", 10'000'000}, {"140722100", 6'000'000}}),
                 DataError)
        << "one township without a control area";
    EXPECT_THROW(
        (void)levelled_to_controls(values, village_codes,
                                   {{"140722", 10'000'001}, {"140722100", 6'000'000}, {"140722101", 4'000'000}}),
        DataError)
        << "townships do not add up to the county";
    EXPECT_THROW((void)levelled_to_controls(values, village_codes, {{"140722", 10'000'000}, {"140723", 5}}), DataError)
        << "a county without parcels";
    EXPECT_THROW((void)levelled_to_controls(values, village_codes, {}), DataError);
}

TEST(Controls, property_every_level_closes_to_the_cent) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        std::vector<std::int64_t> values;
        std::vector<std::string> codes;
        std::map<std::string, std::int64_t> targets;
        for (std::uint64_t i = 0; i < 40; ++i) {
            values.push_back(1'000'000 + static_cast<std::int64_t>(1e8 * random_unit(seed, i)));
            codes.push_back("14072210" + std::to_string(i % 3) + "00" + std::to_string(i % 5));
            targets[codes.back()] += values.back();
        }
        for (auto& [code, target] : targets)
            target += std::llround(static_cast<double>(target) * 9e-5 *
                                   (2 * random_unit(seed, static_cast<std::uint64_t>(target)) - 1));
        const auto villages = targets;
        for (const auto& [code, target] : villages) {
            targets[code.substr(0, 6)] += target;
            targets[code.substr(0, 9)] += target;
        }
        const auto result = levelled_to_controls(values, codes, targets);
        std::map<std::string, std::int64_t> sums;
        for (std::size_t i = 0; i < values.size(); ++i) {
            sums[codes[i]] += result.values[i];
            EXPECT_NEAR(static_cast<double>(result.values[i]) / static_cast<double>(values[i]), 1, 1.1e-4);
        }
        for (const auto& [code, target] : villages) EXPECT_EQ(sums[code], target);
    }
}

TEST(UnitTables, CloseByTheFiveSteps) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        std::vector<std::vector<Area>> records;
        std::vector<std::string> zones;
        Area all;
        for (std::uint64_t r = 0; r < 12; ++r) {
            auto& record = records.emplace_back();
            for (std::uint64_t c = 0; c < 6; ++c) {
                record.push_back(Area::from_m2(random_unit(seed, r, c) < 0.3 ? 0 : 60000 * random_unit(seed, c, r)));
                all += record.back();
            }
            zones.push_back("village " + std::to_string(r % 4));
        }
        const auto ha = print_unit("ha", 2);
        const auto order = seed % 2 == 0 ? ClassOrder::by_area : ClassOrder::by_code_descending;
        const auto table = unit_table(records, zones, ha, 100, order);
        EXPECT_EQ(table.total, rounded(all, ha));
        EXPECT_EQ(total(table.totals), table.total);
        for (std::size_t r = 0; r < records.size(); ++r) {
            EXPECT_EQ(total(table.classes[r]), table.totals[r]);
            for (std::size_t c = 0; c < 6; ++c) {
                EXPECT_LE(std::abs(table.classes[r][c] - rounded(records[r][c], ha)), 3);
                const bool large_elsewhere =
                    std::ranges::any_of(records[r], [&](Area a) { return rounded(a, ha) > 100; });
                if (records[r][c] == Area{} && large_elsewhere) {
                    EXPECT_EQ(table.classes[r][c], 0) << "classes above 1 ha take it";
                }
            }
        }
    }
}

TEST(UnitTables, TheOrderOfClassesIsAChoice) {
    // Two halves of a hundredth each: 2.005 and 3.005 ha make 5.01.
    const std::vector<std::vector<Area>> records{{Area::from_m2(30050), Area::from_m2(20050)}};
    const std::vector<std::string> zones{"v"};
    EXPECT_THAT(unit_table(records, zones, print_unit("ha", 2), 100).classes[0], ElementsAre(300, 201));
    EXPECT_THAT(unit_table(records, zones, print_unit("ha", 2), 100, ClassOrder::by_code_descending).classes[0],
                ElementsAre(301, 200));
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/crosstab.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr std::int64_t hectare = 100000000;  // units of Area

const std::map<std::string, CrosstabUnit> villages{
    {"140722", {"左权县", ""}},    {"140722100", {"辽阳镇", "140722"}}, {"140722101", {"桐峪镇", "140722"}},
    {"V1", {"一村", "140722100"}}, {"V2", {"二村", "140722100"}},       {"V3", {"三村", "140722101"}}};

CrosstabForm form(std::vector<CrosstabColumn> columns, int decimals = 2) {
    return {std::move(columns), print_unit("ha", decimals), false};
}

std::int64_t steps(const Value& cell, PrintUnit unit) {
    const auto* area = std::get_if<std::int64_t>(&cell);
    return area ? rounded(Area(*area), unit) : 0;
}

const Value& cell(const Table& table, const std::string& code, std::size_t column) {
    for (const auto& row : table.rows) {
        if (std::get<std::string>(row[0]) == code) return row[column];
    }
    throw std::runtime_error("no row " + code);
}

TEST(Crosstab, StandsFromTheCountyToTheVillageWithGroupsOfClasses) {
    const std::vector<CrosstabCell> cells{
        {"V3", "0101", Area(hectare)}, {"V1", "0103", Area(2 * hectare)}, {"V2", "0301", Area(4 * hectare)}};
    const auto table = crosstab(form({{"ZMJ", "总面积", "total", {"*"}},
                                      {"01", "耕地", "cropland", {"0101", "0103"}},
                                      {"0101", "水田", "paddy", {}},
                                      {"0103", "旱地", "dry", {}},
                                      {"03", "林地", "forest", {"0301", "0305"}}}),
                                cells, villages);
    std::vector<std::string> order;
    for (const auto& row : table.rows) order.push_back(std::get<std::string>(row[0]));
    EXPECT_THAT(order, testing::ElementsAre("合计 Total", "140722100", "V1", "V2", "140722101", "V3"));
    EXPECT_EQ(std::get<std::int64_t>(cell(table, "合计 Total", 2)), 7 * hectare);
    EXPECT_EQ(std::get<std::int64_t>(cell(table, "140722100", 2)), 6 * hectare);
    EXPECT_EQ(std::get<std::int64_t>(cell(table, "V1", 3)), 2 * hectare);
    EXPECT_EQ(std::get<std::int64_t>(cell(table, "V2", 6)), 4 * hectare)
        << "a column of classes that have no column of their own";
    EXPECT_TRUE(std::holds_alternative<std::monostate>(cell(table, "V2", 3)))
        << "a class that is absent is blank, not 0";
    EXPECT_EQ(table.spec.columns[4].name_zh, "0101 水田");
}

TEST(Crosstab, RandomFiguresAddUpInEveryDirectionAsPrinted) {
    std::mt19937_64 dice(7);
    const auto unit = print_unit("mu", 2);
    for (int round = 0; round < 50; ++round) {
        std::vector<CrosstabCell> cells;
        for (const auto* village : {"V1", "V2", "V3"}) {
            for (const auto* land : {"0101", "0103", "0301", "0305"})
                cells.push_back({village, land, Area(static_cast<std::int64_t>(dice() % 1000000007))});
        }
        const auto table = crosstab({{{"ZMJ", "", "", {"*"}},
                                      {"01", "", "", {"0101", "0103"}},
                                      {"0101", "", "", {}},
                                      {"0103", "", "", {}},
                                      {"03", "", "", {"0301", "0305"}},
                                      {"0301", "", "", {}},
                                      {"0305", "", "", {}}},
                                     unit,
                                     false},
                                    cells, villages);
        std::int64_t all = 0;
        for (const auto& c : cells) all += c.area.units();
        EXPECT_EQ(steps(cell(table, "合计 Total", 2), unit), rounded(Area(all), unit));
        for (const auto& row : table.rows) {
            EXPECT_EQ(steps(row[2], unit), steps(row[3], unit) + steps(row[6], unit));
            EXPECT_EQ(steps(row[3], unit), steps(row[4], unit) + steps(row[5], unit));
            EXPECT_EQ(steps(row[6], unit), steps(row[7], unit) + steps(row[8], unit));
        }
        for (std::size_t c = 2; c < 9; ++c) {
            const auto at = [&](const char* code) { return steps(cell(table, code, c), unit); };
            EXPECT_EQ(at("合计 Total"), at("140722100") + at("140722101"));
            EXPECT_EQ(at("140722100"), at("V1") + at("V2"));
            EXPECT_EQ(at("140722101"), at("V3"));
        }
    }
}

TEST(Crosstab, ATransitionHasWhatWasLostWonAndIs) {
    auto transition = form({{"before", "年初", "start", {"*"}},
                            {"01", "耕地", "cropland", {}},
                            {"02", "园地", "orchard", {}},
                            {"05", "商服", "trade", {}}});
    transition.balance = true;
    const std::vector<CrosstabCell> cells{{"01", "01", Area(10 * hectare)},
                                          {"01", "02", Area(3 * hectare)},
                                          {"02", "01", Area(hectare)},
                                          {"01", "05", Area(hectare / 2)}};
    const auto table = crosstab(transition, cells, {});
    const auto balance = [&](const std::string& code) {
        std::vector<std::int64_t> values;
        for (std::size_t c = 6; c < 10; ++c) values.push_back(steps(cell(table, code, c), transition.unit));
        return values;
    };
    EXPECT_THAT(balance("01"), testing::ElementsAre(1350, 350, 100, 1100));
    EXPECT_THAT(balance("02"), testing::ElementsAre(100, 100, 300, 300));
    EXPECT_THAT(balance("05"), testing::ElementsAre(0, 0, 50, 50)) << "a class that only came into being";
    EXPECT_THAT(balance("合计 Total"), testing::ElementsAre(1450, 450, 450, 1450)) << "what is lost is won";
}

TEST(Crosstab, AClassThatNoColumnOrTwoHoldStopsTheTable) {
    const std::vector<CrosstabCell> cells{{"V1", "0808", Area(1)}};
    EXPECT_THROW((void)crosstab(form({{"01", "", "", {"0101"}}}), cells, villages), DataError);
    EXPECT_THROW((void)crosstab(form({{"01", "", "", {"0808"}}, {"0808", "", "", {}}, {"x", "", "", {"0808", "09"}}}),
                                cells, villages),
                 DataError);
    EXPECT_THROW((void)crosstab(form({{"a", "", "", {"0808"}}, {"b", "", "", {"0808"}}}), cells, villages), DataError);
}

TEST(Crosstab, CirclesOfColumnsAndOfUnitsAreRefused) {
    const std::vector<CrosstabCell> cells{{"V1", "x", Area(1)}};
    EXPECT_THROW((void)crosstab(form({{"a", "", "", {"b"}}, {"b", "", "", {"a"}}, {"x", "", "", {}}}), cells, villages),
                 DataError);
    EXPECT_THROW((void)crosstab(form({{"x", "", "", {}}}), cells, {{"V1", {"", "T"}}, {"T", {"", "V1"}}}), DataError);
}

TEST(Crosstab, AUnitOfWhichNothingIsKnownStandsUnderTheTotal) {
    const std::vector<CrosstabCell> cells{{"V1", "a", Area(hectare)}, {"elsewhere", "a", Area(hectare)}};
    const auto table = crosstab(form({{"a", "", "", {}}}), cells, villages);
    EXPECT_EQ(std::get<std::int64_t>(cell(table, "合计 Total", 2)), 2 * hectare);
    EXPECT_EQ(std::get<std::int64_t>(cell(table, "elsewhere", 2)), hectare);
    EXPECT_EQ(std::get<std::int64_t>(cell(table, "140722", 2)), hectare) << "the county is a part of the total here";
}

}  // namespace
}  // namespace linmu

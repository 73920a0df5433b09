// SPDX-License-Identifier: MIT
#include "linmu/algo/composite.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

const float nan = std::nanf("");

AnyPlane plane_of(const std::vector<float>& cells) {
    RealPlane plane(1, static_cast<int>(cells.size()), 0);
    std::ranges::copy(cells, plane.cells().begin());
    return plane;
}

std::vector<AnyPlane> planes_of(const std::vector<std::vector<float>>& dates) {
    std::vector<AnyPlane> planes;
    for (const auto& date : dates) planes.push_back(plane_of(date));
    return planes;
}

std::vector<BandOnDate> shown(const std::vector<AnyPlane>& dates) {
    std::vector<BandOnDate> bands;
    for (const auto& date : dates) bands.push_back({&date, {}});
    return bands;
}

/// The statistic of one cell over its dates.
float over(const std::string& statistic, const std::vector<float>& dates) {
    std::vector<AnyPlane> cells;
    for (const float date : dates) cells.push_back(plane_of({date}));
    float out = 0;
    composite(std::vector{parse_statistic(statistic)}, shown(cells), std::vector{std::span(&out, 1)});
    return out;
}

TEST(Composite, skips_dates_without_value) {
    const std::vector<float> dates = {nan, 4, 1, nan, 3, 2};
    EXPECT_FLOAT_EQ(over("median", dates), 2.5F) << "the mean of the two middle values";
    EXPECT_FLOAT_EQ(over("mean", dates), 2.5F);
    EXPECT_FLOAT_EQ(over("min", dates), 1);
    EXPECT_FLOAT_EQ(over("max", dates), 4);
    EXPECT_FLOAT_EQ(over("p0", dates), 1);
    EXPECT_FLOAT_EQ(over("p100", dates), 4);
    EXPECT_FLOAT_EQ(over("p25", dates), 1.75F) << "numpy.percentile([1, 2, 3, 4], 25)";
}

TEST(Composite, of_an_odd_count_takes_the_middle) {
    EXPECT_FLOAT_EQ(over("median", {9, nan, 1, 5}), 5);
    EXPECT_FLOAT_EQ(over("median", {7}), 7);
}

TEST(Composite, without_any_value_has_none) {
    for (const char* statistic : {"median", "mean", "min", "max", "p10"}) {
        EXPECT_TRUE(std::isnan(over(statistic, {nan, nan}))) << statistic;
        EXPECT_TRUE(std::isnan(over(statistic, {}))) << statistic;
    }
}

TEST(Composite, equals_sorting_for_any_number_of_dates_and_cells) {
    constexpr std::size_t cells = 700;  // more than two chunks, and no whole number of them
    for (std::size_t n = 1; n <= 40; ++n) {
        std::vector<std::vector<float>> dates(n, std::vector<float>(cells));
        for (std::size_t d = 0; d < n; ++d)
            for (std::size_t i = 0; i < cells; ++i)
                dates[d][i] = random_unit(1, n, d, i) < 0.3 ? nan : static_cast<float>(random_unit(2, n, d, i) - 0.5);
        std::vector<float> median(cells), least(cells), most(cells), mean(cells), tenth(cells);
        const auto planes = planes_of(dates);
        const std::vector<Statistic> all = {parse_statistic("min"), parse_statistic("median"), parse_statistic("max"),
                                            parse_statistic("mean"), parse_statistic("p10")};
        composite(all, shown(planes), std::vector<std::span<float>>{least, median, most, mean, tenth});
        for (std::size_t i = 0; i < cells; ++i) {
            std::vector<double> seen;
            for (const auto& date : dates)
                if (!std::isnan(date[i])) seen.push_back(static_cast<double>(date[i]));
            std::sort(seen.begin(), seen.end());
            const std::size_t k = seen.size();
            if (k == 0) {
                ASSERT_TRUE(std::isnan(median[i]) && std::isnan(least[i]) && std::isnan(mean[i]));
                continue;
            }
            ASSERT_EQ(median[i], static_cast<float>(0.5 * (seen[(k - 1) / 2] + seen[k / 2])))
                << n << " dates, cell " << i;
            ASSERT_EQ(least[i], static_cast<float>(seen.front()));
            ASSERT_EQ(most[i], static_cast<float>(seen.back()));
            ASSERT_NEAR(mean[i], std::accumulate(seen.begin(), seen.end(), 0.0) / static_cast<double>(k), 1e-7);
            const auto below = static_cast<std::size_t>(0.1 * static_cast<double>(k - 1));
            const double above = seen[std::min(below + 1, k - 1)],
                         part = 0.1 * static_cast<double>(k - 1) - static_cast<double>(below);
            ASSERT_NEAR(tenth[i], seen[below] + part * (above - seen[below]), 1e-7);
        }
    }
}

TEST(Composite, order_of_dates_does_not_matter) {
    EXPECT_EQ(over("median", {0.1F, 0.7F, nan, 0.3F}), over("median", {0.3F, nan, 0.1F, 0.7F}));
    EXPECT_EQ(over("p90", {0.1F, 0.7F, nan, 0.3F}), over("p90", {nan, 0.7F, 0.3F, 0.1F}));
}

TEST(Composite, hidden_dates_are_skipped) {
    const auto planes = planes_of({{1, 1}, {5, 5}, {9, 9}});
    const std::vector<std::uint8_t> hidden = {0, 1};
    auto dates = shown(planes);
    dates[2].hidden = hidden;
    std::vector<float> median(2), mean(2), most(2);
    composite(std::vector{parse_statistic("median"), parse_statistic("mean"), parse_statistic("max")}, dates,
              std::vector<std::span<float>>{median, mean, most});
    EXPECT_THAT(median, testing::ElementsAre(5, 3));
    EXPECT_THAT(mean, testing::ElementsAre(5, 3));
    EXPECT_THAT(most, testing::ElementsAre(9, 5));
}

StoredPlane stored_date(std::size_t date, int cells, const CellRule& rule) {
    StoredPlane plane{Plane<std::uint16_t>(1, cells, 0), rule, nullptr};
    HiddenPlane hidden(1, cells, 0);
    for (std::size_t i = 0; i < plane.size(); ++i) {
        plane.cells.cells()[i] = static_cast<std::uint16_t>(random_unit(3, date, i, 0) * 65536);
        hidden.cells()[i] = random_unit(4, date, i, 0) < 0.3 ? 1 : 0;
    }
    for (const auto end : std::vector<std::uint16_t>{0, 65535, 40000})
        plane.cells.cells()[static_cast<std::size_t>(end) % 691] = end;
    if (date != 3) plane.hidden = std::make_shared<const HiddenPlane>(std::move(hidden));
    return plane;
}

/// Dates as their files store them give what their values give, to the last bit.
TEST(Composite, of_stored_dates_equals_that_of_their_values) {
    constexpr int cells = 700;
    const std::vector<CellRule> rules = {
        {},
        {.nodata = 40000},
        {.nodata = 0, .scale = 0.0001, .offset = -0.1, .floor = 0, .lowest = 1.5, .highest = 60000},
        {.scale = -1}};
    for (const auto& rule : rules) {
        for (std::size_t n = 1; n <= 9; ++n) {
            std::vector<AnyPlane> stored, values;
            for (std::size_t d = 0; d < n; ++d) {
                stored.emplace_back(stored_date(d, cells, rule));
                std::vector<float> room(cells);
                (void)values_of(stored.back(), 0, room.size(), room);
                values.push_back(plane_of(room));
            }
            for (const char* statistic : {"median", "max", "p20"}) {
                std::vector<float> from_stored(cells), from_values(cells);
                const std::vector<Statistic> asked = {parse_statistic(statistic)};
                composite(asked, shown(stored), std::vector<std::span<float>>{from_stored});
                composite(asked, shown(values), std::vector<std::span<float>>{from_values});
                for (std::size_t i = 0; i < from_values.size(); ++i) {
                    ASSERT_EQ(std::isnan(from_stored[i]), std::isnan(from_values[i])) << n << " dates, cell " << i;
                    ASSERT_TRUE(std::isnan(from_values[i]) || from_stored[i] == from_values[i]) << statistic;
                }
            }
        }
    }
}

TEST(Composite, an_unknown_statistic_is_named) {
    for (const char* text : {"mode", "p101", "p", "p-1", ""}) {
        try {
            (void)parse_statistic(text);
            FAIL() << text;
        } catch (const DataError& error) {
            EXPECT_THAT(error.what(),
                        testing::HasSubstr(std::string("'") + text + "' is no statistic of a band; one of median"));
        }
    }
}

}  // namespace
}  // namespace linmu

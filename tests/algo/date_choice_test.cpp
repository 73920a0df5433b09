// SPDX-License-Identifier: MIT
#include "linmu/algo/date_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/quality_flags.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

using Values = std::vector<float>;
const float nan = std::nanf("");

/// Dates of one cell: for each its bands.
std::vector<Look> looks_of(const std::vector<Values>& dates) {
    std::vector<Look> looks;
    for (const auto& bands : dates) {
        looks.emplace_back();
        for (const float& value : bands) looks.back().bands.emplace_back(&value, 1);
    }
    return looks;
}

std::int32_t medoid(const std::vector<Values>& dates) {
    std::int32_t choice = 99;
    choose_medoid(looks_of(dates), {&choice, 1});
    return choice;
}

RealPlane row_of(const Values& values) {
    RealPlane plane(1, static_cast<int>(values.size()), 0);
    std::ranges::copy(values, plane.cells().begin());
    return plane;
}

StoredPlane stored_row(const std::vector<std::uint16_t>& cells, const CellRule& rule,
                       std::shared_ptr<const HiddenPlane> hidden = nullptr) {
    Plane<std::uint16_t> plane(1, static_cast<int>(cells.size()), 0);
    std::ranges::copy(cells, plane.cells().begin());
    return {plane, rule, std::move(hidden)};
}

std::vector<DatedPlanes> planes_of(const std::vector<std::vector<AnyPlane>>& dates) {
    std::vector<DatedPlanes> out(dates.size());
    for (std::size_t d = 0; d < dates.size(); ++d)
        for (const auto& band : dates[d]) out[d].bands.push_back(&band);
    return out;
}

std::vector<const AnyPlane*> band_of(const std::vector<std::vector<AnyPlane>>& dates, std::size_t band) {
    std::vector<const AnyPlane*> out;
    for (const auto& date : dates) out.push_back(&date[band]);
    return out;
}

std::int32_t highest(const std::vector<Values>& dates, Values scores) {
    std::vector<std::vector<AnyPlane>> planes;
    for (const auto& bands : dates) {
        planes.emplace_back();
        for (const float value : bands) planes.back().emplace_back(row_of({value}));
    }
    const auto dated = planes_of(planes);
    std::vector<std::span<const float>> spans;
    for (std::size_t d = 0; d < scores.size(); ++d) {
        keep_clear(dated[d], 0, std::span(scores).subspan(d, 1));
        spans.emplace_back(std::span(scores).subspan(d, 1));
    }
    std::int32_t choice = 99;
    choose_highest(spans, {&choice, 1});
    return choice;
}

TEST(DateChoice, the_medoid_is_a_date_amid_the_others) {
    // Distances 3-4-5: from (3, 0) they are 3 and 4, from (0, 0) 3 and 5, from (3, 4) 5 and 4.
    EXPECT_EQ(medoid({{0, 0}, {3, 4}, {3, 0}}), 2);
    EXPECT_EQ(medoid({{0.1F, 0.3F}, {0.12F, 0.32F}, {0.9F, 0.9F}, {0.11F, 0.31F}}), 3)
        << "beside a cloud that was missed";
}

TEST(DateChoice, dates_that_are_not_clear_count_for_nothing) {
    EXPECT_EQ(medoid({{nan, 0}, {0, 0}, {10, nan}, {3, 4}, {3, 0}}), 4);
    EXPECT_EQ(medoid({{nan, 1}, {1, nan}}), no_code) << "a date with a band missing is not clear";
    EXPECT_EQ(medoid({}), no_code);
    EXPECT_EQ(highest({{nan, 1}, {1, 1}, {2, 2}}, {9, 3, 1}), 1);
    EXPECT_EQ(highest({{1, 1}, {2, 2}}, {nan, -5}), 1) << "no score, no choice";
    EXPECT_EQ(highest({{1, 1}}, {nan}), no_code);
}

TEST(DateChoice, of_equals_the_first_is_chosen) {
    EXPECT_EQ(medoid({{5, 5}, {1, 1}}), 0);
    EXPECT_EQ(medoid({{nan, 5}, {5, 5}, {5, 5}, {5, 5}}), 1);
    EXPECT_EQ(highest({{1, 1}, {2, 2}, {3, 3}}, {0.2F, 0.7F, 0.7F}), 1);
}

TEST(DateChoice, hidden_cells_are_not_clear) {
    const Values first = {1, 1}, second = {2, 2};
    const std::vector<std::uint8_t> hidden = {1, 0};
    const std::vector<Look> looks = {{{first}, hidden}, {{second}, {}}};
    std::vector<std::int32_t> choice(2);
    choose_medoid(looks, choice);
    EXPECT_THAT(choice, testing::ElementsAre(1, 0));
    const std::vector<std::vector<AnyPlane>> planes = {{row_of(first)}, {row_of(second)}};
    auto dated = planes_of(planes);
    dated[0].hidden = hidden;
    Values count(2), out(2);
    clear_count(dated, 0, count);
    EXPECT_THAT(count, testing::ElementsAre(1, 2));
    take_chosen(band_of(planes, 0), 0, choice, out);
    EXPECT_THAT(out, testing::ElementsAre(2, 1));
}

/// Dates of two baselines, one by value: each is clear where its values are, and gives them.
void expect_stored_as_good_as_values(std::size_t dates) {
    constexpr std::size_t cells = 600;
    auto hidden = std::make_shared<HiddenPlane>(1, static_cast<int>(cells), std::uint8_t{0});
    for (std::size_t i = 0; i < cells; i += 7) hidden->cells()[i] = 1;
    std::vector<std::vector<AnyPlane>> stored(dates), values(dates);
    for (std::size_t d = 0; d < dates; ++d) {
        for (std::size_t b = 0; b < 2; ++b) {
            CellRule rule{.nodata = 0, .scale = 1e-4, .offset = d < 3 ? 0.0 : -0.1, .lowest = 1, .highest = 900};
            std::vector<std::uint16_t> row(cells);
            for (std::size_t i = 0; i < cells; ++i) row[i] = static_cast<std::uint16_t>(random_unit(3, d, b, i) * 1000);
            AnyPlane plane = stored_row(row, rule, d == 1 ? hidden : nullptr);
            Values room(cells);
            const auto real = values_of(plane, 0, cells, room);
            values[d].emplace_back(row_of({real.begin(), real.end()}));
            stored[d].push_back(d == 2 ? values[d][b] : std::move(plane));
        }
    }
    constexpr std::size_t start = 100, count = cells - start;
    Values clear(count), clear_by_value(count);
    clear_count(planes_of(stored), start, clear);
    clear_count(planes_of(values), start, clear_by_value);
    EXPECT_EQ(clear, clear_by_value);
    EXPECT_GT(std::ranges::count_if(clear, [](float n) { return n >= 3; }), 10);
    std::vector<std::int32_t> choice(count);
    for (std::size_t i = 0; i < count; ++i)
        choice[i] = i % (dates + 1) == dates ? no_code : static_cast<std::int32_t>(i % (dates + 1));
    Values out(count), by_value(count);
    take_chosen(band_of(stored, 1), start, choice, out);
    take_chosen(band_of(values, 1), start, choice, by_value);
    for (std::size_t i = 0; i < count; ++i) {
        const bool was_hidden = choice[i] == 1 && hidden->cells()[start + i] != 0;  // no such cell is ever chosen
        if (was_hidden) continue;
        ASSERT_EQ(std::isnan(out[i]), std::isnan(by_value[i])) << i;
        ASSERT_EQ(std::isnan(out[i]) ? 0 : out[i], std::isnan(by_value[i]) ? 0 : by_value[i]) << i;
    }
}

TEST(DateChoice, dates_as_they_are_stored_are_as_good_as_their_values) { expect_stored_as_good_as_values(5); }

TEST(DateChoice, so_are_those_of_a_long_season) { expect_stored_as_good_as_values(40); }

TEST(DateChoice, flags_and_cells_that_were_not_seen_hide) {
    const std::vector<std::int32_t> quality = {0, bit(QualityFlag::cloud), bit(QualityFlag::water), no_code,
                                               bit(QualityFlag::cloud) | bit(QualityFlag::haze)};
    std::vector<std::uint8_t> hidden(5);
    hide_flagged(quality, bit(QualityFlag::cloud), hidden);
    EXPECT_THAT(hidden, testing::ElementsAre(0, 1, 0, 1, 1));
}

TEST(DateChoice, many_cells_are_chosen_as_each_by_itself) {
    constexpr std::size_t cells = 700, dates = 9, bands = 3;
    std::vector<std::vector<Values>> values(dates, std::vector<Values>(bands, Values(cells)));
    for (std::size_t d = 0; d < dates; ++d)
        for (std::size_t b = 0; b < bands; ++b)
            for (std::size_t i = 0; i < cells; ++i)
                values[d][b][i] = random_unit(1, d, i, 0) < 0.4 ? nan : static_cast<float>(random_unit(2, d, b, i));
    std::vector<Look> looks(dates);
    for (std::size_t d = 0; d < dates; ++d)
        for (const auto& band : values[d]) looks[d].bands.emplace_back(band);
    std::vector<std::vector<AnyPlane>> planes(dates);
    for (std::size_t d = 0; d < dates; ++d)
        for (const auto& band : values[d]) planes[d].emplace_back(row_of(band));
    std::vector<std::int32_t> choice(cells);
    choose_medoid(looks, choice);
    Values out(cells), count(cells);
    take_chosen(band_of(planes, 1), 0, choice, out);
    clear_count(planes_of(planes), 0, count);
    for (std::size_t i = 0; i < cells; ++i) {
        double best = std::numeric_limits<double>::infinity();
        int chosen = -1, clear = 0;
        for (std::size_t d = 0; d < dates; ++d) {
            if (std::isnan(values[d][0][i])) continue;
            ++clear;
            double sum = 0;
            for (std::size_t e = 0; e < dates; ++e) {
                double square = 0;
                for (std::size_t b = 0; b < bands; ++b)
                    square += std::pow(static_cast<double>(values[d][b][i] - values[e][b][i]), 2);
                if (!std::isnan(square)) sum += std::sqrt(square);
            }
            if (sum < best - 1e-6) {
                best = sum;
                chosen = static_cast<int>(d);
            }
        }
        ASSERT_EQ(count[i], static_cast<float>(clear));
        if (chosen < 0) {
            ASSERT_EQ(choice[i], no_code);
            ASSERT_TRUE(std::isnan(out[i]));
            continue;
        }
        ASSERT_EQ(choice[i], chosen) << "cell " << i;
        ASSERT_EQ(out[i], values[static_cast<std::size_t>(chosen)][1][i]);
    }
}

}  // namespace
}  // namespace linmu

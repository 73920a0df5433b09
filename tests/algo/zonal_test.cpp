// SPDX-License-Identifier: MIT
#include "linmu/algo/zonal.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "support/matrix.hpp"

namespace linmu {
namespace {

using test::matrix;

TileAreas whole(const Plane<double>& cell_m2) { return {Window{0, 0, cell_m2.rows(), cell_m2.cols()}, cell_m2}; }

/// Sums of cells of 1 m2 with these weights.
ValueSums sums_of(const std::vector<std::pair<float, double>>& values) {
    const int n = static_cast<int>(values.size());
    Coverage cells;
    RealPlane plane(1, n, 0);
    for (int i = 0; i < n; ++i) {
        cells.boundary.push_back({0, i, values[static_cast<std::size_t>(i)].second});
        plane(0, i) = values[static_cast<std::size_t>(i)].first;
    }
    ValueSums sums;
    add_values(sums, cells, plane, whole(Plane<double>(1, n, 1)), CellWeight::area, true);
    sums.condense();
    return sums;
}

TEST(Zonal, StatisticsByHand) {
    // 1 with weight 0.5, 3 with 0.25, 7 with 0.25: mean 0.5 + 0.75 + 1.75 = 3, variance 2 + 0 + 4 = 6.
    const auto sums = sums_of({{1, 0.5}, {3, 0.25}, {7, 0.25}, {no_value, 0.75}});
    EXPECT_EQ(sums.cells, 3);
    EXPECT_EQ(Area{sums.weight}, Area::from_m2(1));
    EXPECT_EQ(mean(sums), 3.0);
    EXPECT_EQ(variance(sums), 6.0);
    EXPECT_EQ(sums.least, 1);
    EXPECT_EQ(sums.most, 7);
    EXPECT_FALSE(mean(sums_of({{no_value, 1}})));
    EXPECT_FALSE(variance(sums_of({})));
    EXPECT_FALSE(quantile(sums_of({}), 0.5));
}

TEST(Zonal, WeightedQuantilesByHand) {
    const auto sums = sums_of({{7, 0.2}, {1, 0.5}, {3, 0.3}});
    EXPECT_EQ(quantile(sums, 0), 1.0);
    EXPECT_EQ(quantile(sums, 0.4999), 1.0);
    EXPECT_EQ(quantile(sums, 0.5), 2.0) << "exactly half lies at 1: the middle of 1 and 3";
    EXPECT_EQ(quantile(sums, 0.6), 3.0);
    EXPECT_EQ(quantile(sums, 0.9), 7.0);
    EXPECT_EQ(quantile(sums, 1), 7.0);
    // With equal weights it is the median that everybody knows.
    EXPECT_EQ(quantile(sums_of({{4, 1}, {1, 1}, {9, 1}}), 0.5), 4.0);
    EXPECT_EQ(quantile(sums_of({{4, 1}, {1, 1}, {9, 1}, {5, 1}}), 0.5), 4.5);
    // A value that comes in pieces counts as one.
    EXPECT_EQ(quantile(sums_of({{2, 0.2}, {2, 0.2}, {2, 0.2}, {8, 0.5}}), 0.5), 2.0);
}

TEST(Zonal, SumsAreExactWhateverTheOrder) {
    // Any rounding on the way would lose the small values between the large ones that cancel.
    std::vector<std::pair<float, double>> values;
    for (int i = 0; i < 300; ++i) {
        values.emplace_back(1e30F, 1);
        values.emplace_back(-1e30F, 1);
        values.emplace_back(1e-20F, 1);
        values.emplace_back(-0.25F, 1);
    }
    const double expected = (300 * double{1e-20F} - 75) / 1200;
    std::mt19937 shuffle(4);
    for (int k = 0; k < 5; ++k) {
        std::ranges::shuffle(values, shuffle);
        EXPECT_EQ(mean(sums_of(values)), expected);
    }
    EXPECT_EQ(mean(sums_of({{std::numeric_limits<float>::max(), 1}, {std::numeric_limits<float>::denorm_min(), 1}})),
              double{std::numeric_limits<float>::max()} / 2);
    EXPECT_EQ(mean(sums_of({{-std::numeric_limits<float>::denorm_min(), 1}})),
              -double{std::numeric_limits<float>::denorm_min()});
    EXPECT_EQ(variance(sums_of({{std::numeric_limits<float>::max(), 1}, {-std::numeric_limits<float>::max(), 1}})),
              double{std::numeric_limits<float>::max()} * double{std::numeric_limits<float>::max()});
}

/// Random shares over 40 x 37 cells with random areas and values, some missing.
struct Land {
    Coverage coverage;
    RealPlane values{40, 37, 0};
    CodePlane codes{40, 37, 0};
    Plane<double> cell_m2{40, 37, 0};
    std::vector<std::pair<float, long double>> weighted;
    Land() {
        for (int r = 0; r < 40; ++r) {
            for (int c = 0; c < 37; ++c) {
                const auto at = static_cast<std::uint64_t>(40 * r + c);
                values(r, c) = random_unit(5, at) < 0.1
                                   ? no_value
                                   : static_cast<float>(std::floor(50 * random_unit(6, at)) / 7 - 3);
                codes(r, c) = random_unit(5, at) < 0.1 ? no_code : static_cast<std::int32_t>(3 * random_unit(6, at));
                cell_m2(r, c) = 99.9 + 0.1 * random_unit(7, at);
                const double share = random_unit(8, at);
                if (share < 0.2) continue;
                const bool inside = share > 0.7;
                if (inside) coverage.inside.push_back({r, c, c + 1});
                else coverage.boundary.push_back({r, c, share});
                const auto cell = Area::from_m2(cell_m2(r, c)).units();
                const auto units = inside ? cell : std::llround(share * static_cast<double>(cell));
                if (std::isfinite(values(r, c))) weighted.emplace_back(values(r, c), static_cast<long double>(units));
            }
        }
    }
    [[nodiscard]] ValueSums sums(int tile, bool reverse) const {
        auto windows = tiles({0, 0, 40, 37}, tile);
        if (reverse) std::ranges::reverse(windows);
        ValueSums all;
        for (const auto& w : windows) {
            Coverage part;
            for (const auto& run : coverage.inside)
                if (w.contains({run.row, run.col, 1, 1})) part.inside.push_back(run);
            for (const auto& cell : coverage.boundary)
                if (w.contains({cell.row, cell.col, 1, 1})) part.boundary.push_back(cell);
            RealPlane v(w.rows, w.cols, 0);
            Plane<double> m2(w.rows, w.cols, 0);
            for (int r = 0; r < w.rows; ++r)
                for (int c = 0; c < w.cols; ++c) {
                    v(r, c) = values(w.row + r, w.col + c);
                    m2(r, c) = cell_m2(w.row + r, w.col + c);
                }
            ValueSums one;
            add_values(one, part, v, TileAreas(w, m2), CellWeight::area, true);
            all.merge(std::move(one));
        }
        all.condense();
        return all;
    }
};

TEST(Zonal, EqualsBruteForceOnRandomData) {
    Land land;
    const auto sums = land.sums(64, false);
    long double weight = 0, mean_sum = 0, square_sum = 0;
    for (const auto& [v, w] : land.weighted) weight += w, mean_sum += w * v;
    const long double expected = mean_sum / weight;
    for (const auto& [v, w] : land.weighted) square_sum += w * (v - expected) * (v - expected);
    EXPECT_EQ(sums.cells, static_cast<std::int64_t>(land.weighted.size()));
    EXPECT_NEAR(*mean(sums), static_cast<double>(expected), 1e-14);
    EXPECT_NEAR(*variance(sums), static_cast<double>(square_sum / weight), 1e-12);
    std::ranges::sort(land.weighted);
    for (const double p : {0.05, 0.25, 0.5, 0.9}) {
        long double below = 0;
        std::size_t i = 0;
        while (below <= p * weight) below += land.weighted[i++].second;
        EXPECT_EQ(quantile(sums, p), double{land.weighted[i - 1].first}) << p;
    }
}

TEST(Zonal, AnyTilesInAnyOrderGiveTheSameBits) {
    const Land land;
    const auto bytes = [&](int tile, bool reverse) {
        const auto sums = land.sums(tile, reverse);
        std::string text;
        for (const auto& figure : {mean(sums), variance(sums), quantile(sums, 0.5), quantile(sums, 0.1)})
            text.append(reinterpret_cast<const char*>(&*figure), sizeof(double));
        return text + std::to_string(sums.weight) + " " + std::to_string(sums.cells);
    };
    for (const int tile : {1, 5, 16, 37}) EXPECT_EQ(bytes(tile, tile % 2 != 0), bytes(64, false)) << tile;
}

TEST(Zonal, SumsComeBackFromBytes) {
    const Land land;
    const auto sums = land.sums(16, false);
    std::string bytes;
    save(bytes, sums);
    std::string_view rest = bytes;
    const auto loaded = load_value_sums(rest);
    EXPECT_TRUE(rest.empty());
    EXPECT_EQ(mean(loaded), mean(sums));
    EXPECT_EQ(variance(loaded), variance(sums));
    EXPECT_EQ(loaded.values, sums.values);
    std::string_view cut = std::string_view(bytes).substr(0, 40);
    EXPECT_THROW((void)load_value_sums(cut), DataError);
}

TEST(Zonal, LinesAndPointsWeighByTheirShare) {
    const Coverage line{{}, {{0, 0, 0.25}, {0, 1, 0.75}}, false, CoverageStatus::ok};
    const auto tile = whole(Plane<double>(1, 2, 400));
    ValueSums sums;
    add_values(sums, line, matrix<float>({{2, 6}}), tile, CellWeight::share, false);
    EXPECT_EQ(mean(sums), 5.0);
    EXPECT_EQ(static_cast<double>(sums.weight) * share_weight, 1.0);
    ClassAreas codes;
    add_codes(codes, 3, line, matrix<std::int32_t>({{1, 2}}), tile, CellWeight::share);
    EXPECT_EQ(static_cast<double>(codes.at({3, 2}).units()) * share_weight, 0.75);
}

}  // namespace
}  // namespace linmu

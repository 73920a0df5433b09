// SPDX-License-Identifier: MIT
#include "linmu/demo/office.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "index.hpp"
#include "linmu/core/random.hpp"

namespace linmu::demo {
namespace {

/// Seeds of one village that touch `first` through free ones, nearest first, up to a number.
std::vector<std::int32_t> grown(std::int32_t first, int most, int side, const std::vector<Seed>& seeds,
                                std::vector<bool>& free) {
    std::vector<std::int32_t> block{first};
    free[index(first)] = false;
    for (std::size_t at = 0; at < block.size(); ++at) {
        for (const int step : {-1, 1, -side, side}) {
            const auto next = block[at] + step;
            if (static_cast<int>(block.size()) >= most) return block;
            if (next < 0 || index(next) >= seeds.size() || !free[index(next)]) continue;
            if (seeds[index(next)].village != seeds[index(first)].village) continue;
            if (std::abs(next % side - block[at] % side) > 1) continue;
            free[index(next)] = false;
            block.push_back(next);
        }
    }
    return block;
}

}  // namespace

std::vector<std::vector<std::int32_t>> blocks_of(const Landscape& landscape, const BlockWish& wish) {
    const auto& seeds = landscape.seeds();
    const int side = static_cast<int>(std::lround(std::sqrt(static_cast<double>(seeds.size()))));
    std::vector<bool> free(seeds.size());
    for (std::size_t i = 0; i < seeds.size(); ++i)
        free[i] = seeds[i].village >= 0 && wish.fits(seeds[i], landscape.units()[index(seeds[i].unit)]);
    std::vector<std::int32_t> order(seeds.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, {},
                      [&](std::int32_t i) { return std::pair(random_bits(seeds[index(i)].hash, wish.salt), i); });
    std::vector<std::vector<std::int32_t>> blocks;
    for (const auto i : order) {
        if (static_cast<int>(blocks.size()) == wish.count) break;
        if (free[index(i)]) blocks.push_back(grown(i, wish.seeds_each, side, seeds, free));
    }
    return blocks;
}

Table indicator_truth(const std::vector<IndicatorTruth>& truth) {
    Table table{{"indicators",
                 "指标真值",
                 {{"indicator", FieldType::text, "", "指标"},
                  {"zone", FieldType::text, "", "单位"},
                  {"value", FieldType::real, "", "真值"},
                  {"unit", FieldType::text, "", "计量单位"},
                  {"tolerance", FieldType::real, "", "容差"},
                  {"reason", FieldType::text, "", "容差理由"}}},
                {}};
    for (const auto& t : truth) table.rows.push_back({t.indicator, t.zone, t.value, t.unit, t.tolerance, t.reason});
    return table;
}

}  // namespace linmu::demo

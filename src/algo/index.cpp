// SPDX-License-Identifier: MIT
#include "linmu/algo/index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// Cells that are still in the cache when they are brought into the range.
constexpr std::size_t part_size = 16384;

}  // namespace

SpectralIndex::SpectralIndex(std::string_view formula, std::span<const std::string> bands, double low, double high)
    : expression_(Expression::compile(formula, bands)), low_(static_cast<float>(low)), high_(static_cast<float>(high)) {
    if (!(low < high))
        throw DataError(
            fmt::format("index '{}': the range {} to {} is empty; low must be below high", formula, low, high));
}

void SpectralIndex::apply(std::span<const std::span<const float>> bands, std::span<float> out) const {
    const float low = low_, high = high_;  // members might be among the cells, for all the compiler knows
    std::vector<std::span<const float>> parts(bands.size());
    for (std::size_t start = 0; start < out.size(); start += part_size) {
        const auto part = out.subspan(start, std::min(part_size, out.size() - start));
        for (std::size_t b = 0; b < bands.size(); ++b)
            parts[b] = bands[b].empty() ? bands[b] : bands[b].subspan(start, part.size());
        expression_.evaluate(parts, part);
        for (float& cell : part) cell = cell < low ? low : cell > high ? high : cell;
    }
}

}  // namespace linmu

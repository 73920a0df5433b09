// SPDX-License-Identifier: MIT
#include "linmu/algo/index.hpp"

#include <fmt/format.h>

#include "linmu/core/error.hpp"

namespace linmu {

SpectralIndex::SpectralIndex(std::string_view formula, std::span<const std::string> bands, double low, double high)
    : expression_(Expression::compile(formula, bands)), low_(static_cast<float>(low)), high_(static_cast<float>(high)) {
    if (!(low < high)) throw DataError(fmt::format("index '{}': the range {} to {} is empty; low must be below high", formula, low, high));
}

void SpectralIndex::apply(std::span<const std::span<const float>> bands, std::span<float> out) const {
    expression_.evaluate(bands, out);
    for (float& cell : out) cell = cell < low_ ? low_ : cell > high_ ? high_ : cell;
}

}  // namespace linmu

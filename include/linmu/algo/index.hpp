// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/algo/expression.hpp"

namespace linmu {

/// A spectral index: a formula over reflectances (not digital numbers), and the range to which values are clamped.
/// Unit 1. A cell without value in a band that the formula needs has none; so has one whose denominator
/// vanishes (see Expression). Safe for many threads.
class SpectralIndex {
public:
    /// Throws DataError when the formula is wrong, or low > high.
    SpectralIndex(std::string_view formula, std::span<const std::string> bands, double low, double high);

    /// One span of cells per band, in the order of `bands`; see Expression::evaluate.
    void apply(std::span<const std::span<const float>> bands, std::span<float> out) const;
    /// Bands that the formula needs.
    [[nodiscard]] const std::vector<std::string>& needs() const noexcept { return expression_.used(); }

private:
    Expression expression_;
    float low_;
    float high_;
};

}  // namespace linmu

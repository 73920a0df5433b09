// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <cstdint>

#include "linmu/core/random.hpp"

namespace linmu::test {

/// A picture that is known between its cells: fields of one brightness each with soft borders, so that a shift needs no
/// resampling. `season` changes each field's brightness.
class Land {
public:
    explicit Land(std::uint64_t season) : season_(season) {}
    [[nodiscard]] double at(double row, double col) const {
        double sum = 0, weights = 0;
        const int r = static_cast<int>(std::floor(row / size)), c = static_cast<int>(std::floor(col / size));
        for (int i = r - 1; i <= r + 1; ++i) {
            for (int k = c - 1; k <= c + 1; ++k) {
                const auto a = static_cast<std::uint64_t>(i + 100), b = static_cast<std::uint64_t>(k + 100);
                const double y = row - size * (i + random_unit(1, a, b)), x = col - size * (k + random_unit(2, a, b));
                const double weight = std::exp(-0.15 * (x * x + y * y));
                sum += weight * (random_unit(3, a, b) + 0.6 * random_unit(season_ + 4, a, b));
                weights += weight;
            }
        }
        return sum / weights;
    }

private:
    static constexpr double size = 7;
    std::uint64_t season_;
};

}  // namespace linmu::test

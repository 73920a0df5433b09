// SPDX-License-Identifier: MIT
#include "linmu/core/random.hpp"

#include <cmath>
#include <numbers>

namespace linmu {

double random_normal(std::uint64_t seed, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    const double u = 1.0 - random_unit(seed, a, b, c);
    const double v = random_unit(seed ^ 0x5851f42d4c957f2dULL, a, b, c);
    return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v);
}

}  // namespace linmu

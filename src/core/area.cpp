// SPDX-License-Identifier: MIT
#include "linmu/core/area.hpp"

#include <fmt/format.h>

#include <cmath>

#include "linmu/core/error.hpp"

namespace linmu {

Area Area::from_m2(double m2) {
    if (!(std::abs(m2) < 9.2e14)) throw DataError(fmt::format("{} m2 is no area of land", m2));
    return Area{std::llround(m2 * 1e4)};
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <limits>

namespace linmu {

/// What a cell of a real band and of a code band holds where nothing is known.
inline constexpr float no_value = std::numeric_limits<float>::quiet_NaN();
inline constexpr std::int32_t no_code = std::numeric_limits<std::int32_t>::min();

}  // namespace linmu

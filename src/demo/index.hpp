// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

namespace linmu::demo {

/// Numbers of seeds, units and villages are signed, as -1 is none; positions in lists are not. REQUIRES i >= 0.
inline std::size_t index(int i) { return static_cast<std::size_t>(i); }

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <functional>

namespace linmu {

/// Does `work(i)` for each i in [0, count), by as many threads as its owner has. What work(i) finds goes into the i-th
/// place of something, so that the result can't depend on the threads.
using ParallelFor = std::function<void(std::size_t count, const std::function<void(std::size_t)>& work)>;

/// One after another.
inline void in_turn(std::size_t count, const std::function<void(std::size_t)>& work) {
    for (std::size_t i = 0; i < count; ++i) work(i);
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <functional>
#include <memory>
#include <utility>

namespace linmu {

/// How many threads work, and how many items may be under way at once (the bound of memory).
struct ExecLimits {
    int threads = 1;
    int tokens = 2;
};

/// As many as asked for, at most the hardware's; 0 asks for all.
[[nodiscard]] int usable_threads(int asked);

namespace detail {
using Erased = std::shared_ptr<void>;
void for_each_erased(std::size_t first, std::size_t last, const ExecLimits& limits,
                     const std::function<Erased(std::size_t)>& work,
                     const std::function<void(std::size_t, Erased)>& absorb);
}  // namespace detail

/// `work(i)` for i in [first, last) by many threads; `absorb(i, result)` by one at a time, in ascending order of i,
/// so that a result can't depend on the number of threads. The first exception ends it all and is rethrown.
/// No nested use: one level of parallelism.
template <class Work, class Absorb>
void for_each_in_order(std::size_t first, std::size_t last, const ExecLimits& limits, Work&& work, Absorb&& absorb) {
    using Result = decltype(work(first));
    detail::for_each_erased(
        first, last, limits, [&](std::size_t i) -> detail::Erased { return std::make_shared<Result>(work(i)); },
        [&](std::size_t i, const detail::Erased& result) {
            absorb(i, std::move(*std::static_pointer_cast<Result>(result)));
        });
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/exec/tiles.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace linmu {

int usable_threads(int asked) {
    const int hardware = oneapi::tbb::info::default_concurrency();
    return asked <= 0 ? hardware : std::min(asked, hardware);
}

namespace detail {

void for_each_erased(std::size_t first, std::size_t last, const ExecLimits& limits,
                     const std::function<Erased(std::size_t)>& work,
                     const std::function<void(std::size_t, Erased)>& absorb) {
    namespace tbb = oneapi::tbb;
    const auto tokens = static_cast<std::size_t>(std::max(1, limits.tokens));
    // Items under way are consecutive and at most `tokens`, so a ring holds them. It is ours and not the pipeline's,
    // which forgets what waits for its turn when an exception ends it.
    std::vector<Erased> under_way(tokens);
    std::size_t next = first;
    const auto take = [&](tbb::flow_control& control) {
        if (next == last) control.stop();
        return next == last ? last : next++;
    };
    const auto run = [&](std::size_t i) {
        if (i != last) under_way[i % tokens] = work(i);
        return i;
    };
    const auto put = [&](std::size_t i) { absorb(i, std::exchange(under_way[i % tokens], nullptr)); };
    tbb::task_arena arena(usable_threads(limits.threads));
    arena.execute([&] {
        tbb::parallel_pipeline(tokens, tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order, take) &
                                           tbb::make_filter<std::size_t, std::size_t>(tbb::filter_mode::parallel, run) &
                                           tbb::make_filter<std::size_t, void>(tbb::filter_mode::serial_in_order, put));
    });
}

}  // namespace detail
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/exec/tiles.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>

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
    struct Item {
        std::size_t index;
        Erased result;
    };
    const int threads = usable_threads(limits.threads);
    tbb::task_arena arena(threads);
    std::size_t next = first;
    const auto take = [&](tbb::flow_control& control) {
        if (next == last) control.stop();
        return next == last ? last : next++;
    };
    const auto run = [&](std::size_t i) { return i == last ? Item{i, nullptr} : Item{i, work(i)}; };
    const auto put = [&](Item item) { absorb(item.index, std::move(item.result)); };
    arena.execute([&] {
        tbb::parallel_pipeline(static_cast<std::size_t>(std::max(1, limits.tokens)),
                               tbb::make_filter<void, std::size_t>(tbb::filter_mode::serial_in_order, take) &
                                   tbb::make_filter<std::size_t, Item>(tbb::filter_mode::parallel, run) &
                                   tbb::make_filter<Item, void>(tbb::filter_mode::serial_in_order, put));
    });
}

}  // namespace detail
}  // namespace linmu

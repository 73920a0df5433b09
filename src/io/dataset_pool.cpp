// SPDX-License-Identifier: MIT
#include "dataset_pool.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>

namespace linmu {
namespace {

/// Idle datasets of all pools: a season of scenes has more files than a process may have open.
std::atomic<long> idle_count{0};

long most_idle() {
    static const long most = [] {
        rlimit limit{};
        if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 128L;
        return std::clamp(static_cast<long>(std::min<rlim_t>(limit.rlim_cur, 8192)) / 2, 16L, 4096L);
    }();
    return most;
}

}  // namespace

ReadRoom& read_room() {
    thread_local ReadRoom room;
    return room;
}

DatasetPool::~DatasetPool() { idle_count -= static_cast<long>(idle_.size()); }

DatasetPool::Lease DatasetPool::lease() {
    {
        const std::lock_guard lock(mutex_);
        if (!idle_.empty()) {
            auto raster = std::move(idle_.back());
            idle_.pop_back();
            --idle_count;
            return {*this, std::move(raster)};
        }
    }
    return {*this, open_()};
}

void DatasetPool::give_back(std::unique_ptr<OpenRaster> raster) noexcept {
    if (!raster) return;
    if (idle_count.fetch_add(1) >= most_idle()) {
        --idle_count;
        return;
    }
    const std::lock_guard lock(mutex_);
    try {
        idle_.push_back(std::move(raster));
    } catch (const std::bad_alloc&) {
        --idle_count;
    }
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linmu/geo/crs.hpp"

namespace linmu {

/// Transforms for many threads: each takes one out while it works.
class TransformPool {
public:
    TransformPool(std::string_view from, std::string_view to) : from_(from), to_(to) { free_.emplace_back(from, to); }

    void apply(std::span<Point> points) const {
        auto mine = take();
        mine.apply(points);
        const std::scoped_lock lock(mutex_);
        free_.push_back(std::move(mine));
    }

private:
    [[nodiscard]] Transform take() const {
        {
            const std::scoped_lock lock(mutex_);
            if (!free_.empty()) {
                Transform last = std::move(free_.back());
                free_.pop_back();
                return last;
            }
        }
        return Transform(from_, to_);
    }
    std::string from_, to_;
    mutable std::mutex mutex_;
    mutable std::vector<Transform> free_;
};

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <numeric>

#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

constexpr std::size_t fan = 16;

Box around(std::span<const Box> boxes) {
    Box all = boxes.front();
    for (const auto& box : boxes) {
        all.add({box.xmin, box.ymin});
        all.add({box.xmax, box.ymax});
    }
    return all;
}

/// Sort-tile-recursive order (Leutenegger, Lopez, Edgington 1997): slices by x, within each by y.
std::vector<std::size_t> packed_order(std::span<const Box> boxes) {
    struct Keyed {
        double key;
        std::size_t box;
    };
    std::vector<Keyed> keyed;
    keyed.reserve(boxes.size());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        if (!boxes[i].empty()) keyed.push_back({boxes[i].xmin + boxes[i].xmax, i});
    }
    std::ranges::stable_sort(keyed, {}, &Keyed::key);
    for (auto& k : keyed) k.key = boxes[k.box].ymin + boxes[k.box].ymax;
    const auto leaves = (keyed.size() + fan - 1) / fan;
    const auto slice = fan * static_cast<std::size_t>(std::ceil(std::sqrt(static_cast<double>(leaves))));
    for (std::size_t i = 0; i < keyed.size(); i += slice) {
        std::ranges::stable_sort(std::span(keyed).subspan(i, std::min(slice, keyed.size() - i)), {}, &Keyed::key);
    }
    std::vector<std::size_t> order;
    order.reserve(keyed.size());
    for (const auto& k : keyed) order.push_back(k.box);
    return order;
}

}  // namespace

/// Level 0 holds the boxes in packed order; a box of each next level is around `fan` of the one before.
struct BoxIndex::Impl {
    std::vector<std::size_t> order;
    std::vector<std::vector<Box>> levels;

    void collect(std::size_t level, std::size_t first, const Box& box, std::vector<std::size_t>& found) const {
        const auto& boxes = levels[level];
        for (std::size_t i = first; i < std::min(first + fan, boxes.size()); ++i) {
            if (!touch(boxes[i], box)) continue;
            if (level == 0) {
                found.push_back(order[i]);
            } else {
                collect(level - 1, i * fan, box, found);
            }
        }
    }
};

BoxIndex::BoxIndex(std::span<const Box> boxes) : impl_(std::make_unique<Impl>()) {
    impl_->order = packed_order(boxes);
    std::vector<Box> level;
    for (const auto i : impl_->order) level.push_back(boxes[i]);
    while (level.size() > fan) {
        std::vector<Box> above;
        for (std::size_t i = 0; i < level.size(); i += fan) {
            above.push_back(around(std::span(level).subspan(i, std::min(fan, level.size() - i))));
        }
        impl_->levels.push_back(std::move(level));
        level = std::move(above);
    }
    impl_->levels.push_back(std::move(level));
}
BoxIndex::~BoxIndex() = default;
BoxIndex::BoxIndex(BoxIndex&&) noexcept = default;
BoxIndex& BoxIndex::operator=(BoxIndex&&) noexcept = default;

std::vector<std::size_t> BoxIndex::touching(const Box& box) const {
    std::vector<std::size_t> found;
    if (!box.empty()) impl_->collect(impl_->levels.size() - 1, 0, box, found);
    std::ranges::sort(found);
    return found;
}

}  // namespace linmu

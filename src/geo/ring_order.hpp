// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstddef>

#include "linmu/core/geometry.hpp"

namespace linmu {

inline bool before(const Point& a, const Point& b) noexcept { return a.x < b.x || (a.x == b.x && a.y < b.y); }

/// The vertices of a ring from the westernmost one on, so that no sum over them hangs on where a file begins the ring.
class RingOrder {
public:
    /// REQUIRES a vertex at least.
    RingOrder(const Ring& ring, bool backward) : ring_(ring), backward_(backward) {
        first_ = static_cast<std::size_t>(std::min_element(ring.begin(), ring.end(), before) - ring.begin());
    }
    /// Onward to whichever neighbour of the first vertex is before the other: nor which way round the file goes.
    explicit RingOrder(const Ring& ring) : RingOrder(ring, false) {
        backward_ = before(ring[wrapped(first_ + ring.size() - 1)], ring[wrapped(first_ + 1)]);
    }
    [[nodiscard]] const Point& operator[](std::size_t i) const noexcept {
        return ring_[wrapped(backward_ ? first_ + ring_.size() - i : first_ + i)];
    }

private:
    [[nodiscard]] std::size_t wrapped(std::size_t i) const noexcept { return i < ring_.size() ? i : i - ring_.size(); }

    const Ring& ring_;
    std::size_t first_ = 0;
    bool backward_;
};

}  // namespace linmu

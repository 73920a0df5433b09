// SPDX-License-Identifier: MIT
#include "arc_simplify.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <queue>
#include <tuple>
#include <utility>

namespace linmu {
namespace {

using Corners = std::vector<GridCorner>;

auto place_of(const GridCorner& c) { return std::pair{c.row, c.col}; }

/// Twice the signed area of a triangle.
std::int64_t turn(const GridCorner& a, const GridCorner& b, const GridCorner& c) {
    return std::int64_t{b.col - a.col} * (c.row - a.row) - std::int64_t{c.col - a.col} * (b.row - a.row);
}

bool in_triangle(const GridCorner& p, const GridCorner& a, const GridCorner& b, const GridCorner& c) {
    const auto x = turn(a, b, p), y = turn(b, c, p), z = turn(c, a, p);
    return (x >= 0 && y >= 0 && z >= 0) || (x <= 0 && y <= 0 && z <= 0);
}

/// Columns of the row between two corners' line: where the edge a-b passes the row. Rounded outward.
void widen(const GridCorner& a, const GridCorner& b, std::int32_t row, std::int32_t& low, std::int32_t& high) {
    if (row < std::min(a.row, b.row) || row > std::max(a.row, b.row)) return;
    if (a.row == b.row) {
        low = std::min({low, a.col, b.col});
        high = std::max({high, a.col, b.col});
        return;
    }
    const double col = a.col + static_cast<double>(b.col - a.col) * (row - a.row) / (b.row - a.row);
    low = std::min(low, static_cast<std::int32_t>(std::floor(col)));
    high = std::max(high, static_cast<std::int32_t>(std::ceil(col)));
}

/// One arc: an open one keeps its two ends, a closed one has none (its first corner follows its last).
class Arc {
public:
    Arc(Corners corners, bool closed, const CornerMap& map) : corners_(std::move(corners)), map_(map), closed_(closed) {
        const std::size_t n = corners_.size();
        before_.resize(n);
        after_.resize(n);
        for (std::size_t i = 0; i < n; ++i) {
            before_[i] = i == 0 ? n - 1 : i - 1;
            after_[i] = i + 1 == n ? 0 : i + 1;
        }
        gone_.assign(n, false);
    }

    Corners simplified(double least_area) {
        const std::size_t fewest = closed_ ? 3 : corners_.front().same_place(corners_.back()) ? 4 : 3;
        for (std::size_t i = first_inner(); i < end_inner(); ++i) weigh(i);
        std::size_t left = corners_.size();
        while (!waiting_.empty() && left > fewest) {
            const auto [area, i, version] = waiting_.top();
            if (static_cast<double>(area) >= 2 * least_area) break;
            waiting_.pop();
            if (gone_[i] || version != version_of(i) || !is_free(i)) continue;
            gone_[i] = true;
            --left;
            after_[before_[i]] = after_[i];
            before_[after_[i]] = before_[i];
            for (const auto k : {before_[i], after_[i]})
                if (k >= first_inner() && k < end_inner()) weigh(k);
        }
        Corners out;
        for (std::size_t i = 0; i < corners_.size(); ++i)
            if (!gone_[i]) out.push_back(corners_[i]);
        return out;
    }

private:
    using Waiting = std::tuple<std::int64_t, std::size_t, std::size_t>;  // twice the area, corner, its neighbours

    [[nodiscard]] std::size_t first_inner() const { return closed_ ? 0 : 1; }
    [[nodiscard]] std::size_t end_inner() const { return corners_.size() - (closed_ ? 0 : 1); }
    [[nodiscard]] std::size_t version_of(std::size_t i) const { return before_[i] * corners_.size() + after_[i]; }

    void weigh(std::size_t i) {
        const auto area = std::abs(turn(corners_[before_[i]], corners_[i], corners_[after_[i]]));
        waiting_.emplace(area, i, version_of(i));
    }

    /// Is there nothing in the corner's triangle that its new edge could run into?
    [[nodiscard]] bool is_free(std::size_t i) {
        const auto &a = corners_[before_[i]], &b = corners_[i], &c = corners_[after_[i]];
        for (auto row = std::min({a.row, b.row, c.row}); row <= std::max({a.row, b.row, c.row}); ++row) {
            std::int32_t low = std::max({a.col, b.col, c.col}), high = std::min({a.col, b.col, c.col});
            widen(a, b, row, low, high);
            widen(b, c, row, low, high);
            widen(c, a, row, low, high);
            for (auto col = low; col <= high; ++col)
                if (map_.has(row, col) && blocks({col, row, false}, a, b, c)) return false;
        }
        return true;
    }

    [[nodiscard]] bool blocks(const GridCorner& p, const GridCorner& a, const GridCorner& b, const GridCorner& c) {
        if (p.same_place(a) || p.same_place(b) || p.same_place(c) || !in_triangle(p, a, b, c)) return false;
        const auto own = position_of(p);
        return own == corners_.size() || !gone_[own];
    }

    /// Of the arc's corner at this place; the number of corners: it has none there.
    [[nodiscard]] std::size_t position_of(const GridCorner& p) {
        if (by_place_.empty()) {
            for (std::size_t i = 0; i < corners_.size(); ++i) by_place_.emplace_back(place_of(corners_[i]), i);
            std::ranges::sort(by_place_);
        }
        const auto found = std::ranges::lower_bound(by_place_, place_of(p), {}, [](const auto& e) { return e.first; });
        return found == by_place_.end() || found->first != place_of(p) ? corners_.size() : found->second;
    }

    Corners corners_;
    const CornerMap& map_;
    bool closed_;
    std::vector<std::size_t> before_, after_;
    std::vector<bool> gone_;
    std::vector<std::pair<std::pair<std::int32_t, std::int32_t>, std::size_t>> by_place_;
    std::priority_queue<Waiting, std::vector<Waiting>, std::greater<>> waiting_;
};

bool goes_forward(const Corners& arc) {
    for (std::size_t i = 0, k = arc.size() - 1; i < k; ++i, --k) {
        if (!arc[i].same_place(arc[k])) return place_of(arc[i]) < place_of(arc[k]);
    }
    return true;
}

/// From node to node, both included. Walked the same way by both sides.
Corners simplified_arc(Corners arc, double least_area, const CornerMap& map) {
    if (arc.size() < 4) return arc;
    const bool forward = goes_forward(arc);
    if (!forward) std::ranges::reverse(arc);
    Corners out = Arc(std::move(arc), false, map).simplified(least_area);
    if (!forward) std::ranges::reverse(out);
    return out;
}

/// A ring that no other boundary meets: it starts at its first corner from the north-west.
Corners simplified_island(Corners ring, double least_area, const CornerMap& map) {
    std::ranges::rotate(ring, std::ranges::min_element(ring, {}, place_of));
    const bool forward = place_of(ring[1]) < place_of(ring.back());
    if (!forward) std::reverse(ring.begin() + 1, ring.end());
    Corners out = Arc(std::move(ring), true, map).simplified(least_area);
    if (!forward) std::ranges::reverse(out);
    return out;
}

}  // namespace

std::vector<GridCorner> simplified_ring(std::span<const GridCorner> ring, double least_area, const CornerMap& corners) {
    const auto node = std::ranges::find(ring, true, &GridCorner::node);
    if (node == ring.end()) return simplified_island({ring.begin(), ring.end()}, least_area, corners);
    Corners turned(node, ring.end());
    turned.insert(turned.end(), ring.begin(), node);
    turned.push_back(*node);
    Corners out;
    for (auto from = turned.begin(); from + 1 != turned.end();) {
        const auto to = std::find_if(from + 1, turned.end(), [](const GridCorner& c) { return c.node; });
        const auto arc = simplified_arc({from, to + 1}, least_area, corners);
        out.insert(out.end(), arc.begin(), arc.end() - 1);
        from = to;
    }
    return out;
}

}  // namespace linmu

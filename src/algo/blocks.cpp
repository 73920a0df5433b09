// SPDX-License-Identifier: MIT
#include "linmu/algo/blocks.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace linmu {
namespace {

constexpr std::size_t group_size = 8;    // of OverlayShape::groups
constexpr double most_turn = 0.0871557;  // sin 5 degrees

Box grown(Box box, double by) {
    box.xmin -= by;
    box.ymin -= by;
    box.xmax += by;
    box.ymax += by;
    return box;
}

Box box_of(const OverlayShape::Edge& e) {
    return {std::min(e.from.x, e.to.x), std::min(e.from.y, e.to.y), std::max(e.from.x, e.to.x),
            std::max(e.from.y, e.to.y)};
}

/// The part of edge `a` beside which `b` lies within `gap`: `b` in the frame of `a`, cut to the strip along it.
double beside(const OverlayShape::Edge& a, const OverlayShape::Edge& b, double gap) {
    const double ax = a.to.x - a.from.x;
    const double ay = a.to.y - a.from.y;
    const double length = std::hypot(ax, ay);
    if (length == 0) return 0;
    const auto along = [&](const Point& p) { return ((p.x - a.from.x) * ax + (p.y - a.from.y) * ay) / length; };
    const auto across = [&](const Point& p) { return ((p.y - a.from.y) * ax - (p.x - a.from.x) * ay) / length; };
    const double s0 = along(b.from);
    const double s1 = along(b.to);
    const double d0 = across(b.from);
    const double d1 = across(b.to);
    if (std::abs(d1 - d0) > most_turn * std::hypot(s1 - s0, d1 - d0)) return 0;
    double t0 = 0;
    double t1 = 1;
    if (d0 != d1) {
        const double in = (-gap - d0) / (d1 - d0);
        const double out = (gap - d0) / (d1 - d0);
        t0 = std::max(t0, std::min(in, out));
        t1 = std::min(t1, std::max(in, out));
    } else if (std::abs(d0) > gap) {
        return 0;
    }
    if (t0 >= t1) return 0;
    const double u0 = s0 + t0 * (s1 - s0);
    const double u1 = s0 + t1 * (s1 - s0);
    return std::max(0.0, std::min(length, std::max(u0, u1)) - std::max(0.0, std::min(u0, u1)));
}

/// Sets that grow together; the smallest member names the set, so that the order of joining does not matter.
class Groups {
public:
    explicit Groups(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
    std::size_t root(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    void join(std::size_t a, std::size_t b) {
        const auto first = root(a);
        const auto second = root(b);
        parent_[std::max(first, second)] = std::min(first, second);
    }

private:
    std::vector<std::size_t> parent_;
};

}  // namespace

double common_border(const OverlayShape& a, const OverlayShape& b, double gap) {
    double sum = 0;
    const Box reach = grown(b.box, gap);
    for (const auto& edge : a.edges) {
        const Box box = grown(box_of(edge), gap);
        if (!touch(box, reach)) continue;
        for (std::size_t g = 0; g < b.groups.size(); ++g) {
            if (!touch(box, b.groups[g])) continue;
            const auto end = std::min(b.edges.size(), (g + 1) * group_size);
            for (std::size_t k = g * group_size; k < end; ++k) sum += beside(edge, b.edges[k], gap);
        }
    }
    return sum;
}

std::vector<std::int32_t> touching_blocks(const OverlayLayer& layer, const TouchRule& rule,
                                          const ParallelFor& parallel) {
    constexpr std::size_t chunk = 256;
    std::vector<std::vector<std::size_t>> neighbours(layer.size());
    parallel((layer.size() + chunk - 1) / chunk, [&](std::size_t c) {
        for (std::size_t i = c * chunk; i < std::min(layer.size(), (c + 1) * chunk); ++i) {
            if (layer.shape(i).edges.empty()) continue;
            for (const auto k : layer.touching(grown(layer.shape(i).box, rule.gap))) {
                if (k > i && common_border(layer.shape(i), layer.shape(k), rule.gap) >= rule.least_border)
                    neighbours[i].push_back(k);
            }
        }
    });
    Groups groups(layer.size());
    for (std::size_t i = 0; i < neighbours.size(); ++i) {
        for (const auto k : neighbours[i]) groups.join(i, k);
    }
    std::vector<std::int32_t> blocks(layer.size(), -1);
    std::int32_t count = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const auto first = groups.root(i);
        blocks[i] = first == i ? count++ : blocks[first];
    }
    return blocks;
}

}  // namespace linmu

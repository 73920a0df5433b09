// SPDX-License-Identifier: MIT
// The boundary of what two shapes share.
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "linmu/geo/overlay.hpp"
#include "overlay_boxes.hpp"

namespace linmu {
namespace {

/// A shape as far as the boundary of what it shares with another has to do with it.
class Outline {
public:
    struct Near {
        OverlayShape::Edge edge;
        Box box;
    };

    /// `box`: the common one, and as much around it as positions are not told apart. Noise in the coordinates of a border
    /// that two shapes share must not put an edge of it outside.
    void take(const OverlayShape& shape, const Box& box) {
        box_ = box;
        near_.clear();
        above_.clear();
        for (std::size_t g = 0; g < shape.groups.size(); ++g) {
            const auto& bounds = shape.groups[g];
            if (beside_or_below(bounds, box)) continue;
            const auto first = g * group_size;
            const auto end = std::min(first + group_size, shape.edges.size());
            if (shape.one_ring && bounds.ymin > box.ymax) {
                add_above(shape.edges[first].from, shape.edges[end - 1].to);
                continue;
            }
            for (std::size_t i = first; i < end; ++i) add(shape.edges[i]);
        }
    }

    [[nodiscard]] const std::vector<Near>& near() const noexcept { return near_; }

    /// By the edges above the point, each of which has the inside below it or above it.
    [[nodiscard]] bool holds(const Point& p) const noexcept {
        if (p.x < box_.xmin || p.x > box_.xmax || p.y < box_.ymin || p.y > box_.ymax) return false;
        int sum = 0;
        for (const auto& edge : above_) {
            const bool over = (edge.l <= p.x) & (p.x < edge.r) & (p.y < edge.height + edge.slope * (p.x - edge.l));
            sum += over ? edge.turn : 0;
        }
        return sum > 0;
    }

private:
    struct Above {
        double l, r, height, slope;
        int turn;  ///< 1 where the inside is below, else -1
    };

    void add(const OverlayShape::Edge& e) {
        const Box own = box_of(e);
        if (beside_or_below(own, box_)) return;
        add_above(e.from, e.to);
        if (own.ymin <= box_.ymax) near_.push_back({e, own});
    }
    void add_above(const Point& from, const Point& to) {
        if (from.x == to.x) return;
        const bool leftward = from.x > to.x;
        const Point& left = leftward ? to : from;
        const Point& right = leftward ? from : to;
        above_.push_back({left.x, right.x, left.y, (right.y - left.y) / (right.x - left.x), leftward ? 1 : -1});
    }

    Box box_;
    std::vector<Near> near_;
    std::vector<Above> above_;
};

Box grown(const Box& box, double by) { return {box.xmin - by, box.ymin - by, box.xmax + by, box.ymax + by}; }
double cross(const Point& a, const Point& b) { return a.x * b.y - a.y * b.x; }
double dot(const Point& a, const Point& b) { return a.x * b.x + a.y * b.y; }
Point between(const Point& from, const Point& to) { return {to.x - from.x, to.y - from.y}; }

/// Where edges of the other shape cross this one, or end near it, as shares of its length. Near is ten times as far as
/// positions are told apart: along what lies so near it must be asked from vertex to vertex on which side it lies.
void cuts_of(const Outline::Near& e, double length, const Outline& other, double aside, std::vector<double>& out) {
    out.assign({0.0, 1.0});
    const Point along = between(e.edge.from, e.edge.to);
    const double square = length * length;
    const double near = 10 * aside;
    const double at_it = near * length;
    const Box around = grown(e.box, near);
    const auto cut = [&](double share) {
        if (share > 0 && share < 1) out.push_back(share);
    };
    for (const auto& o : other.near()) {
        if (!touch(around, o.box)) continue;
        const Point from = between(e.edge.from, o.edge.from);
        const Point to = between(e.edge.from, o.edge.to);
        const double f = cross(along, from);
        const double t = cross(along, to);
        const bool from_at_it = std::abs(f) <= at_it;
        const bool to_at_it = std::abs(t) <= at_it;
        const bool crosses = (f < 0) != (t < 0);
        if (!from_at_it && !to_at_it && !crosses) continue;
        const double share_from = dot(along, from) / square;
        const double share_to = dot(along, to) / square;
        if (from_at_it) cut(share_from);
        if (to_at_it) cut(share_to);
        if (crosses) cut(share_from + (share_to - share_from) * f / (f - t));
    }
    if (out.size() > 2) std::ranges::sort(out);
}

/// Length of the edges of a shape whose points satisfy counts(left of them, right of them), in the common box.
template <class Counts>
double length_where(const Outline& shape, const Outline& other, double aside, Counts counts) {
    thread_local std::vector<double> cuts;
    double sum = 0;
    for (const auto& e : shape.near()) {
        const Point along = between(e.edge.from, e.edge.to);
        const double length = std::sqrt(dot(along, along));
        cuts_of(e, length, other, aside, cuts);
        const Point to_left{-along.y / length * aside, along.x / length * aside};
        double begin = 0;
        for (const double end : std::span(cuts).subspan(1)) {
            // Too short to have a middle that is told from its ends: it goes with the next one.
            if ((end - begin) * length <= aside) continue;
            const double middle = (begin + end) / 2;
            const Point p{e.edge.from.x + along.x * middle, e.edge.from.y + along.y * middle};
            if (counts(Point{p.x + to_left.x, p.y + to_left.y}, Point{p.x - to_left.x, p.y - to_left.y}))
                sum += (end - begin) * length;
            begin = end;
        }
    }
    return sum;
}

}  // namespace

double shared_perimeter(const OverlayShape& a, const OverlayShape& b, double grid) {
    const double aside = grid / 10;
    const Box box = grown(common_box(a.box, b.box), aside);
    if (!(box.xmin <= box.xmax && box.ymin <= box.ymax)) return 0;
    thread_local Outline of_a, of_b;
    of_a.take(a, box);
    of_b.take(b, box);
    // On a common edge only a's side speaks, so that it is not counted twice.
    return length_where(of_a, of_b, aside, [&](const Point& left, const Point&) { return of_b.holds(left); }) +
           length_where(of_b, of_a, aside,
                        [&](const Point& left, const Point& right) { return of_a.holds(left) && of_a.holds(right); });
}

}  // namespace linmu

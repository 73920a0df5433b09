// SPDX-License-Identifier: MIT
#include "linmu/geo/overlay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "geos_geometry.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

namespace linmu {
namespace {

constexpr double lattice = 5000;
constexpr double half_square = 100;
constexpr std::size_t group_size = 8;

/// The area on the ellipsoid of a square of 200 m, a square metre of it.
double scale_at(const Transform& to_lon_lat, double x, double y) {
    std::array<Point, 4> corners{{{x - half_square, y - half_square},
                                  {x + half_square, y - half_square},
                                  {x + half_square, y + half_square},
                                  {x - half_square, y + half_square}}};
    to_lon_lat.apply(corners);
    return std::abs(ring_area_m2(corners)) / (4 * half_square * half_square);
}

std::size_t nodes_over(double length) { return static_cast<std::size_t>(std::floor(length / lattice)) + 4; }

}  // namespace

AreaScale::AreaScale(std::string_view plane_crs, const Box& bounds) {
    if (bounds.empty()) throw DataError("a layer without coordinates has no area");
    x0_ = (std::floor(bounds.xmin / lattice) - 1) * lattice;
    y0_ = (std::floor(bounds.ymin / lattice) - 1) * lattice;
    cols_ = nodes_over(bounds.xmax - x0_);
    rows_ = nodes_over(bounds.ymax - y0_);
    const Transform to_lon_lat(plane_crs, "EPSG:4490");
    nodes_.reserve(cols_ * rows_);
    for (std::size_t r = 0; r < rows_; ++r) {
        for (std::size_t c = 0; c < cols_; ++c)
            nodes_.push_back(
                scale_at(to_lon_lat, x0_ + static_cast<double>(c) * lattice, y0_ + static_cast<double>(r) * lattice));
    }
}

AreaScale::Local AreaScale::near(double x, double y) const {
    const double col = std::clamp(std::round((x - x0_) / lattice), 1.0, static_cast<double>(cols_ - 2));
    const double row = std::clamp(std::floor((y - y0_) / lattice), 0.0, static_cast<double>(rows_ - 2));
    const double part = (y - y0_) / lattice - row;
    const auto* below = &nodes_[static_cast<std::size_t>(row) * cols_ + static_cast<std::size_t>(col) - 1];
    const auto* above = below + cols_;
    const auto node = [&](int i) { return below[i] + (above[i] - below[i]) * part; };
    const double left = node(0);
    const double middle = node(1);
    const double right = node(2);
    return {x0_ + col * lattice, middle, (right - left) / (2 * lattice),
            (right - 2 * middle + left) / (2 * lattice * lattice)};
}

namespace {

double twice_area(const Ring& ring) {
    double twice = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        twice += (ring[j].x - ring[0].x) * (ring[i].y - ring[0].y) - (ring[i].x - ring[0].x) * (ring[j].y - ring[0].y);
    }
    return twice;
}

std::uint64_t mixed(const Point& p) {
    // splitmix64 (Steele, Lea, Flood 2014), over both coordinates.
    std::uint64_t h = std::bit_cast<std::uint64_t>(p.x + 0.0) * 0x9E3779B97F4A7C15U ^
                      std::rotl(std::bit_cast<std::uint64_t>(p.y + 0.0), 31);
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9U;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBU;
    return h ^ (h >> 31);
}

void add_ring(const Ring& ring, bool anticlockwise, OverlayShape& out) {
    if (ring.size() < 3) return;
    const bool turn = (twice_area(ring) > 0) != anticlockwise;
    const auto first = static_cast<std::ptrdiff_t>(out.edges.size());
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        if (!std::isfinite(ring[i].x) || !std::isfinite(ring[i].y))
            throw DataError(fmt::format("a polygon has the vertex {}, {}, which is no place", ring[i].x, ring[i].y));
        out.vertices += mixed(ring[i]);
        if (ring[i] == ring[j]) continue;
        out.edges.push_back(turn ? OverlayShape::Edge{ring[i], ring[j]} : OverlayShape::Edge{ring[j], ring[i]});
        const double dx = ring[i].x - ring[j].x;
        const double dy = ring[i].y - ring[j].y;
        out.perimeter += std::sqrt(dx * dx + dy * dy);
    }
    if (turn) std::reverse(out.edges.begin() + first, out.edges.end());
}

Box box_of(const OverlayShape::Edge& e) {
    return {std::min(e.from.x, e.to.x), std::min(e.from.y, e.to.y), std::max(e.from.x, e.to.x),
            std::max(e.from.y, e.to.y)};
}

void add_groups(OverlayShape& shape) {
    shape.groups.reserve((shape.edges.size() + group_size - 1) / group_size);
    for (std::size_t i = 0; i < shape.edges.size(); i += group_size) {
        Box box;
        for (std::size_t k = i; k < std::min(i + group_size, shape.edges.size()); ++k) box.join(box_of(shape.edges[k]));
        shape.groups.push_back(box);
        shape.box.join(box);
    }
}

/// Sums of strips below pieces of edges: in the plane, and weighed by the scale.
class Strips {
public:
    Strips(const AreaScale::Local& scale, double x0) : scale_(scale) { scale_.x0 -= x0; }

    /// Below a line from (l, hl) to (r, hr).
    void add(double sign, double l, double hl, double r, double hr) noexcept {
        const double width = sign * (r - l);
        sum_.plane_m2 += width * (hl + hr) / 2;
        // Exact for a scale that is linear between l and r.
        sum_.m2 += width * (scale_.at(l) * (2 * hl + hr) + scale_.at(r) * (hl + 2 * hr)) / 6;
    }
    [[nodiscard]] const SharedArea& sum() const noexcept { return sum_; }

private:
    AreaScale::Local scale_;
    SharedArea sum_;
};

void measure(OverlayShape& shape, const AreaScale& scale) {
    const auto& box = shape.box;
    Strips strips(scale.near((box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2), box.xmin);
    for (const auto& e : shape.edges) {
        strips.add(-1, e.from.x - box.xmin, e.from.y - box.ymin, e.to.x - box.xmin, e.to.y - box.ymin);
    }
    shape.plane_m2 = strips.sum().plane_m2;
    shape.m2 = strips.sum().m2;
}

}  // namespace

OverlayShape overlay_shape(const Geometry& in_plane, const AreaScale& scale) {
    OverlayShape out;
    std::size_t count = 0;
    for (const auto& polygon : in_plane.polygons) {
        count += polygon.outer.size();
        for (const auto& hole : polygon.holes) count += hole.size();
    }
    out.edges.reserve(count);
    for (const auto& polygon : in_plane.polygons) {
        add_ring(polygon.outer, true, out);
        for (const auto& hole : polygon.holes) add_ring(hole, false, out);
    }
    if (out.edges.empty()) return out;
    out.one_ring = in_plane.polygons.size() == 1 && in_plane.polygons.front().holes.empty();
    add_groups(out);
    measure(out, scale);
    return out;
}

bool same_shape(const OverlayShape& a, const OverlayShape& b) {
    if (a.vertices != b.vertices || a.edges.size() != b.edges.size()) return false;
    const auto same_box =
        a.box.xmin == b.box.xmin && a.box.ymin == b.box.ymin && a.box.xmax == b.box.xmax && a.box.ymax == b.box.ymax;
    return same_box && std::abs(a.plane_m2 - b.plane_m2) <= 1e-9 * a.plane_m2;
}

namespace {

/// A part of an edge over [l, r], counted from the common box's corner, never below it.
struct Strip {
    double l, hl, r, hr;
    double slope, sign;

    [[nodiscard]] double height(double x) const noexcept {
        const double inner = hl + slope * (x - l);
        return x == l ? hl : x == r ? hr : inner;
    }
};

Box common_box(const Box& a, const Box& b) {
    return {std::max(a.xmin, b.xmin), std::max(a.ymin, b.ymin), std::min(a.xmax, b.xmax), std::min(a.ymax, b.ymax)};
}

/// What lies below the common box shares nothing; where an edge dips below it, it is cut there.
void add_strip(const OverlayShape::Edge& e, const Box& box, std::vector<Strip>& out) {
    const bool leftward = e.from.x > e.to.x;
    const Point& left = leftward ? e.to : e.from;
    const Point& right = leftward ? e.from : e.to;
    if (right.x <= box.xmin || left.x >= box.xmax || left.x == right.x) return;
    Strip s{left.x - box.xmin, left.y - box.ymin, right.x - box.xmin, right.y - box.ymin, 0, leftward ? 1.0 : -1.0};
    if (s.hl <= 0 && s.hr <= 0) return;
    const double slope = s.slope = (s.hr - s.hl) / (s.r - s.l);
    const double width = box.xmax - box.xmin;
    if (s.l < 0) {
        s.hl -= s.l * slope;
        s.l = 0;
    }
    if (s.r > width) {
        s.hr -= (s.r - width) * slope;
        s.r = width;
    }
    if (s.hl <= 0 && s.hr <= 0) return;
    if (s.hl < 0) {
        s.l = std::min(s.r, s.l - s.hl / slope);
        s.hl = 0;
    }
    if (s.hr < 0) {
        s.r = std::max(s.l, s.r - s.hr / slope);
        s.hr = 0;
    }
    if (s.l < s.r) out.push_back(s);
}

bool beside_or_below(const Box& part, const Box& box) {
    return part.xmax < box.xmin || part.xmin > box.xmax || part.ymax < box.ymin;
}

template <class Use>
void for_each_edge_in_columns(const OverlayShape& shape, const Box& box, Use use) {
    for (std::size_t g = 0; g < shape.groups.size(); ++g) {
        const auto& bounds = shape.groups[g];
        if (beside_or_below(bounds, box)) continue;
        const auto end = std::min((g + 1) * group_size, shape.edges.size());
        for (std::size_t i = g * group_size; i < end; ++i) use(shape.edges[i]);
    }
}

/// Edges that follow each other above the common box, as one at its upper edge: what they do on the way cancels, and the
/// other shape, whose top the upper edge is, has nothing above.
void add_roof(const Point& from, const Point& to, const Box& box, std::vector<Strip>& out) {
    const double a = std::clamp(from.x, box.xmin, box.xmax) - box.xmin;
    const double b = std::clamp(to.x, box.xmin, box.xmax) - box.xmin;
    const double height = box.ymax - box.ymin;
    if (a > b) out.push_back({b, height, a, height, 0, 1.0});
    if (a < b) out.push_back({a, height, b, height, 0, -1.0});
}

/// From left to right: the order of terms hangs on the two shapes only.
void collect_strips(const OverlayShape& shape, const Box& box, std::vector<Strip>& out) {
    out.clear();
    for (std::size_t g = 0; g < shape.groups.size(); ++g) {
        const auto& bounds = shape.groups[g];
        if (beside_or_below(bounds, box)) continue;
        const auto first = g * group_size;
        const auto end = std::min(first + group_size, shape.edges.size());
        if (shape.one_ring && bounds.ymin >= box.ymax) {
            add_roof(shape.edges[first].from, shape.edges[end - 1].to, box, out);
            continue;
        }
        for (std::size_t i = first; i < end; ++i) add_strip(shape.edges[i], box, out);
    }
    std::ranges::sort(out, [](const Strip& a, const Strip& b) { return a.l < b.l || (a.l == b.l && a.r < b.r); });
}

/// Of each strip, how far those up to it reach.
void collect_reaches(const std::vector<Strip>& strips, std::vector<double>& out) {
    out.clear();
    double reach = 0;
    for (const auto& s : strips) out.push_back(reach = std::max(reach, s.r));
}

/// The strip below both.
void add_lower(const Strip& a, const Strip& b, Strips& sum) {
    const double l = std::max(a.l, b.l);
    const double r = std::min(a.r, b.r);
    if (l >= r) return;
    const double al = a.height(l);
    const double ar = a.height(r);
    const double bl = b.height(l);
    const double br = b.height(r);
    const double sign = a.sign * b.sign;
    const double dl = al - bl;
    const double dr = ar - br;
    if ((dl < 0 && dr > 0) || (dl > 0 && dr < 0)) {
        const double t = dl / (dl - dr);
        const double x = l + (r - l) * t;
        const double h = al + (ar - al) * t;
        sum.add(sign, l, std::min(al, bl), x, h);
        sum.add(sign, x, h, r, std::min(ar, br));
    } else {
        sum.add(sign, l, std::min(al, bl), r, std::min(ar, br));
    }
}

}  // namespace

SharedArea shared_area(const OverlayShape& a, const OverlayShape& b, const AreaScale& scale) {
    const Box box = common_box(a.box, b.box);
    if (!(box.xmin < box.xmax && box.ymin < box.ymax)) return {};
    thread_local std::vector<Strip> of_a, of_b;
    thread_local std::vector<double> reach_of_b;
    collect_strips(a, box, of_a);
    if (of_a.empty()) return {};
    collect_strips(b, box, of_b);
    if (of_b.empty()) return {};
    collect_reaches(of_b, reach_of_b);
    Strips sum(scale.near((box.xmin + box.xmax) / 2, (box.ymin + box.ymax) / 2), box.xmin);
    std::size_t first = 0;
    for (const auto& s : of_a) {
        while (first < of_b.size() && reach_of_b[first] <= s.l) ++first;
        for (std::size_t k = first; k < of_b.size() && of_b[k].l < s.r; ++k) {
            if (of_b[k].r > s.l) add_lower(s, of_b[k], sum);
        }
    }
    return sum.sum().plane_m2 > 0 ? sum.sum() : SharedArea{};
}

namespace {

template <class Use>
void for_each_edge_near(const OverlayShape& shape, const Box& box, Use use) {
    for (std::size_t g = 0; g < shape.groups.size(); ++g) {
        if (!touch(shape.groups[g], box)) continue;
        const auto end = std::min((g + 1) * group_size, shape.edges.size());
        for (std::size_t i = g * group_size; i < end; ++i) use(shape.edges[i]);
    }
}

/// By the edges above the point: s = +1 where the inside is below.
bool inside(const OverlayShape& shape, const Point& p) {
    int sum = 0;
    for_each_edge_in_columns(shape, {p.x, p.y, p.x, p.y}, [&](const OverlayShape::Edge& e) {
        const bool leftward = e.from.x > e.to.x;
        const Point& left = leftward ? e.to : e.from;
        const Point& right = leftward ? e.from : e.to;
        if (!(left.x <= p.x && p.x < right.x)) return;
        if (p.y < left.y + (right.y - left.y) * (p.x - left.x) / (right.x - left.x)) sum += leftward ? 1 : -1;
    });
    return sum > 0;
}

/// Where other edges cross or end on this one, as shares of it.
void cuts_of(const OverlayShape::Edge& e, const OverlayShape& other, std::vector<double>& out) {
    out.assign({0.0, 1.0});
    const Box box = box_of(e);
    const double dx = e.to.x - e.from.x;
    const double dy = e.to.y - e.from.y;
    const double square = dx * dx + dy * dy;
    for_each_edge_near(other, box, [&](const OverlayShape::Edge& o) {
        if (!touch(box, box_of(o))) return;
        const double f = dx * (o.from.y - e.from.y) - dy * (o.from.x - e.from.x);
        const double t = dx * (o.to.y - e.from.y) - dy * (o.to.x - e.from.x);
        const double share_from = ((o.from.x - e.from.x) * dx + (o.from.y - e.from.y) * dy) / square;
        const double share_to = ((o.to.x - e.from.x) * dx + (o.to.y - e.from.y) * dy) / square;
        // Nearly parallel lines that lie together: their ends cut.
        if (std::abs(f - t) <= 1e-9 * square) {
            out.push_back(share_from);
            out.push_back(share_to);
        } else {
            out.push_back(share_from + (share_to - share_from) * f / (f - t));
        }
    });
    for (auto& share : out) share = std::clamp(share, 0.0, 1.0);
    std::ranges::sort(out);
}

/// Length of the edges of `shape` in the common box whose points satisfy `counts(left of them, right of them)`.
template <class Counts>
double length_where(const OverlayShape& shape, const OverlayShape& other, const Box& box, double aside, Counts counts) {
    thread_local std::vector<double> cuts;
    double sum = 0;
    for_each_edge_near(shape, box, [&](const OverlayShape::Edge& e) {
        if (!touch(box_of(e), box)) return;
        cuts_of(e, other, cuts);
        const double dx = e.to.x - e.from.x;
        const double dy = e.to.y - e.from.y;
        const double length = std::sqrt(dx * dx + dy * dy);
        const Point aside_of{-dy / length * aside, dx / length * aside};
        for (std::size_t i = 1; i < cuts.size(); ++i) {
            if ((cuts[i] - cuts[i - 1]) * length <= aside) continue;
            const double middle = (cuts[i] + cuts[i - 1]) / 2;
            const Point p{e.from.x + dx * middle, e.from.y + dy * middle};
            const Point left{p.x + aside_of.x, p.y + aside_of.y};
            const Point right{p.x - aside_of.x, p.y - aside_of.y};
            if (counts(left, right)) sum += (cuts[i] - cuts[i - 1]) * length;
        }
    });
    return sum;
}

}  // namespace

double shared_perimeter(const OverlayShape& a, const OverlayShape& b, double grid) {
    const Box box = common_box(a.box, b.box);
    if (!(box.xmin <= box.xmax && box.ymin <= box.ymax)) return 0;
    const double aside = grid / 10;
    // On a common edge only a's side speaks, so that it is not counted twice.
    return length_where(a, b, box, aside, [&](const Point& left, const Point&) { return inside(b, left); }) +
           length_where(b, a, box, aside,
                        [&](const Point& left, const Point& right) { return inside(a, left) && inside(a, right); });
}

namespace {

Geometry polygons_only(Geometry g) {
    g.lines.clear();
    g.points.clear();
    return g;
}

}  // namespace

Geometry common_part(const Geometry& a, const Geometry& b, double grid) {
    const auto first = to_geos(a);
    const auto second = to_geos(b);
    return polygons_only(from_geos(
        geos_checked(GEOSIntersectionPrec_r(geos(), first.get(), second.get(), grid), "two parcels can't be cut")));
}

Geometry part_outside(const Geometry& a, const Geometry& b, double grid) {
    if (b.polygons.empty()) return a;
    const auto first = to_geos(a);
    const auto second = to_geos(b);
    return polygons_only(from_geos(geos_checked(GEOSDifferencePrec_r(geos(), first.get(), second.get(), grid),
                                                "a parcel can't be cut by its neighbours")));
}

Geometry joined_parts(const std::vector<const Geometry*>& parts, double grid) {
    Geometry all;
    for (const auto* part : parts)
        all.polygons.insert(all.polygons.end(), part->polygons.begin(), part->polygons.end());
    if (all.polygons.empty()) return {};
    const auto together = to_geos(all);
    return polygons_only(
        from_geos(geos_checked(GEOSUnaryUnionPrec_r(geos(), together.get(), grid), "parcels can't be joined")));
}

}  // namespace linmu

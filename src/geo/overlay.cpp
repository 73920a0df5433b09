// SPDX-License-Identifier: MIT
#include "linmu/geo/overlay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <span>

#include "geos_geometry.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "overlay_boxes.hpp"
#include "ring_order.hpp"

namespace linmu {
namespace {

constexpr double lattice = 5000;
constexpr double half_square = 100;

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
    for (const auto& p : ring) {
        if (!std::isfinite(p.x) || !std::isfinite(p.y))
            throw DataError(fmt::format("a polygon has the vertex {}, {}, which is no place", p.x, p.y));
        out.vertices += mixed(p);
    }
    const RingOrder order(ring, (twice_area(ring) > 0) != anticlockwise);
    Point from = order[0];
    for (std::size_t i = 1; i <= ring.size(); ++i) {
        const Point to = order[i == ring.size() ? 0 : i];
        if (from == to) continue;
        out.edges.push_back({from, to});
        const double dx = to.x - from.x;
        const double dy = to.y - from.y;
        out.perimeter += std::sqrt(dx * dx + dy * dy);
        from = to;
    }
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

/// Edges that follow each other above the common box, as one at its upper edge: what they do on the way cancels, and the
/// other shape, whose top the upper edge is, has nothing above.
class Roof {
public:
    Roof(const Box& box, std::vector<Strip>& out) : box_(box), out_(out) {}

    /// REQUIRES: `from` is where the edge before ended, if the roof was not finished since.
    void go_on(const Point& from, const Point& to) noexcept {
        if (begin_ == nullptr) begin_ = &from;
        end_ = &to;
    }
    void finish() {
        if (begin_ == nullptr) return;
        const double a = std::clamp(begin_->x, box_.xmin, box_.xmax) - box_.xmin;
        const double b = std::clamp(end_->x, box_.xmin, box_.xmax) - box_.xmin;
        const double height = box_.ymax - box_.ymin;
        if (a > b) out_.push_back({b, height, a, height, 0, 1.0});
        if (a < b) out_.push_back({a, height, b, height, 0, -1.0});
        begin_ = nullptr;
    }

private:
    const Box& box_;
    std::vector<Strip>& out_;
    const Point* begin_ = nullptr;
    const Point* end_ = nullptr;
};

/// From left to right: the order of terms hangs on the two shapes only.
void collect_strips(const OverlayShape& shape, const Box& box, std::vector<Strip>& out) {
    out.clear();
    Roof roof(box, out);
    for (std::size_t g = 0; g < shape.groups.size(); ++g) {
        const auto& bounds = shape.groups[g];
        const auto first = g * group_size;
        const auto end = std::min(first + group_size, shape.edges.size());
        if (beside_or_below(bounds, box)) {
            roof.finish();
        } else if (shape.one_ring && bounds.ymin >= box.ymax) {
            roof.go_on(shape.edges[first].from, shape.edges[end - 1].to);
        } else {
            for (std::size_t i = first; i < end; ++i) {
                const auto& e = shape.edges[i];
                if (shape.one_ring && e.from.y >= box.ymax && e.to.y >= box.ymax) {
                    roof.go_on(e.from, e.to);
                } else {
                    roof.finish();
                    add_strip(e, box, out);
                }
            }
        }
    }
    roof.finish();
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

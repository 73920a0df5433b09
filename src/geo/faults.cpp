// SPDX-License-Identifier: MIT
#include "linmu/geo/faults.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <optional>

#include "geos_geometry.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

bool finite(const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); }

/// An edge with its bounds.
struct Edge {
    Point a, b;
    double xmin, xmax, ymin, ymax;
};

void add_edges(std::vector<Edge>& out, const Ring& points) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Point &a = points[i], &b = points[(i + 1) % points.size()];
        if (a != b)
            out.push_back({a, b, std::min(a.x, b.x), std::max(a.x, b.x), std::min(a.y, b.y), std::max(a.y, b.y)});
    }
}

/// Calls `visit` for each pair of edges, or of what else has bounds, whose bounds touch, until it says stop.
template <class Bounded, class Visit>
void sweep(std::vector<Bounded>& items, Visit visit) {
    std::ranges::sort(items, {}, &Bounded::xmin);
    for (std::size_t i = 0; i < items.size(); ++i) {
        for (std::size_t j = i + 1; j < items.size() && items[j].xmin <= items[i].xmax; ++j) {
            if (items[i].ymin <= items[j].ymax && items[j].ymin <= items[i].ymax && !visit(items[i], items[j])) return;
        }
    }
}

bool surely_apart(const Point& a, const Point& b, const Point& c, const Point& d) {
    const int of_c = turn_sign(a, b, c);
    if (of_c != 0 && of_c == turn_sign(a, b, d)) return true;
    const int of_a = turn_sign(c, d, a);
    return of_a != 0 && of_a == turn_sign(c, d, b);
}

/// Edges of a ring that run on towards one quadrant: points `first` to `last`. Such edges don't meet but where they follow each other, and
/// the bounds of any stretch of them are those of its ends.
struct Chain {
    double xmin, xmax, ymin, ymax;
    std::size_t first, last;
};

/// The edges of a ring as chains. REQUIRES: no point follows itself.
class RingChains {
public:
    explicit RingChains(const Ring& ring) : ring_(ring) {
        auto& chains = room();
        chains.clear();
        std::size_t first = 0;
        for (std::size_t i = 1; i <= ring.size(); ++i) {
            if (i < ring.size() && quadrant(i) == quadrant(first)) continue;
            chains.push_back(chain(first, i));
            first = i;
        }
    }

    /// Does the boundary touch itself nowhere but where an edge follows another, and never goes back over itself? False also where
    /// rounding leaves that open.
    [[nodiscard]] bool surely_simple() const {
        bool simple = true;
        sweep(room(), [&](const Chain& a, const Chain& b) { return simple = apart(a, b); });
        return simple;
    }

private:
    static std::vector<Chain>& room() {
        thread_local std::vector<Chain> chains;
        return chains;
    }
    [[nodiscard]] const Point& point(std::size_t i) const { return ring_[i == ring_.size() ? 0 : i]; }
    [[nodiscard]] int quadrant(std::size_t edge) const {
        const Point &a = point(edge), &b = point(edge + 1);
        return (b.x < a.x ? 1 : 0) + (b.y < a.y ? 2 : 0);
    }
    [[nodiscard]] Chain chain(std::size_t first, std::size_t last) const {
        const Point &a = point(first), &b = point(last);
        return {std::min(a.x, b.x), std::max(a.x, b.x), std::min(a.y, b.y), std::max(a.y, b.y), first, last};
    }

    /// Halves the longer one until edges are left (the monotone chains of the JTS).
    [[nodiscard]] bool apart(const Chain& a, const Chain& b) const {
        if (a.xmax < b.xmin || b.xmax < a.xmin || a.ymax < b.ymin || b.ymax < a.ymin) return true;
        const auto edges_a = a.last - a.first, edges_b = b.last - b.first;
        if (edges_a == 1 && edges_b == 1) return edges_apart(a.first, b.first);
        const auto& longer = edges_a >= edges_b ? a : b;
        const auto& other = edges_a >= edges_b ? b : a;
        const auto middle = longer.first + (longer.last - longer.first) / 2;
        return apart(chain(longer.first, middle), other) && apart(chain(middle, longer.last), other);
    }

    [[nodiscard]] bool edges_apart(std::size_t e, std::size_t f) const {
        const auto next = [&](std::size_t edge) { return edge + 1 == ring_.size() ? 0 : edge + 1; };
        if (next(e) == f) return !folds(point(e), point(f), point(f + 1));
        if (next(f) == e) return !folds(point(f), point(e), point(e + 1));
        return surely_apart(point(e), point(e + 1), point(f), point(f + 1));
    }
    /// Two edges that follow each other go back over themselves.
    static bool folds(const Point& a, const Point& v, const Point& c) {
        return turn_sign(a, v, c) == 0 && (a.x - v.x) * (c.x - v.x) + (a.y - v.y) * (c.y - v.y) > 0;
    }

    const Ring& ring_;
};

/// Where two edges cross inside of both.
std::optional<Point> crossing(const Edge& e, const Edge& f) {
    const int s = turn_sign(e.a, e.b, f.a) * turn_sign(e.a, e.b, f.b);
    const int t = turn_sign(f.a, f.b, e.a) * turn_sign(f.a, f.b, e.b);
    if (s >= 0 || t >= 0) return {};
    const double ex = e.b.x - e.a.x;
    const double ey = e.b.y - e.a.y;
    const double fx = f.b.x - f.a.x;
    const double fy = f.b.y - f.a.y;
    const double along = ((f.a.x - e.a.x) * fy - (f.a.y - e.a.y) * fx) / (ex * fy - ey * fx);
    return Point{e.a.x + along * ex, e.a.y + along * ey};
}

FaultKind kind_of_words(std::string_view reason) {
    struct Words {
        std::string_view reason;
        FaultKind kind;
    };
    static constexpr std::array<Words, 10> known{{{"Self-intersection", FaultKind::self_intersection},
                                                  {"Ring Self-intersection", FaultKind::ring_self_intersection},
                                                  {"Hole lies outside shell", FaultKind::hole_outside},
                                                  {"Holes are nested", FaultKind::nested_holes},
                                                  {"Nested shells", FaultKind::nested_parts},
                                                  {"Duplicate Rings", FaultKind::duplicate_rings},
                                                  {"Interior is disconnected", FaultKind::split_interior},
                                                  {"Too few points in geometry component", FaultKind::too_few_points},
                                                  {"Invalid Coordinate", FaultKind::not_finite},
                                                  {"Repeated Point", FaultKind::repeated_point}}};
    const auto* found = std::ranges::find(known, reason, &Words::reason);
    return found == known.end() ? FaultKind::other_invalidity : found->kind;
}

/// Faults in the order they are found; one of a kind at a place.
class Finder {
public:
    explicit Finder(double spike_angle) : spike_angle_(spike_angle) {}

    void look_at(const Geometry& geometry) {
        if (geometry.empty()) add(FaultKind::no_geometry, {});
        for (const auto& polygon : geometry.polygons) for_each_ring(polygon, [&](const Ring& r) { look_at_points(r); });
        for (const auto& line : geometry.lines) look_at_line(line);
        for (const auto& p : geometry.points) require_finite(p);
        if (broken_) return;
        look_for_invalidity(geometry);
        if (!(spike_angle_ > 0)) return;
        for (const auto& polygon : geometry.polygons)
            for_each_ring(polygon, [&](const Ring& r) { look_for_spikes(r); });
    }

    std::vector<Fault> take() { return std::move(found_); }

private:
    template <class Visit>
    static void for_each_ring(const Polygon& polygon, Visit visit) {
        visit(polygon.outer);
        for (const auto& hole : polygon.holes) visit(hole);
    }

    void add(FaultKind kind, const Point& where, double measure = 0) {
        const auto same = [&](const Fault& f) { return f.kind == kind && f.where == where; };
        if (std::ranges::none_of(found_, same)) found_.push_back({kind, where, measure});
    }

    bool require_finite(const Point& p) {
        if (finite(p)) return true;
        add(FaultKind::not_finite, p);
        broken_ = true;
        return false;
    }

    void look_at_points(const Ring& ring) {
        if (!std::ranges::all_of(ring, [&](const Point& p) { return require_finite(p); })) return;
        if (ring.size() < 3) {
            add(FaultKind::too_few_points, ring.empty() ? Point{} : ring.front());
            broken_ = true;
            return;
        }
        for (std::size_t i = 0; i < ring.size(); ++i) {
            if (ring[i] == ring[(i + 1) % ring.size()]) add(FaultKind::repeated_point, ring[i]);
        }
    }

    void look_at_line(const Line& line) {
        if (!std::ranges::all_of(line, [&](const Point& p) { return require_finite(p); })) return;
        if (line.size() < 2) {
            add(FaultKind::too_few_points, line.empty() ? Point{} : line.front());
            broken_ = true;
        }
        for (std::size_t i = 1; i < line.size(); ++i) {
            if (line[i - 1] == line[i]) add(FaultKind::repeated_point, line[i]);
        }
    }

    bool ask_geos(const Geometry& geometry) {
        const auto why = invalidity(geometry);
        if (why) add(kind_of_words(why->reason), why->where);
        return !why;
    }

    /// GEOS tells of one fault and stops, so it is asked ring by ring, polygon by polygon, and of the whole.
    void look_for_invalidity(const Geometry& geometry) {
        if (!invalidity(geometry)) return;
        for (const auto& polygon : geometry.polygons) {
            bool rings = true;
            for_each_ring(polygon, [&](const Ring& ring) { rings = ask_geos({{{ring, {}}}, {}, {}}) && rings; });
            for (const auto& hole : polygon.holes) rings = rings && ask_geos({{{polygon.outer, {hole}}}, {}, {}});
            if (rings) ask_geos({{polygon}, {}, {}});
        }
        if (geometry.polygons.size() != 1) look_at_whole(geometry);
        look_for_crossings(geometry);
        if (std::ranges::none_of(found_, [](const Fault& f) { return makes_invalid(f.kind); })) ask_geos(geometry);
    }

    void look_at_whole(const Geometry& geometry) {
        const auto why = invalidity(geometry);
        if (!why) return;
        const bool of_parts =
            found_.empty() || std::ranges::none_of(found_, [](const Fault& f) { return makes_invalid(f.kind); });
        const auto kind = kind_of_words(why->reason);
        add(of_parts && kind == FaultKind::self_intersection ? FaultKind::overlapping_parts : kind, why->where);
    }

    void look_for_crossings(const Geometry& geometry) {
        std::vector<Edge> edges;
        for (const auto& polygon : geometry.polygons)
            for_each_ring(polygon, [&](const Ring& r) { add_edges(edges, r); });
        std::vector<Point> places;
        sweep(edges, [&](const Edge& e, const Edge& f) {
            if (const auto p = crossing(e, f)) places.push_back(*p);
            return places.size() < most_crossings;
        });
        for (const auto& p : places) {
            if (!told(p)) add(FaultKind::self_intersection, p);
        }
    }

    /// GEOS has told of it, with its own rounding of the place.
    bool told(const Point& p) const {
        const double close = 1e-9 * std::max({1.0, std::abs(p.x), std::abs(p.y)});
        return std::ranges::any_of(found_, [&](const Fault& f) {
            return makes_invalid(f.kind) && std::hypot(f.where.x - p.x, f.where.y - p.y) <= close;
        });
    }

    void look_for_spikes(const Ring& given) {
        Ring ring = given;
        ring.erase(std::unique(ring.begin(), ring.end()), ring.end());
        while (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();
        const std::size_t n = ring.size();
        if (n < 3) return;
        for (std::size_t i = 0; i < n; ++i) {
            const double degrees = corner_degrees(ring[(i + n - 1) % n], ring[i], ring[(i + 1) % n]);
            if (degrees < spike_angle_) add(FaultKind::spike, ring[i], degrees);
        }
    }

    static constexpr std::size_t most_crossings = 1000;
    double spike_angle_;
    bool broken_ = false;
    std::vector<Fault> found_;
};

}  // namespace

int turn_sign(const Point& a, const Point& b, const Point& c) noexcept {
    // Shewchuk 1997, "Adaptive precision floating-point arithmetic": the first bound of orient2d.
    constexpr double bound = 3.3306690738754716e-16;
    const double left = (a.x - c.x) * (b.y - c.y);
    const double right = (a.y - c.y) * (b.x - c.x);
    const double turn = left - right;
    if (std::abs(turn) <= bound * (std::abs(left) + std::abs(right))) return 0;
    return turn > 0 ? 1 : -1;
}

double corner_degrees(const Point& before, const Point& at, const Point& after) noexcept {
    const double ax = before.x - at.x;
    const double ay = before.y - at.y;
    const double bx = after.x - at.x;
    const double by = after.y - at.y;
    return std::abs(std::atan2(ax * by - ay * bx, ax * bx + ay * by)) * 180 / std::numbers::pi;
}

const FaultName& name_of(FaultKind kind) {
    static constexpr std::array<FaultName, fault_kinds> names{
        {{"no-geometry", "无几何", "the feature has no geometry"},
         {"not-finite", "坐标无效", "a coordinate is no number"},
         {"too-few-points", "点数不足", "a ring has fewer than three different points, or a line fewer than two"},
         {"self-intersection", "自相交", "the boundary crosses itself"},
         {"ring-self-intersection", "环自接触", "a ring touches itself"},
         {"hole-outside", "洞在外环之外", "a hole lies outside of its polygon"},
         {"nested-holes", "洞中有洞", "a hole lies in another hole"},
         {"nested-parts", "部件嵌套", "a part lies in another part"},
         {"overlapping-parts", "部件重叠", "two parts overlap or share an edge"},
         {"duplicate-rings", "重复环", "a ring is there twice"},
         {"split-interior", "内部不连通", "holes cut the interior in two"},
         {"other-invalidity", "其他几何错误", "the geometry is not valid"},
         {"repeated-point", "重复点", "two points that follow each other are the same"},
         {"spike", "尖锐角", "the boundary has a spike"}}};
    return names.at(static_cast<std::size_t>(kind));
}

bool plainly_valid(const Geometry& geometry) {
    if (geometry.polygons.size() != 1 || !geometry.polygons.front().holes.empty()) return false;
    if (!geometry.lines.empty() || !geometry.points.empty()) return false;
    const auto& ring = geometry.polygons.front().outer;
    if (ring.size() < 3 || !std::ranges::all_of(ring, finite)) return false;
    for (std::size_t i = 0; i < ring.size(); ++i)
        if (ring[i] == ring[i + 1 == ring.size() ? 0 : i + 1]) return false;
    return RingChains(ring).surely_simple();
}

std::vector<Fault> faults(const Geometry& geometry, double spike_angle) {
    Finder finder(spike_angle);
    finder.look_at(geometry);
    return finder.take();
}

}  // namespace linmu

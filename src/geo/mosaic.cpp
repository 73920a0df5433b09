// SPDX-License-Identifier: MIT
#include "linmu/geo/mosaic.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <tuple>

#include "geos_geometry.hpp"
#include "linmu/geo/faults.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double twice_signed_area(const Ring& ring) {
    double twice = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        twice += (ring[j].x - ring[0].x) * (ring[i].y - ring[0].y) - (ring[i].x - ring[0].x) * (ring[j].y - ring[0].y);
    }
    return twice;
}

template <class Visit>
void for_each_ring(const Geometry& geometry, Visit visit) {
    for (const auto& polygon : geometry.polygons) {
        visit(polygon.outer, false);
        for (const auto& hole : polygon.holes) visit(hole, true);
    }
}

// -- two neighbours

/// An edge with the inside of its polygon on its left where `left` says so.
struct Edge {
    Point a, b;
    double xmin, xmax, ymin, ymax;
    bool left;
    bool after_gap;   ///< the edge before it does not come near the other polygon, or it is the ring's first
    bool whole_ring;  ///< all edges of the ring come near
    bool shared = false;
    bool starts_shared = false;
};

Box box_of(const Point& a, const Point& b) {
    return {std::min(a.x, b.x), std::min(a.y, b.y), std::max(a.x, b.x), std::max(a.y, b.y)};
}

std::vector<Edge> edges_near(const Geometry& geometry, const Box& near) {
    std::vector<Edge> out;
    for_each_ring(geometry, [&](const Ring& ring, bool hole) {
        const bool left = (twice_signed_area(ring) > 0) != hole;
        const std::size_t first = out.size();
        bool last_near = false;
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const auto& a = ring[i];
            const auto& b = ring[(i + 1) % ring.size()];
            const Box box = box_of(a, b);
            const bool close = touch(box, near);
            if (close) out.push_back({a, b, box.xmin, box.xmax, box.ymin, box.ymax, left, !last_near, false});
            last_near = close;
        }
        const bool whole = out.size() - first == ring.size();
        for (std::size_t i = first; i < out.size(); ++i) out[i].whole_ring = whole;
    });
    return out;
}

bool on_edge(const Point& p, const Edge& e) {
    return p.x >= e.xmin && p.x <= e.xmax && p.y >= e.ymin && p.y <= e.ymax && turn_sign(e.a, e.b, p) == 0;
}

/// False: the two edges meet at ends of both at most, or are one edge of two neighbours.
bool entangled(Edge& e, Edge& f) {
    const bool along = e.a == f.a && e.b == f.b;
    const bool against = e.a == f.b && e.b == f.a;
    if (e.a == f.a || e.a == f.b) e.starts_shared = true;
    if (f.a == e.a || f.a == e.b) f.starts_shared = true;
    if (along || against) {
        e.shared = f.shared = true;
        return (e.left == f.left) == along;
    }
    const bool meet = e.a == f.a || e.a == f.b || e.b == f.a || e.b == f.b;
    if (!meet) {
        const int c = turn_sign(e.a, e.b, f.a);
        if (c != 0 && c == turn_sign(e.a, e.b, f.b)) return false;
        const int a = turn_sign(f.a, f.b, e.a);
        return a == 0 || a != turn_sign(f.a, f.b, e.b);
    }
    const auto& other_of_f = e.a == f.a || e.b == f.a ? f.b : f.a;
    const auto& other_of_e = e.a == f.a || e.a == f.b ? e.b : e.a;
    return on_edge(other_of_f, e) || on_edge(other_of_e, f);
}

/// No edge crosses another, so a run of edges between vertices that both have is in or out as a whole.
bool a_run_lies_inside(const std::vector<Edge>& edges, const Geometry& other) {
    const auto starts_run = [&](const Edge& e) {
        const bool lone_ring = e.whole_ring && e.after_gap;
        return !e.shared && (e.starts_shared || lone_ring);
    };
    return std::ranges::any_of(edges, [&](const Edge& e) {
        return starts_run(e) && contains(other, {(e.a.x + e.b.x) / 2, (e.a.y + e.b.y) / 2});
    });
}

constexpr std::size_t most_pairs = 20'000'000;

// -- the same geometry, whatever ring comes first, wherever it starts and however it turns

std::uint64_t mixed(std::uint64_t x) {
    x ^= x >> 30;
    x *= 0xBF58476D1CE4E5B9ULL;
    x ^= x >> 27;
    x *= 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

std::uint64_t point_hash(const Point& p) {
    return mixed(std::bit_cast<std::uint64_t>(p.x + 0.0) +
                 0x9E3779B97F4A7C15ULL * std::bit_cast<std::uint64_t>(p.y + 0.0));
}

std::uint64_t shape_hash(const Geometry& geometry) {
    std::uint64_t sum = 0;
    for_each_ring(geometry, [&](const Ring& ring, bool) {
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
            sum += mixed(point_hash(ring[j]) + point_hash(ring[i]));
    });
    for (const auto& line : geometry.lines) {
        for (std::size_t i = 1; i < line.size(); ++i) sum += mixed(point_hash(line[i - 1]) + point_hash(line[i]));
    }
    for (const auto& p : geometry.points) sum += mixed(point_hash(p));
    return sum;
}

std::vector<std::array<double, 4>> sorted_edges(const Geometry& geometry) {
    std::vector<std::array<double, 4>> out;
    const auto add = [&](const Point& a, const Point& b) {
        const bool up = std::tie(a.x, a.y) < std::tie(b.x, b.y);
        out.push_back(up ? std::array{a.x, a.y, b.x, b.y} : std::array{b.x, b.y, a.x, a.y});
    };
    for_each_ring(geometry, [&](const Ring& ring, bool) {
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) add(ring[j], ring[i]);
    });
    for (const auto& line : geometry.lines) {
        for (std::size_t i = 1; i < line.size(); ++i) add(line[i - 1], line[i]);
    }
    for (const auto& p : geometry.points) add(p, p);
    std::sort(out.begin(), out.end());
    return out;
}

// -- a whole mosaic

/// An edge from its lower-left end to the other; `turns` counts those that have the inside on their left.
struct BareEdge {
    Point low, high;
    int turns;
    friend bool operator<(const BareEdge& a, const BareEdge& b) {
        return std::tie(a.low.x, a.low.y, a.high.x, a.high.y) < std::tie(b.low.x, b.low.y, b.high.x, b.high.y);
    }
    [[nodiscard]] bool same_place(const BareEdge& o) const { return low == o.low && high == o.high; }
};

void add_bare_edges(const Geometry& geometry, std::vector<BareEdge>& out) {
    for_each_ring(geometry, [&](const Ring& ring, bool hole) {
        const bool left = (twice_signed_area(ring) > 0) != hole;
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
            const auto& a = ring[j];
            const auto& b = ring[i];
            if (a == b) continue;
            const bool up = std::tie(a.x, a.y) < std::tie(b.x, b.y);
            out.push_back({up ? a : b, up ? b : a, up == left ? 1 : -1});
        }
    });
}

/// Edges of the same place become one; those that cancel go.
std::vector<BareEdge> unmatched(std::span<const Geometry* const> polygons) {
    std::vector<BareEdge> edges;
    std::size_t count = 0;
    for (const auto* g : polygons) for_each_ring(*g, [&](const Ring& ring, bool) { count += ring.size(); });
    edges.reserve(count);
    for (const auto* g : polygons) add_bare_edges(*g, edges);
    std::sort(edges.begin(), edges.end());
    std::vector<BareEdge> left;
    for (std::size_t i = 0; i < edges.size();) {
        BareEdge sum = edges[i];
        for (++i; i < edges.size() && edges[i].same_place(sum); ++i) sum.turns += edges[i].turns;
        if (sum.turns != 0) left.push_back(sum);
    }
    return left;
}

std::vector<Polygon> faces_of(const std::vector<BareEdge>& edges, const Geometry* outline, double precision) {
    Geometry lines;
    for (const auto& e : edges) lines.lines.push_back({e.low, e.high});
    if (outline) {
        for_each_ring(*outline, [&](const Ring& ring, bool) {
            auto& closed = lines.lines.emplace_back(ring);
            closed.push_back(ring.front());
        });
    }
    if (lines.lines.empty()) return {};
    const auto all = to_geos(lines);
    const auto noded = geos_checked(GEOSUnaryUnionPrec_r(geos(), all.get(), precision), "boundaries can't be cut");
    const GEOSGeometry* one = noded.get();
    return from_geos(geos_checked(GEOSPolygonize_r(geos(), &one, 1), "faces can't be built")).polygons;
}

/// How often a place is covered: crossings of a ray to the east.
class Winding {
public:
    explicit Winding(std::vector<BareEdge> edges) : edges_(std::move(edges)), index_(boxes(edges_)) {}

    [[nodiscard]] bool any_near(const Box& box) const { return !index_.touching(box).empty(); }

    [[nodiscard]] int at(const Point& p) const {
        int sum = 0;
        for (const auto i : index_.touching({p.x, p.y, infinity, p.y})) {
            const auto& e = edges_[i];
            if ((e.low.y > p.y) == (e.high.y > p.y)) continue;
            const double x = e.low.x + (e.high.x - e.low.x) * ((p.y - e.low.y) / (e.high.y - e.low.y));
            if (x > p.x) sum += e.high.y > e.low.y ? e.turns : -e.turns;
        }
        return sum;
    }

private:
    static std::vector<Box> boxes(const std::vector<BareEdge>& edges) {
        std::vector<Box> out;
        for (const auto& e : edges) out.push_back(box_of(e.low, e.high));
        return out;
    }
    std::vector<BareEdge> edges_;
    BoxIndex index_;
};

Geometry only_polygons(Geometry g) {
    g.lines.clear();
    g.points.clear();
    return g;
}

}  // namespace

bool may_overlap(const Geometry& a, const Geometry& b) {
    const Box of_a = bounds(a);
    const Box of_b = bounds(b);
    if (of_a.empty() || of_b.empty() || !touch(of_a, of_b)) return false;
    auto first = edges_near(a, of_b);
    auto second = edges_near(b, of_a);
    if (first.size() * second.size() > most_pairs) return true;
    for (auto& e : first) {
        for (auto& f : second) {
            if (e.xmin <= f.xmax && f.xmin <= e.xmax && e.ymin <= f.ymax && f.ymin <= e.ymax && entangled(e, f))
                return true;
        }
    }
    return a_run_lies_inside(first, b) || a_run_lies_inside(second, a);
}

std::vector<std::optional<std::size_t>> duplicates_among(std::span<const Geometry* const> geometries) {
    std::vector<std::pair<std::uint64_t, std::size_t>> hashes;
    for (std::size_t i = 0; i < geometries.size(); ++i) {
        if (!geometries[i]->empty()) hashes.emplace_back(shape_hash(*geometries[i]), i);
    }
    std::sort(hashes.begin(), hashes.end());
    std::vector<std::optional<std::size_t>> same(geometries.size());
    for (std::size_t i = 1, first = 0; i < hashes.size(); ++i) {
        if (hashes[i].first != hashes[first].first) first = i;
        const auto& [one, two] = std::pair(hashes[first].second, hashes[i].second);
        if (first != i && sorted_edges(*geometries[one]) == sorted_edges(*geometries[two])) same[two] = one;
    }
    return same;
}

struct Outline::Impl {
    Winding winding;
};

Outline::Outline(const Geometry& polygons) {
    const Geometry* one = &polygons;
    impl_ = std::make_unique<Impl>(Impl{Winding(unmatched({&one, 1}))});
}
Outline::~Outline() = default;
Outline::Outline(Outline&&) noexcept = default;
Outline& Outline::operator=(Outline&&) noexcept = default;

bool Outline::holds(const Geometry& geometry) const {
    const Box box = bounds(geometry);
    if (box.empty() || impl_->winding.any_near(box)) return false;
    return impl_->winding.at({box.xmin, box.ymin}) != 0;
}

std::vector<MosaicFace> mosaic_faults(std::span<const Geometry* const> polygons, const Geometry* outline,
                                      double precision) {
    const auto edges = unmatched(polygons);
    const Winding winding(edges);
    std::vector<MosaicFace> found;
    for (auto& face : faces_of(edges, outline, precision)) {
        const Point inside = inner_point({{face}, {}, {}});
        const int times = winding.at(inside);
        if (times == 1 || (times == 0 && outline && !contains(*outline, inside))) continue;
        found.push_back({std::move(face), times});
    }
    return found;
}

bool within_distance(const Geometry& a, const Geometry& b, double distance) {
    const auto first = to_geos(a);
    const auto second = to_geos(b);
    return GEOSDistanceWithin_r(geos(), first.get(), second.get(), distance) == 1;
}

double common_boundary(const Geometry& a, const Geometry& b, double precision) {
    const auto line_of = [](const Geometry& g) {
        const auto polygons = to_geos(g);
        return geos_checked(GEOSBoundary_r(geos(), polygons.get()), "a boundary can't be taken");
    };
    const auto first = line_of(a);
    const auto second = line_of(b);
    const auto both = geos_checked(GEOSIntersectionPrec_r(geos(), first.get(), second.get(), precision),
                                   "boundaries can't be compared");
    double length = 0;
    GEOSLength_r(geos(), both.get(), &length);
    return length;
}

Geometry difference_of(const Geometry& a, const Geometry& b, double precision) {
    const auto first = to_geos(a);
    const auto second = to_geos(b);
    return only_polygons(from_geos(geos_checked(GEOSDifferencePrec_r(geos(), first.get(), second.get(), precision),
                                                "a difference can't be built")));
}

Geometry union_of(const Geometry& a, const Geometry& b, double precision) {
    const auto first = to_geos(a);
    const auto second = to_geos(b);
    return only_polygons(from_geos(
        geos_checked(GEOSUnionPrec_r(geos(), first.get(), second.get(), precision), "a union can't be built")));
}

}  // namespace linmu

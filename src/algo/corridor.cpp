// SPDX-License-Identifier: MIT
#include "linmu/algo/corridor.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "linmu/core/error.hpp"
#include "linmu/geo/overlay.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

struct Vector {
    double x, y;
};

/// A stretch of the road between two cuts of chainage, and the vertices on either side where it ends in a bend.
struct Stretch {
    double from = 0, to = 0;
    Line line;
    std::optional<Point> before, after;
};

double length(const Vector& v) { return std::sqrt(v.x * v.x + v.y * v.y); }
Vector direction(const Point& a, const Point& b) {
    const Vector v{b.x - a.x, b.y - a.y};
    const double l = length(v);
    return {v.x / l, v.y / l};
}
Vector left_of(const Vector& v) { return {-v.y, v.x}; }
Point moved(const Point& p, const Vector& v, double by) { return {p.x + v.x * by, p.y + v.y * by}; }

/// The vertices with no two alike in a row, and their chainage.
void drop_repeats(Line& line, std::vector<double>& chainage) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (kept > 0 && line[kept - 1] == line[i]) continue;
        line[kept] = line[i];
        chainage[kept++] = chainage[i];
    }
    line.resize(kept);
    chainage.resize(kept);
}

/// Cuts at whole multiples of the interval. A last stretch of less than a millimetre belongs to the one before.
std::vector<Stretch> stretches(const Line& line, const std::vector<double>& chainage, double interval) {
    constexpr double nothing = 1e-3;
    std::vector<Stretch> out;
    const double end = chainage.back();
    Stretch now;
    now.from = chainage.front();
    now.line.push_back(line.front());
    const bool closed = line.front() == line.back() && line.size() > 3;
    if (closed) now.before = line[line.size() - 2];
    double next = interval > 0 ? (std::floor(now.from / interval + 1e-9) + 1) * interval : end;
    for (std::size_t i = 1; i < line.size(); ++i) {
        while (interval > 0 && next < chainage[i] - nothing / 1000 && next < end - nothing) {
            const double share = (next - chainage[i - 1]) / (chainage[i] - chainage[i - 1]);
            const Point cut{line[i - 1].x + (line[i].x - line[i - 1].x) * share,
                            line[i - 1].y + (line[i].y - line[i - 1].y) * share};
            now.to = next;
            Stretch following{next, 0, {cut}, {}, {}};
            if (cut == now.line.back()) {
                following.before = now.line.size() > 1 ? std::optional(now.line[now.line.size() - 2]) : now.before;
                now.after = line[i];
            } else {
                now.line.push_back(cut);
            }
            out.push_back(std::move(now));
            now = std::move(following);
            next += interval;
        }
        now.line.push_back(line[i]);
    }
    now.to = end;
    if (closed) now.after = line[1];
    out.push_back(std::move(now));
    return out;
}

/// Angle by which the road turns at a vertex, anticlockwise.
double turn_at(const Point& before, const Point& at, const Point& after) {
    const Vector in = direction(before, at);
    const Vector out = direction(at, after);
    return std::atan2(in.x * out.y - in.y * out.x, in.x * out.x + in.y * out.y);
}

/// How much shorter a line at `distance` on the inside of a bend is; nothing on its outside.
double mitre(const std::optional<Point>& before, const Point& at, const std::optional<Point>& after, double side,
             double distance) {
    if (!before || !after) return 0;
    return std::max(0.0, side * std::tan(turn_at(*before, at, *after) / 2) * distance);
}

/// The strip beside an edge between two distances from it; side +1 is left. On the inside of a bend it ends at the
/// bisector, so that it can't reach across the next edge; not where the edge is too short for that.
Polygon beside(const std::optional<Point>& before, const Point& a, const Point& b, const std::optional<Point>& after,
               double side, double near, double far) {
    const Vector along = direction(a, b);
    const Vector out = left_of(along);
    double at_a = mitre(before, a, b, side, 1);
    double at_b = mitre(a, b, after, side, 1);
    if ((at_a + at_b) * far >= length({b.x - a.x, b.y - a.y})) at_a = at_b = 0;
    const auto corner = [&](const Point& p, double distance, double back) {
        return moved(moved(p, out, side * distance), along, back * distance);
    };
    return {{corner(a, near, at_a), corner(b, near, -at_b), corner(b, far, -at_b), corner(a, far, at_a)}, {}};
}

/// The sector on the outside of a bend, or nothing on its inside.
Polygon around(const Point& before, const Point& at, const Point& after, double side, double near, double far,
               double step) {
    const double turn = turn_at(before, at, after);
    if (turn * side >= -1e-9) return {};
    const int chords = std::max(1, static_cast<int>(std::ceil(std::abs(turn) * 180 / std::numbers::pi / step)));
    const Vector first = left_of(direction(before, at));
    const double start = std::atan2(first.y, first.x);
    Polygon sector;
    const auto arc = [&](double radius, int i) {
        const double t = start + turn * i / chords;
        sector.outer.push_back(moved(at, {std::cos(t), std::sin(t)}, side * radius));
    };
    for (int i = 0; i <= chords; ++i) arc(far, i);
    if (near > 0) {
        for (int i = chords; i >= 0; --i) arc(near, i);
    } else {
        sector.outer.push_back(at);
    }
    return sector;
}

/// All rectangles and sectors of a stretch, as one.
Geometry band(const Stretch& s, double side, double near, double far, const CorridorRule& rule) {
    std::vector<Geometry> parts;
    const auto add = [&](Polygon p) {
        if (!p.outer.empty()) parts.push_back({{std::move(p)}, {}, {}});
    };
    const std::size_t last = s.line.size() - 1;
    const auto vertex = [&](std::size_t i, int step) {
        if (i == 0 && step < 0) return s.before;
        if (i == last && step > 0) return s.after;
        return std::optional(s.line[step < 0 ? i - 1 : i + 1]);
    };
    for (std::size_t i = 0; i < last; ++i) {
        if (const auto before = vertex(i, -1))
            add(around(*before, s.line[i], s.line[i + 1], side, near, far, rule.arc_step));
        add(beside(vertex(i, -1), s.line[i], s.line[i + 1], vertex(i + 1, 1), side, near, far));
    }
    std::vector<const Geometry*> list;
    for (const auto& part : parts) list.push_back(&part);
    return joined_parts(list, rule.grid);
}

/// Ground less all that others hold near it.
Geometry without(const Geometry& ground, const std::vector<Geometry>& others, double grid) {
    const Box box = bounds(ground);
    std::vector<const Geometry*> near;
    for (const auto& other : others) {
        if (!other.polygons.empty() && touch(bounds(other), box)) near.push_back(&other);
    }
    return near.empty() ? ground : part_outside(ground, joined_parts(near, grid), grid);
}

}  // namespace

std::vector<CorridorPiece> corridor(const Line& line, const std::vector<double>& chainage, const CorridorRule& rule) {
    Line road = line;
    std::vector<double> at = chainage;
    drop_repeats(road, at);
    if (road.size() < 2) throw DataError("a road of one place has no sides; give it two vertices or more");
    const auto cuts = stretches(road, at, rule.interval);
    const double near = rule.carriageway / 2;
    const double far = near + rule.width;
    std::vector<Geometry> paved;
    if (near > 0) {
        for (const auto& s : cuts) {
            for (const double side : {1.0, -1.0}) paved.push_back(band(s, side, 0, near, rule));
        }
    }
    std::vector<CorridorPiece> pieces;
    std::vector<Geometry> taken;
    for (const auto& s : cuts) {
        for (const double side : {1.0, -1.0}) {
            Geometry ground = without(band(s, side, near, far, rule), paved, rule.grid);
            ground = without(ground, taken, rule.grid);
            if (ground.polygons.empty()) continue;
            taken.push_back(ground);
            pieces.push_back({side > 0, s.from, s.to, std::move(ground)});
        }
    }
    return pieces;
}

}  // namespace linmu

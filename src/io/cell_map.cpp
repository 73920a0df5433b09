// SPDX-License-Identifier: MIT
#include "cell_map.hpp"

#include <algorithm>
#include <cmath>

namespace linmu {
namespace {

constexpr int widest = 256;  // a power of 4
/// Of a cell of the file. For the projections of one county the quadratic is off by less than 1e-7.
constexpr double tolerance = 1e-3;
/// Where the quadratic is compared with exact points: about where its error is largest.
constexpr std::array<std::array<double, 2>, 4> probes{{{0.25, 0.25}, {0.25, 0.75}, {0.75, 0.25}, {0.75, 0.75}}};

int floor_to(int value, int step) { return (value >= 0 ? value / step : -((step - 1 - value) / step)) * step; }

/// Of the quadratic through values at 0, 1/2 and 1.
std::array<double, 3> shares(double u) { return {(2 * u - 1) * (u - 1), 4 * u * (1 - u), u * (2 * u - 1)}; }

Point mixed(const std::array<double, 3>& share, const Point& a, const Point& b, const Point& c) {
    return {share[0] * a.x + share[1] * b.x + share[2] * c.x, share[0] * a.y + share[1] * b.y + share[2] * c.y};
}

using Knots = std::array<Point, 9>;

std::array<Point, 3> line_of(const Knots& knots, double u) {
    const auto share = shares(u);
    return {mixed(share, knots[0], knots[3], knots[6]), mixed(share, knots[1], knots[4], knots[7]),
            mixed(share, knots[2], knots[5], knots[8])};
}

Point value_of(const Knots& knots, double u, double v) {
    const auto line = line_of(knots, u);
    return mixed(shares(v), line[0], line[1], line[2]);
}

/// a + v (b + v c), of a line of three knots.
struct Quadratic {
    Point a, b, c;
    explicit Quadratic(const std::array<Point, 3>& p)
        : a(p[0]), b{-3 * p[0].x + 4 * p[1].x - p[2].x, -3 * p[0].y + 4 * p[1].y - p[2].y},
          c{2 * p[0].x - 4 * p[1].x + 2 * p[2].x, 2 * p[0].y - 4 * p[1].y + 2 * p[2].y} {}
};

/// The middle one of the three Bezier points of a quadratic; all of it lies between them.
Point bezier(const Point& a, const Point& b, const Point& c) {
    return {2 * b.x - (a.x + c.x) / 2, 2 * b.y - (a.y + c.y) / 2};
}

bool placed(const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); }

}  // namespace

void MapPatch::row(int row, int col, std::span<double> x, std::span<double> y, std::span<const float> at_height) const {
    const double side = cells.rows;
    const double u = (row + 0.5 - cells.row) / side;
    const double first = (col + 0.5 - cells.col) / side;
    const double step = 1 / side;
    const int count = static_cast<int>(x.size());
    const Quadratic q(line_of(knots[0], u));
    if (heights == 1) {
        for (int i = 0; i < count; ++i) {
            const auto k = static_cast<std::size_t>(i);
            const double v = first + step * i;
            x[k] = q.a.x + v * (q.b.x + v * q.c.x);
            y[k] = q.a.y + v * (q.b.y + v * q.c.y);
        }
        return;
    }
    const Quadratic middle(line_of(knots[1], u));
    const Quadratic high(line_of(knots[2], u));
    for (int i = 0; i < count; ++i) {
        const auto k = static_cast<std::size_t>(i);
        const double v = first + step * i;
        const auto at = [v](const Quadratic& p) {
            return Point{p.a.x + v * (p.b.x + v * p.c.x), p.a.y + v * (p.b.y + v * p.c.y)};
        };
        const Point place = mixed(shares(static_cast<double>(at_height[k])), at(q), at(middle), at(high));
        x[k] = place.x;
        y[k] = place.y;
    }
}

Box MapPatch::reach(const Window& part, double low, double high) const {
    const double side = cells.rows;
    const double top = (part.row - cells.row) / side, tall = part.rows / side;
    const double left = (part.col - cells.col) / side, wide = part.cols / side;
    // Of a part, the quadratic is the one through the part's own 3 x 3 points, at three heights of its own.
    const auto hull_at = [&](double height) {
        const auto share = shares(height);
        Knots hull;
        for (std::size_t k = 0; k < 9; ++k) {
            const std::size_t down = k / 3, across = k % 3;
            const double u = top + tall / 2 * static_cast<double>(down);
            const double v = left + wide / 2 * static_cast<double>(across);
            hull[k] = value_of(knots[0], u, v);
            if (heights > 1) hull[k] = mixed(share, hull[k], value_of(knots[1], u, v), value_of(knots[2], u, v));
        }
        for (std::size_t r = 0; r < 3; ++r) hull[3 * r + 1] = bezier(hull[3 * r], hull[3 * r + 1], hull[3 * r + 2]);
        for (std::size_t c = 0; c < 3; ++c) hull[3 + c] = bezier(hull[c], hull[3 + c], hull[6 + c]);
        return hull;
    };
    const Knots bottom = hull_at(low), middle = hull_at((low + high) / 2), upper = hull_at(high);
    Box box;
    for (std::size_t k = 0; k < 9; ++k) {
        for (const auto& p : {bottom[k], bezier(bottom[k], middle[k], upper[k]), upper[k]}) box.add(p);
    }
    return box;
}

Point MapPatch::cell_size() const {
    const auto& k = knots[heights / 2];
    const double side = cells.rows;
    return {std::hypot(k[5].x - k[3].x, k[7].x - k[1].x) / side, std::hypot(k[5].y - k[3].y, k[7].y - k[1].y) / side};
}

struct CellMap::Sampled {
    std::array<Knots, MapPatch::most_heights> knots{};
    bool lost = true;   ///< no point has a place
    bool close = true;  ///< all have one, and the quadratic hits those between
};

std::vector<CellMap::Sampled> CellMap::sample(std::span<const Window> squares, GroundMap& ground) const {
    constexpr std::size_t each = 9 + probes.size();
    std::vector<Sampled> out(squares.size());
    std::vector<Point> points;
    for (std::size_t h = 0; h < heights_.size(); ++h) {
        points.clear();
        for (const auto& square : squares) {
            const double side = square.rows;
            for (const double u : {0.0, 0.5, 1.0}) {
                for (const double v : {0.0, 0.5, 1.0})
                    points.push_back(ground_at(square.row + u * side, square.col + v * side));
            }
            for (const auto& [u, v] : probes) points.push_back(ground_at(square.row + u * side, square.col + v * side));
        }
        ground.apply(points, heights_[h]);
        for (std::size_t s = 0; s < squares.size(); ++s) {
            auto& one = out[s];
            const auto* at = points.data() + s * each;
            std::copy_n(at, 9, one.knots[h].begin());
            const std::span all(at, each);
            one.lost = one.lost && std::ranges::none_of(all, placed);
            one.close = one.close && std::ranges::all_of(all, placed);
            for (std::size_t p = 0; p < probes.size() && one.close; ++p) {
                const Point guess = value_of(one.knots[h], probes[p][0], probes[p][1]);
                one.close =
                    std::abs(guess.x - at[9 + p].x) <= tolerance && std::abs(guess.y - at[9 + p].y) <= tolerance;
            }
        }
    }
    return out;
}

void CellMap::add(const Window& cells, const Window& window, const Sampled& sampled, GroundMap& ground,
                  std::vector<MapPatch>& out) const {
    if (sampled.lost) return;
    if (!sampled.close) return split(cells, window, ground, out);
    MapPatch patch;
    patch.cells = cells;
    patch.heights = heights_.size();
    patch.knots = sampled.knots;
    out.push_back(patch);
}

/// Into 4 x 4; of single cells the centre is exact.
void CellMap::split(const Window& cells, const Window& window, GroundMap& ground, std::vector<MapPatch>& out) const {
    const int side = cells.rows / 4;
    std::vector<Window> squares;
    for (int r = cells.row; r < cells.row_end(); r += side) {
        for (int c = cells.col; c < cells.col_end(); c += side) {
            const Window square{r, c, side, side};
            if (!intersection(square, window).empty()) squares.push_back(square);
        }
    }
    auto samples = sample(squares, ground);
    for (std::size_t s = 0; s < squares.size(); ++s) {
        if (side > 1) {
            add(squares[s], window, samples[s], ground, out);
            continue;
        }
        for (auto& knots : samples[s].knots) knots.fill(knots[4]);
        samples[s].close = placed(samples[s].knots[0][4]);
        samples[s].lost = !samples[s].close;
        add(squares[s], window, samples[s], ground, out);
    }
}

std::vector<MapPatch> CellMap::patches(const Window& window, GroundMap& ground) const {
    std::vector<Window> squares;
    for (int r = floor_to(window.row, widest); r < window.row_end(); r += widest) {
        for (int c = floor_to(window.col, widest); c < window.col_end(); c += widest)
            squares.push_back({r, c, widest, widest});
    }
    const auto samples = sample(squares, ground);
    std::vector<MapPatch> out;
    for (std::size_t s = 0; s < squares.size(); ++s) add(squares[s], window, samples[s], ground, out);
    return out;
}

}  // namespace linmu

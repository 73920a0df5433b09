// SPDX-License-Identifier: MIT
#include "linmu/demo/relief.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <queue>

#include "index.hpp"
#include "linmu/core/random.hpp"

namespace linmu::demo {
namespace {

constexpr int rounds = 40;
constexpr double channel_slope = 0.68;  // m a m, of a catchment of one knot where uplift is 1
constexpr double steepest_slope = 0.55;
constexpr double eagerness = 0.5;  // share of the way to the steady state in a round
constexpr double lowest = 650;
constexpr double stream_from_km2 = 0.3;
constexpr double knot_km2 = Relief::knot * Relief::knot / 1e6;

struct Step {
    int row, col;
    double length;
};
constexpr std::array<Step, 8> steps{{{-1, 0, 1},
                                     {1, 0, 1},
                                     {0, -1, 1},
                                     {0, 1, 1},
                                     {-1, -1, std::numbers::sqrt2},
                                     {-1, 1, std::numbers::sqrt2},
                                     {1, -1, std::numbers::sqrt2},
                                     {1, 1, std::numbers::sqrt2}}};

/// Where each knot drains: `order` begins at the outlets, and a knot comes after the one that it drains to.
struct Drainage {
    std::vector<int> order;
    std::vector<int> receiver;   ///< itself at an outlet
    std::vector<double> length;  ///< m to the receiver
    std::vector<double> knots;   ///< that drain through it
};

/// Water leaves over the southern two thirds of the east edge and the eastern two thirds of the south edge.
std::vector<int> outlets(int n) {
    std::vector<int> out;
    for (int i = n / 3; i < n; ++i) {
        out.push_back((n - 1) * n + i);
        if (i < n - 1) out.push_back(i * n + n - 1);
    }
    return out;
}

using Entry = std::pair<double, int>;
using Queue = std::priority_queue<Entry, std::vector<Entry>, std::greater<>>;

/// Heights along the cheapest way to an outlet: a surface without hollows whose valleys branch like trees.
Plane<double> first_slopes(const Plane<double>& cost) {
    const int n = cost.rows();
    Plane<double> z(n, n, std::numeric_limits<double>::infinity());
    Queue queue;
    for (const int i : outlets(n)) {
        z.cells()[index(i)] = 0;
        queue.emplace(0.0, i);
    }
    while (!queue.empty()) {
        const auto [height, i] = queue.top();
        queue.pop();
        if (height > z.cells()[index(i)]) continue;
        for (const auto& step : steps) {
            const int row = i / n + step.row;
            const int col = i % n + step.col;
            if (row < 0 || col < 0 || row >= n || col >= n) continue;
            const double there = height + cost(row, col) * step.length * Relief::knot;
            if (there >= z(row, col)) continue;
            z(row, col) = there;
            queue.emplace(there, row * n + col);
        }
    }
    return z;
}

/// The neighbour down the steepest way, by a whim that keeps streams off the eight directions; -1 when none is lower.
int steepest(const Plane<double>& z, int i, std::uint64_t seed) {
    const int n = z.rows();
    int best = -1;
    double fall = 0;
    for (const auto& step : steps) {
        const int row = i / n + step.row;
        const int col = i % n + step.col;
        if (row < 0 || col < 0 || row >= n || col >= n) continue;
        const double whim = 0.6 + 0.8 * random_unit(seed, index(i), index(row * n + col));
        const double f = (z(i / n, i % n) - z(row, col)) / step.length * whim;
        if (f > fall) {
            fall = f;
            best = row * n + col;
        }
    }
    return best;
}

/// Priority flood (Barnes, Lehman, Mulla 2014) from the south and east edges; hollows are filled.
Drainage drain(Plane<double>& z, std::uint64_t seed) {
    const int n = z.rows();
    const auto count = z.size();
    Drainage d{
        {}, std::vector<int>(count, -1), std::vector<double>(count, Relief::knot), std::vector<double>(count, 1.0)};
    d.order.reserve(count);
    Queue queue;
    for (const int i : outlets(n)) {
        d.receiver[index(i)] = i;
        queue.emplace(z.cells()[index(i)], i);
    }
    while (!queue.empty()) {
        const auto [height, i] = queue.top();
        queue.pop();
        d.order.push_back(i);
        for (const auto& step : steps) {
            const int row = i / n + step.row;
            const int col = i % n + step.col;
            if (row < 0 || col < 0 || row >= n || col >= n) continue;
            const int up = row * n + col;
            if (d.receiver[index(up)] >= 0) continue;
            d.receiver[index(up)] = i;
            d.length[index(up)] = step.length * Relief::knot;
            z(row, col) = std::max(z(row, col), height + 1e-3);
            queue.emplace(z(row, col), up);
        }
        const int best = steepest(z, i, seed);
        if (best >= 0 && d.receiver[index(i)] != i) {
            d.receiver[index(i)] = best;
            d.length[index(i)] = Relief::knot * ((best / n != i / n && best % n != i % n) ? std::numbers::sqrt2 : 1.0);
        }
    }
    for (auto it = d.order.rbegin(); it != d.order.rend(); ++it) {
        const int to = d.receiver[index(*it)];
        if (to != *it) d.knots[index(to)] += d.knots[index(*it)];
    }
    return d;
}

/// Nearly the steady state: slope falls with the catchment, and no slope is steeper than rubble lies.
void erode(Plane<double>& z, const Plane<double>& uplift, const Drainage& d) {
    auto cells = z.cells();
    for (const int i : d.order) {
        const int to = d.receiver[index(i)];
        if (to == i) continue;
        const double slope = channel_slope * std::pow(d.knots[index(i)], -0.29) * uplift.cells()[index(i)];
        const double steady = cells[index(to)] + d.length[index(i)] * std::min(slope, steepest_slope);
        cells[index(i)] += eagerness * (steady - cells[index(i)]);
    }
}

template <class T>
Plane<T> softened(const Plane<T>& z, double rate) {
    Plane<T> out = z;
    for (int r = 0; r < z.rows(); ++r) {
        for (int c = 0; c < z.cols(); ++c) {
            double around = 0;
            for (const auto& [dr, dc] : {std::pair{-1, 0}, {1, 0}, {0, -1}, {0, 1}}) {
                around += z(std::clamp(r + dr, 0, z.rows() - 1), std::clamp(c + dc, 0, z.cols() - 1));
            }
            out(r, c) = static_cast<T>(z(r, c) + rate * (around / 4 - z(r, c)));
        }
    }
    return out;
}

/// Soil creeps on slopes only: a river carries away what creeps into it.
void keep_channels(Plane<double>& z, const Plane<double>& cut, const Drainage& d) {
    for (std::size_t i = 0; i < z.size(); ++i) {
        if (d.knots[i] > 40) z.cells()[i] = std::min(z.cells()[i], cut.cells()[i]);
    }
}

Plane<double> mountains(int n, std::uint64_t seed) {
    Plane<double> uplift(n, n, 0);
    Plane<double> cost(n, n, 0);
    for (int r = 0; r < n; ++r) {
        for (int c = 0; c < n; ++c) {
            const Spot spot{c * Relief::knot, r * Relief::knot};
            uplift(r, c) = std::max(0.25, 1.0 + 0.9 * rough_noise(seed ^ 11, spot, 4200, 3));
            cost(r, c) = 0.05 * std::exp(1.6 * rough_noise(seed ^ 12, spot, 1500, 5));
        }
    }
    auto z = first_slopes(cost);
    for (int round = 0; round < rounds; ++round) {
        const auto d = drain(z, seed + static_cast<std::uint64_t>(round));
        erode(z, uplift, d);
        const auto cut = z;
        for (int pass = 0; pass < 3; ++pass) z = softened(z, 0.35);
        keep_channels(z, cut, d);
    }
    const double low = *std::ranges::min_element(z.cells());
    for (auto& value : z.cells()) value += lowest - low;
    return z;
}

/// m above the stream that each knot drains to.
Plane<double> heights_above_streams(const Plane<double>& z, const Drainage& d) {
    Plane<double> above(z.rows(), z.cols(), 0);
    std::vector<double> stream(z.size());
    for (const int i : d.order) {
        const bool own = d.receiver[index(i)] == i || d.knots[index(i)] * knot_km2 >= stream_from_km2;
        stream[index(i)] = own ? z.cells()[index(i)] : stream[index(d.receiver[index(i)])];
        above.cells()[index(i)] = std::max(0.0, z.cells()[index(i)] - stream[index(i)]);
    }
    return above;
}

/// Rivers fill their valleys with gravel and loess: the lowest land beside them is nearly level.
void fill_valleys(Plane<double>& z, const Plane<double>& above) {
    for (int r = 0; r < z.rows(); ++r) {
        for (int c = 0; c < z.cols(); ++c) {
            const double h = above(r, c);
            z(r, c) -= 0.72 * std::min(h, 30.0) * (1 - smooth_step(18, 90, h));
        }
    }
}

double water_width(double km2) { return km2 < 2.5 ? 0.0 : 4.0 + 2.6 * std::sqrt(km2); }

std::vector<Reach> trace_reaches(const Drainage& d, int n) {
    std::vector<Spot> places(d.receiver.size());
    for (int i = 0; i < n * n; ++i) {
        places[index(i)] = {(i % n - Relief::margin) * Relief::knot, (i / n - Relief::margin) * Relief::knot};
    }
    const auto is_stream = [&](int i) { return d.knots[index(i)] * knot_km2 >= 0.8; };
    for (int pass = 0; pass < 3; ++pass) {
        auto moved = places;
        std::vector<int> donor(places.size(), -1);
        for (const int i : d.order) {
            const int to = d.receiver[index(i)];
            if (to == i || !is_stream(i)) continue;
            const int rival = donor[index(to)];
            if (rival < 0 || d.knots[index(i)] > d.knots[index(rival)]) donor[index(to)] = i;
        }
        for (const int i : d.order) {
            const int up = donor[index(i)];
            const int to = d.receiver[index(i)];
            if (up < 0 || to == i || !is_stream(i)) continue;
            const auto& a = places[index(up)];
            const auto& b = places[index(to)];
            const auto& p = places[index(i)];
            moved[index(i)] = {0.5 * p.e + 0.25 * (a.e + b.e), 0.5 * p.s + 0.25 * (a.s + b.s)};
        }
        places = std::move(moved);
    }
    std::vector<Reach> reaches;
    for (const int i : d.order) {
        const int to = d.receiver[index(i)];
        if (to == i || !is_stream(i)) continue;
        const double km2 = d.knots[index(i)] * knot_km2;
        reaches.push_back({places[index(i)], places[index(to)], km2, water_width(km2)});
    }
    return reaches;
}

Plane<float> as_float(const Plane<double>& plane) {
    Plane<float> out(plane.rows(), plane.cols(), 0);
    std::ranges::transform(plane.cells(), out.cells().begin(), [](double v) { return static_cast<float>(v); });
    return out;
}

struct Weights {
    std::array<double, 4> w;
    std::array<double, 4> slope;
};

/// Of a uniform cubic B-spline: smooth to the second derivative, which light on slopes needs.
Weights spline(double t) {
    const double u = 1 - t;
    return {{u * u * u / 6, (3 * t * t * t - 6 * t * t + 4) / 6, (3 * u * u * u - 6 * u * u + 4) / 6, t * t * t / 6},
            {-u * u / 2, (9 * t * t - 12 * t) / 6, (12 * u - 9 * u * u) / 6, t * t / 2}};
}

struct Surface {
    double z, de, ds;
};

Surface surface(const Plane<float>& plane, Spot spot) {
    const double x = spot.e / Relief::knot + Relief::margin;
    const double y = spot.s / Relief::knot + Relief::margin;
    const int col = std::clamp(static_cast<int>(std::floor(x)), 1, plane.cols() - 3);
    const int row = std::clamp(static_cast<int>(std::floor(y)), 1, plane.rows() - 3);
    const auto along = spline(x - col);
    const auto down = spline(y - row);
    Surface out{0, 0, 0};
    for (int r = 0; r < 4; ++r) {
        double value = 0;
        double change = 0;
        for (int c = 0; c < 4; ++c) {
            const double z = plane(row - 1 + r, col - 1 + c);
            value += along.w[index(c)] * z;
            change += along.slope[index(c)] * z;
        }
        out.z += down.w[index(r)] * value;
        out.de += down.w[index(r)] * change / Relief::knot;
        out.ds += down.slope[index(r)] * value / Relief::knot;
    }
    return out;
}

}  // namespace

Relief::Relief(double size, std::uint64_t seed) : size_(size), seed_(seed) {
    const int n = static_cast<int>(std::ceil(size / knot)) + 1 + 2 * margin;
    auto z = mountains(n, seed);
    fill_valleys(z, heights_above_streams(z, drain(z, seed)));
    z = softened(z, 0.6);
    auto drained = z;
    const auto d = drain(drained, seed);
    above_ = as_float(softened(heights_above_streams(drained, d), 0.5));
    z_ = as_float(z);
    catchment_ = Plane<float>(n, n, 0);
    std::ranges::transform(d.knots, catchment_.cells().begin(),
                           [](double k) { return static_cast<float>(k * knot_km2); });
    reaches_ = trace_reaches(d, n);
}

double Relief::between(const Plane<float>& plane, Spot spot) {
    const double x = std::clamp(spot.e / knot + margin, 0.0, plane.cols() - 1.001);
    const double y = std::clamp(spot.s / knot + margin, 0.0, plane.rows() - 1.001);
    const int col = static_cast<int>(x);
    const int row = static_cast<int>(y);
    const double u = x - col;
    const double v = y - row;
    return (1 - v) * std::lerp(plane(row, col), plane(row, col + 1), u) +
           v * std::lerp(plane(row + 1, col), plane(row + 1, col + 1), u);
}

double Relief::elevation(Spot spot) const {
    const auto smooth = surface(z_, spot);
    const double steep = std::sqrt(smooth.de * smooth.de + smooth.ds * smooth.ds);
    return smooth.z + 14 * std::min(steep, 0.7) * rough_noise(seed_ ^ 13, spot, 170, 3);
}

double Relief::slope(Spot spot) const {
    const auto smooth = surface(z_, spot);
    return std::atan(std::hypot(smooth.de, smooth.ds)) * 180 / std::numbers::pi;
}

Spot Relief::downhill(Spot spot) const {
    const auto smooth = surface(z_, spot);
    const double steep = std::hypot(smooth.de, smooth.ds);
    if (steep < 1e-9) return {};
    return {-smooth.de / steep, -smooth.ds / steep};
}

double Relief::above_stream(Spot spot) const { return between(above_, spot); }

}  // namespace linmu::demo

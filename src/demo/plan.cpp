// SPDX-License-Identifier: MIT
#include "linmu/demo/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <queue>

#include "index.hpp"
#include "linmu/core/random.hpp"
#include "linmu/demo/names.hpp"

namespace linmu::demo {
namespace {

constexpr double village_spacing = 2000;

/// How good a place is for houses: level, above the floods, near water.
double comfort(const Relief& relief, Spot spot) {
    const double above = relief.above_stream(spot);
    return -relief.slope(spot) / 6 - std::abs(above - 9) / 10;
}

Spot best_site(const Relief& relief, Spot middle) {
    Spot best = middle;
    double most = -1e9;
    for (int r = -9; r <= 9; ++r) {
        for (int c = -9; c <= 9; ++c) {
            const Spot spot{middle.e + c * 75.0, middle.s + r * 75.0};
            const bool near_edge =
                spot.e < 60 || spot.s < 60 || spot.e > relief.size() - 60 || spot.s > relief.size() - 60;
            if (near_edge) continue;
            const double score = comfort(relief, spot) - distance(spot, middle) / 900;
            if (score > most) {
                most = score;
                best = spot;
            }
        }
    }
    return best;
}

/// Small inside the county, large outside: an outline with bays and capes.
double remoteness(Spot spot, double size, std::uint64_t seed) {
    const double e = spot.e / size - 0.5;
    const double s = spot.s / size - 0.5;
    const double turn = 0.5;
    const double u = e * std::cos(turn) + s * std::sin(turn);
    const double v = s * std::cos(turn) - e * std::sin(turn);
    const double border = std::max(std::abs(e), std::abs(s));
    return std::hypot(u / 1.12, v) * (1 + 0.3 * rough_noise(seed ^ 21, spot, 0.35 * size, 2)) +
           (border > 0.43 ? 0.06 : 0.0);
}

/// The cheapest way from every knot to the root, on the relief's lattice.
std::vector<int> ways_to(const Relief& relief, int root) {
    const auto& z = relief.knots();
    const int n = z.cols();
    std::vector<int> toward(z.size(), -1);
    std::vector<double> cost(z.size(), std::numeric_limits<double>::infinity());
    using Entry = std::pair<double, int>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    cost[index(root)] = 0;
    toward[index(root)] = root;
    queue.emplace(0.0, root);
    while (!queue.empty()) {
        const auto [spent, i] = queue.top();
        queue.pop();
        if (spent > cost[index(i)]) continue;
        for (int dr = -1; dr <= 1; ++dr) {
            for (int dc = -1; dc <= 1; ++dc) {
                const int row = i / n + dr;
                const int col = i % n + dc;
                if (row < 0 || col < 0 || row >= z.rows() || col >= n || (dr == 0 && dc == 0)) continue;
                const double length = Relief::knot * std::hypot(dr, dc);
                const double climb = std::abs(z(row, col) - z(i / n, i % n)) / length;
                const double wet = relief.catchment()(row, col) > 2.5F ? 90.0 : 0.0;
                const double there = spent + length * (1 + 90 * climb * climb) + wet;
                const auto next = index(row * n + col);
                if (there >= cost[next]) continue;
                cost[next] = there;
                toward[next] = i;
                queue.emplace(there, row * n + col);
            }
        }
    }
    return toward;
}

/// Three turns of averaging: a road bends, the lattice does not.
std::vector<Spot> smoothed(std::vector<Spot> line) {
    for (int pass = 0; pass < 3; ++pass) {
        auto moved = line;
        for (std::size_t i = 1; i + 1 < line.size(); ++i) {
            moved[i] = {(line[i - 1].e + 2 * line[i].e + line[i + 1].e) / 4,
                        (line[i - 1].s + 2 * line[i].s + line[i + 1].s) / 4};
        }
        line = std::move(moved);
    }
    return line;
}

}  // namespace

Plan::Plan(const Relief& relief, std::uint64_t seed)
    : size_(relief.size()), side_(std::max(3, static_cast<int>(std::lround(relief.size() / village_spacing)))),
      seed_(seed) {
    settle(relief, seed);
    found_county(relief.size(), seed);
    build_roads(relief);
}

void Plan::settle(const Relief& relief, std::uint64_t seed) {
    const double step = size_ / side_;
    for (int i = 0; i < side_ * side_; ++i) {
        const auto jitter = [&](std::uint64_t axis) { return 0.64 * (random_unit(seed ^ 22, index(i), axis) - 0.5); };
        const Spot middle{(i % side_ + 0.5 + jitter(0)) * step, (i / side_ + 0.5 + jitter(1)) * step};
        const double radius = 95 + 70 * random_unit(seed ^ 23, index(i));
        villages_.push_back(
            {.middle = middle, .core = best_site(relief, middle), .radius = radius, .code = {}, .name = {}});
    }
}

void Plan::found_county(double size, std::uint64_t seed) {
    std::vector<int> places(villages_.size());
    std::iota(places.begin(), places.end(), 0);
    std::vector<double> far(villages_.size());
    std::ranges::transform(villages_, far.begin(), [&](const Village& v) { return remoteness(v.middle, size, seed); });
    std::ranges::stable_sort(places, {}, [&](int i) { return far[index(i)]; });
    county_villages_ = static_cast<int>(std::lround(static_cast<double>(places.size()) * 23.0 / 36.0));
    const int wanted = std::clamp(static_cast<int>(std::lround(county_villages_ / 8.0)), 1, township_names);

    const auto apart = [&](int a, int b) { return distance(villages_[index(a)].middle, villages_[index(b)].middle); };
    std::vector<int> seats{places.front()};
    const auto to_seats = [&](int i) {
        double least = std::numeric_limits<double>::infinity();
        for (const int s : seats) least = std::min(least, apart(i, s));
        return least;
    };
    // The first seat stands in the middle; were it kept while others are found, it would get most of the land.
    const auto inside = std::span(places).first(index(county_villages_));
    seats = {*std::ranges::max_element(inside, {}, [&](int i) { return apart(i, places.front()); })};
    while (static_cast<int>(seats.size()) < wanted) seats.push_back(*std::ranges::max_element(inside, {}, to_seats));

    for (int t = 0; t < wanted; ++t) townships_.push_back({township_code(t), township_name(t), 0});
    for (const int i : inside) {
        const auto nearest = std::ranges::min_element(seats, {}, [&](int s) { return apart(i, s); });
        villages_[index(i)].township = static_cast<int>(nearest - seats.begin());
    }
    std::vector<int> order(villages_.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, {}, [&](int i) {
        const int t = villages_[index(i)].township;
        return t < 0 ? township_names : t;
    });
    in_place_.resize(order.size());
    std::vector<Village> sorted;
    for (const int i : order) {
        in_place_[index(i)] = static_cast<int>(sorted.size());
        sorted.push_back(villages_[index(i)]);
    }
    villages_ = std::move(sorted);
    std::vector<int> counts(townships_.size(), 0);
    for (int v = 0; v < county_villages_; ++v) {
        auto& village = villages_[index(v)];
        const int number = counts[index(village.township)]++;
        if (number == 0) townships_[index(village.township)].seat = v;
        village.code = fmt::format("{}{:03}", townships_[index(village.township)].code, 200 + number);
        village.name = village_name(village.township, number);
    }
    for (const auto& township : townships_) villages_[index(township.seat)].radius = 210;
    villages_[index(townships_.front().seat)].radius = 330;
}

int Plan::nearest_middle(Spot spot) const {
    const double step = size_ / side_;
    const int col = static_cast<int>(std::floor(spot.e / step));
    const int row = static_cast<int>(std::floor(spot.s / step));
    int best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (int r = std::max(0, row - 2); r <= std::min(side_ - 1, row + 2); ++r) {
        for (int c = std::max(0, col - 2); c <= std::min(side_ - 1, col + 2); ++c) {
            const int v = in_place_[index(r * side_ + c)];
            const double d = distance(spot, villages_[index(v)].middle);
            if (d < least) {
                least = d;
                best = v;
            }
        }
    }
    return best;
}

int Plan::village_of(Spot spot) const {
    const double rim = std::min({spot.e, spot.s, size_ - spot.e, size_ - spot.s});
    if (rim < 350 + 150 * noise(seed_ ^ 24, spot.e / 800, spot.s / 800)) return -1;
    const Spot bent{spot.e + 260 * rough_noise(seed_ ^ 25, spot, 1300, 3),
                    spot.s + 260 * rough_noise(seed_ ^ 26, spot, 1300, 3)};
    const int v = nearest_middle(bent);
    return v < county_villages_ ? v : -1;
}

int Plan::nearest_core(Spot spot) const {
    const double step = size_ / side_;
    int best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (int r = 0; r < side_; ++r) {
        if (std::abs((r + 0.5) * step - spot.s) > 3 * step) continue;
        for (int c = 0; c < side_; ++c) {
            if (std::abs((c + 0.5) * step - spot.e) > 3 * step) continue;
            const int v = in_place_[index(r * side_ + c)];
            const double d = distance(spot, villages_[index(v)].core) - villages_[index(v)].radius;
            if (d < least) {
                least = d;
                best = v;
            }
        }
    }
    return best;
}

void Plan::build_roads(const Relief& relief) {
    const int n = relief.knots().cols();
    const auto knot_of = [&](Spot spot) {
        return (static_cast<int>(std::lround(spot.s / Relief::knot)) + Relief::margin) * n +
               static_cast<int>(std::lround(spot.e / Relief::knot)) + Relief::margin;
    };
    const int root = knot_of(villages_[index(townships_.front().seat)].core);
    const auto toward = ways_to(relief, root);
    std::vector<int> traffic(toward.size(), 0);
    for (const auto& village : villages_) {
        for (int i = knot_of(village.core); i != root; i = toward[index(i)]) ++traffic[index(i)];
    }
    const int busy = std::max(3, side_ / 2);
    std::vector<char> built(toward.size(), 0);
    const auto build = [&](int from, bool paved, const std::string& name) {
        std::vector<Spot> line;
        int i = from;
        while (true) {
            line.push_back(relief.at(i / n, i % n));
            if (built[index(i)] != 0 || i == root) break;
            built[index(i)] = 1;
            i = toward[index(i)];
        }
        if (line.size() > 2) roads_.push_back({smoothed(line), paved, paved ? 11.0 : 4.0, name});
    };
    // The busy stretches first, so that a county road is one line and byways end on it.
    for (std::size_t v = 0; v < villages_.size(); ++v) {
        int i = knot_of(villages_[v].core);
        while (i != root && traffic[index(i)] < busy) i = toward[index(i)];
        if (i != root) build(i, true, fmt::format("X{:03}", 360 + v));
    }
    for (std::size_t v = 0; v < villages_.size(); ++v)
        build(knot_of(villages_[v].core), false, fmt::format("Y{:03}", 100 + v));
}

}  // namespace linmu::demo

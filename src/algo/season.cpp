// SPDX-License-Identifier: MIT
#include "linmu/algo/season.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <vector>

namespace linmu {
namespace {

constexpr float nothing = std::numeric_limits<float>::quiet_NaN();
/// Levels between which TIMESAT measures the flanks' slopes.
constexpr double low_level = 0.2, high_level = 0.8;
/// Cells that are smoothed at once: their curves stay in the second-level cache.
constexpr std::size_t width = 64;

/// One side of the peak, walked away from it.
class Flank {
public:
    Flank(std::span<const double> curve, std::size_t peak, int direction)
        : curve_(curve), peak_(peak), direction_(direction), count_(direction < 0 ? peak : curve.size() - 1 - peak) {
        for (std::size_t k = 1; k <= count_; ++k) least_ = std::min(least_, at(k));
    }

    [[nodiscard]] double least() const { return least_; }

    /// Point (fractional) where the curve first falls to the share of its height.
    [[nodiscard]] double crossing(double share) const {
        const double level = least_ + share * (curve_[peak_] - least_);
        for (std::size_t k = 1; k <= count_; ++k) {
            if (at(k) > level) continue;
            const double part = (at(k - 1) - level) / (at(k - 1) - at(k));
            return static_cast<double>(peak_) + direction_ * (static_cast<double>(k - 1) + part);
        }
        return static_cast<double>(peak_);
    }

    /// Value a point between the two levels.
    [[nodiscard]] double slope() const {
        const double height = (high_level - low_level) * (curve_[peak_] - least_);
        return height / std::abs(crossing(high_level) - crossing(low_level));
    }

private:
    [[nodiscard]] double at(std::size_t k) const { return direction_ < 0 ? curve_[peak_ - k] : curve_[peak_ + k]; }

    std::span<const double> curve_;
    std::size_t peak_;
    int direction_;
    std::size_t count_;
    double least_ = std::numeric_limits<double>::infinity();
};

double value_at(std::span<const double> curve, double x) {
    const auto below = std::min(static_cast<std::size_t>(x), curve.size() - 2);
    const double part = x - static_cast<double>(below);
    return curve[below] + part * (curve[below + 1] - curve[below]);
}

/// Of the line through the points, from x = a to b, in points.
double integral(std::span<const double> curve, double a, double b) {
    double sum = 0, x = a, y = value_at(curve, a);
    while (x < b) {
        const double next = std::min(std::floor(x) + 1, b), value = value_at(curve, next);
        sum += 0.5 * (y + value) * (next - x);
        x = next;
        y = value;
    }
    return sum;
}

/// Points of the curve that a cell's dates reach.
struct Reach {
    std::size_t first = 0, last = 0;
    int dates = 0;
};

class Seasons {
public:
    Seasons(const DayGrid& grid, const SeasonRule& rule, std::span<const int> days)
        : grid_(grid), rule_(rule), days_(days), curve_(static_cast<std::size_t>(grid.count)) {
        const int january = day_number({date_of(rule.first).year, 1, 1});
        offset_ = grid.first - january + 1;
    }

    void measure(DateSpans values, std::size_t cell, std::span<const float> curves, std::size_t cells,
                 std::span<const std::span<float>> out, std::size_t to) {
        std::array<double, season_metric_names.size()> found{};
        const bool there = find(reach_of(values, cell), curves.subspan(cell), cells, found);
        for (std::size_t m = 0; m < out.size(); ++m) out[m][to] = there ? static_cast<float>(found[m]) : nothing;
    }

private:
    [[nodiscard]] Reach reach_of(DateSpans values, std::size_t cell) const {
        int first = std::numeric_limits<int>::max(), last = std::numeric_limits<int>::min(), dates = 0;
        for (std::size_t d = 0; d < days_.size(); ++d) {
            if (values[d][cell] != values[d][cell] || days_[d] < rule_.first || days_[d] > rule_.last) continue;
            first = std::min(first, days_[d]);
            last = std::max(last, days_[d]);
            ++dates;
        }
        if (dates == 0 || last < grid_.first || first > grid_.day(grid_.count - 1)) return {};
        const int low = std::max((first - grid_.first + grid_.step - 1) / grid_.step, 0);
        const int high = std::min((last - grid_.first) / grid_.step, grid_.count - 1);
        return {static_cast<std::size_t>(low), static_cast<std::size_t>(std::max(high, low)), dates};
    }

    bool find(const Reach& reach, std::span<const float> curve, std::size_t stride,
              std::array<double, season_metric_names.size()>& found) {
        if (reach.dates < rule_.least_dates || curve[0] != curve[0]) return false;
        const std::size_t n = reach.last - reach.first + 1;
        for (std::size_t p = 0; p < n; ++p) curve_[p] = static_cast<double>(curve[(reach.first + p) * stride]);
        auto metrics = season_metrics({curve_.data(), n}, grid_.step, rule_.fraction);
        if (!metrics || metrics->amplitude < rule_.least_amplitude) return false;
        const double shift = offset_ + static_cast<double>(reach.first) * grid_.step;
        for (double* time : {&metrics->start, &metrics->end, &metrics->middle}) *time += shift;
        found = values_of(*metrics);
        return true;
    }

    const DayGrid& grid_;
    const SeasonRule& rule_;
    std::span<const int> days_;
    std::vector<double> curve_;
    double offset_ = 0;
};

}  // namespace

std::array<double, 11> values_of(const SeasonMetrics& m) {
    return {m.base,   m.peak, m.amplitude, m.start,          m.end,           m.length,
            m.middle, m.rise, m.fall,      m.large_integral, m.small_integral};
}

std::optional<SeasonMetrics> season_metrics(std::span<const double> curve, double step, double fraction) {
    const auto peak = static_cast<std::size_t>(std::ranges::max_element(curve) - curve.begin());
    if (curve.size() < 3 || peak == 0 || peak + 1 == curve.size()) return {};
    const Flank left(curve, peak, -1), right(curve, peak, 1);
    if (!(left.least() < curve[peak]) || !(right.least() < curve[peak])) return {};
    const double start = left.crossing(fraction), end = right.crossing(fraction);
    SeasonMetrics m{};
    m.base = 0.5 * (left.least() + right.least());
    m.peak = curve[peak];
    m.amplitude = m.peak - m.base;
    m.start = start * step;
    m.end = end * step;
    m.length = m.end - m.start;
    m.middle = 0.5 * (left.crossing(high_level) + right.crossing(high_level)) * step;
    m.rise = left.slope() / step;
    m.fall = right.slope() / step;
    m.large_integral = integral(curve, start, end) * step;
    m.small_integral = m.large_integral - m.base * m.length;
    return m;
}

void season(const Smoother& smoother, const DayGrid& grid, const SeasonRule& rule, std::span<const int> days,
            DateSpans values, std::span<const std::span<float>> out) {
    assert(values.size() == days.size() && !out.empty());
    const std::size_t cells = out[0].size();
    Seasons seasons(grid, rule, days);
    std::vector<float> curves;
    std::vector<std::span<const float>> part(values.size());
    for (std::size_t start = 0; start < cells; start += width) {
        const std::size_t n = std::min(width, cells - start);
        for (std::size_t d = 0; d < values.size(); ++d) part[d] = values[d].subspan(start, n);
        curves.resize(static_cast<std::size_t>(grid.count) * n);
        smoother.smooth(part, curves);
        for (std::size_t i = 0; i < n; ++i) seasons.measure(part, i, curves, n, out, start + i);
    }
}

}  // namespace linmu

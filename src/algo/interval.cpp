// SPDX-License-Identifier: MIT
#include "linmu/algo/interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace linmu {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
/// Found by simulation of designs of 400 to 1500 units: from here on both intervals hold the truth equally often.
constexpr double enough_counts = 20;

double square(double x) { return x * x; }

struct Limits {
    double low = 0, high = 0;
};

/// Continued fraction of the incomplete beta function, by Lentz's method; converges fast for x < (a + 1) / (a + b + 2).
double beta_fraction(double x, double a, double b) {
    constexpr double tiny = 1e-300;
    const auto not_zero = [](double v) { return std::abs(v) < tiny ? tiny : v; };
    double c = 1, d = 1 / not_zero(1 - (a + b) * x / (a + 1)), fraction = d;
    for (int m = 1; m < 500; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double step = 0;
        for (const double term : {even, odd}) {
            d = 1 / not_zero(1 + term * d);
            c = not_zero(1 + term / c);
            fraction *= step = c * d;
        }
        if (std::abs(step - 1) < 1e-14) break;
    }
    return fraction;
}

/// log of the gamma function; std::lgamma writes a global.
double log_gamma(double x) {
    // Stirling's series from 15 on, where its fourth term is below 1e-13.
    double down = 0;
    for (; x < 15; x += 1) down += std::log(x);
    const double y = 1 / (x * x);
    const double series = (1.0 / 12 - y * (1.0 / 360 - y * (1.0 / 1260 - y / 1680))) / x;
    return (x - 0.5) * std::log(x) - x + 0.91893853320467274178 + series - down;
}

double beta_share_below(double x, double a, double b) {
    if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
    const double front =
        std::exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(x, a, b) / a;
    return 1 - front * beta_fraction(1 - x, b, a) / b;
}

/// `n` may be larger than the units, where a good part of a stratum was drawn.
Limits jeffreys_limits(double share, double n) {
    const double hits = share * n, misses = n - hits;
    return {hits > 0 ? std::min(share, beta_quantile(0.025, hits + 0.5, misses + 0.5)) : 0,
            misses > 0 ? std::max(share, beta_quantile(0.975, hits + 0.5, misses + 0.5)) : 1};
}

double variance_of(const StratumHits& s) {
    const double p = s.hits / s.n;
    return square(s.weight) * (1 - s.drawn) * p * (1 - p) / (s.n - 1);
}

IntervalEstimate recovered(std::span<const StratumHits> strata, IntervalEstimate found) {
    double below = 0, above = 0;
    for (const auto& s : strata) {
        if (!(s.weight > 0) || s.drawn >= 1) continue;
        const double p = s.hits / s.n;
        const auto limits = jeffreys_limits(p, s.n / (1 - s.drawn));
        below += square(s.weight * (p - limits.low));
        above += square(s.weight * (limits.high - p));
    }
    found.low = std::max(0.0, found.value - std::sqrt(below));
    found.high = std::min(1.0, found.value + std::sqrt(above));
    found.method = IntervalMethod::recovered;
    return found;
}

}  // namespace

std::string_view to_string(IntervalMethod method) noexcept {
    switch (method) {
        case IntervalMethod::normal: return "normal";
        case IntervalMethod::jeffreys: return "jeffreys";
        case IntervalMethod::recovered: return "stratified jeffreys";
        case IntervalMethod::logit: return "logit";
        case IntervalMethod::none: break;
    }
    return "none";
}

IntervalEstimate IntervalEstimate::scaled(double factor) const noexcept {
    return {value * factor, standard_error * factor, low * factor, high * factor, method};
}

double beta_quantile(double p, double a, double b) {
    double low = 0, high = 1;
    while (high - low > 1e-12 * std::max(high, 1e-3)) {
        const double middle = (low + high) / 2;
        if (beta_share_below(middle, a, b) < p) low = middle;
        else high = middle;
    }
    return (low + high) / 2;
}

IntervalEstimate no_estimate() noexcept { return {none, none, none, none, IntervalMethod::none}; }

IntervalEstimate jeffreys(double hits, double n) {
    const double share = hits / n;
    const auto limits = jeffreys_limits(share, n);
    return {share, n > 1 ? std::sqrt(share * (1 - share) / (n - 1)) : none, limits.low, limits.high,
            IntervalMethod::jeffreys};
}

double counts_behind(std::span<const StratumHits> strata) {
    double all = 0, by_count = 0;
    for (const auto& s : strata) {
        if (!(s.weight > 0)) continue;
        const double count = std::min(s.hits, s.n - s.hits) + 0.5;
        const double p = count / (s.n + 1);
        const double variance = square(s.weight) * p * (1 - p) / s.n;
        all += variance;
        by_count += square(variance) / count;
    }
    return by_count > 0 ? square(all) / by_count : 0;
}

IntervalEstimate weighted_share(std::span<const StratumHits> strata) {
    IntervalEstimate found;
    double variance = 0;
    for (const auto& s : strata) {
        if (!(s.weight > 0)) continue;
        found.value += s.weight * s.hits / s.n;
        variance += variance_of(s);
    }
    found.standard_error = std::sqrt(variance);
    if (counts_behind(strata) < enough_counts) return recovered(strata, found);
    found.low = std::max(0.0, found.value - normal_95 * found.standard_error);
    found.high = std::min(1.0, found.value + normal_95 * found.standard_error);
    found.method = IntervalMethod::normal;
    return found;
}

IntervalEstimate normal_interval(double value, double standard_error) noexcept {
    const double reach = normal_95 * standard_error;
    return {value, standard_error, value - reach, value + reach, IntervalMethod::normal};
}

IntervalEstimate ratio_interval(double value, double standard_error, double n) {
    if (!(value >= 0)) return no_estimate();
    const double inside = value * (1 - value);
    if (!(inside > 1e-12) || !(standard_error > 0)) {
        const double p = std::clamp(value, 0.0, 1.0);
        if (!(n > 0)) return {value, standard_error, none, none, IntervalMethod::none};
        const auto limits = jeffreys_limits(p, n);
        return {value, standard_error, limits.low, limits.high, IntervalMethod::jeffreys};
    }
    const double odds = std::log(value / (1 - value)), reach = normal_95 * standard_error / inside;
    const auto back = [](double x) { return 1 / (1 + std::exp(-x)); };
    return {value, standard_error, back(odds - reach), back(odds + reach), IntervalMethod::logit};
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/smoothing.hpp"

#include <fmt/format.h>

#include <Eigen/Core>
#include <Eigen/QR>
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr float nothing = std::numeric_limits<float>::quiet_NaN();
constexpr int least_dates = 3;
/// Cells that are solved at once.
constexpr std::size_t width = 32;
using Lane = std::array<double, width>;

std::size_t cells_in(DateSpans values) { return values.empty() ? 0 : values[0].size(); }

void check(const DayGrid& grid) {
    if (grid.count < 3 || grid.step < 1)
        throw DataError(fmt::format("a curve needs 3 days at least, a day or more apart; here are {} of {}", grid.count,
                                    grid.step));
}

/// Where a date falls on the grid: `part` of the way from point `at` to the next.
struct Place {
    std::size_t at = 0;
    double part = 0;
    double weight = 1;
    std::size_t date = 0;  ///< position in the input
};

/// The dates on the grid, in the order of time.
std::vector<Place> places_on(const DayGrid& grid, std::span<const int> days, std::span<const double> weights) {
    check(grid);
    std::vector<std::size_t> order(days.size());
    for (std::size_t d = 0; d < days.size(); ++d) order[d] = d;
    std::ranges::stable_sort(order, {}, [&](std::size_t d) { return days[d]; });
    std::vector<Place> places;
    for (const auto d : order) {
        const int after = days[d] - grid.first;
        if (after < 0 || days[d] > grid.day(grid.count - 1)) continue;
        // The last point has no next: it is the end of the interval before it.
        const int at = std::min(after / grid.step, grid.count - 2);
        places.push_back({static_cast<std::size_t>(at), static_cast<double>(after - at * grid.step) / grid.step,
                          weights.empty() ? 1 : weights[d], d});
    }
    return places;
}

/// A = L D L^T with two bands below the diagonal, in many cells at once.
class Pentadiagonal {
public:
    explicit Pentadiagonal(std::size_t n) : diagonal_(n), first_(n), second_(n) {}

    /// The penalty's part of A: lambda D^T D, D the second differences.
    void set_penalty(double lambda) {
        for (auto* band : {&diagonal_, &first_, &second_})
            for (auto& lane : *band) lane.fill(0);
        for (std::size_t k = 0; k + 2 < diagonal_.size(); ++k) {
            add(diagonal_[k], lambda);
            add(diagonal_[k + 1], 4 * lambda);
            add(diagonal_[k + 2], lambda);
            add(first_[k], -2 * lambda);
            add(first_[k + 1], -2 * lambda);
            add(second_[k], lambda);
        }
    }

    /// A value on the way between two points: w times the square of (1 - part, part).
    void add_value(const Place& place, const Lane& w) {
        const double left = 1 - place.part, right = place.part;
        for (std::size_t i = 0; i < width; ++i) {
            diagonal_[place.at][i] += w[i] * left * left;
            first_[place.at][i] += w[i] * left * right;
            diagonal_[place.at + 1][i] += w[i] * right * right;
        }
    }

    void factor() {
        for (std::size_t k = 0; k < diagonal_.size(); ++k) {
            for (std::size_t i = 0; i < width; ++i) {
                const double before = k > 0 ? diagonal_[k - 1][i] : 0, c = k > 0 ? first_[k - 1][i] : 0;
                const double earlier = k > 1 ? diagonal_[k - 2][i] : 0, e = k > 1 ? second_[k - 2][i] : 0;
                const double e1 = k > 0 ? second_[k - 1][i] : 0;
                diagonal_[k][i] -= c * c * before + e * e * earlier;
                first_[k][i] = (first_[k][i] - before * c * e1) / diagonal_[k][i];
                second_[k][i] /= diagonal_[k][i];
            }
        }
    }

    /// Right-hand sides become solutions.
    void solve(std::vector<Lane>& z) const {
        const std::size_t n = diagonal_.size();
        for (std::size_t k = 1; k < n; ++k)
            for (std::size_t i = 0; i < width; ++i)
                z[k][i] -= first_[k - 1][i] * z[k - 1][i] + (k > 1 ? second_[k - 2][i] * z[k - 2][i] : 0);
        for (std::size_t k = n; k-- > 0;)
            for (std::size_t i = 0; i < width; ++i)
                z[k][i] = z[k][i] / diagonal_[k][i] - (k + 1 < n ? first_[k][i] * z[k + 1][i] : 0) -
                          (k + 2 < n ? second_[k][i] * z[k + 2][i] : 0);
    }

private:
    static void add(Lane& lane, double value) {
        for (auto& x : lane) x += value;
    }
    std::vector<Lane> diagonal_, first_, second_;
};

class WhittakerSmoother final : public Smoother {
public:
    WhittakerSmoother(const Whittaker& how, const DayGrid& grid, std::span<const int> days)
        : envelope_(how.envelope), points_(static_cast<std::size_t>(grid.count)),
          lambda_(how.lambda / std::pow(grid.step, 3)) {
        if (!(how.lambda > 0)) throw DataError(fmt::format("lambda is {}; it must be above 0", how.lambda));
        if (!how.weights.empty() && how.weights.size() != days.size())
            throw DataError(fmt::format("{} weights for {} dates", how.weights.size(), days.size()));
        for (const double w : how.weights)
            if (!(w >= 0)) throw DataError(fmt::format("a weight is {}; it must not be negative", w));
        places_ = places_on(grid, days, how.weights);
    }

    void smooth(DateSpans values, std::span<float> curves) const override {
        const std::size_t cells = cells_in(values);
        assert(curves.size() == points_ * cells);
        Work work(points_, places_.size());
        for (std::size_t start = 0; start < cells; start += width) {
            const std::size_t n = std::min(width, cells - start);
            load(values, start, n, work);
            solve(work);
            for (std::size_t p = 0; p < points_; ++p)
                for (std::size_t i = 0; i < n; ++i)
                    curves[p * cells + start + i] =
                        work.count[i] >= least_dates ? static_cast<float>(work.curve[p][i]) : nothing;
        }
    }

private:
    struct Work {
        Work(std::size_t points, std::size_t dates) : system(points), curve(points), value(dates), weight(dates) {}
        Pentadiagonal system;
        std::vector<Lane> curve, value, weight;
        std::array<int, width> count{};
    };

    void load(DateSpans values, std::size_t start, std::size_t n, Work& work) const {
        work.count.fill(0);
        for (std::size_t k = 0; k < places_.size(); ++k) {
            work.value[k].fill(0);
            work.weight[k].fill(0);
            const float* from = values[places_[k].date].data() + start;
            for (std::size_t i = 0; i < n; ++i) {
                if (from[i] != from[i] || places_[k].weight == 0) continue;
                work.value[k][i] = static_cast<double>(from[i]);
                work.weight[k][i] = places_[k].weight;
                ++work.count[i];
            }
        }
    }

    void solve(Work& work) const {
        work.system.set_penalty(lambda_);
        for (std::size_t k = 0; k < places_.size(); ++k) work.system.add_value(places_[k], work.weight[k]);
        work.system.factor();
        fit(work);
        for (int round = 0; round < envelope_; ++round) {
            lift(work);
            fit(work);
        }
    }

    void fit(Work& work) const {
        for (auto& lane : work.curve) lane.fill(0);
        for (std::size_t k = 0; k < places_.size(); ++k) {
            const auto [at, part, weight, date] = places_[k];
            for (std::size_t i = 0; i < width; ++i) {
                const double weighted = work.weight[k][i] * work.value[k][i];
                work.curve[at][i] += (1 - part) * weighted;
                work.curve[at + 1][i] += part * weighted;
            }
        }
        work.system.solve(work.curve);
    }

    void lift(Work& work) const {
        for (std::size_t k = 0; k < places_.size(); ++k) {
            const auto [at, part, weight, date] = places_[k];
            for (std::size_t i = 0; i < width; ++i)
                work.value[k][i] =
                    std::max(work.value[k][i], (1 - part) * work.curve[at][i] + part * work.curve[at + 1][i]);
        }
    }

    int envelope_;
    std::size_t points_;
    double lambda_;
    std::vector<Place> places_;
};

/// The filter of one window, the ends included: their points take the polynomial of the outermost whole window.
class Filter {
public:
    Filter(int half_window, int degree) : half_(static_cast<std::size_t>(half_window)) {
        for (int at = -half_window; at <= half_window; ++at)
            rows_.push_back(savitzky_golay_weights(half_window, degree, at));
    }

    void apply(std::span<const double> y, std::span<double> out) const {
        for (std::size_t p = 0; p < y.size(); ++p) {
            const std::size_t middle = std::clamp(p, half_, y.size() - 1 - half_);
            const auto& weights = rows_[p + half_ - middle];
            double sum = 0;
            for (std::size_t k = 0; k < weights.size(); ++k) sum += weights[k] * y[middle - half_ + k];
            out[p] = sum;
        }
    }

private:
    std::size_t half_;
    std::vector<std::vector<double>> rows_;
};

class EnvelopeSmoother final : public Smoother {
public:
    EnvelopeSmoother(const SavitzkyGolay& how, const DayGrid& grid, std::span<const int> days)
        : rounds_(how.rounds), points_(static_cast<std::size_t>(grid.count)), trend_(how.half_window, how.trend_degree),
          fit_(how.half_window, how.degree), places_(places_on(grid, days, {})) {
        if (grid.count < 2 * how.half_window + 1)
            throw DataError(
                fmt::format("a window of {} days of the grid does not fit into {}; take a smaller half "
                            "window, or a finer step",
                            2 * how.half_window + 1, grid.count));
    }

    void smooth(DateSpans values, std::span<float> curves) const override {
        const std::size_t cells = cells_in(values);
        assert(curves.size() == points_ * cells);
        Work work(points_);
        for (std::size_t cell = 0; cell < cells; ++cell) {
            const bool enough = interpolate(values, cell, work);
            if (enough) filter(work);
            for (std::size_t p = 0; p < points_; ++p)
                curves[p * cells + cell] = enough ? static_cast<float>(work.best[p]) : nothing;
        }
    }

private:
    struct Work {
        explicit Work(std::size_t n) : first(n), trend(n), weight(n), lifted(n), fitted(n), best(n) {}
        std::vector<double> first, trend, weight, lifted, fitted, best;
    };

    /// Linear between the dates with a value, level before the first and after the last.
    bool interpolate(DateSpans values, std::size_t cell, Work& work) const {
        int count = 0;
        double before = 0, value_before = 0;
        std::size_t next = 0;
        for (const auto& place : places_) {
            const float seen = values[place.date][cell];
            if (seen != seen) continue;
            const double at = static_cast<double>(place.at) + place.part, value = static_cast<double>(seen);
            for (; next < points_ && static_cast<double>(next) <= at; ++next) {
                const double part = count == 0 ? 1 : (static_cast<double>(next) - before) / (at - before);
                work.first[next] = value_before + part * (value - value_before);
                if (count == 0) work.first[next] = value;
            }
            before = at;
            value_before = value;
            ++count;
        }
        std::fill(work.first.begin() + static_cast<std::ptrdiff_t>(next), work.first.end(), value_before);
        return count >= least_dates;
    }

    void filter(Work& work) const {
        trend_.apply(work.first, work.best);
        if (rounds_ == 0) return;
        work.trend = work.best;
        weigh(work);
        double effect = std::numeric_limits<double>::infinity();
        auto* under = &work.trend;
        for (int round = 0; round < rounds_; ++round) {
            for (std::size_t p = 0; p < points_; ++p) work.lifted[p] = std::max(work.first[p], (*under)[p]);
            fit_.apply(work.lifted, work.fitted);
            const double now = effect_of(work);
            if (now >= effect) return;
            effect = now;
            work.best = work.fitted;
            under = &work.best;
        }
    }

    /// 1 on and above the trend, less below it by the depth's share of the greatest (their eq. 4).
    static void weigh(Work& work) {
        double deepest = 0;
        for (std::size_t p = 0; p < work.first.size(); ++p)
            deepest = std::max(deepest, std::abs(work.first[p] - work.trend[p]));
        for (std::size_t p = 0; p < work.first.size(); ++p) {
            const double depth = work.trend[p] - work.first[p];
            work.weight[p] = depth <= 0 ? 1 : 1 - depth / deepest;
        }
    }

    static double effect_of(const Work& work) {
        double sum = 0;
        for (std::size_t p = 0; p < work.first.size(); ++p)
            sum += work.weight[p] * std::abs(work.fitted[p] - work.first[p]);
        return sum;
    }

    int rounds_;
    std::size_t points_;
    Filter trend_, fit_;
    std::vector<Place> places_;
};

class HarmonicSmoother final : public Smoother {
public:
    HarmonicSmoother(const HarmonicModel& how, const DayGrid& grid, std::span<const int> days)
        : grid_(grid), fit_(how, days) {
        check(grid);
    }

    void smooth(DateSpans values, std::span<float> curves) const override {
        const std::size_t cells = cells_in(values);
        const auto fitted = fit_.fit(values);
        for (int p = 0; p < grid_.count; ++p)
            fit_.predict(fitted, grid_.day(p), curves.subspan(static_cast<std::size_t>(p) * cells, cells));
    }

private:
    DayGrid grid_;
    HarmonicFit fit_;
};

}  // namespace

std::unique_ptr<Smoother> make_smoother(const Whittaker& how, const DayGrid& grid, std::span<const int> days) {
    return std::make_unique<WhittakerSmoother>(how, grid, days);
}

std::unique_ptr<Smoother> make_smoother(const SavitzkyGolay& how, const DayGrid& grid, std::span<const int> days) {
    return std::make_unique<EnvelopeSmoother>(how, grid, days);
}

std::unique_ptr<Smoother> make_smoother(const HarmonicModel& how, const DayGrid& grid, std::span<const int> days) {
    return std::make_unique<HarmonicSmoother>(how, grid, days);
}

std::vector<double> savitzky_golay_weights(int half_window, int degree, int at) {
    const int points = 2 * half_window + 1, terms = degree + 1;
    if (half_window < 1 || degree < 0 || terms > points)
        throw DataError(fmt::format("a polynomial of degree {} does not fit into a window of {} days", degree, points));
    Eigen::MatrixXd powers(points, terms);
    Eigen::VectorXd there(terms);
    // Abscissas within -1 and 1 keep high powers small.
    for (int k = 0; k < terms; ++k) {
        for (int i = 0; i < points; ++i) powers(i, k) = std::pow(static_cast<double>(i - half_window) / half_window, k);
        there[k] = std::pow(static_cast<double>(at) / half_window, k);
    }
    // The value at `at` is there^T (X^T X)^-1 X^T y = (Q R^-T there)^T y.
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(powers);
    const Eigen::MatrixXd r = qr.matrixQR().topRows(terms).triangularView<Eigen::Upper>();
    Eigen::VectorXd weights = Eigen::VectorXd::Zero(points);
    weights.head(terms) = r.transpose().triangularView<Eigen::Lower>().solve(there);
    weights.applyOnTheLeft(qr.householderQ());
    return {weights.data(), weights.data() + points};
}

}  // namespace linmu

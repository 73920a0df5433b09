// SPDX-License-Identifier: MIT
#include "linmu/algo/breaks.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr float nothing = std::numeric_limits<float>::quiet_NaN();
constexpr double least_pivot = 1e-4;
/// Observations around an alarm among which the break is placed.
constexpr std::size_t before_alarm = 8, after_alarm = 2;

struct Break {
    std::size_t at = 0;  ///< observation of the cell
    double magnitude = 0;
    double rmse = 0;
};

/// What is known of a date for all cells.
struct DateRow {
    int day = 0;
    std::size_t date = 0;  ///< position in the input
    HarmonicRow x{};
};

/// One cell after another. Observations are its dates with a value, in the order of time.
template <int P>
class Cell {
public:
    Cell(const BreakRule& rule, std::span<const DateRow> dates) : rule_(rule), dates_(dates) {
        seen_.reserve(dates.size());
    }

    void load(DateSpans values, std::size_t cell) {
        seen_.clear();
        for (const auto& date : dates_) {
            const float value = values[date.date][cell];
            if (value != value) continue;
            Seen seen{Vector::Zero(), static_cast<double>(value), date.day};
            for (int a = 0; a < P; ++a) seen.x[a] = date.x[static_cast<std::size_t>(a)];
            seen_.push_back(seen);
        }
        told_.reset();
        rmse_.reset();
    }

    /// Goes through the series from history to history.
    void run() {
        std::size_t start = 0;
        while (const auto next = begin_history(start)) {
            const auto alarm = watch(*next);
            if (!rmse_) rmse_ = rmse_now_;
            if (!alarm) {
                if (!told_) rmse_ = rmse_now_;
                return;
            }
            const Break found = place(*alarm);
            tell(found);
            start = std::max(found.at, start + 1);
        }
    }

    [[nodiscard]] std::size_t count() const { return seen_.size(); }
    [[nodiscard]] const std::optional<Break>& told() const { return told_; }
    [[nodiscard]] const std::optional<double>& rmse() const { return rmse_; }  ///< none: there was no history
    [[nodiscard]] int day(std::size_t i) const { return seen_[i].day; }

private:
    using Vector = Eigen::Matrix<double, P, 1>;
    using Matrix = Eigen::Matrix<double, P, P>;
    struct Seen {
        Vector x;
        double y = 0;
        int day = 0;
    };

    /// Fits the first stable history from `start` on; the observation after it. None: the series is too short.
    std::optional<std::size_t> begin_history(std::size_t start) {
        for (; start < seen_.size(); ++start) {
            const auto end = history_end(start);
            if (!end) return {};
            clear();
            for (std::size_t i = start; i < *end; ++i) join(i);
            if (fit() && drop_outliers() && stable(start, *end)) return end;
        }
        return {};
    }

    [[nodiscard]] std::optional<std::size_t> history_end(std::size_t start) const {
        const double least_days = rule_.history_years * days_a_year;
        const auto least = static_cast<std::size_t>(std::max(rule_.history_dates, P + 2));
        for (std::size_t end = start + least; end <= seen_.size(); ++end)
            if (seen_[end - 1].day - seen_[start].day >= least_days) return end;
        return {};
    }

    void clear() {
        normal_.setZero();
        right_.setZero();
        squares_ = 0;
        joined_.clear();
    }

    void join(std::size_t i) {
        const auto& seen = seen_[i];
        normal_ += seen.x * seen.x.transpose();
        right_ += seen.x * seen.y;
        squares_ += seen.y * seen.y;
        joined_.push_back(i);
    }

    bool fit() {
        const auto n = static_cast<double>(joined_.size());
        const Eigen::LDLT<Matrix> factor(normal_);
        if (n <= P || !(factor.vectorD().minCoeff() > least_pivot * n)) return false;
        curve_ = factor.solve(right_);
        inverse_ = factor.solve(Matrix::Identity());
        const double squares = std::max(squares_ - curve_.dot(right_), 0.0);
        rmse_now_ = std::max(std::sqrt(squares / (n - P)), rule_.least_noise);
        fitted_with_ = joined_.size();
        return true;
    }

    /// Far observations of a first history leave it once: by their median size, which a few clouds can't move.
    bool drop_outliers() {
        sizes_.clear();
        for (const auto i : joined_) sizes_.push_back(std::abs(residual(i)));
        const auto middle = sizes_.begin() + static_cast<std::ptrdiff_t>(sizes_.size() / 2);
        std::nth_element(sizes_.begin(), middle, sizes_.end());
        const double limit = 4 * std::max(1.4826 * *middle, rule_.least_noise);
        const auto kept = joined_;
        clear();
        for (const auto i : kept)
            if (std::abs(residual(i)) <= limit) join(i);
        return joined_.size() == kept.size() || fit();
    }

    /// Zhu and Woodcock 2014, eq. 3: neither the ends nor the trend leave the noise.
    [[nodiscard]] bool stable(std::size_t start, std::size_t end) const {
        const double limit = rule_.threshold * rmse_now_;
        const double years = (seen_[end - 1].day - seen_[start].day) / days_a_year;
        const double rise = rule_.curve.trend ? std::abs(curve_[P - 1]) * years : 0;
        return std::abs(residual(start)) < limit && std::abs(residual(end - 1)) < limit && rise < 2 * limit;
    }

    [[nodiscard]] double residual(std::size_t i) const { return seen_[i].y - curve_.dot(seen_[i].x); }
    /// Is it further from the curve than the threshold's standard errors of the prediction? -1 below, 1 above, 0 no.
    [[nodiscard]] int beyond(std::size_t i) const {
        const double limit = rule_.threshold * rmse_now_, away = residual(i);
        if (std::abs(away) <= limit) return 0;
        const auto& x = seen_[i].x;
        if (std::abs(away) <= limit * std::sqrt(1 + x.dot(inverse_ * x))) return 0;
        return away > 0 ? 1 : -1;
    }

    /// Watches from `next` on; the first observation of an alarm.
    std::optional<std::size_t> watch(std::size_t next) {
        const auto run = static_cast<std::size_t>(rule_.consecutive);
        for (std::size_t i = next; i < seen_.size(); ++i) {
            const int side = beyond(i);
            if (side == 0) {
                join(i);
                if (10 * joined_.size() >= 11 * fitted_with_) (void)fit();
            } else if (i + run <= seen_.size() && all_beyond(i + 1, i + run, side)) {
                return i;
            }
        }
        // The last curve has all of the history.
        (void)fit();
        return {};
    }

    [[nodiscard]] bool all_beyond(std::size_t from, std::size_t to, int side) const {
        for (std::size_t i = from; i < to; ++i)
            if (beyond(i) != side) return false;
        return true;
    }

    /// Where the residuals step from the curve to the break's magnitude. An observation speaks for the side that it is nearer to, and no
    /// louder than from there: a cloud before the break must not pull it.
    Break place(std::size_t alarm) {
        const std::size_t from = alarm - std::min(alarm, before_alarm);
        const std::size_t to = alarm + static_cast<std::size_t>(rule_.consecutive);
        // Observations after the break that were taken for the history would pull the curve: it is fitted without them.
        leave(from);
        const double magnitude = middle_residual(alarm, to);
        std::size_t best = to - 1;
        double most = 0, sum = 0;
        for (std::size_t at = to; at-- > from;) {
            sum += std::clamp(residual(at) / magnitude, 0.0, 1.0) - 0.5;
            if (at <= alarm + after_alarm && sum > most) {
                most = sum;
                best = at;
            }
        }
        return {best, middle_residual(best, to), rmse_now_};
    }

    double middle_residual(std::size_t from, std::size_t to) {
        sizes_.clear();
        for (std::size_t i = from; i < to; ++i) sizes_.push_back(residual(i));
        const auto middle = sizes_.begin() + static_cast<std::ptrdiff_t>(sizes_.size() / 2);
        std::nth_element(sizes_.begin(), middle, sizes_.end());
        return *middle;
    }

    /// Takes the observations from `from` on out of the history, where enough of it is left for a curve.
    void leave(std::size_t from) {
        const auto kept = joined_;
        clear();
        for (const auto i : kept)
            if (i < from) join(i);
        if (joined_.size() >= static_cast<std::size_t>(rule_.history_dates)) (void)fit();
    }

    void tell(const Break& found) {
        const bool better =
            !told_ || rule_.which == WhichBreak::last ||
            (rule_.which == WhichBreak::largest && std::abs(found.magnitude) > std::abs(told_->magnitude));
        if (better) told_ = found;
    }

    const BreakRule& rule_;
    std::span<const DateRow> dates_;
    std::vector<Seen> seen_;
    std::optional<Break> told_;
    std::optional<double> rmse_;

    Matrix normal_ = Matrix::Zero(), inverse_ = Matrix::Zero();
    Vector right_ = Vector::Zero(), curve_ = Vector::Zero();
    double squares_ = 0, rmse_now_ = 0;
    std::size_t fitted_with_ = 0;
    std::vector<std::size_t> joined_;
    std::vector<double> sizes_;
};

template <int P>
void find_all(const BreakRule& rule, std::span<const DateRow> dates, DateSpans values, const BreakRows& out) {
    Cell<P> cell(rule, dates);
    for (std::size_t i = 0; i < out.date.size(); ++i) {
        cell.load(values, i);
        cell.run();
        const auto& told = cell.told();
        const auto& rmse = cell.rmse();
        out.count[i] = static_cast<float>(cell.count());
        out.rmse[i] = told ? static_cast<float>(told->rmse) : rmse ? static_cast<float>(*rmse) : nothing;
        out.date[i] = told ? static_cast<float>(decimal_year(cell.day(told->at))) : nothing;
        out.magnitude[i] = told ? static_cast<float>(told->magnitude) : nothing;
        out.year[i] = told ? date_of(cell.day(told->at)).year : no_code;
        const std::int32_t sign = !told ? 0 : told->magnitude > 0 ? 1 : -1;
        out.direction[i] = rmse ? sign : no_code;
    }
}

void check(const BreakRule& rule) {
    if (rule.curve.pairs < 1 || rule.curve.pairs > 3)
        throw DataError(fmt::format("a harmonic curve has 1 to 3 pairs, not {}", rule.curve.pairs));
    if (rule.consecutive < 2)
        throw DataError(
            fmt::format("{} observations in a row tell no break from an outlier; 2 at least", rule.consecutive));
    if (!(rule.threshold > 0)) throw DataError(fmt::format("the threshold is {}; it must be above 0", rule.threshold));
}

std::vector<DateRow> rows_of(const HarmonicModel& model, std::span<const int> days) {
    std::vector<DateRow> rows;
    if (days.empty()) return rows;
    const auto [first, last] = std::ranges::minmax(days);
    for (std::size_t d = 0; d < days.size(); ++d)
        rows.push_back({days[d], d, harmonic_row(model, days[d], 0.5 * (first + last))});
    std::ranges::stable_sort(rows, {}, &DateRow::day);
    return rows;
}

}  // namespace

WhichBreak parse_which_break(std::string_view name) {
    if (name == "first") return WhichBreak::first;
    if (name == "last") return WhichBreak::last;
    if (name == "largest") return WhichBreak::largest;
    throw DataError(fmt::format("'{}' is no choice of a break; one of first, last, largest", name));
}

void find_breaks(const BreakRule& rule, std::span<const int> days, DateSpans values, const BreakRows& out) {
    assert(days.size() == values.size());
    check(rule);
    const auto rows = rows_of(rule.curve, days);
    switch (rule.curve.parameters()) {
        case 3: return find_all<3>(rule, rows, values, out);
        case 4: return find_all<4>(rule, rows, values, out);
        case 5: return find_all<5>(rule, rows, values, out);
        case 6: return find_all<6>(rule, rows, values, out);
        case 7: return find_all<7>(rule, rows, values, out);
        default: return find_all<8>(rule, rows, values, out);
    }
}

}  // namespace linmu

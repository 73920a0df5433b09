// SPDX-License-Identifier: MIT
#include "linmu/algo/trend.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <numbers>
#include <vector>

#include "linmu/core/block.hpp"

namespace linmu {
namespace {

constexpr std::size_t most_exact = 10;

/// Mean of the two middle values when their count is even. Reorders.
double median(std::span<double> values) {
    const std::size_t half = values.size() / 2;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

/// shares[n][k]: of the orders of n different values, which share has k pairs that fall.
std::vector<std::vector<double>> inversion_shares() {
    std::vector<std::vector<double>> shares{{1}, {1}};
    for (std::size_t n = 2; n <= most_exact; ++n) {
        const auto& before = shares.back();
        std::vector<double> now(n * (n - 1) / 2 + 1);
        // The last value stands over 0 to n - 1 of those before it, each equally likely.
        for (std::size_t k = 0; k < before.size(); ++k)
            for (std::size_t more = 0; more < n; ++more) now[k + more] += before[k] / static_cast<double>(n);
        shares.push_back(std::move(now));
    }
    return shares;
}

/// P(|S| >= |s|) when all orders are equally likely.
double exact_p(std::size_t n, double s) {
    static const auto shares = inversion_shares();
    const auto& share = shares[n];
    const double pairs = static_cast<double>(share.size() - 1);
    double p = 0;
    for (std::size_t k = 0; k < share.size(); ++k)
        if (std::abs(pairs - 2 * static_cast<double>(k)) >= std::abs(s)) p += share[k];
    return std::min(p, 1.0);
}

struct Ties {
    double variance = 0;  ///< of S
    bool any = false;
};

Ties ties_of(std::span<double> sorted) {
    const auto term = [](double m) { return m * (m - 1) * (2 * m + 5); };
    std::ranges::sort(sorted);
    Ties ties{term(static_cast<double>(sorted.size())), false};
    for (std::size_t i = 0, next = 0; i < sorted.size(); i = next) {
        while (next < sorted.size() && sorted[next] == sorted[i]) ++next;
        ties.variance -= term(static_cast<double>(next - i));
        ties.any = ties.any || next - i > 1;
    }
    ties.variance /= 18;
    return ties;
}

/// Memory of one series after another.
class TrendFinder {
public:
    Trend find(std::span<const double> x, std::span<const double> y) {
        const std::size_t n = x.size();
        Trend found;
        slopes_.clear();
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = i + 1; j < n; ++j) {
                slopes_.push_back((y[j] - y[i]) / (x[j] - x[i]));
                found.s += y[j] > y[i] ? 1 : y[j] < y[i] ? -1 : 0;
            }
        }
        found.slope = median(slopes_);
        rest_.resize(n);
        for (std::size_t i = 0; i < n; ++i) rest_[i] = y[i] - found.slope * x[i];
        found.intercept = median(rest_);
        test(y, found);
        return found;
    }

private:
    void test(std::span<const double> y, Trend& found) {
        rest_.assign(y.begin(), y.end());
        const Ties ties = ties_of(rest_);
        if (ties.variance > 0 && found.s != 0)
            found.z = (found.s > 0 ? found.s - 1 : found.s + 1) / std::sqrt(ties.variance);
        found.p = y.size() <= most_exact && !ties.any ? exact_p(y.size(), found.s)
                                                      : std::erfc(std::abs(found.z) / std::numbers::sqrt2);
    }

    std::vector<double> slopes_, rest_;
};

/// The dates of each year, in the order of years.
std::map<int, std::vector<std::size_t>> dates_by_year(std::span<const int> years) {
    std::map<int, std::vector<std::size_t>> dates;
    for (std::size_t d = 0; d < years.size(); ++d) dates[years[d]].push_back(d);
    return dates;
}

}  // namespace

Trend trend(std::span<const double> x, std::span<const double> y) {
    assert(x.size() == y.size() && x.size() >= 2);
    return TrendFinder{}.find(x, y);
}

void yearly_trend(const TrendRule& rule, std::span<const int> years, DateSpans values, const TrendRows& out) {
    constexpr float nothing = std::numeric_limits<float>::quiet_NaN();
    assert(years.size() == values.size());
    const auto by_year = dates_by_year(years);
    const int first = by_year.empty() ? 0 : by_year.begin()->first;
    TrendFinder finder;
    std::vector<double> x, y, of_year;
    for (std::size_t i = 0; i < out.slope.size(); ++i) {
        x.clear();
        y.clear();
        for (const auto& [year, dates] : by_year) {
            of_year.clear();
            for (const auto d : dates)
                if (values[d][i] == values[d][i]) of_year.push_back(static_cast<double>(values[d][i]));
            if (of_year.empty()) continue;
            x.push_back(year - first);
            y.push_back(median(of_year));
        }
        const bool enough = static_cast<int>(x.size()) >= std::max(rule.least_years, 2);
        const Trend found = enough ? finder.find(x, y) : Trend{};
        out.slope[i] = enough ? static_cast<float>(found.slope) : nothing;
        out.intercept[i] = enough ? static_cast<float>(found.intercept) : nothing;
        out.p[i] = enough ? static_cast<float>(found.p) : nothing;
        out.years[i] = static_cast<float>(x.size());
        const std::int32_t sign = found.p > rule.significance ? 0 : found.s > 0 ? 1 : found.s < 0 ? -1 : 0;
        out.direction[i] = enough ? sign : no_code;
    }
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/error_matrix.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double square(double x) { return x * x; }

std::size_t class_index(std::span<const std::int32_t> classes, std::int32_t code) {
    const auto found = std::find(classes.begin(), classes.end(), code);
    if (found == classes.end())
        throw DataError(fmt::format("a sample has the class {}, which is none of {}", code, fmt::join(classes, ", ")));
    return static_cast<std::size_t>(found - classes.begin());
}

/// The names of Olofsson et al. 2014: map class i, reference class j.
class Estimator {
public:
    Estimator(const ErrorMatrix& matrix, std::span<const double> mapped_m2)
        : matrix_(matrix), mapped_(mapped_m2), whole_(std::accumulate(mapped_m2.begin(), mapped_m2.end(), 0.0)),
          q_(matrix.classes.size()) {
        assert(mapped_m2.size() == q_);
        if (!(whole_ > 0)) throw DataError("the map has no area; estimates need the mapped area of each class");
        for (std::size_t i = 0; i < q_; ++i)
            if (mapped_[i] > 0 && matrix.row_total(i) < 2)
                throw DataError(fmt::format("class {} of the map has {} samples; it needs 2 at least, better 50",
                                            matrix.classes[i], matrix.row_total(i)));
    }

    [[nodiscard]] Accuracy accuracy() const {
        Accuracy result;
        result.samples = matrix_.total();
        double variance = 0;
        for (std::size_t i = 0; i < q_; ++i) {
            result.overall.value += weight(i) * part(i, i);
            variance += square(weight(i)) * variance_of(i, i);
        }
        result.overall.standard_error = std::sqrt(variance);
        for (std::size_t k = 0; k < q_; ++k) result.classes.push_back(of_class(k));
        return result;
    }

private:
    [[nodiscard]] double weight(std::size_t i) const { return mapped_[i] / whole_; }
    [[nodiscard]] double n(std::size_t i) const { return static_cast<double>(matrix_.row_total(i)); }
    /// n_ij / n_i., 0 for a class that the map hasn't.
    [[nodiscard]] double part(std::size_t i, std::size_t j) const {
        return mapped_[i] > 0 ? static_cast<double>(matrix_.counts(static_cast<int>(i), static_cast<int>(j))) / n(i)
                              : 0;
    }
    /// Variance of part(i, j).
    [[nodiscard]] double variance_of(std::size_t i, std::size_t j) const {
        return mapped_[i] > 0 ? part(i, j) * (1 - part(i, j)) / (n(i) - 1) : 0;
    }

    [[nodiscard]] ClassAccuracy of_class(std::size_t k) const {
        ClassAccuracy result;
        result.code = matrix_.classes[k];
        result.mapped_m2 = mapped_[k];
        result.user = mapped_[k] > 0 ? Estimate{part(k, k), std::sqrt(variance_of(k, k))} : Estimate{none, none};
        result.share = share(k);
        result.area_m2 = {result.share.value * whole_, result.share.standard_error * whole_};
        result.producer = producer(k, result.share.value * whole_);
        const double u = result.user.value, p = result.producer.value;
        result.f1 = u + p > 0 ? 2 * u * p / (u + p) : none;
        return result;
    }

    [[nodiscard]] Estimate share(std::size_t j) const {
        double value = 0, variance = 0;
        for (std::size_t i = 0; i < q_; ++i) {
            value += weight(i) * part(i, j);
            variance += square(weight(i)) * variance_of(i, j);
        }
        return {value, std::sqrt(variance)};
    }

    [[nodiscard]] Estimate producer(std::size_t j, double area) const {
        if (!(area > 0)) return {none, none};
        const double value = mapped_[j] * part(j, j) / area;
        double variance = square(mapped_[j] * (1 - value)) * variance_of(j, j);
        for (std::size_t i = 0; i < q_; ++i)
            if (i != j) variance += square(value * mapped_[i]) * variance_of(i, j);
        return {value, std::sqrt(variance) / area};
    }

    const ErrorMatrix& matrix_;
    std::span<const double> mapped_;
    double whole_;
    std::size_t q_;
};

/// Means and (co)variances of a stratum's samples.
struct Moments {
    double n = 0, y = 0, x = 0, yy = 0, xx = 0, xy = 0;
};

std::vector<Moments> moments(std::span<const StratifiedSample> samples, std::size_t strata) {
    std::vector<Moments> result(strata);
    for (const auto& s : samples) {
        auto& m = result.at(s.stratum);
        m.n += 1, m.y += s.y, m.x += s.x;
    }
    for (auto& m : result) m.y /= std::max(m.n, 1.0), m.x /= std::max(m.n, 1.0);
    for (const auto& s : samples) {
        auto& m = result[s.stratum];
        const double divisor = std::max(m.n - 1, 1.0);
        m.yy += square(s.y - m.y) / divisor;
        m.xx += square(s.x - m.x) / divisor;
        m.xy += (s.y - m.y) * (s.x - m.x) / divisor;
    }
    return result;
}

}  // namespace

std::int64_t ErrorMatrix::row_total(std::size_t i) const {
    const auto row = counts.row(static_cast<int>(i));
    return std::accumulate(row.begin(), row.end(), std::int64_t{0});
}

std::int64_t ErrorMatrix::column_total(std::size_t j) const {
    std::int64_t sum = 0;
    for (int i = 0; i < counts.rows(); ++i) sum += counts(i, static_cast<int>(j));
    return sum;
}

std::int64_t ErrorMatrix::total() const {
    const auto cells = counts.cells();
    return std::accumulate(cells.begin(), cells.end(), std::int64_t{0});
}

ErrorMatrix error_matrix(std::span<const LabelledSample> samples, std::span<const std::int32_t> classes) {
    const int q = static_cast<int>(classes.size());
    ErrorMatrix matrix{{classes.begin(), classes.end()}, Plane<std::int64_t>(q, q, 0)};
    for (const auto& sample : samples)
        ++matrix.counts(static_cast<int>(class_index(classes, sample.map)),
                        static_cast<int>(class_index(classes, sample.reference)));
    return matrix;
}

Accuracy adjusted_accuracy(const ErrorMatrix& matrix, std::span<const double> mapped_m2) {
    return Estimator(matrix, mapped_m2).accuracy();
}

std::int64_t sample_size(std::span<const double> shares, std::span<const double> expected_user, double target) {
    assert(shares.size() == expected_user.size() && target > 0);
    double sum = 0;
    for (std::size_t i = 0; i < shares.size(); ++i)
        sum += shares[i] * std::sqrt(expected_user[i] * (1 - expected_user[i]));
    return static_cast<std::int64_t>(std::ceil(square(sum / target)));
}

Estimate stratified_ratio(std::span<const StratifiedSample> samples, std::span<const double> stratum_sizes,
                          bool finite) {
    const auto strata = moments(samples, stratum_sizes.size());
    double y = 0, x = 0;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        if (stratum_sizes[h] > 0 && strata[h].n < 2)
            throw DataError(fmt::format("stratum {} has {} samples; it needs 2 at least", h + 1, strata[h].n));
        y += stratum_sizes[h] * strata[h].y;
        x += stratum_sizes[h] * strata[h].x;
    }
    if (!(x > 0)) return {none, none};
    const double ratio = y / x;
    double variance = 0;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        const auto& m = strata[h];
        if (!(stratum_sizes[h] > 0)) continue;
        const double spread = m.yy + square(ratio) * m.xx - 2 * ratio * m.xy;
        variance += square(stratum_sizes[h]) * (finite ? 1 - m.n / stratum_sizes[h] : 1) * std::max(spread, 0.0) / m.n;
    }
    return {ratio, std::sqrt(variance) / x};
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/harmonic.hpp"

#include <fmt/format.h>

#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr float nothing = std::numeric_limits<float>::quiet_NaN();
constexpr int rounds = 5;
/// Of the weights' sum. Even dates pass it when they span 40 to 75 days (one pair), 140 (two) or 220 (three) of the year.
constexpr double least_pivot = 4e-3;
/// Cells that are summed at once: the sums of a model of 8 parameters, and the values of 60 dates, stay in the second-level cache.
constexpr std::size_t width = 32;
using Lane = std::array<double, width>;

double weight_of(Reweighting how, double residual, double spread) {
    const double size = std::abs(residual) / spread;
    if (how == Reweighting::huber) return size <= 1.345 ? 1 : 1.345 / size;
    const double part = size / 4.685;
    return part >= 1 ? 0 : (1 - part * part) * (1 - part * part);
}

template <int P>
class Chunk {
public:
    Chunk(const HarmonicModel& model, std::span<const HarmonicRow> rows)
        : model_(model), rows_(rows), seen_(rows.size()), weight_(rows.size()), value_(rows.size()),
          residual_(rows.size()), sizes_(rows.size()) {
        for (const auto& row : rows) {
            auto& product = products_.emplace_back();
            for (std::size_t a = 0, p = 0; a < terms; ++a)
                for (std::size_t b = 0; b <= a; ++b) product[p++] = row[a] * row[b];
        }
    }

    void fit(DateSpans values, std::size_t start, std::size_t cells, HarmonicCurves& out) {
        cells_ = cells;
        load(values, start);
        solve();
        find_residuals();
        for (int round = 0; round < rounds && model_.reweighting != Reweighting::none; ++round) {
            reweight();
            solve();
            find_residuals();
        }
        for (std::size_t i = 0; i < cells_; ++i) store(i, start + i, out);
    }

private:
    static constexpr std::size_t terms = P;
    static constexpr std::size_t pairs_of_terms = terms * (terms + 1) / 2;
    using Matrix = Eigen::Matrix<double, P, P>;
    using Vector = Eigen::Matrix<double, P, 1>;

    void load(DateSpans values, std::size_t start) {
        count_.fill(0);
        for (std::size_t d = 0; d < rows_.size(); ++d) {
            seen_[d].fill(0);
            value_[d].fill(0);
            const float* from = values[d].data() + start;
            for (std::size_t i = 0; i < cells_; ++i) {
                const bool seen = from[i] == from[i];
                seen_[d][i] = seen ? 1 : 0;
                value_[d][i] = seen ? static_cast<double>(from[i]) : 0;
                count_[i] += seen_[d][i];
            }
            weight_[d] = seen_[d];
        }
    }

    static void add(Lane& sum, const Lane& lane, double factor) {
        for (std::size_t i = 0; i < width; ++i) sum[i] += lane[i] * factor;
    }

    void sum_equations() {
        for (auto& lane : normal_) lane.fill(0);
        for (auto& lane : right_) lane.fill(0);
        for (std::size_t d = 0; d < rows_.size(); ++d) {
            Lane weighted;
            for (std::size_t i = 0; i < width; ++i) weighted[i] = weight_[d][i] * value_[d][i];
            for (std::size_t p = 0; p < pairs_of_terms; ++p) add(normal_[p], weight_[d], products_[d][p]);
            for (std::size_t a = 0; a < terms; ++a) add(right_[a], weighted, rows_[d][a]);
        }
    }

    void solve() {
        sum_equations();
        for (std::size_t i = 0; i < cells_; ++i) {
            solved_[i] = count_[i] >= model_.least_dates() && solve_cell(i);
            if (!solved_[i])
                for (auto& lane : solution_) lane[i] = 0;
        }
    }

    bool solve_cell(std::size_t i) {
        Matrix normal;
        Vector right;
        for (int a = 0, p = 0; a < P; ++a) {
            right[a] = right_[static_cast<std::size_t>(a)][i];
            for (int b = 0; b <= a; ++b) normal(a, b) = normal(b, a) = normal_[static_cast<std::size_t>(p++)][i];
        }
        const double weights = normal(0, 0);
        for (int a = 3; a < std::min(P, 1 + 2 * model_.pairs); ++a) normal(a, a) += model_.ridge * weights;
        const Eigen::LDLT<Matrix> factor(normal);
        if (!(factor.vectorD().minCoeff() > least_pivot * weights)) return false;
        const Vector x = factor.solve(right);
        for (int a = 0; a < P; ++a) solution_[static_cast<std::size_t>(a)][i] = x[a];
        return true;
    }

    void find_residuals() {
        for (std::size_t d = 0; d < rows_.size(); ++d) {
            residual_[d] = value_[d];
            for (std::size_t a = 0; a < terms; ++a) add(residual_[d], solution_[a], -rows_[d][a]);
        }
    }

    void reweight() {
        for (std::size_t i = 0; i < cells_; ++i) {
            const double spread = solved_[i] ? spread_of(i) : 0;
            // Residuals of rounding only: the curve is exact, and nothing is far from it.
            if (spread < 1e-12) continue;
            for (std::size_t d = 0; d < rows_.size(); ++d)
                weight_[d][i] = seen_[d][i] * weight_of(model_.reweighting, residual_[d][i], spread);
        }
    }

    double spread_of(std::size_t i) {
        std::size_t n = 0;
        for (std::size_t d = 0; d < rows_.size(); ++d)
            if (seen_[d][i] > 0) sizes_[n++] = std::abs(residual_[d][i]);
        const auto middle = sizes_.begin() + static_cast<std::ptrdiff_t>(n / 2);
        std::nth_element(sizes_.begin(), middle, sizes_.begin() + static_cast<std::ptrdiff_t>(n));
        return 1.4826 * *middle;
    }

    void store(std::size_t i, std::size_t cell, HarmonicCurves& out) const {
        out.count[cell] = static_cast<float>(count_[i]);
        double squares = 0, weights = 0;
        for (std::size_t d = 0; d < rows_.size(); ++d) {
            squares += weight_[d][i] * residual_[d][i] * residual_[d][i];
            weights += weight_[d][i];
        }
        if (!solved_[i] || weights <= P) return;
        out.rmse[cell] = static_cast<float>(std::sqrt(squares / (weights - P)));
        for (std::size_t a = 0; a < terms; ++a) out.parameters[a][cell] = static_cast<float>(solution_[a][i]);
    }

    const HarmonicModel& model_;
    std::span<const HarmonicRow> rows_;
    std::size_t cells_ = 0;
    std::vector<std::array<double, pairs_of_terms>> products_;
    std::vector<Lane> seen_, weight_, value_, residual_;
    std::vector<double> sizes_;
    std::array<Lane, pairs_of_terms> normal_{};
    std::array<Lane, terms> right_{}, solution_{};
    Lane count_{};
    std::array<bool, width> solved_{};
};

template <int P>
void fit_all(const HarmonicModel& model, std::span<const HarmonicRow> rows, DateSpans values, HarmonicCurves& out) {
    Chunk<P> chunk(model, rows);
    for (std::size_t start = 0; start < out.count.size(); start += width)
        chunk.fit(values, start, std::min(width, out.count.size() - start), out);
}

}  // namespace

Reweighting parse_reweighting(std::string_view name) {
    if (name == "none") return Reweighting::none;
    if (name == "huber") return Reweighting::huber;
    if (name == "bisquare") return Reweighting::bisquare;
    throw DataError(fmt::format("'{}' is no reweighting; one of none, huber, bisquare", name));
}

HarmonicRow harmonic_row(const HarmonicModel& model, double day, double origin) {
    HarmonicRow row{1};
    for (int k = 1; k <= model.pairs; ++k) {
        const double angle = 2 * std::numbers::pi * k * day / days_a_year;
        row[HarmonicModel::cosine(k)] = std::cos(angle);
        row[HarmonicModel::cosine(k) + 1] = std::sin(angle);
    }
    if (model.trend) row[HarmonicModel::cosine(model.pairs + 1)] = (day - origin) / days_a_year;
    return row;
}

float HarmonicCurves::amplitude(int k, std::size_t cell) const {
    const auto c = HarmonicModel::cosine(k);
    return std::hypot(parameters[c][cell], parameters[c + 1][cell]);
}

float HarmonicCurves::phase(int k, std::size_t cell) const {
    const auto c = HarmonicModel::cosine(k);
    return std::atan2(parameters[c + 1][cell], parameters[c][cell]);
}

HarmonicFit::HarmonicFit(const HarmonicModel& model, std::span<const int> days) : model_(model) {
    if (model.pairs < 1 || model.pairs > 3)
        throw DataError(fmt::format("a harmonic curve has 1 to 3 pairs, not {}", model.pairs));
    if (!(model.ridge >= 0)) throw DataError(fmt::format("a ridge of {} is negative; 0 is none", model.ridge));
    if (days.empty()) return;
    const auto [first, last] = std::ranges::minmax(days);
    origin_ = 0.5 * (first + last);
    for (const int day : days) rows_.push_back(harmonic_row(model_, day, origin_));
}

HarmonicCurves HarmonicFit::fit(DateSpans values) const {
    assert(values.size() == rows_.size());
    const std::size_t cells = values.empty() ? 0 : values[0].size();
    HarmonicCurves out{std::vector(static_cast<std::size_t>(model_.parameters()), std::vector<float>(cells, nothing)),
                       std::vector<float>(cells, nothing), std::vector<float>(cells, 0)};
    switch (model_.parameters()) {
        case 3: fit_all<3>(model_, rows_, values, out); break;
        case 4: fit_all<4>(model_, rows_, values, out); break;
        case 5: fit_all<5>(model_, rows_, values, out); break;
        case 6: fit_all<6>(model_, rows_, values, out); break;
        case 7: fit_all<7>(model_, rows_, values, out); break;
        default: fit_all<8>(model_, rows_, values, out); break;
    }
    return out;
}

void HarmonicFit::predict(const HarmonicCurves& curves, double day, std::span<float> out) const {
    const auto row = harmonic_row(model_, day, origin_);
    for (std::size_t i = 0; i < out.size(); ++i) {
        double sum = 0;
        for (std::size_t a = 0; a < curves.parameters.size(); ++a)
            sum += row[a] * static_cast<double>(curves.parameters[a][i]);
        out[i] = static_cast<float>(sum);
    }
}

}  // namespace linmu

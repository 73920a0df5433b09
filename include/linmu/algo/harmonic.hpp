// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "linmu/algo/series.hpp"

namespace linmu {

/// What a date far from the curve counts. `huber`: k = 1.345, `bisquare`: c = 4.685, both in units of the residuals' spread
/// (1.4826 x median of their sizes), five rounds from the plain fit (Holland and Welsch 1977).
enum class Reweighting { none, huber, bisquare };
/// Throws DataError that lists them.
[[nodiscard]] Reweighting parse_reweighting(std::string_view name);

/// y(t) = a0 + a1 t + sum over k of c_k cos(2 pi k d / 365.25) + s_k sin(2 pi k d / 365.25), with d in days since 1970-01-01, so that
/// phase 0 is 1 January (to a day), and t in years since the middle between the first and the last date.
struct HarmonicModel {
    int pairs = 2;       ///< 1 to 3
    bool trend = false;  ///< with a1
    /// Added to the mean squared residual: ridge x (c_k^2 + s_k^2) of the pairs k >= 2, which sparse years leave loose.
    double ridge = 0;
    Reweighting reweighting = Reweighting::none;

    [[nodiscard]] int parameters() const noexcept { return 1 + 2 * pairs + (trend ? 1 : 0); }
    /// Fewer dates with a value leave no freedom for an error: a cell of fewer has no curve. 2K + 2, one more with a trend.
    [[nodiscard]] int least_dates() const noexcept { return parameters() + 1; }
    /// Where parameters stand: a0 at 0, c_k and s_k at 2k - 1 and 2k, a1 last.
    [[nodiscard]] static std::size_t cosine(int k) noexcept { return static_cast<std::size_t>(2 * k - 1); }
};

inline constexpr std::size_t most_harmonic_parameters = 8;
using HarmonicRow = std::array<double, most_harmonic_parameters>;
/// What each parameter is multiplied by on a day; 0 beyond the model's parameters. `origin`: the day of t = 0.
[[nodiscard]] HarmonicRow harmonic_row(const HarmonicModel& model, double day, double origin);

/// Curves of many cells: a row of cells per parameter. NaN where a cell has no curve.
struct HarmonicCurves {
    std::vector<std::vector<float>> parameters;
    std::vector<float> rmse;   ///< sqrt(sum w r^2 / (sum w - parameters)): an unbiased error where the weights are 1
    std::vector<float> count;  ///< dates with a value, of cells without curve too

    [[nodiscard]] float amplitude(int k, std::size_t cell) const;
    /// atan2(s, c), radians: the pair is highest at day phase x 365.25 / (2 pi k) of the year.
    [[nodiscard]] float phase(int k, std::size_t cell) const;
};

/// Weighted least squares of a harmonic model in many cells (domain of use: Menenti et al. 1993; Zhu and Woodcock 2014, eq. 1).
/// The rows of the dates and their products are computed once; normal equations are summed over 32 cells at a time, and solved by
/// LDL^T of fixed size in double. A cell whose dates don't determine the curve (a pivot below 0.004 of the weights' sum: dates over
/// less than 40 to 75 days of the year for one pair, 140 for two, 220 for three) has none. O(cells x dates x parameters^2) a round.
class HarmonicFit {
public:
    /// Throws DataError when the model has not 1 to 3 pairs or its ridge is negative. `days`: days since 1970-01-01, any order.
    HarmonicFit(const HarmonicModel& model, std::span<const int> days);

    [[nodiscard]] const HarmonicModel& model() const noexcept { return model_; }
    [[nodiscard]] double origin() const noexcept { return origin_; }
    /// REQUIRES: as many spans as days.
    [[nodiscard]] HarmonicCurves fit(DateSpans values) const;
    /// The curves on a day: out[cell].
    void predict(const HarmonicCurves& curves, double day, std::span<float> out) const;

private:
    HarmonicModel model_;
    double origin_ = 0;
    std::vector<HarmonicRow> rows_;  ///< by date
};

}  // namespace linmu

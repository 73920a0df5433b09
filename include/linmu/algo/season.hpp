// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "linmu/algo/smoothing.hpp"

namespace linmu {

/// Metrics of one season, as TIMESAT defines them (Jönsson and Eklundh 2004, Computers & Geosciences 30: 833-845; TIMESAT 3.3 manual, 2017,
/// section "Seasonality parameters"). Times are days; values have the unit of the curve.
struct SeasonMetrics {
    double base;            ///< mean of the least values left and right of the peak
    double peak;            ///< greatest value
    double amplitude;       ///< peak - base
    double start;           ///< SOS: the left flank crosses left minimum + f (peak - left minimum)
    double end;             ///< EOS: the right flank crosses right minimum + f (peak - right minimum)
    double length;          ///< LOS: end - start
    double middle;          ///< MOS: mean of the times at which the flanks cross 80 %
    double rise;            ///< left derivative: from 20 % to 80 % of the left flank, a day
    double fall;            ///< right derivative, the same on the right flank, taken positive
    double large_integral;  ///< of the curve from start to end, value x day
    double small_integral;  ///< of the curve above the base from start to end
};
inline constexpr std::array<std::string_view, 11> season_metric_names{
    "base",   "peak", "amplitude", "start",          "end",           "length",
    "middle", "rise", "fall",      "large-integral", "small-integral"};
[[nodiscard]] std::array<double, 11> values_of(const SeasonMetrics& metrics);

/// Metrics of the season with the highest peak on a curve of even steps: times are x of the first point 0, 1 a `step`'s day.
/// Where a flank crosses a level more than once, the crossing nearest to the peak is meant; between points the curve is linear.
/// None when the peak is the first or the last point: then a flank lies outside.
[[nodiscard]] std::optional<SeasonMetrics> season_metrics(std::span<const double> curve, double step, double fraction);

/// When a cell has a season at all.
struct SeasonRule {
    double fraction = 0.2;         ///< f of start and end, above 0 and below 1
    double least_amplitude = 0.1;  ///< lower ones are no season: evergreens, water, bare ground
    int least_dates = 6;           ///< with a value in the window
    int first = 0, last = 364;     ///< the window, days since 1970-01-01, both included: one year with one season
};

/// Metrics of many cells. out[m][cell] is metric m; NaN where the cell has no season by the rule or its smoother gives no curve.
/// The curve is looked at from the cell's first to its last date within the window, and never beyond: no metric is extrapolated.
/// Times are counted from 1 January of the window's first year, which is day 1.
/// REQUIRES: the grid is the smoother's. O(cells x points) besides smoothing.
void season(const Smoother& smoother, const DayGrid& grid, const SeasonRule& rule, std::span<const int> days,
            DateSpans values, std::span<const std::span<float>> out);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>

#include "linmu/algo/series.hpp"

namespace linmu {

/// Trend of one series without outliers' weight and without an assumed distribution.
struct Trend {
    double slope = 0;      ///< a unit of x: median of the slopes of all pairs of different x (Theil 1950; Sen 1968)
    double intercept = 0;  ///< at x = 0: median of y - slope x
    double s = 0;          ///< Mann-Kendall's S: pairs that rise less pairs that fall
    double z = 0;          ///< (S -+ 1) / sqrt(variance), ties corrected (Kendall 1975; Gilbert 1987, section 16.4)
    double p = 1;          ///< two-sided: exact up to 10 values without ties (Mann 1945), else of the normal z
};
/// REQUIRES: x rises; as many y, no NaN; 2 at least. O(n^2).
[[nodiscard]] Trend trend(std::span<const double> x, std::span<const double> y);

/// How many dates a year make one value, and when a trend is one.
struct TrendRule {
    int least_years = 5;
    double significance = 0.05;  ///< of p, two-sided
};
/// A row of cells each. `slope` a year; `intercept`: the level in the first year of the series; `years`: with a value.
struct TrendRows {
    std::span<float> slope, intercept, p, years;
    std::span<std::int32_t>
        direction;  ///< 1 rises, -1 falls, 0 neither at the rule's significance; no_code where there is no trend
};
/// Trend over years of the median of each year's dates. `years`: of each date, in any order. Cells with values in fewer years than the rule's
/// have no trend. O(cells x years^2).
void yearly_trend(const TrendRule& rule, std::span<const int> years, DateSpans values, const TrendRows& out);

}  // namespace linmu

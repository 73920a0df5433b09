// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "linmu/algo/harmonic.hpp"
#include "linmu/algo/series.hpp"

namespace linmu {

/// Which break of a cell is told when it has several.
enum class WhichBreak { first, last, largest };
/// Throws DataError that lists them.
[[nodiscard]] WhichBreak parse_which_break(std::string_view name);

/// When observations depart from the curve of their past for good.
struct BreakRule {
    HarmonicModel curve{.pairs = 2, .trend = true};  ///< its ridge and reweighting are not used
    int consecutive = 6;        ///< observations that must all be beyond the threshold, on one side
    double threshold = 2.576;   ///< in standard errors of the prediction: 99 % of a normal error lie within
    double history_years = 2;   ///< that the first curve must span
    int history_dates = 12;     ///< that it must have, at least
    double least_noise = 0.01;  ///< a history that fits better is taken to have this error, in units of the values
    WhichBreak which = WhichBreak::first;
};

/// A row of cells each.
struct BreakRows {
    std::span<float> date;              ///< decimal year of the first observation after the break; NaN: no break
    std::span<float> magnitude;         ///< median of observation - curve over the observations that tell the break
    std::span<float> rmse;              ///< of the curve before the break, or of the whole series
    std::span<float> count;             ///< observations
    std::span<std::int32_t> year;       ///< of the break; no_code: none
    std::span<std::int32_t> direction;  ///< 1 up, -1 down, 0 no break; no_code: too few observations to tell
};

/// Breaks in many cells by the way of CCDC (Zhu and Woodcock 2014, Remote Sensing of Environment 144: 152-171, sections 3.3 and 3.4) in one band.
/// A harmonic curve is fitted to the first observations, which must be stable: their first and last lie near it, and so does its trend;
/// if not, the start moves on by one. Each later observation is held against the curve. One that is beyond the threshold with all
/// of the next consecutive - 1 on the same side is a break; alone it is left out as an outlier (cloud, shadow, snow); else it joins the history, and
/// the curve is fitted anew when that has grown by a tenth. After a break a new history begins.
/// Two things differ from the paper: the residual is divided by the standard error of the prediction, rmse sqrt(1 + x^T (X^T X)^-1 x), not by the rmse, since
/// a short history foretells badly; and the first observation after the break is then placed among those around the alarm, where the
/// residuals step best from 0 to the break's magnitude, since one noisy observation can delay the alarm.
/// `days`: since 1970-01-01, any order. O(cells x dates x parameters^2 + refits x parameters^3).
/// Throws DataError for a model of no 1 to 3 pairs, fewer than 2 consecutive, or a threshold that is not above 0.
void find_breaks(const BreakRule& rule, std::span<const int> days, DateSpans values, const BreakRows& out);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "linmu/algo/harmonic.hpp"
#include "linmu/algo/series.hpp"

namespace linmu {

/// Days on which curves are given: first, first + step, ...
struct DayGrid {
    int first = 0;  ///< days since 1970-01-01
    int step = 1;   ///< days
    int count = 0;
    [[nodiscard]] int day(int i) const noexcept { return first + i * step; }
};

/// Makes curves on a grid of days from values on uneven dates. `smooth` is const and may be called by many threads.
class Smoother {
public:
    virtual ~Smoother() = default;
    /// curves[point * cells + cell], cells as many as in each date. NaN all along where a cell has too few dates on the grid.
    /// REQUIRES: curves.size() is points x cells.
    virtual void smooth(DateSpans values, std::span<float> curves) const = 0;
};

/// Second-order penalised least squares (Whittaker 1923; Eilers 2003, Analytical Chemistry 75: 3631-3636): of all curves the one with the
/// least sum of w (y - z)^2 + lambda x sum of (second differences)^2. z between two grid days is linear, so that uneven dates stay
/// where they are, and lambda is that of a daily grid: it is divided by step^3, which leaves the curve the same for any step.
struct Whittaker {
    double lambda =
        1e3;  ///< > 0; detail shorter than about 2 pi (lambda x days between dates)^(1/4) days is smoothed away
    int envelope = 0;  ///< rounds in which values below the curve are lifted to it: towards the upper envelope
    std::vector<double> weights;  ///< of the dates; empty: 1
};
/// A cell needs 3 dates. O(cells x (dates + points)), pentadiagonal LDL^T over 32 cells at a time.
/// Throws DataError: lambda, a weight that is negative, or fewer than 3 days.
[[nodiscard]] std::unique_ptr<Smoother> make_smoother(const Whittaker& how, const DayGrid& grid,
                                                      std::span<const int> days);

/// Savitzky-Golay filter to the upper envelope (Chen et al. 2004, Remote Sensing of Environment 91: 332-344): values are interpolated
/// linearly onto the grid, filtered for the long-term trend, lifted to it where they lie below, and filtered again while the
/// fitting-effect index (their eq. 6) falls.
struct SavitzkyGolay {
    int half_window = 4;  ///< grid days to each side
    int degree = 6;       ///< of the fits
    int trend_degree = 2;
    int rounds = 10;  ///< at most; 0: only the first filter, no envelope
};
/// A cell needs 3 dates. Throws DataError when a window has no more days than its polynomial has terms, or the grid has fewer than a window.
[[nodiscard]] std::unique_ptr<Smoother> make_smoother(const SavitzkyGolay& how, const DayGrid& grid,
                                                      std::span<const int> days);
/// Harmonic regression; see HarmonicFit. Takes all dates, on the grid or not.
[[nodiscard]] std::unique_ptr<Smoother> make_smoother(const HarmonicModel& how, const DayGrid& grid,
                                                      std::span<const int> days);

/// Weights of a window of 2 half_window + 1 even points: the least-squares polynomial's value at point `at` (-half_window to half_window;
/// 0 is the middle: the tables of Savitzky and Golay 1964, as corrected by Steinier et al. 1972).
[[nodiscard]] std::vector<double> savitzky_golay_weights(int half_window, int degree, int at = 0);

}  // namespace linmu

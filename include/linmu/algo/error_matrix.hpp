// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "linmu/core/block.hpp"

namespace linmu {

/// One sample unit: what the map says and what is true there.
struct LabelledSample {
    std::int32_t map = no_code;
    std::int32_t reference = no_code;
};

/// Counts of samples: rows are classes of the map, columns those of the reference, both in the order of `classes`.
struct ErrorMatrix {
    std::vector<std::int32_t> classes;
    Plane<std::int64_t> counts;
    [[nodiscard]] std::int64_t row_total(std::size_t i) const;
    [[nodiscard]] std::int64_t column_total(std::size_t j) const;
    [[nodiscard]] std::int64_t total() const;
};
/// Throws DataError when a sample has a class that is not in `classes`.
[[nodiscard]] ErrorMatrix error_matrix(std::span<const LabelledSample> samples, std::span<const std::int32_t> classes);

/// An estimate with its standard error. NaN: there is none.
struct Estimate {
    double value = 0;
    double standard_error = 0;
    /// Half the width of the 95 % interval.
    [[nodiscard]] double half_width() const noexcept { return 1.96 * standard_error; }
};

struct ClassAccuracy {
    std::int32_t code = no_code;
    Estimate user;      ///< of what the map calls so, the share that is so
    Estimate producer;  ///< of what is so, the share that the map calls so
    double f1 = 0;      ///< 2 user producer / (user + producer)
    double mapped_m2 = 0;
    Estimate share;    ///< of the whole area that is so, adjusted for the map's errors
    Estimate area_m2;  ///< share times the whole area
};

struct Accuracy {
    std::int64_t samples = 0;
    Estimate overall;
    std::vector<ClassAccuracy> classes;
};

/// Accuracy and area from a stratified random sample whose strata are the map's classes: Olofsson et al. 2014, Remote
/// Sensing of Environment 148:42-57, equations 1 to 11. `mapped_m2`: area of each class of the map (in the order of matrix.classes).
/// A class without reference samples has no producer's accuracy (NaN). A class that the map doesn't have has no user's accuracy.
/// Throws DataError when a class of the map has fewer than 2 samples: its error can't be estimated.
[[nodiscard]] Accuracy adjusted_accuracy(const ErrorMatrix& matrix, std::span<const double> mapped_m2);

/// How many samples give the overall accuracy a standard error of `target` (Olofsson et al. 2014, equation 13, for large
/// areas): shares of the map's classes, and the user's accuracies that are expected.
[[nodiscard]] std::int64_t sample_size(std::span<const double> shares, std::span<const double> expected_user,
                                       double target);

/// A sample unit of a stratum that need not be its map's class: the map was changed after the samples were drawn.
struct StratifiedSample {
    std::size_t stratum = 0;
    double y = 0;
    double x = 1;
};
/// sum(y) / sum(x) over the population, of a stratified sample: Stehman 2014, Int. J. Remote Sensing 35:4923-4939,
/// equations 27 and 28. y = "true class is k", x = 1 gives the share of k; y = "map and truth agree", x = 1 the overall accuracy;
/// y = "both are k", x = "map is k" the user's, x = "truth is k" the producer's accuracy.
/// `stratum_sizes`: units or area of each stratum. `finite`: sizes are numbers of units, so correct for the share that was sampled.
/// Throws DataError when a stratum of some size has fewer than 2 samples.
[[nodiscard]] Estimate stratified_ratio(std::span<const StratifiedSample> samples,
                                        std::span<const double> stratum_sizes, bool finite = false);

}  // namespace linmu

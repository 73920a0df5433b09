// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "linmu/algo/error_matrix.hpp"

namespace linmu {

/// Deals groups of samples to folds, so that no group is in two of them: neighbours and parcels must not be both learnt from
/// and asked about (Roberts et al. 2017, Ecography 40:913). Groups are dealt class by class (a group's most frequent), in an
/// order drawn from the seed, so that folds have about the same share of each class. `groups` and `classes`: of each sample.
/// Gives each sample's fold, below min(folds, number of groups). O(n log n).
[[nodiscard]] std::vector<int> deal_folds(std::span<const std::uint64_t> groups, std::span<const int> classes,
                                          int folds, std::uint64_t seed);

/// What a count of hits and misses says, without weights: of the samples, not of the map.
struct CountScore {
    std::int64_t samples = 0;  ///< that are so
    std::int64_t right = 0;
    double user = 0;      ///< of those called so, the share that is so; NaN: none was
    double producer = 0;  ///< of those that are so, the share called so; NaN: none is
    double f1 = 0;        ///< 2 right / (called so + are so)
};
/// Of each class of the matrix, and at the end of all: right of all samples, and the means of the classes that have samples.
[[nodiscard]] std::vector<CountScore> count_scores(const ErrorMatrix& matrix);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "accuracy_samples.hpp"
#include "linmu/algo/interval.hpp"
#include "linmu/algo/sample_accuracy.hpp"
#include "linmu/core/layer.hpp"

namespace linmu {

// Columns of the ledger tables that a census (error-matrix) and a sample (accuracy) both fill: a census has no intervals.

/// map, map_class, reference_class, cells, share, share_low, share_high, method.
[[nodiscard]] TableSpec error_matrix_table();
/// map, class, user, producer, f1, cells, mapped_cells, then the errors and limits of user and producer, method, note.
[[nodiscard]] TableSpec accuracy_table();

/// Nothing for NaN.
[[nodiscard]] Value number_or_nothing(double value);

/// What the samples of a map say, as 'error_matrix'.
[[nodiscard]] Table matrix_of(const LabelledSamples& samples, const SampleEstimator& estimator, const std::string& map);
/// As 'accuracy'; with a row of kappa and its caveat when it is asked for.
[[nodiscard]] Table accuracy_of(const LabelledSamples& samples, const SampleEstimator& estimator,
                                const std::string& map, bool kappa);

}  // namespace linmu

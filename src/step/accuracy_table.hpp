// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/algo/interval.hpp"
#include "linmu/core/layer.hpp"

namespace linmu {

// Columns of the ledger tables that a census (error-matrix) and a sample (accuracy) both fill: a census has no intervals.

/// map, map_class, reference_class, cells, share, share_low, share_high, method.
[[nodiscard]] TableSpec error_matrix_table();
/// map, class, user, producer, f1, cells, mapped_cells, then the errors and limits of user and producer, method, note.
[[nodiscard]] TableSpec accuracy_table();

/// Nothing for NaN.
[[nodiscard]] Value number_or_nothing(double value);

}  // namespace linmu

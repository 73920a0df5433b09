// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/core/layer.hpp"
#include "linmu/core/parallel.hpp"

namespace linmu {

/// Bounds of all features, by as many threads as there are: layers of many parcels are read through from end to end.
[[nodiscard]] Box bounds(const Layer& layer, const ParallelFor& parallel);

}  // namespace linmu

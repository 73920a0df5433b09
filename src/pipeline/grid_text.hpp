// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/core/grid.hpp"
#include "linmu/pipeline/document.hpp"

namespace linmu {

/// The master grid that a [grid] table asks for. Throws DataError.
[[nodiscard]] Grid resolve_grid(const Document& document);

}  // namespace linmu

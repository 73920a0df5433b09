// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/core/layer.hpp"

namespace linmu {

/// What shift writes and shift-correct reads, without rows: name, scene, band, reference, dx, dy, east, north, chips,
/// chips_all, spread, verdict. dx counts columns to the east, dy rows to the south.
[[nodiscard]] Table scene_shift_table();

inline constexpr const char* shift_is_reference = "reference";
inline constexpr const char* shift_in_place = "in place";
inline constexpr const char* shift_found = "shifted";
inline constexpr const char* shift_unsure = "unsure";  ///< too few chips, or they disagree

}  // namespace linmu

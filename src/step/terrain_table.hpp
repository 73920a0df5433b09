// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/layer.hpp"

namespace linmu {

/// What terrain-fit writes and terrain-correct reads, without rows: fit, scene, band, code, class, cells, m, b, c, r, verdict.
[[nodiscard]] Table terrain_fit_table();

/// Verdicts: only a fit that stands corrects; a class of few cells takes the fit of all.
inline constexpr const char* fit_stands = "fit";
inline constexpr const char* fit_few = "few cells";
inline constexpr const char* fit_weak = "weak";
inline constexpr const char* fit_reversed = "darker in the light";

/// Class codes written as texts. Throws UsageError that names the parameter.
[[nodiscard]] std::set<std::int32_t> codes(const std::vector<std::string>& texts, std::string_view parameter);

}  // namespace linmu

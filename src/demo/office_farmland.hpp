// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/demo/office.hpp"

namespace linmu::demo {

/// Permanent basic farmland, and what the two surveys must show: flows, slopes, both area bases, blocks of farmland.
void add_farmland(const CountyView& county, Office& office);

/// Steepest slope class (GDPDJB) of a candidate for high-standard farmland, and mu from which a block is one: as the pipeline and
/// the county's terms have them.
inline constexpr int steepest_candidate = 3;
inline constexpr double least_candidate_mu = 50;

}  // namespace linmu::demo

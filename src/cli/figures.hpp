// SPDX-License-Identifier: MIT
#pragma once
#include "linmu/core/layer.hpp"
#include "linmu/io/ledger.hpp"

namespace linmu::cli {

/// The indicators of the widest zone, for the end of a run. No rows when the run computed none.
[[nodiscard]] Table county_figures(const Ledger& ledger);
/// To stdout: one line an indicator: id, names, value, reference value, what the county's documents say.
void print_figures(const Table& figures);

}  // namespace linmu::cli

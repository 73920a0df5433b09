// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/core/progress.hpp"
#include "linmu/demo/landscape.hpp"

namespace linmu::demo {

/// The layouts named, each once, in the order in which they are made; "all" is all of them. Throws UsageError.
[[nodiscard]] std::vector<std::string> checked_layouts(const std::vector<std::string>& names);

/// Makes folder/<layout>/ for each of `layouts` (see `make_county`), with its truth.csv: columns scene, band, what, row,
/// col, code, value. `what` is "count" (cells whose stored number is `code`), "flag" (cells of a state of the sky, which
/// `band` names), "cell" (the stored number at row and col), or the name of a figure: "shift_east_m", "gain".
/// A function of the landscape and the layouts. Memory: some rows of one scene a thread, and whole JPEG 2000 images and
/// COGs. Throws UsageError, DataError.
void make_sensors(const std::string& folder, const Landscape& landscape, const std::vector<std::string>& layouts,
                  int threads, Progress& progress);

}  // namespace linmu::demo

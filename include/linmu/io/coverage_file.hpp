// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>

#include "linmu/core/grid.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/geo/coverage_index.hpp"

namespace linmu {

/// By what a layer's coverage of a grid is known: XXH3-128 of its geometries, its CRS, the grid, and the index's version. Hex.
/// Attributes play no part.
[[nodiscard]] std::string coverage_key(const Layer& layer, const Grid& grid);

/// Stores an index as `folder/<key>.coverage`: checksum first, written under a name of its own, flushed, renamed, so
/// that runs at the same time do not harm each other: the last one's file, of the same bytes, stays. Makes the folder.
/// Throws DataError.
void write_coverage(const std::string& folder, const std::string& key, const CoverageIndex& index);
/// The stored index, mapped into memory: its pages are the system's to keep or drop. Nothing when there is none, or
/// when it is damaged (its checksum is computed): then it is to be built anew.
[[nodiscard]] std::optional<CoverageIndex> read_coverage(const std::string& folder, const std::string& key);

}  // namespace linmu

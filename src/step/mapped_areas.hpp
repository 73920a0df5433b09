// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>

#include "linmu/core/area.hpp"
#include "linmu/io/ledger.hpp"

namespace linmu {

/// Mapped areas of a zone, by class name.
using MappedAreas = std::map<std::string, Area>;

/// What class-area has put into the ledger of a map and a layer of zones: by zone, and of all zones together under nothing.
/// Throws DataError when it has put nothing of them there.
[[nodiscard]] std::map<std::optional<std::string>, MappedAreas> mapped_by_zone(const Ledger& ledger,
                                                                               const std::string& map,
                                                                               const std::string& layer);

}  // namespace linmu

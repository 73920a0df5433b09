// SPDX-License-Identifier: MIT
#include "mapped_areas.hpp"

#include <fmt/format.h>

#include "linmu/core/error.hpp"
#include "linmu/io/sql.hpp"

namespace linmu {

std::map<std::optional<std::string>, MappedAreas> mapped_by_zone(const Ledger& ledger, const std::string& map,
                                                                 const std::string& layer) {
    if (!ledger.has("class_area"))
        throw DataError(
            fmt::format("mapped areas of layer '{}' are wanted, but no class-area step has run before", layer));
    const auto rows = ledger
                          .query(fmt::format("SELECT zone, class, area FROM class_area WHERE map = {} AND layer = {}",
                                             sql_text(map), sql_text(layer)))
                          .rows;
    if (rows.empty())
        throw DataError(
            fmt::format("the ledger's class_area has no map '{}' with layer '{}'; name them as class-area does "
                        "(map = ..., layer = ...)",
                        map, layer));
    std::map<std::optional<std::string>, MappedAreas> zones;
    for (const auto& row : rows) {
        auto name = to_text(row[1]);
        const Area area{std::get<std::int64_t>(row[2])};
        zones[to_text(row[0])][name] += area;
        zones[{}][name] += area;
    }
    return zones;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/area.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/core/parallel.hpp"

namespace linmu {

enum class OverlapRule { none, larger, first };  ///< which of two keeps the ground that both claim

struct RepairRules {
    double precision = 1e-4;  ///< of what is made new, units of the CRS
    double spike_angle = 0;   ///< degrees; 0: none is cut
    double x_scale = 1;       ///< east units by north units (MendOptions)
    bool duplicates = true;   ///< of the same shapes only the first stays
    OverlapRule overlaps = OverlapRule::none;
    double fill_gaps_m2 = 0;  ///< gaps up to this size go to the neighbour with the longest common boundary
};

/// One change of one feature. Areas are the feature's own before and after it.
struct Change {
    std::int64_t fid = 0;
    std::string kind;                   ///< key of change_names
    std::string reason;                 ///< a fault's key, or words
    std::optional<std::int64_t> other;  ///< the feature that stays, keeps the ground, or had the gap beside it
    Point where;
    Area before, after;
};

struct RepairResult {
    std::vector<Feature> features;  ///< in the layer's order
    std::vector<Feature> isolated;  ///< as they were: what can't be mended, duplicates, what an overlap has used up
    std::vector<Change> changes;    ///< in the order they were made
    Area before, after;             ///< after - before is the sum over the changes, to the unit
};

/// "修正几何" for "invalidity". Throws DataError for a kind that there is not.
[[nodiscard]] std::string_view change_name_zh(std::string_view kind);

/// Mends each feature (geo/mend.hpp), then takes out duplicates, then, where asked, overlaps and gaps. A feature leaves
/// the layer only with a change that says why, and is kept in `isolated`. `area` is called by many threads; of an
/// invalid ring it is what the formula gives. Polygons only. The same result for any number of threads.
[[nodiscard]] RepairResult repair_layer(const Layer& layer, const RepairRules& rules,
                                        const std::function<Area(const Geometry&)>& area,
                                        const ParallelFor& parallel = in_turn);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/layer.hpp"
#include "linmu/core/parallel.hpp"

namespace linmu {

/// How a layer's coordinates become metres.
struct LayerMeasure {
    std::function<double(const Geometry&)> m2;  ///< of valid polygons; called by many threads
    double x_metres = 1;                        ///< of one unit of x, for widths and angles ...
    double y_metres = 1;                        ///< ... near the layer's middle
};

/// What to look for. A limit of 0 leaves its question out.
struct CheckRules {
    double spike_angle = 1;   ///< degrees
    double sliver_width = 1;  ///< m: 2 x area / perimeter
    double sliver_ratio = 0;  ///< area / perimeter^2; a square has 0.0625
    double least_m2 = 1e-4;   ///< overlaps, gaps and pieces outside below it are counted, not listed
    double precision = 1e-4;  ///< m: boundaries nearer than this are one
    bool overlaps = true;
    bool gaps = true;
    bool multiparts = true;
};

/// One thing wrong with a layer.
struct Finding {
    std::string kind;  ///< a FaultName's key; or "duplicate", "overlap", "gap", "sliver", "multipart", "outside"
    std::optional<std::int64_t> fid;       ///< none: a gap
    std::optional<std::int64_t> other;     ///< the other feature of a pair
    std::vector<std::int64_t> neighbours;  ///< of a gap
    Point where;
    double measure = 0;
    std::string unit;   ///< of `measure`: "m2", "m", "degree", ""
    Geometry geometry;  ///< the piece at fault, where it has an area
};

struct CheckResult {
    std::vector<Finding> findings;  ///< by kind of question, then in the layer's order
    std::size_t unlisted = 0;       ///< pieces below `least_m2`
    double overlap_m2 = 0;          ///< of all pairs
    double gap_m2 = 0;
};

/// Chinese name of a finding's kind. Throws DataError for a kind that there is not.
[[nodiscard]] std::string_view finding_name_zh(std::string_view kind);
/// One sentence a person can act on.
[[nodiscard]] std::string sentence_en(const Finding& finding);
[[nodiscard]] std::string sentence_zh(const Finding& finding);

/// Looks at each feature, each pair of polygons, and the whole. Invalid polygons are mended in memory before they are
/// compared with others, so that one bow-tie hides no overlap. `outline`: the ground the layer must keep to and, with
/// `gaps`, must cover; none: gaps are the holes of the union. O(n log n) for a layer whose features have few
/// neighbours; pairs are told apart without an overlay where their boundary has the same vertices (may_overlap).
/// The same findings for any number of threads.
[[nodiscard]] CheckResult check_layer(const Layer& layer, const Geometry* outline, const CheckRules& rules,
                                      const LayerMeasure& measure, const ParallelFor& parallel = in_turn);

}  // namespace linmu

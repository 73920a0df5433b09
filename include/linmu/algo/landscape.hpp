// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "linmu/algo/patches.hpp"
#include "linmu/core/area.hpp"

namespace linmu {

/// What the pattern of a class map is, by class and as a whole; as FRAGSTATS defines them (McGarigal & Marks 1995; McGarigal
/// et al. 2012). They depend on the size of cells and on the neighbours of a patch: say both beside them. What can't be told (a quotient
/// by nothing) is absent.
struct LandscapeMetrics {
    std::optional<std::int32_t> code;  ///< absent: the whole map
    std::int64_t cells = 0;
    std::int64_t patches = 0;
    Area area;                          ///< on the ellipsoid
    double share = 0;                   ///< PLAND, %
    double density = 0;                 ///< PD: patches in 100 ha of the map
    double mean_patch = 0;              ///< MPS, ha
    double largest_patch = 0;           ///< LPI: the largest patch, % of the map
    double edge = 0;                    ///< E, m: boundaries to other classes; of the whole map each once
    double edge_density = 0;            ///< ED, m/ha
    double shape = 0;                   ///< LSI: 0.25 E* / sqrt(A), where E* has the border too
    double mean_shape = 0;              ///< SHAPE_MN: mean over patches of 0.25 p / sqrt(a)
    std::optional<double> cohesion;     ///< COHESION, %: in cells
    std::optional<double> aggregation;  ///< AI, % (He et al. 2000): like adjacencies by the most there could be
    std::optional<double> diversity;    ///< SHDI = -sum p ln p; of the whole map only, as the next two
    std::optional<double> evenness;     ///< SHEI = SHDI / ln m
    std::optional<double> contagion;    ///< CONTAG, % (Li & Reynolds 1993), each adjacency counted from both its cells
};

struct LandscapeOptions {
    Connectivity connectivity = Connectivity::eight;
    bool border = false;  ///< does E count edges to cells without class and to the map's border?
};

/// A row for each class, by code, then one for the whole; none when no cell has a class. O(cells) for areas, else O(runs).
[[nodiscard]] std::vector<LandscapeMetrics> landscape_metrics(const RunMap& map, const Grid& grid,
                                                              const LandscapeOptions& options,
                                                              const ParallelFor& parallel);

}  // namespace linmu

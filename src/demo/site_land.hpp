// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "site_ground.hpp"

namespace linmu::demo {

struct EnergySite {
    Site site;
    std::string kind;  ///< XMLX
};

/// What the site office plants.
struct SitePlan {
    std::vector<Site> permits, lines, parks, pastures;
    std::vector<EnergySite> projects;
    std::vector<std::vector<Spot>> rivers;
    std::vector<std::int64_t> herds;  ///< by village
    Area grid_gap, grid_overlap;
};

[[nodiscard]] bool is_water(Kind kind);
[[nodiscard]] std::string permit_code(std::size_t i);

[[nodiscard]] std::vector<IndicatorTruth> site_truth(const CountyView& county, const SitePlan& plan,
                                                     const Office& greening, const Office& farming);
/// Ground that suits a purpose by elevation, slope, aspect and what lies on it, counted on cells; mu.
[[nodiscard]] std::vector<IndicatorTruth> suitability_truth(const CountyView& county, const SitePlan& plan,
                                                            const Office& farming);

}  // namespace linmu::demo

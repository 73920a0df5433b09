// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "linmu/algo/interval.hpp"
#include "linmu/algo/sample_accuracy.hpp"

namespace linmu {

/// How the area of a zone was estimated.
enum class ZoneMethod {
    direct,     ///< modified regression estimator: enough samples lie in the zone
    composite,  ///< direct and synthetic by Fay and Herriot's model, with Prasad and Rao's error
    synthetic   ///< the county's errors on the zone's map; no honest interval
};
/// For people, with its source.
[[nodiscard]] std::string_view describe(ZoneMethod method);

/// When a zone is told by itself, and when with others.
struct ZoneRule {
    std::int64_t direct_least = 100;    ///< samples in a zone, from which it stands for itself
    std::int64_t composite_least = 10;  ///< fewer samples in a zone: nothing is told of its own errors
    std::size_t least_zones = 6;        ///< fewer zones tell nothing of how zones differ
};

/// A zone: its mapped areas by class, and a last one for what the map does not class; and which samples lie in it.
struct SampledZone {
    std::vector<double> mapped_m2;
    std::vector<bool> is_in;
};

struct ZoneEstimate {
    IntervalEstimate area;  ///< m2; of a synthetic one without limits
    ZoneMethod method = ZoneMethod::synthetic;
    std::int64_t samples = 0;  ///< in the zone
};

/// Areas of a class, or of a sum of classes, in zones of the whole ground. A zone without samples or with a mapped class that was never sampled: see
/// synthetic_area. Estimates of a zone's classes add up to the zone only when they are levelled.
[[nodiscard]] std::vector<ZoneEstimate> zone_estimates(const SampleEstimator& estimator,
                                                       std::span<const SampledZone> zones, const ClassSum& sum,
                                                       const ZoneRule& rule = {});

}  // namespace linmu

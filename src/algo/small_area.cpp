// SPDX-License-Identifier: MIT
#include "linmu/algo/small_area.hpp"

#include <algorithm>
#include <cassert>

namespace linmu {
namespace {

double square(double x) { return x * x; }

/// Prasad and Rao's moment estimator, where the regression is known: mean of squared distances, less the sampling error in them.
double zone_variance(std::span<const SmallArea> zones) {
    double sum = 0;
    for (const auto& z : zones) sum += square(z.direct - z.synthetic) - z.sampling_variance;
    return std::max(0.0, sum / static_cast<double>(zones.size()));
}

}  // namespace

SmallAreaModel fay_herriot(std::span<const SmallArea> zones) {
    assert(zones.size() >= 2);
    SmallAreaModel model{zone_variance(zones), {}};
    const double v = model.zone_variance;
    double spread = 0;
    for (const auto& z : zones) spread += square(v + z.sampling_variance);
    const double variance_of_v = 2 * spread / square(static_cast<double>(zones.size()));
    for (const auto& z : zones) {
        const double weight = v / (v + z.sampling_variance);
        const double g1 = weight * z.sampling_variance;
        const double g2 = square(1 - weight) * z.synthetic_variance;
        const double g3 =
            square(z.sampling_variance) / (square(v + z.sampling_variance) * (v + z.sampling_variance)) * variance_of_v;
        model.zones.push_back({z.synthetic + weight * (z.direct - z.synthetic), g1 + g2 + 2 * g3, weight});
    }
    return model;
}

}  // namespace linmu

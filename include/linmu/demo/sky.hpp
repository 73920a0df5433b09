// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

#include "linmu/core/block.hpp"
#include "linmu/core/date.hpp"
#include "linmu/demo/relief.hpp"

namespace linmu::demo {

struct Sun {
    double zenith = 0;   ///< degrees
    double azimuth = 0;  ///< degrees from north, clockwise
};
/// Where the sun stands at 37.0 N, 113.4 E at 03:10 UTC, when Sentinel-2 passes (to about half a degree).
[[nodiscard]] Sun sun_on(const Date& date);

/// Share of the direct light that reaches each knot of the relief past the mountains: 0 in cast shadow.
[[nodiscard]] Plane<float> sunlit(const Relief& relief, const Sun& sun);

/// Clouds of one day over the scene.
class Clouds {
public:
    /// `share` of the scene is under more than a thin veil.
    Clouds(std::uint64_t seed, double size, double share, const Sun& sun);
    /// Opacity in [0, 1] of what is above the place, as the satellite sees it.
    [[nodiscard]] double opacity(Spot spot) const;
    /// Opacity of the cloud between the place and the sun.
    [[nodiscard]] double shadow(Spot spot) const;

private:
    std::uint64_t seed_;
    double edge_ = 0;
    Spot shift_;  ///< from a shadow to its cloud
};

}  // namespace linmu::demo

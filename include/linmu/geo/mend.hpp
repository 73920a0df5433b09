// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/geometry.hpp"

namespace linmu {

struct MendOptions {
    double precision = 1e-4;  ///< grid for what is made new, units of the CRS; 0: none
    double spike_angle = 0;   ///< degrees; sharper vertices are cut off
    double x_scale = 1;       ///< east units by north units, for angles: cos B where coordinates are degrees
};

/// One change of a feature's shape. `after` is the geometry that it left.
struct Mend {
    enum class Kind { repeated_points, stubs, spike, invalidity };
    Kind kind = Kind::invalidity;
    std::string reason;  ///< key of a FaultName
    Point where;
    Geometry after;
};

struct Mended {
    Geometry geometry;
    std::vector<Mend> mends;  ///< in their order; the last one's `after` is `geometry`
    std::string trouble;      ///< why it can't be mended; then `geometry` is as given
};

/// A valid geometry from any: repeated points and rings that are no rings go, spikes are cut off, the rest is made valid
/// by GEOS (structure method) and brought to the grid of `precision`, vertices that were there before keeping their
/// coordinates. What is right comes back as it is, to the bit. Safe for many threads; throws nothing for bad shapes.
[[nodiscard]] Mended mended(const Geometry& geometry, const MendOptions& options = {});

}  // namespace linmu

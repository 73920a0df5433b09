// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/demo/noise.hpp"

namespace linmu::demo {

/// A stretch of a stream, downhill from `a` to `b`.
struct Reach {
    Spot a, b;
    double catchment_km2 = 0;
    double width = 0;  ///< of its water, m
};

/// Mountains cut by rivers: uplift by noise against stream-power erosion solved implicitly in drainage order
/// (Braun and Willett 2013) on a lattice of 40 m that is kept whole (50 km: 1.6 million knots), then flattened valley
/// floors.
/// Immutable after construction, so safe for many threads. Building is O(n log n) for each of its rounds.
class Relief {
public:
    static constexpr double knot = 40.0;  ///< m between knots
    static constexpr int margin = 12;     ///< knots beyond the scenes on each side

    Relief(double size, std::uint64_t seed);

    /// m; any place up to 300 m beyond the scenes.
    [[nodiscard]] double elevation(Spot spot) const;
    /// Of the smooth surface, without the small roughness: degrees.
    [[nodiscard]] double slope(Spot spot) const;
    /// Unit vector downhill (of the smooth surface); {0, 0} on flat land.
    [[nodiscard]] Spot downhill(Spot spot) const;
    /// m above the stream to which the place drains.
    [[nodiscard]] double above_stream(Spot spot) const;
    [[nodiscard]] const std::vector<Reach>& reaches() const noexcept { return reaches_; }

    /// The lattice, for path searches and shadows.
    [[nodiscard]] const Plane<float>& knots() const noexcept { return z_; }
    [[nodiscard]] Spot at(int row, int col) const noexcept { return {(col - margin) * knot, (row - margin) * knot}; }
    [[nodiscard]] double size() const noexcept { return size_; }
    /// Catchment of a knot, km2.
    [[nodiscard]] const Plane<float>& catchment() const noexcept { return catchment_; }

    /// A plane on the lattice, between its knots.
    [[nodiscard]] static double between(const Plane<float>& plane, Spot spot);

private:
    double size_ = 0;
    std::uint64_t seed_ = 0;
    Plane<float> z_;
    Plane<float> above_;
    Plane<float> catchment_;
    std::vector<Reach> reaches_;
};

}  // namespace linmu::demo

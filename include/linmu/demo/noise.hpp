// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>

namespace linmu::demo {

/// A place of the practice county: metres east and south of the north-west corner of its scenes.
struct Spot {
    double e = 0;
    double s = 0;
    friend bool operator==(const Spot&, const Spot&) = default;
};
[[nodiscard]] double distance(Spot a, Spot b) noexcept;

/// Smooth noise in [-1, 1] with a knot every unit of x and y: a pure function, the same for any window.
[[nodiscard]] double noise(std::uint64_t seed, double x, double y) noexcept;
/// `octaves` of noise, each of half the size and half the height of the one before; about [-1, 1], mean 0.
[[nodiscard]] double rough_noise(std::uint64_t seed, double x, double y, int octaves) noexcept;
/// `rough_noise` over a place, with hills `size` metres wide.
[[nodiscard]] double rough_noise(std::uint64_t seed, Spot spot, double size, int octaves) noexcept;
/// Nearly normal, mean 0, deviation 1, within 3.5: the sum of four uniform numbers. Cheap, and free of the
/// mathematics library, so the same on every machine.
[[nodiscard]] float quick_normal(std::uint64_t seed, std::uint64_t a, std::uint64_t b) noexcept;

/// 0 below `low`, 1 above `high`, smooth between.
[[nodiscard]] double smooth_step(double low, double high, double x) noexcept;

}  // namespace linmu::demo

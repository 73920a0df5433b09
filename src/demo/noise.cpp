// SPDX-License-Identifier: MIT
#include "linmu/demo/noise.hpp"

#include <algorithm>
#include <cmath>

#include "linmu/core/random.hpp"

namespace linmu::demo {
namespace {

double knot(std::uint64_t seed, std::int64_t x, std::int64_t y) noexcept {
    const auto bits = mix64(seed ^ (static_cast<std::uint64_t>(x) * 0x9e3779b97f4a7c15ULL) ^
                            (static_cast<std::uint64_t>(y) * 0xc2b2ae3d27d4eb4fULL));
    return static_cast<double>(bits >> 11) * 0x1.0p-52 - 1.0;
}

double fade(double t) noexcept { return t * t * t * (t * (t * 6 - 15) + 10); }

}  // namespace

double distance(Spot a, Spot b) noexcept {
    const double de = a.e - b.e;
    const double ds = a.s - b.s;
    return std::sqrt(de * de + ds * ds);
}

double noise(std::uint64_t seed, double x, double y) noexcept {
    const double fx = std::floor(x);
    const double fy = std::floor(y);
    const auto ix = static_cast<std::int64_t>(fx);
    const auto iy = static_cast<std::int64_t>(fy);
    const double u = fade(x - fx);
    const double v = fade(y - fy);
    const double top = std::lerp(knot(seed, ix, iy), knot(seed, ix + 1, iy), u);
    const double low = std::lerp(knot(seed, ix, iy + 1), knot(seed, ix + 1, iy + 1), u);
    return std::lerp(top, low, v);
}

double rough_noise(std::uint64_t seed, double x, double y, int octaves) noexcept {
    double sum = 0;
    double height = 1;
    double heights = 0;
    for (int o = 0; o < octaves; ++o) {
        sum += height * noise(seed + static_cast<std::uint64_t>(o), x, y);
        heights += height;
        height *= 0.5;
        // Turned by an angle that no knot repeats, so that the lattices of the octaves don't show.
        const double turned = 1.6 * x + 1.2 * y;
        y = 1.6 * y - 1.2 * x;
        x = turned;
    }
    return 1.5 * sum / heights;
}

double rough_noise(std::uint64_t seed, Spot spot, double size, int octaves) noexcept {
    return rough_noise(seed, spot.e / size, spot.s / size, octaves);
}

float quick_normal(std::uint64_t seed, std::uint64_t a, std::uint64_t b) noexcept {
    const auto bits = mix64(mix64(seed ^ (a * 0x9e3779b97f4a7c15ULL)) ^ b);
    const auto sum = (bits & 0xffff) + ((bits >> 16) & 0xffff) + ((bits >> 32) & 0xffff) + (bits >> 48);
    return (static_cast<float>(sum) - 131070.0F) * (1.0F / 37837.0F);
}

double smooth_step(double low, double high, double x) noexcept {
    const double t = std::clamp((x - low) / (high - low), 0.0, 1.0);
    return t * t * (3 - 2 * t);
}

}  // namespace linmu::demo

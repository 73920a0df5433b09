// SPDX-License-Identifier: MIT
#include "linmu/algo/terrain_shadow.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace linmu {
namespace {

constexpr double radians = std::numbers::pi / 180;

/// A place on the ray: between two neighbouring centres, seen from the cell where the ray begins.
struct RayPoint {
    int row, col;            ///< the first centre
    int next_row, next_col;  ///< the second; the first again when the ray runs through it
    float share;             ///< of the second
    float rise;              ///< of the ray, metres
};

/// Along the axis that the ray runs through in whole cells, and across it.
struct Crossing {
    double along, across, metres;
};

/// Where a ray crosses the lines of one axis: `along` and `across` are cells a metre.
std::vector<Crossing> crossings(double along, double across, double reach) {
    std::vector<Crossing> out;
    // A ray along the other axis meets no line of this one, but for the one that it runs on.
    if (std::abs(along) < 1e-9) return out;
    const double step = 1 / std::abs(along);
    for (int k = 1; k * step <= reach; ++k) {
        double beside = k * step * across;
        // A ray through a centre must not ask for the centre beside it, which may lie beyond the plane.
        if (std::abs(beside - std::round(beside)) < 1e-6) beside = std::round(beside);
        out.push_back({along < 0 ? -k * 1.0 : k * 1.0, beside, k * step});
    }
    return out;
}

std::vector<RayPoint> ray(CellSize cell, SunAngles sun, double reach) {
    const double east = std::sin(sun.azimuth * radians) / cell.x;
    const double south = -std::cos(sun.azimuth * radians) / cell.y;
    const double climb = 1 / std::tan(std::max(sun.zenith, 1e-3) * radians);
    std::vector<RayPoint> points;
    const auto add = [&](const Crossing& at, bool down_rows) {
        const double low = std::floor(at.across);
        const int along = static_cast<int>(at.along), first = static_cast<int>(low);
        const int second = at.across > low ? first + 1 : first;
        const auto share = static_cast<float>(at.across - low), rise = static_cast<float>(at.metres * climb);
        if (down_rows) points.push_back({along, first, along, second, share, rise});
        else points.push_back({first, along, second, along, share, rise});
    };
    for (const auto& at : crossings(south, east, reach)) add(at, true);
    for (const auto& at : crossings(east, south, reach)) add(at, false);
    std::ranges::stable_sort(points, {}, &RayPoint::rise);
    return points;
}

float highest(std::span<const float> heights) {
    float most = -std::numeric_limits<float>::infinity();
    for (const float h : heights) most = h > most ? h : most;
    return most;
}

float lowest(std::span<const float> heights) {
    float least = std::numeric_limits<float>::infinity();
    for (const float h : heights) least = h < least ? h : least;
    return least;
}

void shade_row(const RealPlane& dem, int halo, int row, const RayPoint& at, std::span<std::int32_t> shade) {
    const auto from = [&](int r, int c) { return dem.row(row + halo + r).data() + halo + c; };
    const float* here = from(0, 0);
    const float* first = from(at.row, at.col);
    const float* second = from(at.next_row, at.next_col);
    for (std::size_t c = 0; c < shade.size(); ++c) {
        const float ground = first[c] + at.share * (second[c] - first[c]);
        shade[c] |= static_cast<std::int32_t>(ground > here[c] + at.rise);
    }
}

void cast_shadow(const RealPlane& dem, int halo, const std::vector<RayPoint>& points, CodePlane& shade) {
    // Heights between two centres may round to a little over both; without room for that, where rays end would tell.
    const float top = highest(dem.cells()) + 0.01F;
    for (int r = 0; r < shade.rows(); ++r) {
        const float ground =
            lowest(dem.row(r + halo).subspan(static_cast<std::size_t>(halo), static_cast<std::size_t>(shade.cols())));
        for (const auto& at : points) {
            if (ground + at.rise > top) break;
            shade_row(dem, halo, r, at, shade.row(r));
        }
    }
}

/// The plane without `margin` cells on each side.
RealPlane without_margin(const RealPlane& plane, int margin) {
    auto out = RealPlane::unset(plane.rows() - 2 * margin, plane.cols() - 2 * margin);
    for (int r = 0; r < out.rows(); ++r) {
        const auto from = plane.row(r + margin).subspan(static_cast<std::size_t>(margin));
        std::copy_n(from.begin(), out.cols(), out.row(r).begin());
    }
    return out;
}

}  // namespace

int shadow_halo(CellSize cell, double reach) {
    return std::max(1, static_cast<int>(std::ceil(reach / std::min(cell.x, cell.y))) + 1);
}

CodePlane terrain_shadow(const RealPlane& dem, CellSize cell, SunAngles sun, double reach, double least_light) {
    assert(sun.zenith < 90 && cell.x > 0 && cell.y > 0);
    const int halo = shadow_halo(cell, reach);
    CodePlane shade(std::max(0, dem.rows() - 2 * halo), std::max(0, dem.cols() - 2 * halo), 0);
    cast_shadow(dem, halo, ray(cell, sun, reach), shade);
    const RealPlane light = illumination(without_margin(dem, halo - 1), cell, sun.zenith, sun.azimuth);
    const RealPlane heights = without_margin(dem, halo);
    for (std::size_t i = 0; i < shade.size(); ++i) {
        auto& here = shade.cells()[i];
        if (static_cast<double>(light.cells()[i]) <= least_light) here = 1;
        if (std::isnan(heights.cells()[i])) here = no_code;
    }
    return shade;
}

}  // namespace linmu

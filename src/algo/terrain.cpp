// SPDX-License-Identifier: MIT
#include "linmu/algo/terrain.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace linmu {
namespace {

constexpr double degree = std::numbers::pi / 180;

/// Rise to the east and to the north, metres a metre; NaN where one of the nine heights is missing.
struct Gradient {
    double east;
    double north;
};

Gradient horn(const float* above, const float* here, const float* below, CellSize cell) {
    const auto weighted = [](float a, float b, float c) {
        return static_cast<double>(a) + 2 * static_cast<double>(b) + static_cast<double>(c);
    };
    const double east = weighted(above[2], here[2], below[2]) - weighted(above[0], here[0], below[0]);
    const double north = weighted(above[0], above[1], above[2]) - weighted(below[0], below[1], below[2]);
    const double centre =
        0 * static_cast<double>(here[1]);  // the formula leaves it out, but a cell without height has no slope
    return {east / (8 * cell.x) + centre, north / (8 * cell.y) + centre};
}

Gradient zevenbergen_thorne(const float* above, const float* here, const float* below, CellSize cell) {
    const auto difference = [](float a, float b) { return static_cast<double>(a) - static_cast<double>(b); };
    // The corners play no part in this gradient, but one rule says where there is a slope, whatever the method.
    const double rest =
        0 * (difference(above[0], above[2]) + difference(below[0], below[2]) + static_cast<double>(here[1]));
    return {difference(here[2], here[0]) / (2 * cell.x) + rest, difference(above[1], below[1]) / (2 * cell.y) + rest};
}

template <class G, class F>
RealPlane from_gradient(const RealPlane& dem, CellSize cell, G gradient, F f) {
    assert(cell.x > 0 && cell.y > 0);
    RealPlane result(std::max(0, dem.rows() - 2), std::max(0, dem.cols() - 2), no_value);
    for (int r = 0; r < result.rows(); ++r) {
        const float* above = dem.row(r).data();
        const float* here = dem.row(r + 1).data();
        const float* below = dem.row(r + 2).data();
        const auto to = result.row(r);
        for (std::size_t c = 0; c < to.size(); ++c)
            to[c] = static_cast<float>(f(gradient(above + c, here + c, below + c, cell)));
    }
    return result;
}

template <class F>
RealPlane from_gradient(const RealPlane& dem, CellSize cell, SlopeMethod method, F f) {
    return method == SlopeMethod::horn ? from_gradient(dem, cell, horn, f)
                                       : from_gradient(dem, cell, zevenbergen_thorne, f);
}

double facing(const Gradient& g) {
    if (std::isnan(g.east) || std::isnan(g.north)) return std::nan("");
    if (g.east == 0 && g.north == 0) return static_cast<double>(flat_aspect);
    const double angle = std::atan2(-g.east, -g.north) / degree;  // downhill
    return angle < 0 ? angle + 360 : angle;
}

}  // namespace

RealPlane slope(const RealPlane& dem, CellSize cell, SlopeMethod method) {
    return from_gradient(dem, cell, method, [](const Gradient& g) {
        return std::atan(std::sqrt(g.east * g.east + g.north * g.north)) / degree;
    });
}

RealPlane aspect(const RealPlane& dem, CellSize cell, SlopeMethod method) {
    RealPlane result = from_gradient(dem, cell, method, facing);
    // An angle just below 360 may round up to it in float.
    for (float& angle : result.cells()) angle = angle >= 360.0F ? 0.0F : angle;
    return result;
}

RealPlane illumination(const RealPlane& dem, CellSize cell, double sun_zenith, double sun_azimuth) {
    const double up = std::cos(sun_zenith * degree);
    const double east = std::sin(sun_zenith * degree) * std::sin(sun_azimuth * degree);
    const double north = std::sin(sun_zenith * degree) * std::cos(sun_azimuth * degree);
    return from_gradient(dem, cell, horn, [=](const Gradient& g) {
        return (up - east * g.east - north * g.north) / std::sqrt(1 + g.east * g.east + g.north * g.north);
    });
}

}  // namespace linmu

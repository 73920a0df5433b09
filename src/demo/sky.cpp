// SPDX-License-Identifier: MIT
#include "linmu/demo/sky.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace linmu::demo {
namespace {

constexpr double latitude = 37.0;
constexpr double longitude = 113.4;
constexpr double hour_utc = 3.17;
constexpr double radians = std::numbers::pi / 180;
constexpr double cloud_height = 1400;  // m above the ground

}  // namespace

Sun sun_on(const Date& date) {
    const double day = day_of_year(date);
    const double turn = 2 * std::numbers::pi * (day - 81) / 365.0;
    const double declination = 23.45 * std::sin(turn) * radians;
    const double equation = 9.87 * std::sin(2 * turn) - 7.53 * std::cos(turn) - 1.5 * std::sin(turn);  // minutes
    const double hour_angle = 15 * (hour_utc + longitude / 15 + equation / 60 - 12) * radians;
    const double cos_zenith = std::sin(latitude * radians) * std::sin(declination) +
                              std::cos(latitude * radians) * std::cos(declination) * std::cos(hour_angle);
    const double east = -std::cos(declination) * std::sin(hour_angle);
    const double north = std::cos(latitude * radians) * std::sin(declination) -
                         std::sin(latitude * radians) * std::cos(declination) * std::cos(hour_angle);
    double azimuth = std::atan2(east, north) / radians;
    if (azimuth < 0) azimuth += 360;
    return {std::acos(cos_zenith) / radians, azimuth};
}

Plane<float> sunlit(const Relief& relief, const Sun& sun) {
    const auto& z = relief.knots();
    Plane<float> out(z.rows(), z.cols(), 1.0F);
    const double de = std::sin(sun.azimuth * radians);
    const double ds = -std::cos(sun.azimuth * radians);
    const double rise = 1 / std::tan(sun.zenith * radians);
    for (int r = 0; r < z.rows(); ++r) {
        for (int c = 0; c < z.cols(); ++c) {
            const auto here = relief.at(r, c);
            double clearance = 1e9;
            for (double d = Relief::knot; d < 1500; d += Relief::knot) {
                const double skyline = Relief::between(z, {here.e + d * de, here.s + d * ds});
                clearance = std::min(clearance, z(r, c) + d * rise - skyline);
            }
            out(r, c) = static_cast<float>(smooth_step(-8, 8, clearance));
        }
    }
    return out;
}

Clouds::Clouds(std::uint64_t seed, double size, double share, const Sun& sun) : seed_(seed) {
    const double away = cloud_height * std::tan(sun.zenith * radians);
    shift_ = {away * std::sin(sun.azimuth * radians), -away * std::cos(sun.azimuth * radians)};
    std::vector<double> heights;
    const double step = size / 64;
    for (int r = 0; r < 64; ++r) {
        for (int c = 0; c < 64; ++c)
            heights.push_back(rough_noise(seed_, Spot{(c + 0.5) * step, (r + 0.5) * step}, 1900, 4));
    }
    std::ranges::sort(heights);
    edge_ = heights[static_cast<std::size_t>((1 - share) * static_cast<double>(heights.size() - 1))];
}

double Clouds::opacity(Spot spot) const {
    return smooth_step(edge_ - 0.05, edge_ + 0.16, rough_noise(seed_, spot, 1900, 4));
}
double Clouds::shadow(Spot spot) const { return opacity({spot.e + shift_.e, spot.s + shift_.s}); }

}  // namespace linmu::demo

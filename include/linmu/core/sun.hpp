// SPDX-License-Identifier: MIT
#pragma once
#include <string_view>

namespace linmu {

/// Where the sun stands, degrees: from the zenith, and from north clockwise.
struct SunAngles {
    double zenith = 0;
    double azimuth = 0;
    friend bool operator==(const SunAngles&, const SunAngles&) = default;
};

/// Where the sun stood over a place (degrees, east and north positive) at a moment, "2025-05-20T03:11:02Z" (a moment without
/// an hour is refused). Meeus, Astronomical Algorithms, 1998, chapter 25 (low accuracy, 0.01 degrees), without refraction.
/// Throws DataError.
[[nodiscard]] SunAngles sun_position(std::string_view moment, double longitude, double latitude);

/// Distance of the sun in astronomical units on that moment's day (same source).
[[nodiscard]] double sun_distance(std::string_view moment);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/core/sun.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <numbers>

#include "linmu/core/date.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr double radians = std::numbers::pi / 180;

double number_at(std::string_view text, std::size_t from, std::size_t count) {
    double value = -1;
    if (from + count <= text.size()) std::from_chars(text.data() + from, text.data() + from + count, value);
    return value;
}

/// Hours of universal time of "...T03:11:02..." or "... 03:11:02".
double hour_of(std::string_view moment) {
    const double hour = number_at(moment, 11, 2), minute = number_at(moment, 14, 2), second = number_at(moment, 17, 2);
    const bool sound = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 && second < 61;
    if (!sound) throw DataError(fmt::format("'{}' has no time of day, as 2025-05-20T03:11:02Z has", moment));
    return hour + minute / 60 + second / 3600;
}

/// Days since noon of 1 January 2000 (Meeus, chapter 7).
double days_since_2000(const Date& date, double hour) {
    const int y = date.month <= 2 ? date.year - 1 : date.year;
    const int m = date.month <= 2 ? date.month + 12 : date.month;
    const int century = y / 100;
    const double julian = std::floor(365.25 * (y + 4716)) + std::floor(30.6001 * (m + 1)) + date.day + 2 - century +
                          century / 4 - 1524.5;  // NOLINT(bugprone-integer-division): whole centuries
    return julian + hour / 24 - 2451545.0;
}

struct Orbit {
    double longitude;  ///< of the sun along the ecliptic, radians
    double anomaly;    ///< radians
    double centre;     ///< equation of the centre, radians
};

Orbit orbit_at(double days) {
    const double t = days / 36525;
    const double mean = 280.46646 + t * (36000.76983 + 0.0003032 * t);
    const double anomaly = (357.52911 + t * (35999.05029 - 0.0001537 * t)) * radians;
    const double centre = (1.914602 - t * (0.004817 + 0.000014 * t)) * std::sin(anomaly) +
                          (0.019993 - 0.000101 * t) * std::sin(2 * anomaly) + 0.000289 * std::sin(3 * anomaly);
    const double node = (125.04 - 1934.136 * t) * radians;
    const double apparent = mean + centre - 0.00569 - 0.00478 * std::sin(node);
    return {apparent * radians, anomaly, centre * radians};
}

}  // namespace

SunAngles sun_position(std::string_view moment, double longitude, double latitude) {
    const double hour = hour_of(moment);
    const double days = days_since_2000(parse_date(moment), hour);
    const Orbit orbit = orbit_at(days);
    const double tilt = (23.439291 - 0.0130042 * days / 36525) * radians;
    const double declination = std::asin(std::sin(tilt) * std::sin(orbit.longitude));
    const double ascension = std::atan2(std::cos(tilt) * std::sin(orbit.longitude), std::cos(orbit.longitude));
    const double sidereal = (280.46061837 + 360.98564736629 * days + longitude) * radians;
    const double hour_angle = sidereal - ascension;
    const double north = latitude * radians;
    const double cos_zenith =
        std::sin(north) * std::sin(declination) + std::cos(north) * std::cos(declination) * std::cos(hour_angle);
    const double to_east = -std::cos(declination) * std::sin(hour_angle);
    const double to_north =
        std::cos(north) * std::sin(declination) - std::sin(north) * std::cos(declination) * std::cos(hour_angle);
    const double azimuth = std::atan2(to_east, to_north) / radians;
    return {std::acos(cos_zenith) / radians, azimuth < 0 ? azimuth + 360 : azimuth};
}

double sun_distance(std::string_view moment) {
    const double days = days_since_2000(parse_date(moment), hour_of(moment));
    const Orbit orbit = orbit_at(days);
    const double eccentricity = 0.016708634 - 0.000042037 * days / 36525;
    return 1.000001018 * (1 - eccentricity * eccentricity) /
           (1 + eccentricity * std::cos(orbit.anomaly + orbit.centre));
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "linmu/geo/crs_proof.hpp"

namespace linmu {
namespace {

constexpr double pi = std::numbers::pi;
/// The shift is written on the ellipsoid of Krassovsky.
constexpr double semi_major = 6378245.0;
constexpr double eccentricity2 = 0.00669342162296594323;

bool in_china(Point p) { return p.x >= 72.004 && p.x <= 137.8347 && p.y >= 0.8293 && p.y <= 55.8271; }

double waves(double t) { return (20 * std::sin(6 * t * pi) + 20 * std::sin(2 * t * pi)) * 2 / 3; }

double north_shift(double x, double y) {
    return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::abs(x)) + waves(x) +
           (20 * std::sin(y * pi) + 40 * std::sin(y / 3 * pi)) * 2 / 3 +
           (160 * std::sin(y / 12 * pi) + 320 * std::sin(y * pi / 30)) * 2 / 3;
}

double east_shift(double x, double y) {
    return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x)) + waves(x) +
           (20 * std::sin(x * pi) + 40 * std::sin(x / 3 * pi)) * 2 / 3 +
           (150 * std::sin(x / 12 * pi) + 300 * std::sin(x / 30 * pi)) * 2 / 3;
}

/// Even-odd rule.
bool inside(const Ring& ring, Point p) {
    bool in = false;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const auto& a = ring[i];
        const auto& b = ring[j];
        if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) in = !in;
    }
    return in;
}

bool inside(const Geometry& geometry, Point p) {
    for (const auto& polygon : geometry.polygons) {
        if (!inside(polygon.outer, p)) continue;
        bool in_hole = false;
        for (const auto& hole : polygon.holes) in_hole = in_hole || inside(hole, p);
        if (!in_hole) return true;
    }
    return false;
}

class Zones {
public:
    explicit Zones(const HomeZones& home) {
        for (const auto& zone : home.zones) zones_.push_back({bounds(zone), &zone});
    }
    [[nodiscard]] bool hold(Point p) const {
        for (const auto& [box, zone] : zones_) {
            const bool near = p.x >= box.xmin && p.x <= box.xmax && p.y >= box.ymin && p.y <= box.ymax;
            if (near && inside(*zone, p)) return true;
        }
        return false;
    }
    [[nodiscard]] std::size_t outside(std::span<const Point> points, Point (*shift)(Point)) const {
        std::size_t count = 0;
        for (const auto& p : points) count += hold(shift == nullptr ? p : from_web_map(p, shift)) ? 0U : 1U;
        return count;
    }

private:
    std::vector<std::pair<Box, const Geometry*>> zones_;
};

}  // namespace

Point to_gcj02(Point p) {
    if (!in_china(p)) return p;
    const double north = north_shift(p.x - 105, p.y - 35);
    const double east = east_shift(p.x - 105, p.y - 35);
    const double phi = p.y * pi / 180;
    const double w2 = 1 - eccentricity2 * std::sin(phi) * std::sin(phi);
    const double meridian = semi_major * (1 - eccentricity2) / (w2 * std::sqrt(w2));
    const double parallel = semi_major / std::sqrt(w2) * std::cos(phi);
    return {p.x + east / parallel * 180 / pi, p.y + north / meridian * 180 / pi};
}

Point to_bd09(Point wgs84) {
    if (!in_china(wgs84)) return wgs84;
    const Point p = to_gcj02(wgs84);
    constexpr double k = pi * 3000 / 180;
    const double length = std::hypot(p.x, p.y) + 0.00002 * std::sin(p.y * k);
    const double angle = std::atan2(p.y, p.x) + 0.000003 * std::cos(p.x * k);
    return {length * std::cos(angle) + 0.0065, length * std::sin(angle) + 0.006};
}

Point from_web_map(Point shifted, Point (*shift)(Point)) {
    // The shift changes by less than a hundredth of a step, so each round gains two digits.
    Point p = shifted;
    for (int i = 0; i < 12; ++i) {
        const Point q = shift(p);
        p = {p.x + shifted.x - q.x, p.y + shifted.y - q.y};
    }
    return p;
}

std::optional<std::string> suspect_web_map(std::span<const Point> centres, const HomeZones& home) {
    const Zones zones(home);
    const auto as_given = zones.outside(centres, nullptr);
    if (as_given < 3 || static_cast<double>(as_given) < 0.005 * static_cast<double>(centres.size())) return {};
    struct Kind {
        const char* name;
        Point (*shift)(Point);
    };
    for (const Kind kind : {Kind{"GCJ-02", to_gcj02}, Kind{"BD-09", to_bd09}}) {
        const auto shifted_back = zones.outside(centres, kind.shift);
        if (shifted_back * 4 > as_given) continue;
        const Point from = centres.front();
        const Point to = from_web_map(from, kind.shift);
        const double metres =
            6371000 * pi / 180 * std::hypot((to.x - from.x) * std::cos(from.y * pi / 180), to.y - from.y);
        return fmt::format(
            "its coordinates look like {0}, which web maps of China shift on purpose: {1} of {2} features "
            "lie outside of {3}, but only {4} when the shift of {5:.0f} m is taken off; have it delivered "
            "in CGCS2000, as {0} is no frame of surveys",
            kind.name, as_given, centres.size(), home.name, shifted_back, metres);
    }
    return {};
}

}  // namespace linmu

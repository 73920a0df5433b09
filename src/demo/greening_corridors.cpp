// SPDX-License-Identifier: MIT
// What stands beside the roads, by walking them.
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "greening.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu::demo {
namespace {

/// Metres between two near places of longitude and latitude on the CGCS2000 ellipsoid, by the radii of curvature between them.
double near_distance(Point a, Point b) {
    constexpr double axis = 6378137.0, squared = 0.00669438002290, degree = std::numbers::pi / 180;
    const double sine = std::sin((a.y + b.y) / 2 * degree), rest = 1 - squared * sine * sine;
    const double north = axis * (1 - squared) / (rest * std::sqrt(rest)) * (b.y - a.y) * degree;
    const double east = axis / std::sqrt(rest) * std::sqrt(1 - sine * sine) * (b.x - a.x) * degree;
    return std::hypot(north, east);
}

double length_of(const Geometry& road) {
    double sum = 0;
    for (const auto& line : transformed(road, Transform(survey_crs, "EPSG:4490")).lines) {
        for (std::size_t i = 1; i < line.size(); ++i) sum += near_distance(line[i - 1], line[i]);
    }
    return sum;
}

struct Share {
    double green = 0, all = 0;
    Share& operator+=(const Share& o) {
        green += o.green;
        all += o.all;
        return *this;
    }
    [[nodiscard]] double percent() const { return all > 0 ? 100 * green / all : 0; }
};

/// Looks at the pattern every 5 m along a stretch and every 5 m of the strip beside it.
Share walk(const Landscape& landscape, Spot from, Spot to, double side, double carriageway) {
    constexpr double pace = Landscape::half;
    const double length = distance(from, to);
    const Spot ahead{(to.e - from.e) / length, (to.s - from.s) / length};
    const Spot beside{-side * ahead.s, side * ahead.e};  // east and south: to the right of ahead
    const double reach = carriageway / 2 + corridor_width + pace;
    const int row = static_cast<int>(std::floor((std::min(from.s, to.s) - reach) / pace));
    const int col = static_cast<int>(std::floor((std::min(from.e, to.e) - reach) / pace));
    const Window window{row, col, static_cast<int>(std::ceil((std::max(from.s, to.s) + reach) / pace)) - row,
                        static_cast<int>(std::ceil((std::max(from.e, to.e) + reach) / pace)) - col};
    const auto pattern = landscape.pattern(window);
    Share share;
    for (double along = pace / 2; along < length; along += pace) {
        for (double out = carriageway / 2 + pace / 2; out < carriageway / 2 + corridor_width; out += pace) {
            const Spot spot{from.e + ahead.e * along + beside.e * out, from.s + ahead.s * along + beside.s * out};
            const auto unit = pattern(static_cast<int>(std::floor(spot.s / pace)) - row,
                                      static_cast<int>(std::floor(spot.e / pace)) - col);
            share += {is_wooded(landscape.land(unit, 1)) ? 1.0 : 0.0, 1.0};
        }
    }
    return share;
}

Share walk(const Landscape& landscape, const Road& road, double side) {
    Share share;
    for (std::size_t i = 1; i < road.line.size(); ++i) {
        if (distance(road.line[i - 1], road.line[i]) > 0)
            share += walk(landscape, road.line[i - 1], road.line[i], side, road.width);
    }
    return share;
}

}  // namespace

void add_corridors(Desk& desk) {
    double kilometres = 0;
    Share county;
    const std::string strips =
        "a strip is two cells of 10 m wide, all on edges: 10 points; a field that is seen as another class is 100 m of "
        "it";
    for (const auto& road : desk.land().plan().roads()) {
        if (desk.land().plan().village_of(road.line[road.line.size() / 2]) < 0) continue;
        const double length = length_of(surveyed(road.line, desk.land().size())) / 1000;
        desk.exact("A5", road.name, length, "km", 0.0005);
        kilometres += length;
        const auto left = walk(desk.land(), road, -1), right = walk(desk.land(), road, 1);
        auto both = left;
        both += right;
        county += both;
        if (length < 0.5) continue;
        const double loose = 10 + 10 / length;
        desk.seen("A5.green", road.name, both.percent(), "%", loose, strips);
        desk.seen("A5.green", road.name + " left", left.percent(), "%", loose + 5, strips);
        desk.seen("A5.green", road.name + " right", right.percent(), "%", loose + 5, strips);
    }
    desk.exact("A5", "county", kilometres, "km", 0.001);
    desk.seen("A5.green", "county", county.percent(), "%", 10, strips);
}

}  // namespace linmu::demo

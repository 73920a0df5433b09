// SPDX-License-Identifier: MIT
#include "linmu/geo/ellipsoid_area.hpp"

#include <fmt/format.h>
#include <geodesic.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>

#include "linmu/core/error.hpp"
#include "proj_handles.hpp"

namespace linmu {
namespace cgcs2000 {
namespace {
constexpr double f = 1 / inverse_flattening;
constexpr double e2 = f * (2 - f);
constexpr double b = a * (1 - f);
}  // namespace

double authalic_q(double latitude) {
    static const double e = std::sqrt(e2);
    const double s = std::sin(latitude);
    return a * a * (1 - e2) / 2 * (s / (1 - e2 * s * s) + std::atanh(e * s) / e);
}

double trapezoid_series(double b1, double b2, double dl) {
    constexpr double e4 = e2 * e2;
    constexpr double e6 = e4 * e2;
    constexpr double e8 = e4 * e4;
    constexpr double A = 1 + 3.0 / 6 * e2 + 30.0 / 80 * e4 + 35.0 / 112 * e6 + 630.0 / 2304 * e8;
    constexpr double B = 1.0 / 6 * e2 + 15.0 / 80 * e4 + 21.0 / 112 * e6 + 420.0 / 2304 * e8;
    constexpr double C = 3.0 / 80 * e4 + 7.0 / 112 * e6 + 180.0 / 2304 * e8;
    constexpr double D = 1.0 / 112 * e6 + 45.0 / 2304 * e8;
    constexpr double E = 5.0 / 2304 * e8;
    const double half = (b2 - b1) / 2;
    const double middle = (b1 + b2) / 2;
    const auto term = [&](int n) { return std::sin(n * half) * std::cos(n * middle); };
    return 2 * b * b * dl * (A * term(1) - B * term(3) + C * term(5) - D * term(7) + E * term(9));
}

}  // namespace cgcs2000

namespace {

constexpr const char* geographic = "EPSG:4490";
constexpr double radian = std::numbers::pi / 180;
/// Three zones: bureaus at a zone's edge keep their plane, but nobody surveys in a plane this far away.
constexpr double far_from_meridian = 9;

}  // namespace

double ring_area_m2(std::span<const Point> lon_lat) {
    if (lon_lat.size() < 3) return 0;
    // Counted from the first vertex, so that the products are small and nothing is lost where they cancel.
    const double lon0 = lon_lat.front().x;
    const double q0 = cgcs2000::authalic_q(lon_lat.front().y * radian);
    double last_x = 0;
    double last_y = 0;
    double twice = 0;
    for (const auto& p : lon_lat.subspan(1)) {
        const double x = std::remainder(p.x - lon0, 360.0) * radian;
        const double y = cgcs2000::authalic_q(p.y * radian) - q0;
        twice += last_x * y - x * last_y;
        last_x = x;
        last_y = y;
    }
    return twice / 2;
}

std::string survey_plane_for(const Box& bounds, std::string_view crs) {
    if (bounds.empty()) throw DataError("a layer without coordinates has no survey plane");
    const Point middle = Transform(crs, geographic)({(bounds.xmin + bounds.xmax) / 2, (bounds.ymin + bounds.ymax) / 2});
    const double lon = std::remainder(middle.x, 360.0);
    const int meridian = 3 * static_cast<int>(std::lround(lon / 3));
    // EPSG's area of use of CGCS2000.
    const bool chinese = lon >= 73.62 && lon <= 134.77 && middle.y >= 16.7 && middle.y <= 53.56;
    if (chinese) return fmt::format("EPSG:{}", 4534 + (std::clamp(meridian, 75, 135) - 75) / 3);
    return fmt::format("+proj=tmerc +lat_0=0 +lon_0={} +k=1 +x_0=500000 +y_0=0 +ellps=GRS80 +units=m +no_defs",
                       meridian);
}

struct SurveyArea::Impl {
    Impl(std::string_view layer_crs, std::string_view survey_crs, double longest)
        : plane(survey_crs), max_edge(longest), to_plane(layer_crs, survey_crs), to_lon_lat(survey_crs, geographic),
          straight_to_lon_lat(layer_crs, geographic) {
        const ProjContext context;
        meridian = central_meridian(context, read_crs(context, survey_crs).get());
        geod_init(&ellipsoid, cgcs2000::a, 1 / cgcs2000::inverse_flattening);
    }

    std::string plane;
    double max_edge;
    Transform to_plane;
    Transform to_lon_lat;
    Transform straight_to_lon_lat;
    std::optional<double> meridian;
    geod_geodesic ellipsoid{};

    void require_near(const Geometry& lon_lat) const;
    [[nodiscard]] double length(const Line& lon_lat) const;
};

void SurveyArea::Impl::require_near(const Geometry& lon_lat) const {
    if (!meridian) return;
    for (const auto& polygon : lon_lat.polygons) {
        for (const auto& p : polygon.outer) {
            if (std::abs(std::remainder(p.x - *meridian, 360.0)) <= far_from_meridian) continue;
            throw DataError(
                fmt::format("the parcel at {:.4f} E, {:.4f} N is too far from the survey plane {} (central meridian "
                            "{} E): choose the plane of its own zone",
                            p.x, p.y, plane, *meridian));
        }
    }
}

double SurveyArea::Impl::length(const Line& lon_lat) const {
    double sum = 0;
    for (std::size_t i = 1; i < lon_lat.size(); ++i) {
        double metres = 0;
        geod_inverse(&ellipsoid, lon_lat[i - 1].y, lon_lat[i - 1].x, lon_lat[i].y, lon_lat[i].x, &metres, nullptr,
                     nullptr);
        sum += metres;
    }
    return sum;
}

SurveyArea::SurveyArea(std::string_view layer_crs, std::string_view survey_crs, double max_edge) {
    if (parse_crs(survey_crs).geographic) {
        throw DataError(
            fmt::format("the survey plane must be a projected CRS such as EPSG:4547; {} is geographic", survey_crs));
    }
    impl_ = std::make_unique<Impl>(layer_crs, survey_crs, max_edge);
}
SurveyArea::~SurveyArea() = default;
SurveyArea::SurveyArea(SurveyArea&&) noexcept = default;
SurveyArea& SurveyArea::operator=(SurveyArea&&) noexcept = default;

double SurveyArea::m2(const Geometry& geometry) const {
    Geometry polygons;
    polygons.polygons = geometry.polygons;
    const auto in_plane = transformed(polygons, impl_->to_plane);
    const auto lon_lat = transformed(in_plane, impl_->to_lon_lat, impl_->max_edge);
    impl_->require_near(lon_lat);
    double sum = 0;
    for (const auto& polygon : lon_lat.polygons) {
        sum += std::abs(ring_area_m2(polygon.outer));
        for (const auto& hole : polygon.holes) sum -= std::abs(ring_area_m2(hole));
    }
    return sum;
}

Area SurveyArea::operator()(const Geometry& geometry) const { return Area::from_m2(m2(geometry)); }

double SurveyArea::length_m(const Geometry& geometry) const {
    Geometry lines;
    lines.lines = geometry.lines;
    double sum = 0;
    for (const auto& line : transformed(lines, impl_->straight_to_lon_lat).lines) sum += impl_->length(line);
    return sum;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/geo/ellipsoid_area.hpp"

#include <fmt/format.h>
#include <geodesic.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>
#include <vector>

#include "linmu/core/error.hpp"
#include "linmu/geo/transverse_mercator.hpp"
#include "proj_handles.hpp"
#include "ring_order.hpp"
#include "transform_pool.hpp"

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

namespace {

/// A ring's vertices in both systems, and how its edges are to be split.
struct RingPlaces {
    std::vector<Point> plane;
    std::vector<Point> lon_lat;
};

double parts_of(const Point& a, const Point& b, double longest) {
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    return length <= longest ? 1 : std::floor(length / longest) + 1;
}

double shoelace(std::span<const Point> ring) {
    double twice = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++)
        twice += (ring[j].x - ring[0].x) * (ring[i].y - ring[0].y) - (ring[i].x - ring[0].x) * (ring[j].y - ring[0].y);
    return twice / 2;
}

/// |outer| - sum |holes|, summed over parts.
template <class RingArea>
double sum_of_rings(const Geometry& geometry, RingArea area) {
    double sum = 0;
    for (const auto& polygon : geometry.polygons) {
        sum += std::abs(area(polygon.outer));
        for (const auto& hole : polygon.holes) sum -= std::abs(area(hole));
    }
    return sum;
}

}  // namespace

struct SurveyArea::Impl {
    Impl(std::string_view layer_crs, std::string_view survey_crs, double longest, EdgeModel model)
        : plane(survey_crs), max_edge(longest), edges(model), layer(layer_crs) {
        const ProjContext context;
        meridian = central_meridian(context, read_crs(context, survey_crs).get());
        geod_init(&ellipsoid, cgcs2000::a, 1 / cgcs2000::inverse_flattening);
        choose_path(survey_crs);
    }

    /// Kruger's series where both ends have one; else PROJ.
    void choose_path(std::string_view survey_crs) {
        const auto survey = transverse_mercator_plane(survey_crs);
        const auto source = transverse_mercator_plane(layer);
        if (survey && (source || is_plain_lon_lat(layer))) {
            survey_plane.emplace(*survey);
            if (source) layer_plane.emplace(*source);
            same_plane = parse_crs(layer).id == parse_crs(survey_crs).id;
            if (source) between.emplace(*source, *survey);
            return;
        }
        to_plane.emplace(layer, survey_crs);
        to_lon_lat.emplace(survey_crs, geographic);
        layer_to_lon_lat.emplace(layer, geographic);
    }

    std::string plane;
    double max_edge;
    EdgeModel edges;
    std::string layer;
    std::optional<double> meridian;
    geod_geodesic ellipsoid{};
    std::optional<TransverseMercator> survey_plane;  ///< the fast path
    std::optional<TransverseMercator> layer_plane;   ///< of it; none: the layer has lon, lat
    std::optional<PlaneToPlane> between;             ///< from the layer's plane to the survey's
    bool same_plane = false;
    std::optional<TransformPool> to_plane, to_lon_lat, layer_to_lon_lat;  ///< the path for all others

    void require_near(std::span<const Point> lon_lat) const;
    void places_of(const Ring& ring, RingPlaces& out) const;
    void back_to_lon_lat(std::span<Point> plane_points) const;
    void straight_to_lon_lat(std::span<Point> layer_points) const;
    void split_to(const RingPlaces& ring, std::vector<Point>& out, bool in_plane) const;
    [[nodiscard]] double ring_m2(const Ring& ring) const;
    [[nodiscard]] double fast_ring_m2(const Ring& ring) const;
    [[nodiscard]] double length_bound(const Point& a, const Point& b) const;
    void to_authalic(std::span<Point> layer_points) const;
    void add_division(const Point& from, const Point& to, std::vector<Point>& out) const;
    void require_near_authalic(std::span<const Point> places, const Ring& ring, double from) const;
    [[nodiscard]] double geodesic_ring_m2(std::span<const Point> lon_lat) const;
    [[nodiscard]] double length(const Line& lon_lat) const;
};

void SurveyArea::Impl::require_near(std::span<const Point> lon_lat) const {
    if (!meridian) return;
    for (const auto& p : lon_lat) {
        if (!std::isfinite(p.x) || !std::isfinite(p.y))
            throw DataError(
                fmt::format("a vertex can't be brought to the survey plane {}; is the layer really in {} "
                            "(x east, y north)?",
                            plane, layer));
        if (std::abs(std::remainder(p.x - *meridian, 360.0)) <= far_from_meridian) continue;
        throw DataError(
            fmt::format("the parcel at {:.4f} E, {:.4f} N is too far from the survey plane {} (central meridian "
                        "{} E): choose the plane of its own zone",
                        p.x, p.y, plane, *meridian));
    }
}

void SurveyArea::Impl::places_of(const Ring& ring, RingPlaces& out) const {
    out.lon_lat.assign(ring.begin(), ring.end());
    if (survey_plane) {
        if (layer_plane) layer_plane->to_lon_lat(out.lon_lat);
        require_near(out.lon_lat);
        out.plane.assign(same_plane ? ring.begin() : out.lon_lat.cbegin(),
                         same_plane ? ring.end() : out.lon_lat.cend());
        if (!same_plane) survey_plane->to_plane(out.plane);
        return;
    }
    out.plane = out.lon_lat;
    to_plane->apply(out.plane);
    out.lon_lat = out.plane;
    to_lon_lat->apply(out.lon_lat);
    require_near(out.lon_lat);
}

void SurveyArea::Impl::back_to_lon_lat(std::span<Point> points) const {
    if (survey_plane) survey_plane->to_lon_lat(points);
    else to_lon_lat->apply(points);
}

void SurveyArea::Impl::straight_to_lon_lat(std::span<Point> points) const {
    if (layer_plane) layer_plane->to_lon_lat(points);
    else if (!survey_plane) layer_to_lon_lat->apply(points);
}

/// Points of division are straight in the plane, or in lon, lat; how many there are is told by the length in the plane.
void SurveyArea::Impl::split_to(const RingPlaces& ring, std::vector<Point>& out, bool in_plane) const {
    out.clear();
    const std::size_t n = ring.plane.size();
    for (std::size_t i = 0; i < n; ++i) {
        const std::size_t next = i + 1 == n ? 0 : i + 1;
        out.push_back(ring.lon_lat[i]);
        const double parts = parts_of(ring.plane[i], ring.plane[next], max_edge);
        if (parts < 2) continue;
        const std::size_t first = out.size();
        const Point a = in_plane ? ring.plane[i] : ring.lon_lat[i];
        const Point b = in_plane ? ring.plane[next] : ring.lon_lat[next];
        const double width = in_plane ? b.x - a.x : std::remainder(b.x - a.x, 360.0);
        for (double k = 1; k < parts; ++k) out.push_back({a.x + width * k / parts, a.y + (b.y - a.y) * k / parts});
        if (in_plane) back_to_lon_lat(std::span(out).subspan(first));
    }
}

/// No edge in the survey plane is longer than this many metres by its length in the layer's coordinates: a safe bound,
/// so that most vertices need not be brought to the plane at all.
double SurveyArea::Impl::length_bound(const Point& a, const Point& b) const {
    constexpr double most_growth = 1.015;        // of a transverse Mercator, to 9 degrees from its meridian
    constexpr double metres_a_degree = 111'700;  // of a meridian at the pole
    const double dx = layer_plane ? b.x - a.x : std::remainder(b.x - a.x, 360.0);
    const double dy = b.y - a.y;
    const double metres = layer_plane ? 1 / layer_plane->plane().scale : metres_a_degree;
    return most_growth * survey_plane->plane().scale * metres * std::sqrt(dx * dx + dy * dy);
}

void SurveyArea::Impl::to_authalic(std::span<Point> layer_points) const {
    if (layer_plane) return layer_plane->to_authalic(layer_points);
    for (auto& p : layer_points)
        p = {std::remainder(p.x - *meridian, 360.0) * radian, cgcs2000::authalic_q(p.y * radian)};
}

/// Straight in the survey plane, by Kruger's series alone.
double SurveyArea::Impl::fast_ring_m2(const Ring& ring) const {
    thread_local std::vector<Point> places, vertices, split;
    const RingOrder order(ring);
    places.clear();
    for (std::size_t i = 0; i < ring.size(); ++i) places.push_back(order[i]);
    vertices.assign(places.begin(), places.end());
    to_authalic(vertices);
    // Longitudes count from the layer's meridian, or from the survey's where the layer has lon, lat.
    const double from = layer_plane ? std::remainder(layer_plane->plane().meridian - *meridian, 360.0) : 0;
    require_near_authalic(vertices, ring, from);
    split.clear();
    for (std::size_t i = 0, n = ring.size(); i < n; ++i) {
        const std::size_t next = i + 1 == n ? 0 : i + 1;
        split.push_back({vertices[i].x + from * radian, vertices[i].y});
        if (length_bound(places[i], places[next]) > max_edge) add_division(places[i], places[next], split);
    }
    return shoelace(split);
}

void SurveyArea::Impl::add_division(const Point& from, const Point& to, std::vector<Point>& out) const {
    std::array<Point, 2> ends{from, to};
    if (!same_plane) {
        if (between) between->apply(ends);
        else survey_plane->to_plane(ends);
    }
    const double parts = parts_of(ends[0], ends[1], max_edge);
    const std::size_t first = out.size();
    for (double k = 1; k < parts; ++k)
        out.push_back(
            {ends[0].x + (ends[1].x - ends[0].x) * k / parts, ends[0].y + (ends[1].y - ends[0].y) * k / parts});
    survey_plane->to_authalic(std::span(out).subspan(first));
}

void SurveyArea::Impl::require_near_authalic(std::span<const Point> places, const Ring& ring, double from) const {
    const auto far = [&](const Point& p) {
        return !(std::abs(p.x / radian + from) <= far_from_meridian) || !std::isfinite(p.y);
    };
    if (std::ranges::none_of(places, far)) return;
    RingPlaces exact;
    places_of(ring, exact);
}

double SurveyArea::Impl::ring_m2(const Ring& ring) const {
    if (ring.size() < 3) return 0;
    if (edges == EdgeModel::plane && survey_plane) return fast_ring_m2(ring);
    thread_local RingPlaces places;
    thread_local std::vector<Point> split;
    places_of(ring, places);
    if (edges == EdgeModel::geodesic) return geodesic_ring_m2(places.lon_lat);
    split_to(places, split, edges == EdgeModel::plane);
    return ring_area_m2(split);
}

double SurveyArea::Impl::geodesic_ring_m2(std::span<const Point> lon_lat) const {
    geod_polygon sum;
    geod_polygon_init(&sum, 0);
    for (const auto& p : lon_lat) geod_polygon_addpoint(&ellipsoid, &sum, p.y, p.x);
    double area = 0;
    geod_polygon_compute(&ellipsoid, &sum, 0, 1, &area, nullptr);
    return area;
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

SurveyArea::SurveyArea(std::string_view layer_crs, std::string_view survey_crs, double max_edge, EdgeModel edges) {
    if (parse_crs(survey_crs).geographic) {
        throw DataError(
            fmt::format("the survey plane must be a projected CRS such as EPSG:4547; {} is geographic", survey_crs));
    }
    impl_ = std::make_unique<Impl>(layer_crs, survey_crs, max_edge, edges);
}
SurveyArea::~SurveyArea() = default;
SurveyArea::SurveyArea(SurveyArea&&) noexcept = default;
SurveyArea& SurveyArea::operator=(SurveyArea&&) noexcept = default;

double SurveyArea::m2(const Geometry& geometry) const {
    return sum_of_rings(geometry, [&](const Ring& ring) { return impl_->ring_m2(ring); });
}

double SurveyArea::geodesic_m2(const Geometry& geometry) const {
    RingPlaces places;
    std::vector<Point> split;
    return sum_of_rings(geometry, [&](const Ring& ring) {
        if (ring.size() < 3) return 0.0;
        impl_->places_of(ring, places);
        impl_->split_to(places, split, true);
        return impl_->geodesic_ring_m2(split);
    });
}

double SurveyArea::plane_m2(const Geometry& geometry) const {
    RingPlaces places;
    return sum_of_rings(geometry, [&](const Ring& ring) {
        if (ring.size() < 3) return 0.0;
        impl_->places_of(ring, places);
        return shoelace(places.plane);
    });
}

Area SurveyArea::operator()(const Geometry& geometry) const { return Area::from_m2(m2(geometry)); }

double SurveyArea::length_m(const Geometry& geometry) const {
    double sum = 0;
    for (Line line : geometry.lines) {
        impl_->straight_to_lon_lat(line);
        sum += impl_->length(line);
    }
    return sum;
}

}  // namespace linmu

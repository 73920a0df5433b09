// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "proj_handles.hpp"

namespace linmu {
namespace {

/// A CRS with what decides on its path to another.
struct End {
    ProjObject crs;
    ProjObject geographic;  ///< its own lon, lat
    std::string datum;
    bool bound = false;  ///< has its own shift to WGS 84
    /// On the ellipsoid of GRS 80 or WGS 84, or on a sphere (whose lon, lat are WGS 84's by custom).
    bool global = false;
};

bool on_global_figure(const ProjContext& context, const PJ* crs) {
    const ProjObject ellipsoid(proj_get_ellipsoid(context.get(), crs));
    const ProjObject meridian(proj_get_prime_meridian(context.get(), crs));
    double a = 0;
    double inverse_flattening = 0;
    double from_greenwich = 0;
    if (!ellipsoid ||
        !proj_ellipsoid_get_parameters(context.get(), ellipsoid.get(), &a, nullptr, nullptr, &inverse_flattening)) {
        return false;
    }
    if (meridian) proj_prime_meridian_get_parameters(context.get(), meridian.get(), &from_greenwich, nullptr, nullptr);
    const bool sphere = inverse_flattening == 0;
    const bool grs80_or_wgs84 = std::abs(a - 6378137.0) < 1e-3 && std::abs(inverse_flattening - 298.2572228) < 2e-6;
    return from_greenwich == 0 && (sphere || grs80_or_wgs84);
}

End read_end(const ProjContext& context, std::string_view text) {
    End end;
    end.crs = read_crs(context, text);
    end.bound = proj_get_type(end.crs.get()) == PJ_TYPE_BOUND_CRS;
    end.geographic.reset(proj_crs_get_geodetic_crs(context.get(), end.crs.get()));
    end.datum = datum_name(context, end.geographic.get());
    end.global = !end.bound && on_global_figure(context, end.geographic.get());
    return end;
}

/// WGS 84 itself, CGCS2000 which is taken as the same, and frames without a name.
bool is_plain_wgs84(const End& end) {
    return end.datum.find("WGS 84") != std::string::npos || end.datum.starts_with("World Geodetic System 1984") ||
           end.datum == "China 2000" || end.datum.starts_with("Unknown") || end.datum.starts_with("unknown");
}

bool needs_local_parameters(const End& end) { return !end.bound && is_old_chinese(end.datum); }

/// Null when PROJ knows none but a ballpark path.
ProjObject operation(const ProjContext& context, const PJ* from, const PJ* to) {
    const std::array<const char*, 2> options{"ALLOW_BALLPARK=NO", nullptr};
    const ProjObject found(proj_create_crs_to_crs_from_pj(context.get(), from, to, nullptr, options.data()));
    return ProjObject(found ? proj_normalize_for_visualization(context.get(), found.get()) : nullptr);
}

[[noreturn]] void refuse(std::string_view from, std::string_view to, const End& a, const End& b) {
    const auto& lost = a.global ? b : a;
    throw DataError(
        fmt::format("no transformation from {} to {} is known that is better than about 100 m (frame '{}'); "
                    "ask the survey bureau for the parameters and give the layer's CRS as a PROJ string with "
                    "+towgs84=dx,dy,dz,rx,ry,rz,s, or deliver the layer in CGCS2000",
                    from, to, lost.datum));
}

/// From a CRS to WGS 84's lon, lat in degrees, or back: one operation, or none when the coordinates are that already.
std::vector<ProjObject> hub_leg(const ProjContext& context, const End& end, bool back) {
    std::vector<ProjObject> legs;
    const ProjObject wgs84(proj_create(context.get(), "EPSG:4326"));
    const PJ* hub = end.global ? end.geographic.get() : wgs84.get();
    if (same_crs(context, end.crs.get(), hub)) return legs;
    legs.push_back(back ? operation(context, hub, end.crs.get()) : operation(context, end.crs.get(), hub));
    return legs;
}

std::vector<ProjObject> legs_over_hub(const ProjContext& context, const End& a, const End& b) {
    auto legs = hub_leg(context, a, false);
    for (auto& leg : hub_leg(context, b, true)) legs.push_back(std::move(leg));
    return legs;
}

std::vector<ProjObject> find_path(const ProjContext& context, std::string_view from, std::string_view to) {
    const auto a = read_end(context, from);
    const auto b = read_end(context, to);
    if (same_crs(context, a.crs.get(), b.crs.get())) return {};
    const bool same_frame = !a.bound && !b.bound && same_crs(context, a.geographic.get(), b.geographic.get());
    if (!same_frame && (needs_local_parameters(a) || needs_local_parameters(b))) refuse(from, to, a, b);
    // One path for every pair with WGS 84 in it, so that a layer given in two such frames lies in one place, and
    // so that no shift changes where PROJ passes from one region's parameters to the next.
    const bool as_one_frame = a.global && b.global && (is_plain_wgs84(a) || is_plain_wgs84(b));
    if (!as_one_frame || same_frame) {
        if (auto direct = operation(context, a.crs.get(), b.crs.get())) {
            std::vector<ProjObject> legs;
            legs.push_back(std::move(direct));
            return legs;
        }
    }
    auto legs = legs_over_hub(context, a, b);
    if (std::ranges::any_of(legs, [](const ProjObject& leg) { return !leg; })) refuse(from, to, a, b);
    return legs;
}

}  // namespace

struct Transform::Impl {
    std::string from;
    std::string to;
    ProjContext context;  // before the legs, which live in it
    std::vector<ProjObject> legs;

    void apply_few(std::span<Point> points) const;
};

namespace {
constexpr std::size_t at_once = 256;
}

void Transform::Impl::apply_few(std::span<Point> points) const {
    std::array<Point, at_once> before;
    std::ranges::copy(points, before.begin());
    for (const auto& leg : legs) {
        proj_trans_generic(leg.get(), PJ_FWD, &points.front().x, sizeof(Point), points.size(), &points.front().y,
                           sizeof(Point), points.size(), nullptr, 0, 0, nullptr, 0, 0);
    }
    const auto lost = std::ranges::find_if(points, [](Point p) { return !std::isfinite(p.x) || !std::isfinite(p.y); });
    if (lost == points.end()) return;
    const auto& given = before.at(static_cast<std::size_t>(lost - points.begin()));
    throw DataError(
        fmt::format("the point {}, {} can't be brought from {} to {}; is it really in that CRS (x east, y north)?",
                    given.x, given.y, from, to));
}

Transform::Transform(std::string_view from, std::string_view to) : impl_(std::make_unique<Impl>()) {
    impl_->from = from;
    impl_->to = to;
    impl_->legs = find_path(impl_->context, from, to);
}
Transform::~Transform() = default;
Transform::Transform(Transform&&) noexcept = default;
Transform& Transform::operator=(Transform&&) noexcept = default;

Point Transform::operator()(Point p) const {
    apply({&p, 1});
    return p;
}

void Transform::apply(std::span<Point> points) const {
    if (identity()) return;
    for (std::size_t i = 0; i < points.size(); i += at_once) {
        impl_->apply_few(points.subspan(i, std::min(at_once, points.size() - i)));
    }
}

bool Transform::identity() const noexcept { return impl_->legs.empty(); }

namespace {

void append_split(std::vector<Point>& out, Point a, Point b, double longest) {
    out.push_back(a);
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    if (!(longest > 0) || length <= longest) return;
    const double parts = std::floor(length / longest) + 1;
    for (double i = 1; i < parts; ++i) out.push_back({a.x + (b.x - a.x) * i / parts, a.y + (b.y - a.y) * i / parts});
}

std::vector<Point> split(const std::vector<Point>& points, double longest, bool closed) {
    std::vector<Point> out;
    out.reserve(points.size());
    for (std::size_t i = 0; i + 1 < points.size(); ++i) append_split(out, points[i], points[i + 1], longest);
    if (points.empty()) return out;
    if (closed) {
        append_split(out, points.back(), points.front(), longest);
    } else {
        out.push_back(points.back());
    }
    return out;
}

}  // namespace

Geometry transformed(const Geometry& geometry, const Transform& transform, double densify) {
    const auto bring = [&](const std::vector<Point>& points, bool closed) {
        auto out = split(points, densify, closed);
        transform.apply(out);
        return out;
    };
    Geometry out;
    for (const auto& polygon : geometry.polygons) {
        auto& added = out.polygons.emplace_back();
        added.outer = bring(polygon.outer, true);
        for (const auto& hole : polygon.holes) added.holes.push_back(bring(hole, true));
    }
    for (const auto& line : geometry.lines) out.lines.push_back(bring(line, false));
    out.points = geometry.points;
    transform.apply(out.points);
    return out;
}

}  // namespace linmu

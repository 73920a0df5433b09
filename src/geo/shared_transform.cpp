// SPDX-License-Identifier: MIT
#include "linmu/geo/shared_transform.hpp"

#include <optional>

#include "linmu/geo/crs.hpp"
#include "linmu/geo/transverse_mercator.hpp"
#include "transform_pool.hpp"

namespace linmu {

/// One of these paths; none: the two are the same.
struct SharedTransform::Impl {
    std::optional<PlaneToPlane> between;
    std::optional<TransverseMercator> to_plane, to_lon_lat;
    std::optional<TransformPool> other;

    Impl(std::string_view from, std::string_view to) {
        if (parse_crs(from).id == parse_crs(to).id) return;
        const auto source = transverse_mercator_plane(from);
        const auto target = transverse_mercator_plane(to);
        if (source && target) between.emplace(*source, *target);
        else if (source && is_plain_lon_lat(to)) to_lon_lat.emplace(*source);
        else if (target && is_plain_lon_lat(from)) to_plane.emplace(*target);
        else other.emplace(from, to);
    }
};

SharedTransform::SharedTransform(std::string_view from, std::string_view to)
    : impl_(std::make_unique<Impl>(from, to)) {}
SharedTransform::~SharedTransform() = default;
SharedTransform::SharedTransform(SharedTransform&&) noexcept = default;
SharedTransform& SharedTransform::operator=(SharedTransform&&) noexcept = default;

void SharedTransform::apply(std::span<Point> points) const {
    if (impl_->between) impl_->between->apply(points);
    else if (impl_->to_plane) impl_->to_plane->to_plane(points);
    else if (impl_->to_lon_lat) impl_->to_lon_lat->to_lon_lat(points);
    else if (impl_->other) impl_->other->apply(points);
}

bool SharedTransform::identity() const noexcept {
    return !impl_->between && !impl_->to_plane && !impl_->to_lon_lat && !impl_->other;
}

Geometry transformed(Geometry geometry, const SharedTransform& transform) {
    for (auto& polygon : geometry.polygons) {
        transform.apply(polygon.outer);
        for (auto& hole : polygon.holes) transform.apply(hole);
    }
    for (auto& line : geometry.lines) transform.apply(line);
    transform.apply(geometry.points);
    return geometry;
}

}  // namespace linmu

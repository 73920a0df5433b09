// SPDX-License-Identifier: MIT
#include "ogr_geometry.hpp"

#include <cmath>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

Point plain_point(double x, double y) {
    if (!std::isfinite(x) || !std::isfinite(y)) throw DataError("a coordinate is no number");
    return {x, y};
}

Line plain_line(const OGRSimpleCurve& curve) {
    Line line(static_cast<std::size_t>(curve.getNumPoints()));
    if (line.empty()) return line;
    curve.getPoints(&line.front().x, sizeof(Point), &line.front().y, sizeof(Point));
    for (const auto& p : line) static_cast<void>(plain_point(p.x, p.y));
    return line;
}

Ring plain_ring(const OGRLinearRing& source) {
    auto ring = plain_line(source);
    if (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();
    return ring;
}

void add_polygon(const OGRPolygon& source, Geometry& out) {
    const auto* outer = source.getExteriorRing();
    if (outer == nullptr || outer->IsEmpty()) return;
    Polygon polygon{plain_ring(*outer), {}};
    for (int i = 0; i < source.getNumInteriorRings(); ++i) {
        const auto* hole = source.getInteriorRing(i);
        if (!hole->IsEmpty()) polygon.holes.push_back(plain_ring(*hole));
    }
    out.polygons.push_back(std::move(polygon));
}

void add_parts(const OGRGeometry& source, Geometry& out) {
    if (source.IsEmpty()) return;
    const auto type = wkbFlatten(source.getGeometryType());
    if (OGR_GT_IsSubClassOf(type, wkbPolygon) != 0) {
        add_polygon(*source.toPolygon(), out);
    } else if (OGR_GT_IsSubClassOf(type, wkbLineString) != 0) {
        out.lines.push_back(plain_line(*source.toLineString()));
    } else if (type == wkbPoint) {
        out.points.push_back(plain_point(source.toPoint()->getX(), source.toPoint()->getY()));
    } else if (OGR_GT_IsSubClassOf(type, wkbGeometryCollection) != 0) {
        for (const auto* part : *source.toGeometryCollection()) add_parts(*part, out);
    } else if (OGR_GT_IsSubClassOf(type, wkbPolyhedralSurface) != 0) {
        for (const auto* part : *source.toPolyhedralSurface()) add_polygon(*part, out);
    } else {
        throw DataError(std::string("a ") + source.getGeometryName() + " cannot be read");
    }
}

/// Room is made once: an outline of cells has thousands of points.
std::unique_ptr<OGRLinearRing> closed_ring(const Ring& ring) {
    auto out = std::make_unique<OGRLinearRing>();
    const int count = static_cast<int>(ring.size());
    out->setNumPoints(count, FALSE);
    for (int i = 0; i < count; ++i) {
        const auto& p = ring[static_cast<std::size_t>(i)];
        out->setPoint(i, p.x, p.y);
    }
    out->closeRings();
    return out;
}

std::unique_ptr<OGRGeometry> one_polygon(const Polygon& polygon) {
    auto out = std::make_unique<OGRPolygon>();
    out->addRingDirectly(closed_ring(polygon.outer).release());
    for (const auto& hole : polygon.holes) out->addRingDirectly(closed_ring(hole).release());
    return out;
}

std::unique_ptr<OGRGeometry> one_line(const Line& line) {
    auto out = std::make_unique<OGRLineString>();
    for (const auto& p : line) out->addPoint(p.x, p.y);
    return out;
}

std::unique_ptr<OGRGeometry> one_point(const Point& p) { return std::make_unique<OGRPoint>(p.x, p.y); }

template <class Multi, class Part, class Make>
std::unique_ptr<OGRGeometry> all_of(const std::vector<Part>& parts, bool multi, Make make) {
    if (!multi) return make(parts.front());
    auto out = std::make_unique<Multi>();
    for (const auto& part : parts) out->addGeometryDirectly(make(part).release());
    return out;
}

}  // namespace

const char* to_string(GeometryKind kind) noexcept {
    switch (kind) {
        case GeometryKind::polygon: return "Polygon";
        case GeometryKind::line: return "LineString";
        case GeometryKind::point: return "Point";
        case GeometryKind::none: break;
    }
    return "";
}

GeometryKind kind_of(const Geometry& geometry) noexcept {
    if (!geometry.polygons.empty()) return GeometryKind::polygon;
    if (!geometry.lines.empty()) return GeometryKind::line;
    return geometry.points.empty() ? GeometryKind::none : GeometryKind::point;
}

GeometryKind kind_of(OGRwkbGeometryType type) noexcept {
    const auto flat = wkbFlatten(type);
    if (OGR_GT_IsSubClassOf(flat, wkbSurface) != 0 || OGR_GT_IsSubClassOf(flat, wkbMultiSurface) != 0)
        return GeometryKind::polygon;
    if (OGR_GT_IsSubClassOf(flat, wkbCurve) != 0 || OGR_GT_IsSubClassOf(flat, wkbMultiCurve) != 0)
        return GeometryKind::line;
    if (flat == wkbPoint || flat == wkbMultiPoint) return GeometryKind::point;
    return GeometryKind::none;
}

Geometry from_ogr(const OGRGeometry& geometry) {
    Geometry out;
    if (geometry.hasCurveGeometry() != 0) {
        const std::unique_ptr<OGRGeometry> chords(geometry.getLinearGeometry());
        add_parts(*chords, out);
    } else {
        add_parts(geometry, out);
    }
    const int kinds = (out.polygons.empty() ? 0 : 1) + (out.lines.empty() ? 0 : 1) + (out.points.empty() ? 0 : 1);
    if (kinds > 1) throw DataError("one geometry has parts of several kinds (polygons, lines, points)");
    return out;
}

std::unique_ptr<OGRGeometry> to_ogr(const Geometry& geometry, bool multi) {
    switch (kind_of(geometry)) {
        case GeometryKind::polygon: return all_of<OGRMultiPolygon>(geometry.polygons, multi, one_polygon);
        case GeometryKind::line: return all_of<OGRMultiLineString>(geometry.lines, multi, one_line);
        case GeometryKind::point: return all_of<OGRMultiPoint>(geometry.points, multi, one_point);
        case GeometryKind::none: break;
    }
    return nullptr;
}

}  // namespace linmu

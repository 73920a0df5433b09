// SPDX-License-Identifier: MIT
#include "linmu/geo/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "geos_geometry.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/faults.hpp"

namespace linmu {
namespace {

class GeosContext {
public:
    GeosContext() : handle_(GEOS_init_r()) { GEOSContext_setErrorMessageHandler_r(handle_, keep, &message_); }
    GeosContext(const GeosContext&) = delete;
    GeosContext& operator=(const GeosContext&) = delete;
    ~GeosContext() { GEOS_finish_r(handle_); }

    [[nodiscard]] GEOSContextHandle_t handle() const noexcept { return handle_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }

private:
    static void keep(const char* text, void* message) { *static_cast<std::string*>(message) = text; }
    GEOSContextHandle_t handle_;
    std::string message_;
};

const GeosContext& this_threads() {
    thread_local GeosContext context;
    return context;
}

GeosGeometry checked(GEOSGeometry* made, const char* what) { return geos_checked(made, what); }

// -- to GEOS

GEOSCoordSequence* sequence(const std::vector<Point>& points, bool closed) {
    std::vector<double> xy;
    xy.reserve(2 * points.size() + 2);
    for (const auto& p : points) xy.insert(xy.end(), {p.x, p.y});
    if (closed && !points.empty()) xy.insert(xy.end(), {points.front().x, points.front().y});
    return GEOSCoordSeq_copyFromBuffer_r(geos(), xy.data(), static_cast<unsigned>(xy.size() / 2), 0, 0);
}

GeosGeometry to_ring(const Ring& ring) {
    return checked(GEOSGeom_createLinearRing_r(geos(), sequence(ring, true)), "a ring can't be built");
}

std::vector<GEOSGeometry*> released(std::vector<GeosGeometry>& parts) {
    std::vector<GEOSGeometry*> out;
    for (auto& part : parts) out.push_back(part.release());
    return out;
}

GeosGeometry to_polygon(const Polygon& polygon) {
    auto outer = to_ring(polygon.outer);
    std::vector<GeosGeometry> holes;
    for (const auto& hole : polygon.holes) holes.push_back(to_ring(hole));
    auto raw = released(holes);
    return checked(GEOSGeom_createPolygon_r(geos(), outer.release(), raw.data(), static_cast<unsigned>(raw.size())),
                   "a polygon can't be built");
}

GeosGeometry collected(std::vector<GeosGeometry> parts, int type) {
    if (parts.size() == 1) return std::move(parts.front());
    auto raw = released(parts);
    return checked(GEOSGeom_createCollection_r(geos(), type, raw.data(), static_cast<unsigned>(raw.size())),
                   "a geometry can't be built");
}

}  // namespace

GeosGeometry geos_checked(GEOSGeometry* made, const char* what) {
    if (!made) throw DataError(fmt::format("{}: {}", what, geos_message()));
    return GeosGeometry(made);
}

GeosGeometry to_geos(const Geometry& geometry) {
    std::vector<GeosGeometry> parts;
    for (const auto& polygon : geometry.polygons) parts.push_back(to_polygon(polygon));
    if (!parts.empty()) return collected(std::move(parts), GEOS_MULTIPOLYGON);
    for (const auto& line : geometry.lines) {
        parts.push_back(checked(GEOSGeom_createLineString_r(geos(), sequence(line, false)), "a line can't be built"));
    }
    if (!parts.empty()) return collected(std::move(parts), GEOS_MULTILINESTRING);
    for (const auto& p : geometry.points) {
        parts.push_back(checked(GEOSGeom_createPointFromXY_r(geos(), p.x, p.y), "a point can't be built"));
    }
    return collected(std::move(parts), GEOS_MULTIPOINT);
}

// -- from GEOS

namespace {

std::vector<Point> points_of(const GEOSGeometry* line, bool closed) {
    const auto* from = GEOSGeom_getCoordSeq_r(geos(), line);
    unsigned size = 0;
    GEOSCoordSeq_getSize_r(geos(), from, &size);
    std::vector<double> xy(std::size_t{2} * size);
    if (size > 0) GEOSCoordSeq_copyToBuffer_r(geos(), from, xy.data(), 0, 0);
    std::vector<Point> out;
    for (std::size_t i = 0; i < size; ++i) out.push_back({xy[2 * i], xy[2 * i + 1]});
    if (closed && !out.empty()) out.pop_back();
    return out;
}

Polygon polygon_of(const GEOSGeometry* g) {
    Polygon out;
    out.outer = points_of(GEOSGetExteriorRing_r(geos(), g), true);
    for (int i = 0; i < GEOSGetNumInteriorRings_r(geos(), g); ++i) {
        auto hole = points_of(GEOSGetInteriorRingN_r(geos(), g, i), true);
        if (!hole.empty()) out.holes.push_back(std::move(hole));
    }
    return out;
}

void append(const GEOSGeometry* g, Geometry& out) {
    if (GEOSisEmpty_r(geos(), g)) return;
    switch (GEOSGeomTypeId_r(geos(), g)) {
        case GEOS_POLYGON: out.polygons.push_back(polygon_of(g)); break;
        case GEOS_LINESTRING:
        case GEOS_LINEARRING: out.lines.push_back(points_of(g, false)); break;
        case GEOS_POINT: out.points.push_back(points_of(g, false).front()); break;
        default:
            for (int i = 0; i < GEOSGetNumGeometries_r(geos(), g); ++i) append(GEOSGetGeometryN_r(geos(), g, i), out);
    }
}

}  // namespace

Geometry from_geos(const GeosGeometry& g) {
    Geometry out;
    append(g.get(), out);
    return out;
}

namespace {

/// Where polygons merely touch, overlays and repairs also give lines and points: those are left out.
Geometry of_dimension_of(const Geometry& model, Geometry g) {
    if (!model.polygons.empty()) g.lines.clear();
    if (!model.polygons.empty() || !model.lines.empty()) g.points.clear();
    return g;
}

// -- what GEOS can't be asked, as it refuses to build it

template <class Visit>
void for_each_ring(const Geometry& geometry, Visit visit) {
    for (const auto& polygon : geometry.polygons) {
        visit(polygon.outer);
        for (const auto& hole : polygon.holes) visit(hole);
    }
}

bool finite(const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); }

std::optional<Invalidity> unbuildable(const Geometry& geometry) {
    std::optional<Invalidity> found;
    const auto look = [&](const std::vector<Point>& points, std::size_t least) {
        if (found) return;
        const auto bad = std::ranges::find_if_not(points, finite);
        if (bad != points.end()) found = Invalidity{"Invalid Coordinate", *bad};
        else if (points.size() < least)
            found = Invalidity{"Too few points in geometry component", points.empty() ? Point{} : points.front()};
    };
    for_each_ring(geometry, [&](const Ring& ring) { look(ring, 3); });
    for (const auto& line : geometry.lines) look(line, 2);
    look(geometry.points, 0);
    return found;
}

void require_finite(const Geometry& geometry) {
    const auto why = unbuildable(geometry);
    if (why && why->reason == "Invalid Coordinate") {
        throw DataError(
            fmt::format("a geometry has the coordinate {}, {}, which is no place, and can't be repaired; "
                        "delete it or digitise it again",
                        why->where.x, why->where.y));
    }
}

/// Rings of one or two points have no area, lines of one point no length.
Geometry without_stubs(const Geometry& geometry) {
    Geometry out;
    out.points = geometry.points;
    for (const auto& line : geometry.lines) {
        if (line.size() >= 2) out.lines.push_back(line);
    }
    for (const auto& polygon : geometry.polygons) {
        if (polygon.outer.size() < 3) continue;
        auto& kept = out.polygons.emplace_back(polygon);
        std::erase_if(kept.holes, [](const Ring& hole) { return hole.size() < 3; });
    }
    return out;
}

std::string wkt_points(const std::vector<Point>& points, bool closed) {
    std::string out = "(";
    const std::size_t n = points.empty() ? 0 : points.size() + (closed ? 1 : 0);
    for (std::size_t i = 0; i < n; ++i) {
        const auto& p = points[i % points.size()];
        out += fmt::format("{}{} {}", i == 0 ? "" : ", ", p.x, p.y);
    }
    return out + ")";
}

std::string wkt_polygon(const Polygon& polygon) {
    std::string out = "(" + wkt_points(polygon.outer, true);
    for (const auto& hole : polygon.holes) out += ", " + wkt_points(hole, true);
    return out + ")";
}

template <class Parts, class Write>
std::string wkt_of(const char* kind, const Parts& parts, Write write) {
    if (parts.size() == 1) return fmt::format("{} {}", kind, write(parts.front()));
    std::string out;
    for (const auto& part : parts) out += (out.empty() ? "" : ", ") + write(part);
    return fmt::format("MULTI{} ({})", kind, out);
}

}  // namespace

GEOSContextHandle_t geos() { return this_threads().handle(); }
const std::string& geos_message() { return this_threads().message(); }

std::optional<Invalidity> invalidity(const Geometry& geometry) {
    if (plainly_valid(geometry)) return {};
    if (auto why = unbuildable(geometry)) return why;
    const auto g = to_geos(geometry);
    char* reason = nullptr;
    GEOSGeometry* place = nullptr;
    const auto valid = GEOSisValidDetail_r(geos(), g.get(), 0, &reason, &place);
    const GeosText text(reason);
    const GeosGeometry where(place);
    if (valid == 1) return {};
    if (valid != 0) throw DataError(fmt::format("a geometry can't be checked: {}", geos_message()));
    Invalidity out{text ? text.get() : "not valid", {}};
    if (where && !GEOSisEmpty_r(geos(), where.get())) out.where = points_of(where.get(), false).front();
    return out;
}

Geometry repaired(const Geometry& geometry) {
    if (!invalidity(geometry)) return geometry;
    require_finite(geometry);
    const auto kept = without_stubs(geometry);
    if (kept.empty()) return {};
    const GeosMakeValid how(GEOSMakeValidParams_create_r(geos()));
    GEOSMakeValidParams_setMethod_r(geos(), how.get(), GEOS_MAKE_VALID_STRUCTURE);
    GEOSMakeValidParams_setKeepCollapsed_r(geos(), how.get(), 0);
    const auto g = to_geos(kept);
    return of_dimension_of(geometry, from_geos(checked(GEOSMakeValidWithParams_r(geos(), g.get(), how.get()),
                                                       "a geometry can't be repaired")));
}

Geometry intersection_of(const Geometry& a, const Geometry& b) {
    const auto first = to_geos(a);
    const auto second = to_geos(b);
    auto both = from_geos(
        checked(GEOSIntersection_r(geos(), first.get(), second.get()), "two geometries can't be intersected"));
    const bool a_is_smaller = a.polygons.empty();
    return of_dimension_of(a_is_smaller ? a : b, std::move(both));
}

Geometry union_of(std::span<const Geometry> polygons) {
    Geometry all;
    for (const auto& g : polygons) all.polygons.insert(all.polygons.end(), g.polygons.begin(), g.polygons.end());
    if (all.empty()) return {};
    const auto parts = to_geos(all);
    return from_geos(checked(GEOSUnaryUnion_r(geos(), parts.get()), "polygons can't be united"));
}

Point inner_point(const Geometry& polygons) {
    const auto g = to_geos(polygons);
    const auto inner = from_geos(checked(GEOSPointOnSurface_r(geos(), g.get()), "no point inside of a geometry"));
    if (inner.points.empty()) throw DataError("an empty geometry has no point inside");
    return inner.points.front();
}

Geometry from_wkt(std::string_view wkt) {
    const GeosReader reader(GEOSWKTReader_create_r(geos()));
    return from_geos(
        checked(GEOSWKTReader_read_r(geos(), reader.get(), std::string(wkt).c_str()), "a WKT can't be read"));
}

Geometry from_wkb(std::span<const unsigned char> wkb) {
    struct Destroy {
        void operator()(GEOSWKBReader* r) const noexcept { GEOSWKBReader_destroy_r(geos(), r); }
    };
    const std::unique_ptr<GEOSWKBReader, Destroy> reader(GEOSWKBReader_create_r(geos()));
    return from_geos(
        checked(GEOSWKBReader_read_r(geos(), reader.get(), wkb.data(), wkb.size()), "a WKB can't be read"));
}

std::string to_wkt(const Geometry& geometry) {
    if (!geometry.polygons.empty()) return wkt_of("POLYGON", geometry.polygons, wkt_polygon);
    if (!geometry.lines.empty())
        return wkt_of("LINESTRING", geometry.lines, [](const Line& l) { return wkt_points(l, false); });
    if (!geometry.points.empty())
        return wkt_of("POINT", geometry.points, [](const Point& p) { return wkt_points({p}, false); });
    return "GEOMETRYCOLLECTION EMPTY";
}

Gap gap_between(const Geometry& a, const Geometry& b) {
    const auto first = to_geos(a);
    const auto second = to_geos(b);
    Gap gap;
    if (GEOSDistance_r(geos(), first.get(), second.get(), &gap.width) == 0)
        throw DataError(fmt::format("a distance can't be measured: {}", geos_message()));
    if (gap.width == 0) return gap;
    struct Destroy {
        void operator()(GEOSCoordSequence* s) const noexcept { GEOSCoordSeq_destroy_r(geos(), s); }
    };
    const std::unique_ptr<GEOSCoordSequence, Destroy> ends(GEOSNearestPoints_r(geos(), first.get(), second.get()));
    if (!ends) throw DataError(fmt::format("the nearest points can't be found: {}", geos_message()));
    GEOSCoordSeq_getXY_r(geos(), ends.get(), 0, &gap.a.x, &gap.a.y);
    GEOSCoordSeq_getXY_r(geos(), ends.get(), 1, &gap.b.x, &gap.b.y);
    return gap;
}

bool contains(const Geometry& polygons, const Point& p) {
    bool inside = false;
    const auto cross = [&](const Ring& ring) {
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
            const bool spans = (ring[i].y > p.y) != (ring[j].y > p.y);
            if (spans && p.x < (ring[j].x - ring[i].x) * (p.y - ring[i].y) / (ring[j].y - ring[i].y) + ring[i].x)
                inside = !inside;
        }
    };
    for (const auto& polygon : polygons.polygons) {
        cross(polygon.outer);
        for (const auto& hole : polygon.holes) cross(hole);
    }
    return inside;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/geo/mend.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "geos_geometry.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/faults.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {
namespace {

template <class G, class Visit>
void for_each_ring(G& geometry, Visit visit) {
    for (auto& polygon : geometry.polygons) {
        visit(polygon.outer);
        for (auto& hole : polygon.holes) visit(hole);
    }
}

std::string key(FaultKind kind) { return std::string(name_of(kind).key); }

/// Takes out points that repeat the one before. Where the first was, if there was any.
std::optional<Point> drop_repeated(Geometry& geometry) {
    std::optional<Point> where;
    const auto drop = [&](std::vector<Point>& points, bool closed) {
        const auto repeated = std::adjacent_find(points.begin(), points.end());
        if (repeated != points.end() && !where) where = *repeated;
        points.erase(std::unique(points.begin(), points.end()), points.end());
        while (closed && points.size() > 1 && points.front() == points.back()) {
            if (!where) where = points.back();
            points.pop_back();
        }
    };
    for_each_ring(geometry, [&](Ring& ring) { drop(ring, true); });
    for (auto& line : geometry.lines) drop(line, false);
    return where;
}

/// Rings of one or two points have no area, lines of one point no length.
std::optional<Point> drop_stubs(Geometry& geometry) {
    std::optional<Point> where;
    const auto stub = [&](const std::vector<Point>& points, std::size_t least) {
        if (points.size() >= least) return false;
        if (!where) where = points.empty() ? Point{} : points.front();
        return true;
    };
    std::erase_if(geometry.lines, [&](const Line& line) { return stub(line, 2); });
    std::erase_if(geometry.polygons, [&](const Polygon& polygon) { return stub(polygon.outer, 3); });
    for (auto& polygon : geometry.polygons)
        std::erase_if(polygon.holes, [&](const Ring& hole) { return stub(hole, 3); });
    return where;
}

/// Cuts the sharpest vertex that is sharper than allowed, if the ring has one to spare.
std::optional<Point> cut_spike(Geometry& geometry, const MendOptions& options) {
    std::optional<Point> cut;
    const auto scaled = [&](const Point& p) { return Point{p.x * options.x_scale, p.y}; };
    for_each_ring(geometry, [&](Ring& ring) {
        const std::size_t n = ring.size();
        if (cut || n < 4) return;
        std::size_t sharpest = 0;
        double least = options.spike_angle;
        for (std::size_t i = 0; i < n; ++i) {
            const double degrees =
                corner_degrees(scaled(ring[(i + n - 1) % n]), scaled(ring[i]), scaled(ring[(i + 1) % n]));
            if (degrees < least) std::tie(least, sharpest, cut) = std::tuple(degrees, i, std::optional(ring[i]));
        }
        if (cut) ring.erase(ring.begin() + static_cast<std::ptrdiff_t>(sharpest));
    });
    return cut;
}

// -- on the grid, and back to the vertices that were there

using Place = std::pair<double, double>;

Place on_grid(const Point& p, double precision) { return {std::round(p.x / precision), std::round(p.y / precision)}; }

Geometry with_old_vertices(Geometry made, const Geometry& given, double precision) {
    std::map<Place, Point> old;
    for_each_ring(given, [&](const Ring& ring) {
        for (const auto& p : ring) old.emplace(on_grid(p, precision), p);
    });
    for_each_ring(made, [&](Ring& ring) {
        for (auto& p : ring) {
            const auto found = old.find(on_grid(p, precision));
            if (found != old.end()) p = found->second;
        }
    });
    return made;
}

Geometry valid_on_grid(const Geometry& given, double precision) {
    const Geometry valid = repaired(given);
    if (!(precision > 0) || valid.polygons.empty()) return valid;
    const auto free = to_geos(valid);
    Geometry snapped = from_geos(geos_checked(GEOSGeom_setPrecision_r(geos(), free.get(), precision, 0),
                                              "a geometry can't be brought to a grid"));
    snapped.lines.clear();
    snapped.points.clear();
    Geometry kept = with_old_vertices(snapped, given, precision);
    return invalidity(kept) ? snapped : kept;
}

class Mender {
public:
    Mender(const Geometry& given, const MendOptions& options) : given_(given), options_(options) {
        out_.geometry = given;
    }

    Mended run() {
        if (given_.empty()) return trouble("the feature has no geometry");
        try {
            clean();
            make_valid();
        } catch (const Error& fault) {
            return trouble(fault.what());
        }
        if (out_.geometry.empty()) return trouble("nothing with an area is left of it");
        if (const auto why = invalidity(out_.geometry)) return trouble("still not valid after repair: " + why->reason);
        return std::move(out_);
    }

private:
    Mended trouble(std::string why) { return {given_, {}, std::move(why)}; }

    void note(Mend::Kind kind, FaultKind reason, const Point& where) {
        out_.mends.push_back({kind, key(reason), where, out_.geometry});
    }

    void clean() {
        for (const auto& fault : faults(given_)) {
            if (fault.kind == FaultKind::not_finite) throw DataError("a coordinate is no number");
        }
        if (const auto where = drop_repeated(out_.geometry))
            note(Mend::Kind::repeated_points, FaultKind::repeated_point, *where);
        if (const auto where = drop_stubs(out_.geometry)) note(Mend::Kind::stubs, FaultKind::too_few_points, *where);
        while (options_.spike_angle > 0) {
            const auto where = cut_spike(out_.geometry, options_);
            if (!where) break;
            note(Mend::Kind::spike, FaultKind::spike, *where);
        }
    }

    void make_valid() {
        const auto wrong = faults(out_.geometry);
        const auto first = std::ranges::find_if(wrong, [](const Fault& f) { return makes_invalid(f.kind); });
        if (out_.geometry.empty() || first == wrong.end()) return;
        out_.geometry = valid_on_grid(out_.geometry, options_.precision);
        note(Mend::Kind::invalidity, first->kind, first->where);
    }

    const Geometry& given_;
    const MendOptions& options_;
    Mended out_;
};

}  // namespace

Mended mended(const Geometry& geometry, const MendOptions& options) {
    if (!(options.spike_angle > 0) && plainly_valid(geometry)) return {geometry, {}, {}};
    return Mender(geometry, options).run();
}

}  // namespace linmu

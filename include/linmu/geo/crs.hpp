// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/geometry.hpp"
#include "linmu/core/grid.hpp"

namespace linmu {

/// What linmu must know of a CRS. `id` is "EPSG:n" when EPSG has a CRS of the same parameters (datum, ellipsoid,
/// projection; names and the order of axes play no part), else its WKT2. Axes are always x east, y north.
struct Crs {
    std::string id;
    std::string name;
    bool geographic = false;     ///< lon, lat in degrees
    double metres_per_unit = 1;  ///< 1 for a geographic CRS
};

/// Reads "EPSG:4547", WKT1, WKT2, ESRI WKT, PROJJSON or a PROJ string; of a CRS with heights, the horizontal part.
/// 1 to 50 ms the first time (the latter where EPSG has no such CRS); then remembered. Safe for many threads. Throws
/// DataError with the nearest way out.
[[nodiscard]] Crs parse_crs(std::string_view text);

/// Points from one CRS to another. Not for two threads at once: one a thread.
/// CGCS2000, WGS 84 and each other frame on the ellipsoid of GRS 80 or WGS 84 (ETRS89, RGF93, SIRGAS 2000, NAD83...)
/// are taken as one frame: they differ by less than 2 m, most by less than 1 m (domain.md 2.5). Between two others
/// PROJ's best path is taken. A frame from which PROJ knows only a "ballpark" path is refused with DataError, and so
/// are Xian 1980 and Beijing 1954 unless they come with their own +towgs84: they would be wrong by about 100 m.
/// A sphere without a datum (MODIS) has WGS 84's lon, lat. Construction takes 1 to 30 ms, a point 0.2 to 0.5 us.
class Transform {
public:
    Transform(std::string_view from, std::string_view to);
    ~Transform();
    Transform(Transform&&) noexcept;
    Transform& operator=(Transform&&) noexcept;

    [[nodiscard]] Point operator()(Point p) const;
    void apply(std::span<Point> points) const;  ///< in place; throws DataError when a point can't be transformed
    [[nodiscard]] bool identity() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// All coordinates transformed. `densify`: longest edge, in units of the source CRS, that stays one edge
/// (0: none is split), so that an edge straight in the one CRS follows its true course in the other.
[[nodiscard]] Geometry transformed(const Geometry& geometry, const Transform& transform, double densify = 0);

}  // namespace linmu

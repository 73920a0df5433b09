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

/// What linmu must know of a CRS. `id` is "EPSG:n" when PROJ identifies the CRS (by parameters, not
/// by name, at full confidence), else its WKT2. Axes are always x east, y north.
struct Crs {
    std::string id;
    std::string name;
    bool geographic = false;   ///< lon, lat in degrees
    double metres_per_unit = 1;
};

/// Reads "EPSG:4547", WKT1, WKT2, ESRI WKT or a PROJ string. Throws DataError with the nearest way out.
[[nodiscard]] Crs parse_crs(std::string_view text);

/// Points from one CRS to another. Not for two threads at once: one a thread.
/// WGS 84 and CGCS2000 are taken as the same frame (domain.md 2.5). Only a "ballpark" path, as from
/// Xian 1980 or Beijing 1954, is refused with DataError: it would be wrong by about 100 m.
class Transform {
public:
    Transform(std::string_view from, std::string_view to);
    ~Transform();
    Transform(Transform&&) noexcept;
    Transform& operator=(Transform&&) noexcept;

    [[nodiscard]] Point operator()(Point p) const;
    void apply(std::span<Point> points) const;   ///< in place; throws DataError when a point can't be transformed
    [[nodiscard]] bool identity() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// All coordinates transformed. `densify`: longest edge, in units of the source CRS, that stays one edge
/// (0: none is split), so that an edge straight in the one CRS follows its true course in the other.
[[nodiscard]] Geometry transformed(const Geometry& geometry, const Transform& transform, double densify = 0);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "linmu/core/geometry.hpp"
#include "linmu/core/grid.hpp"

namespace linmu {

/// Where points of the ground lie in a file, exactly. One a thread.
class GroundMap {
public:
    virtual ~GroundMap() = default;
    /// In place: x becomes columns and y rows from the file's outer corner, NaN for a point that has no place in it.
    /// `height`: metres above the ellipsoid, for files whose place depends on it.
    virtual void apply(std::span<Point> points, double height) = 0;
};

/// The ground that a file says it shows.
struct Footprint {
    std::string crs;
    Box box;
    /// Heights at which the map is to be known: one when the place does not depend on it, else three, evenly apart.
    std::vector<double> heights{0};
};

/// By the file's own grid.
[[nodiscard]] std::unique_ptr<GroundMap> map_by_grid(const std::string& from, const Grid& file);
[[nodiscard]] Footprint footprint_of(const Grid& file);

/// By the file's rational polynomial coefficients (RPC00B, from ground to image without iteration). Throws DataError:
/// the file has none that are whole.
[[nodiscard]] std::unique_ptr<GroundMap> map_by_rpc(const std::string& from, const std::string& path);
[[nodiscard]] Footprint rpc_footprint(const std::string& path);

/// The cells of `grid` that the footprint touches, with a margin; at most the grid and 512 cells around it.
[[nodiscard]] Window area_of(const Footprint& footprint, const Grid& grid);

}  // namespace linmu

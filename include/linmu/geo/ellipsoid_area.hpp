// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "linmu/core/area.hpp"
#include "linmu/core/geometry.hpp"
#include "linmu/core/grid.hpp"
#include "linmu/core/block.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu {

/// Areas on the CGCS2000 ellipsoid (a = 6378137, 1/f = 298.257222101).
/// Source: 国土调查办发〔2008〕32号 with CGCS2000 constants; closed form by the authalic map
/// x = L, y = Q(B) (Snyder 1987, eq. 3-12), to which the official trapezoid sum is equal.
namespace cgcs2000 {
inline constexpr double a = 6378137.0;
inline constexpr double inverse_flattening = 298.257222101;
/// Area from the equator to latitude B (radians) over one radian of longitude, m2.
[[nodiscard]] double authalic_q(double latitude);
/// The official five-term series of a trapezoid between B1 and B2 over dL (radians), m2: for tests and bit-compatibility.
[[nodiscard]] double trapezoid_series(double b1, double b2, double dl);
}  // namespace cgcs2000

/// Signed area in m2 of a ring of lon, lat in degrees whose edges are straight in the authalic map; anticlockwise > 0.
[[nodiscard]] double ring_area_m2(std::span<const Point> lon_lat);

/// The survey's area of polygons: edges straight in the survey's Gauss-Kruger plane (`survey_crs`), those
/// longer than `max_edge` metres split into floor(length / max_edge) + 1 equal parts, each ring summed in
/// the authalic map; |outer| - sum |holes|. The input may be in any CRS (see Transform): vertices are
/// brought to the survey plane first. A layer must be valid for the result to mean anything.
class SurveyArea {
public:
    explicit SurveyArea(std::string_view layer_crs, std::string_view survey_crs = "EPSG:4547", double max_edge = 70.0);
    ~SurveyArea();
    SurveyArea(SurveyArea&&) noexcept;
    SurveyArea& operator=(SurveyArea&&) noexcept;
    [[nodiscard]] Area operator()(const Geometry& geometry) const;
    [[nodiscard]] double m2(const Geometry& geometry) const;
    /// Length of lines on the ellipsoid (geodesic between vertices), m.
    [[nodiscard]] double length_m(const Geometry& geometry) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// True areas of the cells of a grid: the same measure of each cell's square. Computed on a lattice
/// anchored at the grid's own corner (so the same for any window) and interpolated; measured relative error
/// is documented in the source. Thread-safe after construction.
class CellAreas {
public:
    explicit CellAreas(const Grid& grid);
    ~CellAreas();
    CellAreas(CellAreas&&) noexcept;
    CellAreas& operator=(CellAreas&&) noexcept;
    /// m2; window within the grid.
    [[nodiscard]] Plane<double> operator()(const Window& window) const;
    [[nodiscard]] double cell_m2(int row, int col) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace linmu

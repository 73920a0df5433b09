// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "linmu/core/area.hpp"
#include "linmu/core/block.hpp"
#include "linmu/core/geometry.hpp"
#include "linmu/core/grid.hpp"
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
/// The official five-term series of a trapezoid between B1 and B2 over dL (radians), m2: for tests and
/// bit-compatibility.
[[nodiscard]] double trapezoid_series(double b1, double b2, double dl);
}  // namespace cgcs2000

/// Signed area in m2 of a ring of lon, lat in degrees whose edges are straight in the authalic map; anticlockwise > 0.
/// A ring may cross the 180th meridian; it may not go round a pole.
[[nodiscard]] double ring_area_m2(std::span<const Point> lon_lat);

/// The survey plane for data within `bounds` (in `crs`): within the extent of CGCS2000 the 3-degree Gauss-Kruger plane
/// whose central meridian is nearest to the middle, EPSG:4534 (75 E) to EPSG:4554 (135 E); elsewhere the same plane, a
/// transverse Mercator of scale 1 on GRS 80 at the nearest third meridian, as a PROJ string. A bureau that surveys
/// across two zones keeps one plane: choose it for the county, not for each parcel. Throws DataError for empty bounds.
[[nodiscard]] std::string survey_plane_for(const Box& bounds, std::string_view crs);

/// Which line on the ellipsoid an edge of a polygon is. Neighbours share edges, so that no choice changes a total.
enum class EdgeModel {
    plane,       ///< straight in the survey's Gauss-Kruger plane: practice of 三调 software
    geographic,  ///< straight in B, L: the text of 国土调查办发〔2008〕32号
    geodesic     ///< the shortest line (Karney 2013, by PROJ's geodesic.h)
};

/// The survey's area of polygons: edges straight in the survey's Gauss-Kruger plane (`survey_crs`), those
/// longer than `max_edge` metres split into floor(length / max_edge) + 1 equal parts, each ring summed in
/// the authalic map; |outer| - sum |holes|. The input may be in any CRS (see Transform): vertices are
/// brought to the survey plane first. A layer must be valid for the result to mean anything.
/// Safe for many threads. From a transverse Mercator on a global ellipsoid a vertex takes 20 ns (TransverseMercator),
/// else 1 us (PROJ). Throws DataError when a vertex lies more than 9 degrees from the plane's central meridian: the
/// plane is that of another country (survey_plane_for).
class SurveyArea {
public:
    /// The default plane is that of Zuoquan county.
    explicit SurveyArea(std::string_view layer_crs, std::string_view survey_crs = "EPSG:4547", double max_edge = 70.0,
                        EdgeModel edges = EdgeModel::plane);
    ~SurveyArea();
    SurveyArea(SurveyArea&&) noexcept;
    SurveyArea& operator=(SurveyArea&&) noexcept;
    [[nodiscard]] Area operator()(const Geometry& geometry) const;
    [[nodiscard]] double m2(const Geometry& geometry) const;
    /// For a check: the geodesic polygon through the same vertices and points of division. 3 us a point.
    [[nodiscard]] double geodesic_m2(const Geometry& geometry) const;
    /// Area in the survey plane, which is larger away from its meridian: for a check only.
    [[nodiscard]] double plane_m2(const Geometry& geometry) const;
    /// Length of lines on the ellipsoid (geodesic between vertices), m.
    [[nodiscard]] double length_m(const Geometry& geometry) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// True areas of the cells of a grid: the same measure of each cell's square, its corners joined in the authalic map.
/// Of a geographic grid in closed form by row. Of a projected grid computed on a lattice that is anchored at the grid's
/// own corner, so that a cell has the same area in any window, to the bit, and interpolated in between: measured
/// relative error below 1e-9 (see the source). Memory: 8 bytes a row, or a lattice node in about 5 x 5 km.
/// Thread-safe after construction. Throws DataError when the grid reaches to where its CRS has no places.
class CellAreas {
public:
    explicit CellAreas(const Grid& grid);
    ~CellAreas();
    CellAreas(CellAreas&&) noexcept;
    CellAreas& operator=(CellAreas&&) noexcept;
    /// m2; window within the grid.
    [[nodiscard]] Plane<double> operator()(const Window& window) const;
    [[nodiscard]] double cell_m2(int row, int col) const;
    /// By no more than this, in m2, does the area of a cell of `row` differ from that of the cell of row `other` in the same
    /// column, in columns [col, col_end). A bound that holds of the computed areas, rounding included. O(lattice columns).
    [[nodiscard]] double row_difference(int row, int other, int col, int col_end) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace linmu

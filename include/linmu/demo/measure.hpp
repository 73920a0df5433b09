// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

#include "linmu/core/area.hpp"
#include "linmu/core/geometry.hpp"
#include "linmu/core/grid.hpp"
#include "linmu/demo/landscape.hpp"
#include "linmu/demo/outline.hpp"

namespace linmu::demo {

inline constexpr const char* scene_crs = "EPSG:32649";
inline constexpr const char* survey_crs = "EPSG:4547";
inline constexpr const char* prefixed_crs = "EPSG:4526";  ///< the same plane with the zone before the easting
/// Where scenes of a county of this size (m) lie: on the 60 m lattice of tile 49SGA, near 113.4 E 37.0 N.
[[nodiscard]] Grid scene_grid(double size);

/// A connected piece of land that one state and one village hold.
struct Parcel {
    Geometry geometry;      ///< survey_crs
    Area area;              ///< on the ellipsoid
    std::int32_t unit = 0;  ///< one of its units
};
/// What one village's land is: each of the lists is a partition of it, but for changes.
struct VillageSurvey {
    std::array<std::vector<Parcel>, 2> parcels;  ///< by year
    std::vector<Parcel> changes;                 ///< units whose class differs between the years
    std::vector<Edge> outline;                   ///< of the village
    std::vector<Edge> township_outline;          ///< what of it borders on another township, or on nothing
    std::vector<Edge> county_outline;
};
/// O(cells of the village's bounds). Safe for many threads.
[[nodiscard]] VillageSurvey survey_village(const Landscape& landscape, int village);

/// A plot as designed, and the part of it that was planted and is neither road nor water.
struct PlotSurvey {
    Geometry design;  ///< survey_crs
    Area design_area;
    Area planted_area;
};
[[nodiscard]] PlotSurvey survey_plot(const Landscape& landscape, const Plot& plot);

/// Areas of the land of seeds of one village by `key` of its units, as parcels have it: with roads and waters, without crumbs. A negative
/// key is not counted.
[[nodiscard]] std::map<std::int32_t, Area> areas_by(const Landscape& landscape, const std::vector<std::int32_t>& seeds,
                                                    const std::function<std::int32_t(std::int32_t unit)>& key);

/// Polygons of edges, in the survey's plane.
[[nodiscard]] Geometry surveyed(const std::vector<Edge>& edges, double size);
[[nodiscard]] Geometry surveyed(const std::vector<Spot>& line, double size);

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "linmu/core/layer.hpp"
#include "linmu/demo/measure.hpp"

namespace linmu::demo {

/// What was put into the county, as tables; areas are those of its polygons on the ellipsoid, so classes of a village
/// add
/// up to the village, villages to the county. Years are columns of rows, classes are keys of the legend "landcover".

/// year, village, class, area.
[[nodiscard]] Table area_truth(const Landscape& landscape, const std::vector<VillageSurvey>& surveys);
/// year, class, area of the county.
[[nodiscard]] Table county_truth(const Landscape& landscape, const std::vector<VillageSurvey>& surveys);
/// Each piece of farmland that was lost (out) or won (in): village, classes before and after, parcel codes, area.
[[nodiscard]] Table flow_truth(const Landscape& landscape, const std::vector<VillageSurvey>& surveys);
/// All changes of class in the county: from, to, pieces, area.
[[nodiscard]] Table change_truth(const Landscape& landscape, const std::vector<VillageSurvey>& surveys);
/// year, age of the orchard (1-5, 6-10, 11-20, over 20 years), area.
[[nodiscard]] Table walnut_truth(const Landscape& landscape, const std::vector<VillageSurvey>& surveys);
/// Each work plot: designed, reported and really planted areas, canopy in the second year.
[[nodiscard]] Table plot_truth(const Landscape& landscape, const std::vector<PlotSurvey>& plots);

}  // namespace linmu::demo

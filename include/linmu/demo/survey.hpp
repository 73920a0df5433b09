// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/core/layer.hpp"
#include "linmu/demo/measure.hpp"

namespace linmu::demo {

/// Layers as a land survey office hands them over (fields: TD/T 1057-2020; roads, trees and works as counties keep
/// them).
/// All in survey_crs; geometry and areas from the same polygons as the truth.

[[nodiscard]] LayerSpec parcel_layer(int year);
/// Slope class of cropland (GDPDJB), upper bounds inclusive (TD/T 1055-2019).
[[nodiscard]] int slope_class(double degrees);
/// Shares of unmapped ridges of terraces by slope class. Provinces set them; these are for practice.
[[nodiscard]] double ridge_share(int slope_class);
/// Parcels of a village, numbered from 1 in it, `first_fid` on.
void add_parcels(Layer& layer, const Landscape& landscape, const std::vector<Parcel>& parcels, int village,
                 int year_index);

/// Villages (CJDCQ), townships (XZQ) and the county (XJXZQ) with surveyed areas that are the sums of what they hold.
struct AdminLayers {
    Layer villages, townships, county;
};
[[nodiscard]] AdminLayers admin_layers(const Landscape& landscape, const std::vector<VillageSurvey>& surveys);

[[nodiscard]] Layer works_layer(const Landscape& landscape, const std::vector<PlotSurvey>& plots);
[[nodiscard]] Layer roads_layer(const Landscape& landscape);
/// Old walnut trees that stand by themselves.
[[nodiscard]] Layer trees_layer(const Landscape& landscape);

/// What offices hand over with it: a bow-tie, a sliver and an overlap among the parcels. Returns what was done, one
/// sentence each.
[[nodiscard]] std::vector<std::string> soil_parcels(Layer& layer);
/// The same layer in another plane.
[[nodiscard]] Layer in_crs(Layer layer, const std::string& crs);

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "linmu/algo/layer_check.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

namespace linmu {

/// The survey's measure of a layer. `survey_crs` "": the plane the layer lies in. `area` must outlive the measure.
[[nodiscard]] SurveyArea survey_area_of(const Layer& layer, const std::string& survey_crs, double max_edge);
[[nodiscard]] LayerMeasure measure_of(const Layer& layer, const SurveyArea& area);

}  // namespace linmu

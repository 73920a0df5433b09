// SPDX-License-Identifier: MIT
#include "layer_measure.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace linmu {
namespace {

/// Of what is a place: a coordinate that is no number has none.
Box finite_bounds(const Layer& layer) {
    Box box;
    const auto add = [&](const std::vector<Point>& points) {
        for (const auto& p : points) {
            if (std::isfinite(p.x) && std::isfinite(p.y)) box.add(p);
        }
    };
    for (const auto& feature : layer.features) {
        for (const auto& polygon : feature.geometry.polygons) add(polygon.outer);
        for (const auto& line : feature.geometry.lines) add(line);
        add(feature.geometry.points);
    }
    return box;
}

}  // namespace

SurveyArea survey_area_of(const Layer& layer, const std::string& survey_crs, double max_edge) {
    const auto plane = survey_crs.empty() ? survey_plane_for(finite_bounds(layer), layer.spec.crs) : survey_crs;
    return SurveyArea(layer.spec.crs, plane, max_edge);
}

LayerMeasure measure_of(const Layer& layer, const SurveyArea& area) {
    LayerMeasure measure;
    measure.m2 = [&area](const Geometry& g) { return area.m2(g); };
    const auto crs = parse_crs(layer.spec.crs);
    measure.x_metres = measure.y_metres = crs.metres_per_unit;
    if (!crs.geographic) return measure;
    const Box box = finite_bounds(layer);
    constexpr double metres_a_degree = 111'200;  // of a meridian, to half a percent
    measure.y_metres = metres_a_degree;
    measure.x_metres = metres_a_degree * std::cos((box.ymin + box.ymax) / 2 * std::numbers::pi / 180);
    return measure;
}

}  // namespace linmu

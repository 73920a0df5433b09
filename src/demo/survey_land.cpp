// SPDX-License-Identifier: MIT
#include "survey_land.hpp"

#include <algorithm>
#include <cmath>

#include "cell_middles.hpp"
#include "index.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu::demo {
namespace {

double distance_to_edge(const Point& p, const Point& a, const Point& b) {
    const double dx = b.x - a.x;
    const double dy = b.y - a.y;
    const double length = dx * dx + dy * dy;
    const double t = length > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / length, 0.0, 1.0) : 0.0;
    return std::hypot(a.x + t * dx - p.x, a.y + t * dy - p.y);
}

bool is_near_ring(double metres, const Point& p, const Ring& ring) {
    for (std::size_t i = 0; i < ring.size(); ++i) {
        if (distance_to_edge(p, ring[i], ring[(i + 1) % ring.size()]) <= metres) return true;
    }
    return false;
}

Box box_of(const Point& p) { return {p.x, p.y, p.x, p.y}; }

}  // namespace

SurveyedLand::SurveyedLand(const CountyView& county) : county_(&county), area_(survey_crs, survey_crs) {
    for (const auto& village : county.villages) {
        auto& boxes = boxes_.emplace_back();
        for (const auto& parcel : village.parcels[1]) boxes.push_back(bounds(parcel.geometry));
    }
}

const std::vector<Parcel>& SurveyedLand::parcels(int village) const {
    return county_->villages[index(village)].parcels[1];
}

const State& SurveyedLand::state(const Parcel& parcel) const {
    return county_->landscape.units()[index(parcel.unit)].state[1];
}

std::string SurveyedLand::code(const Parcel& parcel) const {
    const auto& unit = county_->landscape.units()[index(parcel.unit)];
    return survey_class(unit.state[1], county_->landscape.years()[1], unit.irrigated).code;
}

Area SurveyedLand::sum(const Fits& fits, int village) const {
    Area area;
    for (int v = 0; v < static_cast<int>(boxes_.size()); ++v) {
        if (village >= 0 && village != v) continue;
        for (const auto& parcel : parcels(v)) area += fits(parcel) ? parcel.area : Area{};
    }
    return area;
}

Area SurveyedLand::shared(const Geometry& ground, int village, const Fits& fits) const {
    const Box box = bounds(ground);
    const auto& boxes = boxes_[index(village)];
    Area area;
    for (std::size_t p = 0; p < boxes.size(); ++p) {
        const auto& parcel = parcels(village)[p];
        if (touch(boxes[p], box) && fits(parcel)) area += area_(intersection_of(ground, parcel.geometry));
    }
    return area;
}

const Parcel* SurveyedLand::at(const Point& p, int village) const {
    const auto& boxes = boxes_[index(village)];
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const auto& parcel = parcels(village)[i];
        if (touch(boxes[i], box_of(p)) && contains(parcel.geometry, p)) return &parcel;
    }
    return nullptr;
}

bool is_within(double metres, const Point& p, const Geometry& polygons) {
    if (contains(polygons, p)) return true;
    return std::ranges::any_of(polygons.polygons, [&](const Polygon& polygon) {
        return is_near_ring(metres, p, polygon.outer) ||
               std::ranges::any_of(polygon.holes, [&](const Ring& hole) { return is_near_ring(metres, p, hole); });
    });
}

Heights::Heights(const Landscape& landscape)
    : landscape_(&landscape), grid_(scene_grid(landscape.size())), to_scene_(survey_crs, scene_crs) {}

double Heights::mean(const Geometry& ground) const {
    const auto here = transformed(ground, to_scene_);
    double sum = 0;
    int cells = 0;
    for_each_middle_inside(here, grid_, [&](int row, int col) {
        sum += landscape_->relief().elevation({(col + 0.5) * grid_.cell_x, (row + 0.5) * grid_.cell_y});
        ++cells;
    });
    if (cells > 0) return sum / cells;
    const auto p = inner_point(here);
    return landscape_->relief().elevation({p.x - grid_.x0, grid_.y0 - p.y});
}

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include "zone_coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu {
namespace {

/// Longest edge that is brought to another plane as it is: longer ones are split, to follow their course there.
double longest_edge(const std::string& crs) { return parse_crs(crs).geographic ? 0.005 : 500.0; }

Window window_of(const Coverage& coverage) {
    Window all;
    const auto add = [&](int row, int col, int col_end) {
        if (all.empty()) all = {row, col, 1, col_end - col};
        const int left = std::min(all.col, col);
        const int top = std::min(all.row, row);
        all = {top, left, std::max(all.row_end(), row + 1) - top, std::max(all.col_end(), col_end) - left};
    };
    for (const auto& run : coverage.inside) add(run.row, run.col, run.col_end);
    for (const auto& cell : coverage.boundary) add(cell.row, cell.col, cell.col + 1);
    return all;
}

}  // namespace

ZoneCoverage::ZoneCoverage(const Layer* layer, std::size_t key_field, const Grid& grid) : cells_(grid) {
    if (layer) add_layer(*layer, key_field, grid);
    else add_whole_grid(grid);
    std::vector<Box> boxes;
    for (const auto& zone : zones_) boxes.push_back(box(window_of(zone.coverage)));
    index_ = std::make_unique<BoxIndex>(boxes);
}

/// Half a cell within, so that tiles that only touch are not asked for.
Box ZoneCoverage::box(const Window& w) {
    if (w.empty()) return {};
    return {w.col + 0.25, w.row + 0.25, w.col_end() - 0.25, w.row_end() - 0.25};
}

void ZoneCoverage::add_whole_grid(const Grid& grid) {
    Zone zone{"all", {}, {}};
    for (int row = 0; row < grid.rows; ++row) {
        zone.coverage.inside.push_back({row, 0, grid.cols});
        zone.area += Area{areas({row, 0, 1, grid.cols}).run(row, 0, grid.cols)};
    }
    zones_.push_back(std::move(zone));
}

void ZoneCoverage::add_layer(const Layer& layer, std::size_t key_field, const Grid& grid) {
    const Transform to_grid(layer.spec.crs, grid.crs);
    const double densify = to_grid.identity() ? 0 : longest_edge(layer.spec.crs);
    const SurveyArea area(layer.spec.crs, survey_plane_for(bounds(layer), layer.spec.crs));
    for (const auto& feature : layer.features) {
        zones_.push_back({to_text(feature.values[key_field]),
                          linmu::coverage(transformed(feature.geometry, to_grid, densify), grid),
                          area(feature.geometry)});
    }
}

Area beyond_grid(const ZoneCoverage& zones, std::size_t zone, Area summed, const std::string& layer_name) {
    const Area whole = zones.polygon_area(zone);
    if (zones.coverage(zone).outside) return std::max(Area{}, whole - summed);
    const double gap = std::abs(whole.m2() - summed.m2());
    if (gap > 1e-5 * whole.m2() + 0.5) {
        throw DataError(fmt::format(
            "{}: polygon {} has {:.2f} m2, but its cells sum to {:.2f} m2; is it valid? (read-layer repair = true)",
            layer_name, zones.key(zone), whole.m2(), summed.m2()));
    }
    return {};
}

}  // namespace linmu

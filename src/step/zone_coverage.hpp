// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "linmu/algo/class_area.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/geo/coverage.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu {

/// Polygons of a layer on a grid: which cells each covers and how much of them, and where to look for a tile's.
/// Without a layer: one zone, the whole grid.
class ZoneCoverage {
public:
    ZoneCoverage(const Layer* layer, std::size_t key_field, const Grid& grid);

    [[nodiscard]] std::size_t size() const noexcept { return zones_.size(); }
    [[nodiscard]] const std::string& key(std::size_t zone) const { return zones_[zone].key; }
    [[nodiscard]] const Coverage& coverage(std::size_t zone) const { return zones_[zone].coverage; }
    /// Zones that may have cells in the window, ascending.
    [[nodiscard]] std::vector<std::size_t> touching(const Window& window) const {
        return index_->touching(box(window));
    }
    /// Cell areas of a tile.
    [[nodiscard]] TileAreas areas(const Window& window) const { return {window, cells_(window)}; }
    /// The polygon's own area, as the survey computes it; the grid's when there is no layer.
    [[nodiscard]] Area polygon_area(std::size_t zone) const { return zones_[zone].area; }

private:
    struct Zone {
        std::string key;
        Coverage coverage;
        Area area;
    };
    [[nodiscard]] static Box box(const Window& w);
    void add_whole_grid(const Grid& grid);
    void add_layer(const Layer& layer, std::size_t key_field, const Grid& grid);

    CellAreas cells_;
    std::vector<Zone> zones_;
    std::unique_ptr<BoxIndex> index_;
};

/// What of a zone's area the sums over its cells leave: the part beyond the grid. Throws DataError when a zone that lies in
/// the grid does not close: its cells' sum must be the polygon's area to 1e-5 and half a square metre.
[[nodiscard]] Area beyond_grid(const ZoneCoverage& zones, std::size_t zone, Area summed, const std::string& layer_name);

}  // namespace linmu

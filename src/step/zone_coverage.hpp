// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "linmu/algo/class_area.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/geo/coverage_index.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/step/step.hpp"

namespace linmu {

/// Features of a layer on a grid: which cells each covers and how much of them. Steps of one process that ask for the
/// same layer and grid share one index; with `folder`, it is kept there for later runs, by the content of layer and grid.
/// Without a layer: one zone, the whole grid.
class ZoneCoverage {
public:
    /// `key_field`: nothing takes the fid. The layer must live as long.
    ZoneCoverage(const Layer* layer, std::optional<std::size_t> key_field, const Grid& grid, const RunContext& context,
                 const std::string& folder = {});

    [[nodiscard]] std::size_t size() const noexcept { return index_->size(); }
    [[nodiscard]] std::string key(std::size_t zone) const;
    [[nodiscard]] CoverageStatus status(std::size_t zone) const { return index_->status(zone); }
    /// Cells wholly inside.
    [[nodiscard]] std::int64_t inside_cells(std::size_t zone) const { return index_->inside_cells(zone); }
    /// Calls visit(zone, coverage) for the zones with cells in the window; one that spans strips of the index comes more
    /// than once, with other cells each time.
    template <class Visit>
    void visit(const Window& window, Visit visit) const {
        index_->visit(window, visit);
    }
    /// Cell areas of a tile.
    [[nodiscard]] TileAreas areas(const Window& window) const { return {window, cells_}; }
    /// The polygon's own area, as the survey computes it; the grid's when there is no layer. For one thread.
    [[nodiscard]] Area polygon_area(std::size_t zone) const;

private:
    const Layer* layer_;
    std::optional<std::size_t> key_field_;
    Grid grid_;
    CellAreas cells_;
    std::shared_ptr<const CoverageIndex> index_;
    mutable std::optional<SurveyArea> survey_;
};

/// What of a zone's area the sums over its cells leave: the part beyond the grid. Throws DataError when a zone that lies in
/// the grid does not close: its cells must sum to the polygon's area in the grid's plane.
[[nodiscard]] Area beyond_grid(const ZoneCoverage& zones, std::size_t zone, Area summed, const std::string& layer_name);

}  // namespace linmu

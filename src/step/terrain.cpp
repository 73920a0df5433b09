// SPDX-License-Identifier: MIT
#include "linmu/algo/terrain.hpp"

#include <fmt/format.h>

#include <memory>

#include "common.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Terrain final : public TileStep {
public:
    StepInfo info() const override {
        return {"terrain",
                "坡度坡向",
                "Slope and aspect of a height model by Horn's method, in degrees.",
                "prepare",
                {{.name = "dem", .kind = ArtifactKind::raster, .help = "heights in metres, first band"}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override { p.add("keep", "hand the heights on as well, as band 'elevation'", &keep_); }

    Artifact plan(std::span<const Artifact> inputs, PlanContext&) override {
        const Grid& grid = inputs[0].raster.grid;
        const Crs crs = parse_crs(grid.crs);
        if (crs.geographic)
            throw DataError(fmt::format(
                "slopes need cells in metres, but the grid is in degrees ({}); give a [grid] in a projected CRS",
                crs.name));
        if (inputs[0].raster.bands.at(0).kind != BandKind::real)
            throw DataError("heights must be a real band, not codes");
        cell_ = {grid.cell_x * crs.metres_per_unit, grid.cell_y * crs.metres_per_unit};
        RasterSpec spec{grid, {band("slope", "degree"), band("aspect", "degree")}};
        if (keep_) spec.bands.push_back(band("elevation", "m"));
        return Artifact::of(std::move(spec));
    }

    int halo() const override { return 1; }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        const RealPlane& dem = inputs[0]->real(0);
        Block out{window, {}};
        out.bands.emplace_back(slope(dem, cell_));
        out.bands.emplace_back(aspect(dem, cell_));
        if (keep_) out.bands.push_back(crop(*inputs[0], window).bands[0]);
        return out;
    }

private:
    static BandSpec band(const char* name, const char* unit) {
        return {.name = name, .kind = BandKind::real, .unit = unit, .legend = {}, .scene = {}, .date = {}};
    }

    bool keep_ = false;
    CellSize cell_{};
};

}  // namespace

std::unique_ptr<Step> make_terrain() { return std::make_unique<Terrain>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/terrain.hpp"

#include <memory>

#include "ground.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Terrain final : public TileStep {
public:
    StepInfo info() const override {
        return {"terrain",
                "坡度坡向",
                "Slope and aspect of a height model, in degrees.",
                "prepare",
                {{.name = "dem", .kind = ArtifactKind::raster, .help = "heights in metres, first band"}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("method",
              "horn: eight neighbours, as gdaldem; zevenbergen-thorne: the four nearest, as SAGA and gdaldem -alg "
              "ZevenbergenThorne",
              &method_)
            .choices({"horn", "zevenbergen-thorne"});
        p.add("keep", "hand the heights on as well, as band 'elevation'", &keep_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext&) override {
        const Grid& grid = inputs[0].raster.grid;
        cell_ = cell_in_metres(grid, "slopes");
        check_heights(inputs[0].raster);
        RasterSpec spec{grid, {band("slope", "degree"), band("aspect", "degree")}};
        if (keep_) spec.bands.push_back(band("elevation", "m"));
        return Artifact::of(std::move(spec));
    }

    int halo() const override { return 1; }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        const RealPlane& dem = inputs[0]->real(0);
        Block out{window, {}};
        out.bands.emplace_back(slope(dem, cell_, method()));
        out.bands.emplace_back(aspect(dem, cell_, method()));
        if (keep_) out.bands.push_back(crop(*inputs[0], window).bands[0]);
        return out;
    }

private:
    static BandSpec band(const char* name, const char* unit) {
        return {.name = name, .kind = BandKind::real, .unit = unit, .legend = {}, .scene = {}, .date = {}};
    }

    [[nodiscard]] SlopeMethod method() const {
        return method_ == "horn" ? SlopeMethod::horn : SlopeMethod::zevenbergen_thorne;
    }

    std::string method_ = "horn";
    bool keep_ = false;
    CellSize cell_{};
};

}  // namespace

std::unique_ptr<Step> make_terrain() { return std::make_unique<Terrain>(); }

}  // namespace linmu

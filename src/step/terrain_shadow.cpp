// SPDX-License-Identifier: MIT
#include "linmu/algo/terrain_shadow.hpp"

#include <fmt/format.h>

#include <memory>

#include "ground.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/quality_flags.hpp"
#include "linmu/step/registry.hpp"
#include "scene_bands.hpp"

namespace linmu {
namespace {

class TerrainShadow final : public TileStep {
public:
    StepInfo info() const override {
        return {"terrain-shadow",
                "地形阴影",
                "Marks as dark, in each scene's quality band, the cells that the terrain keeps the sun from: slopes in "
                "their own shade and in that of mountains.",
                "prepare",
                {{.name = "scenes", .kind = ArtifactKind::raster, .help = "bands of scenes with their quality band QA"},
                 {.name = "dem", .kind = ArtifactKind::raster, .help = "heights in metres, first band"}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("reach",
              "how far off a mountain may shade a cell; one of height h shades h tan(zenith): 1500 m under a sun 26 "
              "degrees high need 3100 m",
              &reach_)
            .unit("m")
            .limits(0, 30000);
        p.add("least-light", "a slope is in its own shade when the cosine of the angle to the sun is not over this",
              &least_light_)
            .unit("1")
            .limits(-1, 1);
        p.add("only-mask", "give only a code band 'shadow' a scene: 1 in shade, 0 lit; no quality band is needed",
              &only_mask_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const RasterSpec& scenes = inputs[0].raster;
        cell_ = cell_in_metres(scenes.grid, "shadows");
        check_heights(inputs[1].raster);
        scenes_ = scenes_of(scenes.bands, context.input_ids[0]);
        for (const auto& scene : scenes_) suns_.push_back(sun_of(scene));
        return Artifact::of(RasterSpec{scenes.grid, only_mask_ ? masks(scenes.bands) : flagged(scenes.bands)});
    }

    int halo() const override { return shadow_halo(cell_, reach_); }
    int halo_of(std::size_t input) const override { return input == 1 ? halo() : 0; }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        return shaded(only_mask_ ? Block{window, {}} : *inputs[0], *inputs[1]);
    }

    Block rework(const Window& window, Block scenes, std::span<const BlockPtr> others) const override {
        return shaded(only_mask_ ? Block{window, {}} : std::move(scenes), *others[0]);
    }

private:
    Block shaded(Block out, const Block& dem) const {
        for (std::size_t s = 0; s < scenes_.size(); ++s) {
            auto shade = linmu::terrain_shadow(dem.real(0), cell_, suns_[s], reach_, least_light_);
            if (only_mask_) out.bands.emplace_back(std::move(shade));
            else flag(shade, out.code(*scenes_[s].quality));
        }
        return out;
    }

    std::vector<BandSpec> masks(const std::vector<BandSpec>& bands) const {
        std::vector<BandSpec> out;
        for (std::size_t s = 0; s < scenes_.size(); ++s) {
            const auto of_scene = std::ranges::find(bands, scenes_[s].scene, &BandSpec::scene);
            out.push_back({.name = "shadow",
                           .kind = BandKind::code,
                           .scene = of_scene->scene,
                           .date = of_scene->date,
                           .sun = suns_[s]});
        }
        return out;
    }

    std::vector<BandSpec> flagged(const std::vector<BandSpec>& bands) const {
        for (const auto& scene : scenes_) {
            if (!scene.quality)
                throw DataError(fmt::format(
                    "scene '{}' has no quality band '{}' to mark; put terrain-shadow before the mask, or set only-mask",
                    scene.scene, quality_band));
        }
        return bands;
    }

    static void flag(const CodePlane& shade, CodePlane& quality) {
        const auto dark = bit(QualityFlag::dark);
        const auto cells = quality.cells();
        for (std::size_t i = 0; i < cells.size(); ++i) {
            if (shade.cells()[i] == 1 && cells[i] != no_code) cells[i] |= dark;
        }
    }

    double reach_ = 3000, least_light_ = 0;
    bool only_mask_ = false;
    CellSize cell_{};
    std::vector<SceneBands> scenes_;
    std::vector<SunAngles> suns_;
};

}  // namespace

std::unique_ptr<Step> make_terrain_shadow() { return std::make_unique<TerrainShadow>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "linmu/algo/quality.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// One date: its quality band and the bands that it masks, as positions in the input.
struct Look {
    std::size_t quality;
    std::vector<std::size_t> bands;
};

class Mask final : public TileStep {
public:
    StepInfo info() const override {
        return {"mask",
                "质量掩膜",
                "Takes clouds, their shadows and faulty cells out of scenes, by the quality band of each date.",
                "prepare",
                {{.name = "scenes", .kind = ArtifactKind::raster, .help = "bands of scenes with their quality band"}},
                ArtifactKind::raster,
                2,
                false};
    }

    void declare(Params& p) override {
        const std::string flags =
            "cloud, cloud-shadow, cirrus, snow, water, saturated, dark, near-cloud, haze, unclassified";
        p.add("masked", "cells with one of these flags are not used: " + flags, &masked_);
        p.add("grown", "flags whose neighbours are not used either", &grown_);
        p.add("cells", "how far they grow", &rule_.cells).unit("cell").limits(0, 50);
        p.add("edge", "cells as near as this to one that was not seen are not used", &rule_.edge)
            .unit("cell")
            .limits(0, 50);
        p.add("terrain-shadow", "mask dark terrain shadow too (flag 'dark')", &shadow_);
        p.add("keep-quality", "hand the quality bands on as well", &keep_quality_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        rule_.masked = bits(masked_, "masked") | (shadow_ ? bit(QualityFlag::dark) : 0);
        rule_.grown = bits(grown_, "grown");
        const auto& bands = inputs[0].raster.bands;
        find_looks(bands, context.input_ids[0]);
        RasterSpec spec{inputs[0].raster.grid, {}};
        for (const auto& look : looks_) {
            for (const auto band : look.bands) spec.bands.push_back(bands[band]);
            if (keep_quality_) spec.bands.push_back(bands[look.quality]);
        }
        return Artifact::of(std::move(spec));
    }

    int halo() const override { return rule_.halo(); }

    std::optional<int> halo_of_values(std::size_t) const override { return 0; }

    StoredBands stored_bands() const override { return StoredBands::handed_on; }

    bool hands_on_its_input() const override { return true; }

    /// A byte a cell and look; growing takes three more.
    std::size_t planes_at_work() const override { return looks_.size() / 4 + 1; }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        return hide(unusable_cells(*inputs[0]), crop(*inputs[0], window));
    }

    Block rework(const Window& window, Block scenes, std::span<const BlockPtr>) const override {
        const auto unusable = unusable_cells(scenes);
        return hide(unusable, crop(std::move(scenes), window));
    }

private:
    static std::int32_t bits(const std::vector<std::string>& names, std::string_view parameter) {
        std::int32_t flags = 0;
        std::vector<std::string> known;
        for (const auto& [name, _] : quality_flag_names) known.emplace_back(name);
        for (const auto& name : names) {
            const auto it = std::ranges::find(quality_flag_names, name, [](const auto& f) { return f.first; });
            if (it == quality_flag_names.end())
                throw UsageError(fmt::format("'{}': '{}' is no quality flag{}", parameter, name, hint(name, known)));
            flags |= bit(it->second);
        }
        return flags;
    }

    /// Look by look.
    std::vector<std::shared_ptr<const HiddenPlane>> unusable_cells(const Block& scenes) const {
        std::vector<std::shared_ptr<const HiddenPlane>> out;
        for (const auto& look : looks_)
            out.push_back(std::make_shared<const HiddenPlane>(unusable(scenes.code(look.quality), rule_)));
        return out;
    }

    Block hide(const std::vector<std::shared_ptr<const HiddenPlane>>& unusable, Block cells) const {
        Block out{cells.window, {}};
        for (std::size_t i = 0; i < looks_.size(); ++i) {
            for (const auto band : looks_[i].bands) {
                if (auto* stored = std::get_if<StoredPlane>(&cells.bands[band])) mask(*stored, unusable[i]);
                else mask(cells.real(band), *unusable[i]);
                out.bands.push_back(std::move(cells.bands[band]));
            }
            if (keep_quality_) out.bands.push_back(std::move(cells.bands[looks_[i].quality]));
        }
        return out;
    }

    void find_looks(const std::vector<BandSpec>& bands, const std::string& where) {
        for (std::size_t i = 0; i < bands.size(); ++i) {
            if (bands[i].name != quality_band) continue;
            Look look{i, {}};
            for (std::size_t k = 0; k < bands.size(); ++k) {
                if (k != i && bands[k].scene == bands[i].scene) look.bands.push_back(k);
            }
            looks_.push_back(std::move(look));
        }
        if (looks_.empty())
            throw DataError(
                fmt::format("'{}' has no quality band {}; mask takes what a scenes step reads", where, quality_band));
    }

    std::vector<std::string> masked_{"cloud", "cloud-shadow", "cirrus", "snow", "saturated", "near-cloud"};
    std::vector<std::string> grown_{"cloud", "cloud-shadow"};
    bool shadow_ = false, keep_quality_ = false;
    QualityRule rule_{.masked = 0, .grown = 0, .cells = 4, .edge = 0, .shape = QualityRule::Shape::square};
    std::vector<Look> looks_;
};

}  // namespace

std::unique_ptr<Step> make_mask() { return std::make_unique<Mask>(); }

}  // namespace linmu

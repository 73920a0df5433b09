// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "common.hpp"
#include "linmu/algo/index.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// The bands that one set of indices is made of: those of one scene, or all when there are not two scenes.
struct Look {
    BandSpec of;  ///< scene, date and sun of the new bands
    GatheredBands bands;
    std::vector<SpectralIndex> compiled;
};

void add(Look& look, const Artifact& input, std::size_t i, std::size_t b, const PlanContext& context) {
    const auto& name = input.raster.bands[b].name;
    if (std::ranges::find(look.bands.names, name) != look.bands.names.end())
        throw DataError(
            fmt::format("'{}' and a step before it both have a band '{}'; give one of them another name (suffix)",
                        context.input_ids[i], name));
    look.bands.names.push_back(name);
    look.bands.places.emplace_back(i, b);
}

/// One a scene where there are several; bands of no scene (slope) go with each.
std::vector<Look> looks_of(std::span<const Artifact> inputs, const PlanContext& context) {
    std::vector<Look> looks;
    for (const auto& input : inputs)
        for (const auto& band : input.raster.bands)
            if (!band.scene.empty() &&
                std::ranges::find(looks, band.scene, [](const Look& l) { return l.of.scene; }) == looks.end())
                looks.push_back({{.scene = band.scene, .date = band.date, .sun = band.sun}, {}, {}});
    if (looks.size() < 2) looks = {Look{}};
    for (std::size_t i = 0; i < inputs.size(); ++i)
        for (std::size_t b = 0; b < inputs[i].raster.bands.size(); ++b)
            for (auto& look : looks) {
                const auto& scene = inputs[i].raster.bands[b].scene;
                if (looks.size() == 1 || scene.empty() || scene == look.of.scene) add(look, inputs[i], i, b, context);
            }
    return looks;
}

class Indices final : public TileStep {
public:
    StepInfo info() const override {
        return {"indices",
                "光谱指数",
                "Computes spectral indices of the catalogue (data/indices.toml), or a formula of your own; of several "
                "scenes, for each date.",
                "prepare",
                {{.name = "reflectance",
                  .kind = ArtifactKind::raster,
                  .help = "bands named B G R RE1 ... S2",
                  .many = true}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("index", "indices of the catalogue", &indices_);
        p.add("formula", "your own: \"name = (N - R) / (N + R)\"", &formulas_);
        p.add("suffix", "added to the names of the new bands: _may", &suffix_);
        p.add("keep", "hand the input bands on as well, with the suffix", &keep_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        if (indices_.empty() && formulas_.empty())
            throw UsageError("nothing to compute: give index = [\"NDVI\"] or formula = [\"name = ...\"]");
        RasterSpec spec{inputs[0].raster.grid, {}};
        looks_ = looks_of(inputs, context);
        for (auto& look : looks_) {
            add_catalogue(look, spec);
            add_formulas(look, spec);
            if (keep_) {
                for (const auto& name : look.bands.names) spec.bands.push_back(real_band(look, name));
            }
        }
        return Artifact::of(std::move(spec));
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        Block out{window, {}};
        for (const auto& look : looks_) {
            std::vector<std::span<const float>> cells;
            for (std::size_t i = 0; i < look.bands.names.size(); ++i) cells.push_back(cells_of(look.bands, i, inputs));
            for (const auto& index : look.compiled) {
                auto plane = RealPlane::unset(window.rows, window.cols);
                index.apply(cells, plane.cells());
                out.bands.emplace_back(std::move(plane));
            }
            if (keep_) {
                for (const auto& [input, band] : look.bands.places) out.bands.push_back(inputs[input]->bands[band]);
            }
        }
        return out;
    }

private:
    BandSpec real_band(const Look& look, const std::string& name) const {
        BandSpec band = look.of;
        band.name = name + suffix_;
        band.unit = "1";
        return band;
    }

    void add_catalogue(Look& look, RasterSpec& spec) const {
        if (indices_.empty()) return;
        const auto catalogue = load_indices();
        std::vector<std::string> ids;
        for (const auto& index : catalogue) ids.push_back(index.id);
        for (const auto& id : indices_) {
            const auto it = std::ranges::find(ids, id);
            if (it == ids.end()) throw UsageError(fmt::format("the catalogue has no index '{}'{}", id, hint(id, ids)));
            const auto& index = catalogue[static_cast<std::size_t>(it - ids.begin())];
            look.compiled.emplace_back(index.formula, look.bands.names, index.low, index.high);
            spec.bands.push_back(real_band(look, id));
        }
    }

    void add_formulas(Look& look, RasterSpec& spec) const {
        constexpr double none = std::numeric_limits<double>::infinity();
        for (const auto& text : formulas_) {
            const auto equals = text.find('=');
            const auto name = text.substr(0, text.find_first_of(" ="));
            if (equals == std::string::npos || name.empty())
                throw UsageError(fmt::format("formula '{}' must be \"name = ...\"", text));
            look.compiled.emplace_back(text.substr(equals + 1), look.bands.names, -none, none);
            spec.bands.push_back(real_band(look, name));
        }
    }

    std::vector<std::string> indices_, formulas_;
    std::string suffix_;
    bool keep_ = false;
    std::vector<Look> looks_;
};

}  // namespace

std::unique_ptr<Step> make_indices() { return std::make_unique<Indices>(); }

}  // namespace linmu

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

class Indices final : public TileStep {
public:
    StepInfo info() const override {
        return {"indices",
                "光谱指数",
                "Computes spectral indices of the catalogue (data/indices.toml), or a formula of your own.",
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
        bands_ = gather_bands(inputs, context);
        if (indices_.empty() && formulas_.empty())
            throw UsageError("nothing to compute: give index = [\"NDVI\"] or formula = [\"name = ...\"]");
        RasterSpec spec{inputs[0].raster.grid, {}};
        add_catalogue(spec);
        add_formulas(spec);
        if (keep_) {
            for (const auto& name : bands_.names) spec.bands.push_back(real_band(name));
        }
        return Artifact::of(std::move(spec));
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        std::vector<std::span<const float>> cells;
        for (std::size_t i = 0; i < bands_.names.size(); ++i) cells.push_back(cells_of(bands_, i, inputs));
        Block out{window, {}};
        for (const auto& index : compiled_) {
            auto plane = RealPlane::unset(window.rows, window.cols);
            index.apply(cells, plane.cells());
            out.bands.emplace_back(std::move(plane));
        }
        if (keep_) {
            for (const auto& [input, band] : bands_.places) out.bands.push_back(inputs[input]->bands[band]);
        }
        return out;
    }

private:
    BandSpec real_band(const std::string& name) const {
        return {.name = name + suffix_, .kind = BandKind::real, .unit = "1", .legend = {}, .scene = {}, .date = {}};
    }

    void add_catalogue(RasterSpec& spec) {
        if (indices_.empty()) return;
        const auto catalogue = load_indices();
        std::vector<std::string> ids;
        for (const auto& index : catalogue) ids.push_back(index.id);
        for (const auto& id : indices_) {
            const auto it = std::ranges::find(ids, id);
            if (it == ids.end()) throw UsageError(fmt::format("the catalogue has no index '{}'{}", id, hint(id, ids)));
            const auto& index = catalogue[static_cast<std::size_t>(it - ids.begin())];
            compiled_.emplace_back(index.formula, bands_.names, index.low, index.high);
            spec.bands.push_back(real_band(id));
        }
    }

    void add_formulas(RasterSpec& spec) {
        constexpr double none = std::numeric_limits<double>::infinity();
        for (const auto& text : formulas_) {
            const auto equals = text.find('=');
            const auto name = text.substr(0, text.find_first_of(" ="));
            if (equals == std::string::npos || name.empty())
                throw UsageError(fmt::format("formula '{}' must be \"name = ...\"", text));
            compiled_.emplace_back(text.substr(equals + 1), bands_.names, -none, none);
            spec.bands.push_back(real_band(name));
        }
    }

    std::vector<std::string> indices_, formulas_;
    std::string suffix_;
    bool keep_ = false;
    GatheredBands bands_;
    std::vector<SpectralIndex> compiled_;
};

}  // namespace

std::unique_ptr<Step> make_indices() { return std::make_unique<Indices>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "linmu/algo/index.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/core/quality_flags.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

constexpr std::size_t part_size = 16384;  ///< cells

/// Bands that formulas work on together: those of one scene, or the plain ones.
struct Group {
    BandSpec scene;  ///< scene, date and sun of what is made of it
    std::vector<BandSpec> bands;
    std::vector<std::pair<std::size_t, std::size_t>> places;  ///< input, band of it
    std::vector<SpectralIndex> indices;
    std::vector<std::size_t> used;  ///< bands that one of them needs

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> out;
        for (const auto& band : bands) out.push_back(band.name);
        return out;
    }
};

class Indices final : public TileStep {
public:
    StepInfo info() const override {
        return {"indices",
                "光谱指数",
                "Computes spectral indices of the catalogue (data/indices.toml), or a formula of your own; of bands of "
                "scenes, for "
                "each scene by itself.",
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
        find_groups(inputs, context);
        const auto wanted = definitions();
        RasterSpec spec{inputs[0].raster.grid, {}};
        for (auto& group : groups_) {
            for (const auto& index : wanted) {
                group.indices.push_back(compile(index, group));
                spec.bands.push_back(named(group, index.id));
            }
            find_used(group);
            for (const auto& band : group.bands) {
                if (passes(band)) spec.bands.push_back(renamed(band));
            }
        }
        return Artifact::of(std::move(spec));
    }

    StoredBands stored_bands() const override { return keep_ ? StoredBands::handed_on : StoredBands::taken; }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        Block out{window, {}};
        for (const auto& group : groups_) {
            const auto first = out.bands.size();
            for (std::size_t i = 0; i < group.indices.size(); ++i)
                out.bands.emplace_back(RealPlane::unset(window.rows, window.cols));
            compute(group, inputs, std::span(out.bands).subspan(first));
            for (std::size_t b = 0; b < group.bands.size(); ++b) {
                const auto [input, band] = group.places[b];
                if (passes(group.bands[b])) out.bands.push_back(inputs[input]->bands[band]);
            }
        }
        return out;
    }

private:
    /// The quality band goes with its scene, so that a composite of an index still knows what was seen.
    bool passes(const BandSpec& band) const { return keep_ || is_quality(band); }
    static bool is_quality(const BandSpec& band) {
        return band.kind == BandKind::code && band.name == quality_band && !band.scene.empty();
    }

    BandSpec named(const Group& group, const std::string& name) const {
        BandSpec spec = group.scene;
        spec.name = name + suffix_;
        spec.unit = "1";
        return spec;
    }

    BandSpec renamed(BandSpec band) const {
        if (!is_quality(band)) band.name += suffix_;
        return band;
    }

    void find_groups(std::span<const Artifact> inputs, const PlanContext& context) {
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            for (std::size_t b = 0; b < inputs[i].raster.bands.size(); ++b) {
                const auto& band = inputs[i].raster.bands[b];
                auto& group = group_of(band);
                if (std::ranges::find(group.bands, band.name, &BandSpec::name) != group.bands.end())
                    throw DataError(fmt::format(
                        "'{}' and a step before it both have a band '{}'{}; give one of them another name (suffix)",
                        context.input_ids[i], band.name,
                        band.scene.empty() ? "" : fmt::format(" of scene '{}'", band.scene)));
                group.bands.push_back(band);
                group.places.emplace_back(i, b);
            }
        }
    }

    Group& group_of(const BandSpec& band) {
        for (auto& group : groups_) {
            if (group.scene.scene == band.scene) return group;
        }
        groups_.emplace_back();
        groups_.back().scene = {.scene = band.scene, .date = band.date, .sun = band.sun};
        return groups_.back();
    }

    /// Those of the catalogue, then the user's own.
    std::vector<IndexDefinition> definitions() const {
        std::vector<IndexDefinition> out;
        if (!indices_.empty()) {
            const auto catalogue = load_indices();
            std::vector<std::string> ids;
            for (const auto& index : catalogue) ids.push_back(index.id);
            for (const auto& id : indices_) {
                const auto it = std::ranges::find(ids, id);
                if (it == ids.end())
                    throw UsageError(fmt::format("the catalogue has no index '{}'{}", id, hint(id, ids)));
                out.push_back(catalogue[static_cast<std::size_t>(it - ids.begin())]);
            }
        }
        constexpr double none = std::numeric_limits<double>::infinity();
        for (const auto& text : formulas_) {
            const auto equals = text.find('=');
            const auto name = text.substr(0, text.find_first_of(" ="));
            if (equals == std::string::npos || name.empty())
                throw UsageError(fmt::format("formula '{}' must be \"name = ...\"", text));
            IndexDefinition own;
            own.id = name;
            own.formula = text.substr(equals + 1);
            own.low = -none;
            own.high = none;
            out.push_back(std::move(own));
        }
        return out;
    }

    static SpectralIndex compile(const IndexDefinition& definition, const Group& group) {
        try {
            SpectralIndex index(definition.formula, group.names(), definition.low, definition.high);
            for (const auto& band : group.bands) {
                const bool used = std::ranges::find(index.needs(), band.name) != index.needs().end();
                if (used && band.kind == BandKind::code)
                    throw DataError(
                        fmt::format("band '{}' holds codes; a formula works on measured values", band.name));
            }
            return index;
        } catch (const DataError& error) {
            if (group.scene.scene.empty()) throw;
            throw DataError(fmt::format("scene '{}': {}", group.scene.scene, error.what()));
        }
    }

    static void find_used(Group& group) {
        for (std::size_t b = 0; b < group.bands.size(); ++b) {
            if (std::ranges::any_of(group.indices, [&](const SpectralIndex& index) {
                    return std::ranges::find(index.needs(), group.bands[b].name) != index.needs().end();
                }))
                group.used.push_back(b);
        }
    }

    /// Part by part: values of bands that are stored stay in the cache from one index to the next.
    static void compute(const Group& group, std::span<const BlockPtr> inputs, std::span<AnyPlane> out) {
        std::vector<std::vector<float>> rooms;
        for (const auto band : group.used) {
            const auto& [input, place] = group.places[band];
            const bool stored = std::holds_alternative<StoredPlane>(inputs[input]->bands[place]);
            rooms.emplace_back(stored ? part_size : 0);
        }
        const auto size = std::get<RealPlane>(out.front()).size();
        std::vector<std::span<const float>> cells(group.bands.size());
        for (std::size_t start = 0; start < size; start += part_size) {
            const auto count = std::min(part_size, size - start);
            for (std::size_t u = 0; u < rooms.size(); ++u) {
                const auto& [input, place] = group.places[group.used[u]];
                cells[group.used[u]] = values_of(inputs[input]->bands[place], start, count, rooms[u]);
            }
            for (std::size_t i = 0; i < group.indices.size(); ++i)
                group.indices[i].apply(cells, std::get<RealPlane>(out[i]).cells().subspan(start, count));
        }
    }

    std::vector<std::string> indices_, formulas_;
    std::string suffix_;
    bool keep_ = false;
    std::vector<Group> groups_;
};

}  // namespace

std::unique_ptr<Step> make_indices() { return std::make_unique<Indices>(); }

}  // namespace linmu

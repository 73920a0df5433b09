// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// The cell of a sample, and a place to keep what it shows.
struct SampleSpot {
    int row = 0, col = 0;
    std::size_t sample = 0;
};

class SampleMap final : public FoldStep {
public:
    StepInfo info() const override {
        return {"sample-map",
                "样本取值",
                "Reads rasters at the place of each sample: the class that a map gives it (for accuracy, when the map "
                "was made or "
                "changed after the samples were drawn), or the values of bands (for sample-check). Of a polygon, at a "
                "point "
                "inside.",
                "measure",
                {{.name = "samples", .kind = ArtifactKind::layer, .help = "points or polygons"},
                 {.name = "rasters", .kind = ArtifactKind::raster, .help = "class map, or bands", .many = true}},
                ArtifactKind::layer,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("field", "that takes the class of a map with one band", &field_);
        p.add("prefix", "of the fields that take values of bands: \"f_\" makes f_NDVI", &prefix_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        spec_ = inputs[0].layer;
        grid_ = inputs[1].raster.grid;
        for (std::size_t i = 1; i < inputs.size(); ++i) {
            const auto& bands = inputs[i].raster.bands;
            for (std::size_t b = 0; b < bands.size(); ++b) add_band(i - 1, b, bands[b], context);
        }
        return Artifact::of(spec_);
    }

    void start(std::span<const Layer* const> layers, RunContext& context) override {
        samples_ = layers[0];
        values_.assign(bands_.size(), std::vector<Value>(samples_->features.size()));
        const Transform to_grid(samples_->spec.crs, grid_.crs);
        std::int64_t beyond = 0;
        for (std::size_t i = 0; i < samples_->features.size(); ++i) {
            const Point at = to_grid(place_of(samples_->features[i]));
            const double row = std::floor(grid_.row(at.y)), col = std::floor(grid_.column(at.x));
            if (row >= 0 && col >= 0 && row < grid_.rows && col < grid_.cols)
                spots_.push_back({static_cast<int>(row), static_cast<int>(col), i});
            else ++beyond;
        }
        std::ranges::sort(spots_, {}, [](const SampleSpot& s) { return std::tuple(s.row, s.col, s.sample); });
        if (beyond > 0) context.note(fmt::format("{} samples lie beyond the raster and get no value", beyond));
    }

    std::shared_ptr<void> measure(const Window& window, std::span<const BlockPtr> inputs) const override {
        auto found = std::make_shared<std::vector<std::pair<std::size_t, std::vector<Value>>>>();
        auto spot = std::ranges::lower_bound(spots_, window.row, {}, &SampleSpot::row);
        for (; spot != spots_.end() && spot->row < window.row_end(); ++spot) {
            if (spot->col < window.col || spot->col >= window.col_end()) continue;
            std::vector<Value> values;
            for (const auto& band : bands_)
                values.push_back(value_at(band, *inputs[band.input], spot->row - window.row, spot->col - window.col));
            found->emplace_back(spot->sample, std::move(values));
        }
        return found;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        using Part = std::vector<std::pair<std::size_t, std::vector<Value>>>;
        for (auto& [sample, values] : *std::static_pointer_cast<Part>(part))
            for (std::size_t b = 0; b < bands_.size(); ++b) values_[b][sample] = std::move(values[b]);
    }

    Made finish(RunContext&) override {
        Layer layer{spec_, samples_->features};
        for (std::size_t i = 0; i < layer.features.size(); ++i) {
            auto& values = layer.features[i].values;
            values.resize(spec_.fields.size());
            for (std::size_t b = 0; b < bands_.size(); ++b) values[bands_[b].field] = values_[b][i];
        }
        return {std::move(layer), {}};
    }

    /// As lines "band sample kind text": few, since samples are.
    std::string save() override {
        std::string text;
        for (std::size_t b = 0; b < bands_.size(); ++b) {
            for (std::size_t i = 0; i < values_[b].size(); ++i) {
                if (const auto* key = std::get_if<std::string>(&values_[b][i]))
                    text += fmt::format("{} {} t {}\n", b, i, *key);
                else if (const auto* number = std::get_if<double>(&values_[b][i]))
                    text += fmt::format("{} {} r {:a}\n", b, i, *number);
            }
        }
        return text;
    }

    void load(std::string_view state) override {
        while (!state.empty()) {
            const auto end = state.find('\n');
            const std::string line(state.substr(0, end));
            state.remove_prefix(end + 1);
            char* at = nullptr;
            const auto band = std::strtoull(line.c_str(), &at, 10);
            const auto sample = std::strtoull(at, &at, 10);
            const std::string text(at + 3);
            values_[band][sample] = at[1] == 't' ? Value{text} : Value{std::strtod(text.c_str(), nullptr)};
        }
    }

private:
    struct SampleBand {
        std::size_t input, band, field;
        BandKind kind;
        ClassNames names;
    };

    void add_band(std::size_t input, std::size_t band, const BandSpec& spec, PlanContext& context) {
        const bool code = spec.kind == BandKind::code;
        const auto scene = spec.scene.empty() ? "" : "_" + spec.scene;
        const std::string name = code ? field_ : prefix_ + spec.name + scene;
        auto found = std::ranges::find(spec_.fields, name, &Field::name);
        if (std::ranges::any_of(bands_, [&](const SampleBand& b) { return spec_.fields[b.field].name == name; }))
            throw UsageError(fmt::format("two bands would be field '{}'; read them by steps of their own", name));
        if (found != spec_.fields.end() && code && found->type != FieldType::text)
            throw DataError(
                fmt::format("field '{}' of '{}' is no text; give another 'field'", name, context.input_ids[0]));
        if (found == spec_.fields.end()) {
            spec_.fields.push_back({name, code ? FieldType::text : FieldType::real, "", code ? "图上地类" : ""});
            found = std::prev(spec_.fields.end());
        }
        bands_.push_back({input, band, static_cast<std::size_t>(found - spec_.fields.begin()), spec.kind,
                          code ? ClassNames(spec.legend) : ClassNames()});
    }

    static Point place_of(const Feature& feature) {
        if (!feature.geometry.points.empty()) return feature.geometry.points.front();
        if (!feature.geometry.polygons.empty()) return inner_point(feature.geometry);
        throw DataError(fmt::format("sample {} is neither point nor polygon", feature.fid));
    }

    static Value value_at(const SampleBand& band, const Block& block, int row, int col) {
        if (band.kind == BandKind::code) return band.names.key(block.code(band.band)(row, col));
        const double value = block.real(band.band)(row, col);
        return std::isnan(value) ? Value{} : Value{value};
    }

    std::string field_ = "map_class", prefix_ = "f_";
    LayerSpec spec_;
    Grid grid_;
    std::vector<SampleBand> bands_;
    const Layer* samples_ = nullptr;
    std::vector<SampleSpot> spots_;
    std::vector<std::vector<Value>> values_;  ///< by band, by sample
};

}  // namespace

std::unique_ptr<Step> make_sample_map() { return std::make_unique<SampleMap>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "change_fold.hpp"
#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/algo/class_area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Transition final : public ChangeFold {
public:
    StepInfo info() const override {
        return {"transition",
                "地类转移",
                "Area of each pair of classes before and after, in each polygon; its margins are the class areas of "
                "both maps. Ledger table 'transition'.",
                "measure",
                {{.name = "before", .kind = ArtifactKind::raster, .help = "class map of the earlier epoch"},
                 {.name = "after", .kind = ArtifactKind::raster, .help = "class map of the later epoch"},
                 {.name = "zones",
                  .kind = ArtifactKind::layer,
                  .help = "polygons; absent: the whole grid",
                  .optional = true}},
                ArtifactKind::none,
                2,
                false};
    }

    void declare(Params& p) override {
        p.add("key", "field of the zones with their code", &key_);
        p.add("before", "name of the earlier map in the ledger; empty: the id of its step", &before_);
        p.add("after", "name of the later map in the ledger; empty: the id of its step", &after_);
        p.add("layer", "name of the zones in the ledger; empty: the layer's own", &layer_);
        p.add("index", "folder that keeps the coverage of zones and grid for later runs; empty: none", &index_).path();
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        grid_ = inputs[0].raster.grid;
        for (std::size_t i = 0; i < 2; ++i)
            names_[i] = ClassNames(class_band(inputs[i].raster, context.input_ids[i]).legend);
        if (before_.empty()) before_ = context.input_ids[0];
        if (after_.empty()) after_ = context.input_ids[1];
        if (inputs.size() < 3) return {};
        if (key_.empty()) throw UsageError("'key' is needed: the field with the code of each polygon");
        key_at_ = field_index(inputs[2].layer.fields, key_, context.input_ids[2]);
        if (layer_.empty()) layer_ = inputs[2].layer.name;
        return {};
    }

    void start(std::span<const Layer* const> layers, RunContext& context) override {
        zones_ = std::make_unique<ZoneCoverage>(layers.empty() ? nullptr : layers[0], key_at_, grid_, context, index_);
    }

    Made finish(RunContext& context) override {
        Table table{{"transition",
                     "地类转移",
                     {{"before", FieldType::text, "", "前期"},
                      {"after", FieldType::text, "", "后期"},
                      {"layer", FieldType::text, "", "图层"},
                      {"zone", FieldType::text, "", "单位代码"},
                      {"from_class", FieldType::text, "", "前地类"},
                      {"to_class", FieldType::text, "", "后地类"},
                      {"area", FieldType::area, "m2", "面积"}}},
                    {}};
        for (const auto& [key, area] : sums_) {
            table.rows.push_back({before_, after_, layer_.empty() ? "grid" : layer_,
                                  zones_->key(static_cast<std::size_t>(key.zone)), names_[0].key(key.from),
                                  names_[1].key(key.to), area.units()});
            if (table.rows.size() < rows_at_once) continue;
            context.ledger->put(table);
            table.rows.clear();
        }
        context.ledger->put(table);
        for (const auto& names : names_) names.record(*context.ledger);
        return {};
    }

private:
    static const BandSpec& class_band(const RasterSpec& raster, const std::string& where) {
        const auto& band = raster.bands.at(0);
        if (raster.bands.size() != 1 || band.kind != BandKind::code)
            throw DataError(fmt::format("'{}' must have one band of classes (kind = \"code\")", where));
        return band;
    }

    /// Of a table that may be larger than the memory.
    static constexpr std::size_t rows_at_once = 50'000;
    std::string key_, before_, after_, layer_, index_;
    Grid grid_;
    std::size_t key_at_ = 0;
    ClassNames names_[2];
};

}  // namespace

std::unique_ptr<Step> make_transition() { return std::make_unique<Transition>(); }

}  // namespace linmu

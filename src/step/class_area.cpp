// SPDX-License-Identifier: MIT
#include "linmu/algo/class_area.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"
#include "zone_coverage.hpp"

namespace linmu {
namespace {

class ClassArea final : public FoldStep {
public:
    StepInfo info() const override {
        return {"class-area",
                "分类面积",
                "Area of each class in each polygon, by exact fractions of cells and their true areas; into the ledger "
                "table 'class_area'.",
                "measure",
                {{.name = "map", .kind = ArtifactKind::raster, .help = "class map"},
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
        p.add("map", "name of the map in the ledger, as an epoch: \"2025\"; empty: the id of its step", &map_);
        p.add("layer", "name of the zones in the ledger; empty: the layer's own", &layer_);
        p.add("band", "class band; empty: the only one", &band_);
        p.add("index", "folder that keeps the coverage of zones and grid for later runs; empty: none", &index_).path();
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const RasterSpec& raster = inputs[0].raster;
        grid_ = raster.grid;
        band_at_ = band_index(raster.bands, band_, context.input_ids[0]);
        const auto& spec = raster.bands[band_at_];
        if (spec.kind != BandKind::code)
            throw DataError(fmt::format(
                "band '{}' holds measured values; a class map has codes (read it with kind = \"code\")", spec.name));
        classes_ = ClassNames(spec.legend);
        if (map_.empty()) map_ = context.input_ids[0];
        if (inputs.size() < 2) return {};
        if (key_.empty()) throw UsageError("'key' is needed: the field with the code of each polygon");
        key_at_ = field_index(inputs[1].layer.fields, key_, context.input_ids[1]);
        if (layer_.empty()) layer_ = inputs[1].layer.name;
        return {};
    }

    void start(std::span<const Layer* const> layers, RunContext& context) override {
        zones_ = std::make_unique<ZoneCoverage>(layers.empty() ? nullptr : layers[0], key_at_, grid_, context, index_);
    }

    std::shared_ptr<void> measure(const Window& window, std::span<const BlockPtr> inputs) const override {
        auto part = std::make_shared<ClassAreas>();
        const TileAreas areas = zones_->areas(window);
        const TileClasses classes(inputs[0]->code(band_at_));
        zones_->visit(window, [&](std::size_t zone, const Coverage& coverage) {
            add_class_areas(*part, static_cast<std::int32_t>(zone), coverage, classes, areas);
        });
        return part;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        sums_.merge(*std::static_pointer_cast<ClassAreas>(part));
    }

    Made finish(RunContext& context) override {
        Table table{{"class_area",
                     "分类面积",
                     {{"map", FieldType::text, "", "图"},
                      {"layer", FieldType::text, "", "图层"},
                      {"zone", FieldType::text, "", "单位代码"},
                      {"code", FieldType::integer, "", "地类代码"},
                      {"class", FieldType::text, "", "地类"},
                      {"area", FieldType::area, "m2", "面积"}}},
                    {}};
        const auto add = [&](std::vector<Value> row) {
            table.rows.push_back(std::move(row));
            if (table.rows.size() < rows_at_once) return;
            context.ledger->put(table);
            table.rows.clear();
        };
        std::vector<Area> seen(zones_->size());
        for (const auto& [key, area] : sums_) {
            const auto zone = static_cast<std::size_t>(key.zone);
            seen[zone] += area;
            add({map_, layer_name(), zones_->key(zone), classes_.code(key.code), classes_.key(key.code), area.units()});
        }
        for (std::size_t zone = 0; zone < zones_->size(); ++zone) {
            const Area rest = beyond_grid(*zones_, zone, seen[zone], layer_name());
            if (rest > Area{})
                add({map_, layer_name(), zones_->key(zone), Value{}, std::string("outside"), rest.units()});
        }
        context.ledger->put(table);
        classes_.record(*context.ledger);
        return {};
    }

    std::string save() override { return to_bytes(sums_); }
    void load(std::string_view state) override { sums_ = class_areas_from(state); }

private:
    [[nodiscard]] std::string layer_name() const { return layer_.empty() ? "grid" : layer_; }

    /// Of a table that may be larger than the memory.
    static constexpr std::size_t rows_at_once = 50'000;
    std::string key_, map_, layer_, band_, index_;
    Grid grid_;
    std::size_t band_at_ = 0, key_at_ = 0;
    ClassNames classes_;
    std::unique_ptr<ZoneCoverage> zones_;
    ClassAreas sums_;
};

}  // namespace

std::unique_ptr<Step> make_class_area() { return std::make_unique<ClassArea>(); }

}  // namespace linmu

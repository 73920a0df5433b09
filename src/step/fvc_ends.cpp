// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>
#include <optional>

#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/algo/fvc.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class FvcEnds final : public FoldStep {
public:
    StepInfo info() const override {
        return {"fvc-ends",
                "植被覆盖度端元",
                "NDVI of bare soil and of full cover, as low and high percentiles of each class: the table that fvc "
                "takes, and the ledger table 'fvc_ends'.",
                "measure",
                {{.name = "ndvi", .kind = ArtifactKind::raster, .help = "NDVI of one date or composite"},
                 {.name = "classes",
                  .kind = ArtifactKind::raster,
                  .help = "class map; absent: all cells are one class",
                  .optional = true}},
                ArtifactKind::table,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("band", "NDVI band; empty: the only one", &band_);
        p.add("class-band", "class band; empty: the only one", &class_band_);
        p.add("low", "percentile that is bare soil", &low_).unit("%").limits(0, 50);
        p.add("high", "percentile that is full cover", &high_).unit("%").limits(50, 100);
        p.add("least-cells", "a class of fewer cells has no ends", &least_cells_).limits(1, 1e9);
        p.add("least-range", "ends nearer to each other are none: the class has no bare or no covered cells",
              &least_range_)
            .limits(0, 2);
        p.add("map", "name of the map in the ledger: \"2025\"; empty: the id of its step", &map_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const auto& bands = inputs[0].raster.bands;
        band_at_ = band_index(bands, band_, context.input_ids[0]);
        if (bands[band_at_].kind != BandKind::real)
            throw DataError(fmt::format("band '{}' holds codes; cover is measured in NDVI", bands[band_at_].name));
        if (!(low_ < high_)) throw UsageError(fmt::format("low ({} %) must be below high ({} %)", low_, high_));
        if (map_.empty()) map_ = context.input_ids[0];
        if (inputs.size() > 1) plan_classes(inputs[1].raster.bands, context.input_ids[1]);
        return Artifact::of(spec());
    }

    void start(std::span<const Layer* const>, RunContext&) override {}

    std::shared_ptr<void> measure(const Window&, std::span<const BlockPtr> inputs) const override {
        auto part = std::make_shared<ClassHistograms>();
        const auto classes = class_at_ ? inputs[1]->code(*class_at_).cells() : std::span<const std::int32_t>{};
        add_values(*part, inputs[0]->real(band_at_).cells(), classes);
        return part;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        merge(sums_, *std::static_pointer_cast<ClassHistograms>(part));
    }

    Made finish(RunContext& context) override {
        Table table{spec(), {}};
        for (const auto& [code, histogram] : sums_) table.rows.push_back(row(code, histogram, context));
        context.ledger->put(table);
        classes_.record(*context.ledger);
        return {{}, std::move(table)};
    }

    std::string save() override { return to_bytes(sums_); }
    void load(std::string_view state) override { sums_ = class_histograms_from(state); }

private:
    static TableSpec spec() {
        return {"fvc_ends",
                "植被覆盖度端元",
                {{"map", FieldType::text, "", "图"},
                 {"code", FieldType::integer, "", "地类代码"},
                 {"class", FieldType::text, "", "地类"},
                 {"cells", FieldType::integer, "", "像元数"},
                 {"soil", FieldType::real, "1", "裸土NDVI"},
                 {"vegetation", FieldType::real, "1", "植被NDVI"}}};
    }

    void plan_classes(const std::vector<BandSpec>& bands, const std::string& where) {
        class_at_ = band_index(bands, class_band_, where);
        const auto& band = bands[*class_at_];
        if (band.kind != BandKind::code)
            throw DataError(fmt::format("band '{}' holds measured values; a class map has codes", band.name));
        classes_ = ClassNames(band.legend);
    }

    std::vector<Value> row(std::int32_t code, const IndexHistogram& histogram, RunContext& context) const {
        const std::string name = class_at_ ? classes_.key(code) : "all";
        std::vector<Value> cells{map_, classes_.code(code), name, static_cast<std::int64_t>(histogram.count()), {}, {}};
        if (histogram.count() < static_cast<std::uint64_t>(least_cells_)) {
            context.note(fmt::format("fvc-ends: class {} has {} cells, fewer than {}: no ends", name, histogram.count(),
                                     least_cells_));
            return cells;
        }
        const double soil = histogram.percentile(low_ / 100), vegetation = histogram.percentile(high_ / 100);
        if (!(vegetation - soil >= least_range_) || !(vegetation > soil)) {
            context.note(fmt::format("fvc-ends: class {} has NDVI from {:.3f} to {:.3f} only, less than {}: no ends",
                                     name, soil, vegetation, least_range_));
            return cells;
        }
        cells[4] = soil;
        cells[5] = vegetation;
        return cells;
    }

    std::string band_, class_band_, map_;
    double low_ = 5, high_ = 95, least_range_ = 0.05;
    int least_cells_ = 100;
    std::size_t band_at_ = 0;
    std::optional<std::size_t> class_at_;
    ClassNames classes_;
    ClassHistograms sums_;
};

}  // namespace

std::unique_ptr<Step> make_fvc_ends() { return std::make_unique<FvcEnds>(); }

}  // namespace linmu

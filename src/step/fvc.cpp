// SPDX-License-Identifier: MIT
#include "linmu/algo/fvc.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "common.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Fvc final : public TileStep {
public:
    StepInfo info() const override {
        return {"fvc",
                "植被覆盖度",
                "Fractional vegetation cover of each cell, 0 to 1, by the dimidiate pixel model with the ends of its "
                "class. Grass counts: it is no crown closure.",
                "prepare",
                {{.name = "ndvi", .kind = ArtifactKind::raster, .help = "NDVI of one date or composite"},
                 {.name = "ends", .kind = ArtifactKind::table, .help = "what fvc-ends made of it"},
                 {.name = "classes",
                  .kind = ArtifactKind::raster,
                  .help = "class map that fvc-ends had; absent: all cells are one class",
                  .optional = true}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("band", "NDVI band; empty: the only one", &band_);
        p.add("class-band", "class band; empty: the only one", &class_band_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const auto& bands = inputs[0].raster.bands;
        band_at_ = band_index(bands, band_, context.input_ids[0]);
        if (bands[band_at_].kind != BandKind::real)
            throw DataError(fmt::format("band '{}' holds codes; cover is measured in NDVI", bands[band_at_].name));
        for (const char* name : {"code", "soil", "vegetation"})
            (void)field_index(inputs[1].table.columns, name, context.input_ids[1]);
        if (inputs.size() > 2) {
            const auto& classes = inputs[2].raster.bands;
            class_at_ = band_index(classes, class_band_, context.input_ids[2]);
            if (classes[*class_at_].kind != BandKind::code)
                throw DataError(
                    fmt::format("band '{}' holds measured values; a class map has codes", classes[*class_at_].name));
        }
        return Artifact::of(RasterSpec{inputs[0].raster.grid, {{.name = "FVC", .kind = BandKind::real, .unit = "1"}}});
    }

    void start(std::span<const Table* const> tables) override {
        const auto& table = *tables[0];
        const auto code = field_index(table.spec.columns, "code", table.spec.name);
        const auto soil = field_index(table.spec.columns, "soil", table.spec.name);
        const auto vegetation = field_index(table.spec.columns, "vegetation", table.spec.name);
        ends_.clear();
        for (const auto& row : table.rows) {
            const auto* low = std::get_if<double>(&row[soil]);
            const auto* high = std::get_if<double>(&row[vegetation]);
            if (!low || !high) continue;
            const auto* number = std::get_if<std::int64_t>(&row[code]);
            ends_[number ? static_cast<std::int32_t>(*number) : no_code] = {*low, *high};
        }
        // Cover of every cell would be no value, which a table of areas would take for none measured.
        if (ends_.empty())
            throw DataError("no class has ends; see the notes of fvc-ends on least-cells and least-range");
        if (!class_at_ && !ends_.contains(no_code))
            throw DataError("the ends are by class, so fvc needs the class map that fvc-ends had as its third input");
        if (class_at_ && ends_.contains(no_code))
            throw DataError("the ends are of all cells as one class; give fvc-ends the class map too, or fvc none");
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        Block out{window, {}};
        auto plane = RealPlane::unset(window.rows, window.cols);
        const auto ndvi = inputs[0]->real(band_at_).cells();
        if (class_at_) vegetation_cover(ndvi, inputs[1]->code(*class_at_).cells(), ends_, plane.cells());
        else vegetation_cover(ndvi, ends_.at(no_code), plane.cells());
        out.bands.emplace_back(std::move(plane));
        return out;
    }

private:
    std::string band_, class_band_;
    std::size_t band_at_ = 0;
    std::optional<std::size_t> class_at_;
    std::map<std::int32_t, CoverEnds> ends_;
};

}  // namespace

std::unique_ptr<Step> make_fvc() { return std::make_unique<Fvc>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "linmu/algo/thin_change.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/number_of.hpp"
#include "linmu/step/registry.hpp"
#include "shift_table.hpp"

namespace linmu {
namespace {

class ChangeFilter final : public TileStep {
public:
    StepInfo info() const override {
        return {"change-filter",
                "变化去边",
                "The later class map without changes that are narrower than some cells, as images that lie apart show "
                "them along all borders: there it keeps the earlier class.",
                "measure",
                {{.name = "before", .kind = ArtifactKind::raster, .help = "class map of the earlier epoch"},
                 {.name = "after", .kind = ArtifactKind::raster, .help = "class map of the later epoch"},
                 {.name = "shift",
                  .kind = ArtifactKind::table,
                  .help = "how far apart the images lie, of step shift: changes must be wider than that",
                  .optional = true}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("width", "narrower changes are dropped, in cells; 1: none", &width_).limits(1, 50);
        p.add("most-width", "images that would need more lie too far apart: shift-correct them first", &most_)
            .limits(1, 50);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext&) override {
        const auto& before = inputs[0].raster.bands.at(0);
        const auto& after = inputs[1].raster.bands.at(0);
        if (before.kind != BandKind::code || after.kind != BandKind::code || before.legend != after.legend)
            throw DataError("the two maps must hold classes of one legend");
        if (most_ < width_)
            throw UsageError(fmt::format("most-width is {}, which is less than width, {}", most_, width_));
        if (inputs.size() > 2) {
            const auto& columns = inputs[2].table.columns;
            dx_at_ = field_index(columns, "dx", "shift");
            dy_at_ = field_index(columns, "dy", "shift");
            verdict_at_ = field_index(columns, "verdict", "shift");
        }
        used_ = width_;
        return Artifact::of(RasterSpec{inputs[1].raster.grid, {after}});
    }

    void start(std::span<const Table* const> tables) override {
        used_ = width_;
        if (tables.empty()) return;
        for (const auto& row : tables[0]->rows) used_ = std::max(used_, 1 + static_cast<int>(std::ceil(apart(row))));
        if (used_ > most_)
            throw DataError(
                fmt::format("the images lie up to {} cells apart: changes narrower than {} cells cannot be "
                            "told from that, and most-width is {}; shift-correct them first",
                            used_ - 1, used_, most_));
    }

    [[nodiscard]] int halo() const override { return most_ - 1; }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        Block kept{inputs[0]->window, {without_thin_changes(inputs[0]->code(0), inputs[1]->code(0), used_)}};
        return crop(kept, window);
    }

private:
    /// Cells between two images; of images that could not be compared one cell.
    [[nodiscard]] double apart(const std::vector<Value>& row) const {
        if (to_text(row[verdict_at_]) == shift_unsure) return 1;
        return std::hypot(number_of(row[dx_at_]).value_or(0), number_of(row[dy_at_]).value_or(0));
    }

    int width_ = 2, most_ = 4, used_ = 2;
    std::size_t dx_at_ = 0, dy_at_ = 0, verdict_at_ = 0;
};

}  // namespace

std::unique_ptr<Step> make_change_filter() { return std::make_unique<ChangeFilter>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

#include "linmu/algo/shift.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"
#include "scene_bands.hpp"
#include "shift_table.hpp"

namespace linmu {
namespace {

class ShiftCorrect final : public TileStep {
public:
    StepInfo info() const override {
        return {"shift-correct",
                "配准校正",
                "Brings scenes that a shift step found beside the reference back to it; all others stay as they are.",
                "prepare",
                {{.name = "scenes",
                  .kind = ArtifactKind::raster,
                  .help = "bands of scenes, with their quality bands or not"},
                 {.name = "shifts", .kind = ArtifactKind::table, .help = "of a shift step"}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("limit", "scenes not farther off than this stay as they are, whatever the check says", &limit_)
            .unit("cell")
            .limits(0, 10);
        p.add("max-shift", "a scene that is farther off is an error: its geometry must be looked into", &farthest_)
            .unit("cell")
            .limits(1, 100);
        p.add("resampling", "of measured values; codes take the nearest cell's", &kernel_)
            .choices({"cubic", "bilinear"});
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        bands_ = inputs[0].raster.bands;
        (void)scenes_of(bands_, context.input_ids[0]);
        for (const auto& column : scene_shift_table().spec.columns)
            (void)field_index(inputs[1].table.columns, column.name, context.input_ids[1]);
        return Artifact::of(inputs[0].raster);
    }

    int halo() const override { return shift_halo(farthest_); }

    void start(std::span<const Table* const> tables) override {
        const Table& table = *tables[0];
        const auto at = [&](const char* name) { return field_index(table.spec.columns, name, table.spec.name); };
        std::map<std::string, Shift> shifts;
        for (const auto& row : table.rows) {
            const auto& scene = std::get<std::string>(row[at("scene")]);
            shifts[scene] = {};
            if (row[at("verdict")] == Value{std::string(shift_found)})
                shifts[scene] = checked(scene, {std::get<double>(row[at("dx")]), std::get<double>(row[at("dy")])});
        }
        shifts_.clear();
        for (const auto& band : bands_) {
            const auto it = shifts.find(band.scene);
            if (it == shifts.end())
                throw DataError(
                    fmt::format("the table of shifts has no scene '{}'; check the same scenes", band.scene));
            shifts_.push_back(it->second);
        }
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        const Block inner = crop(*inputs[0], window);
        Block out{window, {}};
        for (std::size_t i = 0; i < bands_.size(); ++i) {
            if (shifts_[i].cols == 0 && shifts_[i].rows == 0) out.bands.push_back(inner.bands[i]);
            else if (bands_[i].kind == BandKind::code)
                out.bands.emplace_back(moved_back(inputs[0]->code(i), halo(), shifts_[i]));
            else out.bands.emplace_back(moved_back(inputs[0]->real(i), halo(), shifts_[i], kernel()));
        }
        return out;
    }

private:
    [[nodiscard]] ShiftKernel kernel() const { return kernel_ == "cubic" ? ShiftKernel::cubic : ShiftKernel::bilinear; }

    [[nodiscard]] Shift checked(const std::string& scene, Shift shift) const {
        const double far = std::max(std::abs(shift.cols), std::abs(shift.rows));
        if (far > farthest_)
            throw DataError(
                fmt::format("scene '{}' lies {:.2f} cells beside the reference, farther than max-shift = {}; look into "
                            "its geometry, or "
                            "raise max-shift",
                            scene, far, farthest_));
        return std::hypot(shift.cols, shift.rows) > limit_ ? shift : Shift{};
    }

    double limit_ = 0.1;
    int farthest_ = 8;
    std::string kernel_ = "cubic";
    std::vector<BandSpec> bands_;
    std::vector<Shift> shifts_;  ///< by band
};

}  // namespace

std::unique_ptr<Step> make_shift_correct() { return std::make_unique<ShiftCorrect>(); }

}  // namespace linmu

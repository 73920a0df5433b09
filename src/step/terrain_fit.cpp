// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <map>
#include <memory>
#include <set>

#include "common.hpp"
#include "ground.hpp"
#include "legend_table.hpp"
#include "linmu/algo/terrain_light.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/quality_flags.hpp"
#include "linmu/step/registry.hpp"
#include "scene_bands.hpp"
#include "terrain_table.hpp"

namespace linmu {
namespace {

/// A band of a scene and a class; `no_code` is for the cells of no class.
using Stratum = std::pair<std::size_t, std::int32_t>;
using Sums = std::map<Stratum, LightSums>;

class TerrainFit final : public FoldStep {
public:
    StepInfo info() const override {
        return {
            "terrain-fit",
            "地形光照拟合",
            "Fits how each band of each scene follows the light on slopes, L = m cos i + b, by class; run on corrected "
            "scenes it tells what is left. Into the ledger table 'terrain_fit'.",
            "prepare",
            {{.name = "scenes", .kind = ArtifactKind::raster, .help = "bands of scenes, masked"},
             {.name = "terrain", .kind = ArtifactKind::raster, .help = "slope and aspect, of a terrain step"},
             {.name = "classes",
              .kind = ArtifactKind::raster,
              .help = "broad classes that are fitted one by one, first band; absent: all cells as one",
              .optional = true}},
            ArtifactKind::table,
            1,
            false};
    }

    void declare(Params& p) override {
        p.add("name", "of the fit in the ledger, as before or after; empty: the id of this step", &name_);
        p.add("least-slope", "flatter cells take no part", &least_slope_).unit("degree").limits(0, 60);
        p.add("least-light", "cells with a smaller cosine of the angle to the sun take no part", &least_light_)
            .unit("1")
            .limits(0, 1);
        p.add("least-r", "below this correlation with the light a band is said to be weak, and is not corrected",
              &least_r_)
            .unit("1")
            .limits(0, 1);
        p.add("least-cells", "a class with fewer cells has no fit of its own", &least_cells_)
            .unit("cell")
            .limits(2, 1e9);
        p.add("leave", "codes of classes that take no part: water", &leave_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        bands_ = inputs[0].raster.bands;
        scenes_ = scenes_of(bands_, context.input_ids[0]);
        for (const auto& scene : scenes_) suns_.push_back(sun_of(scene));
        ground_ = ground_bands(inputs[1].raster, context.input_ids[1]);
        if (name_.empty()) name_ = context.id;
        left_ = codes(leave_, "leave");
        if (inputs.size() > 2) plan_classes(inputs[2].raster, context.input_ids[2]);
        else if (!left_.empty()) throw UsageError("'leave' names classes, but no raster of classes goes in");
        return Artifact::of(terrain_fit_table().spec);
    }

    void start(std::span<const Layer* const>, RunContext&) override {}

    std::shared_ptr<void> measure(const Window&, std::span<const BlockPtr> inputs) const override {
        auto sums = std::make_shared<Sums>();
        const RealPlane& slope = inputs[1]->real(ground_.slope);
        const auto normals = ground_normals(slope, inputs[1]->real(ground_.aspect));
        const CodePlane* classes = inputs.size() > 2 ? &inputs[2]->code(0) : nullptr;
        for (std::size_t s = 0; s < scenes_.size(); ++s) {
            RealPlane light = incidence(normals, suns_[s]);
            leave_out(light, slope, classes, quality_of(*inputs[0], scenes_[s]));
            for (const auto band : scenes_[s].real) add(*sums, band, light, inputs[0]->real(band), classes);
        }
        return sums;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        for (const auto& [stratum, sums] : *std::static_pointer_cast<Sums>(part)) sums_[stratum].merge(sums);
    }

    Made finish(RunContext& context) override {
        Table table = terrain_fit_table();
        for (const auto& scene : scenes_) {
            for (const auto band : scene.real) add_rows(table, band);
        }
        tell(table, context);
        context.ledger->put(table);
        return {{}, std::move(table)};
    }

    std::string save() override {
        std::string text;
        for (const auto& [stratum, sums] : sums_)
            text += fmt::format("{} {} {}\n", stratum.first, stratum.second, sums.to_text());
        return text;
    }

    void load(std::string_view state) override {
        sums_.clear();
        while (!state.empty()) {
            const std::string line(state.substr(0, state.find('\n')));
            char* end = nullptr;
            const auto band = static_cast<std::size_t>(std::strtoull(line.c_str(), &end, 10));
            const auto code = static_cast<std::int32_t>(std::strtol(end, &end, 10));
            std::string_view rest(end + 1);
            sums_[{band, code}] = LightSums::from_text(rest);
            state.remove_prefix(line.size() + 1);
        }
    }

private:
    void plan_classes(const RasterSpec& raster, const std::string& where) {
        const auto& band = raster.bands.at(0);
        if (band.kind != BandKind::code)
            throw DataError(fmt::format("'{}' holds measured values; classes are codes", where));
        classes_ = ClassNames(band.legend);
    }

    static const CodePlane* quality_of(const Block& block, const SceneBands& scene) {
        return scene.quality ? &block.code(*scene.quality) : nullptr;
    }

    /// What takes no part has no light from here on.
    void leave_out(RealPlane& light, const RealPlane& slope, const CodePlane* classes, const CodePlane* quality) const {
        const auto usable = bit(QualityFlag::unclassified);
        const auto steep = static_cast<float>(least_slope_), lit = static_cast<float>(least_light_);
        for (std::size_t i = 0; i < light.size(); ++i) {
            auto& here = light.cells()[i];
            const bool left = classes != nullptr && left_.contains(classes->cells()[i]);
            const bool faulty =
                quality != nullptr && (quality->cells()[i] == no_code || (quality->cells()[i] & ~usable) != 0);
            if (left || faulty || !(slope.cells()[i] > steep) || !(here > lit)) here = no_value;
        }
    }

    void add(Sums& sums, std::size_t band, const RealPlane& light, const RealPlane& values,
             const CodePlane* classes) const {
        std::int32_t last = no_code;
        LightSums* here = nullptr;
        for (std::size_t i = 0; i < light.size(); ++i) {
            const float value = values.cells()[i];
            if (std::isnan(light.cells()[i]) || std::isnan(value)) continue;
            if (!(std::abs(static_cast<double>(value)) <= LightSums::largest))
                throw DataError(fmt::format("band '{}' of '{}' has the value {}, which is no reflectance",
                                            bands_[band].name, bands_[band].scene, value));
            const std::int32_t code = classes ? classes->cells()[i] : no_code;
            if (!here || code != last) here = &sums[{band, code}];
            last = code;
            here->add(light.cells()[i], value);
        }
    }

    /// One row for all cells together, then one a class.
    void add_rows(Table& table, std::size_t band) const {
        LightSums all;
        const auto first = sums_.lower_bound({band, no_code}), last = sums_.lower_bound({band + 1, no_code});
        for (auto it = first; it != last; ++it) all.merge(it->second);
        add_row(table, band, {}, "all", all.fit());
        for (auto it = first; it != last; ++it) {
            const auto code = it->first.second;
            if (code != no_code) add_row(table, band, std::int64_t{code}, classes_.key(code), it->second.fit());
        }
    }

    void add_row(Table& table, std::size_t band, const Value& code, const std::string& name,
                 const LightFit& fit) const {
        const auto& spec = bands_[band];
        table.rows.push_back(
            {name_, spec.scene, spec.name, code, name, fit.cells, fit.m, fit.b, fit.c(), fit.r, verdict_on(fit)});
    }

    void tell(const Table& table, const RunContext& context) const {
        std::map<std::string, int> count;
        for (const auto& row : table.rows) ++count[std::get<std::string>(row.back())];
        context.note(fmt::format(
            "{} lines of bands and classes: {} stand, {} are weak (|r| under {}), {} have darker cells in the light, "
            "{} "
            "have few cells; terrain-correct leaves the weak and the darker as they are (table terrain_fit)",
            table.rows.size(), count[fit_stands], count[fit_weak], least_r_, count[fit_reversed], count[fit_few]));
    }

    [[nodiscard]] std::string verdict_on(const LightFit& fit) const {
        if (fit.cells < least_cells_) return fit_few;
        if (std::abs(fit.r) < least_r_) return fit_weak;
        return fit.m <= 0 ? fit_reversed : fit_stands;
    }

    std::string name_;
    double least_slope_ = 5, least_light_ = 0.1, least_r_ = 0.1;
    int least_cells_ = 200;
    std::vector<std::string> leave_;
    std::set<std::int32_t> left_;
    std::vector<BandSpec> bands_;
    std::vector<SceneBands> scenes_;
    std::vector<SunAngles> suns_;
    GroundBands ground_{};
    ClassNames classes_;
    Sums sums_;
};

}  // namespace

std::unique_ptr<Step> make_terrain_fit() { return std::make_unique<TerrainFit>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <numbers>

#include "common.hpp"
#include "ground.hpp"
#include "linmu/algo/terrain_light.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/quality_flags.hpp"
#include "linmu/step/registry.hpp"
#include "scene_bands.hpp"
#include "terrain_table.hpp"

namespace linmu {
namespace {

constexpr std::array<std::pair<std::string_view, LightMethod>, 4> method_names{
    {{"scs+c", LightMethod::scs_c}, {"c", LightMethod::c}, {"scs", LightMethod::scs}, {"cosine", LightMethod::cosine}}};

/// C by class where the band is corrected; `rest` is for cells of no class and of classes without a fit of their own.
struct BandFit {
    std::optional<float> rest;
    std::map<std::int32_t, std::optional<float>> by_class;

    [[nodiscard]] std::optional<float> of(std::int32_t code) const {
        const auto it = by_class.find(code);
        return it == by_class.end() ? rest : it->second;
    }
};

class TerrainCorrect final : public TileStep {
public:
    StepInfo info() const override {
        return {"terrain-correct",
                "地形校正",
                "Takes the light on slopes out of scenes, by the lines of a terrain-fit; bands that do not follow the "
                "light "
                "stay as they are.",
                "prepare",
                {{.name = "scenes", .kind = ArtifactKind::raster, .help = "bands of scenes, as they were fitted"},
                 {.name = "terrain", .kind = ArtifactKind::raster, .help = "slope and aspect, of a terrain step"},
                 {.name = "fit", .kind = ArtifactKind::table, .help = "of a terrain-fit step"},
                 {.name = "classes",
                  .kind = ArtifactKind::raster,
                  .help = "the classes of the fit, first band",
                  .optional = true}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("method",
              "c: where light falls on the ground itself, which shines alike to all sides (fields, bare ground, the "
              "practice county); scs+c: for trees, which stand upright on slopes; a terrain-fit after it tells which "
              "leaves less; scs, cosine: without light of the sky, to compare",
              &method_)
            .choices({"scs+c", "c", "scs", "cosine"});
        p.add("least-light", "cells with a smaller cosine of the angle to the sun are dark", &least_light_)
            .unit("1")
            .limits(0.01, 1);
        p.add("dark", "no-value: dark cells, which say little of the ground, lose their values; leave: they stay",
              &dark_)
            .choices({"no-value", "leave"});
        p.add("leave", "codes of classes that stay as they are: water", &leave_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        bands_ = inputs[0].raster.bands;
        scenes_ = scenes_of(bands_, context.input_ids[0]);
        for (const auto& scene : scenes_) suns_.push_back(sun_of(scene));
        ground_ = ground_bands(inputs[1].raster, context.input_ids[1]);
        for (const auto& column : terrain_fit_table().spec.columns)
            (void)field_index(inputs[2].table.columns, column.name, context.input_ids[2]);
        left_ = codes(leave_, "leave");
        if (inputs.size() > 3 && inputs[3].raster.bands.at(0).kind != BandKind::code)
            throw DataError(fmt::format("'{}' holds measured values; classes are codes", context.input_ids[3]));
        if (inputs.size() < 4 && !left_.empty())
            throw UsageError("'leave' names classes, but no raster of classes goes in");
        return Artifact::of(inputs[0].raster);
    }

    void start(std::span<const Table* const> tables) override {
        fits_.assign(bands_.size(), {});
        for (const auto& scene : scenes_) {
            for (const auto band : scene.real) fits_[band] = fit_of(*tables[0], bands_[band]);
        }
    }

    Block apply(const Window&, std::span<const BlockPtr> inputs) const override {
        return corrected(*inputs[0], inputs.subspan(1));
    }

    Block rework(const Window&, Block scenes, std::span<const BlockPtr> others) const override {
        return corrected(std::move(scenes), others);
    }

private:
    Block corrected(Block out, std::span<const BlockPtr> others) const {
        const auto normals = ground_normals(others[0]->real(ground_.slope), others[0]->real(ground_.aspect));
        const CodePlane* classes = others.size() > 1 ? &others[1]->code(0) : nullptr;
        for (std::size_t s = 0; s < scenes_.size(); ++s) {
            const auto light = incidence(normals, suns_[s]);
            const CodePlane* quality = scenes_[s].quality ? &out.code(*scenes_[s].quality) : nullptr;
            const auto cosine = static_cast<float>(std::cos(suns_[s].zenith * std::numbers::pi / 180));
            for (const auto band : scenes_[s].real)
                correct(out.real(band), fits_[band], light, normals.up, cosine, classes, quality);
        }
        return out;
    }

    static BandFit fit_of(const Table& table, const BandSpec& band) {
        const auto at = [&](const char* name) { return field_index(table.spec.columns, name, table.spec.name); };
        const auto scene = at("scene"), name = at("band"), code = at("code"), c = at("c"), verdict = at("verdict");
        BandFit out;
        bool known = false;
        for (const auto& row : table.rows) {
            if (row[scene] != Value{band.scene} || row[name] != Value{band.name}) continue;
            known = true;
            if (row[verdict] == Value{std::string(fit_few)}) continue;
            std::optional<float> fitted;
            if (row[verdict] == Value{std::string(fit_stands)}) fitted = static_cast<float>(std::get<double>(row[c]));
            if (const auto* of_class = std::get_if<std::int64_t>(&row[code]))
                out.by_class[static_cast<std::int32_t>(*of_class)] = fitted;
            else out.rest = fitted;
        }
        if (!known)
            throw DataError(fmt::format("the fit has no row for band '{}' of scene '{}'; fit the same scenes",
                                        band.name, band.scene));
        return out;
    }

    void correct(RealPlane& values, const BandFit& fit, const RealPlane& light, const RealPlane& up, float cosine,
                 const CodePlane* classes, const CodePlane* quality) const {
        const auto method = std::ranges::find(method_names, method_, [](const auto& m) { return m.first; })->second;
        const auto lit = static_cast<float>(least_light_);
        std::int32_t last = no_code;
        std::optional<float> c = fit.of(last);
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (stays(i, classes, quality)) continue;
            const std::int32_t code = classes ? classes->cells()[i] : no_code;
            if (code != last) c = fit.of(code);
            last = code;
            auto& value = values.cells()[i];
            if (!c) continue;
            // Without a slope there is no light to correct by.
            if (std::isnan(light.cells()[i])) value = no_value;
            else if (light.cells()[i] < lit) value = dark_ == "leave" ? value : no_value;
            else value *= light_factor(method, cosine, light.cells()[i], up.cells()[i], *c);
        }
    }

    [[nodiscard]] bool stays(std::size_t i, const CodePlane* classes, const CodePlane* quality) const {
        if (classes != nullptr && left_.contains(classes->cells()[i])) return true;
        return quality != nullptr && quality->cells()[i] != no_code &&
               (quality->cells()[i] & bit(QualityFlag::water)) != 0;
    }

    std::string method_ = "scs+c", dark_ = "no-value";
    double least_light_ = 0.1;
    std::vector<std::string> leave_;
    std::set<std::int32_t> left_;
    std::vector<BandSpec> bands_;
    std::vector<SceneBands> scenes_;
    std::vector<SunAngles> suns_;
    GroundBands ground_{};
    std::vector<BandFit> fits_;  ///< by band
};

}  // namespace

std::unique_ptr<Step> make_terrain_correct() { return std::make_unique<TerrainCorrect>(); }

}  // namespace linmu

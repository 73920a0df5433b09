// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "linmu/algo/overlay.hpp"
#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"
#include "overlay_setup.hpp"

namespace linmu {
namespace {

class Clip final : public WholeStep {
public:
    StepInfo info() const override {
        return {"clip",
                "分区裁剪",
                "Cuts features by zones: each piece with its zone, area and share of the feature; what lies in no zone "
                "is listed too, so that pieces add up to the feature. Ledger table 'clip'.",
                "measure",
                {{.name = "layer", .kind = ArtifactKind::layer, .help = "polygons to cut"},
                 {.name = "zones", .kind = ArtifactKind::layer, .help = "polygons to cut by"}},
                ArtifactKind::layer,
                2,
                false};
    }

    void declare(Params& p) override {
        p.add("key", "field with the code of each feature", &key_).required();
        p.add("zone-key", "field with the code of each zone", &zone_key_).required();
        p.add("geometry", "cut the pieces as polygons too; false: areas only", &geometry_);
        setup_.declare(p);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const auto& source = inputs[0].layer;
        key_at_ = field_index(source.fields, key_, context.input_ids[0]);
        zone_key_at_ = field_index(inputs[1].layer.fields, zone_key_, context.input_ids[1]);
        own_fields_ = source.fields;
        spec_ = {source.name + "_clip", source.crs, source.fields};
        for (const char* name : {"clip_zone", "clip_kind", "clip_share", "clip_area"}) {
            if (std::ranges::find(source.fields, std::string(name), &Field::name) != source.fields.end())
                throw DataError(fmt::format("'{}' has a field '{}' already; rename it (read-layer: rename)",
                                            context.input_ids[0], name));
        }
        spec_.fields.insert(spec_.fields.end(), {{"clip_zone", FieldType::text, "", "区代码"},
                                                 {"clip_kind", FieldType::text, "", "类型"},
                                                 {"clip_share", FieldType::real, "1", "占比"},
                                                 {"clip_area", FieldType::area, "m2", "椭球面积"}});
        return Artifact::of(spec_);
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        if (inputs.layers[0]->features.empty()) {
            put_table({}, context);
            return {Layer{spec_, {}}, {}};
        }
        const auto plane = setup_.plane_for(*inputs.layers[0], context.parallel);
        const AreaScale scale(plane.crs, bounds_in(plane.crs, inputs.layers, context.parallel));
        OverlayLayer a(*inputs.layers[0], plane, scale, context.parallel);
        OverlayLayer zones(*inputs.layers[1], plane, scale, context.parallel);
        setup_.note_repairs(a, context);
        setup_.note_repairs(zones, context);
        const auto ledger = overlay_ledger(a, zones, shared_pieces(a, zones, scale, plane.grid, context.parallel),
                                           scale, plane.grid, context.parallel);
        return {made(a, zones, ledger, plane, context), {}};
    }

private:
    struct Cut {
        std::uint32_t feature;
        const SharedPiece* piece;  ///< nothing: a rest
        const char* kind;
        Area area;
    };

    /// Pieces of a feature one after another, its rests last.
    static std::vector<Cut> cuts_of(const OverlayLedger& ledger) {
        std::vector<Cut> cuts;
        for (const auto& piece : ledger.pieces) cuts.push_back({piece.a, &piece, "in zone", piece.area});
        for (const auto& rest : ledger.rest_a) {
            if (rest.uncovered != Area{}) cuts.push_back({rest.feature, nullptr, "no zone", rest.uncovered});
            if (rest.twice != Area{})
                cuts.push_back({rest.feature, nullptr, "in several zones", Area{-rest.twice.units()}});
        }
        std::ranges::stable_sort(cuts, {}, &Cut::feature);
        return cuts;
    }

    Layer made(const OverlayLayer& a, const OverlayLayer& zones, const OverlayLedger& ledger, const OverlayPlane& plane,
               RunContext& context) const {
        const auto cuts = cuts_of(ledger);
        std::vector<std::vector<std::uint32_t>> zones_of(a.size());
        for (const auto& piece : ledger.pieces) zones_of[piece.a].push_back(piece.b);
        std::vector<Feature> features(cuts.size());
        constexpr std::size_t chunk = 256;
        context.parallel((cuts.size() + chunk - 1) / chunk, [&](std::size_t c) {
            for (std::size_t k = c * chunk; k < std::min(cuts.size(), (c + 1) * chunk); ++k) {
                const auto& cut = cuts[k];
                features[k] = {static_cast<std::int64_t>(k) + 1, {}, a.layer().features[cut.feature].values};
                auto& values = features[k].values;
                values.push_back(cut.piece ? Value{to_text(zones.layer().features[cut.piece->b].values[zone_key_at_])}
                                           : Value{});
                values.emplace_back(std::string(cut.kind));
                const auto own = static_cast<double>(a.own(cut.feature).units());
                values.push_back(own > 0 ? Value{static_cast<double>(cut.area.units()) / own} : Value{});
                values.emplace_back(cut.area.units());
                if (!geometry_) continue;
                if (cut.piece) features[k].geometry = ground_of(a, zones, *cut.piece, plane.grid);
                else if (cut.area > Area{})
                    features[k].geometry = ground_outside(a, cut.feature, zones, zones_of[cut.feature], plane.grid);
            }
        });
        put_table(features, context);
        std::erase_if(features, [](const Feature& f) { return f.geometry.empty(); });
        bring_to(features, plane.crs, spec_.crs, context.parallel);
        return {spec_, std::move(features)};
    }

    void put_table(const std::vector<Feature>& features, RunContext& context) const {
        Table table{{"clip",
                     "分区裁剪",
                     {{"id", FieldType::text, "", "标识"},
                      {"zone", FieldType::text, "", "区代码"},
                      {"kind", FieldType::text, "", "类型"},
                      {"share", FieldType::real, "1", "占比"},
                      {"area", FieldType::area, "m2", "椭球面积"}}},
                    {}};
        std::size_t homeless = 0;
        for (const auto& feature : features) {
            const auto* added = &feature.values[own_fields_.size()];
            if (to_text(added[1]) == "no zone") ++homeless;
            table.rows.push_back({to_text(feature.values[key_at_]), added[0], added[1], added[2], added[3]});
        }
        if (homeless > 0) context.note(fmt::format("{} features lie in no zone, or with a part of them", homeless));
        context.ledger->put(table);
    }

    std::string key_, zone_key_;
    bool geometry_ = true;
    OverlaySetup setup_;
    std::size_t key_at_ = 0, zone_key_at_ = 0;
    std::vector<Field> own_fields_;
    LayerSpec spec_;
};

}  // namespace

std::unique_ptr<Step> make_clip() { return std::make_unique<Clip>(); }

}  // namespace linmu

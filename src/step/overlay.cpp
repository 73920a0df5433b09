// SPDX-License-Identifier: MIT
#include "linmu/algo/overlay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/step/registry.hpp"
#include "overlay_setup.hpp"

namespace linmu {
namespace {

/// Ground of the overlay so far: whose it is, and how large.
struct Ground {
    std::vector<Value> owners;  ///< key and fields of each layer so far; nothing where a layer has no feature there
    std::string kind = "shared";
    std::string sliver;
    Value width;
    Area area;
    Geometry geometry;  ///< in the plane
};

class Overlay final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "overlay",
            "叠加分析",
            "Lays parcel layers over one another: who shares how much ground with whom, and what is left, on the "
            "ellipsoid; each feature's pieces add up to its own area to the last digit. Ledger table 'overlay', or as "
            "'table' says.",
            "measure",
            {{.name = "layers", .kind = ArtifactKind::layer, .help = "two or more polygon layers", .many = true}},
            ArtifactKind::layer,
            1,
            false};
    }

    void declare(Params& p) override {
        p.add("keys", "field with the code of each feature: one for all layers, or one a layer", &keys_).required();
        p.add("fields", "more fields to tell of both sides, of each layer that has them", &fields_);
        p.add("class", "field with the class, by which parcels live on; empty: by their code only", &class_);
        p.add("geometry", "cut the pieces as polygons too; false: areas only, several times as fast", &geometry_);
        p.add("table", "name in the ledger, where each of several overlays has its own", &table_);
        p.add("shared-only",
              "tell of ground that two layers or more share, not of what is left: for a few sites over many parcels",
              &shared_only_);
        setup_.declare(p);
        declare_slivers(p, rule_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        if (inputs.size() < 2) throw UsageError("an overlay takes two layers or more");
        if (keys_.size() != 1 && keys_.size() != inputs.size())
            throw UsageError(fmt::format("'keys' names {} fields for {} layers; give one for all, or one each",
                                         keys_.size(), inputs.size()));
        columns_.clear();
        picks_.clear();
        std::vector<bool> found(fields_.size(), false);
        for (std::size_t i = 0; i < inputs.size(); ++i) pick(i, inputs[i].layer, context.input_ids[i], found);
        for (std::size_t f = 0; f < fields_.size(); ++f) {
            if (!found[f]) throw DataError(fmt::format("no layer has a field '{}'", fields_[f]));
        }
        LayerSpec spec{"overlay", inputs[0].layer.crs, columns_};
        spec.fields.insert(spec.fields.end(), {{"kind", FieldType::text, "", "类型"},
                                               {"sliver", FieldType::text, "", "碎屑"},
                                               {"width", FieldType::real, "m", "平均宽度"},
                                               {"area", FieldType::area, "m2", "椭球面积"}});
        spec_ = spec;
        return Artifact::of(std::move(spec));
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        plane_ = setup_.plane_for(*inputs.layers.front());
        scale_.emplace(plane_.crs, bounds_in(plane_.crs, inputs.layers));
        std::vector<Ground> grounds;
        std::vector<Ground> done;  // accounts that have no ground: twice, rounding
        for (std::size_t i = 1; i < inputs.layers.size(); ++i) {
            const bool last = i + 1 == inputs.layers.size();
            grounds = i == 1 ? lay(*inputs.layers[0], {}, *inputs.layers[1], i, geometry_ || !last, done, context)
                             : lay_over(std::move(grounds), *inputs.layers[i], i, geometry_ || !last, done, context);
        }
        grounds.insert(grounds.end(), std::make_move_iterator(done.begin()), std::make_move_iterator(done.end()));
        return {made(std::move(grounds), context), {}};
    }

private:
    struct Pick {
        std::size_t key = 0;
        std::optional<std::size_t> kind;  ///< the class
        std::vector<std::size_t> fields;
        std::size_t first = 0;  ///< of its columns
    };

    void pick(std::size_t i, const LayerSpec& layer, const std::string& where, std::vector<bool>& found) {
        Pick p;
        p.key = field_index(layer.fields, keys_.size() == 1 ? keys_[0] : keys_[i], where);
        p.first = columns_.size();
        if (!class_.empty()) p.kind = field_index(layer.fields, class_, where);
        columns_.push_back({letter(i) + "_id", FieldType::text, "", layer.name + " 标识"});
        for (std::size_t f = 0; f < fields_.size(); ++f) {
            const auto at = std::ranges::find(layer.fields, fields_[f], &Field::name);
            if (at == layer.fields.end()) continue;
            found[f] = true;
            p.fields.push_back(static_cast<std::size_t>(at - layer.fields.begin()));
            columns_.push_back({letter(i) + "_" + at->name, at->type, at->unit, at->name_zh});
        }
        picks_.push_back(std::move(p));
    }

    void set_owner(std::vector<Value>& owners, std::size_t i, const Feature& feature) const {
        owners[picks_[i].first] = to_text(feature.values[picks_[i].key]);
        for (std::size_t f = 0; f < picks_[i].fields.size(); ++f)
            owners[picks_[i].first + 1 + f] = feature.values[picks_[i].fields[f]];
    }

    /// Does a parcel of the first layer live on in one of layer `i`?
    bool alike(const Feature& first, const Feature& second, std::size_t i) const {
        if (to_text(first.values[picks_[0].key]) == to_text(second.values[picks_[i].key])) return true;
        return picks_[0].kind && to_text(first.values[*picks_[0].kind]) == to_text(second.values[*picks_[i].kind]);
    }

    /// Layer `i` over `first`, whose features are those of layer 0, or the grounds so far, given in `before`.
    std::vector<Ground> lay(const Layer& first, std::vector<Ground> before, const Layer& second, std::size_t i,
                            bool cut, std::vector<Ground>& done, RunContext& context) const {
        OverlayLayer a(first, plane_, *scale_, context.parallel);
        OverlayLayer b(second, plane_, *scale_, context.parallel);
        if (i == 1) setup_.note_repairs(a, context);
        setup_.note_repairs(b, context);
        if (!before.empty()) {
            std::vector<Area> own;
            for (const auto& ground : before) own.push_back(ground.area);
            a.set_own(std::move(own));
        }
        auto ledger = overlay_ledger(a, b, shared_pieces(a, b, *scale_, plane_.grid, context.parallel), *scale_,
                                     plane_.grid, context.parallel);
        class_slivers(
            a, b, ledger, rule_, plane_.grid,
            [&](std::size_t p, std::size_t q) { return i > 1 || alike(first.features[p], second.features[q], i); },
            context.parallel);
        const auto owners_of = [&](std::size_t p) {
            if (!before.empty()) return before[p].owners;
            std::vector<Value> owners(columns_.size());
            set_owner(owners, 0, first.features[p]);
            return owners;
        };
        return grounds_of(a, b, ledger, i, cut, owners_of, done, context);
    }

    std::vector<Ground> lay_over(std::vector<Ground> before, const Layer& next, std::size_t i, bool cut,
                                 std::vector<Ground>& done, RunContext& context) const {
        Layer pieces{{"overlay", plane_.crs, {}}, {}};
        for (auto& ground : before)
            pieces.features.push_back(
                {static_cast<std::int64_t>(pieces.features.size()) + 1, std::move(ground.geometry), {}});
        return lay(pieces, std::move(before), next, i, cut, done, context);
    }

    template <class OwnersOf>
    std::vector<Ground> grounds_of(const OverlayLayer& a, const OverlayLayer& b, const OverlayLedger& ledger,
                                   std::size_t i, bool cut, OwnersOf owners_of, std::vector<Ground>& done,
                                   RunContext& context) const {
        std::vector<Ground> out(ledger.pieces.size());
        constexpr std::size_t chunk = 1024;
        context.parallel((out.size() + chunk - 1) / chunk, [&](std::size_t c) {
            for (std::size_t p = c * chunk; p < std::min(out.size(), (c + 1) * chunk); ++p) {
                const auto& piece = ledger.pieces[p];
                out[p].owners = owners_of(piece.a);
                set_owner(out[p].owners, i, b.layer().features[piece.b]);
                out[p].sliver = to_string(piece.sliver);
                if (std::isfinite(piece.width)) out[p].width = piece.width;
                out[p].area = piece.area;
                if (cut) out[p].geometry = ground_of(a, b, piece, plane_.grid);
            }
        });
        std::vector<std::vector<std::uint32_t>> of_a(a.size()), of_b(b.size());
        for (const auto& piece : ledger.pieces) {
            of_a[piece.a].push_back(piece.b);
            of_b[piece.b].push_back(piece.a);
        }
        for (const auto& rest : ledger.rest_a) {
            add_rest(rest, i == 1 ? "only " + letter(0) : "only earlier", i == 1 ? letter(0) : "earlier",
                     owners_of(rest.feature),
                     cut ? ground_outside(a, rest.feature, b, of_a[rest.feature], plane_.grid) : Geometry{}, out, done);
        }
        Area rounding;
        for (const auto& rest : ledger.rest_b) {
            rounding += rest.rounding;
            std::vector<Value> owners(columns_.size());
            set_owner(owners, i, b.layer().features[rest.feature]);
            const bool ground = cut && rest.uncovered != Area{};
            add_rest(rest, "only " + letter(i), letter(i), owners,
                     ground ? ground_outside(b, rest.feature, a, of_b[rest.feature], plane_.grid) : Geometry{}, out,
                     done);
        }
        // Rows of the first layer close by themselves; what closes the columns is told in one sum.
        if (rounding != Area{})
            done.push_back({std::vector<Value>(columns_.size()), letter(i) + " rounding", {}, {}, rounding, {}});
        return out;
    }

    static void add_rest(const OverlayRest& rest, const std::string& only, const std::string& who,
                         const std::vector<Value>& owners, Geometry geometry, std::vector<Ground>& out,
                         std::vector<Ground>& done) {
        const auto add = [&](std::vector<Ground>& list, const std::string& kind, Area area) -> Ground& {
            list.push_back({owners, kind, {}, {}, area, {}});
            return list.back();
        };
        if (rest.uncovered != Area{}) add(out, only, rest.uncovered).geometry = std::move(geometry);
        if (rest.twice != Area{}) add(done, who + " covered twice", Area{-rest.twice.units()});
    }

    /// How many layers have a feature there; none where a row only closes the account.
    std::size_t owners_of(const Ground& ground) const {
        if (ground.area <= Area{}) return 0;
        return static_cast<std::size_t>(std::ranges::count_if(picks_, [&](const Pick& pick) {
            return !std::holds_alternative<std::monostate>(ground.owners[pick.first]);
        }));
    }

    Layer made(std::vector<Ground> grounds, RunContext& context) const {
        Layer layer{spec_, {}};
        Table table{{table_, "叠加分析", spec_.fields}, {}};
        if (shared_only_) std::erase_if(grounds, [&](const Ground& ground) { return owners_of(ground) < 2; });
        table.rows.reserve(grounds.size());
        std::map<std::string, Area> sums;
        for (auto& ground : grounds) {
            auto row = std::move(ground.owners);
            row.reserve(row.size() + 4);
            row.emplace_back(ground.kind);
            row.emplace_back(ground.sliver);
            row.push_back(ground.width);
            row.emplace_back(ground.area.units());
            sums[ground.sliver.empty() ? ground.kind : ground.sliver] += ground.area;
            if (!ground.geometry.empty())
                layer.features.push_back(
                    {static_cast<std::int64_t>(table.rows.size()) + 1, std::move(ground.geometry), row});
            table.rows.push_back(std::move(row));
        }
        std::string told;
        for (const auto& [what, area] : sums)
            told += fmt::format("{}{} {:.4f} m2", told.empty() ? "" : ", ", what, area.m2());
        context.note(fmt::format("{} rows: {}", table.rows.size(), told));
        context.ledger->put(std::move(table));
        bring_to(layer.features, plane_.crs, spec_.crs, context.parallel);
        return layer;
    }

    std::vector<std::string> keys_, fields_;
    std::string class_, table_ = "overlay";
    bool geometry_ = true, shared_only_ = false;
    OverlaySetup setup_;
    SliverRule rule_;
    OverlayPlane plane_;
    std::optional<AreaScale> scale_;
    std::vector<Field> columns_;
    std::vector<Pick> picks_;
    LayerSpec spec_;
};

}  // namespace

std::unique_ptr<Step> make_overlay() { return std::make_unique<Overlay>(); }

}  // namespace linmu

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

/// What the overlay has told so far. A row has key and fields of each layer, nothing where a layer has no feature there;
/// then kind, sliver, width, area.
struct Grounds {
    std::vector<std::vector<Value>> rows;
    std::vector<Geometry> geometry;  ///< in the plane; none where nothing is cut

    void add(std::vector<Value> row, Geometry place) {
        rows.push_back(std::move(row));
        if (!geometry.empty() || !place.empty()) geometry.resize(rows.size());
        if (!place.empty()) geometry.back() = std::move(place);
    }
    void join(Grounds other) {
        const auto before = rows.size();
        rows.insert(rows.end(), std::make_move_iterator(other.rows.begin()), std::make_move_iterator(other.rows.end()));
        if (geometry.empty() && other.geometry.empty()) return;
        geometry.resize(before);
        geometry.insert(geometry.end(), std::make_move_iterator(other.geometry.begin()),
                        std::make_move_iterator(other.geometry.end()));
        geometry.resize(rows.size());
    }
};

constexpr std::size_t facts = 4, chunk = 1024;  // columns after the owners' own; rows at once

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
            2,
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
        plane_ = setup_.plane_for(*inputs.layers.front(), context.parallel);
        scale_.emplace(plane_.crs, bounds_in(plane_.crs, inputs.layers, context.parallel));
        Grounds grounds;
        Grounds done;  // accounts that have no ground: twice, rounding
        for (std::size_t i = 1; i < inputs.layers.size(); ++i) {
            const bool cut = geometry_ || i + 1 < inputs.layers.size();
            grounds = i == 1 ? lay(*inputs.layers[0], {}, *inputs.layers[1], i, cut, done, context)
                             : lay_over(std::move(grounds), *inputs.layers[i], i, cut, done, context);
        }
        grounds.join(std::move(done));
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

    void set_owner(std::vector<Value>& row, std::size_t i, const Feature& feature) const {
        row[picks_[i].first] = to_text(feature.values[picks_[i].key]);
        for (std::size_t f = 0; f < picks_[i].fields.size(); ++f)
            row[picks_[i].first + 1 + f] = feature.values[picks_[i].fields[f]];
    }

    [[nodiscard]] std::vector<Value> no_owners() const {
        std::vector<Value> row;
        row.reserve(columns_.size() + facts + 1);  // a table's own key comes before
        row.resize(columns_.size() + facts);
        return row;
    }

    void set_facts(std::vector<Value>& row, std::string kind, Area area, std::string sliver = {},
                   Value width = {}) const {
        auto fact = row.begin() + static_cast<std::ptrdiff_t>(columns_.size());
        *fact++ = std::move(kind);
        *fact++ = std::move(sliver);
        *fact++ = std::move(width);
        *fact = area.units();
    }
    static Area area_of(const std::vector<Value>& row) { return Area{std::get<std::int64_t>(row.back())}; }

    /// Does a parcel of the first layer live on in one of layer `i`?
    bool alike(const Feature& first, const Feature& second, std::size_t i) const {
        if (to_text(first.values[picks_[0].key]) == to_text(second.values[picks_[i].key])) return true;
        return picks_[0].kind && to_text(first.values[*picks_[0].kind]) == to_text(second.values[*picks_[i].kind]);
    }

    /// Layer `i` over `first`, whose features are those of layer 0, or the grounds so far, given in `before`.
    Grounds lay(const Layer& first, std::vector<std::vector<Value>> before, const Layer& second, std::size_t i,
                bool cut, Grounds& done, RunContext& context) const {
        OverlayLayer a(first, plane_, *scale_, context.parallel);
        OverlayLayer b(second, plane_, *scale_, context.parallel);
        if (i == 1) setup_.note_repairs(a, context);
        setup_.note_repairs(b, context);
        if (!before.empty()) {
            std::vector<Area> own;
            for (const auto& row : before) own.push_back(area_of(row));
            a.set_own(std::move(own));
        }
        auto ledger = overlay_ledger(a, b, shared_pieces(a, b, *scale_, plane_.grid, context.parallel), *scale_,
                                     plane_.grid, context.parallel);
        class_slivers(
            a, b, ledger, rule_, plane_.grid,
            [&](std::size_t p, std::size_t q) { return i > 1 || alike(first.features[p], second.features[q], i); },
            context.parallel);
        const auto owners_of = [&](std::size_t p) {
            auto row = no_owners();
            if (before.empty()) set_owner(row, 0, first.features[p]);
            else std::ranges::copy(before[p], row.begin());
            return row;
        };
        return grounds_of(a, b, ledger, i, cut, owners_of, done, context);
    }

    Grounds lay_over(Grounds before, const Layer& next, std::size_t i, bool cut, Grounds& done,
                     RunContext& context) const {
        Layer pieces{{"overlay", plane_.crs, {}}, {}};
        before.geometry.resize(before.rows.size());
        for (auto& geometry : before.geometry)
            pieces.features.push_back({static_cast<std::int64_t>(pieces.features.size()) + 1, std::move(geometry), {}});
        return lay(pieces, std::move(before.rows), next, i, cut, done, context);
    }

    template <class OwnersOf>
    Grounds grounds_of(const OverlayLayer& a, const OverlayLayer& b, const OverlayLedger& ledger, std::size_t i,
                       bool cut, OwnersOf owners_of, Grounds& done, RunContext& context) const {
        Grounds out;
        out.rows.reserve(ledger.pieces.size() + ledger.rest_a.size() + 2 * ledger.rest_b.size());
        out.rows.resize(ledger.pieces.size());
        if (cut) out.geometry.resize(ledger.pieces.size());
        for_each_row(out.rows.size(), context.parallel, [&](std::size_t p) {
            const auto& piece = ledger.pieces[p];
            auto row = owners_of(piece.a);
            set_owner(row, i, b.layer().features[piece.b]);
            set_facts(row, "shared", piece.area, to_string(piece.sliver),
                      std::isfinite(piece.width) ? Value{piece.width} : Value{});
            out.rows[p] = std::move(row);
            if (cut) out.geometry[p] = ground_of(a, b, piece, plane_.grid);
        });
        std::vector<std::vector<std::uint32_t>> of_a, of_b;  // by whom each feature is covered
        if (cut) {
            of_a.resize(a.size());
            of_b.resize(b.size());
            for (const auto& piece : ledger.pieces) {
                of_a[piece.a].push_back(piece.b);
                of_b[piece.b].push_back(piece.a);
            }
        }
        for (const auto& rest : ledger.rest_a) {
            add_rest(rest, i == 1 ? "only " + letter(0) : "only earlier", i == 1 ? letter(0) : "earlier",
                     owners_of(rest.feature),
                     cut ? ground_outside(a, rest.feature, b, of_a[rest.feature], plane_.grid) : Geometry{}, out, done);
        }
        Area rounding;
        for (const auto& rest : ledger.rest_b) {
            rounding += rest.rounding;
            if (rest.uncovered == Area{} && rest.twice == Area{}) continue;
            auto row = no_owners();
            set_owner(row, i, b.layer().features[rest.feature]);
            const bool ground = cut && rest.uncovered != Area{};
            add_rest(rest, "only " + letter(i), letter(i), row,
                     ground ? ground_outside(b, rest.feature, a, of_b[rest.feature], plane_.grid) : Geometry{}, out,
                     done);
        }
        // Rows of the first layer close by themselves; what closes the columns is told in one sum.
        if (rounding != Area{}) {
            auto row = no_owners();
            set_facts(row, letter(i) + " rounding", rounding);
            done.add(std::move(row), {});
        }
        return out;
    }

    template <class Work>
    static void for_each_row(std::size_t count, const ParallelFor& parallel, Work work) {
        parallel((count + chunk - 1) / chunk, [&](std::size_t c) {
            for (std::size_t i = c * chunk; i < std::min(count, (c + 1) * chunk); ++i) work(i);
        });
    }

    void add_rest(const OverlayRest& rest, const std::string& only, const std::string& who,
                  const std::vector<Value>& owners, Geometry geometry, Grounds& out, Grounds& done) const {
        const auto add = [&](Grounds& list, const std::string& kind, Area area, Geometry place) {
            auto row = no_owners();
            std::ranges::copy(owners, row.begin());
            set_facts(row, kind, area);
            list.add(std::move(row), std::move(place));
        };
        if (rest.uncovered != Area{}) add(out, only, rest.uncovered, std::move(geometry));
        if (rest.twice != Area{}) add(done, who + " covered twice", Area{-rest.twice.units()}, {});
    }

    /// How many layers have a feature there; none where a row only closes the account.
    std::size_t owners_of(const std::vector<Value>& row) const {
        if (area_of(row) <= Area{}) return 0;
        return static_cast<std::size_t>(std::ranges::count_if(
            picks_, [&](const Pick& pick) { return !std::holds_alternative<std::monostate>(row[pick.first]); }));
    }

    /// Only ground that two layers or more share.
    void leave_shared(Grounds& grounds) const {
        Grounds kept;
        for (std::size_t i = 0; i < grounds.rows.size(); ++i) {
            if (owners_of(grounds.rows[i]) >= 2)
                kept.add(std::move(grounds.rows[i]),
                         grounds.geometry.empty() ? Geometry{} : std::move(grounds.geometry[i]));
        }
        grounds = std::move(kept);
    }

    /// Areas by sliver class, or by kind where a row has none.
    std::map<std::string, Area> sums_of(const std::vector<std::vector<Value>>& rows,
                                        const ParallelFor& parallel) const {
        std::vector<std::map<std::string, Area>> parts((rows.size() + chunk - 1) / chunk);
        for_each_row(rows.size(), parallel, [&](std::size_t i) {
            const auto& kind = std::get<std::string>(rows[i][columns_.size()]);
            const auto& sliver = std::get<std::string>(rows[i][columns_.size() + 1]);
            parts[i / chunk][sliver.empty() ? kind : sliver] += area_of(rows[i]);
        });
        std::map<std::string, Area> sums;
        for (const auto& part : parts) {
            for (const auto& [what, area] : part) sums[what] += area;
        }
        return sums;
    }

    Layer made(Grounds grounds, RunContext& context) const {
        if (shared_only_) leave_shared(grounds);
        std::string told;
        for (const auto& [what, area] : sums_of(grounds.rows, context.parallel))
            told += fmt::format("{}{} {:.4f} m2", told.empty() ? "" : ", ", what, area.m2());
        context.note(fmt::format("{} rows: {}", grounds.rows.size(), told));
        Layer layer{spec_, {}};
        for (std::size_t i = 0; i < grounds.geometry.size(); ++i) {
            if (!grounds.geometry[i].empty())
                layer.features.push_back(
                    {static_cast<std::int64_t>(i) + 1, std::move(grounds.geometry[i]), grounds.rows[i]});
        }
        context.ledger->put(Table{{table_, "叠加分析", spec_.fields}, std::move(grounds.rows)});
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

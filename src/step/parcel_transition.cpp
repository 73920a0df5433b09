// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <tuple>

#include "legend_table.hpp"
#include "linmu/algo/overlay.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/crosswalk.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/step/registry.hpp"
#include "overlay_setup.hpp"

namespace linmu {
namespace {

/// What a survey layer tells of its features.
struct SurveyYear {
    std::size_t key = 0, code = 0;
    std::optional<std::size_t> zone, area, class_area;
    std::optional<Crosswalk> crosswalk;
    ClassNames names;
    std::vector<std::string> classes, zones;  ///< of each feature
    std::vector<double> shares;               ///< of each feature's area that is its own class's; 1: no ridges
};

/// One cell of the matrix: zone, class before, class after, sliver, kind.
using Cell = std::tuple<std::string, std::string, std::string, std::string, std::string>;
using Matrix = std::map<Cell, Area>;

constexpr const char* ground = "";
constexpr const char* twice = "covered twice";
constexpr const char* rounding = "rounding";

class ParcelTransition final : public WholeStep {
public:
    StepInfo info() const override {
        return {"parcel-transition",
                "图斑地类转移",
                "Lays two years' survey parcels over one another: area of each pair of classes before and after, by "
                "zone; slivers in rows of their own, rows and columns close to the last digit. Ledger tables "
                "'parcel_transition' and 'parcel_transition_piece'.",
                "measure",
                {{.name = "before", .kind = ArtifactKind::layer, .help = "parcels of the earlier survey"},
                 {.name = "after", .kind = ArtifactKind::layer, .help = "parcels of the later survey"}},
                ArtifactKind::layer,
                2,
                false};
    }

    void declare(Params& p) override {
        p.add("key", "field with the parcel's code, in both years", &key_);
        p.add("class", "field with the class code, in both years", &class_);
        p.add("zone", "field with the code of the parcel's place; empty: no zones", &zone_);
        p.add("zone-digits", "leading characters of it that name the zone: 12 for a village, 9 for a township; 0: all",
              &zone_digits_)
            .limits(0, 19);
        p.add("crosswalk-before", "from the earlier year's codes to the classes of a legend (data/crosswalks)",
              &crosswalks_[0]);
        p.add("crosswalk-after", "the same of the later year; both must lead to one legend", &crosswalks_[1]);
        p.add("basis",
              "ellipsoid: the ground as it is; statistical: the class's own area (TBDLMJ), the lesser of both years "
              "goes from class to class and the rest is booked against the ridges; both: one after the other, the "
              "statistical where both surveys have its fields",
              &basis_)
            .choices({"ellipsoid", "statistical", "both"});
        p.add("area-field", "surveyed area of a parcel, for the statistical basis", &area_field_);
        p.add("class-area-field", "area of its own class, less the ridges", &class_area_field_);
        p.add("ridge-class", "class that ridges are booked under", &ridge_);
        p.add("geometry", "cut the changed pieces as polygons too", &geometry_);
        setup_.declare(p);
        declare_slivers(p, rule_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        for (std::size_t i = 0; i < 2; ++i) plan_year(years_[i], inputs[i].layer, i, context);
        const auto& [before, after] = years_;
        statistical_ = before.area && before.class_area && after.area && after.class_area;
        if (basis_ == "both" && !statistical_)
            context.notes->push_back(fmt::format("no statistical areas: '{}' or '{}' is not in both surveys",
                                                 area_field_, class_area_field_));
        if (before.crosswalk && after.crosswalk && before.crosswalk->to != after.crosswalk->to)
            throw DataError(
                fmt::format("crosswalk '{}' leads to legend '{}' and '{}' to '{}'; take two that lead to "
                            "one legend",
                            before.crosswalk->id, before.crosswalk->to, after.crosswalk->id, after.crosswalk->to));
        if (before.crosswalk.has_value() != after.crosswalk.has_value())
            context.notes->push_back("one year's codes go through a crosswalk and the other's are taken as they are");
        spec_ = {"parcel_transition_piece",
                 inputs[0].layer.crs,
                 {{"before_id", FieldType::text, "", "前图斑"},
                  {"after_id", FieldType::text, "", "后图斑"},
                  {"zone", FieldType::text, "", "单位代码"},
                  {"from_class", FieldType::text, "", "前地类"},
                  {"to_class", FieldType::text, "", "后地类"},
                  {"sliver", FieldType::text, "", "碎屑"},
                  {"width", FieldType::real, "m", "平均宽度"},
                  {"area", FieldType::area, "m2", "椭球面积"}}};
        return Artifact::of(spec_);
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const auto plane = setup_.plane_for(*inputs.layers[0], context.parallel);
        const AreaScale scale(plane.crs, bounds_in(plane.crs, inputs.layers, context.parallel));
        for (std::size_t i = 0; i < 2; ++i) read_year(years_[i], *inputs.layers[i], context);
        OverlayLayer a(*inputs.layers[0], plane, scale, context.parallel);
        OverlayLayer b(*inputs.layers[1], plane, scale, context.parallel);
        setup_.note_repairs(a, context);
        setup_.note_repairs(b, context);
        auto ledger = overlay_ledger(a, b, shared_pieces(a, b, scale, plane.grid, context.parallel), scale, plane.grid,
                                     context.parallel);
        class_slivers(
            a, b, ledger, rule_, plane.grid,
            [&](std::size_t p, std::size_t q) {
                return key_of(a, 0, p) == key_of(b, 1, q) || years_[0].classes[p] == years_[1].classes[q];
            },
            context.parallel);
        if (basis_ != "statistical") put_matrix("ellipsoid", ground_matrix(ledger), context);
        if (statistical_) put_matrix("statistical", statistical_matrix(a, b, ledger), context);
        return {changes(a, b, ledger, plane, context), {}};
    }

private:
    void plan_year(SurveyYear& year, const LayerSpec& layer, std::size_t i, PlanContext& context) const {
        const auto& where = context.input_ids[i];
        year.key = field_index(layer.fields, key_, where);
        year.code = field_index(layer.fields, class_, where);
        if (!zone_.empty()) year.zone = field_index(layer.fields, zone_, where);
        year.area = statistical_field(area_field_, layer, where);
        year.class_area = statistical_field(class_area_field_, layer, where);
        if (crosswalks_[i].empty()) return;
        year.crosswalk = load_crosswalk(crosswalks_[i]);
        year.names = ClassNames(year.crosswalk->to);
        context.files->push_back(find_data_file("crosswalks", crosswalks_[i]));
    }

    /// Nothing where it is not needed, or may be missing.
    std::optional<std::size_t> statistical_field(const std::string& name, const LayerSpec& layer,
                                                 const std::string& where) const {
        const bool there = std::ranges::find(layer.fields, name, &Field::name) != layer.fields.end();
        if (basis_ == "ellipsoid" || (basis_ == "both" && !there)) return {};
        return field_index(layer.fields, name, where);
    }

    void read_year(SurveyYear& year, const Layer& layer, RunContext& context) const {
        year.classes.clear();
        year.zones.clear();
        year.shares.clear();
        std::set<std::string> unknown;
        for (const auto& feature : layer.features) {
            year.classes.push_back(class_of(year, to_text(feature.values[year.code]), unknown));
            const std::string zone = year.zone ? to_text(feature.values[*year.zone]) : "";
            year.zones.push_back(zone_digits_ > 0 ? zone.substr(0, static_cast<std::size_t>(zone_digits_)) : zone);
            year.shares.push_back(statistical_ ? own_share(year, layer, feature) : 1);
        }
        for (const auto& code : unknown)
            context.note(fmt::format("layer '{}': crosswalk '{}' has no class for code '{}'; it is listed as '?{}'",
                                     layer.spec.name, year.crosswalk->id, code, code));
    }

    static std::string class_of(const SurveyYear& year, const std::string& code, std::set<std::string>& unknown) {
        if (!year.crosswalk) return code;
        const auto known = year.crosswalk->classes.find(code);
        if (known != year.crosswalk->classes.end()) return year.names.key(known->second);
        unknown.insert(code);
        return "?" + code;
    }

    double own_share(const SurveyYear& year, const Layer& layer, const Feature& feature) const {
        const auto number = [](const Value& v) {
            if (const auto* real = std::get_if<double>(&v)) return *real;
            if (const auto* whole = std::get_if<std::int64_t>(&v)) return static_cast<double>(*whole);
            return std::nan("");
        };
        const double all = number(feature.values[*year.area]);
        const double own = number(feature.values[*year.class_area]);
        if (all > 0 && own >= 0 && own <= all) return own / all;
        throw DataError(
            fmt::format("layer '{}', feature {}: {} is '{}' and {} '{}'; the statistical basis needs 0 <= {} "
                        "<= {}. Mend the fields, or take basis = \"ellipsoid\"",
                        layer.spec.name, feature.fid, area_field_, to_text(feature.values[*year.area]),
                        class_area_field_, to_text(feature.values[*year.class_area]), class_area_field_, area_field_));
    }

    std::string key_of(const OverlayLayer& layer, std::size_t year, std::size_t i) const {
        return to_text(layer.layer().features[i].values[years_[year].key]);
    }

    Matrix ground_matrix(const OverlayLedger& ledger) const {
        const auto& [before, after] = years_;
        Matrix m;
        for (const auto& p : ledger.pieces)
            m[{before.zones[p.a], before.classes[p.a], after.classes[p.b], to_string(p.sliver), ground}] += p.area;
        for (const auto& r : ledger.rest_a) {
            m[{before.zones[r.feature], before.classes[r.feature], "", "", ground}] += r.uncovered;
            m[{before.zones[r.feature], before.classes[r.feature], "", "", twice}] -= r.twice;
        }
        for (const auto& r : ledger.rest_b) {
            m[{after.zones[r.feature], "", after.classes[r.feature], "", ground}] += r.uncovered;
            m[{after.zones[r.feature], "", after.classes[r.feature], "", twice}] -= r.twice;
            m[{after.zones[r.feature], "", after.classes[r.feature], "", rounding}] += r.rounding;
        }
        return m;
    }

    /// Of each entry of a feature's account the part that is its own class's, to the last digit of the feature's.
    static std::vector<Area> class_parts(const std::vector<Area>& entries, double share) {
        Area own;
        std::vector<double> shares;
        for (const auto entry : entries) {
            own += entry;
            shares.push_back(static_cast<double>(entry.units()));
        }
        if (share == 1) return entries;
        return shared_out(Area{std::llround(static_cast<double>(own.units()) * share)}, shares);
    }

    /// Class areas of one year for all pieces, and for what closes each feature.
    struct ClassParts {
        std::vector<Area> pieces;
        std::map<std::uint32_t, std::vector<Area>> rests;  ///< uncovered, -twice, rounding
    };

    static ClassParts parts_of(const OverlayLedger& ledger, const std::vector<OverlayRest>& rests, bool first,
                               const SurveyYear& year) {
        ClassParts out{std::vector<Area>(ledger.pieces.size()), {}};
        std::vector<std::vector<std::size_t>> mine(year.classes.size());
        for (std::size_t p = 0; p < ledger.pieces.size(); ++p)
            mine[first ? ledger.pieces[p].a : ledger.pieces[p].b].push_back(p);
        std::map<std::uint32_t, const OverlayRest*> rest_of;
        for (const auto& rest : rests) rest_of[rest.feature] = &rest;
        for (std::size_t f = 0; f < mine.size(); ++f) {
            std::vector<Area> entries;
            for (const auto p : mine[f]) entries.push_back(ledger.pieces[p].area);
            const auto rest = rest_of.find(static_cast<std::uint32_t>(f));
            if (rest != rest_of.end()) {
                const auto& r = *rest->second;
                entries.insert(entries.end(), {r.uncovered, Area{-r.twice.units()}, r.rounding});
            }
            auto parts = class_parts(entries, year.shares[f]);
            for (std::size_t k = 0; k < mine[f].size(); ++k) out.pieces[mine[f][k]] = parts[k];
            if (rest != rest_of.end()) out.rests[static_cast<std::uint32_t>(f)] = {parts.end() - 3, parts.end()};
        }
        return out;
    }

    /// The lesser of the two class areas goes from class to class; the rest of the larger comes from ridges or becomes
    /// such; what is ridge in both years stays so.
    void book_piece(Matrix& m, const SharedPiece& p, Area was, Area is) const {
        const auto& [before, after] = years_;
        const auto add = [&](const std::string& from, const std::string& to, Area area) {
            if (area != Area{}) m[{before.zones[p.a], from, to, to_string(p.sliver), ground}] += area;
        };
        const std::string& from = before.classes[p.a];
        const std::string& to = after.classes[p.b];
        add(from, to, std::min(was, is));
        add(from, ridge_, was - std::min(was, is));
        add(ridge_, to, is - std::min(was, is));
        add(ridge_, ridge_, p.area - std::max(was, is));
    }

    Matrix statistical_matrix(const OverlayLayer&, const OverlayLayer&, const OverlayLedger& ledger) const {
        const auto& [before, after] = years_;
        const auto was = parts_of(ledger, ledger.rest_a, true, before);
        const auto is = parts_of(ledger, ledger.rest_b, false, after);
        Matrix m;
        for (std::size_t p = 0; p < ledger.pieces.size(); ++p)
            book_piece(m, ledger.pieces[p], was.pieces[p], is.pieces[p]);
        const auto book_rest = [&](const std::string& zone, const std::string& own, bool first, const char* kind,
                                   Area all, Area part) {
            const auto cell = [&](const std::string& name) {
                return first ? Cell{zone, name, "", "", kind} : Cell{zone, "", name, "", kind};
            };
            if (part != Area{}) m[cell(own)] += part;
            if (all != part) m[cell(ridge_)] += all - part;
        };
        const auto book = [&](const OverlayRest& r, const SurveyYear& year, const ClassParts& parts, bool first) {
            const auto& own = parts.rests.at(r.feature);
            const auto& zone = year.zones[r.feature];
            const auto& name = year.classes[r.feature];
            book_rest(zone, name, first, ground, r.uncovered, own[0]);
            book_rest(zone, name, first, twice, Area{-r.twice.units()}, own[1]);
            book_rest(zone, name, first, rounding, r.rounding, own[2]);
        };
        for (const auto& r : ledger.rest_a) book(r, before, was, true);
        for (const auto& r : ledger.rest_b) book(r, after, is, false);
        return m;
    }

    static void put_matrix(const char* basis, const Matrix& matrix, RunContext& context) {
        Table table{{"parcel_transition",
                     "图斑地类转移",
                     {{"basis", FieldType::text, "", "面积口径"},
                      {"zone", FieldType::text, "", "单位代码"},
                      {"from_class", FieldType::text, "", "前地类"},
                      {"to_class", FieldType::text, "", "后地类"},
                      {"sliver", FieldType::text, "", "碎屑"},
                      {"kind", FieldType::text, "", "类型"},
                      {"area", FieldType::area, "m2", "面积"}}},
                    {}};
        for (const auto& [cell, area] : matrix) {
            if (area == Area{}) continue;
            const auto& [zone, from, to, sliver, kind] = cell;
            table.rows.push_back({std::string(basis), zone, from, to, sliver, kind, area.units()});
        }
        context.ledger->put(table);
    }

    Layer changes(const OverlayLayer& a, const OverlayLayer& b, const OverlayLedger& ledger, const OverlayPlane& plane,
                  RunContext& context) const {
        const auto& [before, after] = years_;
        std::vector<std::size_t> changed;
        for (std::size_t p = 0; p < ledger.pieces.size(); ++p) {
            if (before.classes[ledger.pieces[p].a] != after.classes[ledger.pieces[p].b]) changed.push_back(p);
        }
        std::vector<Feature> features(changed.size());
        constexpr std::size_t chunk = 256;
        context.parallel((changed.size() + chunk - 1) / chunk, [&](std::size_t c) {
            for (std::size_t k = c * chunk; k < std::min(changed.size(), (c + 1) * chunk); ++k) {
                const auto& p = ledger.pieces[changed[k]];
                features[k].values = {key_of(a, 0, p.a),
                                      key_of(b, 1, p.b),
                                      before.zones[p.a],
                                      before.classes[p.a],
                                      after.classes[p.b],
                                      to_string(p.sliver),
                                      std::isfinite(p.width) ? Value{p.width} : Value{},
                                      p.area.units()};
                if (geometry_) features[k].geometry = ground_of(a, b, p, plane.grid);
            }
        });
        Table table{{"parcel_transition_piece", "变化图斑", spec_.fields}, {}};
        for (std::size_t k = 0; k < features.size(); ++k) {
            features[k].fid = static_cast<std::int64_t>(k) + 1;
            table.rows.push_back(features[k].values);
        }
        context.ledger->put(table);
        std::erase_if(features, [](const Feature& f) { return f.geometry.empty(); });
        bring_to(features, plane.crs, spec_.crs, context.parallel);
        return {spec_, std::move(features)};
    }

    std::string key_ = "BSM", class_ = "DLBM", zone_ = "ZLDWDM", basis_ = "ellipsoid";
    std::string area_field_ = "TBMJ", class_area_field_ = "TBDLMJ", ridge_ = "1203";
    std::array<std::string, 2> crosswalks_;
    int zone_digits_ = 12;
    bool geometry_ = true, statistical_ = false;
    OverlaySetup setup_;
    SliverRule rule_;
    std::array<SurveyYear, 2> years_;
    LayerSpec spec_;
};

}  // namespace

std::unique_ptr<Step> make_parcel_transition() { return std::make_unique<ParcelTransition>(); }

}  // namespace linmu

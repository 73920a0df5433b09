// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <memory>
#include <set>

#include "change_fold.hpp"
#include "evidence_bands.hpp"
#include "legend_table.hpp"
#include "linmu/algo/work_verdict.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/number_of.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/verdict_rules.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

const std::vector<Field> verdict_columns{{"layer", FieldType::text, "", "图层"},
                                         {"plot", FieldType::text, "", "小班编号"},
                                         {"kind", FieldType::text, "", "类别"},
                                         {"year", FieldType::integer, "", "申报年度"},
                                         {"verdict", FieldType::text, "", "判定代码"},
                                         {"verdict_zh", FieldType::text, "", "判定"},
                                         {"reason", FieldType::text, "", "英文理由"},
                                         {"reason_zh", FieldType::text, "", "理由"},
                                         {"area", FieldType::area, "m2", "面积"},
                                         {"before", FieldType::text, "", "前地类"},
                                         {"after", FieldType::text, "", "后地类"},
                                         {"target_before", FieldType::real, "", "前期目标比例"},
                                         {"target_after", FieldType::real, "", "后期目标比例"},
                                         {"seen", FieldType::real, "", "看清比例"},
                                         {"whole_cells", FieldType::integer, "", "完整像元数"},
                                         {"break_year", FieldType::integer, "", "突变年份"},
                                         {"magnitude", FieldType::real, "", "突变幅度"},
                                         {"broken", FieldType::real, "", "突变面积比例"},
                                         {"dates", FieldType::real, "", "清晰日期数"},
                                         {"rising", FieldType::real, "", "上升面积比例"},
                                         {"value_before", FieldType::real, "", "前期指数"},
                                         {"value_after", FieldType::real, "", "后期指数"},
                                         {"shadow", FieldType::real, "", "阴影比例"}};

/// As a GeoPackage tells names: capitals or not.
bool same_name(const std::string& a, const std::string& b) {
    return std::ranges::equal(a, b,
                              [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

class ChangeVerdict final : public ChangeFold {
public:
    StepInfo info() const override {
        return {
            "change-verdict",
            "变化判定",
            "Verdict on each plot of work or parcel, done, not done or cannot tell, with its reason: from class maps "
            "of two years, breaks and trends of season curves, and the declared year. Suspected (疑似) until "
            "verified. Ledger tables 'work_verdict' and 'work_verdict_area'.",
            "measure",
            {{.name = "before", .kind = ArtifactKind::raster, .help = "class map of the earlier epoch"},
             {.name = "after",
              .kind = ArtifactKind::raster,
              .help = "class map of the later epoch, best of change-filter"},
             {.name = "plots", .kind = ArtifactKind::layer, .help = "plots of work, or parcels"},
             {.name = "evidence",
              .kind = ArtifactKind::raster,
              .help = "what breaks and trend make of the scenes between, an index of both epochs, terrain shadow",
              .many = true,
              .optional = true}},
            ArtifactKind::layer,
            2,
            false};
    }

    void declare(Params& p) override {
        p.add("key", "field with the plot's code", &key_).required();
        p.add("layer", "name of the plots in the ledger; empty: the layer's", &layer_);
        p.add("year", "field with the declared year; empty: none is declared", &year_);
        p.add("kind", "field with the kind of work; empty: all are of the kind 'as'", &kind_);
        p.add("as", "kind of all plots, where no field says it: \"change\" asks if a parcel became something else",
              &as_);
        p.add("rules", "when work counts as done (data/verdicts)", &rules_name_);
        p.add("before-year", "of the earlier map", &before_year_).required().limits(1900, 2200);
        p.add("after-year", "of the later map", &after_year_).required().limits(1900, 2200);
        p.add("curve-from", "first year in which a curve can show a break; 0: the year after the earlier map",
              &curve_from_)
            .limits(0, 2200);
        p.add("curve-to", "last such year; 0: the later map's", &curve_to_).limits(0, 2200);
        p.add("series", "band whose breaks and trend are in the evidence: NDVI", &series_);
        p.add("value-before", "band with an index at the earlier date, as \"step:band\"", &value_before_);
        p.add("value-after", "band with it at the later date", &value_after_);
        p.add("shadow", "band that is not 0 in terrain shadow", &shadow_);
        p.add("before-window", "days of the year that the earlier map is from: 07-15/08-31", &before_window_);
        p.add("after-window", "days of the year that the later map is from", &after_window_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const auto& before = inputs[0].raster.bands.at(0);
        const auto& after = inputs[1].raster.bands.at(0);
        if (before.kind != BandKind::code || before.legend != after.legend)
            throw DataError("the two maps must hold classes of one legend");
        if (after_year_ <= before_year_)
            throw UsageError(fmt::format("after-year {} must be later than before-year {}", after_year_, before_year_));
        grid_ = inputs[0].raster.grid;
        rules_ = load_verdict_rules(rules_name_);
        context.files->push_back(rules_.path);
        if (rules_.legend != before.legend)
            throw DataError(fmt::format("{} is for the legend '{}', the maps have '{}'", rules_.path, rules_.legend,
                                        before.legend));
        names_ = ClassNames(before.legend);
        if (kind_.empty() && rules_.work(as_) == nullptr)
            throw UsageError(fmt::format("{} has no work of kind '{}'", rules_.path, as_));
        plan_fields(inputs[2].layer, context.input_ids[2]);
        if (layer_.empty()) layer_ = inputs[2].layer.name;
        plan_evidence(inputs, context.input_ids);
        same_season_ = seasons_agree(context);
        LayerSpec spec{inputs[2].layer.name + "_verdict", inputs[2].layer.crs, verdict_columns};
        std::ranges::copy(own_fields(inputs[2].layer), std::back_inserter(spec.fields));
        made_ = spec;
        return Artifact::of(std::move(spec));
    }

    void start(std::span<const Layer* const> layers, RunContext& context) override {
        plots_ = layers[0];
        zones_ = std::make_unique<ZoneCoverage>(plots_, key_at_, grid_, context);
    }

    std::shared_ptr<void> measure(const Window& window, std::span<const BlockPtr> inputs) const override {
        auto part = std::make_shared<Part>();
        part->flows = *std::static_pointer_cast<ChangeAreas>(ChangeFold::measure(window, inputs));
        const auto areas = zones_->areas(window);
        zones_->visit(window, [&](std::size_t zone, const Coverage& coverage) {
            evidence_.add(part->evidence, static_cast<std::int32_t>(zone), coverage, areas, inputs);
        });
        return part;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        const auto& found = *std::static_pointer_cast<Part>(part);
        sums_.merge(found.flows);
        evidence_sums_.merge(found.evidence);
    }

    std::string save() override {
        const auto flows = to_bytes(sums_);
        return fmt::format("{}\n", flows.size()) + flows + to_bytes(evidence_sums_);
    }
    void load(std::string_view state) override {
        const auto line = state.find('\n');
        const auto size = static_cast<std::size_t>(std::stoull(std::string(state.substr(0, line))));
        sums_ = change_areas_from(state.substr(line + 1, size));
        evidence_sums_ = change_areas_from(state.substr(line + 1 + size));
    }

    Made finish(RunContext& context) override {
        Layer layer{made_, {}};
        Table areas{{"work_verdict_area",
                     "作业小班前后地类面积",
                     {{"layer", FieldType::text, "", "图层"},
                      {"plot", FieldType::text, "", "小班编号"},
                      {"class", FieldType::text, "", "地类"},
                      {"before", FieldType::area, "m2", "前期面积"},
                      {"after", FieldType::area, "m2", "后期面积"}}},
                    {}};
        Table table{{"work_verdict", "作业判定 (疑似)", verdict_columns}, {}};
        std::map<Verdict, int> counts;
        for (std::size_t i = 0; i < zones_->size(); ++i) {
            const auto evidence = evidence_of(i);
            const auto verdict = judged(i, evidence);
            ++counts[verdict.verdict];
            table.rows.push_back(row(i, evidence, verdict));
            const auto& plot = plots_->features[i];
            layer.features.push_back({plot.fid, plot.geometry, table.rows.back()});
            for (const auto at : own_at_) layer.features.back().values.push_back(plot.values[at]);
            add_areas(areas, i, evidence);
        }
        context.ledger->put(table);
        context.ledger->put(areas);
        names_.record(*context.ledger);
        context.note(fmt::format("{} plots: {} done, {} not done, {} cannot tell", layer.features.size(),
                                 counts[Verdict::done], counts[Verdict::not_done], counts[Verdict::cannot_tell]));
        return {std::move(layer), {}};
    }

private:
    struct Part {
        ChangeAreas flows, evidence;
    };

    /// Blocks come without the layer: the evidence is behind the two maps.
    void plan_evidence(std::span<const Artifact> inputs, const std::vector<std::string>& ids) {
        std::vector<Artifact> rasters;
        std::vector<std::string> raster_ids;
        for (std::size_t i = 0; i < inputs.size(); ++i) {
            if (inputs[i].kind != ArtifactKind::raster) continue;
            rasters.push_back(inputs[i]);
            raster_ids.push_back(ids[i]);
        }
        evidence_ = EvidenceBands(
            rasters, raster_ids, 2,
            {.series = series_, .value_before = value_before_, .value_after = value_after_, .shadow = shadow_});
    }

    /// The plots' fields as they were delivered, behind the verdict; one of a name that the verdict has stays away.
    std::vector<Field> own_fields(const LayerSpec& plots) {
        std::vector<Field> fields;
        own_at_.clear();
        for (std::size_t i = 0; i < plots.fields.size(); ++i) {
            const auto& field = plots.fields[i];
            if (std::ranges::any_of(verdict_columns, [&](const Field& own) { return same_name(own.name, field.name); }))
                continue;
            own_at_.push_back(i);
            fields.push_back(field);
        }
        return fields;
    }

    void plan_fields(const LayerSpec& plots, const std::string& id) {
        key_at_ = field_index(plots.fields, key_, id);
        if (!year_.empty()) year_at_ = field_index(plots.fields, year_, id);
        if (!kind_.empty()) kind_at_ = field_index(plots.fields, kind_, id);
    }

    /// Of the dates of the index bands where they have one, else of the windows that were told.
    [[nodiscard]] bool seasons_agree(PlanContext& context) const {
        std::optional<int> apart = evidence_.days_apart();
        if (!apart && !before_window_.empty() && !after_window_.empty())
            apart = days_apart(parse_date_window(before_window_), parse_date_window(after_window_));
        if (!apart) return true;
        const auto most = static_cast<int>(rules_.threshold("season_days"));
        if (*apart <= most) return true;
        context.notes->push_back(
            fmt::format("the two maps are {} days of the year apart, and season_days is {}: what "
                        "differs may be the season, so no plot can be told",
                        *apart, most));
        return false;
    }

    /// Areas by class before and after close to the plot's own: what the cells leave is beyond the grid, or a rounding of the
    /// projection, which the largest flow takes.
    [[nodiscard]] WorkEvidence evidence_of(std::size_t i) const {
        const auto zone = static_cast<std::int32_t>(i);
        WorkEvidence e = evidence_.of(evidence_sums_, zone);
        e.area = zones_->polygon_area(i);
        e.pure_cells = zones_->inside_cells(i);
        e.flows = flows_of(sums_, zone);
        for (const auto& flow : e.flows) e.covered += flow.area;
        e.dates = evidence_.dates_of(evidence_sums_, zone, e.covered);
        e.same_season = same_season_;
        const Area beyond = beyond_grid(*zones_, i, e.covered, plots_->spec.name);
        if (beyond > Area{}) e.flows.push_back({no_code, no_code, beyond});
        Area rest = e.area - e.covered - beyond;
        if (e.flows.empty()) e.flows.push_back({no_code, no_code, {}});
        std::ranges::max_element(e.flows, {}, &Flow::area)->area += rest;
        return e;
    }

    [[nodiscard]] WorkVerdict judged(std::size_t i, const WorkEvidence& evidence) const {
        const auto kind = kind_of(i);
        const auto* work = rules_.work(kind);
        if (work == nullptr) {
            auto verdict = work_verdict(evidence, {}, {});
            verdict.verdict = Verdict::cannot_tell;
            verdict.reason = fmt::format("no rule for the kind of work '{}'", kind);
            verdict.reason_zh = fmt::format("没有 '{}' 类的判定规则", kind);
            return verdict;
        }
        const WorkQuestion question{.year = year_of(i),
                                    .before = before_year_,
                                    .after = after_year_,
                                    .curve_from = curve_from_ > 0 ? curve_from_ : before_year_ + 1,
                                    .curve_to = curve_to_ > 0 ? curve_to_ : after_year_};
        if (year_at_ && !question.year) {
            auto verdict = work_verdict(evidence, rule_of(*work), question);
            verdict.verdict = Verdict::cannot_tell;
            verdict.reason = "no year is declared";
            verdict.reason_zh = "没有申报年度";
            return verdict;
        }
        return work_verdict(evidence, rule_of(*work), question);
    }

    [[nodiscard]] WorkRule rule_of(const WorkDefinition& work) const {
        WorkRule rule{.target = {},
                      .youngest_visible = work.youngest_visible,
                      .class_alone = work.class_alone,
                      .least_cells = static_cast<std::int64_t>(rules_.threshold("least_cells")),
                      .least_pure = rules_.threshold("least_pure"),
                      .least_seen = rules_.threshold("least_seen"),
                      .most_shadow = rules_.threshold("most_shadow"),
                      .done_share = rules_.threshold("done_share"),
                      .part_share = rules_.threshold("part_share"),
                      .break_share = rules_.threshold("break_share"),
                      .trend_share = rules_.threshold("trend_share"),
                      .year_tolerance = static_cast<int>(rules_.threshold("year_tolerance")),
                      .least_dates = rules_.threshold("least_dates")};
        for (const auto& key : work.target)
            if (const auto code = names_.find(key)) rule.target.push_back(*code);
        return rule;
    }

    [[nodiscard]] std::string kind_of(std::size_t i) const {
        return kind_at_ ? to_text(plots_->features[i].values[*kind_at_]) : as_;
    }
    /// A year may be written as text.
    [[nodiscard]] std::optional<int> year_of(std::size_t i) const {
        if (!year_at_) return {};
        const auto text = to_text(plots_->features[i].values[*year_at_]).substr(0, 4);
        if (text.size() < 4 || text.find_first_not_of("0123456789") != std::string::npos) return {};
        return std::stoi(text);
    }

    [[nodiscard]] std::vector<Value> row(std::size_t i, const WorkEvidence& e, const WorkVerdict& v) const {
        const auto year = year_of(i), broke = break_year(e);
        const auto part = [&](Area of, Area whole) { return whole > Area{} ? Value{of.m2() / whole.m2()} : Value{}; };
        const auto curve = [&](Value value) { return e.has_curves ? std::move(value) : Value{}; };
        const auto means = evidence_.means_of(evidence_sums_, static_cast<std::int32_t>(i));
        return {layer_,
                zones_->key(i),
                kind_of(i),
                year ? Value{std::int64_t{*year}} : Value{},
                std::string(to_string(v.verdict)),
                std::string(verdict_name_zh(v.verdict)),
                v.reason,
                v.reason_zh,
                e.area.units(),
                names_.key(v.before),
                names_.key(v.after),
                v.target_before,
                v.target_after,
                v.seen,
                e.pure_cells,
                broke ? Value{std::int64_t{*broke}} : Value{},
                broke ? Value{e.breaks.at(*broke).magnitude} : Value{},
                curve(part(broke ? e.breaks.at(*broke).area : Area{}, e.curves)),
                curve(e.dates),
                evidence_.has_trend() ? part(e.rising, e.covered) : Value{},
                means.before ? Value{*means.before} : Value{},
                means.after ? Value{*means.after} : Value{},
                evidence_.has_shadow() ? part(e.shadow, e.covered) : Value{}};
    }

    void add_areas(Table& table, std::size_t i, const WorkEvidence& evidence) const {
        std::map<std::int32_t, std::pair<Area, Area>> by_class;
        for (const auto& flow : evidence.flows) {
            by_class[flow.from].first += flow.area;
            by_class[flow.to].second += flow.area;
        }
        for (const auto& [code, areas] : by_class)
            table.rows.push_back({layer_, zones_->key(i), names_.key(code), areas.first.units(), areas.second.units()});
    }

    std::string key_, layer_, year_, kind_, as_ = "change", rules_name_ = "works", series_ = "NDVI", value_before_,
                                            value_after_, shadow_, before_window_, after_window_;
    int before_year_ = 0, after_year_ = 0, curve_from_ = 0, curve_to_ = 0;
    bool same_season_ = true;
    std::size_t key_at_ = 0;
    std::optional<std::size_t> year_at_, kind_at_;
    VerdictRules rules_;
    ClassNames names_;
    EvidenceBands evidence_;
    ChangeAreas evidence_sums_;
    Grid grid_;
    LayerSpec made_;
    std::vector<std::size_t> own_at_;  ///< fields of the plots that the layer keeps
    const Layer* plots_ = nullptr;
};

}  // namespace

std::unique_ptr<Step> make_change_verdict() { return std::make_unique<ChangeVerdict>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "accuracy_table.hpp"
#include "linmu/algo/sample_accuracy.hpp"
#include "linmu/algo/sample_check.hpp"
#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/number_of.hpp"
#include "linmu/step/registry.hpp"
#include "mapped_areas.hpp"
#include "sample_labels.hpp"

namespace linmu {
namespace {

const std::string unclassed_name = "no value";
const std::string beyond_map_name = "outside";  // what class-area calls the part of a zone that the map does not reach
constexpr const char* synthetic_method =
    "synthetic, model-based: the county's P(true | map) on the zone's mapped areas (Rao and Molina 2015); the error is "
    "that of P only";
constexpr const char* kappa_caveat =
    "kappa corrects for chance that has no part in mapping and repeats overall accuracy; no basis for acceptance or "
    "area "
    "(Pontius and Millones 2011, Olofsson et al. 2014)";

class AccuracyStep final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "accuracy",
            "精度与面积估计",
            "From labelled samples: error matrix, accuracies and error-adjusted areas with 95 % intervals (Olofsson et "
            "al. "
            "2014; Stehman 2014 where strata are not the map's classes; parcels and clusters by ratio), by zone by a "
            "synthetic "
            "estimate. Ledger tables 'error_matrix', 'accuracy', 'adjusted_area'; without samples: 'no samples'.",
            "measure",
            {{.name = "samples",
              .kind = ArtifactKind::layer,
              .help =
                  "labelled samples of sample-design or sample-parcels, or others with these fields; absent: areas are "
                  "said to have no samples",
              .optional = true},
             {.name = "design",
              .kind = ArtifactKind::table,
              .help = "strata with columns stratum, units, area_m2; absent: as the samples say",
              .optional = true}},
            ArtifactKind::none,
            1,
            true};
    }

    void declare(Params& p) override {
        p.add("class", "field with the reference class", &class_);
        p.add("map-class", "field with the map's class", &map_class_);
        p.add("stratum", "field with the stratum", &stratum_);
        p.add("stratum-area", "field with the stratum's area in m2", &stratum_area_);
        p.add("stratum-units", "field with the number of units of the stratum", &stratum_units_);
        p.add("unit", "what a sample is; auto: as its field 'unit' says, else a cell", &unit_)
            .choices({"auto", "cell", "parcel"});
        p.add("unit-area", "field with a parcel's area in m2", &unit_area_);
        p.add("cluster", "field with the cluster (parcel of a two-stage sample)", &cluster_);
        p.add("strata",
              "design: as drawn; map: a simple or systematic sample is stratified afterwards by the map's classes, "
              "whose "
              "areas come from the ledger's class_area",
              &strata_)
            .choices({"design", "map"});
        p.add("map", "name of the map in the ledger", &map_);
        p.add("layer",
              "zones in the ledger's class_area that are the whole ground: mapped areas are theirs; empty: the "
              "strata's",
              &layer_);
        p.add("zones", "layers in the ledger's class_area whose zones get areas too: \"townships\"", &zones_);
        p.add("legend", "of the classes (data/legends); empty: any text is a class", &legend_);
        p.add("least-samples", "a stratum with fewer is refused", &least_).limits(2, 10'000);
        p.add("zone-least", "a zone gets no interval when a class that is 5 % of it has fewer samples", &zone_least_)
            .limits(2, 10'000);
        p.add("finite", "from this part of a stratum's units on, errors shrink by the part that was drawn", &finite_)
            .unit("%")
            .limits(0, 100);
        p.add("kappa", "print kappa too, with its caveat", &kappa_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        labels_ = LabelReader(legend_);
        if (strata_ == "map" && layer_.empty())
            throw UsageError("strata = \"map\" needs 'layer': whose mapped areas in the ledger are the strata's");
        if (inputs.empty()) {
            if (layer_.empty()) throw UsageError("without samples, 'layer' must say whose mapped areas have none");
            if (map_.empty()) throw UsageError("without samples, 'map' must say which map");
            return {};
        }
        if (map_.empty()) map_ = context.input_ids[0];
        plan_fields(inputs[0].layer.fields, context.input_ids[0]);
        if (inputs.size() > 1) plan_design(inputs[1].table, context.input_ids[1]);
        return {};
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        if (inputs.layers.empty() || none_labelled(*inputs.layers[0])) {
            tell_no_samples(inputs, context);
            return {};
        }
        const Layer& samples = *inputs.layers[0];
        const auto mapped = layer_.empty() ? MappedAreas{} : mapped_by_zone(*context.ledger, map_, layer_).at({});
        read_design(inputs);
        read_samples(samples, mapped, context);
        tell_bunch(samples, context);
        refuse_shortages();
        const SampleEstimator estimator(sample_strata_, units_, classes_.size(), finite_ / 100);
        const auto found = estimator.accuracy();
        context.ledger->put(matrix_table(estimator));
        context.ledger->put(table_of(found));
        context.ledger->put(area_table(estimator, found, mapped, context));
        return {};
    }

private:
    // ---- fields

    void plan_fields(const std::vector<Field>& fields, const std::string& where) {
        class_at_ = field_index(fields, class_, where);
        map_class_at_ = field_index(fields, map_class_, where);
        const auto optional = [&](const std::string& name) -> std::optional<std::size_t> {
            const auto at = std::ranges::find(fields, name, &Field::name);
            return at == fields.end() ? std::nullopt : std::optional(static_cast<std::size_t>(at - fields.begin()));
        };
        if (strata_ == "design") stratum_at_ = field_index(fields, stratum_, where);
        stratum_area_at_ = optional(stratum_area_);
        stratum_units_at_ = optional(stratum_units_);
        unit_area_at_ = optional(unit_area_);
        cluster_at_ = optional(cluster_);
        unit_at_ = optional("unit");
        area_is_units_ = stratum_area_at_ && fields[*stratum_area_at_].type == FieldType::area;
    }

    void plan_design(const TableSpec& table, const std::string& where) {
        design_stratum_at_ = field_index(table.columns, "stratum", where);
        design_area_at_ = field_index(table.columns, "area_m2", where);
        const auto units = std::ranges::find(table.columns, "units", &Field::name);
        if (units != table.columns.end()) design_units_at_ = static_cast<std::size_t>(units - table.columns.begin());
    }

    // ---- without samples

    [[nodiscard]] bool none_labelled(const Layer& samples) const {
        return std::ranges::all_of(samples.features,
                                   [&](const Feature& f) { return trimmed_text(f.values[class_at_]).empty(); });
    }

    /// Headline areas stay what the map shows, and it is said that nothing is known of their errors.
    void tell_no_samples(const WholeInput& inputs, RunContext& context) {
        Table table{area_spec(), {}};
        if (!layer_.empty()) {
            const auto whole = mapped_by_zone(*context.ledger, map_, layer_).at({});
            for (const auto& [name, area] : whole)
                table.rows.push_back(unknown_row("whole", "all", name, area, "no samples", "没有样本"));
        } else {
            read_design(inputs);
            for (const auto& feature : inputs.layers[0]->features) read_stratum(feature, {});
            for (const auto& stratum : sample_strata_)
                table.rows.push_back(unknown_row("whole", "all", stratum.name, Area::from_m2(areas_[stratum.name]),
                                                 "no samples", "没有样本"));
        }
        for (const auto& layer : zones_) {
            for (const auto& [zone, areas] : mapped_by_zone(*context.ledger, map_, layer)) {
                if (!zone) continue;
                for (const auto& [name, area] : areas)
                    table.rows.push_back(unknown_row(layer, *zone, name, area, "no samples", "没有样本"));
            }
        }
        context.ledger->put(table);
        context.note("没有样本 no samples: areas are as mapped, their errors are not known");
    }

    // ---- strata and samples

    void read_design(const WholeInput& inputs) {
        if (inputs.tables.empty()) return;
        for (const auto& row : inputs.tables[0]->rows) {
            const auto name = trimmed_text(row[design_stratum_at_]);
            add_stratum(name, number_of(row[design_area_at_]).value_or(0),
                        design_units_at_ ? number_of(row[*design_units_at_]).value_or(0) : 0);
        }
        has_design_ = true;
    }

    std::size_t add_stratum(const std::string& name, double area_m2, double units) {
        const auto [at, is_new] = stratum_places_.try_emplace(name, sample_strata_.size());
        if (is_new) {
            sample_strata_.push_back({name, of_parcels_ ? units : area_m2, units});
            areas_[name] = area_m2;
        }
        return at->second;
    }

    std::size_t read_stratum(const Feature& feature, const MappedAreas& mapped) {
        if (strata_ == "map") {
            const auto name = map_name(feature);
            const auto area = mapped.find(name);
            if (area == mapped.end())
                throw DataError(fmt::format("sample {}: the ledger has no area of '{}' in map '{}', layer '{}'",
                                            feature.fid, name, map_, layer_));
            return add_stratum(name, area->second.m2(), 0);
        }
        const auto name = trimmed_text(feature.values[*stratum_at_]);
        if (name.empty()) throw DataError(fmt::format("sample {} has no stratum in '{}'", feature.fid, stratum_));
        if (has_design_) {
            const auto known = stratum_places_.find(name);
            if (known == stratum_places_.end())
                throw DataError(fmt::format("sample {} is of stratum '{}', which the design lacks", feature.fid, name));
            return known->second;
        }
        return add_stratum(name, stratum_area(feature, name), stratum_units(feature, name));
    }

    [[nodiscard]] double stratum_area(const Feature& feature, const std::string& name) {
        if (!stratum_area_at_)
            throw DataError(
                fmt::format("samples have no field '{}' with the area of their stratum; name it by stratum-area, or "
                            "give the design as second input",
                            stratum_area_));
        double area = number_of(feature.values[*stratum_area_at_]).value_or(0);
        if (area_is_units_) area /= 1e4;
        const auto known = areas_.find(name);
        if (!(area > 0) || (known != areas_.end() && std::abs(known->second - area) > 1e-6 * area))
            throw DataError(fmt::format(
                "sample {}: '{}' of stratum '{}' is {} m2, {}", feature.fid, stratum_area_, name, area,
                known == areas_.end() ? "which is no area" : fmt::format("but {} of another sample", known->second)));
        return area;
    }

    [[nodiscard]] double stratum_units(const Feature& feature, const std::string& name) const {
        const double units = stratum_units_at_ ? number_of(feature.values[*stratum_units_at_]).value_or(0) : 0;
        if (of_parcels_ && !(units > 0))
            throw DataError(fmt::format("sample {}: parcels need the number of parcels of stratum '{}' in '{}'",
                                        feature.fid, name, stratum_units_));
        return units;
    }

    /// "" where the map has no class.
    [[nodiscard]] std::string map_name(const Feature& feature) const {
        const auto text = trimmed_text(feature.values[map_class_at_]);
        if (text.empty() || text == unclassed_name) return unclassed_name;
        const auto key = labels_.key_of(text);
        return key.empty() ? text : key;
    }

    [[nodiscard]] std::string reference_name(const Feature& feature) const {
        const auto text = trimmed_text(feature.values[class_at_]);
        auto key = labels_.key_of(text);
        if (key.empty() && !text.empty())
            throw DataError(
                fmt::format("sample {}: '{}' is no class of legend {}; sample-check lists all that is wrong",
                            feature.fid, text, legend_));
        return key;
    }

    void read_samples(const Layer& samples, const MappedAreas& mapped, RunContext& context) {
        of_parcels_ = unit_ == "parcel" || (unit_ == "auto" && unit_at_ && !samples.features.empty() &&
                                            trimmed_text(samples.features[0].values[*unit_at_]) == "parcel");
        if (of_parcels_ && !unit_area_at_)
            throw DataError(
                fmt::format("samples that are parcels need their area: there is no field '{}'", unit_area_));
        if (of_parcels_)
            for (auto& stratum : sample_strata_) stratum.measure = stratum.units;
        set_classes(samples, mapped);
        std::int64_t blank = 0;
        for (const auto& feature : samples.features) {
            const auto stratum = read_stratum(feature, mapped);
            const auto reference = reference_name(feature);
            if (reference.empty()) ++blank;
            else units_.push_back(unit_of(feature, stratum, reference));
        }
        if (strata_ == "map") add_unsampled_strata(mapped);
        if (blank > 0)
            context.note(
                fmt::format("{} of {} samples have no reference class; they are left out, as if they had been "
                            "missed at random",
                            blank, samples.features.size()));
    }

    /// What the map shows and no sample has: its stratum is empty.
    void add_unsampled_strata(const MappedAreas& mapped) {
        for (const auto& [name, area] : mapped)
            if (name != unclassed_name && name != beyond_map_name) add_stratum(name, area.m2(), 0);
    }

    [[nodiscard]] SampleUnit unit_of(const Feature& feature, std::size_t stratum, const std::string& reference) const {
        SampleUnit unit{.stratum = stratum, .map = place_of(map_name(feature)), .reference = place_of(reference)};
        if (of_parcels_) unit.size = number_of(feature.values[*unit_area_at_]).value_or(0);
        if (of_parcels_ && !(unit.size > 0))
            throw DataError(fmt::format("sample {} has no area in '{}'", feature.fid, unit_area_));
        if (cluster_at_ && !std::holds_alternative<std::monostate>(feature.values[*cluster_at_]))
            unit.cluster = static_cast<std::int64_t>(number_of(feature.values[*cluster_at_]).value_or(0));
        return unit;
    }

    void set_classes(const Layer& samples, const MappedAreas& mapped) {
        std::vector<std::string> seen;
        for (const auto& feature : samples.features) {
            seen.push_back(map_name(feature));
            if (auto name = reference_name(feature); !name.empty()) seen.push_back(std::move(name));
        }
        for (const auto& entry : mapped) seen.push_back(entry.first);
        std::erase(seen, unclassed_name);
        std::erase(seen, beyond_map_name);
        classes_ = labels_.in_order(seen);
    }

    [[nodiscard]] std::size_t place_of(const std::string& name) const {
        const auto found = std::ranges::find(classes_, name);
        return found == classes_.end() ? no_class : static_cast<std::size_t>(found - classes_.begin());
    }

    void refuse_shortages() const {
        const auto short_of = shortages(sample_strata_, units_, least_);
        if (short_of.empty()) return;
        std::string text;
        std::int64_t more = 0;
        for (const auto& s : short_of) {
            text += fmt::format("{}'{}' has {} and needs {} more", text.empty() ? "" : ", ", s.stratum, s.has, s.more);
            more += s.more;
        }
        throw DataError(
            fmt::format("too few labelled samples: stratum {}; label {} more (sample-design draws them), each stratum "
                        "needs {} at least, better 50",
                        text, more, least_));
    }

    /// Of the ground that the samples stand for, cut in about 25 squares.
    void tell_bunch(const Layer& samples, RunContext& context) const {
        double m2 = 0;
        for (const auto& entry : areas_) m2 += entry.second;
        std::vector<FieldSample> places;
        for (const auto& place : places_in_metres(samples)) places.push_back({place, {}, {}, {}, {}});
        const double side = std::sqrt(m2) / 5;
        if (!(side > 0) || places.size() < 4) return;
        const double share = largest_bunch(places, side);
        if (share > 0.5)
            context.note(
                fmt::format("{:.0f} % of the samples lie in one square of {:.0f} m: intervals hold only for samples "
                            "that are drawn at random from all of the ground",
                            100 * share, side));
    }

    // ---- tables

    [[nodiscard]] bool strata_are_map_classes() const {
        return std::ranges::all_of(units_, [this](const SampleUnit& u) {
            return u.map != no_class && classes_[u.map] == sample_strata_[u.stratum].name;
        });
    }

    [[nodiscard]] std::string estimator_name() const {
        if (std::ranges::any_of(units_, [](const SampleUnit& u) { return u.cluster >= 0; }))
            return "two-stage ratio (Cochran 1977, 11)";
        if (of_parcels_) return "parcels by area, combined ratio (Cochran 1977, 6.11)";
        if (strata_ == "map") return "stratified afterwards (Card 1982; Olofsson et al. 2014)";
        return strata_are_map_classes() ? "stratified (Olofsson et al. 2014)" : "stratified ratio (Stehman 2014)";
    }

    [[nodiscard]] std::string class_name(std::size_t k) const {
        return k < classes_.size() ? classes_[k] : unclassed_name;
    }

    [[nodiscard]] Table matrix_table(const SampleEstimator& estimator) const {
        Table table{error_matrix_table(), {}};
        const auto counts = estimator.counts();
        for (int i = 0; i < counts.rows(); ++i) {
            for (int j = 0; j < counts.cols(); ++j) {
                const bool unclassed = i == counts.rows() - 1;
                if (unclassed && counts(i, j) == 0) continue;
                const auto map = unclassed ? no_class : static_cast<std::size_t>(i);
                const auto share = estimator.cell(map, static_cast<std::size_t>(j));
                table.rows.push_back({map_, class_name(map), classes_[static_cast<std::size_t>(j)], counts(i, j),
                                      number_or_nothing(share.value), number_or_nothing(share.low),
                                      number_or_nothing(share.high),
                                      fmt::format("{}; {}", estimator_name(), to_string(share.method))});
            }
        }
        return table;
    }

    [[nodiscard]] std::vector<Value> accuracy_row(const std::string& name, const IntervalEstimate& user,
                                                  const IntervalEstimate& producer, double f1, std::int64_t cells,
                                                  std::int64_t mapped, std::string note) const {
        return {map_,
                name,
                number_or_nothing(user.value),
                number_or_nothing(producer.value),
                number_or_nothing(f1),
                cells,
                mapped,
                number_or_nothing(user.standard_error),
                number_or_nothing(user.low),
                number_or_nothing(user.high),
                number_or_nothing(producer.standard_error),
                number_or_nothing(producer.low),
                number_or_nothing(producer.high),
                fmt::format("{}; {}, {}", estimator_name(), to_string(user.method), to_string(producer.method)),
                note.empty() ? Value{} : Value{std::move(note)}};
    }

    [[nodiscard]] Table table_of(const SampleAccuracy& found) const {
        Table table{accuracy_table(), {}};
        table.rows.push_back(
            accuracy_row("overall", found.overall, found.overall, found.overall.value, found.units, found.units, ""));
        for (std::size_t k = 0; k < classes_.size(); ++k) {
            const auto& c = found.classes[k];
            std::string note;
            if (c.mapped == 0) note = "no sample lies where the map has this class: no user's accuracy";
            else if (c.referenced == 0) note = "no sample is this class: no producer's accuracy";
            table.rows.push_back(accuracy_row(classes_[k], c.user, c.producer, c.f1, c.referenced, c.mapped, note));
        }
        if (kappa_) {
            IntervalEstimate kappa = no_estimate();
            kappa.value = found.kappa;
            table.rows.push_back(accuracy_row("kappa", kappa, no_estimate(), no_estimate().value, found.units,
                                              found.units, kappa_caveat));
        }
        return table;
    }

    static TableSpec area_spec() {
        return {"adjusted_area",
                "误差校正面积",
                {{"map", FieldType::text, "", "图"},
                 {"level", FieldType::text, "", "范围"},
                 {"zone", FieldType::text, "", "单位代码"},
                 {"class", FieldType::text, "", "地类"},
                 {"mapped", FieldType::area, "m2", "制图面积"},
                 {"area", FieldType::area, "m2", "校正面积"},
                 {"standard_error", FieldType::area, "m2", "标准误"},
                 {"low", FieldType::area, "m2", "下限"},
                 {"high", FieldType::area, "m2", "上限"},
                 {"share", FieldType::real, "", "面积比例"},
                 {"share_se", FieldType::real, "", "比例标准误"},
                 {"method", FieldType::text, "", "方法"},
                 {"interval", FieldType::text, "", "区间方法"},
                 {"status", FieldType::text, "", "状态"},
                 {"status_zh", FieldType::text, "", "状态说明"}}};
    }

    std::vector<Value> unknown_row(const std::string& level, const std::string& zone, const std::string& name,
                                   std::optional<Area> mapped, const std::string& status,
                                   const std::string& status_zh) const {
        return {map_,    level,   zone,    name,    mapped ? Value{mapped->units()} : Value{},
                Value{}, Value{}, Value{}, Value{}, Value{},
                Value{}, Value{}, Value{}, status,  status_zh};
    }

    static Value units_of(double m2) { return std::isnan(m2) ? Value{} : Value{Area::from_m2(m2).units()}; }

    [[nodiscard]] Table area_table(const SampleEstimator& estimator, const SampleAccuracy& found,
                                   const MappedAreas& mapped, RunContext& context) const {
        Table table{area_spec(), {}};
        double whole = 0;
        for (const auto& entry : areas_) whole += entry.second;
        std::vector<IntervalEstimate> areas;
        for (const auto& c : found.classes) areas.push_back(c.share.scaled(whole));
        const auto of_map = mapped.empty() && strata_are_map_classes() ? areas_of_strata() : mapped;
        add_rows(table, "whole", "all", of_map, areas, whole, estimator_name(), "");
        for (const auto& [name, area] : of_map)
            if (place_of(name) == no_class && !(name == unclassed_name && has_unclassed_samples()))
                table.rows.push_back(unknown_row("whole", "all", name, area, "not sampled", "未抽样"));
        for (const auto& layer : zones_) add_zones(table, layer, estimator, context);
        return table;
    }

    [[nodiscard]] MappedAreas areas_of_strata() const {
        MappedAreas areas;
        for (const auto& [name, m2] : areas_) areas[name] = Area::from_m2(m2);
        return areas;
    }

    /// Rows of a zone; areas add up to `whole` to the last unit, what rounding leaves goes to the largest.
    void add_rows(Table& table, const std::string& level, const std::string& zone, const MappedAreas& mapped,
                  const std::vector<IntervalEstimate>& areas, double whole, const std::string& method,
                  const std::string& doubt) const {
        const auto units = closed_units(areas, whole);
        for (std::size_t k = 0; k < classes_.size(); ++k) {
            const auto& a = areas[k];
            const auto of_map = mapped.find(classes_[k]);
            const auto map_area = of_map != mapped.end() ? std::optional(of_map->second)
                                  : mapped.empty()       ? std::nullopt
                                                         : std::optional(Area{});
            if (std::isnan(a.value)) {
                table.rows.push_back(unknown_row(level, zone, classes_[k], map_area, doubt, "样本不足"));
                continue;
            }
            const bool limits = doubt.empty() && !std::isnan(a.low);
            table.rows.push_back({map_, level, zone, classes_[k], map_area ? Value{map_area->units()} : Value{},
                                  units[k], units_of(a.standard_error), limits ? units_of(a.low) : Value{},
                                  limits ? units_of(a.high) : Value{}, a.value / whole,
                                  number_or_nothing(a.standard_error / whole), method,
                                  std::string(limits ? to_string(a.method) : to_string(IntervalMethod::none)),
                                  doubt.empty() ? std::string("estimated") : doubt,
                                  std::string(doubt.empty() ? "估计" : "样本不足, 无区间")});
        }
    }

    static std::vector<std::int64_t> closed_units(const std::vector<IntervalEstimate>& areas, double whole) {
        std::vector<std::int64_t> units;
        std::int64_t sum = 0;
        for (const auto& a : areas) {
            units.push_back(std::isnan(a.value) ? 0 : Area::from_m2(a.value).units());
            sum += units.back();
        }
        if (!units.empty() && sum > 0) *std::ranges::max_element(units) += Area::from_m2(whole).units() - sum;
        return units;
    }

    void add_zones(Table& table, const std::string& layer, const SampleEstimator& estimator,
                   RunContext& context) const {
        for (const auto& [zone, mapped] : mapped_by_zone(*context.ledger, map_, layer)) {
            if (!zone) continue;
            add_zone(table, layer, *zone, mapped, estimator);
        }
    }

    void add_zone(Table& table, const std::string& layer, const std::string& zone, const MappedAreas& mapped,
                  const SampleEstimator& estimator) const {
        std::vector<double> m2(classes_.size() + 1);
        double whole = 0;
        for (const auto& [name, area] : mapped) {
            const auto k = place_of(name);
            if (k == no_class && !(name == unclassed_name && has_unclassed_samples())) {
                table.rows.push_back(unknown_row(layer, zone, name, area, "not sampled", "未抽样"));
                continue;
            }
            m2[std::min(k, classes_.size())] += area.m2();
            whole += area.m2();
        }
        if (!(whole > 0)) return;
        add_rows(table, layer, zone, mapped, estimator.synthetic_areas(m2), whole, synthetic_method,
                 doubt_of(m2, whole));
    }

    [[nodiscard]] bool has_unclassed_samples() const {
        return std::ranges::any_of(units_, [](const SampleUnit& u) { return u.map == no_class; });
    }

    /// Why a zone has no interval.
    [[nodiscard]] std::string doubt_of(const std::vector<double>& mapped_m2, double whole) const {
        for (std::size_t k = 0; k < classes_.size(); ++k) {
            const auto n = std::ranges::count(units_, k, &SampleUnit::map);
            if (mapped_m2[k] > 0 && n == 0) return fmt::format("no sample has map class '{}'", classes_[k]);
            if (mapped_m2[k] >= 0.05 * whole && n < zone_least_)
                return fmt::format("{} samples of map class '{}' are too few for an interval ({} needed)", n,
                                   classes_[k], zone_least_);
        }
        return {};
    }

    std::string class_ = "class", map_class_ = "map_class", stratum_ = "stratum", stratum_area_ = "stratum_m2",
                stratum_units_ = "stratum_units", unit_ = "auto", unit_area_ = "unit_m2", cluster_ = "cluster",
                strata_ = "design", map_, layer_, legend_;
    std::vector<std::string> zones_;
    int least_ = 10, zone_least_ = 30;
    double finite_ = 5;
    bool kappa_ = false;
    LabelReader labels_;
    std::size_t class_at_ = 0, map_class_at_ = 0, design_stratum_at_ = 0, design_area_at_ = 0;
    std::optional<std::size_t> stratum_at_, stratum_area_at_, stratum_units_at_, unit_area_at_, cluster_at_, unit_at_,
        design_units_at_;
    bool area_is_units_ = false, of_parcels_ = false, has_design_ = false;
    std::vector<SampleStratum> sample_strata_;
    std::map<std::string, std::size_t> stratum_places_;
    std::map<std::string, double> areas_;  ///< of strata, m2
    std::vector<SampleUnit> units_;
    std::vector<std::string> classes_;
};

}  // namespace

std::unique_ptr<Step> make_accuracy() { return std::make_unique<AccuracyStep>(); }

}  // namespace linmu

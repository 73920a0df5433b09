// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>

#include "layer_measure.hpp"
#include "linmu/algo/levelling.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/layer_bounds.hpp"
#include "linmu/core/number_of.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

constexpr std::size_t at_once = 64;

/// One zone's row in the ledger: what sums are made over.
const std::vector<Field> zone_columns{{"layer", FieldType::text, "", "图层"},
                                      {"zone", FieldType::text, "", "单位代码"},
                                      {"name", FieldType::text, "", "单位名称"},
                                      {"parent", FieldType::text, "", "上级代码"},
                                      {"area", FieldType::area, "m2", "椭球面积"}};

/// Shares of ridges by slope class and cropland type, from a table with the columns GDPDJB, GDLX, KCXS.
class RidgeTable {
public:
    explicit RidgeTable(const std::string& path) {
        const Table table = read_csv(path);
        const auto& columns = table.spec.columns;
        const auto slope = field_index(columns, "GDPDJB", path);
        const auto type = field_index(columns, "GDLX", path);
        const auto share = field_index(columns, "KCXS", path);
        for (const auto& row : table.rows)
            shares_[{to_text(row[slope]), to_text(row[type])}] = number_of(row[share]).value_or(0);
    }

    [[nodiscard]] double at(const std::string& slope, const std::string& type, std::int64_t fid) const {
        if (type.empty()) return 0;
        const auto found = shares_.find({slope, type});
        if (found != shares_.end()) return found->second;
        throw DataError(fmt::format(
            "feature {} has slope class '{}' and type '{}', of which the table of ridges has none", fid, slope, type));
    }

private:
    std::map<std::pair<std::string, std::string>, double> shares_;
};

class PolygonArea final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "polygon-area",
            "椭球面积",
            "Adds each polygon's area on the CGCS2000 ellipsoid, as the land survey computes it, levelled to control "
            "areas and less ridges where asked; the layer's zones go into the ledger table "
            "'zone'.",
            "measure",
            {{.name = "layer", .kind = ArtifactKind::layer, .help = "polygons or lines"}},
            ArtifactKind::layer,
            3,
            false};
    }

    void declare(Params& p) override {
        p.add("field", "name of the new field", &field_);
        p.add("key", "field with the zone's code; empty: the feature's number", &key_);
        p.add("name", "field with the zone's name", &name_);
        p.add("parent",
              "field with the code of the wider zone; or a number of leading characters of the key, as in 9 of a "
              "village's 12",
              &parent_);
        p.add("survey-crs", "Gauss-Kruger plane of the survey; empty: the 3-degree zone the layer lies in",
              &survey_crs_);
        p.add("max-edge", "longer edges are split before they are brought to the ellipsoid", &max_edge_)
            .unit("m")
            .limits(1, 1e6);
        p.add("edges", "what a straight edge is: straight in the survey plane, straight in B and L, or a geodesic",
              &edges_)
            .choices({"plane", "geographic", "geodesic"});
        p.add("length", "adds the length of lines on the ellipsoid", &length_);
        p.add("cross-check", "adds the geodesic polygon's area and the survey plane's", &cross_check_);
        p.add("rounding", "to 0.01 m2, half away from zero or half to even; none: 0.0001 m2", &rounding_)
            .choices({"none", "half-away", "half-even"});
        p.add("control", "CSV of control areas, columns code and area (m2): codes of 6, 9, 12 characters", &control_)
            .path();
        p.add("control-field", "field with the control area (m2) of the parcel's village; instead of a CSV",
              &control_field_);
        p.add("control-code", "field whose first characters are the control areas' codes", &control_code_);
        p.add("control-length", "characters of the village's code, with control-field", &control_length_).limits(1, 19);
        p.add("override-limit", "level also where the parcels differ from their control area by more than 1e-4",
              &override_);
        p.add("ridge-field", "field with the share of unmapped ridges, as KCXS", &ridge_field_);
        p.add("ridge-table", "CSV of the shares: columns GDPDJB, GDLX, KCXS; instead of a field", &ridge_table_).path();
        p.add("slope-field", "field with the slope class, with ridge-table", &slope_field_);
        p.add("terrace-field", "field that says terrace or slope (TT, PD), with ridge-table", &terrace_field_);
        p.add("class-field", "field with the land class: makes the ledger table 'area_table', zones by class",
              &class_field_);
        p.add("unit", "of the table of classes", &unit_).choices({"m2", "ha", "mu"});
        p.add("class-order", "which classes take the remainder of rounding first", &class_order_)
            .choices({"area", "code-descending"});
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        source_ = inputs[0].layer;
        const auto find = [&](const std::string& name) -> std::optional<std::size_t> {
            if (name.empty()) return {};
            return field_index(source_.fields, name, context.input_ids[0]);
        };
        key_at_ = find(key_);
        name_at_ = find(name_);
        leading_ =
            parent_.find_first_not_of("0123456789") == std::string::npos && !parent_.empty() ? std::stoul(parent_) : 0;
        if (leading_ == 0) parent_at_ = find(parent_);
        control_field_at_ = find(control_field_);
        control_code_at_ = find(control_code_);
        ridge_at_ = find(ridge_field_);
        class_at_ = find(class_field_);
        if (!ridge_table_.empty()) plan_ridge_table(find, context);
        if (!control_.empty() && !control_field_.empty())
            throw UsageError("control areas come from 'control' or from 'control-field', not from both");
        if (levels() && !control_code_at_)
            throw UsageError("control areas need 'control-code': the field with the parcels' codes");
        if (!control_.empty()) context.files->push_back(control_);
        if (!ridge_field_.empty() && !ridge_table_.empty())
            throw UsageError("shares of ridges come from 'ridge-field' or from 'ridge-table', not from both");
        if ((levels() || ridges() || class_at_) && rounding_ == "none") rounding_ = "half-away";
        return Artifact::of(spec_with_columns());
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& layer = *inputs.layers[0];
        measure(layer, context);
        if (levels()) level(layer, context);
        Layer out{spec_with_columns(), {}};
        const bool kept = context.layer_wanted || class_at_;
        if (kept) out.features.resize(layer.features.size());
        Table zones{{"zone", "统计单位", zone_columns}, {}};
        zones.rows.resize(layer.features.size());
        for_each_feature(layer.features.size(), context, [&](std::size_t i) {
            const auto& feature = layer.features[i];
            Feature made{feature.fid, context.layer_wanted ? feature.geometry : Geometry{}, values_of(feature, i)};
            zones.rows[i] = zone_row(made);
            if (kept) out.features[i] = std::move(made);
        });
        context.ledger->put(std::move(zones));
        if (class_at_) context.ledger->put(class_table(out));
        return {std::move(out), {}};
    }

private:
    struct Measured {
        double m2 = 0, geodesic = 0, plane = 0, length = 0;
    };

    [[nodiscard]] bool levels() const { return !control_.empty() || !control_field_.empty(); }
    [[nodiscard]] bool ridges() const { return ridge_at_ || !ridge_table_.empty(); }
    [[nodiscard]] Rounding rounding() const {
        return rounding_ == "half-even" ? Rounding::half_even : Rounding::half_away;
    }

    template <class Find>
    void plan_ridge_table(Find find, PlanContext& context) {
        slope_at_ = find(slope_field_);
        terrace_at_ = find(terrace_field_);
        if (!slope_at_ || !terrace_at_) throw UsageError("'ridge-table' needs 'slope-field' and 'terrace-field'");
        context.files->push_back(ridge_table_);
        ridge_shares_.emplace(ridge_table_);
    }

    [[nodiscard]] LayerSpec spec_with_columns() const {
        LayerSpec spec = source_;
        if (cross_check_) {
            spec.fields.push_back({"geodesic_area", FieldType::area, "m2", "测地线面积"});
            spec.fields.push_back({"plane_area", FieldType::area, "m2", "平面面积"});
        }
        if (ridges()) {
            spec.fields.push_back({"ridge_area", FieldType::area, "m2", "扣除地类面积"});
            spec.fields.push_back({"net_area", FieldType::area, "m2", "图斑地类面积"});
        }
        if (length_) spec.fields.push_back({"length", FieldType::real, "m", "椭球长度"});
        spec.fields.push_back({field_, FieldType::area, "m2", "椭球面积"});
        return spec;
    }

    template <class Work>
    static void for_each_feature(std::size_t count, const RunContext& context, Work work) {
        context.parallel((count + at_once - 1) / at_once, [&](std::size_t chunk) {
            for (std::size_t i = chunk * at_once; i < std::min(count, (chunk + 1) * at_once); ++i) work(i);
        });
    }

    void measure(const Layer& layer, RunContext& context) {
        const auto plane =
            survey_crs_.empty() ? survey_plane_for(bounds(layer, context.parallel), source_.crs) : survey_crs_;
        const auto model = edges_ == "geodesic"     ? EdgeModel::geodesic
                           : edges_ == "geographic" ? EdgeModel::geographic
                                                    : EdgeModel::plane;
        const SurveyArea area(source_.crs, plane, max_edge_, model);
        measured_.assign(layer.features.size(), {});
        for_each_feature(measured_.size(), context,
                         [&](std::size_t i) { measure_one(area, layer.features[i].geometry, measured_[i]); });
        units_.clear();
        for (const auto& m : measured_)
            units_.push_back(rounding_ == "none" ? Area::from_m2(m.m2).units() : cents_of(m.m2, rounding()) * 100);
        if (cross_check_) tell_cross_check(layer, context);
    }

    void measure_one(const SurveyArea& area, const Geometry& geometry, Measured& m) const {
        m.m2 = area.m2(geometry);
        if (length_) m.length = area.length_m(geometry);
        if (!cross_check_) return;
        m.geodesic = area.geodesic_m2(geometry);
        m.plane = area.plane_m2(geometry);
    }

    void tell_cross_check(const Layer& layer, RunContext& context) const {
        double largest = 0, sum = 0, geodesic = 0, plane = 0;
        std::int64_t fid = 0;
        for (std::size_t i = 0; i < measured_.size(); ++i) {
            const auto& m = measured_[i];
            sum += m.m2;
            geodesic += m.geodesic;
            plane += m.plane;
            const double relative = m.geodesic > 0 ? std::abs(m.m2 / m.geodesic - 1) : 0;
            if (relative > largest) {
                largest = relative;
                fid = layer.features[i].fid;
            }
        }
        context.note(
            fmt::format("cross-check: sum {:.2f} m2, geodesic {:.2f} m2 ({:+.3g}), survey plane {:.2f} m2 "
                        "({:+.3g}); largest difference from geodesics {:.3g}, feature {}",
                        sum, geodesic, sum / geodesic - 1, plane, plane / sum - 1, largest, fid));
    }

    // -- control areas

    void level(const Layer& layer, RunContext& context) {
        std::vector<std::string> codes;
        std::vector<std::int64_t> cents;
        for (std::size_t i = 0; i < layer.features.size(); ++i) {
            codes.push_back(to_text(layer.features[i].values[*control_code_at_]));
            cents.push_back(units_[i] / 100);
        }
        const auto result = levelled_to_controls(cents, codes, targets(layer, codes), override_);
        for (std::size_t i = 0; i < units_.size(); ++i) units_[i] = result.values[i] * 100;
        Table table{{"area_control",
                     "控制面积",
                     {{"zone", FieldType::text, "", "单位代码"},
                      {"parcels", FieldType::integer, "", "图斑数"},
                      {"before", FieldType::area, "m2", "调平前面积"},
                      {"control", FieldType::area, "m2", "控制面积"},
                      {"residual", FieldType::area, "m2", "差值"},
                      {"factor", FieldType::real, "1", "平差系数"}}},
                    {}};
        for (const auto& row : result.rows) {
            table.rows.push_back({row.code, static_cast<std::int64_t>(row.values), row.before * 100, row.target * 100,
                                  (row.target - row.before) * 100, row.factor});
            if (row.factor != 1)
                context.note(
                    fmt::format("{}: adjusted in proportion, by {:.10f}, before levelling", row.code, row.factor));
        }
        context.ledger->put(table);
    }

    std::map<std::string, std::int64_t> targets(const Layer& layer, const std::vector<std::string>& codes) const {
        std::map<std::string, std::int64_t> out;
        if (!control_.empty()) {
            const Table table = read_csv(control_);
            const auto code = field_index(table.spec.columns, "code", control_);
            const auto area = field_index(table.spec.columns, "area", control_);
            for (const auto& row : table.rows) {
                if (!out.emplace(to_text(row[code]), cents_of(number_of(row[area]).value_or(0))).second)
                    throw DataError(fmt::format("{} has two areas for {}", control_, to_text(row[code])));
            }
            return out;
        }
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const auto target = cents_of(number_of(layer.features[i].values[*control_field_at_]).value_or(0));
            const auto code = codes[i].substr(0, static_cast<std::size_t>(control_length_));
            if (out.emplace(code, target).first->second != target)
                throw DataError(fmt::format("feature {}: another control area of {} than the features before it",
                                            layer.features[i].fid, code));
        }
        return out;
    }

    // -- columns and tables

    /// A feature's own values and the columns that are added.
    std::vector<Value> values_of(const Feature& feature, std::size_t i) const {
        constexpr std::size_t most_added = 6;
        std::vector<Value> values;
        values.reserve(feature.values.size() + most_added);
        values.insert(values.end(), feature.values.begin(), feature.values.end());
        if (cross_check_) {
            values.emplace_back(Area::from_m2(measured_[i].geodesic).units());
            values.emplace_back(Area::from_m2(measured_[i].plane).units());
        }
        if (ridges()) {
            const auto ridge = ridge_cents(units_[i] / 100, share_of(feature), rounding()) * 100;
            values.emplace_back(ridge);
            values.emplace_back(units_[i] - ridge);
        }
        if (length_) values.emplace_back(measured_[i].length);
        values.emplace_back(units_[i]);
        return values;
    }

    double share_of(const Feature& feature) const {
        if (ridge_at_) return number_of(feature.values[*ridge_at_]).value_or(0);
        return ridge_shares_->at(to_text(feature.values[*slope_at_]), to_text(feature.values[*terrace_at_]),
                                 feature.fid);
    }

    std::string key_of(const Feature& feature) const {
        return key_at_ ? to_text(feature.values[*key_at_]) : std::to_string(feature.fid);
    }

    std::vector<Value> zone_row(const Feature& feature) const {
        std::string key = key_of(feature);
        std::vector<Value> row;
        row.reserve(zone_columns.size() + 1);  // a table's own key comes before
        row.resize(zone_columns.size());
        row[0] = source_.name;
        if (name_at_) row[2] = feature.values[*name_at_];
        row[3] = parent_of(feature, key);
        row[1] = std::move(key);
        row[4] = feature.values.back();
        return row;
    }

    Value parent_of(const Feature& feature, const std::string& key) const {
        if (parent_at_) return feature.values[*parent_at_];
        if (leading_ > 0) return key.substr(0, leading_);
        return {};
    }

    /// Zones (or parents) by class, brought to the unit last of all (unit_table).
    Table class_table(const Layer& layer) const {
        std::map<std::string, std::map<std::string, Area>> sums;
        std::map<std::string, std::size_t> classes;
        for (const auto& feature : layer.features) {
            const auto code = to_text(feature.values[*class_at_]);
            const auto key = key_of(feature);
            const auto parent = parent_of(feature, key);
            sums[std::holds_alternative<std::monostate>(parent) ? source_.name : to_text(parent)][code] +=
                Area{std::get<std::int64_t>(feature.values.back())};
            classes.emplace(code, 0);
        }
        std::size_t next = 0;
        for (auto& [code, at] : classes) at = next++;
        std::vector<std::vector<Area>> records;
        std::vector<std::string> zones;
        for (const auto& [zone, by_class] : sums) {
            auto& record = records.emplace_back(classes.size());
            for (const auto& [code, area] : by_class) record[classes.at(code)] = area;
            zones.push_back(zone);
        }
        const auto order = class_order_ == "area" ? ClassOrder::by_area : ClassOrder::by_code_descending;
        const std::int64_t least = unit_ == "ha" ? 100 : unit_ == "mu" ? 1500 : 1'000'000;  // 1 ha
        return printed(unit_table(records, zones, print_unit(unit_, 2), least, order), zones, classes);
    }

    Table printed(const UnitTable& table, const std::vector<std::string>& zones,
                  const std::map<std::string, std::size_t>& classes) const {
        Table out{{"area_table",
                   "分类面积表",
                   {{"layer", FieldType::text, "", "图层"},
                    {"zone", FieldType::text, "", "单位代码"},
                    {"class", FieldType::text, "", "地类编码"},
                    {"area", FieldType::real, unit_, "面积"}}},
                  {}};
        std::int64_t sum = 0;
        for (std::size_t z = 0; z < zones.size(); ++z) {
            for (const auto& [code, at] : classes) {
                const auto steps = table.classes[z][at];
                sum += steps;
                if (steps != 0) out.rows.push_back({source_.name, zones[z], code, static_cast<double>(steps) / 100});
            }
            out.rows.push_back(
                {source_.name, zones[z], std::string("total"), static_cast<double>(table.totals[z]) / 100});
        }
        out.rows.push_back(
            {source_.name, std::string("total"), std::string("total"), static_cast<double>(table.total) / 100});
        if (sum != table.total)
            throw DataError(fmt::format("the table of classes does not close: {} and {} steps of 0.01 {}", sum,
                                        table.total, unit_));
        return out;
    }

    std::string field_ = "ellipsoid_area", key_, name_, parent_, survey_crs_, edges_ = "plane", rounding_ = "none";
    std::string control_, control_field_, control_code_, ridge_field_, ridge_table_,
        slope_field_ = "GDPDJB", terrace_field_ = "GDLX", class_field_, unit_ = "ha", class_order_ = "area";
    double max_edge_ = 70;
    int control_length_ = 12;
    bool cross_check_ = false, override_ = false, length_ = false;
    LayerSpec source_;
    std::size_t leading_ = 0;
    std::optional<std::size_t> key_at_, name_at_, parent_at_, control_field_at_, control_code_at_, ridge_at_, slope_at_,
        terrace_at_, class_at_;
    std::optional<RidgeTable> ridge_shares_;
    std::vector<Measured> measured_;
    std::vector<std::int64_t> units_;
};

}  // namespace

std::unique_ptr<Step> make_polygon_area() { return std::make_unique<PolygonArea>(); }

}  // namespace linmu

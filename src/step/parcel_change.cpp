// SPDX-License-Identifier: MIT
#include "linmu/algo/parcel_change.hpp"

#include <fmt/format.h>

#include <memory>

#include "change_fold.hpp"
#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/io/crosswalk.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class ParcelChangeStep final : public ChangeFold {
public:
    StepInfo info() const override {
        return {"parcel-change",
                "图斑变化",
                "Tells for each parcel if it changed between two class maps, as a whole or in part, or can't be told; "
                "flows by parcel into "
                "'parcel_change' and 'parcel_flow'. A suspicion (疑似) until verified in the field.",
                "measure",
                {{.name = "before", .kind = ArtifactKind::raster, .help = "class map of the earlier epoch"},
                 {.name = "after", .kind = ArtifactKind::raster, .help = "class map of the later epoch"},
                 {.name = "parcels", .kind = ArtifactKind::layer, .help = "parcels"},
                 {.name = "survey",
                  .kind = ArtifactKind::layer,
                  .help = "parcels of the earlier survey, which tells their class before",
                  .optional = true}},
                ArtifactKind::layer,
                2,
                false};
    }

    void declare(Params& p) override {
        p.add("key", "field with the parcel's code", &key_).required();
        p.add("zone", "field with the code of the parcel's place", &zone_).required();
        p.add("zone-digits", "leading characters of it that name the zone: 12 for a village, 9 for a township; 0: all",
              &zone_digits_)
            .limits(0, 19);
        p.add("survey-class", "field of the earlier survey with its class code", &survey_class_);
        p.add("crosswalk", "from the survey's codes to classes of the map (data/crosswalks)", &crosswalk_name_);
        p.add("whole-share", "share of a parcel from which it changed as a whole", &rule_.whole_share).limits(0.01, 1);
        p.add("least-part", "a changed part of this size is reported", &least_part_).unit("m2").limits(0, 1e6);
        p.add("least-part-built", "the same where the later class is built-up", &least_part_built_)
            .unit("m2")
            .limits(0, 1e6);
        p.add("least-cells", "parcels with fewer whole cells are too small to tell", &least_cells_).limits(0, 1000);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        grid_ = inputs[0].raster.grid;
        const auto& before = inputs[0].raster.bands.at(0);
        const auto& after = inputs[1].raster.bands.at(0);
        if (before.kind != BandKind::code || before.legend != after.legend)
            throw DataError("the two maps must hold classes of one legend");
        names_ = ClassNames(before.legend);
        source_ = inputs[2].layer;
        key_at_ = field_index(source_.fields, key_, context.input_ids[2]);
        zone_at_ = field_index(source_.fields, zone_, context.input_ids[2]);
        if (inputs.size() > 3) plan_survey(inputs[3].layer, before.legend, context);
        set_rule(before.legend);
        LayerSpec spec{source_.name + "_change", source_.crs, {}};
        spec.fields = {
            {"parcel", FieldType::text, "", "图斑标识"},    {"zone", FieldType::text, "", "单位代码"},
            {"before", FieldType::text, "", "前地类"},      {"after", FieldType::text, "", "后地类"},
            {"status", FieldType::text, "", "判定"},        {"area", FieldType::area, "m2", "图斑面积"},
            {"changed", FieldType::area, "m2", "变化面积"}, {"changed_share", FieldType::real, "", "变化比例"},
            {"change", FieldType::text, "", "耕地变化"}};
        made_ = spec;
        return Artifact::of(std::move(spec));
    }

    void start(std::span<const Layer* const> layers, RunContext& context) override {
        parcels_ = layers[0];
        zones_ = std::make_unique<ZoneCoverage>(parcels_, key_at_, grid_, context);
        if (layers.size() > 1) find_known(*layers[1]);
    }

    Made finish(RunContext& context) override {
        Layer layer{made_, {}};
        std::map<std::string, std::int32_t> zone_numbers;
        ChangeAreas flows;
        for (std::size_t i = 0; i < zones_->size(); ++i) {
            const ParcelChange change = parcel_change(evidence(i), rule_);
            const std::string zone = zone_of(parcels_->features[i]);
            const auto number =
                zone_numbers.try_emplace(zone, static_cast<std::int32_t>(zone_numbers.size())).first->second;
            add_parcel(flows, number, change);
            layer.features.push_back({parcels_->features[i].fid, parcels_->features[i].geometry, row(i, zone, change)});
        }
        context.ledger->put(table_of(layer));
        context.ledger->put(flow_table(flows, zone_numbers));
        names_.record(*context.ledger);
        return {std::move(layer), {}};
    }

private:
    void plan_survey(const LayerSpec& survey, const std::string& legend, const PlanContext& context) {
        survey_class_at_ = field_index(survey.fields, survey_class_, context.input_ids[3]);
        crosswalk_ = load_crosswalk(crosswalk_name_);
        context.files->push_back(find_data_file("crosswalks", crosswalk_name_));
        if (crosswalk_.to != legend)
            throw DataError(fmt::format("crosswalk '{}' leads to legend '{}', the maps have '{}'", crosswalk_.id,
                                        crosswalk_.to, legend));
    }

    /// A parcel was what the earlier survey's parcel around its inner point was.
    void find_known(const Layer& survey) {
        const Transform to_survey(parcels_->spec.crs, survey.spec.crs);
        std::vector<Box> boxes;
        for (const auto& feature : survey.features) boxes.push_back(bounds(feature.geometry));
        const BoxIndex index(boxes);
        known_.resize(parcels_->features.size());
        for (std::size_t i = 0; i < known_.size(); ++i) {
            if (parcels_->features[i].geometry.polygons.empty()) continue;
            const Point p = to_survey(inner_point(parcels_->features[i].geometry));
            for (const auto k : index.touching({p.x, p.y, p.x, p.y})) {
                if (!contains(survey.features[k].geometry, p)) continue;
                const auto known = crosswalk_.classes.find(to_text(survey.features[k].values[survey_class_at_]));
                if (known != crosswalk_.classes.end()) known_[i] = known->second;
                break;
            }
        }
    }

    void set_rule(const std::string& legend) {
        rule_.least_cells = least_cells_;
        rule_.least_part = Area::from_m2(least_part_);
        if (const auto built = names_.find("built"); !legend.empty() && built)
            rule_.least_part_of[*built] = Area::from_m2(least_part_built_);
    }

    ParcelEvidence evidence(std::size_t i) const {
        ParcelEvidence e;
        e.parcel = static_cast<std::int32_t>(i);
        e.area = zones_->polygon_area(i);
        e.pure_cells = zones_->inside_cells(i);
        e.flows = flows_of(sums_, e.parcel);
        if (!known_.empty()) e.known = known_[i];
        return e;
    }

    std::string zone_of(const Feature& feature) const {
        const std::string code = to_text(feature.values[zone_at_]);
        return zone_digits_ > 0 ? code.substr(0, static_cast<std::size_t>(zone_digits_)) : code;
    }

    std::vector<Value> row(std::size_t i, const std::string& zone, const ParcelChange& change) const {
        Value share;
        if (change.changed_share == change.changed_share) share = change.changed_share;
        return {zones_->key(i),
                zone,
                names_.key(change.before),
                names_.key(change.after),
                std::string(to_string(change.status)),
                change.area.units(),
                change.changed.units(),
                share,
                flow_name(change)};
    }

    /// What the map is drawn by: farmland lost, gained, other change, none.
    std::string flow_name(const ParcelChange& change) const {
        if (change.status != ParcelStatus::changed) return std::string(to_string(change.status));
        const bool was = names_.key(change.before) == "cropland";
        const bool is = names_.key(change.after) == "cropland";
        return was && !is ? "outflow" : is && !was ? "inflow" : "other change";
    }

    static Table table_of(const Layer& layer) {
        Table table{{"parcel_change", "图斑变化", layer.spec.fields}, {}};
        for (const auto& feature : layer.features) table.rows.push_back(feature.values);
        return table;
    }

    Table flow_table(const ChangeAreas& flows, const std::map<std::string, std::int32_t>& numbers) const {
        std::vector<std::string> zones(numbers.size());
        for (const auto& [zone, number] : numbers) zones[static_cast<std::size_t>(number)] = zone;
        Table table{{"parcel_flow",
                     "图斑流向",
                     {{"zone", FieldType::text, "", "单位代码"},
                      {"from_class", FieldType::text, "", "前地类"},
                      {"to_class", FieldType::text, "", "后地类"},
                      {"area", FieldType::area, "m2", "面积"}}},
                    {}};
        for (const auto& [key, area] : flows) {
            table.rows.push_back(
                {zones[static_cast<std::size_t>(key.zone)], names_.key(key.from), names_.key(key.to), area.units()});
        }
        return table;
    }

    std::string key_, zone_, survey_class_ = "DLBM", crosswalk_name_ = "dltb-landcover";
    std::size_t survey_class_at_ = 0;
    Crosswalk crosswalk_;
    std::vector<std::optional<std::int32_t>> known_;
    int zone_digits_ = 12, least_cells_ = 6;
    double least_part_ = 400, least_part_built_ = 200;
    ParcelRule rule_;
    Grid grid_;
    LayerSpec source_, made_;
    std::size_t key_at_ = 0, zone_at_ = 0;
    ClassNames names_;
    const Layer* parcels_ = nullptr;
};

}  // namespace

std::unique_ptr<Step> make_parcel_change() { return std::make_unique<ParcelChangeStep>(); }

}  // namespace linmu

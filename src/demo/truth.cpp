// SPDX-License-Identifier: MIT
#include "linmu/demo/truth.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include "fields.hpp"
#include "index.hpp"

namespace linmu::demo {
namespace {

using ClassAreas = std::array<Area, land_classes>;

ClassAreas class_areas(const Landscape& landscape, const VillageSurvey& survey, int year_index) {
    ClassAreas areas{};
    for (const auto& parcel : survey.parcels[index(year_index)]) {
        areas[static_cast<std::size_t>(landscape.land(parcel.unit, year_index))] += parcel.area;
    }
    return areas;
}

void add_class_rows(Table& table, const std::vector<Value>& key, const ClassAreas& areas) {
    for (std::size_t c = 1; c < areas.size(); ++c) {
        auto row = key;
        row.emplace_back(std::string(land_key(static_cast<Land>(c))));
        row.emplace_back(areas[c].units());
        table.rows.push_back(std::move(row));
    }
}

}  // namespace

Table area_truth(const Landscape& landscape, const std::vector<VillageSurvey>& surveys) {
    Table table{{"area_truth",
                 "各村各类面积",
                 {whole("year", "年份"), text("village", "村代码"), text("village_name", "村名"), text("class", "类别"),
                  area_field("area", "面积")}},
                {}};
    for (int y = 0; y < 2; ++y) {
        for (std::size_t v = 0; v < surveys.size(); ++v) {
            const auto& village = landscape.plan().villages()[v];
            add_class_rows(table, {std::int64_t{landscape.years()[index(y)]}, village.code, village.name},
                           class_areas(landscape, surveys[v], y));
        }
    }
    return table;
}

Table county_truth(const Landscape& landscape, const std::vector<VillageSurvey>& surveys) {
    Table table{
        {"county_truth", "全县各类面积", {whole("year", "年份"), text("class", "类别"), area_field("area", "面积")}},
        {}};
    for (int y = 0; y < 2; ++y) {
        ClassAreas sum{};
        for (const auto& survey : surveys) {
            const auto areas = class_areas(landscape, survey, y);
            for (std::size_t c = 0; c < sum.size(); ++c) sum[c] += areas[c];
        }
        add_class_rows(table, {std::int64_t{landscape.years()[index(y)]}}, sum);
    }
    return table;
}

Table flow_truth(const Landscape& landscape, const std::vector<VillageSurvey>& surveys) {
    Table table{{"farmland_flows",
                 "耕地流入流出",
                 {text("flow", "流向"), text("village", "村代码"), text("from", "变更前"), text("to", "变更后"),
                  text("code_from", "变更前地类"), text("code_to", "变更后地类"), area_field("area", "面积")}},
                {}};
    for (std::size_t v = 0; v < surveys.size(); ++v) {
        for (const auto& piece : surveys[v].changes) {
            const auto from = landscape.land(piece.unit, 0);
            const auto to = landscape.land(piece.unit, 1);
            if (from != Land::cropland && to != Land::cropland) continue;
            const auto& unit = landscape.units()[index(piece.unit)];
            table.rows.push_back(
                {std::string(from == Land::cropland ? "out" : "in"), landscape.plan().villages()[v].code,
                 std::string(land_key(from)), std::string(land_key(to)),
                 survey_class(unit.state[0], landscape.years()[0], unit.irrigated).code,
                 survey_class(unit.state[1], landscape.years()[1], unit.irrigated).code, piece.area.units()});
        }
    }
    return table;
}

Table change_truth(const Landscape& landscape, const std::vector<VillageSurvey>& surveys) {
    struct Sum {
        std::int64_t pieces = 0;
        Area area;
    };
    std::map<std::pair<Land, Land>, Sum> sums;
    for (const auto& survey : surveys) {
        for (const auto& piece : survey.changes) {
            auto& sum = sums[{landscape.land(piece.unit, 0), landscape.land(piece.unit, 1)}];
            ++sum.pieces;
            sum.area += piece.area;
        }
    }
    Table table{{"changes",
                 "类别变化",
                 {text("from", "变更前"), text("to", "变更后"), whole("pieces", "图斑数"), area_field("area", "面积")}},
                {}};
    for (const auto& [key, sum] : sums) {
        table.rows.push_back(
            {std::string(land_key(key.first)), std::string(land_key(key.second)), sum.pieces, sum.area.units()});
    }
    return table;
}

Table walnut_truth(const Landscape& landscape, const std::vector<VillageSurvey>& surveys) {
    constexpr std::array ages{"1-5", "6-10", "11-20", "over 20"};
    Table table{{"walnut_ages", "核桃园龄级", {whole("year", "年份"), text("age", "龄级"), area_field("area", "面积")}},
                {}};
    for (int y = 0; y < 2; ++y) {
        std::array<Area, ages.size()> sums{};
        const int year = landscape.years()[index(y)];
        for (const auto& survey : surveys) {
            for (const auto& parcel : survey.parcels[index(y)]) {
                const auto& state = landscape.units()[index(parcel.unit)].state[index(y)];
                if (state.kind != Kind::walnut) continue;
                const int age = state.planted == 0 ? 99 : year - state.planted;
                sums[age <= 5 ? 0 : age <= 10 ? 1 : age <= 20 ? 2 : 3] += parcel.area;
            }
        }
        for (std::size_t a = 0; a < ages.size(); ++a)
            table.rows.push_back({std::int64_t{year}, std::string(ages[a]), sums[a].units()});
    }
    return table;
}

Table plot_truth(const Landscape& landscape, const std::vector<PlotSurvey>& surveys) {
    Table table{{"plots",
                 "造林小班真值",
                 {text("plot", "小班编号"), text("work", "工程类别"), whole("year", "造林年度"),
                  area_field("designed", "设计面积"), number("reported_mu", "mu", "上报面积"),
                  area_field("planted", "实际造林面积"), number("canopy", "1", "郁闭度"), text("class", "类别"),
                  text("repeats", "重报小班")}},
                {}};
    const auto& plots = landscape.plots();
    const auto name = [](std::size_t i) { return fmt::format("140722{:04}", i + 1); };
    for (std::size_t i = 0; i < plots.size(); ++i) {
        const auto& plot = plots[i];
        const auto unit = landscape.seeds()[index(plot.seeds.front())].unit;
        const double canopy = plot.planted.empty() ? 0 : crown_cover(plot.species, landscape.years()[1] - plot.year);
        table.rows.push_back({name(i), plot.work, std::int64_t{plot.year}, surveys[i].design_area.units(),
                              std::round(surveys[i].design_area.mu() * plot.boast * 10) / 10,
                              surveys[i].planted_area.units(), std::round(canopy * 100) / 100,
                              std::string(land_key(landscape.land(unit, 1))),
                              plot.repeats < 0 ? Value{} : Value{name(index(plot.repeats))}});
    }
    return table;
}

}  // namespace linmu::demo

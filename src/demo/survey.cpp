// SPDX-License-Identifier: MIT
#include "linmu/demo/survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fields.hpp"
#include "index.hpp"
#include "linmu/core/random.hpp"
#include "linmu/demo/names.hpp"
#include "linmu/geo/crs.hpp"

namespace linmu::demo {
namespace {

double cents(double x) { return std::round(x * 100) / 100; }

LayerSpec admin_spec(const char* name, const char* code, const char* title) {
    return {name,
            survey_crs,
            {text("BSM", "标识码"), text("YSDM", "要素代码"), text(code, "代码"), text(title, "名称"),
             text("SSDM", "所属代码"), number("DCMJ", "m2", "调查面积"), number("JSMJ", "m2", "计算面积"),
             text("MSSM", "描述说明"), text("HDMC", "海岛名称"), text("BZ", "备注")}};
}

void add_realm(Layer& layer, const char* feature_code, const std::string& code, const std::string& name,
               const std::string& parent, Area area, Geometry geometry) {
    const auto fid = static_cast<std::int64_t>(layer.features.size()) + 1;
    const double m2 = cents(area.m2());
    layer.features.push_back({fid,
                              std::move(geometry),
                              {fmt::format("{}{:012}", county_code, 8000000LL + fid),
                               std::string(feature_code),
                               code,
                               name,
                               parent,
                               m2,
                               m2,
                               std::string("00"),
                               {},
                               {}}});
}

Area area_of(const VillageSurvey& survey) {
    Area sum;
    for (const auto& parcel : survey.parcels[0]) sum += parcel.area;
    return sum;
}

const char* species_name(Kind kind) {
    switch (kind) {
        case Kind::pine: return "油松";
        case Kind::locust: return "刺槐";
        case Kind::poplar: return "杨树";
        case Kind::walnut: return "核桃";
        default: return "连翘";
    }
}

}  // namespace

AdminLayers admin_layers(const Landscape& landscape, const std::vector<VillageSurvey>& surveys) {
    const auto& plan = landscape.plan();
    AdminLayers layers{{admin_spec("CJDCQ", "ZLDWDM", "ZLDWMC"), {}},
                       {admin_spec("XZQ", "XZQDM", "XZQMC"), {}},
                       {admin_spec("XJXZQ", "XZQDM", "XZQMC"), {}}};
    std::vector<std::vector<Edge>> township_edges(plan.townships().size());
    std::vector<Area> township_areas(plan.townships().size());
    std::vector<Edge> county_edges;
    Area county_area;
    for (std::size_t v = 0; v < surveys.size(); ++v) {
        const auto& village = plan.villages()[v];
        const auto& survey = surveys[v];
        const auto area = area_of(survey);
        const auto t = index(village.township);
        add_realm(layers.villages, "1000600100", village.code + "0000000", village.name, plan.townships()[t].code, area,
                  surveyed(survey.outline, landscape.size()));
        township_edges[t].insert(township_edges[t].end(), survey.township_outline.begin(),
                                 survey.township_outline.end());
        township_areas[t] += area;
        county_edges.insert(county_edges.end(), survey.county_outline.begin(), survey.county_outline.end());
        county_area += area;
    }
    for (std::size_t t = 0; t < plan.townships().size(); ++t) {
        const auto& township = plan.townships()[t];
        add_realm(layers.townships, "1000600200", township.code, township.name, county_code, township_areas[t],
                  surveyed(township_edges[t], landscape.size()));
    }
    add_realm(layers.county, "1000600300", county_code, county_name, "1407", county_area,
              surveyed(county_edges, landscape.size()));
    return layers;
}

Layer works_layer(const Landscape& landscape, const std::vector<PlotSurvey>& surveys) {
    Layer layer{
        {"ZLXB",
         survey_crs,
         {text("XBBH", "小班编号"), text("XIANG", "乡"), text("CUN", "村"), text("CUNMC", "村名"),
          text("GCLB", "工程类别"), text("SZ", "树种"), whole("ZLND", "造林年度"), number("SJMJ", "mu", "设计面积"),
          number("SBMJ", "mu", "上报面积"), whole("MMZS", "每亩株数"), text("SGDW", "施工单位"), text("BZ", "备注")}},
        {}};
    const auto& plots = landscape.plots();
    for (std::size_t i = 0; i < plots.size(); ++i) {
        const auto& plot = plots[i];
        const auto& village = landscape.plan().villages()[index(landscape.seeds()[index(plot.seeds.front())].village)];
        const double mu = surveys[i].design_area.mu();
        const auto stems =
            plot.work == "封山育林" ? Value{} : Value{std::int64_t{plot.species == Kind::walnut ? 22 : 110}};
        layer.features.push_back({static_cast<std::int64_t>(i) + 1,
                                  surveys[i].design,
                                  {fmt::format("{}{:04}", county_code, i + 1),
                                   village.code.substr(0, 9),
                                   village.code,
                                   village.name,
                                   plot.work,
                                   std::string(species_name(plot.species)),
                                   std::int64_t{plot.year},
                                   std::round(mu * 10) / 10,
                                   std::round(mu * plot.boast * 10) / 10,
                                   stems,
                                   village.name + "造林专业队",
                                   {}}});
    }
    return layer;
}

Layer roads_layer(const Landscape& landscape) {
    Layer layer{{"DL",
                 survey_crs,
                 {text("LXDM", "路线代码"), text("LXMC", "路线名称"), text("LXDJ", "等级"), number("KD", "m", "宽度")}},
                {}};
    for (const auto& road : landscape.plan().roads()) {
        if (landscape.plan().village_of(road.line[road.line.size() / 2]) < 0) continue;
        layer.features.push_back({static_cast<std::int64_t>(layer.features.size()) + 1,
                                  surveyed(road.line, landscape.size()),
                                  {road.name, road.name + (road.paved ? "线" : "支线"),
                                   std::string(road.paved ? "县道" : "乡道"), road.width}});
    }
    return layer;
}

Layer trees_layer(const Landscape& landscape) {
    Layer layer{{"GSMM",
                 survey_crs,
                 {text("BH", "编号"), text("SZ", "树种"), whole("SL", "树龄"), number("XJ", "cm", "胸径"),
                  number("SG", "m", "树高"), text("CUN", "村")}},
                {}};
    std::vector<Spot> places;
    for (const auto& seed : landscape.seeds()) {
        const auto& state = landscape.units()[index(seed.unit)].state[1];
        const bool old_orchard = state.kind == Kind::walnut && state.planted < landscape.years()[0] - 10;
        if (seed.village < 0 || (!old_orchard && state.kind != Kind::intercropped) ||
            random_unit(seed.hash, 111) > 0.45)
            continue;
        const double age = 80 + 220 * random_unit(seed.hash, 112) * random_unit(seed.hash, 113);
        places.push_back(seed.at);
        const auto fid = static_cast<std::int64_t>(layer.features.size()) + 1;
        layer.features.push_back(
            {fid,
             {},
             {fmt::format("{}G{:04}", county_code, fid), std::string("核桃"), static_cast<std::int64_t>(age),
              std::round(25 + age * 0.32), std::round(80 + 9 * std::sqrt(age)) / 10,
              landscape.plan().villages()[index(seed.village)].code}});
    }
    const auto placed = surveyed(places, landscape.size());
    for (std::size_t i = 0; i < places.size(); ++i) layer.features[i].geometry.points = {placed.lines.front()[i]};
    return layer;
}

Layer in_crs(Layer layer, const std::string& crs) {
    const Transform transform(layer.spec.crs, crs);
    for (auto& feature : layer.features) feature.geometry = transformed(feature.geometry, transform);
    layer.spec.crs = crs;
    return layer;
}

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include "declarations.hpp"

#include <fmt/format.h>

#include <cmath>

#include "fields.hpp"
#include "index.hpp"
#include "linmu/demo/names.hpp"
#include "linmu/geo/topology.hpp"

namespace linmu::demo {
namespace {

double mu_of(const Declaration& d) { return std::round(d.area.mu() * d.boast * 10) / 10; }

}  // namespace

Declarations::Declarations(const CountyView& county, std::string file, std::string name_zh, std::string prefix)
    : county_(&county), file_(std::move(file)), name_zh_(std::move(name_zh)), prefix_(std::move(prefix)) {}

void Declarations::add(Declaration d) {
    if (d.seeds.empty()) return;
    const auto survey = survey_plot(county_->landscape, {.work = d.kind, .seeds = d.seeds, .planted = {}});
    d.ground = survey.design;
    d.area = survey.design_area;
    d.village = county_->landscape.seeds()[index(d.seeds.front())].village;
    all_.push_back(std::move(d));
}

double Declarations::reported_mu() const {
    double sum = 0;
    for (const auto& d : all_) sum += mu_of(d);
    return sum;
}

Area Declarations::located() const {
    Area sum;
    for (const auto& d : all_) sum += d.area;
    return sum;
}

std::map<int, Geometry> Declarations::ground(int until) const {
    std::map<int, std::vector<Geometry>> parts;
    for (const auto& d : all_) {
        if (d.year <= until) parts[d.village].push_back(d.ground);
    }
    std::map<int, Geometry> united;
    for (const auto& [village, list] : parts) united[village] = union_of(list);
    return united;
}

OfficeLayer Declarations::layer() const {
    Layer layer{{file_,
                 survey_crs,
                 {text("BH", "编号"), text("LB", "类别"), text("XIANG", "乡"), text("CUN", "村"), text("CUNMC", "村名"),
                  whole("ND", "年度"), number("SBMJ", "mu", "上报面积"), text("SZ", "树种或品种"),
                  text("DW", "实施单位"), text("BZ", "备注")}},
                {}};
    for (const auto& d : all_) {
        const auto& village = county_->landscape.plan().villages()[index(d.village)];
        const auto fid = static_cast<std::int64_t>(layer.features.size()) + 1;
        layer.features.push_back({fid,
                                  d.ground,
                                  {fmt::format("{}{}{:03}", county_code, prefix_, fid),
                                   d.kind,
                                   village.code.substr(0, 9),
                                   village.code,
                                   village.name,
                                   std::int64_t{d.year},
                                   mu_of(d),
                                   d.what,
                                   village.name + (fid % 2 == 1 ? "股份经济合作社" : "核桃专业合作社"),
                                   {}}});
    }
    return {file_, name_zh_, std::move(layer)};
}

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>

#include "linmu/core/random.hpp"
#include "linmu/demo/names.hpp"
#include "linmu/demo/office.hpp"

namespace linmu::demo {
namespace {

std::size_t index(int i) { return static_cast<std::size_t>(i); }
double cents(double x) { return std::round(x * 100) / 100; }
Field text(const char* name, const char* zh) { return {name, FieldType::text, "", zh}; }
Field number(const char* name, const char* unit, const char* zh) { return {name, FieldType::real, unit, zh}; }

bool is_field(const State& state) { return land_of(state, 0) == Land::cropland; }

// ---- Permanent basic farmland (永久基本农田): parcels of the first survey that may never be anything else. ----

/// Most of the gentle fields and a few of the steep ones, parcel by parcel.
bool is_basic(const Landscape& landscape, const Unit& unit) {
    const double luck = random_unit(landscape.seed() ^ 401, static_cast<std::uint64_t>(unit.parcel[0]));
    return is_field(unit.state[0]) && luck < (slope_class(unit.slope) <= 3 ? 0.8 : 0.1);
}

LayerSpec basic_farmland_spec() {
    return {
        "YJJBNTTB",
        survey_crs,
        {text("BSM", "标识码"), text("YSDM", "要素代码"), text("JBNTTBBH", "基本农田图斑编号"),
         text("DLBM", "地类编码"), text("DLMC", "地类名称"), text("QSXZ", "权属性质"), text("ZLDWDM", "坐落单位代码"),
         text("ZLDWMC", "坐落单位名称"), text("PDJB", "坡度级别"), number("TKXS", "1", "田坎系数"),
         number("TKMJ", "m2", "田坎面积"), number("TBMJ", "m2", "图斑面积"), number("JBNTMJ", "m2", "基本农田面积")}};
}

OfficeLayer basic_farmland(const CountyView& county) {
    Layer layer{basic_farmland_spec(), {}};
    for (std::size_t v = 0; v < county.villages.size(); ++v) {
        const auto& village = county.landscape.plan().villages()[v];
        for (const auto& parcel : county.villages[v].parcels[0]) {
            const auto& unit = county.landscape.units()[index(parcel.unit)];
            if (!is_basic(county.landscape, unit)) continue;
            const auto survey = survey_class(unit.state[0], county.landscape.years()[0], unit.irrigated);
            const auto fid = static_cast<std::int64_t>(layer.features.size()) + 1;
            const int slope = slope_class(unit.slope);
            const double m2 = cents(parcel.area.m2());
            const double ridges = cents(m2 * ridge_share(slope));
            layer.features.push_back({fid,
                                      parcel.geometry,
                                      {fmt::format("{}{:012}", county_code, 6000000LL + fid), std::string("2005010300"),
                                       fmt::format("{}{:05}", county_code, fid), survey.code, survey.name,
                                       std::string("30"), village.code + "0000000", village.name, std::to_string(slope),
                                       ridge_share(slope), ridges, m2, cents(m2 - ridges)}});
        }
    }
    return {"yjjbnt", "永久基本农田图斑", std::move(layer)};
}

}  // namespace

Office farming_office(const CountyView& county) {
    Office office;
    office.layers.push_back(basic_farmland(county));
    return office;
}

}  // namespace linmu::demo

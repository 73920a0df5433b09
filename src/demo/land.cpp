// SPDX-License-Identifier: MIT
#include "linmu/demo/land.hpp"

#include <cmath>

namespace linmu::demo {
namespace {

bool is_field(Kind kind) { return kind <= Kind::intercropped; }

Land mature_land(Kind kind) {
    switch (kind) {
        case Kind::maize:
        case Kind::millet:
        case Kind::tubers:
        case Kind::wheat:
        case Kind::fallow:
        case Kind::intercropped: return Land::cropland;
        case Kind::walnut: return Land::walnut;
        case Kind::oak:
        case Kind::locust:
        case Kind::poplar: return Land::broadleaf;
        case Kind::pine: return Land::conifer;
        case Kind::forsythia: return Land::forsythia;
        case Kind::thorn: return Land::shrub;
        case Kind::grassland: return Land::grass;
        case Kind::village:
        case Kind::town:
        case Kind::road: return Land::built;
        case Kind::mine:
        case Kind::rock:
        case Kind::felled: return Land::bare;
        case Kind::river:
        case Kind::reservoir:
        case Kind::pond: return Land::water;
    }
    return Land::none;
}

/// What grazes between planted seedlings is grass, wherever they were planted.
constexpr double closed_from = 0.2;

SurveyClass plain_class(Kind kind) {
    switch (kind) {
        case Kind::walnut: return {"0201", "果园", "", ""};
        case Kind::oak:
        case Kind::locust:
        case Kind::poplar:
        case Kind::pine: return {"0301", "乔木林地", "", ""};
        case Kind::forsythia:
        case Kind::thorn: return {"0305", "灌木林地", "", ""};
        case Kind::grassland: return {"0404", "其他草地", "", ""};
        case Kind::village: return {"0702", "农村宅基地", "", ""};
        case Kind::town: return {"0701", "城镇住宅用地", "", ""};
        case Kind::road: return {"1003", "公路用地", "", ""};
        case Kind::mine: return {"0602", "采矿用地", "", ""};
        case Kind::rock: return {"1207", "裸岩石砾地", "", ""};
        case Kind::felled: return {"0307", "其他林地", "", ""};
        case Kind::river: return {"1101", "河流水面", "", ""};
        case Kind::reservoir: return {"1103", "水库水面", "", ""};
        case Kind::pond: return {"1104", "坑塘水面", "", ""};
        default: return {"0103", "旱地", "", ""};
    }
}

}  // namespace

const char* land_key(Land land) {
    constexpr std::array keys{"none",  "cropland", "walnut", "broadleaf", "conifer",  "shrub",
                              "grass", "built",    "water",  "bare",      "forsythia"};
    return keys[static_cast<std::size_t>(land)];
}

double crown_cover(Kind kind, double age) {
    const auto grown = [age](double full, double half_age, double pace) {
        return full / (1 + std::exp(-(age - half_age) / pace));
    };
    switch (kind) {
        case Kind::walnut: return grown(0.74, 6.5, 2.0);
        case Kind::pine: return grown(0.74, 9.5, 2.6);
        case Kind::locust:
        case Kind::poplar:
        case Kind::oak: return grown(0.78, 5.0, 1.6);
        default: return 0;
    }
}

Land land_of(const State& state, int year) {
    const auto land = mature_land(state.kind);
    const bool forest = land == Land::broadleaf || land == Land::conifer;
    if (forest && state.planted > 0 && crown_cover(state.kind, year - state.planted) < closed_from) return Land::grass;
    return land;
}

SurveyClass survey_class(const State& state, int year, bool irrigated) {
    if (is_field(state.kind)) {
        auto out = irrigated ? SurveyClass{"0102", "水浇地", "", ""} : plain_class(state.kind);
        switch (state.kind) {
            case Kind::tubers:
                out.attribute = "FLS";
                out.attribute_name = "种植非粮食作物";
                break;
            case Kind::fallow:
                out.attribute = "WG";
                out.attribute_name = "未耕种";
                break;
            case Kind::intercropped:
                out.attribute = "LLJZ";
                out.attribute_name = "林粮间作";
                break;
            default:
                out.attribute = "LS";
                out.attribute_name = "种植粮食作物";
                break;
        }
        return out;
    }
    auto out = plain_class(state.kind);
    if (land_of(state, year) == Land::grass && state.planted > 0) out = {"0307", "其他林地", "", ""};
    if (state.planted > 0 && is_field(state.before)) {
        if (out.code == "0201" || out.code == "0301" || out.code == "0307") out.code += "K";
        out.attribute = state.kind == Kind::walnut ? "JKHF" : "GCHF";
        out.attribute_name = state.kind == Kind::walnut ? "即可恢复" : "工程恢复";
    }
    return out;
}

}  // namespace linmu::demo

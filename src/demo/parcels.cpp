// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>

#include "index.hpp"
#include "linmu/core/random.hpp"
#include "linmu/demo/names.hpp"
#include "linmu/demo/survey.hpp"

namespace linmu::demo {
namespace {

double cents(double x) { return std::round(x * 100) / 100; }

/// Texts, numbers and whole numbers by the position of their field.
class Record {
public:
    explicit Record(const LayerSpec& spec) : spec_(&spec), values_(spec.fields.size()) {}
    void set(std::string_view name, Value value) {
        values_[field_index(spec_->fields, name, spec_->name)] = std::move(value);
    }
    [[nodiscard]] std::vector<Value> take() { return std::move(values_); }

private:
    const LayerSpec* spec_;
    std::vector<Value> values_;
};

void set_class(Record& record, const Unit& unit, const State& state, int year, double m2) {
    const auto survey = survey_class(state, year, unit.irrigated);
    record.set("DLBM", survey.code);
    record.set("DLMC", survey.name);
    if (!survey.attribute.empty()) {
        record.set("ZZSXDM", survey.attribute);
        record.set("ZZSXMC", survey.attribute_name);
    }
    double ridges = 0;
    if (survey.code.starts_with("01")) {
        const int slope = slope_class(unit.slope);
        record.set("GDPDJB", std::to_string(slope));
        record.set("GDDB", std::int64_t{9 + slope});
        if (slope > 1) {
            const double share = ridge_share(slope);
            ridges = cents(m2 * share);
            record.set("GDLX", std::string("TT"));
            record.set("KCDLBM", std::string("1203"));
            record.set("KCXS", share);
        }
    }
    record.set("TBMJ", m2);
    record.set("KCMJ", ridges);
    record.set("TBDLMJ", cents(m2 - ridges));
    if (survey.code.starts_with("07") || survey.code == "0602")
        record.set("CZCSXM", std::string(survey.code == "0701" ? "202" : survey.code == "0702" ? "203" : "204"));
    if (survey.code == "1003") record.set("XZDWKD", 11.0);
}

void set_place(Record& record, const Village& village, bool of_the_state) {
    record.set("QSXZ", std::string(of_the_state ? "20" : "30"));
    record.set("QSDWDM", village.code + "0000000");
    record.set("QSDWMC", village.name);
    record.set("ZLDWDM", village.code + "0000000");
    record.set("ZLDWMC", village.name);
}

/// Twice the area of a triangle, positive where it turns against the sun.
double turn(const Point& a, const Point& b, const Point& c) {
    return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

bool cross(const Point& a, const Point& b, const Point& c, const Point& d) {
    return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

/// Swaps the first two vertices whose swap makes the ring cross itself; false when there are none.
bool tie(Ring& ring) {
    for (std::size_t i = 1; i + 2 < ring.size(); ++i) {
        if (!cross(ring[i - 1], ring[i + 1], ring[i], ring[i + 2])) continue;
        std::swap(ring[i], ring[i + 1]);
        return true;
    }
    return false;
}

/// A vertex 6 m to the left of an edge: of a ring that turns with the sun, that is in the neighbour.
void bulge(Ring& ring) {
    const Point a = ring[3];
    const Point b = ring[4];
    const double length = std::hypot(b.x - a.x, b.y - a.y);
    ring.insert(ring.begin() + 4,
                Point{(a.x + b.x) / 2 - (b.y - a.y) / length * 6, (a.y + b.y) / 2 + (b.x - a.x) / length * 6});
}

}  // namespace

int slope_class(double degrees) {
    return degrees <= 2 ? 1 : degrees <= 6 ? 2 : degrees <= 15 ? 3 : degrees <= 25 ? 4 : 5;
}

double ridge_share(int slope) {
    constexpr std::array shares{0.0, 0.0, 0.0521, 0.0912, 0.1385, 0.1804};
    return shares[index(slope)];
}

LayerSpec parcel_layer(int year) {
    const auto text = [](const char* name, const char* zh) { return Field{name, FieldType::text, "", zh}; };
    const auto number = [](const char* name, const char* unit, const char* zh) {
        return Field{name, FieldType::real, unit, zh};
    };
    return {fmt::format("DLTB_{}", year),
            survey_crs,
            {text("BSM", "标识码"),
             text("YSDM", "要素代码"),
             text("TBYBH", "图斑预编号"),
             text("TBBH", "图斑编号"),
             text("DLBM", "地类编码"),
             text("DLMC", "地类名称"),
             text("QSXZ", "权属性质"),
             text("QSDWDM", "权属单位代码"),
             text("QSDWMC", "权属单位名称"),
             text("ZLDWDM", "坐落单位代码"),
             text("ZLDWMC", "坐落单位名称"),
             number("TBMJ", "m2", "图斑面积"),
             text("KCDLBM", "扣除地类编码"),
             number("KCXS", "1", "扣除地类系数"),
             number("KCMJ", "m2", "扣除地类面积"),
             number("TBDLMJ", "m2", "图斑地类面积"),
             text("GDLX", "耕地类型"),
             text("GDPDJB", "耕地坡度级别"),
             number("XZDWKD", "m", "线状地物宽度"),
             text("TBXHDM", "图斑细化代码"),
             text("TBXHMC", "图斑细化名称"),
             text("ZZSXDM", "种植属性代码"),
             text("ZZSXMC", "种植属性名称"),
             Field{"GDDB", FieldType::integer, "", "耕地等别"},
             text("FRDBS", "飞入地标识"),
             text("CZCSXM", "城镇村属性码"),
             Field{"SJNF", FieldType::integer, "", "数据年份"},
             text("MSSM", "描述说明"),
             text("HDMC", "海岛名称"),
             text("BZ", "备注")}};
}

void add_parcels(Layer& layer, const Landscape& landscape, const std::vector<Parcel>& parcels, int village,
                 int year_index) {
    const auto& place = landscape.plan().villages()[index(village)];
    const int year = landscape.years()[index(year_index)];
    int number = 0;
    for (const auto& parcel : parcels) {
        const auto& unit = landscape.units()[index(parcel.unit)];
        const auto& state = unit.state[index(year_index)];
        const auto fid = static_cast<std::int64_t>(layer.features.size()) + 1;
        ++number;
        Record record(layer.spec);
        record.set("BSM", fmt::format("{}{:012}", county_code, 1000000LL * year_index + fid));
        record.set("YSDM", std::string("2001010100"));
        record.set("TBYBH", fmt::format("{:04}", number));
        record.set("TBBH", fmt::format("{:04}", number));
        set_place(record, place,
                  state.kind == Kind::river || state.kind == Kind::road || state.kind == Kind::reservoir);
        set_class(record, unit, state, year, cents(parcel.area.m2()));
        record.set("FRDBS", std::string("0"));
        record.set("SJNF", std::int64_t{year});
        record.set("MSSM", std::string("00"));
        layer.features.push_back({fid, parcel.geometry, record.take()});
    }
}

std::vector<std::string> soil_parcels(Layer& layer) {
    std::vector<std::string> done;
    const auto name = [&](const Feature& f) { return to_text(f.values[0]); };
    const auto wide = [&](std::size_t from) {
        while (layer.features[from].geometry.polygons.front().outer.size() < 12) ++from;
        return from;
    };
    for (std::size_t i = layer.features.size() / 3; i < layer.features.size(); ++i) {
        if (!tie(layer.features[i].geometry.polygons.front().outer)) continue;
        done.push_back(fmt::format("{}: bow-tie, two vertices change places", name(layer.features[i])));
        break;
    }

    auto& over = layer.features[wide(layer.features.size() / 2)];
    bulge(over.geometry.polygons.front().outer);
    done.push_back(fmt::format("{}: overlap, one vertex lies 6 m in a neighbour", name(over)));

    auto sliver = layer.features[wide(layer.features.size() / 4)];
    const auto& edge = sliver.geometry.polygons.front().outer;
    const Point p = edge[1];
    const Point q = edge[3];
    sliver.fid = static_cast<std::int64_t>(layer.features.size()) + 1;
    sliver.geometry = {
        .polygons = {{{p, q, {(p.x + q.x) / 2 + 0.12, (p.y + q.y) / 2 + 0.12}}, {}}}, .lines = {}, .points = {}};
    sliver.values[0] = fmt::format("{}{:012}", county_code, 9000000LL + sliver.fid);
    done.push_back(fmt::format("{}: sliver, a tenth of a metre wide", to_text(sliver.values[0])));
    layer.features.push_back(std::move(sliver));
    return done;
}

}  // namespace linmu::demo

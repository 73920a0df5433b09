// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <set>

#include "fields.hpp"
#include "greening.hpp"
#include "index.hpp"
#include "linmu/core/random.hpp"
#include "linmu/demo/names.hpp"

namespace linmu::demo {
namespace {

double tenth(double x) { return std::round(x * 10) / 10; }

// ---- Covers. ----

struct Cover {
    Area forest, wooded, all;
    Cover& operator+=(const Cover& o) {
        forest += o.forest;
        wooded += o.wooded;
        all += o.all;
        return *this;
    }
};

Cover cover_of(const Landscape& landscape, const VillageSurvey& survey) {
    Cover cover;
    for (const auto& parcel : survey.parcels[1]) {
        const auto land = landscape.land(parcel.unit, 1);
        cover.all += parcel.area;
        if (is_forest(land)) cover.forest += parcel.area;
        if (is_wooded(land)) cover.wooded += parcel.area;
    }
    return cover;
}

double percent(Area part, Area whole) { return 100 * part.m2() / whole.m2(); }

/// Errors of single fields and slopes fall out over a county and weigh in a village of a square kilometre or two.
void cover_truth(Desk& desk, const std::string& zone, const Cover& cover, double tolerance) {
    const auto reason = fmt::format("class map of 10 m against parcels: {} points in a {}", tolerance,
                                    zone.size() > 9 ? "village" : "township or county");
    desk.seen("A1", zone, percent(cover.forest, cover.all), "%", tolerance, reason);
    desk.seen("A2", zone, percent(cover.wooded, cover.all), "%", tolerance, reason);
}

// ---- Closures. ----

struct Damage {
    const char* name;
    bool (*fits)(Land before, Land after);
};

/// What pits and roofs look like from above is one and the same at 10 m: trees that gave way to either were cleared.
bool open_ground(Land land) { return land == Land::bare || land == Land::built; }
bool cleared(Land before, Land after) { return is_wooded(before) && open_ground(after); }
bool ploughed(Land before, Land after) {
    return before != Land::cropland && before != Land::walnut && after == Land::cropland;
}
bool built(Land before, Land after) { return !is_wooded(before) && !open_ground(before) && after == Land::built; }

constexpr std::array damages{Damage{"A4.cleared", cleared}, Damage{"A4.ploughed", ploughed}, Damage{"A4.built", built}};

/// Seeds whose land was damaged in one way, in an order of their own.
std::vector<std::int32_t> damaged_seeds(const Landscape& landscape, const Damage& damage) {
    std::vector<std::int32_t> found;
    for (std::size_t i = 0; i < landscape.seeds().size(); ++i) {
        const auto& seed = landscape.seeds()[i];
        if (seed.village >= 0 && damage.fits(landscape.land(seed.unit, 0), landscape.land(seed.unit, 1)))
            found.push_back(static_cast<std::int32_t>(i));
    }
    std::ranges::sort(found, {}, [&](std::int32_t i) { return random_bits(landscape.seeds()[index(i)].hash, 601); });
    return found;
}

LayerSpec closure_spec() {
    return {"FYQ",
            survey_crs,
            {text("FYBH", "封育区编号"), text("FYMC", "封育区名称"), text("XIANG", "乡"), text("CUN", "村"),
             whole("FYND", "封育年度"), text("FYFS", "封育方式"), text("FYLX", "封育类型"),
             number("FYMJ", "mu", "封育面积"), text("BZ", "备注")}};
}

/// One closure, and what is true of the ground inside.
std::map<LandShift, Area> close_off(Desk& desk, Layer& layer, const std::vector<std::int32_t>& seeds) {
    const auto ground = ground_of(desk.land(), seeds);
    const auto& village = desk.village_of(seeds.front());
    const auto fid = static_cast<std::int64_t>(layer.features.size()) + 1;
    const auto code = fmt::format("{}F{:03}", county_code, fid);
    layer.features.push_back({fid,
                              ground.design,
                              {code,
                               village.name + "封育区",
                               village.code.substr(0, 9),
                               village.code,
                               std::int64_t{desk.year(0) + 1 + fid % 3},
                               std::string(fid % 3 == 0 ? "轮封" : "全封"),
                               std::string(fid % 2 == 0 ? "乔灌型" : "灌木型"),
                               tenth(ground.design_area.mu()),
                               {}}});
    desk.exact("A4", code, ground.design_area.mu(), "mu");
    return land_shift(desk.land(), seeds);
}

void closure_truth(Desk& desk, const std::map<LandShift, Area>& shift) {
    const double all = mu_of(shift, [](Land, Land) { return true; });
    const double before = 100 * mu_of(shift, [](Land was, Land) { return is_wooded(was); }) / all;
    const double after = 100 * mu_of(shift, [](Land, Land is) { return is_wooded(is); }) / all;
    const std::string cover =
        "cover of a few hundred mu in a map of 10 m: 10 points, and as much for a difference of two";
    desk.seen("A4.before", "county", before, "%", 10, cover);
    desk.seen("A4.after", "county", after, "%", 10, cover);
    desk.seen("A4.trend", "county", after - before, "%", 10, cover);
    for (const auto& damage : damages) {
        const double mu = mu_of(shift, damage.fits);
        desk.seen(
            damage.name, "county", mu, "mu", 0.35 * mu + 0.025 * all,
            "two maps of 10 m: a third of a patch of a hectare, and 2.5 % of the closures for the errors of both maps");
    }
}

// ---- Parks. ----

LayerSpec park_spec() {
    return {"GYLD",
            survey_crs,
            {text("GYBH", "公园编号"), text("GYMC", "公园名称"), text("GYLX", "类型"), text("XIANG", "乡"),
             whole("JCND", "建成年度"), number("GYMJ", "mu", "公园面积"), text("BZ", "备注")}};
}

LayerSpec urban_spec() {
    return {"CZKFBJ",
            survey_crs,
            {text("BJBH", "边界编号"), text("XZQDM", "行政区代码"), text("XZQMC", "行政区名称"),
             number("BJMJ", "mu", "面积")}};
}

bool is_green(Land land) { return is_wooded(land) || land == Land::grass; }

/// A town grows round its seat as far as this.
constexpr double urban_reach = 600;

struct ParkSums {
    double mu = 0, inside = 0;
    std::map<LandShift, Area> shift;
    int count = 0, fresh = 0;
};

void open_park(Desk& desk, Layer& layer, const Township& town, const std::vector<std::int32_t>& seeds, bool inside,
               ParkSums& sums) {
    const auto ground = ground_of(desk.land(), seeds);
    const auto fid = static_cast<std::int64_t>(layer.features.size()) + 1;
    const auto code = fmt::format("{}P{:03}", county_code, fid);
    const bool old = fid % 3 == 0;
    const double mu = ground.design_area.mu();
    layer.features.push_back({fid,
                              ground.design,
                              {code,
                               fmt::format("{}{}号园", town.name, fid),
                               std::string(fid % 4 == 1 ? "广场" : "口袋公园"),
                               town.code,
                               std::int64_t{old ? desk.year(0) - 2 : desk.year(1) - fid % 3},
                               tenth(mu),
                               {}}});
    const auto shift = land_shift(desk.land(), seeds);
    const double all = mu_of(shift, [](Land, Land) { return true; });
    desk.seen("A6.green", code, 100 * mu_of(shift, [](Land, Land is) { return is_green(is); }) / all, "%", 25,
              "a park of about a hectare is some 100 cells, half of them on its edge");
    desk.exact("A6.area", code, mu, "mu");
    for (const auto& [land, area] : shift) sums.shift[land] += area;
    sums.mu += mu;
    sums.inside += inside ? mu : 0;
    ++sums.count;
    sums.fresh += old ? 0 : 1;
}

}  // namespace

bool is_forest(Land land) { return land == Land::broadleaf || land == Land::conifer; }
bool is_wooded(Land land) {
    const std::string key = land_key(land);
    return is_forest(land) || key == "shrub" || key == "forsythia";
}

std::map<LandShift, Area> land_shift(const Landscape& landscape, const std::vector<std::int32_t>& seeds) {
    constexpr int classes = 100;
    std::map<LandShift, Area> shift;
    const auto key = [&](std::int32_t unit) {
        return static_cast<int>(landscape.land(unit, 0)) * classes + static_cast<int>(landscape.land(unit, 1));
    };
    for (const auto& [k, area] : areas_by(landscape, seeds, key))
        shift[{static_cast<Land>(k / classes), static_cast<Land>(k % classes)}] += area;
    return shift;
}

PlotSurvey ground_of(const Landscape& landscape, std::vector<std::int32_t> seeds) {
    return survey_plot(landscape, {.work = {}, .seeds = std::move(seeds), .planted = {}});
}

std::vector<std::int32_t> taken_around(const Landscape& landscape, std::int32_t middle, double radius,
                                       std::vector<bool>& taken) {
    const auto& seeds = landscape.seeds();
    std::vector<std::int32_t> near;
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        if (taken[i] || seeds[i].village != seeds[index(middle)].village ||
            distance(seeds[i].at, seeds[index(middle)].at) > radius)
            continue;
        taken[i] = true;
        near.push_back(static_cast<std::int32_t>(i));
    }
    return near;
}

void add_covers(Desk& desk) {
    const auto& plan = desk.land().plan();
    std::vector<Cover> towns(plan.townships().size());
    Cover county;
    int reach = 0, near = 0;
    constexpr double village_tolerance = 8;
    for (std::size_t v = 0; v < desk.county.villages.size(); ++v) {
        const auto cover = cover_of(desk.land(), desk.county.villages[v]);
        const auto zone = plan.villages()[v].code + "0000000";
        cover_truth(desk, zone, cover, village_tolerance);
        const double wooded = percent(cover.wooded, cover.all);
        desk.seen("A7.cover", zone, wooded, "%", village_tolerance, "as A2 of a village");
        reach += wooded >= forest_village_cover ? 1 : 0;
        near += std::abs(wooded - forest_village_cover) < village_tolerance ? 1 : 0;
        towns[index(plan.villages()[v].township)] += cover;
        county += cover;
    }
    for (std::size_t t = 0; t < towns.size(); ++t) cover_truth(desk, plan.townships()[t].code, towns[t], 4);
    cover_truth(desk, "county", county, 4);
    desk.seen("A7", "county", reach, "", near + 0.5,
              fmt::format("{} villages lie within {} points of the criterion", near, village_tolerance));
}

void add_closures(Desk& desk) {
    Layer layer{closure_spec(), {}};
    std::vector<bool> taken(desk.land().seeds().size());
    const int each = std::max(1, desk.land().plan().county_villages() / 6);
    std::map<LandShift, Area> sum;
    double mu = 0;
    for (const auto& damage : damages) {
        int left = each;
        for (const auto middle : damaged_seeds(desk.land(), damage)) {
            if (left == 0) break;
            if (taken[index(middle)]) continue;
            const auto seeds = taken_around(desk.land(), middle, 260, taken);
            for (const auto& [land, area] : close_off(desk, layer, seeds)) sum[land] += area;
            mu += desk.office.truth.back().value;
            --left;
        }
    }
    desk.exact("A4", "county", mu, "mu");
    closure_truth(desk, sum);
    desk.office.layers.push_back({"closures", "封育区", std::move(layer)});
}

void add_parks(Desk& desk) {
    Layer parks{park_spec(), {}}, urban{urban_spec(), {}};
    ParkSums sums;
    for (const auto& town : desk.land().plan().townships()) {
        const auto& seat = desk.land().plan().villages()[index(town.seat)];
        std::vector<std::int32_t> inside, outside;
        for (std::size_t i = 0; i < desk.land().seeds().size(); ++i) {
            const auto& seed = desk.land().seeds()[i];
            if (seed.village != town.seat) continue;
            const double away = distance(seed.at, seat.core);
            if (away <= urban_reach) inside.push_back(static_cast<std::int32_t>(i));
            else if (away <= urban_reach + 300) outside.push_back(static_cast<std::int32_t>(i));
        }
        if (inside.empty()) continue;
        const auto ground = ground_of(desk.land(), inside);
        const auto fid = static_cast<std::int64_t>(urban.features.size()) + 1;
        urban.features.push_back(
            {fid,
             ground.design,
             {fmt::format("{}B{:03}", county_code, fid), town.code, town.name, tenth(ground.design_area.mu())}});
        // Green seeds first: a park is laid out where trees or grass are. Every town has one beyond its boundary.
        const auto greenest = [&](std::int32_t s) {
            return std::pair(!is_green(desk.land().land(desk.land().seeds()[index(s)].unit, 1)),
                             random_bits(desk.land().seeds()[index(s)].hash, 602));
        };
        std::ranges::sort(inside, {}, greenest);
        std::ranges::sort(outside, {}, greenest);
        for (std::size_t k = 0; k < std::min<std::size_t>(3, inside.size()); ++k)
            open_park(desk, parks, town, {inside[k]}, true, sums);
        if (!outside.empty()) open_park(desk, parks, town, {outside.front()}, false, sums);
    }
    desk.exact("A6", "county", sums.count, "");
    desk.exact("A6.new", "county", sums.fresh, "");
    desk.exact("A6.area", "county", sums.mu, "mu");
    desk.exact("A6.inside", "county", sums.inside, "mu", 0.5);
    const double all = mu_of(sums.shift, [](Land, Land) { return true; });
    desk.seen("A6.green", "county", 100 * mu_of(sums.shift, [](Land, Land is) { return is_green(is); }) / all, "%", 15,
              "parks of a hectare each, half of whose cells lie on their edges");
    desk.office.layers.push_back({"parks", "公园绿地", std::move(parks)});
    desk.office.layers.push_back({"urban", "城镇开发边界", std::move(urban)});
}

Office greening_office(const CountyView& county) {
    Desk desk(county);
    add_covers(desk);
    add_works(desk);
    add_closures(desk);
    add_corridors(desk);
    add_parks(desk);
    return std::move(desk.office);
}

}  // namespace linmu::demo

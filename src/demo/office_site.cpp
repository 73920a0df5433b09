// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>

#include "fields.hpp"
#include "index.hpp"
#include "linmu/core/random.hpp"
#include "linmu/demo/names.hpp"
#include "linmu/geo/overlay.hpp"
#include "site_land.hpp"

namespace linmu::demo {
namespace {

std::int64_t next_fid(const Layer& layer) { return static_cast<std::int64_t>(layer.features.size()) + 1; }

class Planner {
public:
    explicit Planner(const CountyView& county)
        : county_(county), villages_(county.landscape.plan().county_villages()), permits_(county), lines_(county),
          projects_(county), pastures_(county) {}

    SitePlan plan(const Office& greening, const Office& farming) {
        plan_mines();
        plan_protection();
        plan_projects(layer_named(farming, "yjjbnt"));
        plan_pastures(layer_named(greening, "closures"));
        return std::move(out_);
    }

private:
    [[nodiscard]] Land land(const Unit& unit, int y) const {
        return land_of(unit.state[index(y)], county_.landscape.years()[index(y)]);
    }
    [[nodiscard]] bool green(const Unit& unit, int y) const {
        const auto l = land(unit, y);
        return l == Land::grass || l == Land::shrub;
    }
    [[nodiscard]] const Seed& seed(std::int32_t i) const { return county_.landscape.seeds()[index(i)]; }
    [[nodiscard]] int one_for(int villages) const { return std::max(1, villages_ / villages); }

    /// Every third pit goes beyond what its permit says; what was a pit and is green again has a permit of its own.
    void plan_mines() {
        pits_ = SiteLand(county_).blocks(
            villages_, 200, 501, [](std::int32_t, const Unit& unit) { return unit.state[1].kind == Kind::mine; });
        std::erase_if(pits_, [](const Site& pit) { return pit.seeds.size() < 3; });
        for (std::size_t p = 0; p < pits_.size(); ++p) {
            auto seeds = pits_[p].seeds;
            if (p % 3 == 0) seeds.resize(seeds.size() * 2 / 3);
            out_.permits.push_back(permits_.of_seeds(std::move(seeds)));
        }
        for (auto& site : permits_.blocks(one_for(24), 6, 502, [&](std::int32_t, const Unit& unit) {
                 const auto after = land(unit, 1);
                 return land(unit, 0) == Land::bare && after != Land::bare && after != Land::built;
             }))
            out_.permits.push_back(std::move(site));
    }

    /// Wild land high up; the last pit and a village's edge, which the line should have left out.
    void plan_protection() {
        double high = 0;
        for (const auto& unit : county_.landscape.units()) high += unit.elevation;
        high /= static_cast<double>(county_.landscape.units().size());
        if (!pits_.empty()) {
            const auto& pit = pits_.back();
            add_line(lines_.around(seed(pit.seeds.back()).at, pit.village, 170));
        }
        for (int k = 0; k < one_for(40); ++k) {
            const auto houses = SiteLand(county_).blocks(1, 1, index(510 + k), [&](std::int32_t i, const Unit& unit) {
                return !lines_.taken(i) && unit.state[0].kind == Kind::village;
            });
            for (const auto& house : houses) add_line(lines_.around(seed(house.seeds[0]).at, house.village, 130));
        }
        for (auto& site : lines_.blocks(one_for(8), 45, 503, [&](std::int32_t, const Unit& unit) {
                 const auto l = land(unit, 0);
                 return unit.elevation > high && (l == Land::broadleaf || l == Land::conifer || l == Land::shrub);
             }))
            add_line(std::move(site));
    }
    void add_line(Site site) {
        if (!site.seeds.empty()) out_.lines.push_back(std::move(site));
    }

    void plan_projects(const Layer* basic) {
        const auto basic_seeds =
            basic ? seeds_in(county_, *basic) : std::vector<bool>(county_.landscape.seeds().size());
        const auto add = [&](const char* kind, int count, int seeds_each, std::uint64_t salt,
                             const SiteLand::Fits& fits) {
            for (auto& site : projects_.blocks(count, seeds_each, salt, fits))
                out_.projects.push_back({std::move(site), kind});
        };
        add("光伏", 1, 3, 520,
            [&](std::int32_t i, const Unit& unit) { return basic_seeds[index(i)] && land(unit, 0) == Land::cropland; });
        add("光伏", one_for(24), 5, 521,
            [&](std::int32_t, const Unit& unit) { return land(unit, 0) == Land::cropland && unit.slope < 12; });
        add("光伏", one_for(24), 6, 522, [&](std::int32_t, const Unit& unit) {
            return land(unit, 0) == Land::broadleaf || land(unit, 0) == Land::conifer;
        });
        add("光伏", std::max(2, villages_ / 12), 12, 523,
            [&](std::int32_t, const Unit& unit) { return green(unit, 0); });
        add("风电", 1, 2, 524, [&](std::int32_t i, const Unit&) { return lines_.taken(i); });
        add("风电", one_for(12), 2, 525, [&](std::int32_t, const Unit& unit) { return unit.elevation > 1000; });
        add("抽水蓄能", 1, 10, 526, [&](std::int32_t, const Unit& unit) { return green(unit, 0); });
        out_.parks = projects_.blocks(1 + villages_ / 40, 50, 527, [&](std::int32_t, const Unit& unit) {
            const auto l = land(unit, 0);
            return unit.slope < 14 && (l == Land::cropland || l == Land::grass || l == Land::built);
        });
    }

    /// Grazing grounds that villages declare; the first reaches into a closure.
    void plan_pastures(const Layer* closures) {
        if (closures && !closures->features.empty()) {
            const auto in = seeds_in(county_, *closures);
            const auto at = std::ranges::find_if(in, [](bool inside) { return inside; }) - in.begin();
            if (at < static_cast<std::ptrdiff_t>(in.size())) {
                const auto& edge = seed(static_cast<std::int32_t>(at));
                out_.pastures.push_back(pastures_.around(edge.at, edge.village, 160));
            }
        }
        for (auto& site : pastures_.blocks(std::max(2, villages_ / 6), 8, 530,
                                           [&](std::int32_t, const Unit& unit) { return green(unit, 1); }))
            out_.pastures.push_back(std::move(site));
    }

    const CountyView& county_;
    int villages_;
    SiteLand permits_, lines_, projects_, pastures_;
    std::vector<Site> pits_;
    SitePlan out_;
};

const Village& village_of(const CountyView& county, int v) { return county.landscape.plan().villages()[index(v)]; }

OfficeLayer permit_layer(const CountyView& county, const std::vector<Site>& permits) {
    Layer layer{{"CKQ",
                 survey_crs,
                 {text("XKZH", "许可证号"), text("KSMC", "矿山名称"), text("KZ", "矿种"), text("CUN", "村")}},
                {}};
    constexpr std::array minerals{"煤", "铁矿", "石英"};
    for (std::size_t i = 0; i < permits.size(); ++i) {
        const auto& village = village_of(county, permits[i].village);
        const std::string mineral = minerals[i % minerals.size()];
        layer.features.push_back(
            {next_fid(layer),
             permits[i].geometry,
             {permit_code(i), village.name + mineral + (mineral == "煤" ? "矿" : ""), mineral, village.code}});
    }
    return {"mines", "采矿权", std::move(layer)};
}

OfficeLayer protection_layer(const std::vector<Site>& lines) {
    Layer layer{{"STBHHX",
                 survey_crs,
                 {text("BSM", "标识码"), text("YSDM", "要素代码"), text("HXDM", "红线代码"), text("HXMC", "红线名称"),
                  text("HXLX", "红线类型"), number("HXMJ", "m2", "红线面积"), text("XZQDM", "行政区代码"),
                  text("XZQMC", "行政区名称"), text("BZ", "备注")}},
                {}};
    for (std::size_t i = 0; i < lines.size(); ++i) {
        layer.features.push_back({next_fid(layer),
                                  lines[i].geometry,
                                  {fmt::format("{}{:012}", county_code, 7000000LL + static_cast<long long>(i)),
                                   std::string("2002020100"),
                                   fmt::format("{}-{:02}", county_code, i + 1),
                                   std::string("太行山水土保持生态保护红线"),
                                   std::string("水土保持"),
                                   std::round(lines[i].area.m2() * 100) / 100,
                                   std::string(county_code),
                                   std::string(county_name),
                                   {}}});
    }
    return {"stbhhx", "生态保护红线", std::move(layer)};
}

OfficeLayer energy_layer(const CountyView& county, const std::vector<EnergySite>& projects) {
    Layer layer{{"NYXM",
                 survey_crs,
                 {text("XMBH", "项目编号"), text("XMMC", "项目名称"), text("XMLX", "项目类型"),
                  number("ZJRL", "MW", "装机容量"), whole("BWND", "并网年度"), text("CUN", "村")}},
                {}};
    for (std::size_t i = 0; i < projects.size(); ++i) {
        const auto& [site, kind] = projects[i];
        const auto& village = village_of(county, site.village);
        const std::int64_t year = county.landscape.years()[0] + 1 + static_cast<std::int64_t>(i % 4);
        layer.features.push_back(
            {next_fid(layer),
             site.geometry,
             {fmt::format("NY{:04}", i + 1), village.name + kind, kind,
              std::round(site.area.ha() * (kind == "光伏" ? 0.6 : 3.0) * 10) / 10, year, village.code}});
    }
    return {"energy", "能源项目", std::move(layer)};
}

OfficeLayer park_layer(const CountyView& county, const std::vector<Site>& parks) {
    Layer layer{{"CYYQ", survey_crs, {text("YQBH", "园区编号"), text("YQMC", "园区名称"), text("CUN", "村")}}, {}};
    for (std::size_t i = 0; i < parks.size(); ++i) {
        const auto& village = village_of(county, parks[i].village);
        layer.features.push_back({next_fid(layer),
                                  parks[i].geometry,
                                  {fmt::format("YQ{:02}", i + 1), village.name + "产业园区", village.code}});
    }
    return {"industry", "产业园区", std::move(layer)};
}

OfficeLayer pasture_layer(const CountyView& county, const std::vector<Site>& pastures) {
    Layer layer{{"FMC", survey_crs, {text("FMBH", "放牧场编号"), text("CUN", "村"), text("CUNMC", "村名")}}, {}};
    for (std::size_t i = 0; i < pastures.size(); ++i) {
        const auto& village = village_of(county, pastures[i].village);
        layer.features.push_back(
            {next_fid(layer), pastures[i].geometry, {fmt::format("FM{:03}", i + 1), village.code, village.name}});
    }
    return {"pastures", "放牧场", std::move(layer)};
}

/// The water census takes the water of the later land survey.
OfficeLayer water_layer(const CountyView& county) {
    Layer layer{{"SX",
                 survey_crs,
                 {text("SXBH", "水体编号"), text("SXMC", "水体名称"), text("SXLX", "水体类型"), text("CUN", "村")}},
                {}};
    for (std::size_t v = 0; v < county.villages.size(); ++v) {
        const auto& village = village_of(county, static_cast<int>(v));
        for (const auto& parcel : county.villages[v].parcels[1]) {
            const auto kind = county.landscape.units()[index(parcel.unit)].state[1].kind;
            if (!is_water(kind)) continue;
            const char* type = kind == Kind::river ? "河流" : kind == Kind::reservoir ? "水库" : "坑塘";
            layer.features.push_back({next_fid(layer),
                                      parcel.geometry,
                                      {fmt::format("SX{:05}", layer.features.size() + 1), village.name + type,
                                       std::string(type), village.code}});
        }
    }
    return {"waters", "水体", std::move(layer)};
}

/// Rivers from their heads, or from where they meet, down to the next meeting; the parts within the county.
std::vector<std::vector<Spot>> river_lines(const CountyView& county) {
    using Place = std::pair<double, double>;
    const auto place = [](Spot spot) { return Place{spot.e, spot.s}; };
    std::map<Place, const Reach*> from;
    std::map<Place, int> arriving;
    for (const auto& reach : county.landscape.relief().reaches()) {
        const Spot middle{(reach.a.e + reach.b.e) / 2, (reach.a.s + reach.b.s) / 2};
        if (reach.width <= 0 || county.landscape.plan().village_of(middle) < 0) continue;
        from[place(reach.a)] = &reach;
        ++arriving[place(reach.b)];
    }
    std::vector<std::vector<Spot>> lines;
    for (const auto& [start, first] : from) {
        if (const auto found = arriving.find(start); found != arriving.end() && found->second == 1) continue;
        std::vector<Spot> line{first->a};
        for (const Reach* reach = first; reach != nullptr;) {
            line.push_back(reach->b);
            const auto next = from.find(place(reach->b));
            reach = next == from.end() || arriving[place(line.back())] > 1 ? nullptr : next->second;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

OfficeLayer river_layer(const CountyView& county, const std::vector<std::vector<Spot>>& lines) {
    Layer layer{{"HLZX", survey_crs, {text("HLBH", "河流编号"), text("HLMC", "河流名称")}}, {}};
    for (const auto& line : lines) {
        const auto number = layer.features.size() + 1;
        layer.features.push_back({next_fid(layer),
                                  surveyed(line, county.landscape.size()),
                                  {fmt::format("HL{:04}", number), fmt::format("清漳河支流 {}", number)}});
    }
    return {"rivers", "河流中心线", std::move(layer)};
}

/// The outline of several villages: what two of them share is in it once in each direction.
std::vector<Edge> joined_outline(const CountyView& county, const std::vector<int>& villages) {
    using Key = std::array<std::int32_t, 4>;
    std::map<Key, Edge> edges;
    for (const int v : villages) {
        for (const auto& edge : county.villages[index(v)].outline) {
            if (edges.erase(Key{edge.to_row, edge.to_col, edge.from_row, edge.from_col}) == 0)
                edges.emplace(Key{edge.from_row, edge.from_col, edge.to_row, edge.to_col}, edge);
        }
    }
    std::vector<Edge> outline;
    for (const auto& [key, edge] : edges) outline.push_back(edge);
    return outline;
}

/// Villages of each township in four areas; one area leaves a block of fields to nobody, the last takes one of its neighbour's.
OfficeLayer grid_layer(const CountyView& county, SitePlan& plan) {
    const auto& land = county.landscape;
    std::map<std::pair<int, int>, std::vector<int>> groups;  // of township, number in it
    std::map<int, int> seen;
    for (int v = 0; v < land.plan().county_villages(); ++v) {
        const int township = village_of(county, v).township;
        groups[{township, seen[township]++ % 4}].push_back(v);
    }
    Layer layer{{"WG", survey_crs, {text("WGBH", "网格编号"), text("WGMC", "网格名称"), text("XIANG", "乡")}}, {}};
    for (const auto& [key, villages] : groups) {
        const auto& township = land.plan().townships()[index(key.first)];
        layer.features.push_back({next_fid(layer),
                                  surveyed(joined_outline(county, villages), land.size()),
                                  {fmt::format("{}W{}", township.code, key.second + 1),
                                   fmt::format("{}第{}片区", township.name, key.second + 1), township.code}});
    }
    SiteLand free(county);
    auto& first = layer.features.front();
    const auto block = [&](std::uint64_t salt) {
        return free.blocks(1, 6, salt, [&](std::int32_t i, const Unit&) {
            const auto& of_first = groups.begin()->second;
            return std::ranges::find(of_first, land.seeds()[index(i)].village) != of_first.end();
        });
    };
    constexpr double finest = 1e-4;  // m
    if (const auto left = block(541); !left.empty()) {
        plan.grid_gap = common_area(first.geometry, left.front().geometry);
        first.geometry = part_outside(first.geometry, left.front().geometry, finest);
    }
    if (const auto taken = block(542); !taken.empty() && layer.features.size() > 1) {
        auto& last = layer.features.back();
        plan.grid_overlap = common_area(first.geometry, taken.front().geometry);
        last.geometry = joined_parts({&last.geometry, &taken.front().geometry}, finest);
    }
    return {"grids", "网格", std::move(layer)};
}

Table herd_table(const CountyView& county, SitePlan& plan) {
    Table table{{"herds", "羊群", {text("CUN", "村"), text("CUNMC", "村名"), text("ZL", "种类"), whole("TS", "头数")}},
                {}};
    for (std::size_t v = 0; v < county.villages.size(); ++v) {
        const auto& village = village_of(county, static_cast<int>(v));
        Area grass;
        for (const auto& parcel : county.villages[v].parcels[1]) {
            const auto land =
                land_of(county.landscape.units()[index(parcel.unit)].state[1], county.landscape.years()[1]);
            if (land == Land::grass || land == Land::shrub) grass += parcel.area;
        }
        // Every third village keeps many more than its slopes feed.
        const double a_hectare = v % 3 == 0 ? 3.2 : 0.6 + 0.4 * random_unit(county.landscape.seed() ^ 551, v);
        const auto head = std::max<std::int64_t>(20, std::llround(grass.ha() * a_hectare / 5) * 5);
        plan.herds.push_back(head);
        table.rows.push_back({village.code, village.name, std::string("黑山羊"), head});
    }
    return table;
}

}  // namespace

bool is_water(Kind kind) { return kind == Kind::river || kind == Kind::reservoir || kind == Kind::pond; }

std::string permit_code(std::size_t i) { return fmt::format("C140722{:06}", i + 1); }

Office site_office(const CountyView& county, const Office& greening, const Office& farming) {
    auto plan = Planner(county).plan(greening, farming);
    Office office;
    office.layers.push_back(permit_layer(county, plan.permits));
    office.layers.push_back(protection_layer(plan.lines));
    office.layers.push_back(energy_layer(county, plan.projects));
    office.layers.push_back(park_layer(county, plan.parks));
    office.layers.push_back(pasture_layer(county, plan.pastures));
    office.layers.push_back(water_layer(county));
    plan.rivers = river_lines(county);
    office.layers.push_back(river_layer(county, plan.rivers));
    office.layers.push_back(grid_layer(county, plan));
    office.tables.push_back(herd_table(county, plan));
    office.truth = site_truth(county, plan, greening, farming);
    return office;
}

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
// What the walnut and forsythia offices declare: contracts, works and bases, and the forest layer's orchards, with what is true of them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "declarations.hpp"
#include "fields.hpp"
#include "index.hpp"
#include "linmu/core/random.hpp"
#include "linmu/demo/names.hpp"
#include "linmu/demo/office.hpp"
#include "linmu/geo/topology.hpp"
#include "survey_land.hpp"

namespace linmu::demo {
namespace {

// What the rule packs take from data/terms/county.toml.
constexpr double least_contract_mu = 3;
constexpr std::array height_limits{900.0, 1200.0};
constexpr int ancient_age = 100;
constexpr double guard_m = 50;
constexpr int youngest_visible = 5;

constexpr double exact = 0.05;
constexpr const char* exact_reason = "vector facts: to the tenth of a mu that is printed";
/// The delivered layer has three faults (truth/dirt.csv) of up to 150 m2.
constexpr double dirty = 0.3;
constexpr const char* dirty_reason = "vector facts; a bow-tie, a bulge and a sliver were planted among the parcels";
/// Of the walnut that is there: confusion with young woods, and cells on boundaries.
constexpr double seen_share = 0.15;
constexpr const char* seen_reason =
    "imagery: 15 % of the orchards, and orchards of less than five years, which may be seen or not";

/// A plot of few hectares is seen as what most of its cells are like, or not: its cells err together.
constexpr double seen_share_of_plots = 0.35;
constexpr const char* plots_reason =
    "imagery: 35 % of a few plots, whose cells err together, and orchards of less than five years";

class OrchardOffice {
public:
    explicit OrchardOffice(const CountyView& county)
        : county_(county), landscape_(county.landscape), parcels_(county), after_(landscape_.years()[1]),
          before_(landscape_.years()[0]), villages_(landscape_.plan().county_villages()) {}

    Office made() {
        forest_layer();
        orchards();
        plan_ = {{"orchard_plan",
                  "核桃连翘任务计划",
                  {text("XM", "项目"), whole("ND", "年度"), number("JHMJ", "", "计划面积 (亩)")}},
                 {}};
        contracts();
        works("improvement", "品种改良作业", "PZ", "品种改良", "B3", 11, std::max(3, villages_));
        works("grafting", "嫁接改良作业", "JJ", "嫁接改良", "B4", 12, std::max(2, villages_ / 2));
        trees();
        bases();
        tending();
        new_planting();
        office_.tables.push_back(plan_);
        return std::move(office_);
    }

private:
    using Fits = std::function<bool(const Unit&)>;

    std::vector<std::vector<std::int32_t>> blocks(const Fits& fits, int count, int seeds_each,
                                                  std::uint64_t salt) const {
        return blocks_of(landscape_, {.fits = [&](const Seed&, const Unit& unit) { return fits(unit); },
                                      .count = count,
                                      .seeds_each = seeds_each,
                                      .salt = salt});
    }
    [[nodiscard]] bool is_young(const Parcel& parcel) const {
        return parcels_.is_orchard(parcel) && parcels_.state(parcel).planted > after_ - youngest_visible;
    }
    [[nodiscard]] bool is_old_orchard(const Unit& unit) const {
        return unit.state[1].kind == Kind::walnut && unit.state[1].planted < before_ - 5;
    }
    /// Cycles through the years of the plan.
    [[nodiscard]] int year(std::size_t i) const { return std::max(before_ + 1, after_ - 4 + static_cast<int>(i % 4)); }

    void truth(const std::string& indicator, const std::string& zone, double value, const char* unit, double tolerance,
               std::string reason) {
        office_.truth.push_back({indicator, zone, value, unit, tolerance, std::move(reason)});
    }
    void area_truth(const std::string& indicator, double mu) {
        truth(indicator, "county", mu, "mu", exact, exact_reason);
    }
    void parcel_truth(const std::string& indicator, double mu) {
        truth(indicator, "county", mu, "mu", dirty, dirty_reason);
    }
    void seen_truth(const std::string& indicator, const std::string& zone, double mu, double tolerance) {
        truth(indicator, zone, mu, "mu", tolerance, seen_reason);
    }

    /// County and townships, each with its villages.
    template <class Of>
    void by_zone(Of&& of) const {
        of("county", [](int) { return true; });
        for (std::size_t t = 0; t < landscape_.plan().townships().size(); ++t)
            of(landscape_.plan().townships()[t].code,
               [this, t](int v) { return landscape_.plan().villages()[index(v)].township == static_cast<int>(t); });
    }

    // -- B1: orchards by imagery, cadastre and forest layer

    /// The forest layer lacks a fifth of the orchards and has some fields between whose walnut rows grain grows.
    [[nodiscard]] bool is_walnut_compartment(const Parcel& parcel) const {
        const double luck = random_unit(landscape_.units()[index(parcel.unit)].hash, 901);
        const auto kind = parcels_.state(parcel).kind;
        return (kind == Kind::walnut && luck < 0.8) || (kind == Kind::intercropped && luck < 0.6);
    }

    void forest_layer() {
        Layer layer{{"XBM",
                     survey_crs,
                     {text("XIAN", "县"), text("XIANG", "乡"), text("CUN", "村"), text("LIN_BAN", "林班"),
                      text("XIAO_BAN", "小班"), number("MIAN_JI", "ha", "面积"), text("DI_LEI", "地类"),
                      text("LIN_ZHONG", "林种"), text("QI_YUAN", "起源"), text("YOU_SHI_SZ", "优势树种"),
                      whole("PINGJUN_NL", "平均年龄")}},
                    {}};
        for (std::size_t v = 0; v < county_.villages.size(); ++v) {
            const auto& village = landscape_.plan().villages()[v];
            for (const auto& parcel : county_.villages[v].parcels[1]) {
                const auto& state = parcels_.state(parcel);
                const bool walnut = is_walnut_compartment(parcel);
                const bool pine =
                    state.kind == Kind::pine && random_unit(landscape_.units()[index(parcel.unit)].hash, 902) < 0.1;
                if (!walnut && !pine) continue;
                const auto fid = static_cast<std::int64_t>(layer.features.size()) + 1;
                layer.features.push_back(
                    {fid,
                     parcel.geometry,
                     {std::string(county_code), village.code.substr(0, 9), village.code, fmt::format("{:04}", v + 1),
                      fmt::format("{:05}", fid), std::round(parcel.area.ha() * 1e4) / 1e4, std::string("0111"),
                      std::string(walnut ? "252" : "112"), std::string("20"), std::string(walnut ? "710000" : "200000"),
                      state.planted > 0 ? Value{std::int64_t{after_ - state.planted}} : Value{}}});
            }
        }
        office_.layers.push_back({"xiaoban", "森林资源小班", std::move(layer)});
    }

    void orchards() {
        const auto orchard = [this](const Parcel& p) { return parcels_.is_orchard(p); };
        const auto young = [this](const Parcel& p) { return is_young(p); };
        const auto old = [this](const Parcel& p) { return parcels_.is_orchard(p) && !is_young(p); };
        const auto listed = [this](const Parcel& p) { return is_walnut_compartment(p); };
        by_zone([&](const std::string& zone, const auto& holds) {
            const auto mu = [&](const SurveyedLand::Fits& fits) {
                Area sum;
                for (int v = 0; v < villages_; ++v) sum += holds(v) ? parcels_.sum(fits, v) : Area{};
                return sum.mu();
            };
            const auto all = [](const SurveyedLand::Fits& a, const SurveyedLand::Fits& b) {
                return [&a, &b](const Parcel& p) { return a(p) && b(p); };
            };
            const double blur = seen_share * mu(orchard) + mu(young);
            seen_truth("B1", zone, mu(orchard), blur);
            truth("B1.cadastre", zone, mu(orchard), "mu", dirty, dirty_reason);
            truth("B1.forest", zone, mu(listed), "mu", exact, exact_reason);
            truth("B1.forest_cadastre", zone, mu(all(listed, orchard)), "mu", dirty, dirty_reason);
            // Rows of walnut between grain are fields to the cadastre, and may be seen as either.
            const double rows = mu(listed) - mu(all(listed, orchard));
            const double three = mu(all(listed, old));
            seen_truth("B1.all", zone, three, blur);
            seen_truth("B1.two", zone, mu(old) - three + mu(all(listed, young)), blur + rows);
            seen_truth("B1.one", zone, mu(young) - mu(all(listed, young)) + rows, blur + rows);
        });
        const double blur = seen_share * parcels_.sum(orchard).mu() + parcels_.sum(young).mu();
        seen_truth("B1.both", "county", parcels_.sum(old).mu(), blur);
        seen_truth("B1.survey", "county", parcels_.sum(young).mu(), blur);
        seen_truth("B1.map", "county", 0, blur);
        bands();
    }

    void bands() {
        const Heights heights(landscape_);
        std::array<Area, 3> bands{};
        Area unsure;  // so near to a limit that shares of boundary cells decide
        for (const auto& village : county_.villages) {
            for (const auto& parcel : village.parcels[1]) {
                if (!parcels_.is_orchard(parcel)) continue;
                const double height = heights.mean(parcel.geometry);
                bands[height < height_limits[0] ? 0 : height <= height_limits[1] ? 1 : 2] += parcel.area;
                if (std::ranges::any_of(height_limits, [&](double limit) { return std::abs(height - limit) < 0.3; }))
                    unsure += parcel.area;
            }
        }
        const auto reason = fmt::format("{}; parcels whose mean height is within 0.3 m of a limit", dirty_reason);
        constexpr std::array names{"B1.low", "B1.middle", "B1.high"};
        for (std::size_t b = 0; b < bands.size(); ++b)
            truth(names[b], "county", bands[b].mu(), "mu", dirty + unsure.mu(), reason);
    }

    // -- declared works

    /// Counted once, reported, repeated.
    void declared_truth(const std::string& id, const Declarations& d) {
        const double once = counted(d).mu();
        area_truth(id, once);
        area_truth(id + ".declared", d.reported_mu());
        area_truth(id + ".repeated", d.located().mu() - once);
    }
    [[nodiscard]] Area counted(const Declarations& d, int until = 9999) const {
        Area sum;
        for (const auto& [village, ground] : d.ground(until)) sum += parcels_.area(ground);
        return sum;
    }
    [[nodiscard]] Area shared(const Declarations& d, const SurveyedLand::Fits& fits) const {
        Area sum;
        for (const auto& [village, ground] : d.ground()) sum += parcels_.shared(ground, village, fits);
        return sum;
    }

    /// Four years of equal parts of a round number near what was done.
    void plan(const char* item, const std::string& id, double done_mu) {
        const double each = std::max(10.0, std::round(done_mu * 1.15 / 40) * 10);
        double sum = 0;
        for (int y = std::max(before_ + 1, after_ - 3); y <= after_; ++y) {
            plan_.rows.push_back({std::string(item), std::int64_t{y}, each});
            sum += each;
        }
        plan_.rows.push_back({std::string(item), std::int64_t{after_ + 1}, each});
        truth(id + ".progress", "county", 100 * done_mu / sum, "%", 100 * exact / sum + 0.001, exact_reason);
    }

    void orchard_ground_truth(const std::string& id, const Declarations& d) {
        const auto orchard = [this](const Parcel& p) { return parcels_.is_orchard(p); };
        const auto young = [this](const Parcel& p) { return is_young(p); };
        const double once = counted(d).mu();
        const double there = shared(d, orchard).mu();
        parcel_truth(id + ".not_orchard", once - there);
        truth(id + ".not_seen", "county", once - there, "mu", seen_share_of_plots * once + shared(d, young).mu(),
              plots_reason);
    }

    void contracts() {
        Declarations d(county_, "contract", "核桃托管合同", "TG");
        const auto orchards =
            blocks([this](const Unit& u) { return is_old_orchard(u); }, std::max(3, villages_), 7, 10);
        for (std::size_t i = 0; i < orchards.size(); ++i)
            d.add({.kind = "托管",
                   .what = "核桃",
                   .year = year(i),
                   .boast = i % 3 == 1 ? 1.12 : 1.0,
                   .seeds = orchards[i]});
        // The same owner's land under two contracts, and a contract on fields.
        if (!orchards.empty()) d.add(again(orchards[0], "托管", "核桃"));
        for (const auto& fields : blocks(is_field, std::max(1, villages_ / 6), 3, 10))
            d.add({.kind = "托管", .what = "核桃", .year = after_ - 1, .boast = 1, .seeds = fields});
        office_.layers.push_back(d.layer());

        declared_truth("B2", d);
        orchard_ground_truth("B2", d);
        const auto eligible = [this](const Parcel& p) {
            return parcels_.is_orchard(p) && p.area.mu() >= least_contract_mu;
        };
        const double all = parcels_.sum(eligible).mu();
        const double covered = shared(d, eligible).mu();
        parcel_truth("B2.eligible", all);
        parcel_truth("B2.covered", covered);
        truth("B2.share", "county", 100 * covered / all, "%", 200 * dirty / all, dirty_reason);
        plan("核桃托管", "B2", counted(d).mu());
    }

    static bool is_field(const Unit& unit) {
        return unit.state[1].kind == Kind::maize && unit.state[0].kind == Kind::maize;
    }
    /// Half of a block, reported again in the last year.
    [[nodiscard]] Declaration again(const std::vector<std::int32_t>& seeds, const char* kind, const char* what) const {
        const auto half = static_cast<std::ptrdiff_t>((seeds.size() + 1) / 2);
        return {.kind = kind, .what = what, .year = after_, .boast = 1, .seeds = {seeds.begin(), seeds.begin() + half}};
    }

    void works(const char* file, const char* name_zh, const char* prefix, const char* kind, const char* id,
               std::uint64_t salt, int count) {
        Declarations d(county_, file, name_zh, prefix);
        const auto orchards = blocks([this](const Unit& u) { return is_old_orchard(u); }, count, 6, salt);
        constexpr std::array sorts{"礼品2号", "辽核1号", "中林1号"};
        for (std::size_t i = 0; i < orchards.size(); ++i)
            d.add({.kind = kind,
                   .what = sorts[i % sorts.size()],
                   .year = year(i),
                   .boast = i % 4 == 2 ? 1.2 : 1.0,
                   .seeds = orchards[i]});
        if (!orchards.empty()) d.add(again(orchards[0], kind, sorts[0]));
        for (const auto& fields : blocks(is_field, 1, 3, salt))
            d.add({.kind = kind, .what = sorts[0], .year = after_ - 1, .boast = 1, .seeds = fields});
        office_.layers.push_back(d.layer());
        declared_truth(id, d);
        orchard_ground_truth(id, d);
        plan(kind, id, counted(d).mu());
    }

    // -- B5, B6

    void trees() {
        std::vector<const Geometry*> built;
        std::vector<Box> boxes;
        for (const auto& village : county_.villages) {
            for (const auto& parcel : village.parcels[1]) {
                const auto code = parcels_.code(parcel);
                if (!code.starts_with("05") && !code.starts_with("06") && !code.starts_with("07")) continue;
                built.push_back(&parcel.geometry);
                boxes.push_back(bounds(parcel.geometry));
            }
        }
        const BoxIndex around(boxes);
        const auto is_close = [&](const Point& p) {
            const auto near = around.touching({p.x - guard_m, p.y - guard_m, p.x + guard_m, p.y + guard_m});
            return std::ranges::any_of(near, [&](std::size_t i) { return is_within(guard_m, p, *built[i]); });
        };
        std::map<std::string, int> village_of;
        for (int v = 0; v < villages_; ++v) village_of[landscape_.plan().villages()[index(v)].code] = v;
        std::map<std::string, int> by_village;
        int all = 0, inside = 0, close = 0;
        const auto layer = trees_layer(landscape_);
        for (const auto& tree : layer.features) {
            if (std::get<std::int64_t>(tree.values[2]) < ancient_age) continue;
            const auto& p = tree.geometry.points.front();
            const auto village = to_text(tree.values.back());
            const auto* parcel = parcels_.at(p, village_of.at(village));
            ++all;
            ++by_village[village];
            if (parcel && parcels_.is_orchard(*parcel)) ++inside;
            if (is_close(p)) ++close;
        }
        const auto count = [&](const std::string& id, const std::string& zone, int n) {
            truth(id, zone, n, "trees", 0, "points are counted");
        };
        count("B5", "county", all);
        for (const auto& [village, n] : by_village) count("B5", village + "0000000", n);
        count("B5.inside", "county", inside);
        count("B5.outside", "county", all - inside);
        count("B5.near", "county", close);
    }

    void bases() {
        Declarations d(county_, "bases", "核桃连翘基地", "JD");
        const auto add = [&](const char* kind, const char* what, const Fits& fits, int count, int seeds_each,
                             std::uint64_t salt) {
            Area sum;
            int n = 0;
            for (const auto& block : blocks(fits, count, seeds_each, salt)) {
                d.add({.kind = kind, .what = what, .year = year(index(n)), .boast = 1, .seeds = block});
                sum += d.all().back().area;
                ++n;
            }
            return std::pair(sum.mu(), n);
        };
        const auto nursery = add(
            "采穗圃", "礼品2号", [this](const Unit& u) { return is_old_orchard(u); }, 1, 3, 21);
        const auto pilot = add(
            "中试基地", "核桃", [this](const Unit& u) { return is_old_orchard(u); }, 1, 5, 22);
        const auto seedlings = add("育苗基地", "连翘", is_field, std::min(5, villages_), 3, 23);
        office_.layers.push_back(d.layer());
        area_truth("B6", nursery.first);
        area_truth("B6.pilot", pilot.first);
        area_truth("C2", seedlings.first);
        truth("C2.count", "county", seedlings.second, "bases", 0, "polygons are counted");
    }

    // -- C

    void tending() {
        Declarations d(county_, "tending", "连翘抚育作业", "FY");
        const auto thickets = blocks(
            [](const Unit& u) { return u.state[1].kind == Kind::forsythia && u.state[0].kind == Kind::forsythia; },
            std::max(3, villages_), 12, 31);
        for (std::size_t i = 0; i < thickets.size(); ++i)
            d.add({.kind = "连翘抚育",
                   .what = "连翘",
                   .year = year(i),
                   .boast = i % 3 == 2 ? 1.25 : 1.0,
                   .seeds = thickets[i]});
        if (!thickets.empty()) d.add(again(thickets[0], "连翘抚育", "连翘"));
        for (const auto& woods :
             blocks([](const Unit& u) { return u.state[1].kind == Kind::pine && u.state[1].planted == 0; }, 1, 4, 31))
            d.add({.kind = "连翘抚育", .what = "连翘", .year = after_ - 1, .boast = 1, .seeds = woods});
        office_.layers.push_back(d.layer());
        declared_truth("C1", d);
        plan("连翘抚育", "C1", counted(d).mu());
        const double there =
            shared(d, [this](const Parcel& p) { return parcels_.state(p).kind == Kind::forsythia; }).mu();
        truth("C1.seen", "county", 100 * there / counted(d).mu(), "%", 25,
              "imagery: the bloom of April tells forsythia from other shrub where that month was clear");
    }

    /// On grass, in the last years: too young to be seen, and the map must not claim it.
    void new_planting() {
        Declarations d(county_, "herb_planting", "连翘与中药材新植", "XZ");
        const auto slopes = blocks(
            [](const Unit& u) { return u.state[1].kind == Kind::grassland && u.state[0].kind == Kind::grassland; },
            std::max(3, villages_ / 2), 6, 41);
        for (std::size_t i = 0; i < slopes.size(); ++i)
            d.add({.kind = i % 3 == 2 ? "中药材种植" : "连翘新植",
                   .what = i % 3 == 2 ? "黄芩" : "连翘",
                   .year = i == 1 ? before_ : year(i),
                   .boast = 1,
                   .seeds = slopes[i]});
        if (!slopes.empty()) d.add(again(slopes[0], "连翘新植", "连翘"));
        office_.layers.push_back(d.layer());
        area_truth("C3", (counted(d) - counted(d, before_)).mu());
        const double all =
            parcels_.sum([this](const Parcel& p) { return parcels_.state(p).kind == Kind::forsythia; }).mu();
        truth("C3.seen", "county", 0, "mu", 0.1 * all,
              "imagery: no forsythia is old enough to be seen; 10 % of what there was flickers");
        truth("C3.agree", "county", 0, "mu", 0.15 * counted(d).mu(), "imagery: no planting is old enough to be seen");
    }

    const CountyView& county_;
    const Landscape& landscape_;
    SurveyedLand parcels_;
    int after_, before_, villages_;
    Office office_;
    Table plan_;
};

}  // namespace

Office orchard_office(const CountyView& county) { return OrchardOffice(county).made(); }

}  // namespace linmu::demo

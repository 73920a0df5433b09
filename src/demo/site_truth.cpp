// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <string>

#include "index.hpp"
#include "linmu/demo/names.hpp"
#include "site_land.hpp"

namespace linmu::demo {
namespace {

constexpr double exact_mu = 0.05;
constexpr const char* exact = "vector facts: the polygons that were planted, to the last printed digit";
constexpr const char* parcels_dirt =
    "vector facts; the survey layer has a bow-tie, a sliver and an overlap planted, a few square metres each";
constexpr const char* seen =
    "class map at 10 m: small sites are mostly edge, and quarry, rock and bare field look alike";

/// Slips of two boundaries below this are no conflict: data/terms/county.toml, least_conflict.
constexpr double least_conflict_m2 = 10;

/// Of data/terms/county.toml: a bureau that changes them there has another truth.
struct Grazing {
    double goat_unit = 0.8, hay_grass = 1500, use_grass = 0.5, hay_shrub = 900, use_shrub = 0.35, hay_day = 1.8,
           days = 365;
    [[nodiscard]] double units(Area grass, Area shrub) const {
        return (grass.ha() * hay_grass * use_grass + shrub.ha() * hay_shrub * use_shrub) / (hay_day * days);
    }
};

bool is_one_of(const std::string& code, const std::vector<std::string>& starts) {
    return std::ranges::any_of(starts, [&](const std::string& start) { return code.starts_with(start); });
}

/// Forsythia is shrub, by whichever class a legend has it.
bool is_shrub(const std::string& land) { return land == "shrub" || land == "forsythia"; }

class TruthBook {
public:
    TruthBook(const CountyView& county, const SitePlan& plan, const Office& greening, const Office& farming)
        : county_(county), plan_(plan), closures_(grounds_of(county, layer_named(greening, "closures"))),
          basic_(grounds_of(county, layer_named(farming, "yjjbnt"))) {}

    std::vector<IndicatorTruth> written() {
        grazing();
        mines();
        energy();
        parks();
        waters();
        grids();
        conflicts_of_farmland();
        conflicts_of_sites();
        conflicts_of_works();
        return std::move(truth_);
    }

private:
    void add(const std::string& id, double value, const char* unit, double tolerance, const char* reason,
             const std::string& zone = "county") {
        truth_.push_back({id, zone, value, unit, tolerance, reason});
    }
    void add(const std::string& id, Area area, const char* reason = exact, double tolerance = exact_mu) {
        add(id, area.mu(), "mu", tolerance, reason);
    }
    /// A figure of the class map: a share of itself, and no less than so much, may be missing.
    void add_seen(const std::string& id, Area area, double share, double least_mu) {
        add(id, area, seen, std::max(least_mu, share * area.mu()));
    }

    [[nodiscard]] std::vector<Piece> codes(const std::vector<Ground>& grounds, int y) const {
        return pieces_of(county_, grounds, y == 0 ? first_survey : second_survey, survey_code(county_, y));
    }
    [[nodiscard]] static Area sum(const std::vector<Piece>& pieces, const std::vector<std::string>& starts) {
        Area area;
        for (const auto& piece : pieces) {
            if (is_one_of(piece.word, starts)) area += piece.area;
        }
        return area;
    }
    [[nodiscard]] static Area common(const std::vector<Ground>& a, const std::vector<Ground>& b) {
        Area area;
        for (const auto& one : a) {
            for (const auto& other : b) area += common_area(one.geometry, other.geometry);
        }
        return area;
    }
    [[nodiscard]] static Area whole(const std::vector<Site>& sites) {
        Area area;
        for (const auto& site : sites) area += site.area;
        return area;
    }

    void grazing() {
        const auto word = [&](int y) { return land_word(county_, y); };
        std::map<int, std::pair<Area, Area>> closed;  // grass, shrub by village
        Area closed_all;
        for (std::size_t v = 0; v < county_.villages.size(); ++v) {
            for (const auto& parcel : county_.villages[v].parcels[1]) {
                const auto what = word(1)(county_.landscape.units()[index(parcel.unit)]);
                if (what != "grass" && !is_shrub(what)) continue;
                for (const auto& closure : closures_) {
                    if (closure.village >= 0 && closure.village != static_cast<int>(v)) continue;
                    const auto area = common_area(closure.geometry, parcel.geometry);
                    auto& [grass, shrub] = closed[static_cast<int>(v)];
                    (what == "grass" ? grass : shrub) += area;
                    closed_all += area;
                }
            }
        }
        const Grazing grazing;
        double head = 0, capacity = 0, overload = 0;
        for (std::size_t v = 0; v < county_.villages.size(); ++v) {
            Area grass, shrub;
            for (const auto& parcel : county_.villages[v].parcels[1]) {
                const auto what = word(1)(county_.landscape.units()[index(parcel.unit)]);
                if (what == "grass") grass += parcel.area;
                if (is_shrub(what)) shrub += parcel.area;
            }
            const auto [closed_grass, closed_shrub] = closed[static_cast<int>(v)];
            const double fed = grazing.units(grass - closed_grass, shrub - closed_shrub);
            const auto here = static_cast<double>(plan_.herds[v]);
            const auto& code = county_.landscape.plan().villages()[v].code;
            add("E1", here, "head", 0.5, "the herd table", code + "0000000");
            head += here;
            capacity += fed;
            overload += std::max(0.0, here * grazing.goat_unit - fed);
        }
        add("E1", head, "head", 0.5, "the herd table");
        if (closures_.empty()) return;
        constexpr const char* slopes = "class map at 10 m: grass, shrub and young plantations are alike on slopes";
        add("E1.capacity", capacity, "sheep unit", 0.2 * capacity, slopes);
        add("E1.overload", overload, "sheep unit", 0.2 * capacity, slopes);
        add("E1.closed", closed_all, slopes, std::max(30.0, 0.3 * closed_all.mu()));
    }

    void mines() {
        const auto permits = grounds_of(plan_.permits);
        add("E2", whole(plan_.permits));
        add("E2.mined", sum(codes(permits, 1), {"0602"}), parcels_dirt);
        Area outside;
        for (const auto& area : mines_outside()) outside += area;
        add("E2.outside", outside, parcels_dirt);
        conflict("X7", mines_outside());
        const auto lines = grounds_of(plan_.lines);
        add("E2.protected", sum(codes(lines, 1), {"0602"}), parcels_dirt);
        Area disturbed, regreened;
        for (const auto& piece : pieces_of(county_, permits, second_survey, land_word(county_, 1))) {
            if (piece.word == "bare" || piece.word == "built") disturbed += piece.area;
        }
        const auto gained = [&](const Unit& unit) -> std::string {
            const auto before = land_word(county_, 0)(unit), after = land_word(county_, 1)(unit);
            const bool was = before == "bare" || before == "built", is = after == "bare" || after == "built";
            return was && !is ? "green" : "";
        };
        for (const auto& piece : pieces_of(county_, permits, changed_land, gained)) regreened += piece.area;
        add_seen("E2.disturbed", disturbed, 0.3, 10);
        add_seen("E2.regreened", regreened, 0.5, 15);
    }

    [[nodiscard]] std::vector<Area> mines_outside() const {
        const auto permits = grounds_of(plan_.permits);
        std::vector<Area> areas;
        for (std::size_t v = 0; v < county_.villages.size(); ++v) {
            for (const auto& parcel : county_.villages[v].parcels[1]) {
                if (county_.landscape.units()[index(parcel.unit)].state[1].kind != Kind::mine) continue;
                Area outside = parcel.area;
                for (const auto& permit : permits) outside -= common_area(permit.geometry, parcel.geometry);
                areas.push_back(outside);
            }
        }
        return areas;
    }

    [[nodiscard]] std::vector<Ground> projects(const std::string& kind) const {
        std::vector<Ground> grounds;
        for (const auto& project : plan_.projects) {
            if (kind.empty() || project.kind == kind) grounds.push_back({project.site.geometry, project.site.village});
        }
        return grounds;
    }

    void energy() {
        Area all;
        for (const auto& project : plan_.projects) all += project.site.area;
        add("E3", all);
        const auto pieces = codes(projects(""), 0);
        add("E3.farmland", sum(pieces, {"01"}), parcels_dirt);
        add("E3.forest", sum(pieces, {"03"}), parcels_dirt);
        add("E3.protected", common(projects(""), grounds_of(plan_.lines)));
        if (!basic_.empty()) add("E3.basic", common(projects(""), basic_));
    }

    void parks() {
        const auto parks = grounds_of(plan_.parks);
        add("E4", whole(plan_.parks));
        const auto pieces = codes(parks, 0);
        add("E4.farmland", sum(pieces, {"01"}), parcels_dirt);
        add("E4.forest", sum(pieces, {"03"}), parcels_dirt);
        if (!basic_.empty()) add("E4.basic", common(parks, basic_));
    }

    void waters() {
        Area before, after;
        for (const auto& village : county_.villages) {
            for (const auto& parcel : village.parcels[1]) {
                const auto& unit = county_.landscape.units()[index(parcel.unit)];
                if (!is_water(unit.state[1].kind)) continue;
                after += parcel.area;
                if (is_water(unit.state[0].kind)) before += parcel.area;
            }
        }
        add("E5", after, parcels_dirt);
        add("E5.before", before, parcels_dirt);
        add("E5.seen", after, "class map at 10 m: most brooks are narrower than a cell and are not seen",
            std::max(20.0, 0.9 * after.mu()));
        double metres = 0;
        for (const auto& line : plan_.rivers) {
            for (std::size_t i = 1; i < line.size(); ++i) metres += distance(line[i - 1], line[i]);
        }
        add("E5.length", metres / 1000, "km", 0.001 * metres / 1000 + 0.001,
            "planted in the scenes' plane, whose scale is 1.0002 here");
    }

    void grids() {
        add("F1.gaps", plan_.grid_gap);
        add("F1.overlaps", plan_.grid_overlap);
        add("F1", plan_.grid_gap > Area{} || plan_.grid_overlap > Area{} ? 1 : 0, "layer", 0.5,
            "a whole number: what was planted");
        add("F1.broken", 0, "sum", 0.5, "a whole number: zones that are surveyed from one pattern close");
        add("F2", 100, "%", 0.01, "every layer that is written is in the project");
        add("F4", static_cast<double>(county_.villages.size()), "sheet", 0.5, "a whole number: one a village");
    }

    void conflict(const std::string& id, const std::vector<Area>& areas, const char* reason = parcels_dirt) {
        Area all;
        int count = 0;
        for (const auto& area : areas) {
            if (area.m2() < least_conflict_m2) continue;
            all += area;
            ++count;
        }
        add(id, all, reason);
        add(id + ".count", count, "case", 0.5, "a whole number: pairs that share ten square metres or more");
    }
    void conflict(const std::string& id, const std::vector<Piece>& pieces, const std::vector<std::string>& starts) {
        std::vector<Area> areas;
        for (const auto& piece : pieces) {
            if (is_one_of(piece.word, starts)) areas.push_back(piece.area);
        }
        conflict(id, areas);
    }
    void conflict(const std::string& id, const std::vector<Ground>& a, const std::vector<Ground>& b) {
        std::vector<Area> areas;
        for (const auto& one : a) {
            for (const auto& other : b) areas.push_back(common_area(one.geometry, other.geometry));
        }
        conflict(id, areas, exact);
    }

    void conflicts_of_farmland() {
        std::vector<Area> steep;
        for (const auto& village : county_.villages) {
            for (const auto& parcel : village.parcels[1]) {
                const auto& unit = county_.landscape.units()[index(parcel.unit)];
                if (survey_code(county_, 1)(unit).starts_with("01") && unit.slope > 25) steep.push_back(parcel.area);
            }
        }
        conflict("X10", steep);
        if (basic_.empty()) return;
        const auto pieces = codes(basic_, 1);
        conflict("X1", pieces, {"03"});
        conflict("X3", pieces, {"02"});
        conflict("X6", projects(""), basic_);
        Area gain;
        const auto trees = [&](const Unit& unit) -> std::string {
            const auto before = land_word(county_, 0)(unit), after = land_word(county_, 1)(unit);
            const auto forest = [](const std::string& land) { return land == "broadleaf" || land == "conifer"; };
            return forest(after) && !forest(before) ? "gain" : "";
        };
        for (const auto& piece : pieces_of(county_, basic_, changed_land, trees)) gain += piece.area;
        add("X2", gain, "class map at 10 m: young trees on a field, and fields that are taken for trees",
            std::max(60.0, 0.6 * gain.mu()));
    }

    void conflicts_of_sites() {
        conflict("X5", codes(projects("光伏"), 0), {"0301", "0302"});
        const auto on_lines = codes(grounds_of(plan_.lines), 1);
        conflict("X8", on_lines, {"0602"});
        conflict("X9", on_lines, {"05", "0601", "07", "08", "09"});
        if (!closures_.empty()) conflict("X11", grounds_of(plan_.pastures), closures_);
    }

    void conflicts_of_works() {
        std::vector<Area> areas;
        std::vector<Box> boxes;
        for (const auto& plot : county_.plots) boxes.push_back(bounds(plot.design));
        for (std::size_t i = 0; i < county_.plots.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (boxes[i].xmin > boxes[j].xmax || boxes[j].xmin > boxes[i].xmax || boxes[i].ymin > boxes[j].ymax ||
                    boxes[j].ymin > boxes[i].ymax)
                    continue;
                areas.push_back(common_area(county_.plots[i].design, county_.plots[j].design));
            }
        }
        conflict("X4", areas, exact);
    }

    const CountyView& county_;
    const SitePlan& plan_;
    std::vector<Ground> closures_, basic_;
    std::vector<IndicatorTruth> truth_;
};

}  // namespace

std::vector<IndicatorTruth> site_truth(const CountyView& county, const SitePlan& plan, const Office& greening,
                                       const Office& farming) {
    auto truth = TruthBook(county, plan, greening, farming).written();
    for (auto& line : suitability_truth(county, plan, farming)) truth.push_back(std::move(line));
    return truth;
}

}  // namespace linmu::demo

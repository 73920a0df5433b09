// SPDX-License-Identifier: MIT
#include "office_farmland.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

#include "fields.hpp"
#include "index.hpp"
#include "linmu/core/random.hpp"
#include "linmu/demo/names.hpp"

namespace linmu::demo {
namespace {

double cents(double x) { return std::round(x * 100) / 100; }
double mu_of_m2(double m2) { return m2 * 15 / 1e4; }

bool is_farmland(const CountyView& county, std::int32_t unit, int year_index) {
    return county.landscape.land(unit, year_index) == Land::cropland;
}

SurveyClass class_of(const CountyView& county, std::int32_t unit, int year_index) {
    const auto& u = county.landscape.units()[index(unit)];
    return survey_class(u.state[index(year_index)], county.landscape.years()[index(year_index)], u.irrigated);
}

// ---- Permanent basic farmland (永久基本农田): parcels of the first survey that may never be anything else. ----

/// Most of the gentle fields and a few of the steep ones, parcel by parcel.
bool is_basic(const CountyView& county, std::int32_t unit) {
    const auto& u = county.landscape.units()[index(unit)];
    const double luck = random_unit(county.landscape.seed() ^ 401, static_cast<std::uint64_t>(u.parcel[0]));
    return is_farmland(county, unit, 0) && luck < (slope_class(u.slope) <= 3 ? 0.8 : 0.1);
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

Layer basic_farmland(const CountyView& county) {
    Layer layer{basic_farmland_spec(), {}};
    for (std::size_t v = 0; v < county.villages.size(); ++v) {
        const auto& village = county.landscape.plan().villages()[v];
        for (const auto& parcel : county.villages[v].parcels[0]) {
            if (!is_basic(county, parcel.unit)) continue;
            const auto survey = class_of(county, parcel.unit, 0);
            const auto fid = static_cast<std::int64_t>(layer.features.size()) + 1;
            const int slope = slope_class(county.landscape.units()[index(parcel.unit)].slope);
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
    return layer;
}

// ---- What the two surveys must show. ----

/// Figures in mu by indicator and zone.
using Figures = std::map<std::pair<std::string, std::string>, double>;

constexpr const char* as_surveyed =
    "exact, but for a bow-tie, an overlap and a sliver that each survey is handed over with";

void put(Office& office, const Figures& figures, double tolerance, const char* reason) {
    for (const auto& [key, mu] : figures) office.truth.push_back({key.first, key.second, mu, "mu", tolerance, reason});
}

/// Farmland of both years: on the ground, as the surveys write it down, and less its ridges.
void add_stocks(const CountyView& county, Office& office) {
    Figures ground, written;
    constexpr std::array when{"start", "end"};
    for (const auto& village : county.villages) {
        for (int y = 0; y < 2; ++y) {
            for (const auto& parcel : village.parcels[index(y)]) {
                if (!is_farmland(county, parcel.unit, y)) continue;
                const int slope = slope_class(county.landscape.units()[index(parcel.unit)].slope);
                const double m2 = cents(parcel.area.m2());
                ground[{fmt::format("D1.survey.{}", when[index(y)]), "county"}] += parcel.area.mu();
                written[{fmt::format("D1.written.{}", when[index(y)]), "county"}] += mu_of_m2(m2);
                written[{fmt::format("D1.own.{}", when[index(y)]), "county"}] +=
                    mu_of_m2(cents(m2 - cents(m2 * ridge_share(slope))));
                if (y == 1) ground[{"D1.slope", fmt::format("slope {}", slope)}] += parcel.area.mu();
                const auto use = class_of(county, parcel.unit, y).attribute;
                if (y == 1 && (use == "FLS" || use == "WG")) ground[{"D1.use", "county"}] += parcel.area.mu();
                if (y == 0 && is_basic(county, parcel.unit)) ground[{"D1.basic", "county"}] += parcel.area.mu();
            }
        }
    }
    put(office, ground, 0.5, as_surveyed);
    // The sliver repeats the numbers of the parcel that it was cut from; which parcel that is, no survey says.
    put(office, written, 40, "exact, but for the numbers of one parcel that its sliver repeats");
}

bool is_built(const std::string& code) { return code >= "05" && code < "11" && code != "1006"; }
bool is_other_farming(const std::string& code) {
    return code.starts_with("02") || code.starts_with("03") || code.starts_with("04") || code.starts_with("1104");
}

void add_loss(const CountyView& county, const Parcel& piece, const std::string& village, Figures& figures) {
    const auto& unit = county.landscape.units()[index(piece.unit)];
    const auto to = class_of(county, piece.unit, 1).code;
    const double mu = piece.area.mu();
    const int slope = slope_class(unit.slope);
    for (const auto& zone : {std::string("county"), village}) {
        figures[{"D1.survey", zone}] -= mu;
        figures[{"D1.survey.out", zone}] += mu;
    }
    figures[{"D1.own.out", "county"}] += mu * (1 - ridge_share(slope));
    figures[{"D1.slope.out", fmt::format("slope {}", slope)}] += mu;
    if (county.landscape.land(piece.unit, 1) != Land::walnut) figures[{"visible", "county"}] += mu;
    const char* kind = is_built(to) ? "nonagri" : is_other_farming(to) ? "nongrain" : "other";
    figures[{fmt::format("D1.{}", kind), "county"}] += mu;
    if (!is_basic(county, piece.unit)) return;
    figures[{"D1.basic.out", "county"}] += mu;
    figures[{fmt::format("D1.basic.{}", kind), "county"}] += mu;
}

void add_flows(const CountyView& county, Office& office) {
    Figures figures;
    for (const char* part : {"D1.nonagri", "D1.nongrain", "D1.other", "D1.basic.out", "D1.basic.nonagri",
                             "D1.basic.nongrain", "D1.survey.in", "D1.own.in", "D1.survey.out", "D1.own.out"})
        figures[{part, "county"}] = 0;
    for (std::size_t v = 0; v < county.villages.size(); ++v) {
        const auto village = county.landscape.plan().villages()[v].code + "0000000";
        for (const auto& piece : county.villages[v].changes) {
            const bool was = is_farmland(county, piece.unit, 0);
            const bool is = is_farmland(county, piece.unit, 1);
            if (was && !is) add_loss(county, piece, village, figures);
            if (was || !is) continue;
            const int slope = slope_class(county.landscape.units()[index(piece.unit)].slope);
            for (const auto& zone : {std::string("county"), village}) {
                figures[{"D1.survey", zone}] += piece.area.mu();
                figures[{"D1.survey.in", zone}] += piece.area.mu();
            }
            figures[{"D1.own.in", "county"}] += piece.area.mu() * (1 - ridge_share(slope));
        }
    }
    figures.erase({"D1.basic.other", "county"});
    const auto node = figures.extract({"visible", "county"});
    const double visible = node.empty() ? 0 : node.mapped();
    put(office, figures, 0.5, as_surveyed);
    const double in = figures[{"D1.survey.in", "county"}];
    const double out = figures[{"D1.survey.out", "county"}];
    constexpr const char* seen =
        "imagery: a third of what changed; orchards and woods planted in the last years are still fields at 10 m, and "
        "edges of parcels are mixed cells";
    office.truth.push_back({"D1", "county", in - out, "mu", (in + out) / 3, seen});
    office.truth.push_back({"D1.in", "county", in, "mu", in / 3, seen});
    office.truth.push_back({"D1.out", "county", out, "mu", out / 3, seen});
    office.truth.push_back({"D1.confirmed", "county", visible, "mu", out / 3, seen});
}

// ---- Blocks of farmland that could become high-standard farmland. ----

/// Parcels that have an edge in common, vertex for vertex, hang together.
class EdgeBlocks {
public:
    void add(const Parcel& parcel) {
        const auto own = parent_.size();
        parent_.push_back(own);
        areas_.push_back(parcel.area.mu());
        for (const auto& polygon : parcel.geometry.polygons) {
            join_ring(polygon.outer, own);
            for (const auto& hole : polygon.holes) join_ring(hole, own);
        }
    }
    [[nodiscard]] std::vector<double> areas() {
        std::map<std::size_t, double> sums;
        for (std::size_t i = 0; i < parent_.size(); ++i) sums[root(i)] += areas_[i];
        std::vector<double> out;
        for (const auto& [first, mu] : sums) out.push_back(mu);
        return out;
    }

private:
    using Corner = std::pair<std::int64_t, std::int64_t>;  ///< mm
    static Corner corner(const Point& p) { return {std::llround(p.x * 1000), std::llround(p.y * 1000)}; }
    std::size_t root(std::size_t i) {
        while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
        return i;
    }
    void join_ring(const Ring& ring, std::size_t own) {
        for (std::size_t i = 0; i < ring.size(); ++i) {
            const Corner from = corner(ring[i]);
            const Corner to = corner(ring[(i + 1) % ring.size()]);
            const auto [other, fresh] = owner_.try_emplace({std::min(from, to), std::max(from, to)}, own);
            if (!fresh) parent_[root(own)] = root(other->second);
        }
    }

    std::vector<std::size_t> parent_;
    std::vector<double> areas_;
    std::map<std::pair<Corner, Corner>, std::size_t> owner_;
};

void add_blocks(const CountyView& county, Office& office) {
    EdgeBlocks blocks;
    for (const auto& village : county.villages) {
        for (const auto& parcel : village.parcels[1]) {
            const int slope = slope_class(county.landscape.units()[index(parcel.unit)].slope);
            if (is_farmland(county, parcel.unit, 1) && slope <= steepest_candidate) blocks.add(parcel);
        }
    }
    double count = 0;
    double sum = 0;
    for (const double mu : blocks.areas()) {
        if (mu < least_candidate_mu) continue;
        ++count;
        sum += mu;
    }
    office.truth.push_back({"D2.candidates", "county", sum, "mu", 0.5, as_surveyed});
    office.truth.push_back({"D2.blocks", "county", count, "1", 0.5, "exact"});
}

}  // namespace

void add_farmland(const CountyView& county, Office& office) {
    office.layers.push_back({"yjjbnt", "永久基本农田图斑", basic_farmland(county)});
    add_stocks(county, office);
    add_flows(county, office);
    add_blocks(county, office);
}

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include "fields.hpp"
#include "index.hpp"
#include "linmu/core/random.hpp"
#include "linmu/demo/names.hpp"
#include "linmu/demo/office.hpp"
#include "office_farmland.hpp"

namespace linmu::demo {
namespace {

using Seeds = std::vector<std::int32_t>;

constexpr double exact = 0.05;
constexpr const char* by_vector = "exact to the last printed digit: seeds of the pattern that the polygons are made of";
constexpr const char* by_crumbs =
    "2 %: what roads and streams cut off a field below 400 m2 the survey gives to the neighbour, 3 m2 at each corner "
    "of a field";

/// Land of seeds that follow one another in no matter what order, each once.
Seeds united(std::vector<Seeds> all) {
    std::set<std::int32_t> sum;
    for (const auto& seeds : all) sum.insert(seeds.begin(), seeds.end());
    return {sum.begin(), sum.end()};
}

/// What an office draws on the map: polygons of seeds, and what the land is like there.
class Drawing {
public:
    Drawing(const CountyView& county, LayerSpec spec) : county_(county), layer_{std::move(spec), {}} {}

    /// Number of things that a county of this size has: some to begin with, and one for so many villages.
    [[nodiscard]] int count(int least, int villages_each) const {
        return std::max(least, county_.landscape.plan().county_villages() / villages_each);
    }
    [[nodiscard]] double mu(const Seeds& seeds) const {
        if (seeds.empty()) return 0;
        return survey_plot(county_.landscape, {.work = {}, .seeds = seeds, .planted = {}}).design_area.mu();
    }
    /// Of it what is fields in the second year, less roads and streams.
    [[nodiscard]] double farmland_mu(const Seeds& seeds) const {
        Seeds fields;
        std::ranges::copy_if(seeds, std::back_inserter(fields), [&](std::int32_t s) { return is_field(s); });
        if (fields.empty()) return 0;
        return survey_plot(county_.landscape, {.work = {}, .seeds = seeds, .planted = fields}).planted_area.mu();
    }
    /// The same of fields on which grain is sown.
    [[nodiscard]] double grain_mu(const Seeds& seeds) const {
        Seeds fields;
        std::ranges::copy_if(seeds, std::back_inserter(fields), [&](std::int32_t s) {
            const auto use = class_of(s).attribute;
            return is_field(s) && (use == "LS" || use == "LLJZ");
        });
        if (fields.empty()) return 0;
        return survey_plot(county_.landscape, {.work = {}, .seeds = seeds, .planted = fields}).planted_area.mu();
    }
    [[nodiscard]] const Village& village(const Seeds& seeds) const {
        const auto v = county_.landscape.seeds()[index(seeds.front())].village;
        return county_.landscape.plan().villages()[index(v)];
    }
    [[nodiscard]] std::string village_code(const Seeds& seeds) const { return village(seeds).code + "0000000"; }
    void draw(const Seeds& seeds, std::vector<Value> values) {
        layer_.features.push_back({static_cast<std::int64_t>(layer_.features.size()) + 1,
                                   survey_plot(county_.landscape, {.work = {}, .seeds = seeds, .planted = {}}).design,
                                   std::move(values)});
    }
    [[nodiscard]] std::string code(char letter) const {
        return fmt::format("{}{}{:04}", county_code, letter, layer_.features.size() + 1);
    }
    [[nodiscard]] Layer take() { return std::move(layer_); }

private:
    [[nodiscard]] bool is_field(std::int32_t s) const {
        return county_.landscape.land(county_.landscape.seeds()[index(s)].unit, 1) == Land::cropland;
    }
    [[nodiscard]] SurveyClass class_of(std::int32_t s) const {
        const auto& unit = county_.landscape.units()[index(county_.landscape.seeds()[index(s)].unit)];
        return survey_class(unit.state[1], county_.landscape.years()[1], unit.irrigated);
    }

    const CountyView& county_;
    Layer layer_;
};

/// Blocks of fields, some of them with an orchard in their midst.
std::vector<Seeds> field_blocks(const Landscape& landscape, int count, int seeds_each, std::uint64_t salt,
                                bool orchards = false) {
    const int year = landscape.years()[1];
    return blocks_of(landscape, {[year, orchards](const Seed& seed, const Unit& unit) {
                                     const auto land = land_of(unit.state[1], year);
                                     const bool fits = land == Land::cropland || (orchards && land == Land::walnut);
                                     return fits && seed.second < 0 && unit.slope < 15;
                                 },
                                 count, seeds_each, salt});
}

Seeds first_of(const Seeds& seeds, std::size_t n) {
    return {seeds.begin(), seeds.begin() + static_cast<std::ptrdiff_t>(std::min(n, seeds.size()))};
}

/// D2: projects of high-standard farmland (高标准农田). Later projects count some fields of earlier ones again.
void add_high_standard(const CountyView& county, Office& office) {
    Drawing d(county, {"GBZNT",
                       survey_crs,
                       {text("XMBH", "项目编号"), text("XMMC", "项目名称"), whole("JSND", "建设年度"),
                        number("SBMJ", "mu", "上报面积"), text("ZLDWDM", "坐落单位代码"), text("BZ", "备注")}});
    const auto [first, last] = county.landscape.years();
    const auto blocks = field_blocks(county.landscape, d.count(4, 4), 10, 411, true);
    double reported = 0;
    double repeated = 0;
    const auto project = [&](const Seeds& seeds, int year, const char* remark) {
        d.draw(seeds, {d.code('G'), d.village(seeds).name + "高标准农田", std::int64_t{year},
                       std::round(d.mu(seeds) * 10) / 10, d.village_code(seeds), std::string(remark)});
        reported += d.mu(seeds);
    };
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        project(blocks[i], first + 1 + static_cast<int>(i % 2), "");
        if (i % 2 == 1) continue;
        const auto again = first_of(blocks[i], 4);
        project(again, last - 1, "提质改造");
        repeated += d.mu(again);
    }
    double farmland = 0;
    for (const auto& block : blocks) farmland += d.farmland_mu(block);
    const double built = reported - repeated;
    office.layers.push_back({"gbznt", "高标准农田项目区", d.take()});
    office.truth.push_back({"D2", "county", built, "mu", exact, by_vector});
    office.truth.push_back({"D2.repeated", "county", repeated, "mu", exact, by_vector});
    office.truth.push_back({"D2.farmland", "county", farmland, "mu", 0.02 * farmland, by_crumbs});
    office.truth.push_back({"D2.share", "county", 100 * farmland / built, "%", 2, by_crumbs});
}

/// D4: certificates of organic land: certified, in conversion, expired. Some certified fields are claimed twice.
void add_organic(const CountyView& county, Office& office) {
    Drawing d(county,
              {"YJRZ",
               survey_crs,
               {text("ZSBH", "证书编号"), whole("ZT", "状态代码"), text("ZTMC", "状态"), text("YXQ", "有效期至"),
                text("ZW", "作物"), number("ZSMJ", "mu", "证书面积"), text("ZLDWDM", "坐落单位代码")}});
    constexpr std::array names{"", "认证", "转换期"};
    const int last = county.landscape.years()[1];
    const auto blocks = field_blocks(county.landscape, d.count(6, 5), 7, 421, true);
    const auto certificate = [&](const Seeds& seeds, int status, const char* name, int until) {
        d.draw(seeds, {d.code('Y'), std::int64_t{status}, std::string(name), fmt::format("{}-12-31", until),
                       std::string("谷子"), std::round(d.mu(seeds) * 10) / 10, d.village_code(seeds)});
    };
    std::vector<Seeds> certified, sown;
    double repeated = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (i % 5 == 4) {
            certificate(blocks[i], 9, "过期", last - 2);
            continue;
        }
        const int status = i % 2 == 0 ? 1 : 2;
        certificate(blocks[i], status, names[index(status)], last + 1);
        (status == 1 ? certified : sown).push_back(blocks[i]);
        if (i % 3 != 0) continue;
        const auto again = first_of(blocks[i], 3);
        certificate(again, 2, names[2], last + 2);
        repeated += d.mu(again);
    }
    double certified_mu = 0;
    double certified_farmland = 0;
    double all_mu = 0;
    for (const auto& seeds : certified) {
        certified_mu += d.mu(seeds);
        certified_farmland += d.farmland_mu(seeds);
    }
    for (const auto& seeds : sown) all_mu += d.mu(seeds);
    all_mu += certified_mu;
    office.layers.push_back({"youji", "有机认证地块", d.take()});
    office.truth.push_back({"D4", "county", all_mu, "mu", exact, by_vector});
    office.truth.push_back({"D4.certified", "county", certified_mu, "mu", exact, by_vector});
    office.truth.push_back({"D4.repeated", "county", repeated, "mu", exact, by_vector});
    office.truth.push_back({"D4.share", "county", 100 * certified_farmland / certified_mu, "%", 2, by_crumbs});
}

/// D5: fields served by passes (植保, 深松, 收获). Later passes serve a part of the first one's fields again.
void add_services(const CountyView& county, Office& office) {
    Drawing d(county, {"NJFW",
                       survey_crs,
                       {text("FWBH", "服务编号"), whole("PC", "批次"), text("XM", "服务项目"), text("RQ", "服务日期"),
                        text("FWZZ", "服务组织"), text("ZLDWDM", "坐落单位代码")}});
    constexpr std::array items{"", "统防统治", "深松整地", "机收"};
    constexpr std::array dates{"", "06-20", "08-05", "10-02"};
    const auto blocks = field_blocks(county.landscape, d.count(6, 4), 8, 431);
    double visits = 0;
    double once = 0;
    double more = 0;
    const auto pass = [&](const Seeds& seeds, int number) {
        d.draw(seeds, {d.code('F'), std::int64_t{number}, std::string(items[index(number)]),
                       fmt::format("{}-{}", county.landscape.years()[1], dates[index(number)]),
                       d.village(seeds).name + "农机合作社", d.village_code(seeds)});
        visits += d.mu(seeds);
    };
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const auto& block = blocks[i];
        pass(block, 1);
        once += d.mu(block);
        if (i % 2 == 1) continue;
        const auto second = first_of(block, 5);
        const Seeds third = block.size() > 3 ? Seeds(block.begin() + 3, block.end()) : block;
        pass(second, 2);
        if (i % 4 == 0) pass(third, 3);
        more += d.mu(i % 4 == 0 ? united({second, third}) : second);
    }
    office.layers.push_back({"fuwu", "农技服务地块", d.take()});
    office.truth.push_back({"D5", "county", once, "mu", exact, by_vector});
    office.truth.push_back({"D5.more", "county", more, "mu", exact, by_vector});
    office.truth.push_back({"D5.once", "county", once - more, "mu", exact, by_vector});
    office.truth.push_back({"D5.passes", "county", visits, "mu", exact, by_vector});
}

/// D6: belts of rice, coarse grains and vegetables (作物带).
void add_crop_belts(const CountyView& county, Office& office) {
    Drawing d(county, {"ZWD",
                       survey_crs,
                       {text("DKBH", "地块编号"), text("ZW", "作物"), text("LB", "作物类别"), whole("ND", "年度"),
                        text("ZLDWDM", "坐落单位代码")}});
    constexpr std::array crops{"水稻", "谷子", "辣椒"};
    constexpr std::array kinds{"水稻", "杂粮", "蔬菜"};
    constexpr std::array parts{"D6.rice", "D6.coarse", "D6.vegetables"};
    const auto blocks = field_blocks(county.landscape, d.count(6, 3), 6, 441);
    std::map<std::pair<std::string, std::string>, double> sums;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const auto k = i % 3;
        d.draw(blocks[i], {d.code('Z'), std::string(crops[k]), std::string(kinds[k]),
                           std::int64_t{county.landscape.years()[1]}, d.village_code(blocks[i])});
        for (const auto& zone : {std::string("county"), d.village_code(blocks[i])}) {
            sums[{"D6", zone}] += d.mu(blocks[i]);
            sums[{parts[k], zone}] += d.mu(blocks[i]);
        }
    }
    office.layers.push_back({"zuowudai", "作物带", d.take()});
    for (const auto& [key, mu] : sums) office.truth.push_back({key.first, key.second, mu, "mu", exact, by_vector});
}

/// D7: trial plots of giant juncao (巨菌草).
void add_juncao(const CountyView& county, Office& office) {
    Drawing d(county, {"JJC",
                       survey_crs,
                       {text("SYBH", "试验编号"), text("PZ", "品种"), whole("ND", "年度"),
                        number("SBMJ", "mu", "上报面积"), text("ZLDWDM", "坐落单位代码")}});
    double sum = 0;
    for (const auto& seeds : field_blocks(county.landscape, 3, 2, 451)) {
        d.draw(seeds, {d.code('J'), std::string("巨菌草1号"), std::int64_t{county.landscape.years()[1]},
                       std::round(d.mu(seeds) * 11) / 10, d.village_code(seeds)});
        sum += d.mu(seeds);
    }
    office.layers.push_back({"jujuncao", "巨菌草试验地", d.take()});
    office.truth.push_back({"D7", "county", sum, "mu", exact, by_vector});
}

/// D8: contaminated plots (受污染耕地): used with care, or closed to food crops (严格管控). On some of those grain still grows.
void add_contaminated(const CountyView& county, Office& office) {
    Drawing d(county, {"SWRGD",
                       survey_crs,
                       {text("DKBH", "地块编号"), whole("LBDM", "类别代码"), text("LB", "类别"), text("CS", "治理措施"),
                        text("ZLDWDM", "坐落单位代码")}});
    double all = 0;
    double strict = 0;
    double farmland = 0;
    double grain = 0;
    const auto blocks = field_blocks(county.landscape, d.count(4, 8), 5, 461, true);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        const bool closed = i % 2 == 1;
        d.draw(blocks[i], {d.code('W'), std::int64_t{closed ? 3 : 2}, std::string(closed ? "严格管控类" : "安全利用类"),
                           std::string(closed ? "退出食用农产品" : "土壤调理"), d.village_code(blocks[i])});
        all += d.mu(blocks[i]);
        farmland += d.farmland_mu(blocks[i]);
        if (!closed) continue;
        strict += d.mu(blocks[i]);
        grain += d.grain_mu(blocks[i]);
    }
    office.layers.push_back({"swrgd", "受污染耕地地块", d.take()});
    office.truth.push_back({"D8", "county", all, "mu", exact, by_vector});
    office.truth.push_back({"D8.strict", "county", strict, "mu", exact, by_vector});
    office.truth.push_back({"D8.farmland", "county", farmland, "mu", 0.02 * farmland, by_crumbs});
    office.truth.push_back({"D8.grain", "county", grain, "mu", 0.02 * all, by_crumbs});
    office.truth.push_back({"D8.seen", "county", farmland, "mu", 0.15 * farmland,
                            "imagery: 15 %, as the class map's cropland at 10 m; edges of the plots are mixed cells"});
}

/// D3: grain (LS, LLJZ in the survey) that stands on the fields, and yields by planting attribute.
void add_grain(const CountyView& county, Office& office) {
    struct Yield {
        const char* attribute;
        const char* crop;
        double kg_per_mu;
    };
    // 110 million jin from 170 000 mu are 324 kg a mu; between rows of trees half of the ground is sown.
    constexpr std::array yields{Yield{"LS", "粮食", 330}, Yield{"LYFL", "粮食与其他作物轮作", 330},
                                Yield{"LLJZ", "林间粮食", 165}};
    Table table{
        {"yields", "粮食单产", {text("ZZSXDM", "种植属性代码"), text("ZW", "作物"), number("DC", "", "单产, kg/亩")}},
        {}};
    std::map<std::string, double> sown;
    for (const auto& village : county.villages) {
        for (const auto& parcel : village.parcels[1]) {
            const auto& unit = county.landscape.units()[index(parcel.unit)];
            sown[survey_class(unit.state[1], county.landscape.years()[1], unit.irrigated).attribute] +=
                parcel.area.mu();
        }
    }
    double mu = 0;
    double tonnes = 0;
    for (const auto& y : yields) {
        table.rows.push_back({std::string(y.attribute), std::string(y.crop), y.kg_per_mu});
        mu += sown[y.attribute];
        tonnes += sown[y.attribute] * y.kg_per_mu / 1000;
    }
    constexpr const char* reason =
        "imagery: 15 %, as the class map's cropland at 10 m; rows of trees in the fields, and edges, are missed";
    office.tables.push_back(std::move(table));
    office.truth.push_back({"D3", "county", mu, "mu", 0.15 * mu, reason});
    office.truth.push_back({"D3.declared", "county", mu, "mu", 0.5, "exact, but for the survey's dirt"});
    office.truth.push_back({"D3.output", "county", tonnes, "t", 0.15 * tonnes, reason});
}

}  // namespace

Office farming_office(const CountyView& county) {
    Office office;
    add_farmland(county, office);
    add_high_standard(county, office);
    add_grain(county, office);
    add_organic(county, office);
    add_services(county, office);
    add_crop_belts(county, office);
    add_juncao(county, office);
    add_contaminated(county, office);
    return office;
}

}  // namespace linmu::demo

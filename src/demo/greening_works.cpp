// SPDX-License-Identifier: MIT
// Plots of afforestation from report to survival, as they were planted.
#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <set>

#include "fields.hpp"
#include "greening.hpp"
#include "index.hpp"
#include "linmu/core/random.hpp"
#include "linmu/demo/names.hpp"

namespace linmu::demo {
namespace {

double tenth(double x) { return std::round(x * 10) / 10; }

/// What is true of one plot, mu.
struct PlotTruth {
    double located = 0, counted = 0, farmland = 0, basic = 0, other = 0, green = 0;
    bool planted = false;  ///< half of it or more
};

/// The rule of data/terms: works of closing are accounted for by themselves.
bool counts(const Plot& plot) { return plot.work != "封山育林"; }
bool is_orchard_work(const Plot& plot) { return plot.work == "经济林"; }

/// Most of the gentle fields and a few of the steep ones, parcel by parcel: as the layer of basic farmland has them.
bool is_basic(const Landscape& landscape, std::int32_t unit) {
    const auto& u = landscape.units()[index(unit)];
    const double luck = random_unit(landscape.seed() ^ 401, static_cast<std::uint64_t>(u.parcel[0]));
    return landscape.land(unit, 0) == Land::cropland && luck < (slope_class(u.slope) <= 3 ? 0.8 : 0.1);
}

class Works {
public:
    explicit Works(Desk& desk) : desk_(desk), plots_(desk.land().plots()), truths_(plots_.size()) {}

    void account() {
        report_other_programmes();
        std::vector<std::size_t> order(plots_.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, {}, [&](std::size_t p) { return plots_[p].year; });
        for (const auto p : order) measure(p);
        tell_areas();
        tell_rates();
        tell_verdicts();
        plan_years();
    }

private:
    [[nodiscard]] bool visible(std::size_t p) const { return plots_[p].year + youngest_visible <= desk_.year(1); }

    /// Every third of the plantings: half of it is also in the books of another programme, with land beside it.
    void report_other_programmes() {
        Layer layer{{"QTGC",
                     survey_crs,
                     {text("XBBH", "小班编号"), text("GCLB", "工程类别"), text("XIANG", "乡"), text("CUN", "村"),
                      whole("ZLND", "造林年度"), number("SBMJ", "mu", "上报面积")}},
                    {}};
        std::vector<bool> taken(desk_.land().seeds().size());
        for (const auto& plot : plots_) {
            for (const auto s : plot.seeds) taken[index(s)] = true;
        }
        int plantings = 0;
        for (const auto& plot : plots_) {
            if (plot.work != "人工造林" || plot.repeats >= 0 || plot.seeds.size() < 4 || plantings++ % 3 != 0) continue;
            auto seeds = plot.seeds;
            seeds.resize(seeds.size() / 2);
            for (const auto s : seeds) programmes_.insert(s);
            const auto beside = taken_around(desk_.land(), plot.seeds.front(), 200, taken);
            seeds.insert(seeds.end(), beside.begin(), beside.end());
            const auto ground = ground_of(desk_.land(), seeds);
            const auto& village = desk_.village_of(seeds.front());
            const auto fid = static_cast<std::int64_t>(layer.features.size()) + 1;
            layer.features.push_back(
                {fid,
                 ground.design,
                 {fmt::format("{}Q{:03}", county_code, fid), std::string(fid % 2 == 0 ? "国家储备林" : "三北防护林"),
                  village.code.substr(0, 9), village.code, std::int64_t{plot.year}, tenth(ground.design_area.mu())}});
        }
        desk_.office.layers.push_back({"other_works", "其他工程小班", std::move(layer)});
    }

    /// Ground that an earlier plot has is that plot's.
    void measure(std::size_t p) {
        const auto& plot = plots_[p];
        auto& truth = truths_[p];
        truth.located = desk_.county.plots[p].design_area.mu();
        truth.planted = 2 * desk_.county.plots[p].planted_area.mu() >= truth.located;
        std::vector<std::int32_t> fresh, programme;
        for (const auto s : plot.seeds) {
            if (used_.insert(s).second) fresh.push_back(s);
            if (programmes_.contains(s)) programme.push_back(s);
        }
        if (!counts(plot)) return;
        truth.counted = mu_of_design(fresh, plot, p);
        truth.other = mu_of_design(programme, plot, p);
        const auto all = land_shift(desk_.land(), plot.seeds);
        truth.farmland = mu_of(all, [](Land was, Land) { return was == Land::cropland; });
        if (truth.farmland > 0) {
            const auto basic = areas_by(desk_.land(), plot.seeds,
                                        [&](std::int32_t unit) { return is_basic(desk_.land(), unit) ? 0 : -1; });
            for (const auto& [key, area] : basic) truth.basic += area.mu();
        }
        const auto shift = fresh.size() == plot.seeds.size() ? all : land_shift(desk_.land(), fresh);
        truth.green =
            mu_of(shift, [&](Land, Land is) { return is_forest(is) || (is == Land::walnut && is_orchard_work(plot)); });
    }

    [[nodiscard]] double mu_of_design(const std::vector<std::int32_t>& seeds, const Plot& plot, std::size_t p) const {
        if (seeds.empty()) return 0;
        if (seeds.size() == plot.seeds.size()) return desk_.county.plots[p].design_area.mu();
        return ground_of(desk_.land(), seeds).design_area.mu();
    }

    template <class Part>
    [[nodiscard]] double sum(Part&& part) const {
        double all = 0;
        for (std::size_t p = 0; p < plots_.size(); ++p) {
            if (counts(plots_[p])) all += part(p);
        }
        return all;
    }
    [[nodiscard]] double reported(std::size_t p) const { return tenth(truths_[p].located * plots_[p].boast); }

    void tell_areas() {
        const auto of = [&](double PlotTruth::*part) { return sum([&](std::size_t p) { return truths_[p].*part; }); };
        desk_.exact("A3", "county", sum([&](std::size_t p) { return reported(p); }), "mu");
        desk_.exact("A3.located", "county", of(&PlotTruth::located), "mu");
        desk_.exact("A3.counted", "county", of(&PlotTruth::counted), "mu", 0.5);
        desk_.exact("A3.repeated", "county", of(&PlotTruth::located) - of(&PlotTruth::counted), "mu", 0.5);
        desk_.exact("A3.programmes", "county", of(&PlotTruth::other), "mu", 0.5);
        const std::string corners = "vector facts; corners of cells and faults that were planted in the survey";
        const double farmland = of(&PlotTruth::farmland), basic = of(&PlotTruth::basic);
        desk_.seen("A3.farmland", "county", farmland, "mu", 0.5 + 0.01 * farmland, corners);
        desk_.seen("A3.farmland.other", "county",
                   sum([&](std::size_t p) { return plots_[p].work == "退耕还林" ? 0 : truths_[p].farmland; }), "mu",
                   0.5 + 0.01 * farmland, corners);
        desk_.seen("A3.basic", "county", basic, "mu", 0.5 + 0.01 * basic, corners);
    }

    enum class Stage { repeated, done, half_seen, untold };

    /// What the best of verdicts says. Two years of scenes are no curve, so that of a plot where nothing was planted nothing can be told.
    /// Crowns over less than this share of the ground are seen as trees in some places and as what is between them in others.
    [[nodiscard]] Stage stage(std::size_t p) const {
        const auto& t = truths_[p];
        if (t.counted < 0.5 * t.located) return Stage::repeated;
        if (!t.planted || !visible(p)) return Stage::untold;
        return crown_cover(plots_[p].species, desk_.year(1) - plots_[p].year) < 0.45 ? Stage::half_seen : Stage::done;
    }
    template <class Part>
    [[nodiscard]] double sum_of(Stage of, Part&& part) const {
        return sum([&](std::size_t p) { return stage(p) == of ? part(p) : 0.0; });
    }
    [[nodiscard]] int plots_of(Stage of) const {
        return static_cast<int>(sum_of(of, [](std::size_t) { return 1.0; }));
    }

    /// Half of the plots of half-seen crowns are taken for told: the tolerances leave the verdict free on all of them.
    void tell_rates() {
        const auto area = [&](Stage of) { return sum_of(of, [&](std::size_t p) { return truths_[p].counted; }); };
        const auto green = [&](Stage of) { return sum_of(of, [&](std::size_t p) { return truths_[p].green; }); };
        const auto said = [&](Stage of) { return sum_of(of, [&](std::size_t p) { return reported(p); }); };
        const double sure = area(Stage::done), unsure = area(Stage::half_seen);
        const double told = said(Stage::done) + said(Stage::repeated);
        const auto why = fmt::format("one plot in twenty is missed, and {:.0f} mu are of crowns under 0.45", unsure);
        desk_.seen("A3.verified", "county", sure + unsure / 2, "mu", 0.05 * sure + unsure / 2 + 0.5, why);
        desk_.seen("A3.qualified", "county", green(Stage::done) + unsure / 2, "mu",
                   0.15 * green(Stage::done) + unsure / 2 + 0.5, why + "; edges of plots are mixed cells");
        desk_.seen("A3.untold", "county", said(Stage::untold) + said(Stage::half_seen) / 2, "mu",
                   0.05 * said(Stage::done) + said(Stage::half_seen) / 2 + 0.5, why);
        const double least = 100 * sure / told, most = 100 * (sure + unsure) / (told + said(Stage::half_seen));
        desk_.seen("A3.verification", "county", (least + most) / 2, "%", (most - least) / 2 + 5, why);
        const double pass = 100 * green(Stage::done) / sure;
        const std::string edges = "edges of plots are mixed cells, and plots are told from half of their ground on";
        desk_.seen("A3.pass", "county", pass, "%", 15, edges);
        desk_.seen("A3.survival", "county", pass, "%", 15, edges + "; no plot is called not done");
        desk_.seen("A3.pass.reported", "county", pass * (least + most) / 200, "%", (most - least) / 2 + 15,
                   why + "; " + edges);
    }

    void tell_verdicts() {
        const int sure = plots_of(Stage::done), unsure = plots_of(Stage::half_seen), untold = plots_of(Stage::untold);
        const auto why = fmt::format("one plot in twenty is missed, and {} are of crowns under 0.45", unsure);
        desk_.seen("A3.done", "county", sure + 0.5 * unsure, "", 0.05 * sure + 0.5 * unsure + 0.5, why);
        desk_.seen("A3.unknown", "county", untold + 0.5 * unsure, "", 0.05 * sure + 0.5 * unsure + 0.5, why);
        desk_.exact("A3.repeats", "county", plots_of(Stage::repeated), "");
        const int false_reports = static_cast<int>(sum([&](std::size_t p) {
            return visible(p) && !truths_[p].planted && stage(p) != Stage::repeated ? 1.0 : 0.0;
        }));
        desk_.seen(
            "A3.failed", "county", 0, "", 0,
            fmt::format("no curve, no evidence: none may be called not done, though nothing was planted in {} old "
                        "enough to be seen",
                        false_reports));
    }

    /// Tasks of the years between the two surveys, by township, somewhat more than was done.
    void plan_years() {
        Table plan{{"afforestation_plan",
                    "造林任务",
                    {text("XIANG", "乡镇代码"), text("XIANGMC", "乡镇名称"), whole("ZLND", "年度"),
                     number("RWMJ", "", "任务面积(亩)")}},
                   {}};
        double tasks = 0, all_done = 0;
        for (const auto& town : desk_.land().plan().townships()) {
            double town_tasks = 0, town_done = 0;
            for (int year = desk_.year(0) + 1; year <= desk_.year(1); ++year) {
                const double done = done_in(town.code, year);
                const double task = 10 * std::ceil(done * 0.11 + 2);
                plan.rows.push_back({town.code, town.name, std::int64_t{year}, task});
                desk_.exact("A3.plan", fmt::format("{} {}", town.code, year), 100 * done / task, "%", 0.5);
                town_tasks += task;
                town_done += done;
            }
            desk_.exact("A3.plan", town.code, 100 * town_done / town_tasks, "%", 0.1);
            tasks += town_tasks;
            all_done += town_done;
        }
        desk_.exact("A3.plan", "county", 100 * all_done / tasks, "%", 0.1);
        desk_.office.tables.push_back(std::move(plan));
    }

    [[nodiscard]] double done_in(const std::string& town, int year) const {
        double done = 0;
        for (std::size_t p = 0; p < plots_.size(); ++p) {
            const bool here = desk_.village_of(plots_[p].seeds.front()).code.starts_with(town);
            if (counts(plots_[p]) && here && plots_[p].year == year) done += truths_[p].counted;
        }
        return done;
    }

    Desk& desk_;
    const std::vector<Plot>& plots_;
    std::vector<PlotTruth> truths_;
    std::set<std::int32_t> used_, programmes_;
};

}  // namespace

void add_works(Desk& desk) { Works(desk).account(); }

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
// Verdicts on the practice county's plots of work and parcels, from its maps, beside what was planted there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "linmu/core/number_of.hpp"
#include "linmu/io/ledger.hpp"
#include "linmu/io/table_file.hpp"
#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;

const char* const pipeline = R"(
[[step]]
each = ["2020", "2025"]
id = "map-${each}"
use = "read-raster"
path = "${maps}/land-cover-${each}.tif"
bands = ["class"]
kind = "code"
legend = "landcover"
[[step]]
each = ["2020", "2025"]
id = "true-${each}"
use = "read-raster"
path = "${county}/truth/class_${each}.tif"
bands = ["class"]
kind = "code"
legend = "landcover"
[[step]]
id = "works"
use = "read-layer"
path = "${county}/survey/works.gpkg"
[[step]]
id = "parcels"
use = "read-layer"
path = "${county}/survey/dltb_2025.gpkg"
[[step]]
id = "filtered"
use = "change-filter"
in = ["map-2020", "map-2025"]
[[step]]
id = "works-verdict"
use = "change-verdict"
in = ["map-2020", "filtered", "works"]
key = "XBBH"
year = "ZLND"
kind = "GCLB"
layer = "works"
before-year = 2020
after-year = 2025
[[step]]
id = "parcels-verdict"
use = "change-verdict"
in = ["map-2020", "filtered", "parcels"]
key = "BSM"
layer = "parcels"
before-year = 2020
after-year = 2025
[[step]]
id = "parcels-truth"
use = "change-verdict"
in = ["true-2020", "true-2025", "parcels"]
key = "BSM"
layer = "truth"
before-year = 2020
after-year = 2025
)";

/// By what is true, then by verdict.
using Counts = std::map<std::string, std::map<std::string, int>>;

void print(const char* title, const Counts& counts) {
    std::printf("%s\n", title);
    for (const auto& [truth, verdicts] : counts) {
        std::printf("  %-22s", truth.c_str());
        for (const auto& [verdict, n] : verdicts) std::printf("  %s %d", verdict.c_str(), n);
        std::printf("\n");
    }
}

TEST(Verdicts, AgreeWithWhatWasPlanted) {
    const Workspace space;
    const auto county = practice_county();
    const auto demo = run_binary({"run", source_file("pipelines/demo.toml"), "--set", "county=" + county, "--out",
                                  space.path("demo"), "--quiet"});
    ASSERT_EQ(demo.exit_code, 0) << demo.err;
    const auto run =
        space.run(pipeline, {"--quiet", "--set", "county=" + county, "--set", "maps=" + space.path("demo/products")});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto checked = run_binary({"check", space.path("out")});
    EXPECT_EQ(checked.exit_code, 0) << checked.out;
    EXPECT_THAT(checked.out, HasSubstr("ok   work-verdict-after"));

    const auto ledger = Ledger::open(space.path("out/ledger.gpkg"));
    std::map<std::string, std::string> said;
    for (const auto& row : ledger.query("SELECT plot, verdict FROM work_verdict WHERE layer = 'works'").rows)
        said[to_text(row[0])] = to_text(row[1]);
    Counts works;
    for (const auto& row : read_csv(county + "/truth/plots.csv").rows) {
        const bool planted = number_of(row[5]).value_or(0) >= 0.5 * number_of(row[3]).value_or(1);
        const bool visible = number_of(row[2]).value_or(0) <= 2020;
        const auto truth = !planted ? "nothing planted" : visible ? "planted" : "planted, too young";
        ++works[truth][said.at(to_text(row[0]))];
    }
    print("plots of work, maps of 2020 and 2025:", works);
    int planted = 0;
    for (const auto& [verdict, n] : works["planted"]) planted += n;
    EXPECT_EQ(works["nothing planted"]["done"], 0);
    EXPECT_EQ(works["planted"]["not done"] + works["planted, too young"]["not done"], 0)
        << "without a curve nothing is called not done";
    EXPECT_GE(works["planted"]["done"], planted / 3);
    EXPECT_EQ(works["planted, too young"]["done"], 0);

    Counts parcels;
    for (const auto& row : ledger
                               .query("SELECT t.verdict, v.verdict FROM work_verdict v JOIN work_verdict t ON t.plot = "
                                      "v.plot AND t.layer = 'truth' WHERE v.layer = 'parcels'")
                               .rows)
        ++parcels[to_text(row[0]) == "done"       ? "changed"
                  : to_text(row[0]) == "not done" ? "unchanged"
                                                  : "in part, small"][to_text(row[1])];
    print("parcels, done: changed:", parcels);
    auto& changed = parcels["changed"];
    auto& unchanged = parcels["unchanged"];
    const double missed = changed["not done"] / static_cast<double>(changed["done"] + changed["not done"]),
                 invented = unchanged["done"] / static_cast<double>(unchanged["done"] + unchanged["not done"]);
    std::printf("changed parcels called unchanged: %.1f %%, unchanged ones called changed: %.1f %%\n", 100 * missed,
                100 * invented);
    EXPECT_LE(missed, 0.25);
    EXPECT_LE(invented, 0.08);
}

/// Plots as a county verified them, by their areas in mu.
struct Verified {
    std::string plot, verdict;
    double reported, counted, qualified;
};

/// The figures of afforestation of plots of work that are in the ledger already.
std::map<std::string, std::string> rates_of(const Workspace& space, const std::vector<Verified>& plots) {
    std::string work = "fid,XBBH,XIANG,CUN,CUNMC,GCLB,SZ,ZLND,SBMJ,ellipsoid_area\n", once = "fid,id,part,piece,area\n",
                areas = "fid,layer,map,zone,class,area\n",
                verdicts =
                    "fid,layer,plot,verdict,verdict_zh,reason,reason_zh,before,after,target_before,target_after,"
                    "break_year,dates,value_before,value_after\n";
    const auto units = [](double mu) { return std::to_string(std::llround(mu * 1e8 / 15)); };
    int fid = 0;
    for (const auto& p : plots) {
        const auto row = std::to_string(++fid);
        work += row + "," + p.plot + ",T,V,Village,人工造林,油松,2018," + std::to_string(p.reported) + "," +
                units(p.counted) + "\n";
        once += row + "," + p.plot + ",counted," + p.plot + "-1," + units(p.counted) + "\n";
        areas += std::to_string(2 * fid) + ",work_parts,2025," + p.plot + "-1,conifer," + units(p.qualified) + "\n" +
                 std::to_string(2 * fid + 1) + ",work_parts,2025," + p.plot + "-1,grass," +
                 units(p.counted - p.qualified) + "\n";
        verdicts += row + ",works," + p.plot + "," + p.verdict + ",,,,grass,conifer,0,1,2018,20,0.3,0.6\n";
    }
    const std::pair<const char*, std::string> tables[] = {
        {"work_plot", work}, {"work_union", once}, {"class_area", areas}, {"work_verdict", verdicts}};
    std::string steps;
    for (const auto& [name, text] : tables) {
        space.write(std::string(name) + ".csv", text);
        steps += "[[step]]\nid = \"" + std::string(name) + "\"\nuse = \"read-table\"\npath = \"" + name +
                 ".csv\"\ntable = \"" + name + "\"\n";
    }
    const auto run = space.run(steps + "[[step]]\nid = \"i\"\nuse = \"indicators\"\npack = \"forest\"\n");
    EXPECT_EQ(run.exit_code, 0) << run.err;
    const auto checked = run_binary({"check", space.path("out")});
    EXPECT_EQ(checked.exit_code, 0) << checked.out;
    std::map<std::string, std::string> figures;
    for (const auto& row :
         Ledger::open(space.path("out/ledger.gpkg"))
             .query("SELECT id, printf('%.1f', value) FROM indicator WHERE status = 'computed' AND zone = 'county'")
             .rows)
        figures[to_text(row[0])] = to_text(row[1]);
    return figures;
}

/// Taizhou, 2023: 63.02 ha reported, 62.96 ha verified, all of it passed. The state's verification of 2011, in ten thousand mu.
TEST(Verification, HasTheRatesThatWerePublished) {
    const Workspace taizhou, state;
    const auto one = rates_of(taizhou, {{"a", "done", 63.02 * 15, 62.96 * 15, 62.96 * 15}});
    EXPECT_EQ(one.at("A3.verification"), "99.9");
    EXPECT_EQ(one.at("A3.pass.reported"), "99.9");
    EXPECT_EQ(one.at("A3.pass"), "100.0");
    const auto all = rates_of(state, {{"a", "done", 9820.65, 9301.41, 8810.37}});
    EXPECT_EQ(all.at("A3.verification"), "94.7");
    EXPECT_EQ(all.at("A3.pass"), "94.7");
}

TEST(Verification, LeavesOutWhatCannotBeToldAndFailsByVerdictOnly) {
    const Workspace space;
    const auto rates =
        rates_of(space, {{"a", "done", 100, 90, 81}, {"b", "not done", 50, 50, 0}, {"c", "cannot tell", 200, 190, 0}});
    EXPECT_EQ(rates.at("A3.done") + " " + rates.at("A3.failed") + " " + rates.at("A3.unknown"), "1.0 1.0 1.0");
    EXPECT_EQ(rates.at("A3.verified"), "90.0");
    EXPECT_EQ(rates.at("A3.untold"), "200.0");
    EXPECT_EQ(rates.at("A3.verification"), "60.0") << "90 of 150 mu";
    EXPECT_EQ(rates.at("A3.pass"), "90.0");
    EXPECT_EQ(rates.at("A3.survival"), "57.9") << "81 of 140 mu";
}

}  // namespace
}  // namespace linmu::test

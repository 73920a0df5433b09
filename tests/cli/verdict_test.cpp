// SPDX-License-Identifier: MIT
// Verdicts on the practice county's plots of work and parcels, from its maps, beside what was planted there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>

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

}  // namespace
}  // namespace linmu::test

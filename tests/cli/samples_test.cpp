// SPDX-License-Identifier: MIT
// Samples of the practice county's map: drawn, labelled from its truth, and the accuracy and areas that they give.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <string>

#include "linmu/core/area.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/ledger.hpp"
#include "linmu/io/table_file.hpp"
#include "support/paths.hpp"
#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;

/// The map of 2020 stands for one of 2025 that has its errors; the truth of 2025 for those who label.
Outcome run_samples(const Workspace& space, const std::string& out, std::vector<std::string> more) {
    const auto truth = practice_county() + "/truth/class_";
    std::vector<std::string> arguments{"run",    source_file("pipelines/samples.toml"),
                                       "--set",  "county=" + practice_county(),
                                       "--set",  "map=" + truth + "2020.tif",
                                       "--set",  "truth=" + truth + "2025.tif",
                                       "--out",  space.path(out),
                                       "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_binary(arguments);
}

std::map<std::string, double> areas(const Ledger& ledger, const std::string& sql) {
    std::map<std::string, double> found;
    for (const auto& row : ledger.query(sql).rows) {
        if (std::holds_alternative<std::int64_t>(row[1]))
            found[to_text(row[0])] = Area{std::get<std::int64_t>(row[1])}.m2();
    }
    return found;
}

TEST(Samples, AdjustedAreasAreNearTheTruthAndClose) {
    const Workspace space;
    const auto outcome = run_samples(space, "out", {});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    const auto ledger = Ledger::open(space.path("out/ledger.gpkg"));
    const std::string whole = " FROM adjusted_area WHERE level = 'whole'";
    const auto low = areas(ledger, "SELECT class, low" + whole), high = areas(ledger, "SELECT class, high" + whole),
               found = areas(ledger, "SELECT class, area" + whole),
               mapped = areas(ledger, "SELECT class, mapped" + whole);
    const Table truth = read_csv(practice_county() + "/truth/county_truth.csv");
    ASSERT_EQ(found.size(), 10U);
    int held = 0;
    double map_error = 0, adjusted_error = 0, all = 0, all_mapped = 0;
    for (const auto& row : truth.rows) {
        if (to_text(row[0]) != "2025") continue;
        const auto name = to_text(row[1]);
        const double m2 = std::get<double>(row[2]);
        held += low.at(name) <= m2 && m2 <= high.at(name) ? 1 : 0;
        map_error += std::abs(mapped.at(name) - m2);
        adjusted_error += std::abs(found.at(name) - m2);
        all += found.at(name);
        all_mapped += mapped.at(name);
    }
    std::printf("%d of 10 intervals hold the truth; areas are off by %.0f m2 as mapped, by %.0f m2 adjusted\n", held,
                map_error, adjusted_error);
    EXPECT_GE(held, 8);
    EXPECT_LT(adjusted_error, map_error);
    EXPECT_NEAR(all, all_mapped, 1);
    const auto by_township =
        areas(ledger, "SELECT class, sum(area) FROM adjusted_area WHERE level = 'townships' GROUP BY class");
    for (const auto& [name, m2] : found) EXPECT_NEAR(by_township.at(name), m2, 1e-4 * m2 + 1) << name;
    EXPECT_EQ(ledger.query("SELECT count(*) FROM sample_finding").rows[0][0], Value{std::int64_t{0}});
}

TEST(Samples, AreTheSameBytesForAnyThreadsAndTiles) {
    const Workspace space;
    ASSERT_EQ(run_samples(space, "one", {"-j", "1", "--tile", "512"}).exit_code, 0);
    ASSERT_EQ(run_samples(space, "two", {"-j", "2", "--tile", "64"}).exit_code, 0);
    ASSERT_TRUE(fs::exists(space.path("one/products/samples.gpkg")));
    for (const auto& name : space.left("one"))
        EXPECT_EQ(content_hash(space.path("one/" + name)), content_hash(space.path("two/" + name))) << name;
}

TEST(Samples, OneStepOnFilesDrawsThemAndTellsTheAccuracy) {
    const Workspace space;
    const auto truth = practice_county() + "/truth/class_2025.tif";
    ASSERT_EQ(run_binary({"do", "sample-design", "--in", truth, "--kind", "code", "--legend", "landcover", "--n", "500",
                          "--seed", "3", "--out", space.path("samples.gpkg")})
                  .exit_code,
              0);
    const auto drawn = read_layer({space.path("samples.gpkg"), "", "", ""});
    EXPECT_EQ(drawn.features.size(), 500U);
    ASSERT_EQ(run_binary({"do", "sample-map", "--in", space.path("samples.gpkg"), "--in", truth, "--kind", "code",
                          "--legend", "landcover", "--field", "class", "--out", space.path("labelled.gpkg")})
                  .exit_code,
              0);
    const auto accuracy = run_binary({"do", "accuracy", "--in", space.path("labelled.gpkg"), "--legend", "landcover"});
    ASSERT_EQ(accuracy.exit_code, 0) << accuracy.err;
    EXPECT_THAT(accuracy.out, HasSubstr("overall,1,1,1,500"));
    const auto blank = run_binary({"do", "accuracy", "--in", space.path("samples.gpkg")});
    EXPECT_EQ(blank.exit_code, 0) << blank.err;
    EXPECT_THAT(blank.out, HasSubstr("no samples,没有样本"));
    EXPECT_THAT(blank.err, HasSubstr("没有样本"));
}

// Real maps: that of 1985 as the map, that of 1999 as the reference. All cells are known there, so what the samples say can be held to what
// is: error-matrix counts all cells.
TEST(Samples, OfRealMapsTellWhatACensusOfTheirCellsTells) {
    const std::string data = shared_data("lulc_pie_1985_1991_1999");
    LINMU_NEEDS(data);
    const Workspace space;
    std::string pipeline;
    for (const std::string year : {"1985", "1999"})
        pipeline += "[[step]]\nid = \"m" + year + "\"\nuse = \"read-raster\"\npath = \"" + data + "/lu_pie_" + year +
                    ".tif\"\nbands = [\"class\"]\nkind = \"code\"\nlegend = \"plum-island\"\n";
    pipeline += R"([[step]]
id = "census"
use = "error-matrix"
in = ["m1985", "m1999"]
map = "census"
[[step]]
id = "drawn"
use = "sample-design"
in = ["m1985"]
n = 900
least = 200
[[step]]
id = "labelled"
use = "sample-map"
in = ["drawn", "m1999"]
field = "class"
[[step]]
id = "accuracy"
use = "accuracy"
in = ["labelled"]
map = "samples"
)";
    const auto run = space.run(pipeline, {"--quiet"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto ledger = Ledger::open(space.path("out/ledger.gpkg"));
    const auto rows =
        ledger
            .query(
                "SELECT s.class, s.user_low, c.user, s.user_high, s.producer_low, c.producer, s.producer_high FROM "
                "accuracy s JOIN accuracy c USING (class) WHERE s.map = 'samples' AND c.map = 'census'")
            .rows;
    ASSERT_EQ(rows.size(), 4U) << "overall, forest, built, other";
    int held = 0;
    for (const auto& row : rows) {
        const auto number = [&](std::size_t i) { return std::get<double>(row[i]); };
        std::printf("%s: user's %.3f in [%.3f, %.3f], producer's %.3f in [%.3f, %.3f]\n", to_text(row[0]).c_str(),
                    number(2), number(1), number(3), number(5), number(4), number(6));
        held += number(1) <= number(2) && number(2) <= number(3) ? 1 : 0;
        held += number(4) <= number(5) && number(5) <= number(6) ? 1 : 0;
    }
    EXPECT_GE(held, 7) << "of eight 95 % intervals";
}

TEST(Samples, TheirStyleOffersTheClassesOfTheLegend) {
    setenv("LINMU_DATA", LINMU_SOURCE_DIR "/data", 0);
    const auto qml = load_style("samples");
    for (const auto& c : load_legend("landcover").classes)
        EXPECT_THAT(qml,
                    HasSubstr("name=\"" + c.name_zh + " " + c.name_en + "\" type=\"QString\" value=\"" + c.key + "\""));
    const std::regex hidden(R"(<field name="map_class"[^>]*><editWidget type="Hidden">)");
    EXPECT_TRUE(std::regex_search(qml, hidden)) << "who labels must not see the map's class";
}

}  // namespace
}  // namespace linmu::test

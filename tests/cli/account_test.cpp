// SPDX-License-Identifier: MIT
// A finished run proves its figures, explains them down to its files, and tells what another run says otherwise.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <regex>
#include <string>

#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Outcome run_county(const Workspace& space, const std::string& out, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{
        "run",    source_file("pipelines/demo.toml"), "--set", "county=" + practice_county(), "--out", space.path(out),
        "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_binary(arguments);
}

void change_ledger(const std::string& file, const std::string& sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &handle), SQLITE_OK);
    char* fault = nullptr;
    EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, &fault), SQLITE_OK) << fault;
    EXPECT_GT(sqlite3_changes(handle), 0) << sql;
    sqlite3_close(handle);
}

TEST(Accounts, AreProvedAgainAndATamperedLedgerIsCaught) {
    const Workspace space;
    ASSERT_EQ(run_county(space, "run").exit_code, 0);
    const auto whole = run_binary({"check", space.path("run")});
    EXPECT_EQ(whole.exit_code, 0) << whole.out << whole.err;
    EXPECT_THAT(whole.out, AllOf(HasSubstr("ok   class-area-of-zone"), HasSubstr("ok   indicator-by-facts"),
                                 HasSubstr("ok   products"), Not(HasSubstr("FAIL"))));

    const std::pair<const char*, const char*> tampering[] = {
        {"class-area-of-zone",
         "UPDATE class_area SET area = area + 100000 WHERE layer = 'villages' AND fid = "
         "(SELECT MIN(fid) FROM class_area WHERE layer = 'villages')"},
        {"class-area-of-levels",
         "UPDATE class_area SET class = 'conifer' WHERE layer = 'villages' AND class = 'walnut'"},
        {"transition-before", "UPDATE transition SET area = area + 1 WHERE fid = 1"},
        {"transition-after", "DELETE FROM transition WHERE fid = 2"},
        {"parcel-flow", "UPDATE parcel_flow SET area = area - 1 WHERE fid = 1"},
        {"indicator-by-rule", "UPDATE indicator SET value = value + 0.01 WHERE id = 'A1' AND zone = 'county'"},
        {"indicator-by-rule", "UPDATE indicator SET lower = 1, upper = 2 WHERE id = 'B1' AND zone = 'county'"},
        {"indicator-by-facts", "UPDATE indicator SET value = value * 1.001 WHERE id = 'D1.out'"},
    };
    for (const auto& [proof, sql] : tampering) {
        fs::copy_file(space.path("run/ledger.gpkg"), space.path("forged.gpkg"), fs::copy_options::overwrite_existing);
        change_ledger(space.path("forged.gpkg"), sql);
        const auto caught = run_binary({"check", space.path("forged.gpkg")});
        EXPECT_EQ(caught.exit_code, 1) << sql;
        EXPECT_THAT(caught.out, HasSubstr(std::string("FAIL ") + proof)) << sql;
        EXPECT_THAT(caught.err, HasSubstr("can't be signed")) << sql;
    }

    std::ofstream(space.path("run/products/tables/A3-works.zh.csv"), std::ios::app) << "another plot\n";
    const auto changed = run_binary({"check", space.path("run")});
    EXPECT_EQ(changed.exit_code, 1);
    EXPECT_THAT(changed.out, HasSubstr("products/tables/A3-works.zh.csv was changed after the run"));
}

TEST(Accounts, FiguresOfFiveKindsAreExplainedDownToTheirFiles) {
    const Workspace space;
    ASSERT_EQ(run_county(space, "run").exit_code, 0);
    // A rate of two areas, an area seen, one of the cadastre, one declared, a balance with both signs.
    const std::pair<const char*, const char*> figures[] = {{"A1", "_B02_10m.jp2"},
                                                           {"B1", "_B08_10m.jp2"},
                                                           {"B1.cadastre", "dltb_2025.gpkg"},
                                                           {"A3", "works.gpkg"},
                                                           {"D1", "dltb_2020.shp"}};
    for (const auto& [id, file] : figures) {
        const auto told = run_binary({"explain", space.path("run"), id, "--rows", "0"});
        EXPECT_EQ(told.exit_code, 0) << told.err;
        EXPECT_THAT(told.out, AllOf(HasSubstr("the rows add up to the figure"), Not(HasSubstr("WRONG")))) << id;
        const bool headline = std::string(id) != "B1.cadastre" && std::string(id) != "A3";
        EXPECT_EQ(told.out.find("  interval: 没有样本 no samples\n") != std::string::npos, headline) << id;
        const std::regex hashed(std::string(file) + " xxh3:[0-9a-f]{32}\n");
        EXPECT_TRUE(std::regex_search(told.out, hashed)) << id << '\n' << told.out;
    }
    const auto village = run_binary({"explain", space.path("run"), "B1", "140722100"});
    EXPECT_EQ(village.exit_code, 0) << village.err;
    EXPECT_THAT(village.out, HasSubstr("area-townships-2025 (class-area)"));
    EXPECT_THAT(run_binary({"explain", space.path("run"), "A11"}).err, HasSubstr("did you mean 'A1'?"));
    EXPECT_EQ(run_binary({"explain", space.path("run"), "A1", "nowhere"}).exit_code, 2);
    EXPECT_THAT(run_binary({"explain", space.path(""), "A1"}).err, HasSubstr("holds no finished run"));
}

TEST(Accounts, NameAnInputThatIsNotThereAndComputeTheRest) {
    const Workspace space;
    fs::copy(practice_county(), space.path("county"), fs::copy_options::recursive);
    ASSERT_EQ(run_county(space, "all").exit_code, 0);
    fs::remove(space.path("county/survey/works.gpkg"));
    const auto less = run_county(space, "less", {"--set", "county=" + space.path("county")});
    ASSERT_EQ(less.exit_code, 0) << less.err;
    EXPECT_THAT(less.out, HasSubstr("A3.located 造林落地面积 afforestation, located: not computed: no work_plot"));
    EXPECT_THAT(text_of(space.path("less/manifest.json")), HasSubstr("it needs 'works-layer': there is no "));
    const auto told = run_binary({"diff", space.path("all"), space.path("less")}).out;
    const auto figures = told.substr(0, told.find("What differs between the runs"));
    EXPECT_THAT(figures, AllOf(HasSubstr("afforestation, verified: "), HasSubstr("-> not computed: no work_plot"),
                               HasSubstr("since step 'record-works' (record) is gone")));
    for (const char* other : {"  A1 ", "  A2 ", "  B1", "  D1", "  T"}) EXPECT_THAT(figures, Not(HasSubstr(other)));
    EXPECT_EQ(run_binary({"check", space.path("less")}).exit_code, 0);
}

TEST(Accounts, OfTwoRunsDifferByWhatWasChangedAndByNothingElse) {
    const Workspace space;
    ASSERT_EQ(run_county(space, "first").exit_code, 0);
    const auto same = run_binary({"diff", space.path("first"), space.path("first")});
    EXPECT_EQ(same.out, "The runs say the same, from the same inputs.\n");

    const auto rule = run_county(space, "rule", {"--set", "forest.with=before=2020,after=2025,forest='conifer'"});
    ASSERT_EQ(rule.exit_code, 0) << rule.err;
    const auto by_rule = run_binary({"diff", space.path("first"), space.path("rule")});
    EXPECT_THAT(by_rule.out, AllOf(HasSubstr("A3.qualified"), HasSubstr("since its rule is another"),
                                   Not(HasSubstr("B1 ")), Not(HasSubstr("scenes"))));

    ASSERT_EQ(run_county(space, "scenes", {"--set", "aug-2025-scenes.window=08-01/08-31"}).exit_code, 0);
    const auto by_scenes = run_binary({"diff", space.path("first"), space.path("scenes")});
    EXPECT_THAT(by_scenes.out,
                AllOf(HasSubstr("  B1 核桃园面积"), HasSubstr("was \"07-15/08-31\""), HasSubstr("parcel_change: "),
                      Not(HasSubstr("B1.cadastre")), Not(HasSubstr("A3.located"))));
}

}  // namespace
}  // namespace linmu::test

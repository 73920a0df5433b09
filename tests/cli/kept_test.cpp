// SPDX-License-Identifier: MIT
// A changed threshold costs the rules that read it: facts are kept, and what comes out is what a run from the start gives.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "linmu/io/hash.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string pipeline = R"([[step]]
id = "large"
use = "indicators"
pack = "large"

[[step]]
id = "small"
use = "indicators"
pack = "small"

[[step]]
id = "printed"
use = "tables"
pack = "figures"

[[step]]
id = "project"
use = "project"
path = "all.qgz"
)" + zone_areas + R"([[step]]
id = "picture"
use = "write-raster"
in = ["map"]
path = "map-again.tif"
title = "Map"
)";

std::string pack(const std::string& id, const std::string& threshold, const std::string& sql) {
    return "version = \"1\"\nname_zh = \"" + id + "\"\nname_en = \"" + id + "\"\n[parameters]\nlimit = \"" + threshold +
           "\"\n[[indicator]]\nid = \"" + id +
           "\"\nname_zh = \"甲\"\nname_en = \"a\"\nunit = \"zones\"\ndecimals = 0\nneeds = [\"class_area\"]\n"
           "source = \"a test\"\nsql = \"" +
           sql + "\"\n";
}

class KeptFacts : public testing::Test {
protected:
    void SetUp() override {
        fs::copy(LINMU_SOURCE_DIR "/data", space_.path("data"), fs::copy_options::recursive);
        setenv("LINMU_DATA", space_.path("data").c_str(), 1);
        const Grid grid{"EPSG:32649", 500000, 4100000, 10, 10, 100, 100};
        space_.raster("map.tif", grid, 1, [](int, int r, int c) { return 1 + (r / 30 + c / 20) % 4; });
        space_.squares("zones.gpkg", "EPSG:32649", {500003, 4099997}, 330, 3);
        threshold("large", "300000000");
        threshold("small", "100000000");
        space_.write("data/tables/figures.toml", R"(name_zh = "表"
name_en = "Figures"
[[table]]
id = "figures"
title_zh = "表"
title_en = "Figures"
needs = ["indicator"]
sql = """SELECT id AS "id|编号", value AS "value|数值" FROM indicator WHERE id = 'large'"""
)");
    }
    void TearDown() override { setenv("LINMU_DATA", LINMU_SOURCE_DIR "/data", 1); }

    void threshold(const std::string& id, const std::string& limit) const {
        rule(id, limit, "SELECT 'county' AS zone, COUNT(*) AS value FROM class_area WHERE area > ${limit}");
    }
    void rule(const std::string& id, const std::string& limit, const std::string& sql) const {
        space_.write("data/indicators/" + id + ".toml", pack(id, limit, sql));
    }

    /// Runs; returns its diary, last run only.
    std::string diary(const std::vector<std::string>& more = {}) const {
        const auto before = fs::exists(space_.path("out/log.jsonl")) ? text_of(space_.path("out/log.jsonl")).size() : 0;
        const auto outcome = space_.run(pipeline, more);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        const auto text = text_of(space_.path("out/log.jsonl"));
        return text.substr(text.size() > before ? before : 0);
    }

    [[nodiscard]] std::map<std::string, std::string> products(const std::string& out) const {
        std::map<std::string, std::string> all;
        for (const auto& name : space_.left(out)) all[name] = content_hash(space_.path(out + "/" + name));
        return all;
    }

    void expect_as_from_the_start() const {
        fs::remove_all(space_.path("anew"));
        ASSERT_EQ(space_.run(pipeline, {}, "anew").exit_code, 0);
        EXPECT_EQ(products("out"), products("anew"));
    }

    Workspace space_;
};

constexpr const char* kept = R"("event":"kept")";

std::string as_before(const std::string& step) { return R"("event":"as before","step":")" + step + '"'; }

TEST_F(KeptFacts, ChangedThresholdRunsTheRulesThatReadItAndGivesTheSameBytes) {
    EXPECT_THAT(diary(), Not(HasSubstr(kept)));
    threshold("large", "200000000");
    EXPECT_THAT(diary(), AllOf(HasSubstr(kept), HasSubstr(as_before("small")), Not(HasSubstr(as_before("large"))),
                               Not(HasSubstr(as_before("printed"))), Not(HasSubstr(R"(["area")"))));
    expect_as_from_the_start();
    EXPECT_THAT(text_of(space_.path("out/products/tables/figures.en.csv")), HasSubstr("large"));
}

TEST_F(KeptFacts, RuleIsRunAnewWhenATableThatItReadsCameOutOtherwise) {
    static_cast<void>(diary());
    rule("small", "100000000", "SELECT 'county' AS zone, COUNT(*) + ${limit} AS value FROM class_area");
    EXPECT_THAT(diary(), AllOf(HasSubstr(as_before("large")), Not(HasSubstr(as_before("printed")))))
        << "the table of indicators has another row";
    expect_as_from_the_start();
}

TEST_F(KeptFacts, ChangedInputBeginsAnew) {
    static_cast<void>(diary());
    space_.squares("zones.gpkg", "EPSG:32649", {500003, 4099997}, 330, 2);
    EXPECT_THAT(diary(), AllOf(Not(HasSubstr(kept)), Not(HasSubstr("as before"))));
    expect_as_from_the_start();
}

TEST_F(KeptFacts, NothingThatWasTamperedWithIsTrusted) {
    static_cast<void>(diary());
    int limit = 200000000;
    for (const char* name : {"kept/facts.gpkg", "kept/facts", "products/map-again.tif"}) {
        std::ofstream(space_.path(std::string("out/") + name), std::ios::app) << "x";
        threshold("large", std::to_string(++limit));
        EXPECT_THAT(diary(), Not(HasSubstr(kept))) << name;
        expect_as_from_the_start();
    }
    std::ofstream(space_.path("out/products/tables/figures.en.csv"), std::ios::app) << "x";
    threshold("small", "100000001");
    EXPECT_THAT(diary(), AllOf(HasSubstr(kept), Not(HasSubstr(as_before("printed")))));
    expect_as_from_the_start();
    std::ofstream(space_.path("out/kept/rules"), std::ios::app) << "x";
    threshold("small", "100000002");
    EXPECT_THAT(diary(), AllOf(HasSubstr(kept), Not(HasSubstr("as before"))));
    expect_as_from_the_start();
}

TEST_F(KeptFacts, OutliveARuleThatFails) {
    rule("large", "1", "SELECT nonsense FROM class_area");
    const auto failed = space_.run(pipeline);
    EXPECT_EQ(failed.exit_code, 1);
    EXPECT_FALSE(fs::exists(space_.path("out/ledger.gpkg")));
    threshold("large", "300000000");
    EXPECT_THAT(diary(), HasSubstr(kept));
    expect_as_from_the_start();
}

TEST_F(KeptFacts, FreshRunTrustsNothing) {
    static_cast<void>(diary());
    EXPECT_THAT(diary({"--fresh"}), AllOf(Not(HasSubstr(kept)), HasSubstr(R"("event":"end")")));
    expect_as_from_the_start();
}

}  // namespace
}  // namespace linmu::test

// SPDX-License-Identifier: MIT
// Conflicts of land, sheets of villages and the atlas, as a county's run makes them; and how their steps answer small and wrong input.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <regex>
#include <string>

#include "linmu/io/ledger.hpp"
#include "linmu/io/table_file.hpp"
#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string one(const Ledger& ledger, const std::string& sql) {
    const auto table = ledger.query(sql);
    return table.rows.empty() ? "no row" : to_text(table.rows[0][0]);
}

double number(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

/// Explained: the rows add up, the cases come from rows of a fact table that an overlay or map made, and the files have their hashes.
void expect_followed(const std::string& run, const std::string& id, const std::string& table, const std::string& step,
                     const std::string& file) {
    const auto told = run_binary({"explain", run, id, "--rows", "0"});
    EXPECT_EQ(told.exit_code, 0) << told.err;
    EXPECT_THAT(told.out, AllOf(HasSubstr("the rows add up to the figure"), Not(HasSubstr("WRONG")),
                                HasSubstr("\n    " + table + " row "), HasSubstr("\n    " + step + " (")))
        << id;
    const auto cases = told.out.find("  value: "), ground = told.out.find("  ground: ");
    ASSERT_NE(ground, std::string::npos) << id << '\n' << told.out;
    if (!id.ends_with(".count")) {
        const auto sum = [&](std::size_t at) {
            const auto from = told.out.find(": ", at) + 2;
            return number(told.out.substr(from));
        };
        EXPECT_NEAR(sum(cases), sum(ground), 1e-6) << id;
    }
    EXPECT_TRUE(std::regex_search(told.out, std::regex(file + " xxh3:[0-9a-f]{32}\n"))) << id << '\n' << told.out;
}

void expect_all_followed(const std::string& run) {
    expect_followed(run, "X1", "basic_ground", "basic-ground", "yjjbnt.gpkg");
    expect_followed(run, "X2", "transition", "change-basic", "_B08_10m.jp2");
    expect_followed(run, "X4", "work_overlap", "work-overlap", "works.gpkg");
    expect_followed(run, "X4.count", "work_overlap", "work-overlap", "works.gpkg");
    expect_followed(run, "X7", "parcel", "record-parcels", "dltb_2025.gpkg");
    expect_followed(run, "orchard-basic", "basic_ground", "basic-ground", "dltb_2025.gpkg");
    expect_followed(run, "mine-outside", "parcel", "mine-ground", "mines.gpkg");
    EXPECT_THAT(run_binary({"check", run}).out, HasSubstr("ok   conflict-by-facts"));
}

TEST(CountyConflicts, AreThosePlantedEachWithItsRule) {
    const Workspace space;
    const auto county = practice_county();
    const auto run = run_binary({"run", source_file("pipelines/zuoquan.toml"), "--set", "county=" + county, "--out",
                                 space.path("run"), "--quiet"});
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto ledger = Ledger::open(space.path("run/ledger.gpkg"));
    std::map<std::string, bool> compared;
    const auto truth = read_csv(county + "/truth/indicators.csv");
    for (const auto& row : truth.rows) {
        const auto id = to_text(row[0]);
        if (!id.starts_with("X")) continue;
        const auto found = one(ledger, "SELECT value FROM indicator WHERE id = '" + id + "' AND zone = 'county'");
        EXPECT_LE(std::abs(number(found) - number(to_text(row[2]))), number(to_text(row[4])))
            << id << ": " << found << ", planted " << to_text(row[2]);
        compared[id] = true;
    }
    EXPECT_EQ(compared.size(), 21U) << "eleven rules; suspected tree gain has an area, and no number of cases";
    EXPECT_EQ(one(ledger, "SELECT COUNT(*) FROM conflict_rule WHERE status = 'checked'"), "11");
    EXPECT_EQ(one(ledger, "SELECT COUNT(*) FROM conflict WHERE text = '' OR source = '' OR zone = '' OR area <= 0"),
              "0");
    EXPECT_EQ(one(ledger, "SELECT SUM(cases) = (SELECT COUNT(*) FROM conflict) FROM conflict_rule"), "1");

    expect_all_followed(space.path("run"));

    // A sheet a village, and a map a village.
    const auto villages = one(ledger, "SELECT COUNT(*) FROM village");
    EXPECT_EQ(one(ledger, "SELECT COUNT(*) FROM sheet"), villages);
    EXPECT_GT(fs::file_size(space.path("run/products/tables/village.zh.xlsx")), 5000U);
    if (run_program({"/usr/bin/python3", "-c", "import qgis.core"}).exit_code != 0) return;
    const auto opened = run_program(
        {"/usr/bin/python3", "-B", source_file("tests/io/open_project.py"), space.path("run/products/zuoquan.qgz")});
    EXPECT_EQ(opened.exit_code, 0) << opened.out << opened.err;
    // Layers with kinds are drawn by them; works by their verdict.
    for (const char* layer :
         {"造林作业小班 Work plots", "采矿权 Mining permits", "能源项目 Energy projects", "水体 Water"})
        EXPECT_THAT(opened.out,
                    HasSubstr(std::string("valid | vector | ") + layer + " | EPSG:4547 | categorizedSymbol"));
    for (const char* style : {"mines", "energy", "industry", "protection-line", "waters", "works"})
        EXPECT_THAT(text_of(space.path("run/products/") + style + ".gpkg"), HasSubstr("<qgis version")) << style;
    EXPECT_THAT(opened.out, HasSubstr("layout | 图集 Atlas: 村级调查区 Villages | " + villages + " pages"));
}

/// Facts of a table, and rules of conflict about them.
std::string with_facts(const std::string& more) {
    return "[[step]]\nid = \"facts\"\nuse = \"read-table\"\npath = \"t.csv\"\ntable = \"plot\"\n" + more;
}
const std::string facts = "zone,name,item,area,share\nZ1,East,a,15,0.5\nZ2,East,b,7,1.5\nZ3,West,c,30,2.5\n";

std::string rules_of(const std::string& area) {
    const auto rule = [](const std::string& id, const std::string& need, const std::string& value) {
        return fmt::format(
            "[[rule]]\nid = \"{}\"\nname_zh = \"规则\"\nname_en = \"rule\"\ntext = \"words\"\nsource = \"law\"\n"
            "confidence = \"sure\"\nneeds = [\"{}\"]\nsql = \"SELECT zone, item AS feature, name AS other, {} AS area "
            "FROM "
            "{} WHERE area >= ${{least}} ORDER BY item\"\n",
            id, need, value, need);
    };
    return "name_zh = \"规则\"\nname_en = \"rules\"\n[parameters]\nleast = \"10\"\n" + rule("big", "plot", area) +
           rule("other", "nothing", "area");
}

/// By the rules and facts that lie in the workspace.
Outcome run_rules(const Workspace& space) {
    return space.run(
        with_facts("[[step]]\nid = \"c\"\nuse = \"conflicts\"\nrules = \"" + space.path("r.toml") + "\"\n"));
}

TEST(Conflicts, ListCasesWithTheirRuleAndSayWhatWasNotChecked) {
    const Workspace space;
    space.write("t.csv", facts);
    space.write("r.toml", rules_of("area"));
    const auto run = run_rules(space);
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto ledger = Ledger::open(space.path("out/ledger.gpkg"));
    EXPECT_EQ(one(ledger, "SELECT GROUP_CONCAT(rule || ' ' || feature || ' ' || area || ' ' || text) FROM conflict"),
              "big a 15 words,big c 30 words");
    EXPECT_EQ(one(ledger, "SELECT status || ' ' || cases || ' ' || area FROM conflict_rule WHERE rule = 'big'"),
              "checked 2 45");
    EXPECT_EQ(one(ledger, "SELECT status FROM conflict_rule WHERE rule = 'other' AND cases IS NULL"),
              "not checked: no nothing");
}

/// A case of 15 whose facts the rule tells wrongly, and one whose rule tells none.
TEST(Conflicts, ThatAreNotTheSumOfTheirFactsAreToldSo) {
    const Workspace space;
    space.write("t.csv", facts);
    auto rules = rules_of("area");
    const auto told = [&](const std::string& area) {
        return "facts = \"SELECT item AS feature, name AS other, 'plot' AS fact, fid AS row, item AS what, " + area +
               " AS area FROM plot\"\n";
    };
    const auto with = [&](const std::string& line) {
        auto text = rules;
        text.insert(text.find("[[rule]]", text.find("[[rule]]") + 1), line);
        space.write("r.toml", text);
        EXPECT_EQ(run_rules(space).exit_code, 0);
        return run_binary({"explain", space.path("out"), "big"}).out;
    };
    EXPECT_THAT(with(told("area")),
                AllOf(HasSubstr("the rows add up to the figure"), HasSubstr("ground: "), HasSubstr("plot row 1: a"),
                      HasSubstr("facts (read-table)"), HasSubstr("t.csv xxh3:"), Not(HasSubstr("WRONG"))));
    EXPECT_EQ(run_binary({"check", space.path("out")}).exit_code, 0);
    EXPECT_THAT(with(told("area + 1")), HasSubstr("WRONG: the case big of a and East is 0.0015 m2, its facts add up to "
                                                  "0.0016 m2"));
    EXPECT_THAT(run_binary({"check", space.path("out")}).out, HasSubstr("FAIL conflict-by-facts"));
    EXPECT_THAT(with(""), AllOf(HasSubstr("the rows add up"), Not(HasSubstr("ground: ")), HasSubstr("t.csv xxh3:")));
}

TEST(Conflicts, ATermThatWasEditedIsReadAgain) {
    const Workspace space;
    space.write("t.csv", facts);
    auto rules = rules_of("area");
    rules.replace(rules.find("[parameters]\nleast = \"10\""), 25, "terms = \"" + space.path("terms.toml") + "\"");
    space.write("r.toml", rules);
    const auto cases = [&](const std::string& least) {
        space.write("terms.toml", "[[term]]\nname = \"least\"\nvalue = \"" + least +
                                      "\"\nname_zh = \"z\"\nname_en = \"e\"\nsource = \"s\"\nconfidence = \"sure\"\n");
        const auto run = run_rules(space);
        EXPECT_EQ(run.exit_code, 0) << run.err;
        return one(Ledger::open(space.path("out/ledger.gpkg")), "SELECT COUNT(*) FROM conflict");
    };
    EXPECT_EQ(cases("10"), "2");
    EXPECT_EQ(cases("1"), "3");
}

TEST(Conflicts, AnAreaThatIsNoWholeNumberIsRefusedWithItsFeature) {
    const Workspace space;
    space.write("t.csv", facts);
    space.write("r.toml", rules_of("share"));
    const auto run = run_rules(space);
    EXPECT_NE(run.exit_code, 0);
    EXPECT_THAT(run.err, HasSubstr("conflict rule big: the area '0.5' of feature a is no whole number"));
}

TEST(Conflicts, TwoRulesOfOneNameAreRefused) {
    const Workspace space;
    space.write("t.csv", facts);
    auto twice = rules_of("area");
    twice.replace(twice.find("\"other\""), 7, "\"big\"");
    space.write("r.toml", twice);
    const auto run = run_rules(space);
    EXPECT_NE(run.exit_code, 0);
    EXPECT_THAT(run.err, HasSubstr("there is a rule 'big' already"));
}

/// The practice county tills nothing so steep.
TEST(Conflicts, OfTheCountyFindFarmlandOverTwentyFiveDegrees) {
    const Workspace space;
    space.write(
        "t.csv",
        "BSM,DLBM,ZLDWDM,GDPDJB,ellipsoid_area\np1,0103,V1,5,4000000\np2,0103,V1,4,5000000\np3,0301,V1,5,6000000\n"
        "p4,0102,V2,5,7000000\np5,0103,V2,5,99999\n");
    const auto run = space.run(
        "[[step]]\nid = \"facts\"\nuse = \"read-table\"\npath = \"t.csv\"\ntable = \"parcel\"\n"
        "[[step]]\nid = \"c\"\nuse = \"conflicts\"\nrules = \"county\"\n");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto ledger = Ledger::open(space.path("out/ledger.gpkg"));
    EXPECT_EQ(one(ledger, "SELECT GROUP_CONCAT(rule || ' ' || zone || ' ' || feature || ' ' || area) FROM conflict"),
              "steep-farmland V1 p1 4000000,steep-farmland V2 p4 7000000");
    EXPECT_EQ(one(ledger, "SELECT COUNT(*) FROM conflict_rule WHERE status LIKE 'not checked: no %'"), "10");
}

TEST(ZoneSheets, MakeASheetForEachZoneNamedByCodeWhereNamesAreNotOnly) {
    const Workspace space;
    space.write("t.csv", facts);
    space.write(
        "sheets.toml",
        "name_zh = \"表\"\nname_en = \"sheets\"\n[[table]]\nid = \"s\"\ntitle_zh = \"表\"\ntitle_en = \"sheet\"\n"
        "needs = [\"plot\"]\nsql = \"SELECT zone AS \\\"zone|代码\\\", name AS \\\"name|名称\\\", item AS "
        "\\\"item|项目\\\", share AS \\\"share|份额\\\" FROM plot\"\n");
    const auto run = space.run(
        with_facts("[[step]]\nid = \"s\"\nuse = \"zone-sheets\"\npack = \"" + space.path("sheets.toml") + "\"\n"));
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto ledger = Ledger::open(space.path("out/ledger.gpkg"));
    EXPECT_EQ(one(ledger, "SELECT GROUP_CONCAT(zone || ' ' || name || ' ' || rows) FROM sheet"),
              "Z1 East 1,Z2 East 1,Z3 West 1");
    const auto book = run_program({"unzip", "-p", space.path("out/products/tables/sheets.zh.xlsx"), "xl/workbook.xml"});
    for (const char* name : {"name=\"Z1\"", "name=\"Z2\"", "name=\"West\""}) EXPECT_THAT(book.out, HasSubstr(name));
    EXPECT_EQ(read_csv(space.path("out/products/tables/s.en.csv")).rows.size(), 3U);
}

TEST(Overlay, TellsOfSharedGroundOnlyInATableOfItsOwn) {
    const Workspace space;
    const auto survey = practice_county() + "/survey/";
    const auto layer = [&](const std::string& id, const std::string& file) {
        return "[[step]]\nid = \"" + id + "\"\nuse = \"read-layer\"\npath = \"" + survey + file + "\"\n";
    };
    const std::string overlay =
        "use = \"overlay\"\nin = [\"w\", \"p\"]\nkeys = [\"XBBH\", \"BSM\"]\ngeometry = false\n";
    const auto run =
        space.run(layer("w", "works.gpkg") + layer("p", "dltb_2025.gpkg") + "[[step]]\nid = \"all\"\n" + overlay +
                  "[[step]]\nid = \"few\"\n" + overlay + "shared-only = true\ntable = \"few\"\n");
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const auto ledger = Ledger::open(space.path("out/ledger.gpkg"));
    const std::string sums = "SELECT COUNT(*) || ' ' || SUM(area) FROM ";
    const auto few = one(ledger, sums + "few");
    EXPECT_EQ(few, one(ledger, sums + "overlay WHERE kind = 'shared'"));
    EXPECT_GT(number(few), 20) << few;
    EXPECT_GT(number(one(ledger, sums + "overlay WHERE kind <> 'shared'")), 500);
}

}  // namespace
}  // namespace linmu::test

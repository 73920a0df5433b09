// SPDX-License-Identifier: MIT
#include "linmu/io/data_file.hpp"
#include "linmu/io/crosswalk.hpp"
#include "linmu/io/table_pack.hpp"
#include "linmu/io/verdict_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/io/table_file.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// $LINMU_DATA for as long as it lives.
class DataFolder {
public:
    explicit DataFolder(const std::string& folder)
        : before_(std::getenv("LINMU_DATA") ? std::getenv("LINMU_DATA") : "") {
        setenv("LINMU_DATA", folder.c_str(), 1);
    }
    ~DataFolder() {
        if (before_.empty()) unsetenv("LINMU_DATA");
        else setenv("LINMU_DATA", before_.c_str(), 1);
    }
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

private:
    std::string before_;
};

class DataFile : public testing::Test {
protected:
    DataFolder folder_{test::source_file("data")};
    test::TempDir dir_;

    template <class Load>
    std::string fault_of(const std::string& text, Load load) {
        const auto path = dir_ / "x.toml";
        write_text_file(path, text);
        try {
            load(path);
        } catch (const DataError& error) {
            EXPECT_THAT(error.what(), StartsWith(path + ":"));
            return std::string(error.what()).substr(path.size() + 1);
        }
        return "no fault";
    }
    static constexpr auto as_legend = [](const std::string& path) { return load_legend(path); };
    static constexpr auto as_rules = [](const std::string& path) { return load_rules(path); };
    static constexpr auto as_indicators = [](const std::string& path) { return load_indicators(path); };
};

const std::string one_class =
    "name_zh = '甲'\nname_en = 'a'\n[[class]]\ncode = 1\nkey = 'x'\nname_zh = '乙'\nname_en = 'b'\ncolor = '#102030'\n";

TEST_F(DataFile, LandcoverHasTheClassesThatRulesAndTablesName) {
    const auto legend = load_legend("landcover");
    ASSERT_EQ(legend.classes.size(), 10U);
    EXPECT_EQ(legend.id, "landcover");
    const std::vector<std::string> keys{"cropland", "walnut", "broadleaf", "conifer", "shrub",
                                        "grass",    "built",  "water",     "bare",    "forsythia"};
    for (std::size_t i = 0; i < keys.size(); ++i)
        EXPECT_EQ(legend.at_key(keys[i]).code, static_cast<std::int32_t>(i + 1));
    EXPECT_EQ(legend.at_key("walnut").name_zh, "核桃园");
    EXPECT_EQ(legend.at_key("conifer").parent, "forest");
    EXPECT_EQ(legend.at_key("forsythia").parent, legend.at_key("shrub").parent);
}

TEST_F(DataFile, SurveyClassesKeepTheirTextCodeAsKeyAndHaveTheirFirstLevelAsParent) {
    const auto legend = load_legend("dltb");
    EXPECT_EQ(legend.at_key("0103").code, 103);
    EXPECT_EQ(legend.at_key("0103").name_zh, "旱地");
    EXPECT_EQ(legend.at_key("0201K").code, 10201);
    EXPECT_EQ(legend.at_key("1104A").code, 21104);
    EXPECT_EQ(legend.at_key("05H1").code, 30501);
    for (const auto& c : legend.classes) {
        if (c.parent.empty()) continue;
        EXPECT_EQ(legend.at_key(c.parent).key.size(), 2U) << c.key;
    }
    // Table columns 00 of domain: the eight wetland classes, taken out of 03, 04, 06 and 11.
    std::set<std::string> wetland;
    for (const auto& c : legend.classes) {
        if (c.parent == "00") wetland.insert(c.key);
    }
    EXPECT_THAT(wetland, testing::ElementsAre("0303", "0304", "0306", "0402", "0603", "1105", "1106", "1108"));
}

TEST_F(DataFile, AnUnknownKeyIsNamedWithItsPlaceAndTheNearestKey) {
    EXPECT_EQ(fault_of(one_class + "colour = '#000000'\n", as_legend),
              "9:1: unknown key 'colour'; did you mean 'color'?");
    EXPECT_EQ(fault_of("titel = ''\n" + one_class, as_legend),
              "1:1: unknown key 'titel'; one of name_zh, name_en, class");
}

TEST_F(DataFile, AMissingKeyIsNamedWithTheOneThatMayBeIt) {
    const auto fault = fault_of("name_zh = '甲'\nname_eng = 'a'\n", as_legend);
    EXPECT_THAT(fault, HasSubstr("'name_en' is missing; is 'name_eng' meant to be it?"));
}

TEST_F(DataFile, ValuesOfAnotherKindOrBeyondLimitsAreRefusedAtTheirPlace) {
    EXPECT_EQ(fault_of("name_zh = 3\n", as_legend), "1:11: 'name_zh' must be a text in quotes");
    EXPECT_THAT(fault_of("name_zh = '甲'\nname_en = 'a'\n", as_legend), HasSubstr("there must be a [[class]]"));
    const auto bad_color = [](std::string text) { return text.replace(text.find("#102030"), 7, "red"); };
    EXPECT_EQ(fault_of(bad_color(one_class), as_legend), "8:9: 'red' is no colour; write it as \"#rrggbb\"");
    const auto twice = one_class + "[[class]]\ncode = 1\nkey = 'y'\nname_zh = ''\nname_en = ''\ncolor = '#000000'\n";
    EXPECT_EQ(fault_of(twice, as_legend), "10:8: code '1' is already there");
}

TEST_F(DataFile, WhatIsNoTomlIsRefusedAtItsPlace) {
    EXPECT_THAT(fault_of("name_zh = \n", as_legend), StartsWith("1:11: "));
}

TEST_F(DataFile, RulesAreReadInOrderWithTheirThresholds) {
    const auto path = dir_ / "season.toml";
    write_text_file(path,
                    "name_zh = '物候'\nname_en = 'season'\nlegend = 'landcover'\n"
                    "[[threshold]]\nname = 'green'\nvalue = 0.6\nunit = '1'\nsource = 'trial'\nconfidence = 'I'\n"
                    "[[rule]]\nclass = 'water'\nwhen = 'MNDWI > 0'\nwhy = 'open water'\n"
                    "[[rule]]\nclass = 'conifer'\nwhen = 'NDVI_winter > green'\nwhy = 'green in winter'\n");
    const auto set = load_rules(path);
    EXPECT_EQ(set.id, "season");
    ASSERT_EQ(set.rules.size(), 2U);
    EXPECT_EQ(set.rules[1].class_key, "conifer");
    ASSERT_EQ(set.thresholds.size(), 1U);
    EXPECT_DOUBLE_EQ(set.thresholds[0].value, 0.6);
}

TEST_F(DataFile, ARuleForAClassThatTheLegendLacksIsRefused) {
    const auto fault = fault_of(
        "name_zh = ''\nname_en = ''\nlegend = 'landcover'\n[[rule]]\nclass = 'walnutt'\nwhen = 'a'\nwhy = ''\n",
        as_rules);
    EXPECT_EQ(fault, "5:9: legend 'landcover' has no class 'walnutt'; did you mean 'walnut'?");
}

TEST_F(DataFile, IndicatorPacksHoldParametersAndTheirQueries) {
    const std::string pack =
        "version = '2025'\nname_zh = ''\nname_en = ''\n[parameters]\nforest = \"'0301'\"\n"
        "[[indicator]]\nid = 'A1'\nname_zh = '森林覆盖率'\nname_en = 'forest cover'\nunit = '%'\nneeds = "
        "['class_area']\n"
        "sql = 'SELECT zone, 1 AS value FROM class_area'\n";
    write_text_file(dir_ / "county.toml", pack);
    const auto loaded = load_indicators(dir_ / "county.toml");
    EXPECT_EQ(loaded.parameters.at("forest"), "'0301'");
    ASSERT_EQ(loaded.indicators.size(), 1U);
    EXPECT_EQ(loaded.indicators[0].decimals, 2);
    EXPECT_EQ(loaded.indicators[0].target, "");
    EXPECT_EQ(fault_of(pack + "decimals = 12\n", as_indicators), "13:12: decimals is 12, but must be 0 to 9");
}

TEST_F(DataFile, WhatAPackWantsHasItsColumnsInOnePlace) {
    const auto pack = [](const std::string& wanted, const std::string& wants) {
        return "version = '1'\nname_zh = ''\nname_en = ''\n[wanted]\n" + wanted +
               "\n[[indicator]]\nid = 'A1'\nname_zh = ''\nname_en = ''\nunit = '%'\nneeds = []\nwants = " + wants +
               "\nsql = 'SELECT 1'\n";
    };
    const auto path = dir_ / "wanting.toml";
    write_text_file(path, pack("adjusted_area = 'zone, low,high'", "['adjusted_area']"));
    const auto indicator = load_indicators(path).indicators.at(0);
    ASSERT_EQ(indicator.wants.size(), 1U);
    EXPECT_EQ(indicator.wants[0].name, "adjusted_area");
    EXPECT_THAT(indicator.wants[0].columns, testing::ElementsAre("zone", "low", "high"));
    EXPECT_EQ(fault_of(pack("adjusted_area = 'zone'", "['adjusted_aera']"), as_indicators),
              "12:9: [wanted] does not say which columns 'adjusted_aera' has; did you mean 'adjusted_area'?");
    EXPECT_THAT(fault_of(pack("adjusted_area = 'zone; DROP'", "[]"), as_indicators),
                HasSubstr("must name a table and its columns"));
    EXPECT_THAT(fault_of(pack("adjusted_area = ''", "[]"), as_indicators), HasSubstr("must name a table"));
}

TEST_F(DataFile, VerdictRulesSayWhatEachKindOfWorkMakesOfTheLand) {
    const auto rules = load_verdict_rules("works");
    EXPECT_DOUBLE_EQ(rules.threshold("done_share"), 0.5);
    EXPECT_THROW((void)rules.threshold("nothing"), DataError);
    ASSERT_NE(rules.work("经济林"), nullptr);
    EXPECT_THAT(rules.work("经济林")->target, testing::ElementsAre("walnut"));
    EXPECT_EQ(rules.work("修路"), nullptr);
    for (const auto& threshold : rules.thresholds) EXPECT_FALSE(threshold.source.empty()) << threshold.name;
    const auto as_verdicts = [](const std::string& path) { return load_verdict_rules(path); };
    const std::string head =
        "name_zh = ''\nname_en = ''\nlegend = 'landcover'\n[[threshold]]\nname = 'a'\nvalue = 1\nunit = ''\nsource = "
        "''\nconfidence = ''\n";
    const auto work = [](const std::string& kind, const std::string& target) {
        return "[[work]]\nkinds = ['" + kind + "']\ntarget = ['" + target +
               "']\nyoungest_visible = 5\nsource = ''\nconfidence = ''\n";
    };
    EXPECT_THAT(fault_of(head + work("x", "walnutt"), as_verdicts), HasSubstr("did you mean 'walnut'?"));
    EXPECT_THAT(fault_of(head + work("x", "walnut") + work("x", "grass"), as_verdicts),
                HasSubstr("'x' is in another [[work]] already"));
}

TEST_F(DataFile, IndicesAreReadWithTheirCheckValue) {
    std::filesystem::create_directory(dir_ / "legends");
    write_text_file(dir_ / "indices.toml",
                    "[[index]]\nid = 'NDVI'\nname_zh = ''\nname_en = ''\nformula = '(N - R) / (N + R)'\nbands = ['N', "
                    "'R']\nlow = -1\n"
                    "high = 1.0\nreference = 'Rouse 1974'\ncheck_bands = { N = 0.4, R = 0.1 }\ncheck_value = 0.6\n");
    const DataFolder other(dir_.path());
    const auto indices = load_indices();
    ASSERT_EQ(indices.size(), 1U);
    EXPECT_DOUBLE_EQ(indices[0].low, -1);
    EXPECT_DOUBLE_EQ(indices[0].check_bands.at("R"), 0.1);
}

TEST_F(DataFile, AnIdThatIsNotThereIsAnsweredWithTheNearest) {
    try {
        static_cast<void>(load_legend("landcove"));
        FAIL();
    } catch (const DataError& error) {
        EXPECT_THAT(error.what(), HasSubstr("did you mean 'landcover'?"));
    }
    EXPECT_THROW(static_cast<void>(load_legend(dir_ / "absent.toml")), DataError);
}

TEST_F(DataFile, AWrongDataFolderIsRefusedByName) {
    const DataFolder wrong(dir_.path());
    EXPECT_THROW(static_cast<void>(data_folder()), DataError);
}

TEST_F(DataFile, EveryTablePackAndCrosswalkOfTheHouseIsRead) {
    for (const auto* pack : {"county", "class-area", "transition"}) {
        const TablePack tables = load_table_pack(pack);
        EXPECT_EQ(tables.id, pack);
        for (const auto& table : tables.tables) EXPECT_FALSE(table.needs.empty()) << pack << ' ' << table.id;
    }
    const Crosswalk walk = load_crosswalk("dltb-landcover");
    EXPECT_EQ(walk.classes.at("0103"), 1);
    EXPECT_EQ(walk.classes.at("0201K"), 2);
    EXPECT_FALSE(walk.classes.contains("0204"));
}

}  // namespace
}  // namespace linmu

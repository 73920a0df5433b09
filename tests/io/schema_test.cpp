// SPDX-License-Identifier: MIT
#include "linmu/io/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <set>

#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct InOurData {
    InOurData() { setenv("LINMU_DATA", test::source_file("data").c_str(), 1); }
} const in_our_data;

std::string fault_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const DataError& error) {
        return error.what();
    }
    return "no fault";
}

TEST(SchemaFiles, EachLoadsWithItsTablesAndRules) {
    const std::vector<std::string> all = data_file_ids("schemas");
    EXPECT_THAT(all, ElementsAre("cjdcq", "closures", "dltb", "dltbgx", "dltbgxgc", "high-standard", "orchard-works",
                                 "parks", "pdt", "points", "roads", "stbhhx", "works", "xiaoban", "xiaoban-monitoring",
                                 "xzq", "yjjbnttb"));
    for (const auto& id : all) {
        const auto schema = load_schema(id);
        EXPECT_FALSE(schema.source.empty()) << id;
        EXPECT_THAT(schema.geometry, testing::AnyOf("polygon", "line", "point")) << id;
        for (const auto& rule : schema.rules) {
            EXPECT_FALSE(rule.says.empty() || rule.confidence.empty()) << id << " " << rule.id;
            // What one program did once is no reason to stop a county's run.
            if (rule.confidence == "inferred" && rule.source != "arithmetic") {
                EXPECT_TRUE(!rule.error || id == "roads") << id << " " << rule.id;
            }
        }
    }
}

TEST(SchemaFiles, CodeTablesAndCrosswalksAreWhole) {
    for (const auto& id : data_file_ids("codes")) {
        const auto table = load_codes(id);
        EXPECT_FALSE(table.source.empty() || table.confidence.empty() || table.codes.empty()) << id;
    }
    // GB/T 21010-2017 has 73 second-level classes.
    EXPECT_EQ(load_codes("land-gbt21010").codes.size(), 73U);
    for (const auto& id : data_file_ids("code-crosswalks")) {
        const auto walk = load_code_crosswalk(id);
        EXPECT_EQ(walk.links.size(), load_codes(walk.from).codes.size()) << id;
        for (const auto& [code, link] : walk.links) EXPECT_FALSE(link.confidence.empty()) << id << " " << code;
    }
    EXPECT_EQ(load_code_crosswalk("dltb-gbt21010").links.at("0201K").to, std::vector<std::string>{"0201"});
    EXPECT_THAT(load_code_crosswalk("erdiao-dltb").links.at("033").to, ElementsAre("0307", "0307K"));
}

TEST(SchemaFiles, ACodeMeansSomethingWithItsSystemOnly) {
    EXPECT_EQ(load_codes("dltb").find("0204")->name_zh, "其他园地");
    EXPECT_EQ(load_codes("land-2023").find("0204")->name_zh, "油料园地");
    EXPECT_EQ(load_codes("dltb").find("01"), nullptr) << "a first-level class is no parcel's class";
    EXPECT_NE(load_codes("dltb").find("09"), nullptr) << "special use has no second level";
    EXPECT_EQ(load_codes("dltb").find("031"), nullptr);
    EXPECT_EQ(load_codes("land-erdiao").find("031")->name_zh, "有林地");
}

TEST(SchemaFiles, WhatIsWrongInAFileHasItsPlace) {
    const test::TempDir dir;
    const auto path = dir / "x.toml";
    const std::string head = "name_zh=\"a\"\nname_en=\"b\"\nsource=\"c\"\ngeometry=\"polygon\"\n";
    const std::string field = "{name=\"A\",name_zh=\"甲\",name_en=\"a\",type=\"text\"}";
    const auto fault = [&](const std::string& text) {
        write_text_file(path, head + text);
        return fault_of([&] { (void)load_schema(path); });
    };
    EXPECT_EQ(fault("field=[" + field + "]\n"), "no fault");
    EXPECT_THAT(fault("field=[" + field + ",\n" + field + "]\n"), HasSubstr(":6:"));
    EXPECT_THAT(fault("field=[{name=\"A\",name_zh=\"甲\",name_en=\"a\",type=\"txt\"}]\n"),
                HasSubstr("'txt' is no type"));
    const auto rule = [&](const std::string& fields, const std::string& holds) {
        return fault("field=[" + field + "]\n[[rule]]\nid=\"r\"\nfields=[\"" + fields + "\"]\nholds=\"" + holds +
                     "\"\nsays=\"x\"\nseverity=\"error\"\n");
    };
    EXPECT_EQ(rule("A", "A > 0"), "no fault");
    EXPECT_THAT(rule("B", "A > 0"), HasSubstr("there is no field 'B'"));
    EXPECT_THAT(rule("A", "C > 0"), HasSubstr("no such column: C"));
    EXPECT_THAT(rule("A", "A >"), HasSubstr("syntax error"));
}

// A layer with planted faults ---------------------------------------------------------------------------------------

struct Parcel {
    std::map<std::string, Value> values;
    Parcel& set(const std::string& name, Value value) {
        values[name] = std::move(value);
        return *this;
    }
};

const std::vector<std::string> parcel_fields{"BSM",    "TBBH",   "DLBM",   "DLMC", "QSDWDM", "ZLDWDM",
                                             "TBMJ",   "KCDLBM", "KCXS",   "KCMJ", "TBDLMJ", "GDLX",
                                             "GDPDJB", "XZDWKD", "ZZSXDM", "GDDB", "QSXZ"};

Parcel good(int i) {
    Parcel p;
    const std::string village = "1407221002300000000";
    p.set("BSM", "140722" + std::string(9, '0') + std::to_string(100 + i)).set("TBBH", std::to_string(1000 + i));
    p.set("DLBM", std::string("0103")).set("DLMC", std::string("旱地")).set("QSDWDM", village).set("ZLDWDM", village);
    p.set("TBMJ", 1000.0).set("KCDLBM", std::string("1203")).set("KCXS", 0.1).set("KCMJ", 100.0).set("TBDLMJ", 900.0);
    p.set("GDLX", std::string("TT"))
        .set("GDPDJB", std::string("3"))
        .set("ZZSXDM", std::string("LS"))
        .set("GDDB", std::int64_t{12});
    p.set("QSXZ", std::string("30"));
    return p;
}

Layer layer_of(const std::vector<Parcel>& parcels, const std::function<std::string(std::string)>& rename = {}) {
    Layer layer{{"DLTB", "EPSG:4547", {}}, {}};
    for (const auto& name : parcel_fields) {
        const auto type = name == "GDDB" ? FieldType::integer
                          : name == "TBMJ" || name == "KCXS" || name == "KCMJ" || name == "TBDLMJ" || name == "XZDWKD"
                              ? FieldType::real
                              : FieldType::text;
        layer.spec.fields.push_back({rename ? rename(name) : name, type, "", ""});
    }
    std::int64_t fid = 1;
    for (const auto& parcel : parcels) {
        Feature feature{fid++, {{{{{0, 0}, {0, 1}, {1, 1}}, {}}}, {}, {}}, {}};
        for (const auto& name : parcel_fields) {
            const auto at = parcel.values.find(name);
            feature.values.push_back(at == parcel.values.end() ? Value{} : at->second);
        }
        layer.features.push_back(std::move(feature));
    }
    return layer;
}

std::vector<std::string> found_in(const Layer& layer, const std::string& schema = "dltb") {
    std::vector<std::string> found;
    for (const auto& v : check_schema(load_schema(schema), layer).violations)
        found.push_back((v.fid ? std::to_string(*v.fid) : "-") + " " + v.field + " " + v.rule);
    return found;
}

TEST(CheckSchema, AGoodLayerHasNothingWrong) {
    std::vector<Parcel> parcels;
    for (int i = 0; i < 50; ++i) parcels.push_back(good(i));
    EXPECT_THAT(found_in(layer_of(parcels)), IsEmpty());
}

TEST(CheckSchema, EachPlantedFaultIsFoundAndNoneInvented) {
    struct Planted {
        std::function<void(Parcel&)> spoil;
        std::vector<std::string> found;
    };
    const auto text = [](const char* t) { return Value{std::string(t)}; };
    const std::vector<Planted> plants{
        {[&](Parcel& p) { p.set("DLBM", text("0199")).set("DLMC", Value{}); }, {"DLBM code"}},
        {[&](Parcel& p) { p.set("DLBM", text("031")); },
         {"DLBM code", "KCDLBM deducted-class", "GDLX type-of-cropland", "GDPDJB slope-of-cropland",
          "ZZSXDM planting-of-cropland", "GDDB grade-of-cropland"}},
        {[&](Parcel& p) { p.set("DLBM", text("103")); }, {"DLBM leading-zero"}},
        {[&](Parcel& p) { p.set("DLMC", text("水田")); }, {"DLMC class-name"}},
        {[&](Parcel& p) { p.set("TBDLMJ", 900.02); }, {"TBMJ area-sum"}},
        {[&](Parcel& p) { p.set("TBMJ", 1000.123).set("TBDLMJ", 900.12).set("KCMJ", 100.0); },
         {"TBMJ decimals", "KCMJ deducted-area"}},
        {[&](Parcel& p) { p.set("KCDLBM", text("1202")); }, {"KCDLBM deducted-class"}},
        {[&](Parcel& p) { p.set("KCXS", 1.0).set("KCMJ", 1000.0).set("TBDLMJ", 0.0); }, {"KCXS deducted-share"}},
        {[&](Parcel& p) { p.set("QSDWDM", text("140722100230")); }, {"QSDWDM qsdwdm-19"}},
        {[&](Parcel& p) { p.set("ZLDWDM", text("14072210023000000000")); }, {"ZLDWDM length", "ZLDWDM zldwdm-19"}},
        {[&](Parcel& p) { p.set("ZZSXDM", text("JKHF")); }, {"ZZSXDM restorable-not-cropland"}},
        {[&](Parcel& p) { p.set("GDPDJB", text("1")); }, {"GDLX flat-has-no-type"}},
        {[&](Parcel& p) { p.set("GDPDJB", Value{}); }, {"GDPDJB cropland-has-slope"}},
        {[&](Parcel& p) { p.set("GDLX", Value{}); }, {"GDLX steep-has-type"}},
        {[&](Parcel& p) { p.set("XZDWKD", 8.0); }, {"XZDWKD width-of-linear"}},
        {[&](Parcel& p) { p.set("QSXZ", text("35")); }, {"QSXZ code"}},
        {[&](Parcel& p) { p.set("TBBH", text("  ")); }, {"TBBH required"}},
        {[&](Parcel& p) { p.set("TBBH", text("123456789")); }, {"TBBH length"}},
        {[&](Parcel& p) { p.set("GDDB", std::int64_t{123}); }, {"GDDB length"}}};
    std::vector<Parcel> parcels;
    std::vector<std::string> wanted;
    for (std::size_t i = 0; i < plants.size(); ++i) {
        parcels.push_back(good(static_cast<int>(2 * i)));
        parcels.push_back(good(static_cast<int>(2 * i + 1)));
        plants[i].spoil(parcels.back());
        for (const auto& what : plants[i].found) wanted.push_back(std::to_string(2 * i + 2) + " " + what);
    }
    EXPECT_THAT(found_in(layer_of(parcels)), testing::UnorderedElementsAreArray(wanted));
}

TEST(CheckSchema, ViolationsSayFeatureFieldValueAndWhatIsRight) {
    auto parcels = std::vector<Parcel>{good(0), good(1)};
    parcels[1].set("BSM", parcels[0].values["BSM"]).set("QSXZ", std::string("35"));
    const auto found = check_schema(load_schema("dltb"), layer_of(parcels)).violations;
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].fid, 1);
    EXPECT_EQ(found[0].rule, "unique");
    EXPECT_EQ(found[1].fid, 2);
    EXPECT_EQ(found[1].value, "35");
    EXPECT_THAT(found[1].says, HasSubstr("权属性质 (sandiao) has no code '35'"));
    EXPECT_EQ(found[2].rule, "unique");
}

TEST(CheckSchema, PinyinAndChineseNamesAreTheSameFields) {
    const std::map<std::string, std::string> pinyin{{"DLBM", "DiLeiBianMa"},
                                                    {"TBMJ", "TUBANMIANJI"},
                                                    {"ZLDWDM", "ZUOLUODANWEIDAIMA"},
                                                    {"TBBH", "TUBANBIANH"},
                                                    {"ZZSXDM", "GDZZSXDM"}};
    const std::map<std::string, std::string> chinese{{"DLBM", "地类编码"},
                                                     {"TBMJ", "图斑面积"},
                                                     {"ZLDWDM", "座落单位代"},
                                                     {"QSDWDM", "权属单位代"},
                                                     {"GDPDJB", "耕地坡度级"}};
    const auto schema = load_schema("dltb");
    for (const auto& names : {pinyin, chinese}) {
        auto bad = std::vector<Parcel>{good(0), good(1)};
        bad[1].set("DLBM", std::string("9999"));
        const auto layer =
            layer_of(bad, [&](const std::string& name) { return names.contains(name) ? names.at(name) : name; });
        EXPECT_THAT(found_in(layer), testing::Contains("2 DLBM code"));
        const auto map = map_fields(schema, layer.spec.fields);
        EXPECT_THAT(map.extras, IsEmpty());
        EXPECT_EQ(map.notes.size(), names.size());
        const auto spec = check_schema(schema, layer).layer.spec;
        std::vector<std::string> got;
        for (const auto& field : spec.fields) got.push_back(field.name);
        EXPECT_THAT(got, testing::UnorderedElementsAreArray(parcel_fields));
    }
}

TEST(CheckSchema, ACutNameThatMayBeOfSeveralFieldsIsLeftAndTold) {
    const auto schema = load_schema("dltb");
    const auto map = map_fields(schema, {{"扣除地", FieldType::text, "", ""},
                                         {"权属单位名", FieldType::text, "", ""},
                                         {"KOUCHUDILE", FieldType::text, "", ""}});
    EXPECT_THAT(map.extras, ElementsAre(0, 2));
    EXPECT_THAT(map.notes, ElementsAre("扣除地 may be cut from KCDLBM or KCXS; rename it", "权属单位名 is QSDWMC",
                                       "KOUCHUDILE may be cut from KCDLBM or KCXS; rename it"));
}

TEST(CheckSchema, AnUnknownCodeOfATableThatIsNotWholeIsAWarning) {
    Layer layer{{"xb", "EPSG:4547", {{"YOU_SHI_SZ", FieldType::text, "", ""}, {"LIN_ZHONG", FieldType::text, "", ""}}},
                {}};
    layer.features.push_back({1, {{{{{0, 0}, {0, 1}, {1, 1}}, {}}}, {}, {}}, {std::string("299"), std::string("299")}});
    std::vector<std::string> found;
    for (const auto& v : check_schema(load_schema("xiaoban"), layer).violations)
        if (v.fid) found.push_back(v.field + (v.error ? " error" : " warning"));
    EXPECT_THAT(found, testing::UnorderedElementsAre("YOU_SHI_SZ warning", "LIN_ZHONG error"));
}

TEST(CheckSchema, FieldsAreBroughtToTheirTypes) {
    Layer layer{{"DLTB",
                 "EPSG:4547",
                 {{"dlbm", FieldType::integer, "", ""},
                  {"TBMJ", FieldType::text, "", ""},
                  {"SJNF", FieldType::real, "", ""},
                  {"own", FieldType::text, "", ""}}},
                {}};
    layer.features.push_back({5,
                              {{{{{0, 0}, {0, 1}, {1, 1}}, {}}}, {}, {}},
                              {std::int64_t{103}, std::string(" 12.50 "), 2025.0, std::string("x")}});
    layer.features.push_back(
        {6, {{{{{0, 0}, {0, 1}, {1, 1}}, {}}}, {}, {}}, {std::int64_t{1006}, std::string("12,5"), 2025.5, {}}});
    const auto result = check_schema(load_schema("dltb"), layer);
    ASSERT_EQ(result.layer.spec.fields.size(), 4U);
    EXPECT_EQ(result.layer.spec.fields[0].name, "DLBM");
    EXPECT_EQ(result.layer.spec.fields[1].unit, "m2");
    EXPECT_EQ(result.layer.spec.fields[3].name, "own") << "what the schema does not know stays";
    EXPECT_THAT(result.layer.features[0].values, ElementsAre(Value{std::string("0103")}, Value{12.5},
                                                             Value{std::int64_t{2025}}, Value{std::string("x")}));
    EXPECT_THAT(result.layer.features[1].values, ElementsAre(Value{std::string("1006")}, Value{}, Value{}, Value{}));
    std::set<std::string> rules;
    for (const auto& v : result.violations) rules.insert((v.fid ? std::to_string(*v.fid) : "-") + v.rule);
    EXPECT_EQ(rules, (std::set<std::string>{"-field", "5leading-zero", "6type"}));
}

TEST(CheckSchema, TheGeometryMustBeOfTheSchemasKind) {
    Layer layer{{"DL", "EPSG:4547", {{"LXDM", FieldType::text, "", ""}}}, {}};
    layer.features.push_back({1, {{}, {{{0, 0}, {1, 1}}}, {}}, {std::string("X1")}});
    layer.features.push_back({2, {{}, {}, {{0, 0}}}, {std::string("X2")}});
    layer.features.push_back({3, {}, {std::string("X3")}});
    EXPECT_THAT(found_in(layer, "roads"), ElementsAre("2  geometry", "3  geometry"));
}

TEST(CheckSchema, TheChangeTableJudgesBeforeAndAfter) {
    Layer layer{{"DLTBGXGC", "EPSG:4547", {}}, {}};
    for (const char* name : {"BGQDLBM", "BGHDLBM", "BGQKCDLBM", "BGHKCDLBM", "BGQZZSXDM", "BGHZZSXDM"})
        layer.spec.fields.push_back({name, FieldType::text, "", ""});
    layer.spec.fields.push_back({"TBBGMJ", FieldType::real, "m2", ""});
    const auto row = [&](std::int64_t fid, std::vector<Value> values) {
        layer.features.push_back({fid, {{{{{0, 0}, {0, 1}, {1, 1}}, {}}}, {}, {}}, std::move(values)});
    };
    const auto t = [](const char* x) { return Value{std::string(x)}; };
    row(1, {t("0103"), t("0201K"), t("1203"), {}, t("LS"), t("JKHF"), 10.0});
    row(2, {t("0103"), t("0201K"), t("1203"), t("1203"), t("JKHF"), t("LS"), 10.0});
    row(3, {t("0103"), t("0601"), {}, {}, {}, {}, 0.0});
    EXPECT_THAT(found_in(layer, "dltbgxgc"),
                testing::UnorderedElementsAre("2 BGHKCDLBM bgh-deducted-class", "2 BGQZZSXDM bgq-planting",
                                              "2 BGHZZSXDM bgh-planting", "3 TBBGMJ area-positive"));
}

}  // namespace
}  // namespace linmu

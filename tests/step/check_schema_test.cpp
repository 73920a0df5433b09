// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include <functional>

#include "linmu/core/error.hpp"
#include "linmu/io/ledger.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "support/practice_county.hpp"
#include "support/step_bench.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;

/// A whole step on a layer in memory.
class SchemaBench {
public:
    SchemaBench(const Layer& layer, const std::vector<std::pair<std::string, ParamValue>>& keys)
        : bench_("check-schema", keys), layer_(&layer), ledger_(folder_ / "ledger.gpkg") {
        planned_ = bench_.plan({Artifact::of(layer.spec)});
    }
    Layer run() {
        RunContext context;
        context.id = "step";
        context.folder = folder_.path();
        context.ledger = &ledger_;
        context.products = &products_;
        context.note = [this](const std::string& text) { notes_.push_back(text); };
        return *dynamic_cast<WholeStep&>(bench_.step()).run({{layer_}, {}}, context).layer;
    }
    [[nodiscard]] std::map<std::string, std::int64_t> counts() const {
        std::map<std::string, std::int64_t> found;
        for (const auto& row : ledger_.query("SELECT rule, sum(features) FROM schema_count GROUP BY rule").rows)
            found[to_text(row[0])] = std::get<std::int64_t>(row[1]);
        return found;
    }
    [[nodiscard]] Table violations() const { return ledger_.query("SELECT * FROM schema_violation"); }

    const Artifact& planned() const { return planned_; }
    std::string file(const std::string& name) const { return folder_ / ("products/" + name); }
    std::vector<std::string> notes_;

private:
    test::TempDir folder_;
    test::StepBench bench_;
    const Layer* layer_;
    Artifact planned_;
    Ledger ledger_;
    std::vector<Product> products_;
};

Layer survey(const std::string& name) { return read_layer({test::practice_county() + "/survey/" + name, "", "", ""}); }

std::string fault_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const DataError& error) {
        return error.what();
    }
    return "no fault";
}

TEST(CheckSchemaStep, ThePracticeCountysParcelsPassButForTheirPlantedDirt) {
    // The county is made by linmu itself, which a build of unit tests alone has not.
    if (!std::filesystem::exists(LINMU_BINARY)) GTEST_SKIP() << "linmu itself is not built here";
    // The sliver is a copy of a parcel: the same number twice in its village. The bow-tie and the overlap are matters of geometry.
    for (const char* name : {"dltb_2020.shp", "dltb_2025.gpkg"}) {
        const auto layer = survey(name);
        SchemaBench bench(layer, {{"schema", std::string("dltb")}, {"stop", true}});
        const auto out = bench.run();
        EXPECT_EQ(out.features.size(), layer.features.size());
        EXPECT_EQ(bench.counts(), (std::map<std::string, std::int64_t>{{"number-in-village", 2}})) << name;
        ASSERT_EQ(out.spec.fields.size(), bench.planned().layer.fields.size());
        for (std::size_t i = 0; i < out.spec.fields.size(); ++i)
            EXPECT_EQ(out.spec.fields[i].name, bench.planned().layer.fields[i].name);
    }
}

TEST(CheckSchemaStep, TheCountysOtherLayersPass) {
    if (!std::filesystem::exists(LINMU_BINARY)) GTEST_SKIP() << "linmu itself is not built here";
    const std::pair<const char*, const char*> layers[] = {{"villages.gpkg", "cjdcq"}, {"townships.gpkg", "xzq"},
                                                          {"county.gpkg", "xzq"},     {"roads.gpkg", "roads"},
                                                          {"works.gpkg", "works"},    {"trees.gpkg", "points"}};
    for (const auto& [name, schema] : layers) {
        const auto layer = survey(name);
        SchemaBench bench(layer, {{"schema", std::string(schema)}, {"stop", true}});
        EXPECT_NO_THROW((void)bench.run()) << name;
    }
}

TEST(CheckSchemaStep, ErrorsStopARunThatWantsIt_AfterTheListIsWritten) {
    if (!std::filesystem::exists(LINMU_BINARY)) GTEST_SKIP() << "linmu itself is not built here";
    auto layer = survey("dltb_2025.gpkg");
    layer.features[3].values[field_index(layer.spec.fields, "QSXZ", "x")] = std::string("35");
    SchemaBench goes(layer, {{"schema", std::string("dltb")}, {"list", std::string("list.csv")}});
    (void)goes.run();
    EXPECT_THAT(read_text_file(goes.file("list.csv")), HasSubstr("35,code,error"));
    EXPECT_THAT(goes.notes_.front(), HasSubstr("against schema dltb: 1 errors"));
    SchemaBench stops(layer, {{"schema", std::string("dltb")}, {"list", std::string("list.csv")}, {"stop", true}});
    const auto fault = fault_of([&] { (void)stops.run(); });
    EXPECT_THAT(fault, HasSubstr("1 errors"));
    EXPECT_THAT(fault, HasSubstr("feature 4, field QSXZ '35': 权属性质 (sandiao) has no code"));
    EXPECT_THAT(read_text_file(stops.file("list.csv")), HasSubstr("35,code,error"));
}

TEST(CheckSchemaStep, CodesOfAnotherSystemAreCheckedAndBroughtOver) {
    if (!std::filesystem::exists(LINMU_BINARY)) GTEST_SKIP() << "linmu itself is not built here";
    Layer layer{{"DLTB", "EPSG:4547", {{"DLBM", FieldType::text, "", ""}}}, {}};
    for (const char* code : {"013", "031", "104", "0103"})
        layer.features.push_back({static_cast<std::int64_t>(layer.features.size()) + 1,
                                  test::polygon({{0, 0}, {0, 1}, {1, 1}}),
                                  {std::string(code)}});
    SchemaBench bench(layer, {{"schema", std::string("dltb")},
                              {"codes", std::vector<std::string>{"DLBM=land-erdiao"}},
                              {"recode", std::string("erdiao-dltb")}});
    const auto out = bench.run();
    EXPECT_EQ(out.spec.fields.back().name, "DLBM_dltb");
    EXPECT_EQ(bench.planned().layer.fields.back().name, "DLBM_dltb");
    EXPECT_EQ(out.features[0].values.back(), Value{std::string("0103")});
    EXPECT_EQ(out.features[1].values.back(), Value{}) << "forest of the second survey is one of many";
    EXPECT_EQ(out.features[2].values.back(), Value{std::string("1006")});
    const auto found = bench.violations();
    const auto told = [&](std::int64_t fid, const char* rule) {
        return std::ranges::any_of(found.rows, [&](const auto& row) {
            return std::ranges::find(row, Value{fid}) != row.end() &&
                   std::ranges::find(row, Value{std::string(rule)}) != row.end();
        });
    };
    EXPECT_TRUE(told(2, "recode"));
    EXPECT_TRUE(told(4, "code"));
    EXPECT_FALSE(told(4, "recode"));
}

TEST(CheckSchemaStep, WhatCannotBeIsRefusedInThePlan) {
    const Layer layer{{"DLTB", "EPSG:4547", {{"NAME", FieldType::text, "", ""}}}, {}};
    const auto plan = [&](std::vector<std::pair<std::string, ParamValue>> keys) {
        return [&layer, keys] { SchemaBench bench(layer, keys); };
    };
    EXPECT_THAT(fault_of(plan({{"schema", std::string("dtlb")}})), HasSubstr("did you mean 'dltb'?"));
    EXPECT_THROW(plan({{"schema", std::string("dltb")}, {"codes", std::vector<std::string>{"X=land-2023"}}})(),
                 UsageError);
    EXPECT_THROW(plan({{"schema", std::string("dltb")}, {"recode", std::string("erdiao-dltb")}})(), UsageError);
}

}  // namespace
}  // namespace linmu

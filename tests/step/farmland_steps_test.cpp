// SPDX-License-Identifier: MIT
// Blocks of parcels that touch, works of which none were chosen, and a transition on both bases of area.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr double x0 = 480000, y0 = 4100000;

Geometry box(double x, double y, double width, double height) {
    return polygon(
        {{x0 + x, y0 + y}, {x0 + x + width, y0 + y}, {x0 + x + width, y0 + y + height}, {x0 + x, y0 + y + height}});
}

class FarmlandSteps : public testing::Test {
protected:
    using Keys = std::vector<std::pair<std::string, ParamValue>>;

    Layer run(const std::string& use, const std::vector<const Layer*>& layers, const Keys& keys) {
        StepBench bench(use, keys);
        std::vector<Artifact> inputs;
        for (const auto* layer : layers) inputs.push_back(Artifact::of(layer->spec));
        (void)bench.plan(inputs);
        RunContext context;
        context.ledger = &ledger_;
        context.note = [this](const std::string& text) { notes_ += text + "\n"; };
        return *dynamic_cast<WholeStep&>(bench.step()).run({layers, {}}, context).layer;
    }

    /// Rows of a query, values joined by blanks.
    std::vector<std::string> rows(const std::string& sql) const {
        std::vector<std::string> out;
        for (const auto& row : ledger_.query(sql).rows) {
            auto& line = out.emplace_back();
            for (const auto& value : row) line += (line.empty() ? "" : " ") + to_text(value);
        }
        return out;
    }

    TempDir dir_;
    Ledger ledger_{dir_ / "ledger.gpkg"};
    std::string notes_;
};

Layer fields(const std::vector<std::pair<std::string, Geometry>>& parcels) {
    Layer layer{{"DLTB", "EPSG:4547", {{"BSM", FieldType::text, "", ""}}}, {}};
    for (const auto& [code, geometry] : parcels)
        layer.features.push_back({static_cast<std::int64_t>(layer.features.size()) + 1, geometry, {code}});
    return layer;
}

TEST_F(FarmlandSteps, BlocksAreNamedMeasuredAndListed) {
    const auto layer = fields({{"p1", box(0, 0, 100, 50)}, {"p2", box(300, 0, 60, 60)}, {"p3", box(100, 0, 100, 50)}});
    const auto blocks =
        run("blocks", {&layer}, {{"key", std::string("BSM")}, {"table", std::string("farmland_block")}});
    EXPECT_THAT(rows("SELECT block, parcels FROM farmland_block"), ElementsAre("p1 2", "p2 1"));
    EXPECT_THAT(rows("SELECT parcel, block FROM farmland_block_parcel"), ElementsAre("p1 p1", "p3 p1", "p2 p2"));
    ASSERT_EQ(blocks.features.size(), 2U);
    const SurveyArea area("EPSG:4547", "EPSG:4547");
    for (const auto& block : blocks.features) {
        EXPECT_NEAR(static_cast<double>(std::get<std::int64_t>(block.values[2])),
                    static_cast<double>(area(block.geometry).units()), 2)
            << "the joined polygon is as large as its parcels together";
    }
    ASSERT_EQ(blocks.features[0].geometry.polygons.size(), 1U);
    EXPECT_THAT(notes_, HasSubstr("3 parcels make 2 blocks"));
}

TEST_F(FarmlandSteps, NoParcelsMakeNoBlocks) {
    const auto layer = fields({});
    EXPECT_THAT(run("blocks", {&layer}, {{"key", std::string("BSM")}}).features, IsEmpty());
    EXPECT_THAT(rows("SELECT * FROM block"), IsEmpty());
    EXPECT_THAT(rows("SELECT * FROM block_parcel"), IsEmpty());
}

TEST_F(FarmlandSteps, AFieldThatIsNotThereIsNamed) {
    const auto layer = fields({{"p1", box(0, 0, 10, 10)}});
    EXPECT_THAT(
        [&] {
            (void)run("blocks", {&layer}, {{"key", std::string("TBBH")}});
        },
        ThrowsMessage<DataError>(HasSubstr("TBBH")));
}

TEST_F(FarmlandSteps, WorksOfWhichNoneWereChosenUniteToNothing) {
    const Layer none{{"works", "EPSG:4547", {{"id", FieldType::text, "", ""}, {"year", FieldType::integer, "", ""}}},
                     {}};
    EXPECT_THAT(run("union", {&none}, {{"key", std::string("id")}, {"order", std::string("year")}}).features,
                IsEmpty());
    for (const char* table : {"union_part", "union_overlap", "union_year"}) {
        EXPECT_TRUE(ledger_.has(table));
        EXPECT_THAT(rows(std::string("SELECT * FROM ") + table), IsEmpty());
    }
}

TEST_F(FarmlandSteps, WorksOfWhichNoneWereChosenAreCutByNothing) {
    const auto none = fields({});
    const auto zones = fields({{"z1", box(0, 0, 100, 100)}});
    EXPECT_THAT(run("clip", {&none, &zones}, {{"key", std::string("BSM")}, {"zone-key", std::string("BSM")}}).features,
                IsEmpty());
    EXPECT_THAT(rows("SELECT * FROM clip"), IsEmpty());
}

/// A field of 100 x 50 m of which a tenth is ridges; the half of it became an orchard.
std::pair<Layer, Layer> two_surveys() {
    const LayerSpec spec{"DLTB",
                         "EPSG:4547",
                         {{"BSM", FieldType::text, "", ""},
                          {"DLBM", FieldType::text, "", ""},
                          {"ZLDWDM", FieldType::text, "", ""},
                          {"TBMJ", FieldType::real, "m2", ""},
                          {"TBDLMJ", FieldType::real, "m2", ""}}};
    const std::string village = "1407221002000000000";
    const auto parcel = [&](const char* code, const char* land, double m2, double own) {
        return std::vector<Value>{std::string(code), std::string(land), village, m2, own};
    };
    return {{spec, {{1, box(0, 0, 100, 50), parcel("b1", "0103", 5000, 4500)}}},
            {spec,
             {{1, box(0, 0, 50, 50), parcel("a1", "0103", 2500, 2250)},
              {2, box(50, 0, 50, 50), parcel("a2", "0201K", 2500, 2500)}}}};
}

const std::string cells =
    "SELECT basis, from_class, to_class, CAST(round(area / 1e4) AS INTEGER) FROM parcel_transition WHERE kind = '' "
    "ORDER BY 1, 2, 3";

TEST_F(FarmlandSteps, BothBasesOfAreaStandSideBySide) {
    const auto [before, after] = two_surveys();
    (void)run("parcel-transition", {&before, &after}, {{"basis", std::string("both")}});
    // Of the orchard's 2500 m2 a tenth was ridges, which are no farmland lost.
    EXPECT_THAT(rows(cells),
                ElementsAre("ellipsoid 0103 0103 2500", "ellipsoid 0103 0201K 2500", "statistical 0103 0103 2250",
                            "statistical 0103 0201K 2250", "statistical 1203 0201K 250", "statistical 1203 1203 250"));
    EXPECT_THAT(rows("SELECT before_id, after_id FROM parcel_transition_piece"), ElementsAre("b1 a2"))
        << "changed pieces are told once";
}

TEST_F(FarmlandSteps, BothBasesAreOneWhereASurveyHasNoRidges) {
    auto [before, after] = two_surveys();
    before.spec.fields.pop_back();
    for (auto& feature : before.features) feature.values.pop_back();
    (void)run("parcel-transition", {&before, &after}, {{"basis", std::string("both")}});
    EXPECT_THAT(rows(cells), ElementsAre("ellipsoid 0103 0103 2500", "ellipsoid 0103 0201K 2500"));
    EXPECT_THAT(
        [&] {
            (void)run("parcel-transition", {&before, &after}, {{"basis", std::string("statistical")}});
        },
        ThrowsMessage<DataError>(HasSubstr("TBDLMJ")));
}

}  // namespace
}  // namespace linmu::test

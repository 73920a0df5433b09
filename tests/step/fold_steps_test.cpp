// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/topology.hpp"
#include "support/matrix.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// On the central meridian of CGCS2000 / 3-degree zone 38 (114 E) the plane is true to scale to a part in a million.
const Grid grid{"EPSG:4547", 500000, 4100030, 10, 10, 3, 3};

Artifact classes(const std::string& legend = {}) {
    return Artifact::of(RasterSpec{grid, {band("class", BandKind::code, legend)}});
}

Layer zones(const std::vector<std::pair<std::string, std::string>>& named) {
    Layer layer{{"zones", "EPSG:4547", {{"id", FieldType::text, "", ""}, {"village", FieldType::text, "", ""}}}, {}};
    for (const auto& [id, wkt] : named)
        layer.features.push_back(
            {static_cast<std::int64_t>(layer.features.size()) + 1, from_wkt(wkt), {id, std::string("140722100001")}});
    return layer;
}

class FoldSteps : public testing::Test {
protected:
    TempDir dir_;
    Ledger ledger_{dir_ / "ledger.gpkg"};
    Block map_ = block_of(matrix<std::int32_t>({{1, 1, 2}, {1, 2, 2}, {no_code, 2, 2}}));
    Block later_ = block_of(matrix<std::int32_t>({{1, 2, 2}, {2, 2, 2}, {1, 1, 2}}));

    double area(const std::string& query) const {
        const auto rows = ledger_.query(query).rows;
        if (rows.size() != 1 || !std::holds_alternative<std::int64_t>(rows[0][0])) return -1;
        return Area{std::get<std::int64_t>(rows[0][0])}.m2();
    }
};

TEST_F(FoldSteps, ClassAreaTakesExactSharesOfCells) {
    const Layer layer = zones(
        {{"whole cells", "POLYGON ((500000 4100010, 500000 4100030, 500020 4100030, 500020 4100010, 500000 4100010))"},
         {"half a cell", "POLYGON ((500020 4100000, 500030 4100010, 500030 4100000, 500020 4100000))"},
         {"beyond", "POLYGON ((500020 4100020, 500020 4100040, 500030 4100040, 500030 4100020, 500020 4100020))"}});
    StepBench bench("class-area", {{"key", std::string("id")}, {"map", std::string("2025")}});
    (void)bench.plan({classes(), Artifact::of(layer.spec)});
    (void)bench.fold(ledger_, {map_}, {&layer}, 2);
    EXPECT_NEAR(area("SELECT area FROM class_area WHERE zone = 'whole cells' AND class = '1'"), 300, 0.01);
    EXPECT_NEAR(area("SELECT area FROM class_area WHERE zone = 'whole cells' AND class = '2'"), 100, 0.01);
    EXPECT_NEAR(area("SELECT area FROM class_area WHERE zone = 'half a cell'"), 50, 0.01);
    EXPECT_NEAR(area("SELECT area FROM class_area WHERE zone = 'beyond' AND class = '2'"), 100, 0.01);
    EXPECT_NEAR(area("SELECT area FROM class_area WHERE zone = 'beyond' AND class = 'outside'"), 100, 0.01);
    EXPECT_EQ(ledger_.query("SELECT DISTINCT map || layer FROM class_area").rows,
              (std::vector<std::vector<Value>>{{std::string("2025zones")}}));
}

TEST_F(FoldSteps, ClassAreaOfTheWholeGridCountsCellsWithoutClassToo) {
    StepBench bench("class-area");
    (void)bench.plan({classes()});
    (void)bench.fold(ledger_, {map_}, {}, 64);
    EXPECT_NEAR(area("SELECT area FROM class_area WHERE class = 'no value'"), 100, 0.01);
    EXPECT_NEAR(area("SELECT sum(area) FROM class_area"), 900, 0.01);
}

TEST_F(FoldSteps, TransitionsMarginsAreTheClassAreas) {
    const Layer layer =
        zones({{"A", "POLYGON ((500003 4100001, 500001 4100029, 500028 4100027, 500029 4100004, 500003 4100001))"}});
    StepBench change("transition", {{"key", std::string("id")}}),
        before("class-area", {{"key", std::string("id")}, {"map", std::string("before")}}),
        after("class-area", {{"key", std::string("id")}, {"map", std::string("after")}});
    const auto spec = Artifact::of(layer.spec);
    (void)change.plan({classes(), classes(), spec});
    (void)before.plan({classes(), spec});
    (void)after.plan({classes(), spec});
    (void)change.fold(ledger_, {map_, later_}, {&layer}, 1);
    (void)before.fold(ledger_, {map_}, {&layer}, 2);
    (void)after.fold(ledger_, {later_}, {&layer}, 64);
    EXPECT_GT(ledger_.query("SELECT 1 FROM transition").rows.size(), 3U);
    EXPECT_TRUE(ledger_
                    .query("SELECT from_class, sum(area) FROM transition GROUP BY 1 EXCEPT SELECT class, area FROM "
                           "class_area WHERE map = 'before'")
                    .rows.empty());
    EXPECT_TRUE(ledger_
                    .query("SELECT to_class, sum(area) FROM transition GROUP BY 1 EXCEPT SELECT class, area FROM "
                           "class_area WHERE map = 'after'")
                    .rows.empty());
}

TEST_F(FoldSteps, StatesThatAreSavedAndLoadedGiveTheSame) {
    const Layer layer =
        zones({{"A", "POLYGON ((500003 4100001, 500001 4100029, 500028 4100027, 500029 4100004, 500003 4100001))"}});
    const auto spec = Artifact::of(layer.spec);
    struct Case {
        std::string step, table;
        bool zones;
        std::size_t maps;
    };
    for (const auto& c : {Case{"class-area", "class_area", true, 1}, Case{"transition", "transition", true, 2},
                          Case{"error-matrix", "error_matrix", false, 2}}) {
        const std::vector<std::pair<std::string, ParamValue>> keys =
            c.zones ? std::vector<std::pair<std::string, ParamValue>>{{"key", std::string("id")}}
                    : std::vector<std::pair<std::string, ParamValue>>{};
        std::vector<Artifact> inputs(c.maps, classes());
        if (c.zones) inputs.push_back(spec);
        const std::vector<const Layer*> layers =
            c.zones ? std::vector<const Layer*>{&layer} : std::vector<const Layer*>{};
        const std::vector<Block> blocks = c.maps == 1 ? std::vector<Block>{map_} : std::vector<Block>{map_, later_};
        const auto rows = [&](bool stopped) {
            StepBench first(c.step, keys), second(c.step, keys);
            (void)first.plan(inputs);
            (void)second.plan(inputs);
            Ledger ledger(dir_ / (c.table + (stopped ? "-stopped" : "") + ".gpkg"));
            (void)first.fold(ledger, blocks, layers, 1, stopped ? &second : nullptr);
            return ledger.query("SELECT * FROM " + c.table).rows;
        };
        EXPECT_FALSE(rows(false).empty());
        EXPECT_EQ(rows(true), rows(false)) << c.step;
    }
}

TEST_F(FoldSteps, ErrorMatrixLeavesOutCellsWithoutReference) {
    StepBench bench("error-matrix", {{"map", std::string("m")}});
    (void)bench.plan({classes(), classes()});
    (void)bench.fold(ledger_, {later_, map_}, {}, 2);  // the map is `later_`, the reference has a cell without class
    const auto count = [&](const std::string& map, const std::string& reference) {
        const auto rows = ledger_
                              .query("SELECT cells FROM error_matrix WHERE map_class = '" + map +
                                     "' AND reference_class = '" + reference + "'")
                              .rows;
        return rows.empty() ? std::int64_t{0} : std::get<std::int64_t>(rows[0][0]);
    };
    EXPECT_EQ(count("1", "1"), 1);
    EXPECT_EQ(count("2", "1"), 2);
    EXPECT_EQ(count("1", "2"), 1);
    EXPECT_EQ(count("2", "2"), 4);
    EXPECT_EQ(ledger_.query("SELECT sum(cells) FROM error_matrix").rows[0][0], Value{std::int64_t{8}});
    EXPECT_EQ(ledger_.query("SELECT user FROM accuracy WHERE class = 'overall'").rows[0][0], Value{5.0 / 8});
    EXPECT_EQ(ledger_.query("SELECT producer FROM accuracy WHERE class = '1'").rows[0][0], Value{1.0 / 3});
    EXPECT_EQ(ledger_.query("SELECT user FROM accuracy WHERE class = '2'").rows[0][0], Value{4.0 / 6});
}

TEST_F(FoldSteps, ErrorMatrixOfMapsThatShareNothingIsAnError) {
    StepBench bench("error-matrix");
    (void)bench.plan({classes(), classes()});
    EXPECT_THAT(
        [&] {
            (void)bench.fold(ledger_, {map_, block_of(CodePlane(3, 3, no_code))}, {}, 2);
        },
        ThrowsMessage<DataError>("the map and its reference share no cell"));
}

TEST_F(FoldSteps, MeasuredValuesAreNoClassMap) {
    StepBench bench("class-area");
    EXPECT_THAT(
        [&] {
            (void)bench.plan({Artifact::of(RasterSpec{grid, {band("NDVI")}})});
        },
        ThrowsMessage<DataError>(HasSubstr("holds measured values")));
}

TEST(PolygonAreaStep, AddsTheSurveysAreaToEachPolygon) {
    const Layer layer =
        zones({{"14072210000101",
                "POLYGON ((500000 4100000, 500000 4101000, 501000 4101000, 501000 4100000, 500000 4100000))"},
               {"14072210000102",
                "POLYGON ((500000 4100000, 500000 4100100, 500100 4100100, 500100 4100000, 500000 4100000), "
                "(500010 4100010, 500010 4100020, 500020 4100020, 500020 4100010, 500010 4100010))"}});
    StepBench bench("polygon-area", {{"key", std::string("id")}, {"parent", std::string("9")}});
    const auto out = bench.plan({Artifact::of(layer.spec)});
    EXPECT_EQ(out.layer.fields.back().name, "ellipsoid_area");
    const TempDir dir;
    Ledger ledger(dir / "ledger.gpkg");
    RunContext context;
    context.ledger = &ledger;
    const auto made = dynamic_cast<WholeStep&>(bench.step()).run({{&layer}, {}}, context);
    const auto& features = made.layer->features;
    EXPECT_NEAR(Area{std::get<std::int64_t>(features[0].values.back())}.m2(), 1e6, 1);
    EXPECT_NEAR(Area{std::get<std::int64_t>(features[1].values.back())}.m2(), 9900, 0.01);
    EXPECT_EQ(ledger.query("SELECT parent FROM zone").rows[0][0], Value{std::string("140722100")});
}

TEST_F(FoldSteps, ParcelChangeKeepsEverySquareMetre) {
    const Layer layer =
        zones({{"p1", "POLYGON ((500000 4100000, 500000 4100030, 500030 4100030, 500030 4100000, 500000 4100000))"}});
    StepBench bench("parcel-change",
                    {{"key", std::string("id")}, {"zone", std::string("village")}, {"least-part", 0.0}});
    (void)bench.plan({classes(), classes(), Artifact::of(layer.spec)});
    const Made made = bench.fold(ledger_, {map_, block_of(CodePlane(3, 3, 2))}, {&layer}, 2);
    ASSERT_TRUE(made.layer.has_value());
    ASSERT_EQ(made.layer->features.size(), 1U);
    EXPECT_NEAR(area("SELECT sum(area) FROM parcel_flow"), 900, 0.01);
    EXPECT_EQ(ledger_.query("SELECT sum(area) FROM parcel_flow").rows,
              ledger_.query("SELECT sum(area) FROM parcel_change").rows);
}

}  // namespace
}  // namespace linmu::test

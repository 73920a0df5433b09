// SPDX-License-Identifier: MIT
// sieve, polygonize, landscape, majority-by-parcel on artifacts in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "linmu/core/area.hpp"
#include "linmu/core/error.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/geo/topology.hpp"
#include "support/matrix.hpp"
#include "support/random_classes.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Grid grid_of(const Block& map, double cell = 10) {
    return {"EPSG:4547", 500000, 4100000, cell, cell, map.window.rows, map.window.cols};
}

Artifact classes(const Block& map, const std::string& legend = {}, double cell = 10) {
    return Artifact::of(RasterSpec{grid_of(map, cell), {band("class", BandKind::code, legend)}});
}

class PatchSteps : public testing::Test {
protected:
    TempDir dir_;
    Ledger ledger_{dir_ / "ledger.gpkg"};

    std::string text(const std::string& query) const { return to_text(ledger_.query(query).rows.at(0).at(0)); }
    double area(const std::string& query) const {
        return Area{std::get<std::int64_t>(ledger_.query(query).rows.at(0).at(0))}.m2();
    }

    CodePlane sieved(const Block& map, const std::vector<std::pair<std::string, ParamValue>>& keys,
                     const std::string& legend = "landcover", double cell = 10) {
        StepBench bench("sieve", keys), other("sieve", keys);
        (void)bench.plan({classes(map, legend, cell)});
        (void)other.plan({classes(map, legend, cell)});
        (void)bench.fold(ledger_, {map}, {}, 4, &other);
        return dynamic_cast<FoldStep&>(other.step()).cells(map.window).code(0);
    }
};

/// Cropland with a patch of another class of so many cells in its middle.
Block with_patch(std::int32_t code, int rows, int cols) {
    CodePlane plane(20, 40, 1);
    for (int r = 0; r < rows; ++r)
        for (int c = 0; c < cols; ++c) plane(5 + r, 5 + c) = code;
    return block_of(plane);
}

TEST_F(PatchSteps, SieveTakesTheLeastAreaOfEachClassFromItsTable) {
    // Cells of 100 m2, but for a part in ten thousand that the plane is larger or smaller: 200 m2 of built, 1 mu of forest, 600 m2 of grass.
    EXPECT_EQ(sieved(with_patch(7, 1, 1), {})(5, 5), 1);
    EXPECT_EQ(sieved(with_patch(7, 1, 3), {})(5, 5), 7);
    EXPECT_EQ(sieved(with_patch(4, 2, 3), {{"belts", false}})(5, 5), 1) << "600 m2 are less than a mu";
    EXPECT_EQ(sieved(with_patch(4, 1, 7), {{"belts", false}})(5, 5), 4) << "700 m2 are more";
    EXPECT_EQ(sieved(with_patch(6, 1, 5), {})(5, 5), 1);
    EXPECT_EQ(sieved(with_patch(6, 1, 7), {})(5, 5), 6);
}

TEST_F(PatchSteps, SieveKeepsBeltsOfTreesAndTheirAreaIsInTheLedger) {
    EXPECT_EQ(sieved(with_patch(3, 1, 6), {})(5, 5), 3) << "10 m by 60 m";
    EXPECT_EQ(text("SELECT belts FROM sieve WHERE class = 'broadleaf'"), "1");
    EXPECT_NEAR(area("SELECT area_after FROM sieve WHERE class = 'broadleaf'"), 600, 0.1);
    EXPECT_EQ(sieved(with_patch(3, 2, 3), {})(5, 5), 1) << "20 m by 30 m is no belt";
    EXPECT_EQ(sieved(with_patch(3, 1, 4), {})(5, 5), 1) << "too short";
    EXPECT_EQ(sieved(with_patch(2, 1, 3), {})(5, 5), 1) << "walnuts make no belt";
    EXPECT_EQ(sieved(with_patch(3, 1, 20), {}, "landcover", 3)(5, 5), 1) << "narrower than two rows";
}

TEST_F(PatchSteps, SieveLosesNoGround) {
    const Block map = block_of(random_classes(40, 41, 9, 5));
    (void)sieved(map, {});
    EXPECT_EQ(text("SELECT sum(area) - sum(area_after) FROM sieve"), "0");
    EXPECT_EQ(text("SELECT count(*) FROM sieve"), "9");
}

TEST_F(PatchSteps, SieveByCellsNeedsNoLegendAndGivesTheSameFromAnyTiles) {
    const Block map = block_of(random_classes(33, 47, 4, 9));
    for (const char* into : {"edge", "largest"}) {
        const auto run = [&](int tile) {
            StepBench bench("sieve", {{"cells", std::int64_t{6}}, {"into", std::string(into)}});
            (void)bench.plan({classes(map)});
            (void)bench.fold(ledger_, {map}, {}, tile);
            return dynamic_cast<FoldStep&>(bench.step()).cells(map.window).code(0);
        };
        const auto once = run(512), often = run(5);
        EXPECT_TRUE(std::ranges::equal(once.cells(), often.cells())) << into;
    }
}

TEST_F(PatchSteps, SieveRefusesWhatItCannotSieve) {
    const Block map = with_patch(3, 1, 1);
    EXPECT_THAT([&] { (void)StepBench("sieve").plan({classes(map)}); },
                ThrowsMessage<DataError>(HasSubstr("give read-raster a legend, or say 'cells'")));
    EXPECT_THAT([&] { (void)StepBench("sieve").plan({classes(map, "vegetation")}); },
                ThrowsMessage<DataError>(HasSubstr("are for legend 'landcover'")));
    const auto real = Artifact::of(RasterSpec{grid_of(map), {band("NDVI")}});
    for (const char* step : {"sieve", "polygonize", "landscape"})
        EXPECT_THAT([&] { (void)StepBench(step).plan({real}); },
                    ThrowsMessage<DataError>(HasSubstr("band 'NDVI' of 'in1' holds measured values")));
    const Block empty = block_of(CodePlane(4, 4, no_code));
    for (const char* step : {"sieve", "polygonize", "landscape"}) {
        StepBench bench(step);
        (void)bench.plan({classes(empty, "landcover")});
        EXPECT_THAT([&] { (void)bench.fold(ledger_, {empty}, {}, 4); },
                    ThrowsMessage<DataError>(HasSubstr("not one cell of 'in1' has a class")));
    }
}

TEST_F(PatchSteps, PolygonizeAddsUpToTheCellsToTheLastUnit) {
    const Block map = block_of(random_classes(40, 50, 4, 21));
    StepBench bench("polygonize");
    (void)bench.plan({classes(map)});
    const auto made = bench.fold(ledger_, {map}, {}, 16);
    StepBench cells("class-area");
    (void)cells.plan({classes(map)});
    (void)cells.fold(ledger_, {map}, {}, 16);
    EXPECT_EQ(text("SELECT count(*) FROM polygonize p JOIN class_area c ON p.class = c.class WHERE p.area = c.area"),
              "4");
    std::int64_t sum = 0;
    double outlined = 0;
    const SurveyArea survey("EPSG:4547", "EPSG:4547");
    for (const auto& feature : made.layer->features) {
        const auto own = std::get<std::int64_t>(feature.values[3]);
        sum += own;
        outlined += survey.m2(feature.geometry);
        // The survey's area of the outline is that of the cells but for the rounding of each cell and the course of its edges.
        EXPECT_NEAR(survey.m2(feature.geometry), Area{own}.m2(),
                    1e-4 * static_cast<double>(std::get<std::int64_t>(feature.values[2])));
    }
    EXPECT_EQ(std::to_string(sum), text("SELECT sum(area) FROM polygonize"));
    EXPECT_NEAR(outlined, Area{sum}.m2(), 0.01);
}

TEST_F(PatchSteps, PolygonizeTellsTheAreaThatItDrewWhenItSimplified) {
    CodePlane plane(60, 60, 1);
    for (int r = 0; r < 60; ++r)
        for (int c = 0; c < 60; ++c)
            plane(r, c) = r + c < 60 ? 1 : (r - 40) * (r - 40) + (c - 40) * (c - 40) < 90 ? 3 : 2;
    const Block map = block_of(plane);
    StepBench exact("polygonize");
    (void)exact.plan({classes(map)});
    (void)exact.fold(ledger_, {map}, {}, 16);
    const auto vertices = std::stoi(text("SELECT sum(vertices) FROM polygonize"));
    Ledger simple(dir_ / "simple.gpkg");
    StepBench bench("polygonize", {{"simplify", 1.2}});
    (void)bench.plan({classes(map)});
    const auto made = bench.fold(simple, {map}, {}, 16);
    ASSERT_EQ(made.layer->spec.fields.back().name, "area_drawn");
    double cells = 0, drawn = 0;
    const SurveyArea survey("EPSG:4547", "EPSG:4547");
    for (const auto& feature : made.layer->features) {
        EXPECT_FALSE(invalidity(feature.geometry));
        cells += Area{std::get<std::int64_t>(feature.values[3])}.m2();
        const double own = Area{std::get<std::int64_t>(feature.values[4])}.m2();
        EXPECT_NEAR(own, survey.m2(feature.geometry), 1e-3);
        drawn += own;
    }
    EXPECT_NEAR(drawn, cells, 0.01) << "what one loses, its neighbour has";
    EXPECT_LT(std::stoi(to_text(simple.query("SELECT sum(vertices) FROM polygonize").rows.at(0).at(0))) * 4, vertices);
}

TEST_F(PatchSteps, LandscapeHasARowForEachClassAndOneForAll) {
    const Block map = block_of(matrix<std::int32_t>({{1, 1, 2}, {1, 2, 2}, {no_code, 2, 2}}));
    StepBench bench("landscape", {{"neighbours", std::string("4")}, {"map", std::string("2025")}}),
        other("landscape", {{"neighbours", std::string("4")}, {"map", std::string("2025")}});
    (void)bench.plan({classes(map, "landcover")});
    (void)other.plan({classes(map, "landcover")});
    const auto made = bench.fold(ledger_, {map}, {}, 2, &other);
    ASSERT_TRUE(made.table);
    EXPECT_EQ(made.table->rows.size(), 3U);
    EXPECT_EQ(text("SELECT patches FROM landscape WHERE map = '2025' AND class = 'all'"), "2");
    EXPECT_EQ(text("SELECT neighbours FROM landscape WHERE class = 'cropland'"), "4");
    EXPECT_EQ(text("SELECT round(largest_patch, 3) FROM landscape WHERE class = 'walnut'"), "62.5");
    EXPECT_EQ(text("SELECT count(*) FROM landscape WHERE contagion IS NULL"), "2");
}

Layer parcels(const std::vector<std::pair<std::string, std::string>>& named) {
    Layer layer{{"parcels", "EPSG:4547", {{"id", FieldType::text, "", ""}}}, {}};
    for (const auto& [id, wkt] : named)
        layer.features.push_back({static_cast<std::int64_t>(layer.features.size()) + 1, from_wkt(wkt), {id}});
    return layer;
}

TEST_F(PatchSteps, MajorityByParcelTakesExactShares) {
    const Block map = block_of(matrix<std::int32_t>({{1, 1, 2, 2}, {3, 3, 2, no_code}}));
    const Layer layer = parcels(
        {{"A", "POLYGON ((500000 4100000, 500025 4100000, 500025 4099990, 500000 4099990, 500000 4100000))"},
         {"tie", "POLYGON ((500000 4100000, 500010 4100000, 500010 4099980, 500000 4099980, 500000 4100000))"},
         {"none", "POLYGON ((500030 4099990, 500040 4099990, 500040 4099980, 500030 4099980, 500030 4099990))"},
         {"far", "POLYGON ((501000 4099990, 501010 4099990, 501010 4099980, 501000 4099980, 501000 4099990))"}});
    StepBench bench("majority-by-parcel", {{"key", std::string("id")}, {"least-purity", 0.6}}),
        other("majority-by-parcel", {{"key", std::string("id")}, {"least-purity", 0.6}});
    (void)bench.plan({classes(map, "landcover"), Artifact::of(layer.spec)});
    (void)other.plan({classes(map, "landcover"), Artifact::of(layer.spec)});
    const auto made = bench.fold(ledger_, {map}, {&layer}, 1, &other);
    ASSERT_EQ(made.layer->features.size(), 4U);
    const auto& first = made.layer->features[0].values;
    EXPECT_EQ(to_text(first[0]), "A");
    EXPECT_EQ(to_text(first[2]), "cropland");
    EXPECT_NEAR(std::get<double>(first[3]), 0.8, 1e-6);
    EXPECT_EQ(to_text(first[4]), "walnut");
    EXPECT_NEAR(std::get<double>(first[5]), 0.2, 1e-6);
    EXPECT_NEAR(std::get<double>(first[6]), 0.8, 1e-6);
    EXPECT_EQ(text("SELECT status FROM parcel_majority WHERE parcel = 'A'"), "ok");
    EXPECT_EQ(text("SELECT class || ' ' || second || ' ' || status FROM parcel_majority WHERE parcel = 'tie'"),
              "cropland broadleaf mixed");
    EXPECT_EQ(text("SELECT status FROM parcel_majority WHERE parcel = 'none'"), "no class");
    EXPECT_EQ(text("SELECT status FROM parcel_majority WHERE parcel = 'far'"), "outside");
    EXPECT_EQ(text("SELECT count(*) FROM parcel_majority WHERE class IS NULL AND share IS NULL"), "2");
}

TEST_F(PatchSteps, MajorityByParcelRefusesFieldsThatAreThere) {
    const Block map = block_of(matrix<std::int32_t>({{1, 1}, {2, 2}}));
    LayerSpec spec{"p", "EPSG:4547", {{"id", FieldType::text, "", ""}, {"map_class", FieldType::text, "", ""}}};
    StepBench bench("majority-by-parcel", {{"key", std::string("id")}});
    EXPECT_THAT(
        [&] {
            (void)bench.plan({classes(map), Artifact::of(spec)});
        },
        ThrowsMessage<DataError>(HasSubstr("'in2' has a field 'map_class' already; give another prefix")));
}

}  // namespace
}  // namespace linmu::test

// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <numbers>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/geo/coverage.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/geo/topology.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/vector.hpp"
#include "support/matrix.hpp"
#include "support/paths.hpp"
#include "support/step_bench.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// On the central meridian the plane is true to scale to a part in a million.
const Grid grid{"EPSG:4547", 500000, 4100030, 10, 10, 3, 3};

Layer zones(const std::vector<std::pair<std::string, std::string>>& named) {
    Layer layer{{"zones", "EPSG:4547", {{"id", FieldType::text, "", ""}}}, {}};
    for (const auto& [id, wkt] : named)
        layer.features.push_back({static_cast<std::int64_t>(layer.features.size()) + 1, from_wkt(wkt), {id}});
    return layer;
}

Artifact real_raster(const Grid& on = grid) { return Artifact::of(RasterSpec{on, {band("NDVI")}}); }
Artifact code_raster(const Grid& on = grid) { return Artifact::of(RasterSpec{on, {band("class", BandKind::code)}}); }

using Rows = std::vector<std::vector<Value>>;
using Keys = std::vector<std::pair<std::string, ParamValue>>;

class ZonalStep : public testing::Test {
protected:
    TempDir dir_;
    int ledgers_ = 0;
    Block map_ = block_of(matrix<std::int32_t>({{1, 1, 2}, {1, 2, 2}, {no_code, 2, 2}}));
    Block ndvi_ = block_of(matrix<float>({{0, 1, 2}, {3, 4, 5}, {6, no_value, 8}}));

    Table run(const Layer& layer, const std::vector<Artifact>& rasters, const std::vector<Block>& blocks, Keys keys,
              int tile = 64, bool stopped = false) {
        StepBench bench("zonal", keys), other("zonal", keys);
        std::vector<Artifact> inputs{Artifact::of(layer.spec)};
        inputs.insert(inputs.end(), rasters.begin(), rasters.end());
        (void)bench.plan(inputs);
        (void)other.plan(inputs);
        Ledger ledger(dir_ / ("ledger" + std::to_string(ledgers_++) + ".gpkg"));
        auto made = bench.fold(ledger, blocks, {&layer}, tile, stopped ? &other : nullptr);
        EXPECT_EQ(ledger.query("SELECT * FROM zonal").rows.size(), layer.features.size());
        return *made.table;
    }
};

Value cell(const Table& table, std::size_t row, const std::string& column) {
    return table.rows.at(row).at(field_index(table.spec.columns, column, "zonal"));
}
double number(const Table& table, std::size_t row, const std::string& column) {
    const auto value = cell(table, row, column);
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    return std::get<double>(value);
}

TEST_F(ZonalStep, SumsManyRastersInOnePassWithARowForEachFeature) {
    const auto layer = zones({
        {"four", "POLYGON ((500000 4100010, 500000 4100030, 500020 4100030, 500020 4100010, 500000 4100010))"},
        {"beyond", "POLYGON ((500020 4100020, 500020 4100040, 500030 4100040, 500030 4100020, 500020 4100020))"},
        {"away", "POLYGON ((600020 4100020, 600020 4100040, 600030 4100040, 600030 4100020, 600020 4100020))"},
        {"sliver", "POLYGON ((500001 4100021, 500003 4100021, 500003 4100023, 500001 4100021))"},
        {"bow tie", "POLYGON ((500000 4100030, 500030 4100000, 500030 4100030, 500000 4100000, 500000 4100030))"},
        {"inside of four",
         "POLYGON ((500005 4100015, 500005 4100025, 500015 4100025, 500015 4100015, 500005 4100015))"},
    });
    const auto table = run(layer, {code_raster(), real_raster()}, {map_, ndvi_},
                           {{"key", std::string("id")},
                            {"names", std::vector<std::string>{"c", "v"}},
                            {"quantiles", std::vector<std::string>{"0.5", "0.25"}}});
    ASSERT_EQ(table.rows.size(), 6U);
    EXPECT_EQ(cell(table, 0, "zone"), Value(std::string("four")));
    const std::vector<std::string> status{"ok", "partly outside", "outside", "smaller than a cell", "invalid", "ok"};
    for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(cell(table, i, "status"), Value(status[i])) << i;

    EXPECT_NEAR(number(table, 0, "c_area") / 1e4, 400, 0.01);
    EXPECT_NEAR(number(table, 0, "c_1") / 1e4, 300, 0.01);
    EXPECT_EQ(cell(table, 0, "c_majority"), Value(std::string("1")));
    EXPECT_EQ(number(table, 0, "c_unique"), 2);
    EXPECT_EQ(number(table, 0, "v_count"), 4);
    EXPECT_NEAR(number(table, 0, "v_mean"), 2, 1e-6);
    EXPECT_NEAR(number(table, 0, "v_sd"), std::sqrt(2.5), 1e-6);
    EXPECT_EQ(number(table, 0, "v_min"), 0);
    EXPECT_EQ(number(table, 0, "v_max"), 4);
    EXPECT_NEAR(number(table, 1, "v_area") / 1e4, 100, 0.01);
    EXPECT_EQ(number(table, 1, "v_mean"), 2);
    EXPECT_EQ(number(table, 2, "c_area"), 0);
    EXPECT_EQ(cell(table, 2, "v_mean"), Value{});
    EXPECT_EQ(cell(table, 2, "v_median"), Value{});
    EXPECT_EQ(cell(table, 2, "c_majority"), Value{});
    EXPECT_NEAR(number(table, 3, "v_area") / 1e4, 2, 0.001);
    EXPECT_EQ(number(table, 3, "v_median"), 0);
    // A quarter of each of the four cells.
    EXPECT_NEAR(number(table, 5, "v_mean"), 2, 1e-6);
    EXPECT_NEAR(number(table, 5, "c_2") / 1e4, 25, 0.01);
}

TEST_F(ZonalStep, TellsLinesByLengthAndPointsByNumber) {
    const auto lines = zones({{"road", "LINESTRING (500005 4100025, 500025 4100025)"}});
    const auto by_line = run(
        lines, {code_raster(), real_raster()}, {map_, ndvi_},
        {{"names", std::vector<std::string>{"c", "v"}}, {"stats", std::vector<std::string>{"area", "mean", "sum"}}});
    EXPECT_EQ(cell(by_line, 0, "zone"), Value(std::string("1"))) << "the feature's number";
    EXPECT_NEAR(number(by_line, 0, "c_length"), 20, 1e-4);
    EXPECT_NEAR(number(by_line, 0, "c_1"), 15, 1e-4);
    EXPECT_NEAR(number(by_line, 0, "v_mean"), (5 * 0 + 10 * 1 + 5 * 2) / 20.0, 1e-9);
    EXPECT_NEAR(number(by_line, 0, "v_sum"), 20, 1e-3);
    const auto points = zones({{"plots", "MULTIPOINT ((500005 4100025), (500015 4100025), (500025 4100005))"}});
    const auto by_point = run(points, {code_raster(), real_raster()}, {map_, ndvi_},
                              {{"names", std::vector<std::string>{"c", "v"}}, {"classes", std::string("fraction")}});
    EXPECT_NEAR(number(by_point, 0, "v_points"), 3, 1e-9);
    EXPECT_NEAR(number(by_point, 0, "v_mean"), 3, 1e-9);
    EXPECT_NEAR(number(by_point, 0, "c_1"), 2.0 / 3, 1e-9);
}

/// A larger land with random stars that overlap each other and the edge.
struct Land {
    Grid on{"EPSG:4547", 500000, 4100000, 10, 10, 300, 280};
    RealPlane values{300, 280, 0};
    CodePlane codes{300, 280, 0};
    Layer layer{{"zones", "EPSG:4547", {{"id", FieldType::text, "", ""}}}, {}};
    Land() {
        for (int r = 0; r < on.rows; ++r)
            for (int c = 0; c < on.cols; ++c) {
                const auto at = static_cast<std::uint64_t>(1000 * r + c);
                values(r, c) = random_unit(1, at) < 0.05 ? no_value : static_cast<float>(random_unit(2, at) * 1e4 - 50);
                codes(r, c) = static_cast<std::int32_t>(5 * random_unit(3, at / 7));
            }
        for (std::uint64_t i = 0; i < 60; ++i) {
            const Point middle{on.x(300 * random_unit(4, i) - 10), on.y(320 * random_unit(5, i) - 10)};
            const double radius = std::pow(10, 0.5 + 2.4 * random_unit(6, i));
            Ring ring;
            for (int k = 0; k < 11; ++k) {
                const double r = radius * (0.3 + 0.7 * random_unit(7 + i, static_cast<std::uint64_t>(k)));
                const double angle = 2 * std::numbers::pi * k / 11;
                ring.push_back({middle.x + r * std::cos(angle), middle.y + r * std::sin(angle)});
            }
            layer.features.push_back({static_cast<std::int64_t>(i), polygon(ring), {std::to_string(i)}});
        }
    }
};

const Keys all_figures{
    {"key", std::string("id")},
    {"names", std::vector<std::string>{"c", "v"}},
    {"stats", std::vector<std::string>{"count", "area", "mean", "variance", "sd", "min", "max", "sum"}},
    {"quantiles", std::vector<std::string>{"0.05", "0.5", "0.95"}}};

TEST_F(ZonalStep, EqualsBruteForceOverTheCells) {
    const Land land;
    const auto table = run(land.layer, {code_raster(land.on), real_raster(land.on)},
                           {block_of(land.codes), block_of(land.values)}, all_figures);
    const CellAreas areas(land.on);
    for (std::size_t i = 0; i < land.layer.features.size(); ++i) {
        const auto cover = coverage(land.layer.features[i].geometry, land.on);
        std::map<std::int32_t, double> by_class;
        double weight = 0, sum = 0;
        std::int64_t cells = 0;
        const auto add = [&](int r, int c, double share) {
            const double m2 = share * areas.cell_m2(r, c);
            by_class[land.codes(r, c)] += m2;
            if (std::isnan(land.values(r, c)) || m2 < 5e-5) return;
            weight += m2;
            sum += m2 * double{land.values(r, c)};
            ++cells;
        };
        for (const auto& run : cover.inside)
            for (int c = run.col; c < run.col_end; ++c) add(run.row, c, 1);
        for (const auto& one : cover.boundary) add(one.row, one.col, one.share);
        for (const auto& [code, m2] : by_class)
            EXPECT_NEAR(number(table, i, "c_" + std::to_string(code)) / 1e4, m2, 1e-4 * 3000) << i;
        EXPECT_EQ(number(table, i, "v_count"), static_cast<double>(cells)) << i;
        if (cells == 0) continue;
        EXPECT_NEAR(number(table, i, "v_mean"), sum / weight, 1e-2) << i;
        EXPECT_LE(number(table, i, "v_q5"), number(table, i, "v_median"));
        EXPECT_LE(number(table, i, "v_median"), number(table, i, "v_q95"));
    }
}

TEST_F(ZonalStep, IsTheSameForAnyTilesAndWhenStopped) {
    const Land land;
    const std::vector<Artifact> rasters{code_raster(land.on), real_raster(land.on)};
    const std::vector<Block> blocks{block_of(land.codes), block_of(land.values)};
    const auto expected = run(land.layer, rasters, blocks, all_figures, 256).rows;
    for (const int tile : {64, 100, 512}) EXPECT_EQ(run(land.layer, rasters, blocks, all_figures, tile).rows, expected);
    EXPECT_EQ(run(land.layer, rasters, blocks, all_figures, 64, true).rows, expected);
}

TEST_F(ZonalStep, KeepsItsIndexForLaterRuns) {
    const Land land;
    auto keys = all_figures;
    keys.emplace_back("index", dir_ / "cache");
    const std::vector<Artifact> rasters{code_raster(land.on), real_raster(land.on)};
    const std::vector<Block> blocks{block_of(land.codes), block_of(land.values)};
    const auto expected = run(land.layer, rasters, blocks, all_figures).rows;
    EXPECT_EQ(run(land.layer, rasters, blocks, keys).rows, expected);
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(dir_ / "cache")) files.push_back(entry.path());
    ASSERT_EQ(files.size(), 1U);
    const auto made = std::filesystem::last_write_time(files[0]);
    EXPECT_EQ(run(land.layer, rasters, blocks, keys).rows, expected);
    EXPECT_EQ(std::filesystem::last_write_time(files[0]), made) << "used as it is";
    std::filesystem::resize_file(files[0], 100);
    EXPECT_EQ(run(land.layer, rasters, blocks, keys).rows, expected) << "built anew when damaged";
    EXPECT_GT(std::filesystem::file_size(files[0]), 100U);
}

TEST(WriteTableStep, WritesCsvAndGeoPackage) {
    const TempDir dir;
    const Table table{{"zonal", "分区统计", {{"zone", FieldType::text, "", ""}, {"area", FieldType::area, "m2", ""}}},
                      {{std::string("a"), std::int64_t{1234500}}}};
    const auto write = [&](const std::string& name) {
        StepBench bench("write-table", {{"path", dir / name}, {"area-unit", std::string("m2")}});
        (void)bench.plan({Artifact::of(table.spec)});
        std::vector<Product> products;
        RunContext context;
        context.folder = dir.path();
        context.products = &products;
        (void)dynamic_cast<WholeStep&>(bench.step()).run({{}, {&table}}, context);
        EXPECT_EQ(products.size(), 1U);
    };
    write("z.csv");
    EXPECT_EQ(read_text_file(dir / "z.csv"), "zone,area (m2)\r\na,123.45\r\n");
    write("z.gpkg");
    EXPECT_EQ(Ledger::open(dir / "z.gpkg").query("SELECT zone, area FROM zonal").rows, table.rows);
    EXPECT_THROW(write("z.txt"), UsageError);
}

/// Parcels of a French commune (open cadastre, Lambert-93) with the areas that the land register has for them.
TEST_F(ZonalStep, GivesRealParcelsTheirAreas) {
    const auto path = shared_data("parcels_cadastre_fr_edigeo/parcels_25354_13029.gpkg");
    LINMU_NEEDS(path);
    Layer layer = read_layer({.path = path, .layer = "PARCELLE", .encoding = {}, .crs = {}});
    std::erase_if(layer.features, [](const Feature& f) { return bounds(f.geometry).ymax > 6.4e6; });  // of two communes
    ASSERT_GT(layer.features.size(), 100U);
    const Box all = bounds(layer);
    const Grid on{layer.spec.crs,
                  std::floor(all.xmin),
                  std::ceil(all.ymax),
                  10,
                  10,
                  static_cast<int>((all.ymax - all.ymin) / 10) + 2,
                  static_cast<int>((all.xmax - all.xmin) / 10) + 2};
    const auto table = run(layer, {code_raster(on)}, {block_of(CodePlane(on.rows, on.cols, 1))},
                           {{"names", std::vector<std::string>{"c"}}}, 256);
    const SurveyArea survey(layer.spec.crs, survey_plane_for(all, layer.spec.crs));
    const auto official = field_index(layer.spec.fields, "SUPF", path);
    double sum = 0, registered = 0;
    for (std::size_t i = 0; i < layer.features.size(); ++i) {
        const double m2 = number(table, i, "c_area") / 1e4;
        const double own = survey.m2(layer.features[i].geometry);
        EXPECT_NEAR(m2, own, 2e-6 * own + 0.02) << layer.features[i].fid;
        EXPECT_NE(cell(table, i, "status"), Value(std::string("invalid")));
        sum += m2;
        registered += std::get<double>(layer.features[i].values[official]);
    }
    EXPECT_NEAR(sum / registered, 1, 0.02);
}

TEST_F(ZonalStep, RefusesWhatCannotBe) {
    const auto layer = zones({{"a", "POINT (500005 4100025)"}});
    const auto refused = [&](Keys keys, const char* words) {
        StepBench bench("zonal", keys);
        EXPECT_THAT(
            [&] {
                (void)bench.plan({Artifact::of(layer.spec), real_raster(), real_raster()});
            },
            ThrowsMessage<Error>(HasSubstr(words)));
    };
    refused({{"quantiles", std::vector<std::string>{"50"}}}, "'50' is no number from 0 to 1");
    refused({{"stats", std::vector<std::string>{"mode"}}}, "there is no 'mode'");
    refused({{"names", std::vector<std::string>{"a"}}}, "1 names for 2 rasters");
    refused({{"names", std::vector<std::string>{"a", "a"}}}, "two bands would be called 'a'");
    refused({{"key", std::string("idd")}}, "idd");
}

}  // namespace
}  // namespace linmu::test

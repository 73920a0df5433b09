// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linmu/core/error.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/vector.hpp"
#include "support/postgres.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;

Polygon square(double x, double y, double size) {
    return {{{x, y}, {x, y + size}, {x + size, y + size}, {x + size, y}}, {}};
}

Layer parcels(int count) {
    Layer layer{{"地类图斑",
                 "EPSG:4526",
                 {{"DLBM", FieldType::text, "", "地类编码"},
                  {"图斑名称", FieldType::text, "", ""},
                  {"SJNF", FieldType::integer, "", ""},
                  {"TBMJ", FieldType::real, "m2", "图斑面积"},
                  {"seen", FieldType::area, "m2", ""}}},
                {}};
    for (int i = 0; i < count; ++i) {
        layer.features.push_back(
            {i + 1,
             {{square(38440000 + 20 * i, 4100000, 10)}, {}, {}},
             {std::string("0103"), std::string("旱地"), std::int64_t{2025}, 100.25 + i, std::int64_t{1000000}}});
    }
    layer.features[1].geometry.polygons.push_back(square(38450000, 4100000, 5));
    layer.features[2].values[1] = {};
    return layer;
}

std::string fault_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const DataError& error) {
        return error.what();
    }
    return "no fault";
}

/// One server for all of it: it takes longer to start than all the rest.
TEST(PostGis, ReadsAndWritesARealServerAndLeavesNothingHalfWritten) {
    LINMU_NEEDS_POSTGIS();
    const test::Postgres server;
    const auto pg = server.connection();
    const auto layer = parcels(50);

    write_postgis(pg, "地类图斑", layer);
    LayerReport report;
    const auto back = read_layer({pg, "地类图斑", "", ""}, &report);
    EXPECT_EQ(back.spec.crs, "EPSG:4526");
    EXPECT_THAT(report.crs_note, HasSubstr("EPSG:4526: as said, 50 of 50 points"));
    EXPECT_THAT(report.encoding_note, HasSubstr("UTF-8"));
    ASSERT_EQ(back.features.size(), layer.features.size());
    for (std::size_t i = 0; i < layer.features.size(); ++i) {
        EXPECT_EQ(back.features[i].fid, layer.features[i].fid);
        EXPECT_EQ(back.features[i].geometry.polygons.size(), layer.features[i].geometry.polygons.size());
        EXPECT_EQ(back.features[i].geometry.polygons[0].outer, layer.features[i].geometry.polygons[0].outer);
        for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(back.features[i].values[k], layer.features[i].values[k]);
        EXPECT_EQ(back.features[i].values[4], Value{100.0}) << "areas are in m2";
    }
    EXPECT_EQ(back.spec.fields[1].name, "图斑名称");

    // PostGIS itself sees the same: its own count, area, frame, comment.
    EXPECT_EQ(server.sql("SELECT count(*), sum(ST_Area(geom)), min(ST_SRID(geom)) FROM \\\"地类图斑\\\""),
              "50|5025|4526");
    EXPECT_EQ(server.sql("SELECT col_description(attrelid, attnum) FROM pg_attribute WHERE attname = 'TBMJ'"),
              "图斑面积, m2");

    // A run sees that a table has changed.
    const auto source = vector_files(pg, "地类图斑").front();
    const auto hash = content_hash(source);
    EXPECT_EQ(hash, content_hash(source));
    server.sql("UPDATE \\\"地类图斑\\\" SET \\\"DLBM\\\" = '0201' WHERE fid = 7");
    EXPECT_NE(hash, content_hash(source));

    // A fault in the middle: the table is as it was, with every row and its change.
    auto bad = parcels(50);
    bad.features[40].values[2] = std::string("no year");
    const auto fault = fault_of([&] { write_postgis(pg, "地类图斑", bad); });
    EXPECT_THAT(
        fault,
        HasSubstr("table 地类图斑: field 'SJNF' holds a value that is no whole number; the database is as it was"));
    EXPECT_EQ(server.sql("SELECT count(*), sum((\\\"DLBM\\\" = '0201')::int) FROM \\\"地类图斑\\\""), "50|1");
    EXPECT_THAT(fault_of([&] { write_postgis(pg, "another", bad); }), HasSubstr("as it was"));
    EXPECT_EQ(server.sql("SELECT count(*) FROM pg_tables WHERE tablename = 'another'"), "0");

    // A schema of its own; a table by somebody else, without a key, in degrees with x and y swapped.
    server.sql("CREATE SCHEMA survey");
    write_postgis(pg, "survey.dltb", layer);
    EXPECT_EQ(read_layer({pg, "survey.dltb", "", ""}).features.size(), 50U);
    server.sql("CREATE TABLE swapped (name text, geom geometry(Point, 4490))");
    server.sql(
        "INSERT INTO swapped VALUES ('a', ST_SetSRID(ST_MakePoint(37.0, 113.4), 4490)), ('b', "
        "ST_SetSRID(ST_MakePoint(37.1, 113.5), 4490))");
    const auto swapped = read_layer({pg, "swapped", "", ""}, &report);
    EXPECT_EQ(swapped.features[0].geometry.points[0], (Point{113.4, 37.0}));
    EXPECT_THAT(report.crs_note, HasSubstr("swapped back"));

    EXPECT_THAT(fault_of([&] { (void)read_layer({pg, "absent", "", ""}); }), HasSubstr("has no layer 'absent'"));
    EXPECT_EQ(inspect_vector(LayerRequest{pg, "survey.dltb", "", ""}).front().features, 50);
    EXPECT_THAT(fault_of([&] { write_postgis(pg + " password=x", "a", layer); }), HasSubstr("PGPASSWORD"));
}

TEST(PostGis, AServerThatIsNotThereIsSaid) {
    EXPECT_THAT(fault_of([] {
                    (void)read_layer({"PG:dbname=x host=127.0.0.1 port=1 user=x", "", "", ""});
                }),
                HasSubstr("port=1"));
}

}  // namespace
}  // namespace linmu

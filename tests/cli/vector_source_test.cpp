// SPDX-License-Identifier: MIT
// What linmu says of survey layers, and a database as input and output of runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "linmu/geo/crs.hpp"
#include "linmu/io/vector.hpp"
#include "support/postgres.hpp"
#include "workspace.hpp"

namespace linmu {
namespace {

using test::Workspace;
using testing::HasSubstr;

Layer parcels(const std::string& truly) {
    Layer layer{{"dltb", "EPSG:4490", {{"DLBM", FieldType::text, "", ""}, {"DLMC", FieldType::text, "", ""}}}, {}};
    for (int i = 0; i < 30; ++i) {
        const double x = 113.3 + 0.001 * i;
        layer.features.push_back({i + 1,
                                  {{{{{x, 37.0}, {x, 37.001}, {x + 0.001, 37.001}}, {}}}, {}, {}},
                                  {std::string("0102"), std::string("水浇地")}});
        layer.features.back().geometry = transformed(layer.features.back().geometry, Transform("EPSG:4490", truly));
    }
    layer.spec.crs = truly;
    return layer;
}

const std::string copying = R"([[step]]
id = "a"
use = "read-layer"
path = "dltb.shp"

[[step]]
id = "c"
use = "check-schema"
in = ["a"]
schema = "dltb"

[[step]]
id = "w"
use = "write-layer"
in = ["c"]
path = "dltb.gpkg"
)";

TEST(VectorSource, InfoAndThePlanSayHowEncodingAndCrsAreKnown) {
    const Workspace space;
    auto layer = parcels("EPSG:4526");
    layer.spec.crs = "EPSG:4547";
    write_shapefile(space.path("dltb.shp"), layer, "GBK", false);
    const auto info = test::run_binary({"info", space.path("dltb.shp")});
    EXPECT_EQ(info.exit_code, 0);
    EXPECT_THAT(info.out, HasSubstr("CRS: EPSG:4526\nCRS is known by: EPSG:4526: EPSG:4547 is said, but its eastings"));
    EXPECT_THAT(info.out, HasSubstr("text: GBK: no .cpg, 30 texts are not UTF-8"));
    space.write("p.toml", copying);
    const auto plan = test::run_binary({"plan", space.path("p.toml")});
    EXPECT_THAT(plan.out + plan.err, HasSubstr("begin with zone 38"));
    EXPECT_THAT(plan.out + plan.err, HasSubstr("encoding GBK: no .cpg"));
}

TEST(VectorSource, ALayerThatCannotBeReadIsToldByInfoAndRefusedByThePlan) {
    const Workspace space;
    auto layer = parcels("EPSG:4490");
    layer.spec.crs = "EPSG:4547";
    write_shapefile(space.path("dltb.shp"), layer, "GBK", false);
    const auto info = test::run_binary({"info", space.path("dltb.shp")});
    EXPECT_EQ(info.exit_code, 0);
    EXPECT_THAT(info.out, HasSubstr("not to be read: the CRS cannot be EPSG:4547"));
    const auto refused = space.run(copying);
    EXPECT_NE(refused.exit_code, 0);
    EXPECT_THAT(refused.err, HasSubstr("its coordinates fit EPSG:4490 (degrees, in China)"));
}

TEST(VectorSource, ADatabaseIsInputAndOutputOfRuns) {
    LINMU_NEEDS_POSTGIS();
    const test::Postgres server;
    const Workspace space;
    write_shapefile(space.path("dltb.shp"), parcels("EPSG:4526"), "GBK", false);
    auto pipeline = copying;
    pipeline.replace(pipeline.find("path = \"dltb.gpkg\""), 18,
                     "path = \"" + server.connection() + "\"\ntable = \"地类图斑\"");
    const auto written = space.run(pipeline);
    ASSERT_EQ(written.exit_code, 0) << written.err;
    EXPECT_EQ(server.sql("SELECT count(*), min(\\\"DLMC\\\") FROM \\\"地类图斑\\\""), "30|水浇地");

    auto back = copying;
    back.replace(back.find("path = \"dltb.shp\""), 17, "path = \"" + server.connection() + "\"\nlayer = \"地类图斑\"");
    const auto read = space.run(back, {}, "back");
    ASSERT_EQ(read.exit_code, 0) << read.err;
    EXPECT_EQ(read_layer({space.path("back/products/dltb.gpkg"), "", "", ""}).features.size(), 30U);
    EXPECT_THAT(space.run(back, {}, "back").out, HasSubstr("othing to do")) << "the table is as it was";
    server.sql("DELETE FROM \\\"地类图斑\\\" WHERE fid = 3");
    ASSERT_EQ(space.run(back, {}, "back").exit_code, 0);
    EXPECT_EQ(read_layer({space.path("back/products/dltb.gpkg"), "", "", ""}).features.size(), 29U);
    const auto info = test::run_binary({"info", server.connection()});
    EXPECT_THAT(info.out, HasSubstr("layer: 地类图斑 (Polygon, 29 features)"));
}

}  // namespace
}  // namespace linmu

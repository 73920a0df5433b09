// SPDX-License-Identifier: MIT
// A class map to patches, as people run it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "linmu/io/hash.hpp"
#include "linmu/io/ledger.hpp"
#include "linmu/io/vector.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Sieve, then all that follows it: the raster of a fold is read by a later pass.
const std::string patches = R"([[step]]
id = "map"
use = "read-raster"
path = "r.tif"
kind = "code"
legend = "landcover"

[[step]]
id = "clean"
use = "sieve"
in = ["map"]

[[step]]
id = "smooth"
use = "majority"
in = ["clean"]

[[step]]
id = "polygons"
use = "polygonize"
in = ["smooth"]
simplify = 1

[[step]]
id = "pattern"
use = "landscape"
in = ["clean"]

[[step]]
id = "before"
use = "class-area"
in = ["map"]

[[step]]
id = "after"
use = "class-area"
in = ["smooth"]

[[step]]
id = "w1"
use = "write-raster"
in = ["clean"]
path = "clean.tif"

[[step]]
id = "w2"
use = "write-layer"
in = ["polygons"]
path = "patches.gpkg"

[[step]]
id = "w3"
use = "write-layer"
in = ["polygons"]
path = "patches.fgb"

[[step]]
id = "w4"
use = "write-table"
in = ["pattern"]
path = "pattern.csv"
)";

int speckled(int, int r, int c) { return (r * 31 + c * 17) % 23 == 0 ? 7 : 1 + (r / 25 + c / 40) % 6; }

TEST(PatchesRun, GiveTheSameBytesForAnyThreadsAndTiles) {
    const Workspace space;
    space.raster("r.tif", small_grid, 1, speckled);
    const auto first = space.run(patches, {"-j", "1"}, "first");
    ASSERT_EQ(first.exit_code, 0) << first.err;
    EXPECT_THAT(first.err, HasSubstr("were too small and took the class of a neighbour"));
    EXPECT_THAT(space.left("first"),
                ElementsAre("ledger.gpkg", "manifest.json", "products/clean.tif", "products/patches.fgb",
                            "products/patches.gpkg", "products/pattern.csv"));
    ASSERT_EQ(space.run(patches, {"-j", "2", "--tile", "64"}, "second").exit_code, 0);
    for (const auto& name : space.left("first"))
        EXPECT_EQ(content_hash(space.path("first/" + name)), content_hash(space.path("second/" + name))) << name;
}

TEST(PatchesRun, PolygonsOfBothFormatsHaveTheAreaOfTheirCells) {
    const Workspace space;
    space.raster("r.tif", small_grid, 1, speckled);
    ASSERT_EQ(space.run(patches).exit_code, 0);
    const Ledger ledger = Ledger::open(space.path("out/ledger.gpkg"));
    const auto one = [&](const std::string& sql) { return to_text(ledger.query(sql).rows.at(0).at(0)); };
    EXPECT_EQ(one("SELECT sum(area) FROM polygonize"), one("SELECT sum(area) FROM class_area WHERE map = 'smooth'"));
    EXPECT_EQ(one("SELECT sum(area) FROM sieve"), one("SELECT sum(area_after) FROM sieve"));
    EXPECT_EQ(one("SELECT small FROM sieve WHERE class = 'built'"),
              one("SELECT patches FROM sieve WHERE class = 'built'"));
    const auto count = one("SELECT sum(polygons) FROM polygonize");
    for (const char* name : {"out/products/patches.gpkg", "out/products/patches.fgb"}) {
        const Layer layer = read_layer({.path = space.path(name), .layer = {}, .encoding = {}, .crs = {}});
        EXPECT_EQ(std::to_string(layer.features.size()), count) << name;
    }
}

TEST(PatchesDo, SieveAndPolygonizeWorkOnFiles) {
    const Workspace space;
    space.raster("r.tif", small_grid, 1, speckled);
    const auto sieve = run_binary({"do", "sieve", "--in", space.path("r.tif"), "--kind", "code", "--cells", "7",
                                   "--into", "largest", "--out", space.path("s.tif")});
    ASSERT_EQ(sieve.exit_code, 0) << sieve.err;
    const auto polygons =
        run_binary({"do", "polygonize", "--in", space.path("s.tif"), "--kind", "code", "--out", space.path("p.fgb")});
    ASSERT_EQ(polygons.exit_code, 0) << polygons.err;
    EXPECT_GT(read_layer({.path = space.path("p.fgb"), .layer = {}, .encoding = {}, .crs = {}}).features.size(), 10U);
    const auto pattern = run_binary({"do", "landscape", "--in", space.path("s.tif"), "--kind", "code"});
    ASSERT_EQ(pattern.exit_code, 0) << pattern.err;
    EXPECT_THAT(pattern.out, HasSubstr("contagion"));
    space.squares("v.gpkg", small_grid.crs, {500000, 4100000}, 500, 3);
    const auto parcels = run_binary({"do", "majority-by-parcel", "--in", space.path("s.tif"), space.path("v.gpkg"),
                                     "--kind", "code", "--key", "id"});
    ASSERT_EQ(parcels.exit_code, 0) << parcels.err;
    EXPECT_THAT(parcels.out, HasSubstr("purity"));
}

TEST(PatchesBad, AMapWithoutClassesIsToldAndNothingIsWritten) {
    const Workspace space;
    space.raster("r.tif", small_grid, 1, [](int, int, int) { return std::nanf(""); });
    EXPECT_THAT(space.complaint(patches), HasSubstr("exit 1: "));
    EXPECT_THAT(space.complaint(patches), HasSubstr("not one cell of 'map' has a class"));
    EXPECT_THAT(space.left(), testing::Not(testing::Contains("products/patches.gpkg")));
}

TEST(PatchesBad, AnUnknownFormatOfALayerIsToldBeforeAnythingRuns) {
    const Workspace space;
    space.raster("r.tif", small_grid, 1, speckled);
    const auto said = space.complaint(
        patches + "\n[[step]]\nid = \"w5\"\nuse = \"write-layer\"\nin = [\"polygons\"]\npath = \"p.shp\"\n");
    EXPECT_THAT(said, HasSubstr("exit 2: "));
    EXPECT_THAT(said, HasSubstr("'path' must end in .gpkg or .fgb"));
}

}  // namespace
}  // namespace linmu::test

// SPDX-License-Identifier: MIT
// The same bytes for any number of threads, size of tiles and order of inputs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "linmu/io/hash.hpp"
#include "linmu/io/ledger.hpp"
#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using Hashes = std::map<std::string, std::string>;

Hashes hashes(const Workspace& space, const std::string& out) {
    Hashes all;
    for (const auto& name : space.left(out)) all[name] = content_hash(space.path(out + "/" + name));
    return all;
}

/// Copies files one by one, the last first, so that a folder lists them in another order where it keeps that of their making.
void copy_backwards(const fs::path& from, const fs::path& to) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(from)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files, std::greater{});
    for (const auto& file : files) {
        const auto target = to / file.lexically_relative(from);
        fs::create_directories(target.parent_path());
        fs::copy_file(file, target);
    }
}

Outcome run_demo(const Workspace& space, const std::string& out, std::vector<std::string> more) {
    std::vector<std::string> arguments{"run",    source_file("pipelines/demo.toml"),
                                       "--set",  "county=" + space.path("county"),
                                       "--out",  space.path(out),
                                       "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_binary(arguments);
}

TEST(Determinism, DemoGivesTheSameBytesForAnyThreadsTilesAndOrderOfFiles) {
    const Workspace space;
    fs::copy(practice_county(), space.path("county"), fs::copy_options::recursive);
    const auto first = run_demo(space, "first", {"-j", "1", "--tile", "512"});
    ASSERT_EQ(first.exit_code, 0) << first.err;
    const Hashes wanted = hashes(space, "first");
    EXPECT_GT(wanted.size(), 20U);
    EXPECT_TRUE(wanted.contains("manifest.json"));
    EXPECT_TRUE(wanted.contains("ledger.gpkg"));

    ASSERT_EQ(run_demo(space, "second", {"-j", "2", "--tile", "256"}).exit_code, 0);
    EXPECT_EQ(hashes(space, "second"), wanted) << "2 threads, tiles of 256";
    ASSERT_EQ(run_demo(space, "third", {"-j", "2", "--tile", "64", "--memory", "600M"}).exit_code, 0);
    EXPECT_EQ(hashes(space, "third"), wanted) << "2 threads, tiles of 64";

    fs::remove_all(space.path("county"));
    copy_backwards(practice_county(), space.path("county"));
    ASSERT_EQ(run_demo(space, "fourth", {}).exit_code, 0);
    EXPECT_EQ(hashes(space, "fourth"), wanted) << "files in another order";
}

void write_zones(const Workspace& space, bool backwards) {
    Layer layer{{"zones", "EPSG:32649", {{"id", FieldType::text, "", ""}}}, {}};
    for (int i = 0; i < 40; ++i) {
        const double x = 500103.7 + 61.3 * (i % 8), y = 4099871.1 - 83.9 * (i / 8);
        Geometry zone;
        zone.polygons.push_back({{{x, y}, {x + 11.7, y - 79.1}, {x + 58.3, y - 63.3}, {x + 51.9, y - 5.5}}, {}});
        layer.features.push_back({0, zone, {std::string("zone ") + std::to_string(i)}});
    }
    if (backwards) std::ranges::reverse(layer.features);
    for (std::size_t i = 0; i < layer.features.size(); ++i) layer.features[i].fid = static_cast<std::int64_t>(i) + 1;
    const LayerOutput output{.layer = &layer, .name_zh = {}, .style_qml = {}};
    write_geopackage(space.path("zones.gpkg"), std::span(&output, 1));
}

std::vector<std::vector<Value>> class_areas(const Workspace& space, const std::string& out) {
    return Ledger::open(space.path(out + "/ledger.gpkg"))
        .query("SELECT zone, code, area FROM class_area ORDER BY zone, code")
        .rows;
}

TEST(Determinism, AreasDoNotDependOnTheOrderOfZonesNorOnTiles) {
    const Workspace space;
    space.raster("map.tif", small_grid, 1, [](int, int r, int c) { return 1 + (r / 3 + c / 4) % 5; });
    write_zones(space, false);
    ASSERT_EQ(space.run(zone_areas, {"-j", "1"}, "forwards").exit_code, 0);
    ASSERT_EQ(space.run(zone_areas, {"-j", "2", "--tile", "64"}, "small").exit_code, 0);
    write_zones(space, true);
    ASSERT_EQ(space.run(zone_areas, {}, "backwards").exit_code, 0);
    const auto wanted = class_areas(space, "forwards");
    EXPECT_GT(wanted.size(), 100U);
    EXPECT_EQ(class_areas(space, "small"), wanted);
    EXPECT_EQ(class_areas(space, "backwards"), wanted);
}

const std::string season = clear_scenes("scenes", R"("R", "N")") + R"([[step]]
id = "median"
use = "composite"
in = ["m"]
count = true
[[step]]
id = "green"
use = "composite"
in = ["m"]
statistic = ["greenest", "p20"]
[[step]]
id = "w1"
use = "write-raster"
in = ["median"]
path = "median.tif"
[[step]]
id = "w2"
use = "write-raster"
in = ["green"]
path = "green.tif"
)";

/// A third reader of the masked scenes, which takes them by value alone.
const std::string by_value = R"([[step]]
id = "i"
use = "indices"
in = ["m"]
index = ["NDVI"]
[[step]]
id = "w3"
use = "write-raster"
in = ["i"]
path = "ndvi.tif"
)";

TEST(Determinism, ASeasonCarriedAsItIsStoredGivesTheBytesOfOneCarriedByValue) {
    const Workspace space;
    fs::create_directories(space.path("scenes"));
    const Grid grid{"EPSG:32649", 500000, 4100000, 10, 10, 600, 700};
    for (int date = 0; date < 4; ++date) {
        const auto d = std::to_string(date);
        space.raster("scenes/r" + d + ".tif", grid, 2,
                     [&](int b, int r, int c) { return (700 * b + r * 7 * (date + 1) + c * 13) % 4000; });
        space.raster("scenes/q" + d + ".tif", grid, 1,
                     [&](int, int r, int c) { return (r + 40 * date) % 97 < 19 && c % 89 < 29 ? 1 : 2; });
        space.write("scenes/d" + d + ".scene.toml",
                    "platform = \"Sentinel-2A\"\nlevel = \"surface reflectance\"\ntile = \"49SGA\"\npath = \"r" + d +
                        ".tif\"\nbands = [\"R\", \"N\"]\nscale = 0.0001\noffset = -0.01\nacquired = \"2025-0" +
                        std::to_string(date + 4) + "-05T03:10:00Z\"\n[[quality]]\npath = \"q" + d +
                        ".tif\"\n[[quality.code]]\ncode = 1\nflags = [\"cloud\"]\nname_zh = \"云\"\nname_en = "
                        "\"cloud\"\n");
    }
    const auto stored = space.run(season, {"-j", "2"}, "stored");
    ASSERT_EQ(stored.exit_code, 0) << stored.err;
    const auto values = space.run(season + by_value, {"-j", "2", "--tile", "64"}, "values");
    ASSERT_EQ(values.exit_code, 0) << values.err;
    for (const auto* name : {"median.tif", "green.tif"}) {
        EXPECT_EQ(content_hash(space.path(std::string("stored/products/") + name)),
                  content_hash(space.path(std::string("values/products/") + name)))
            << name;
    }
}

}  // namespace
}  // namespace linmu::test

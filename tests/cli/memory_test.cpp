// SPDX-License-Identifier: MIT
// The bound of memory that people give holds for years of scenes, of which a tile holds all dates.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "linmu/core/date.hpp"
#include "linmu/io/hash.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

const std::string years = clear_scenes("scenes", R"("R", "N")") + R"([[step]]
id = "c"
use = "composite"
in = ["m"]
count = true
[[step]]
id = "wc"
use = "write-raster"
in = ["c"]
path = "median.tif"
[[step]]
id = "i"
use = "indices"
in = ["m"]
index = ["NDVI"]
[[step]]
id = "h"
use = "harmonic"
in = ["i"]
pairs = 1
[[step]]
id = "wh"
use = "write-raster"
in = ["h"]
path = "harmonic.tif"
)";

/// Forty dates of one raster.
void deliver(const Workspace& space) {
    fs::create_directories(space.path("scenes"));
    const Grid grid{"EPSG:32649", 500000, 4100000, 10, 10, 1024, 1024};
    space.raster("scenes/r.tif", grid, 2, [](int b, int r, int c) { return 1000 + 1500 * b + (r * 7 + c * 3) % 500; });
    space.raster("scenes/q.tif", grid, 1, [](int, int r, int c) { return r % 97 < 9 && c % 89 < 9 ? 1 : 2; });
    for (int date = 0; date < 40; ++date) {
        space.write("scenes/d" + std::to_string(date) + ".scene.toml",
                    "platform = \"Sentinel-2A\"\nlevel = \"surface reflectance\"\ntile = \"49SGA\"\npath = \"r.tif\"\n"
                    "bands = [\"R\", \"N\"]\nscale = 0.0001\noffset = 0.0\nacquired = \"" +
                        to_string(days_after({2022, 1, 5}, 25 * date)) +
                        "T03:10:00Z\"\n[[quality]]\npath = \"q.tif\"\n[[quality.code]]\ncode = 1\nflags = [\"cloud\"]\n"
                        "name_zh = \"云\"\nname_en = \"cloud\"\n");
    }
}

/// By all passes of a run, as its log tells.
std::int64_t blocks_decoded(const std::string& run) {
    std::ifstream log(run + "/log.jsonl");
    std::int64_t blocks = 0;
    for (std::string line; std::getline(log, line);) {
        const auto entry = nlohmann::json::parse(line);
        blocks += entry.value("blocks_decoded", std::int64_t{0});
    }
    return blocks;
}

TEST(Memory, OfFortyDatesStaysUnderItsBound) {
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "the sanitizer's own memory counts";
#endif
    const Workspace space;
    deliver(space);
    const auto free = space.run(years, {"-j", "2", "--memory", "4G", "--quiet"}, "free");
    ASSERT_EQ(free.exit_code, 0) << free.err;
    const auto bound = space.run(years, {"-j", "2", "--memory", "300M", "--quiet"}, "bound");
    ASSERT_EQ(bound.exit_code, 0) << bound.err;
    EXPECT_GT(free.peak_kib, 300 * 1024) << "else the bound binds nothing";
    EXPECT_LE(bound.peak_kib, 300 * 1024);
    // Of r.tif two bands, of q.tif one, of each date: each block of the file is decoded once, as nothing is looked at twice, nor for
    // the cells beyond a tile in which the mask grows.
    EXPECT_EQ(blocks_decoded(space.path("free")), 40 * 3 * 4);
    for (const auto* name : {"median.tif", "harmonic.tif"}) {
        EXPECT_EQ(content_hash(space.path(std::string("bound/products/") + name)),
                  content_hash(space.path(std::string("free/products/") + name)));
    }
}

}  // namespace
}  // namespace linmu::test

// SPDX-License-Identifier: MIT
// A killed run goes on where it was; a finished one does nothing; a changed input makes it run anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "linmu/io/hash.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string pipeline = R"([[step]]
id = "a"
use = "read-raster"
path = "r.tif"
bands = ["R", "N"]

[[step]]
id = "i"
use = "indices"
in = ["a"]
index = ["NDVI"]
formula = ["ratio = N / R", "deep = sqrt(exp(log(N) * 0.5) + exp(log(R) * 0.25)) ^ 1.5"]

[[step]]
id = "w"
use = "write-raster"
in = ["i"]
path = "indices.tif"

[[step]]
id = "g"
use = "write-raster"
in = ["i"]
path = "plain.tif"
format = "gtiff"

)" + zone_areas + R"(
[[step]]
id = "change"
use = "transition"
in = ["map", "map"]

[[step]]
id = "matrix"
use = "error-matrix"
in = ["map", "map"]
)";

class Resume : public testing::Test {
protected:
    void SetUp() override {
        const Grid grid{"EPSG:32649", 500000, 4100000, 10, 10, 3000, 2000};
        space_.raster("r.tif", grid, 2, [](int b, int r, int c) { return 500 + 700 * b + (r * 37 + c * 11) % 997; });
        space_.raster("map.tif", grid, 1, [](int, int r, int c) { return 1 + (r / 50 + c / 70) % 6; });
        space_.squares("zones.gpkg", "EPSG:32649", {500107, 4099903}, 5003, 3);
    }

    [[nodiscard]] std::map<std::string, std::string> products(const std::string& out) const {
        std::map<std::string, std::string> all;
        for (const auto& name : space_.left(out)) all[name] = content_hash(space_.path(out + "/" + name));
        return all;
    }

    /// Starts a run and kills it as soon as it has noted how far it is. True when it was killed in time.
    [[nodiscard]] bool killed_in_the_middle(const std::string& out) const {
        space_.write("p.toml", pipeline);
        Started run(linmu_command(
            {"run", space_.path("p.toml"), "--out", space_.path(out), "-j", "1", "--tile", "64", "--checkpoint", "0"}));
        while (run.running() && !fs::exists(space_.path(out + "/state/pass-1")))
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        run.kill();
        return run.wait().signal == SIGKILL;
    }

    Workspace space_;
};

TEST_F(Resume, KilledRunGoesOnAndGivesTheSameBytes) {
    ASSERT_TRUE(killed_in_the_middle("killed"));
    EXPECT_FALSE(fs::exists(space_.path("killed/manifest.json")));
    EXPECT_FALSE(fs::exists(space_.path("killed/ledger.gpkg")));
    EXPECT_FALSE(fs::exists(space_.path("killed/products/indices.tif")));

    const auto again = space_.run(pipeline, {"-j", "2", "--tile", "64"}, "killed");
    ASSERT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(again.err, HasSubstr("goes on where it was stopped: "));
    EXPECT_THAT(text_of(space_.path("killed/log.jsonl")), HasSubstr(R"("event":"resume","tiles_done":)"));

    ASSERT_EQ(space_.run(pipeline, {}, "whole").exit_code, 0);
    EXPECT_THAT(text_of(space_.path("whole/log.jsonl")), Not(HasSubstr("resume")));
    EXPECT_EQ(products("killed"), products("whole"));
    EXPECT_EQ(space_.left("whole"),
              (std::vector<std::string>{"ledger.gpkg", "manifest.json", "products/indices.tif", "products/plain.tif"}));
}

TEST_F(Resume, RunThatIsKilledTwiceGoesOnTwice) {
    ASSERT_TRUE(killed_in_the_middle("killed"));
    ASSERT_TRUE(killed_in_the_middle("killed"));
    ASSERT_EQ(space_.run(pipeline, {"--tile", "64"}, "killed").exit_code, 0);
    ASSERT_EQ(space_.run(pipeline, {}, "whole").exit_code, 0);
    EXPECT_EQ(products("killed"), products("whole"));
}

TEST_F(Resume, KilledRunBeginsAnewWhenAnInputOrTheTileChanged) {
    ASSERT_TRUE(killed_in_the_middle("killed"));
    const auto other_tile = space_.run(pipeline, {"--tile", "128"}, "killed");
    ASSERT_EQ(other_tile.exit_code, 0) << other_tile.err;
    EXPECT_THAT(text_of(space_.path("killed/log.jsonl")), Not(HasSubstr("resume")));
    ASSERT_EQ(space_.run(pipeline, {}, "whole").exit_code, 0);
    EXPECT_EQ(products("killed"), products("whole"));

    ASSERT_TRUE(killed_in_the_middle("changed"));
    space_.squares("zones.gpkg", "EPSG:32649", {500107, 4099903}, 5003, 2);
    ASSERT_EQ(space_.run(pipeline, {"--tile", "64"}, "changed").exit_code, 0);
    EXPECT_THAT(text_of(space_.path("changed/log.jsonl")), Not(HasSubstr("resume")));
}

TEST_F(Resume, FinishedRunDoesNothing) {
    ASSERT_EQ(space_.run(pipeline).exit_code, 0);
    const auto before = products("out");
    const auto written = fs::last_write_time(space_.path("out/products/indices.tif"));
    const auto again = space_.run(pipeline, {"-j", "1", "--tile", "128"});
    EXPECT_EQ(again.exit_code, 0);
    EXPECT_EQ(again.out, "Nothing to do: " + space_.path("out") + " holds this run, finished, from the same inputs.\n");
    EXPECT_EQ(products("out"), before);
    EXPECT_EQ(fs::last_write_time(space_.path("out/products/indices.tif")), written);
}

TEST_F(Resume, FinishedRunRunsAnewWhenSomethingChanged) {
    ASSERT_EQ(space_.run(pipeline).exit_code, 0);
    const auto ran = [&](const std::vector<std::string>& more) {
        const auto outcome = space_.run(pipeline, more);
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        return outcome.out.starts_with("Products in ");
    };
    EXPECT_FALSE(ran({}));
    space_.raster("map.tif", {"EPSG:32649", 500000, 4100000, 10, 10, 3000, 2000}, 1,
                  [](int, int r, int) { return 1 + r / 1500; });
    EXPECT_TRUE(ran({})) << "another input";
    EXPECT_FALSE(ran({}));
    EXPECT_TRUE(ran({"--set", "i.suffix=_may"})) << "another parameter";
    fs::remove(space_.path("out/products/plain.tif"));
    EXPECT_TRUE(ran({"--set", "i.suffix=_may"})) << "a product is gone";
    space_.write("out/products/plain.tif", "damaged");
    EXPECT_TRUE(ran({"--set", "i.suffix=_may"})) << "a product was changed";
}

}  // namespace
}  // namespace linmu::test

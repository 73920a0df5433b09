// SPDX-License-Identifier: MIT
// What is wrong with a pipeline file or a command line is told before anything is made, each in a sentence with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class BadPipeline : public testing::Test {
protected:
    void SetUp() override {
        space_.raster("r.tif", small_grid, 2, [](int, int, int) { return 1000; });
        space_.squares("z.gpkg", "EPSG:32649", {500100, 4099900}, 500, 2);
    }
    void TearDown() override { EXPECT_FALSE(fs::exists(space_.path("out"))) << "a refused pipeline makes no folder"; }

    Workspace space_;
};

TEST_F(BadPipeline, ThatIsNoToml) {
    EXPECT_EQ(space_.complaint("[[step]\nid = \"a\"\n"),
              "exit 2: linmu: p.toml:1:8: Error while parsing table header: expected ']', saw '\\n'\n");
}

TEST_F(BadPipeline, WithoutSteps) {
    EXPECT_EQ(space_.complaint("[pipeline]\nname = \"x\"\n"),
              "exit 2: linmu: p.toml: it has no [[step]]; a pipeline is a list of steps\n");
}

TEST_F(BadPipeline, ThatIsNotThere) {
    const auto outcome = run_binary({"run", space_.path("none.toml")});
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_EQ(space_.local(outcome.err), "linmu: none.toml cannot be read: No such file or directory\n");
}

TEST_F(BadPipeline, UnknownStepIsToldWithTheNearest) {
    EXPECT_EQ(space_.complaint("[[step]]\nid = \"a\"\nuse = \"read-rastr\"\npath = \"r.tif\"\n"),
              "exit 2: linmu: p.toml:3:7: there is no step 'read-rastr'; did you mean 'read-raster'?\n");
}

TEST_F(BadPipeline, MisspeltKeyIsToldOnceWithTheNearest) {
    EXPECT_EQ(space_.complaint("[[step]]\nid = \"a\"\nuse = \"read-raster\"\n  paht = \"r.tif\"\n"),
              "exit 2: linmu: p.toml:4:3: step 'a' (read-raster) knows no 'paht'; did you mean 'path'?\n");
}

TEST_F(BadPipeline, UnknownTableIsToldWithTheNearest) {
    EXPECT_EQ(space_.complaint(ndvi + "[gird]\ncell = 10\n"),
              "exit 2: linmu: p.toml:18:2: the file knows no 'gird'; did you mean 'grid'?\n");
}

TEST_F(BadPipeline, StepFedByALaterOneCanNotRunInACircle) {
    EXPECT_EQ(space_.complaint(R"([[step]]
id = "a"
use = "composite"
in = ["b"]

[[step]]
id = "b"
use = "composite"
in = ["a"]
)"),
              "exit 2: linmu: p.toml:4:7: step 'b' stands after 'a'; a step is fed by steps above it, so that nothing "
              "runs in a circle\n");
}

TEST_F(BadPipeline, StepFedByItself) {
    EXPECT_EQ(space_.complaint("[[step]]\nid = \"c\"\nuse = \"composite\"\nin = \"c\"\n"),
              "exit 2: linmu: p.toml:4:6: step 'c' can't feed itself\n");
}

TEST_F(BadPipeline, InputOfNoStepIsToldWithTheNearest) {
    EXPECT_THAT(
        space_.complaint(ndvi + "[[step]]\nid = \"x\"\nuse = \"write-raster\"\npath = \"x.tif\"\nin = [\"aa\"]\n"),
        HasSubstr("p.toml:22:7: no step has the id 'aa'; did you mean 'a'?"));
}

TEST_F(BadPipeline, MissingRequiredParameter) {
    EXPECT_EQ(
        space_.complaint("[[step]]\nid = \"a\"\nuse = \"read-raster\"\n"),
        "exit 2: linmu: p.toml:1:1: step 'a' (read-raster) needs 'path': raster file; or a pattern (tile_*.tif) of the "
        "tiles of one raster: in the order of their names, the first that has a value is taken\n");
}

TEST_F(BadPipeline, ValueOfTheWrongType) {
    EXPECT_EQ(space_.complaint("[[step]]\nid = \"a\"\nuse = \"read-raster\"\npath = 7\n"),
              "exit 2: linmu: p.toml:4:1: step 'a': 'path' must be a text\n");
}

TEST_F(BadPipeline, ValueOutOfItsLimits) {
    EXPECT_EQ(space_.complaint(
                  "[[step]]\nid = \"s\"\nuse = \"scenes\"\npath = \"*.SAFE\"\nbands = [\"R\"]\nmax-cloud = 101\n"),
              "exit 2: linmu: p.toml:6:1: step 's': 'max-cloud' is 101; it may be from 0 to 100\n");
}

TEST_F(BadPipeline, ValueThatIsNoChoice) {
    EXPECT_EQ(space_.complaint("[[step]]\nid = \"a\"\nuse = \"read-raster\"\npath = \"r.tif\"\nkind = \"codes\"\n"),
              "exit 2: linmu: p.toml:5:1: step 'a': 'kind' can't be 'codes'; did you mean 'code'?\n");
}

TEST_F(BadPipeline, TwoStepsOfOneId) {
    EXPECT_EQ(space_.complaint(ndvi + "[[step]]\nid = \"w\"\nuse = \"write-raster\"\nin = [\"a\"]\npath = \"x.tif\"\n"),
              "exit 2: linmu: p.toml:18:1: two steps have the id 'w'\n");
}

TEST_F(BadPipeline, RasterThatNobodyUses) {
    EXPECT_EQ(space_.complaint("[[step]]\nid = \"a\"\nuse = \"read-raster\"\npath = \"r.tif\"\n"),
              "exit 2: linmu: p.toml:1:1: nothing uses 'a'; add a write-raster step for it, or take it out\n");
}

TEST_F(BadPipeline, InputOfTheWrongKind) {
    EXPECT_EQ(space_.complaint("[[step]]\nid = \"z\"\nuse = \"read-layer\"\npath = \"z.gpkg\"\n\n[[step]]\nid = "
                               "\"i\"\nuse = \"indices\"\nin = [\"z\"]\nindex = [\"NDVI\"]\n"),
              "exit 2: linmu: p.toml:9:7: 'z' makes a layer, but indices wants a raster there: bands named B G R RE1 "
              "... S2\n");
}

TEST_F(BadPipeline, TooFewInputs) {
    EXPECT_EQ(space_.complaint("[[step]]\nid = \"n\"\nuse = \"composite\"\n"),
              "exit 2: linmu: p.toml:1:1: step 'n' (composite) has 0 inputs; it takes in = [scenes... (raster)]\n");
}

TEST_F(BadPipeline, VariablesThatAreNotSet) {
    EXPECT_EQ(space_.complaint("[vars]\ncounty = \"x\"\n\n[[step]]\nid = \"a\"\nuse = \"read-raster\"\npath = "
                               "\"${countty}/r.tif\"\nbands = [\"${year_of_none}\"]\n"),
              "exit 2: linmu: p.toml:7:8: variable 'countty' is not set (did you mean 'county'?); give it in [vars], "
              "the environment or --set countty=...\n"
              "p.toml:8:10: variable 'year_of_none' is not set; give it in [vars], the environment or --set "
              "year_of_none=...\n");
}

TEST_F(BadPipeline, SettingOfAVariableThatTheFileHasNot) {
    EXPECT_EQ(space_.complaint("[vars]\ncounty = \"x\"\n" + ndvi, {"--set", "conty=y"}),
              "exit 2: linmu: p.toml: --set conty: the file has no variable 'conty'; did you mean 'county'?\n");
}

TEST_F(BadPipeline, SettingOfAStepOrKeyThatIsNot) {
    EXPECT_EQ(space_.complaint(ndvi, {"--set", "ii.index=NDVI"}),
              "exit 2: linmu: p.toml: --set ii.index: no step has the id 'ii'; did you mean 'i'?\n");
    EXPECT_EQ(space_.complaint(ndvi, {"--set", "i.indx=NDVI"}),
              "exit 2: linmu: p.toml: --set i.indx: indices knows no 'indx'; did you mean 'index'?\n");
    EXPECT_EQ(space_.complaint(ndvi, {"--set", "i.keep=maybe"}),
              "exit 2: linmu: p.toml: --set i.keep: 'keep' must be true or false, not 'maybe'\n");
    EXPECT_EQ(space_.complaint(ndvi, {"--set", "bare"}), "exit 2: linmu: --set 'bare' must be name=value\n");
}

TEST_F(BadPipeline, MisspeltIndexLegendAndRules) {
    const auto text = space_.complaint(R"([[step]]
id = "a"
use = "read-raster"
path = "r.tif"
bands = ["R", "N"]

[[step]]
id = "i"
use = "indices"
in = ["a"]
index = ["NVDI"]

[[step]]
id = "l"
use = "read-raster"
path = "r.tif"
bands = ["class"]
kind = "code"
legend = "landcovr"

[[step]]
id = "r"
use = "classify-rules"
in = ["a"]
rules = "zuoquan-landcovr"
)");
    EXPECT_THAT(text, HasSubstr("p.toml:7:1: step 'i': the catalogue has no index 'NVDI'; did you mean 'NDVI'?\n"));
    EXPECT_THAT(text, HasSubstr("p.toml:13:1: step 'l': "));
    EXPECT_THAT(text, HasSubstr("/legends has no file 'landcovr'; did you mean 'landcover'?\n"));
    EXPECT_THAT(text, HasSubstr("/rules has no file 'zuoquan-landcovr'; did you mean 'zuoquan-landcover'?\n"));
    EXPECT_EQ(std::ranges::count(text, '\n'), 3);
}

TEST_F(BadPipeline, AllThatIsWrongIsToldAtOnceInTheOrderOfTheFile) {
    EXPECT_EQ(space_.complaint(R"([[step]]
id = "a"
use = "read-raster"
path = "r.tif"
bandz = ["R", "N"]

[[step]]
id = "i"
use = "indcies"
in = ["a"]

[[step]]
id = "w"
use = "write-raster"
in = ["i"]
path = "w.tif"
scale = "big"
compress = "zip"
)"),
              "exit 2: linmu: p.toml:5:1: step 'a' (read-raster) knows no 'bandz'; did you mean 'bands'?\n"
              "p.toml:9:7: there is no step 'indcies'; did you mean 'indices'?\n"
              "p.toml:17:1: step 'w': 'scale' must be a number\n"
              "p.toml:18:1: step 'w': 'compress' can't be 'zip'; one of none, deflate, zstd\n");
}

TEST_F(BadPipeline, GridThatIsNotWhole) {
    EXPECT_EQ(space_.complaint("[grid]\ncrs = \"EPSG:32649\"\n" + ndvi),
              "exit 2: linmu: p.toml:1:1: [grid] needs crs, cell (above 0) and bounds, or like = \"a raster file\"\n");
    EXPECT_THAT(space_.complaint(
                    "[grid]\ncrs = \"EPSG:326490\"\ncell = 10\nbounds = [500000, 4098000, 503000, 4100000]\n" + ndvi),
                testing::AllOf(HasSubstr("exit 2: linmu: p.toml:1:1: "), HasSubstr("EPSG:326490")));
}

TEST_F(BadPipeline, MemoryForNotOneTile) {
    const auto text = space_.complaint(ndvi, {"--memory", "100K"});
    EXPECT_THAT(text,
                testing::MatchesRegex(
                    "exit 2: linmu: a memory of 100.0 KiB holds not even one tile; give --memory [0-9]+M or more\n"));
    EXPECT_EQ(space_.complaint(ndvi, {"--memory", "lots"}),
              "exit 2: linmu: 'lots' is no amount of memory; write 1G, 512M or 2GiB\n");
}

TEST_F(BadPipeline, TileThatIsNoPowerOfTwo) {
    EXPECT_EQ(space_.complaint(ndvi, {"--tile", "100"}),
              "exit 2: linmu: --tile 100 must be a power of two from 64, as 256 or 512\n");
}

TEST_F(BadPipeline, NameOfABandThatIsNot) {
    EXPECT_THAT(space_.complaint(
                    "[[step]]\nid = \"a\"\nuse = \"read-raster\"\npath = \"r.tif\"\nbands = [\"R\", \"N\", \"B\"]\n"),
                HasSubstr("r.tif has 2 bands, no band 3"));
}

}  // namespace
}  // namespace linmu::test

// SPDX-License-Identifier: MIT
// What the commands that run nothing say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <set>
#include <sstream>
#include <string>

#include "support/practice_county.hpp"
#include "workspace.hpp"

namespace linmu::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::set<std::string> listed_steps() {
    std::set<std::string> names;
    std::istringstream lines(run_binary({"steps"}).out);
    for (std::string line; std::getline(lines, line);) names.insert(line.substr(0, line.find(' ')));
    return names;
}

TEST(Help, EveryCommandHasOne) {
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {}, {"run"}, {"plan"}, {"steps"}, {"info"}, {"schema"}, {"demo"}, {"demo", "county"}}) {
        auto arguments = command;
        arguments.push_back("--help");
        const auto outcome = run_binary(arguments);
        EXPECT_EQ(outcome.exit_code, 0);
        EXPECT_THAT(outcome.out, HasSubstr("--help"));
        EXPECT_THAT(outcome.err, IsEmpty());
    }
}

TEST(Help, EveryStepHasOneWithItsParameters) {
    const auto outcome = run_binary({"do", "mask", "--help"});
    EXPECT_EQ(outcome.exit_code, 0);
    for (const char* flag : {"--masked", "--grown", "--cells", "--terrain-shadow", "--in", "--out", "--memory"})
        EXPECT_THAT(outcome.out, HasSubstr(flag));
    for (const auto& name : listed_steps()) EXPECT_EQ(run_binary({"do", name, "--help"}).exit_code, 0) << name;
}

TEST(Commands, AnUnknownOneIsRefused) {
    const auto outcome = run_binary({"runn"});
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_THAT(outcome.err, HasSubstr("there is no command 'runn'; did you mean 'run'?"));
    EXPECT_THAT(outcome.out, IsEmpty());
    EXPECT_EQ(run_binary({}).exit_code, 2);
    EXPECT_EQ(run_binary({"run"}).exit_code, 2);
    EXPECT_EQ(run_binary({"run", "p.toml", "--treads", "2"}).exit_code, 2);
}

TEST(Commands, VersionGoesToStdout) {
    EXPECT_THAT(run_binary({"--version"}).out, testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(Steps, AreListedWithWhatTheyDo) {
    EXPECT_TRUE(listed_steps().contains("class-area"));
    EXPECT_GE(listed_steps().size(), 20U);
    EXPECT_THAT(run_binary({"steps", "--markdown"}).out, StartsWith("| step | 中文 |"));
}

TEST(Steps, OneIsToldInFull) {
    const auto outcome = run_binary({"steps", "scenes"});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, StartsWith("scenes 读影像\n"));
    EXPECT_THAT(outcome.out, HasSubstr("max-cloud"));
    EXPECT_THAT(outcome.out, HasSubstr("number, %, default 100, 0 to 100"));
    EXPECT_THAT(outcome.out, HasSubstr("one of refuse nearest bilinear cubic"));
    const auto wrong = run_binary({"steps", "scene"});
    EXPECT_EQ(wrong.exit_code, 2);
    EXPECT_EQ(wrong.err, "linmu: there is no step 'scene'; did you mean 'scenes'?\n");
}

TEST(Schema, IsJsonAndKnowsEveryStepAndItsParameters) {
    const auto outcome = run_binary({"schema"});
    ASSERT_EQ(outcome.exit_code, 0);
    const auto schema = nlohmann::json::parse(outcome.out);
    EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
    std::set<std::string> names;
    for (const auto& step : schema.at("properties").at("step").at("items").at("oneOf")) {
        EXPECT_EQ(step.at("additionalProperties"), false);
        EXPECT_TRUE(step.at("properties").contains("each"));
        if (step.at("title") == "include") continue;
        EXPECT_TRUE(step.at("properties").contains("optional"));
        names.insert(step.at("properties").at("use").at("const").get<std::string>());
        for (const auto& key : step.at("required")) EXPECT_TRUE(step.at("properties").contains(key.get<std::string>()));
        for (const auto& [name, parameter] : step.at("properties").items()) {
            if (name == "id" || name == "use" || name == "in") continue;
            EXPECT_FALSE(parameter.at("description").get<std::string>().empty()) << name;
        }
    }
    EXPECT_EQ(names, listed_steps());
}

TEST(Info, OfARaster) {
    const Workspace space;
    space.raster("r.tif", small_grid, 2, [](int, int, int) { return 1; });
    const auto outcome = run_binary({"info", space.path("r.tif")});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("grid: 300 x 200 cells of 10 x 10 in EPSG:32649, corner 500000, 4100000"));
    EXPECT_THAT(outcome.out, HasSubstr("band 2: UInt16 band2, blocks 512 x 512, no value 0"));
}

TEST(Info, OfALayer) {
    const Workspace space;
    space.squares("z.gpkg", "EPSG:4547", {500000, 4100000}, 1000, 3);
    const auto outcome = run_binary({"info", space.path("z.gpkg")});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("layer: squares ("));
    EXPECT_THAT(outcome.out,
                HasSubstr("3 features)\nCRS: EPSG:4547\nCRS is known by: EPSG:4547: as said, 3 of 3 points"));
    EXPECT_THAT(outcome.out, HasSubstr("text: UTF-8: as the format says\nfields: id:text"));
}

TEST(Info, OfAScene) {
    const std::string scenes = practice_county() + "/scenes/2025";
    for (const auto& entry : fs::directory_iterator(scenes)) {
        const auto outcome = run_binary({"info", entry.path().string()});
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        EXPECT_THAT(outcome.out, StartsWith("scene: S2"));
        EXPECT_THAT(outcome.out, HasSubstr("baseline 05.09"));
        EXPECT_THAT(outcome.out, HasSubstr("tile: 49SGA, track R075"));
        EXPECT_THAT(outcome.out, HasSubstr("radiometry: "));
        EXPECT_THAT(outcome.out, HasSubstr("quality: SCL:"));
    }
}

TEST(Info, OfWhatIsNotThereOrNothingThatItKnows) {
    const Workspace space;
    const auto gone = run_binary({"info", space.path("gone.tif")});
    EXPECT_EQ(gone.exit_code, 1);
    EXPECT_EQ(space.local(gone.err), "linmu: gone.tif: there is no such file\n");
    space.write("notes.tif", "no raster at all");
    const auto text = run_binary({"info", space.path("notes.tif")});
    EXPECT_EQ(text.exit_code, 1);
    EXPECT_THAT(space.local(text.err), StartsWith("linmu: notes.tif"));
}

TEST(Plan, TellsWhatARunWouldDoAndMakesNothing) {
    const Workspace space;
    const auto outcome = run_binary(
        {"plan", source_file("pipelines/demo.toml"), "--set", "county=" + practice_county(), "--memory", "900M"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("Grid: 402 x 402 cells of 10 x 10 in EPSG:32649"));
    EXPECT_THAT(
        outcome.out,
        HasSubstr(" (classify-rules) <- win-2025, apr-2025, may-2025, aug-2025, oct-2025, terrain, bloom-2020\n"));
    const auto pass = outcome.out.find(". one pass over ");
    EXPECT_NE(pass, std::string::npos);
    EXPECT_EQ(outcome.out.find(". one pass over ", pass + 1), std::string::npos)
        << "the demo's tiles are computed once";
    EXPECT_THAT(outcome.out, HasSubstr(" of 900M.\n"));
}

}  // namespace
}  // namespace linmu::test

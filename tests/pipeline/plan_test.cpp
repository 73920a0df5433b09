// SPDX-License-Identifier: MIT
#include "linmu/pipeline/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "linmu/io/raster.hpp"
#include "linmu/io/vector.hpp"
#include "linmu/pipeline/run.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string dem = "[[step]]\nid = \"dem\"\nuse = \"read-raster\"\npath = \"dem.tif\"\n";

class PlanTest : public testing::Test {
protected:
    void SetUp() override {
        setenv("LINMU_DATA", LINMU_SOURCE_DIR "/data", 0);
        write_dem({"EPSG:32649", 500000, 4100000, 10, 10, 100, 120});
        Layer layer{{"zones", "EPSG:32649", {{"id", FieldType::text, "", ""}}}, {}};
        layer.features.push_back(
            {1,
             {{{{{500103, 4099103}, {500103, 4099907}, {500907, 4099907}, {500907, 4099103}}, {}}}, {}, {}},
             {std::string("A")}});
        const LayerOutput output{.layer = &layer, .name_zh = {}, .style_qml = {}};
        write_geopackage(dir_ / "zones.gpkg", std::span(&output, 1));
    }
    void write_dem(const Grid& grid) const {
        const RasterSpec spec{
            grid, {{.name = "height", .kind = BandKind::real, .unit = {}, .legend = {}, .scene = {}, .date = {}}}};
        Block block{grid.window(), {}};
        block.bands.emplace_back(RealPlane(grid.rows, grid.cols, 1));
        write_raster(spec, block, {.path = dir_ / "dem.tif", .format = "gtiff"});
    }
    Plan plan(const std::string& text, const ResourceOptions& resources = {}) const {
        std::ofstream(dir_ / "p.toml") << text;
        return make_plan(read_document(dir_ / "p.toml", {}), {}, resources);
    }
    static std::vector<std::string> ids(const Plan& plan, const std::vector<std::size_t>& steps) {
        std::vector<std::string> names;
        for (const auto i : steps) names.push_back(plan.steps[i].id);
        return names;
    }
    test::TempDir dir_;
};

std::string step(const std::string& id, const std::string& use, const std::string& in, const std::string& more = {}) {
    return "[[step]]\nid = \"" + id + "\"\nuse = \"" + use + "\"\n" + (in.empty() ? "" : "in = [" + in + "]\n") + more;
}

TEST_F(PlanTest, HalosAddUpAlongAChain) {
    const auto p = plan(dem + step("t1", "terrain", "\"dem\"") + step("t2", "terrain", "\"t1\"") +
                        step("w", "write-raster", "\"t2\"", "path = \"w.tif\"\n") +
                        step("w2", "write-raster", "\"dem\"", "path = \"w2.tif\"\n"));
    ASSERT_EQ(p.stages.size(), 1U);
    const auto needs = pass_needs(p, p.stages[0]);
    EXPECT_THAT(ids(p, needs.tile_steps), ElementsAre("dem", "t1", "t2"));
    EXPECT_THAT(needs.halo, ElementsAre(2, 1, 0, -1, -1));
}

/// Hands its first input on, and looks far in its second.
class FarSight final : public TileStep {
public:
    StepInfo info() const override { return {}; }
    void declare(Params&) override {}
    Artifact plan(std::span<const Artifact>, PlanContext&) override { return {}; }
    int halo_of(std::size_t input) const override { return input == 1 ? 40 : 0; }
    Block apply(const Window&, std::span<const BlockPtr> inputs) const override { return *inputs[0]; }
};

TEST_F(PlanTest, EachInputHasItsOwnHalo) {
    auto p = plan(dem + step("near", "indices", "\"dem\"", "formula = [\"twice = height * 2\"]\n") +
                  step("far", "terrain", "\"dem\"") +
                  step("look", "indices", "\"near\", \"far\"", "formula = [\"a = slope + twice\"]\n") +
                  step("w", "write-raster", "\"look\"", "path = \"w.tif\"\n"));
    p.steps[3].step = std::make_unique<FarSight>();
    EXPECT_THAT(pass_needs(p, p.stages[0]).halo, ElementsAre(41, 0, 40, 0, -1));
}

TEST_F(PlanTest, OnePassServesAllFoldsAndRulesRunBehindAllFacts) {
    const std::string zones = step("z", "read-layer", "", "path = \"zones.gpkg\"\n") +
                              step("zones", "polygon-area", "\"z\"", "key = \"id\"\n");
    const std::string codes = "[[step]]\nid = \"map\"\nuse = \"read-raster\"\npath = \"dem.tif\"\nkind = \"code\"\n";
    const auto p = plan(dem + codes + zones + step("area", "class-area", "\"map\", \"zones\"", "key = \"id\"\n") +
                        step("w1", "write-raster", "\"dem\"", "path = \"w1.tif\"\n") +
                        step("tables", "tables", "", "pack = \"class-area\"\n") +
                        step("w2", "write-raster", "\"map\"", "path = \"w2.tif\"\n") +
                        step("late", "class-area", "\"map\"") + step("project", "project", ""));
    std::vector<std::vector<std::string>> stages;
    for (const auto& stage : p.stages) stages.push_back(ids(p, stage.steps));
    EXPECT_THAT(stages, ElementsAre(ElementsAre("z"), ElementsAre("zones"), ElementsAre("area", "w1", "w2", "late"),
                                    ElementsAre("tables"), ElementsAre("project")))
        << "what a table says does not hang on its place in the file";
    EXPECT_TRUE(p.stages[2].pass);
    EXPECT_FALSE(p.stages[3].pass);
    EXPECT_EQ(p.facts_stages, 3U);
}

TEST_F(PlanTest, GridIsThatOfTheFirstRasterWhenNoneIsGiven) {
    const auto p = plan(dem + step("w", "write-raster", "\"dem\"", "path = \"w.tif\"\n"));
    EXPECT_EQ(*p.grid, (Grid{"EPSG:32649", 500000, 4100000, 10, 10, 100, 120}));
}

TEST_F(PlanTest, GridOfALayerGoesOutwardToWholeCells) {
    const auto p = plan("[grid]\ncrs = \"EPSG:32649\"\ncell = 10\nbounds = \"layer:z\"\n" + dem +
                        step("w", "write-raster", "\"dem\"", "path = \"w.tif\"\n") +
                        step("z", "read-layer", "", "path = \"zones.gpkg\"\n"));
    EXPECT_EQ(*p.grid, (Grid{"EPSG:32649", 500100, 4099910, 10, 10, 81, 81}));
}

TEST_F(PlanTest, GridProblemsAreToldAtTheGrid) {
    const auto fault = [&](const std::string& grid) {
        try {
            (void)plan("[grid]\n" + grid + dem + step("w", "write-raster", "\"dem\"", "path = \"w.tif\"\n"));
        } catch (const PlanError& error) {
            EXPECT_EQ(error.problems().front().line, 1);
            return error.problems().front().text;
        }
        return std::string("none");
    };
    EXPECT_EQ(fault("crs = \"EPSG:32649\"\ncell = 10\nbounds = [5, 5, 5, 9]\n"),
              "the grid's bounds are empty; they are [xmin, ymin, xmax, ymax]");
    EXPECT_EQ(fault("crs = \"EPSG:32649\"\ncell = 10\nbounds = \"layer:none\"\n"),
              "bounds = \"layer:none\": no read-layer step has this id and a path");
    EXPECT_THAT(fault("crs = \"EPSG:32649\"\ncell = 0.0001\nbounds = [500000, 4099000, 501200, 4100000]\n"),
                HasSubstr("is the cell of 0.0001 right?"));
    EXPECT_THAT(fault("like = \"none.tif\"\n"), HasSubstr("none.tif"));
}

TEST_F(PlanTest, RunKeyDependsOnInputsAndParametersAndNotOnResources) {
    const std::string text =
        dem + step("t", "terrain", "\"dem\"") + step("w", "write-raster", "\"t\"", "path = \"w.tif\"\n");
    const auto key = run_key(plan(text, {.threads = 1, .tile = 64}));
    EXPECT_EQ(run_key(plan("# a remark\n" + text, {.threads = 2, .tile = 512})), key);
    EXPECT_NE(run_key(plan(dem + step("t", "terrain", "\"dem\"", "keep = true\n") +
                           step("w", "write-raster", "\"t\"", "path = \"w.tif\"\n"))),
              key);
    write_dem({"EPSG:32649", 500000, 4100000, 10, 10, 100, 121});
    EXPECT_NE(run_key(plan(text)), key);
}

TEST_F(PlanTest, AVariableMayStandForANumber) {
    const std::string majority =
        "[vars]\nn = \"2\"\nwrong = \"two\"\n" +
        std::string("[[step]]\nid = \"c\"\nuse = \"read-raster\"\npath = \"dem.tif\"\nkind = \"code\"\n");
    EXPECT_NO_THROW((void)plan(majority + step("s", "sieve", "\"c\"", "cells = \"${n}\"\n") +
                               step("w", "write-raster", "\"s\"", "path = \"w.tif\"\n")));
    try {
        (void)plan(majority + step("s", "sieve", "\"c\"", "cells = \"${wrong}\"\n"));
        FAIL();
    } catch (const PlanError& error) {
        EXPECT_THAT(error.problems().at(0).text, HasSubstr("'cells' must be a whole number, not 'two'"));
    }
    EXPECT_THROW((void)plan(majority + step("s", "sieve", "\"c\"", "cells = \"2\"\n")), PlanError)
        << "a text is no number";
}

TEST_F(PlanTest, MemoryBoundsTheTiles) {
    const std::string text =
        dem + step("t", "terrain", "\"dem\"") + step("w", "write-raster", "\"t\"", "path = \"w.tif\"\n");
    const auto wide = plan(text, {.memory = std::int64_t{1} << 30, .threads = 2, .tile = 512});
    EXPECT_EQ(wide.tiles.tile, 512);
    EXPECT_LE(wide.tiles.total_bytes, std::int64_t{1} << 30);
    const auto narrow = plan(text, {.memory = 300 << 20, .threads = 2, .tile = 512});
    EXPECT_LE(narrow.tiles.total_bytes, 300 << 20);
    EXPECT_LT(narrow.tiles.cache_bytes, wide.tiles.cache_bytes);
    EXPECT_THROW((void)plan(text, {.memory = 100000, .threads = 2, .tile = 512}), PlanError);
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/pipeline/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;

class DocumentTest : public testing::Test {
protected:
    Document read(const std::string& text, const Settings& set = {}) const {
        std::ofstream(dir_ / "p.toml") << text;
        return read_document(dir_ / "p.toml", set);
    }
    std::string fault(const std::string& text, const Settings& set = {}) const {
        try {
            (void)read(text, set);
        } catch (const PlanError& error) {
            std::string all;
            for (const auto& p : error.problems())
                all += std::to_string(p.line) + ":" + std::to_string(p.column) + " " + p.text + "\n";
            return all;
        }
        return "none";
    }
    test::TempDir dir_;
};

TEST_F(DocumentTest, HasStepsWithTheirKeysAndPlaces) {
    const auto doc = read(
        "[pipeline]\nname = \"n\"\ntitle = \"题\"\n[[step]]\nid = \"a\"\nuse = \"read-raster\"\npath = "
        "\"r.tif\"\nbands = [\"R\", \"N\"]\n"
        "[[step]]\nuse = \"mask\"\nin = \"a\"\ncells = 3\nterrain-shadow = true\n");
    EXPECT_EQ(doc.name, "n");
    EXPECT_EQ(doc.title, "题");
    ASSERT_EQ(doc.steps.size(), 2U);
    EXPECT_EQ(doc.steps[0].keys[0].key, "path");
    EXPECT_EQ(doc.steps[0].keys[1].place.line, 8);
    EXPECT_EQ(doc.steps[0].use_place.line, 6);
    EXPECT_EQ(doc.steps[0].use_place.column, 7);
    EXPECT_EQ(doc.steps[1].id, "mask-2") << "a step without id is named after what it does";
    EXPECT_EQ(doc.steps[1].in.at(0).id, "a");
    EXPECT_EQ(std::get<std::int64_t>(doc.steps[1].keys[0].value), 3);
    EXPECT_EQ(std::get<bool>(doc.steps[1].keys[1].value), true);
}

TEST_F(DocumentTest, IsNamedAfterItsFileWhenItSaysNothing) { EXPECT_EQ(read("[[step]]\nuse = \"mask\"\n").name, "p"); }

TEST_F(DocumentTest, SettingsWinOverVarsAndVarsOverTheEnvironment) {
    setenv("LINMU_TEST_PLACE", "environment", 1);
    const std::string step = "[[step]]\nuse = \"x\"\npath = \"${LINMU_TEST_PLACE}/${LINMU_TEST_PLACE}.tif\"\n";
    const auto path = [](const Document& doc) { return std::get<std::string>(doc.steps[0].keys[0].value); };
    EXPECT_EQ(path(read(step)), "environment/environment.tif");
    EXPECT_EQ(path(read("[vars]\nLINMU_TEST_PLACE = \"file\"\n" + step)), "file/file.tif");
    EXPECT_EQ(path(read("[vars]\nLINMU_TEST_PLACE = \"file\"\n" + step, {{"LINMU_TEST_PLACE", "set"}})), "set/set.tif");
}

TEST_F(DocumentTest, VariablesAreFilledInListsInputsAndTheGrid) {
    const auto doc = read(
        "[vars]\ny = \"2025\"\n[grid]\nlike = \"${y}.tif\"\n[[step]]\nuse = \"x\"\nin = [\"c${y}\"]\nbands = "
        "[\"a${y}\", \"b\"]\n");
    EXPECT_EQ(doc.grid->like, "2025.tif");
    EXPECT_EQ(doc.steps[0].in[0].id, "c2025");
    EXPECT_EQ(std::get<std::vector<std::string>>(doc.steps[0].keys[0].value)[0], "a2025");
}

TEST_F(DocumentTest, ReadsAGridOfNumbersOrOfALayer) {
    const std::string step = "[[step]]\nuse = \"x\"\n";
    const auto numbers = *read("[grid]\ncrs = \"EPSG:4547\"\ncell = 10\nbounds = [1, 2, 3.5, 4]\n" + step).grid;
    EXPECT_EQ(numbers.cell, 10);
    EXPECT_EQ(numbers.bounds, (std::vector<double>{1, 2, 3.5, 4}));
    EXPECT_EQ(read("[grid]\ncrs = \"EPSG:4547\"\ncell = 10\nbounds = \"layer:county\"\n" + step).grid->bounds_layer,
              "county");
    EXPECT_EQ(fault("[grid]\ncrs = \"EPSG:4547\"\ncell = 10\nbounds = [1, 2, 3]\n" + step),
              "1:1 [grid] needs crs, cell (above 0) and bounds, or like = \"a raster file\"\n4:10 'bounds' must be "
              "[xmin, ymin, xmax, ymax]\n");
}

TEST_F(DocumentTest, TellsAllThatIsWrongWithItsForm) {
    EXPECT_EQ(fault("[pipeline]\nnmae = \"n\"\n[vars]\ny = 2025\n[[step]]\nid = \"a\"\n[[step]]\nuse = \"x\"\nin = "
                    "[7]\nwhen = 2025-01-01\nlist = [1, 2]\n"),
              "2:1 [pipeline] knows no 'nmae'; did you mean 'name'?\n"
              "4:1 variable 'y' must be a text\n"
              "5:1 this step has no `use`, the name of what it does\n"
              "9:7 `in` must name steps by their ids\n"
              "10:8 'when' must be a text, a number, true or false, or a list of texts\n"
              "11:9 the items of 'list' must be texts\n");
}

TEST_F(DocumentTest, StepsWithOneBracketAreTold) {
    EXPECT_THAT(fault("[step]\nuse = \"x\"\n"), HasSubstr("steps are written as [[step]], with two brackets"));
}

TEST_F(DocumentTest, AStepWithEachStandsForOneAnItem) {
    const auto doc = read(
        "[[step]]\neach = [\"2020\", \"2025\"]\nid = \"map-${each}\"\nuse = \"read-raster\"\npath = \"${each}.tif\"\n");
    ASSERT_EQ(doc.steps.size(), 2U);
    EXPECT_EQ(doc.steps[0].id, "map-2020");
    EXPECT_EQ(doc.steps[1].id, "map-2025");
    EXPECT_EQ(std::get<std::string>(doc.steps[1].keys.at(0).value), "2025.tif");
    EXPECT_THAT(fault("[[step]]\neach = []\nuse = \"mask\"\n"), HasSubstr("'each' names nothing"));
    EXPECT_THAT(fault("[[step]]\neach = \"a\"\nuse = \"mask\"\n"), HasSubstr("'each' must be a list of texts"));
    EXPECT_THAT(fault("[[step]]\nuse = \"${each}\"\n"), HasSubstr("variable 'each' is not set"));
}

TEST_F(DocumentTest, AnIncludedFilesStepsStandWhereItIsNamed) {
    std::ofstream(dir_ / "year.toml")
        << "[vars]\nname = \"theirs\"\nown = \"o\"\n[[step]]\nid = \"${name}-${own}-${each}\"\nuse = \"mask\"\n";
    const auto doc = read(
        "[vars]\nname = \"mine\"\n[[step]]\nuse = \"first\"\n[[step]]\neach = [\"1\", \"2\"]\ninclude = \"year.toml\"\n"
        "[[step]]\nuse = \"last\"\n");
    ASSERT_EQ(doc.steps.size(), 4U);
    EXPECT_EQ(doc.steps[1].id, "mine-o-1") << "the pipeline's own variables win";
    EXPECT_EQ(doc.steps[2].id, "mine-o-2");
    EXPECT_EQ(doc.steps[2].place.line, 4);
    EXPECT_THAT(doc.steps[2].place.file, HasSubstr("year.toml"));
    EXPECT_EQ(doc.steps[3].use, "last");
}

TEST_F(DocumentTest, WhatIsWrongWithAnIncludedFileIsToldWithItsName) {
    std::ofstream(dir_ / "year.toml") << "[grid]\n[[step]]\nid = 3\nuse = \"mask\"\n";
    try {
        (void)read("[[step]]\ninclude = \"year.toml\"\n");
        FAIL();
    } catch (const PlanError& error) {
        ASSERT_EQ(error.problems().size(), 2U);
        EXPECT_THAT(error.problems()[0].text, HasSubstr("an included file knows no 'grid'"));
        EXPECT_THAT(error.problems()[1].file, HasSubstr("year.toml"));
        EXPECT_EQ(error.problems()[1].line, 3);
    }
    EXPECT_THAT(fault("[[step]]\ninclude = \"none.toml\"\n"), HasSubstr("there is no file"));
    EXPECT_THAT(fault("[[step]]\ninclude = \"p.toml\"\n"), HasSubstr("includes itself"));
    EXPECT_THAT(fault("[[step]]\ninclude = \"p.toml\"\nuse = \"mask\"\n"), HasSubstr("knows no 'use'"));
}

TEST_F(DocumentTest, UnclosedVariableStaysAsItIs) {
    EXPECT_EQ(std::get<std::string>(read("[[step]]\nuse = \"x\"\npath = \"a${b\"\n").steps[0].keys[0].value), "a${b");
}

}  // namespace
}  // namespace linmu

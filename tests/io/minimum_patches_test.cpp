// SPDX-License-Identifier: MIT
#include "linmu/io/minimum_patches.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/table_file.hpp"
#include "support/paths.hpp"
#include "support/temp_dir.hpp"

namespace linmu {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class MinimumPatchesFile : public testing::Test {
protected:
    MinimumPatchesFile() { setenv("LINMU_DATA", test::source_file("data").c_str(), 1); }

    std::string fault_of(const std::string& text) {
        const auto path = dir_ / "x.toml";
        write_text_file(path, "name_zh = \"x\"\nname_en = \"x\"\nlegend = \"vegetation\"\n" + text);
        try {
            (void)load_minimum_patches(path);
        } catch (const DataError& error) {
            return error.what();
        }
        return "no fault";
    }
    test::TempDir dir_;
};

TEST_F(MinimumPatchesFile, OfTheSurveyHaveEachClassOnceAndMuIsTwoThirdsOfAThousand) {
    for (const auto& id : data_file_ids("minimum-patches")) {
        const auto rules = load_minimum_patches(id);
        std::size_t classes = 0;
        for (const auto& rule : rules.least) {
            classes += rule.codes.size();
            EXPECT_FALSE(rule.source.empty());
        }
        EXPECT_EQ(classes, load_legend(rules.legend).classes.size());
    }
    const auto survey = load_minimum_patches("land-survey");
    EXPECT_EQ(survey.least[1].area.units(), 6666667);
    EXPECT_EQ(survey.belts.at(0).codes, (std::vector<std::int32_t>{3, 4, 5, 10}));
}

TEST_F(MinimumPatchesFile, FaultsAreToldWithTheirPlace) {
    const std::string tail = "area = 1\nunit = \"m2\"\nsource = \"s\"\nconfidence = \"c\"\n";
    EXPECT_THAT(fault_of("[[least]]\nclasses = [\"dens\"]\n" + tail),
                AllOf(StartsWith(dir_ / "x.toml:5"), HasSubstr("dense")));
    EXPECT_THAT(fault_of("[[least]]\nclasses = [\"dense\", \"dense\"]\n" + tail), HasSubstr("has a rule already"));
    EXPECT_THAT(fault_of("[[least]]\nclasses = [\"dense\"]\n" + tail), HasSubstr("has no least area"));
    EXPECT_THAT(fault_of("[[least]]\nclasses = [\"dense\"]\narea = 1\nunit = \"acre\"\n"),
                HasSubstr("'acre' is no unit"));
    EXPECT_THAT(fault_of("[[least]]\nclasses = [\"dense\"]\narea = -1\nunit = \"m2\"\n"), HasSubstr("cannot be -1"));
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/step/registry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

TEST(Registry, EveryStepSaysWhatItIs) {
    const std::set<std::string> groups{"read", "prepare", "classify", "measure", "account", "write"};
    for (const auto& entry : all_steps()) {
        const auto step = entry.make();
        const StepInfo info = step->info();
        EXPECT_EQ(info.name, entry.name);
        EXPECT_FALSE(info.name_zh.empty()) << info.name;
        EXPECT_GT(info.summary.size(), 10U) << info.name;
        EXPECT_EQ(info.summary.back(), '.') << info.name;
        EXPECT_TRUE(groups.contains(info.group)) << info.name << ": " << info.group;
        EXPECT_GE(info.revision, 1) << info.name;
        for (std::size_t i = 0; i < info.inputs.size(); ++i) {
            EXPECT_FALSE(info.inputs[i].name.empty() || info.inputs[i].help.empty()) << info.name;
            EXPECT_TRUE(!info.inputs[i].many || i + 1 == info.inputs.size())
                << info.name << ": only the last input may be many";
            EXPECT_NE(info.inputs[i].kind, ArtifactKind::none) << info.name;
        }
    }
}

TEST(Registry, EveryStepRunsInOneOfTheFourWays) {
    for (const auto& entry : all_steps()) {
        const auto step = entry.make();
        const int ways = (dynamic_cast<TileStep*>(step.get()) ? 1 : 0) + (dynamic_cast<FoldStep*>(step.get()) ? 1 : 0) +
                         (dynamic_cast<LayerStep*>(step.get()) ? 1 : 0) +
                         (dynamic_cast<WholeStep*>(step.get()) ? 1 : 0);
        EXPECT_EQ(ways, 1) << entry.name;
        const bool tile = dynamic_cast<TileStep*>(step.get()) != nullptr;
        EXPECT_TRUE(!tile || step->info().makes == ArtifactKind::raster) << entry.name;
    }
}

TEST(Registry, EveryParameterIsDeclaredOnceWithItsHelp) {
    for (const auto& entry : all_steps()) {
        const auto step = entry.make();
        Params params;
        step->declare(params);
        std::set<std::string> names{"id", "use", "in"};  // the pipeline's own
        for (const auto& p : params.all()) {
            EXPECT_TRUE(names.insert(p.name()).second) << entry.name << " " << p.name();
            EXPECT_FALSE(p.help().empty()) << entry.name << " " << p.name();
            EXPECT_EQ(p.name().find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-"), std::string::npos)
                << entry.name << " " << p.name();
            EXPECT_FALSE(p.is_set());
        }
    }
}

TEST(Registry, NamesAreUnique) {
    const auto names = step_names();
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

TEST(Registry, AnUnknownNameIsToldWithTheNearest) {
    EXPECT_THAT([] { (void)make_step("class-aera"); },
                testing::ThrowsMessage<UsageError>("there is no step 'class-aera'; did you mean 'class-area'?"));
}

}  // namespace
}  // namespace linmu

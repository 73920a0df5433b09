// SPDX-License-Identifier: MIT
#include "linmu/core/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace linmu {
namespace {

TEST(PlanError, HasOneLineAProblemInTheOrderOfTheirPlaces) {
    const PlanError fault({{"a.toml", 3, 7, "no such key"},
                           {"a.toml", 3, 2, "no such step"},
                           {"a.toml", 0, 0, "it has no step"},
                           {"", 0, 0, "too little memory"}});
    EXPECT_EQ(std::string(fault.what()),
              "too little memory\na.toml: it has no step\na.toml:3:2: no such step\na.toml:3:7: no such key");
    EXPECT_EQ(fault.problems().front().text, "too little memory");
}

TEST(Error, ExitCodesTellWhoseFaultItIs) {
    EXPECT_EQ(DataError("x").exit_code(), 1);
    EXPECT_EQ(UsageError("x").exit_code(), 2);
    EXPECT_EQ(PlanError({}).exit_code(), 2);
}

}  // namespace
}  // namespace linmu

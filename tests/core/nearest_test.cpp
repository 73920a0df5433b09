// SPDX-License-Identifier: MIT
#include "linmu/core/nearest.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace linmu {
namespace {

const std::vector<std::string> keys{"window", "bands", "max-cloud", "path", "resampling"};

TEST(NearestName, ForgivesASlipOfTheFinger) {
    EXPECT_EQ(nearest_name("widnow", keys), "window");  // swapped
    EXPECT_EQ(nearest_name("windo", keys), "window");   // left out
    EXPECT_EQ(nearest_name("bandds", keys), "bands");   // one too many
    EXPECT_EQ(nearest_name("max_cloud", keys), "max-cloud");
    EXPECT_EQ(nearest_name("resamplign", keys), "resampling");
}

TEST(NearestName, IsNothingWhenNothingIsNear) {
    EXPECT_EQ(nearest_name("elevation", keys), "");
    EXPECT_EQ(nearest_name("", std::vector<std::string>{"abc"}), "");
    EXPECT_EQ(nearest_name("x", {}), "");
}

TEST(NearestName, PrefersTheNearer) {
    const std::vector<std::string> both{"y2020", "y2025"};
    EXPECT_EQ(nearest_name("y2024", std::vector<std::string>{"y2000", "y2025"}), "y2025");
    EXPECT_EQ(nearest_name("y202", both), "y2020");  // a tie: the first
}

TEST(Hint, AsksOrLists) {
    EXPECT_EQ(hint("widnow", keys), "; did you mean 'window'?");
    EXPECT_EQ(hint("elevation", keys), "; one of window, bands, max-cloud, path, resampling");
    EXPECT_EQ(hint("x", {}), "");
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/core/area.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

TEST(Area, RoundsHalfAwayFromZero) {
    EXPECT_EQ(Area::from_m2(0.00004).units(), 0);
    EXPECT_EQ(Area::from_m2(0.5).units(), 5000);
    EXPECT_EQ(Area::from_m2(0.00015625 * 0.32).units(), 1);  // 0.00005 m2 is half a unit
    EXPECT_EQ(Area::from_m2(-0.00015625 * 0.32).units(), -1);
    EXPECT_EQ(Area::from_m2(12.34567).units(), 123457);
}

TEST(Area, OneMuIsTenThousandFifteenthsOfASquareMetre) {
    EXPECT_EQ(Area::from_m2(2000.0 / 3).units(), 6666667);
    EXPECT_DOUBLE_EQ(Area::from_m2(10000).mu(), 15.0);
    EXPECT_DOUBLE_EQ(Area::from_m2(10000).ha(), 1.0);
    EXPECT_DOUBLE_EQ(Area::from_m2(1e6).km2(), 1.0);
    EXPECT_DOUBLE_EQ(Area::from_m2(123.4567).m2(), 123.4567);
}

TEST(Area, SumsAreExactWhereDoublesAreNot) {
    Area sum;
    double doubles = 0;
    for (int i = 0; i < 1000000; ++i) {
        sum += Area::from_m2(0.1);
        doubles += 0.1;
    }
    EXPECT_EQ(sum, Area::from_m2(100000));
    EXPECT_NE(doubles, 100000.0);
    sum -= Area::from_m2(100000);
    EXPECT_EQ(sum, Area{});
}

TEST(Area, HoldsChinaAndRefusesWhatIsNoLand) {
    EXPECT_DOUBLE_EQ(Area::from_m2(9.6e12).km2(), 9.6e6);
    EXPECT_THROW((void)Area::from_m2(9.3e14), DataError);
    EXPECT_THROW((void)Area::from_m2(std::numeric_limits<double>::quiet_NaN()), DataError);
    EXPECT_THROW((void)Area::from_m2(std::numeric_limits<double>::infinity()), DataError);
}

TEST(Area, Orders) {
    EXPECT_LT(Area{1}, Area{2});
    EXPECT_EQ(Area{1} + Area{2}, Area{3});
    EXPECT_EQ(Area{1} - Area{2}, Area{-1});
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/majority.hpp"

#include <gtest/gtest.h>

#include "support/matrix.hpp"

namespace linmu {
namespace {

using test::matrix;

TEST(Majority, ALoneCellTakesTheClassAroundIt) {
    const auto out = majority(matrix<std::int32_t>({{1, 1, 1}, {1, 2, 1}, {1, 1, 1}}), 1);
    ASSERT_EQ(out.size(), 1U);
    EXPECT_EQ(out(0, 0), 1);
}

TEST(Majority, ATieKeepsTheCellAsItIs) {
    EXPECT_EQ(majority(matrix<std::int32_t>({{1, 1, 1}, {1, 2, 2}, {2, 2, no_code}}), 1)(0, 0), 2);
}

TEST(Majority, CellsWithoutClassAreNoNeighboursAndStayWithout) {
    const auto n = no_code;
    EXPECT_EQ(majority(matrix<std::int32_t>({{n, n, n}, {n, 2, 1}, {n, 1, n}}), 1)(0, 0), 1);
    EXPECT_EQ(majority(matrix<std::int32_t>({{1, 1, 1}, {1, n, 1}, {1, 1, 1}}), 1)(0, 0), no_code);
}

TEST(Majority, SlidingCountsEqualCountingEachWindow) {
    CodePlane plane(9, 12, 0);
    for (int r = 0; r < 9; ++r)
        for (int c = 0; c < 12; ++c) plane(r, c) = (r * 7 + c * c * 3) % 4 == 0 ? no_code : (r * 5 + c * 11) % 3;
    const auto all = majority(plane, 2);
    for (int r = 0; r < all.rows(); ++r) {
        for (int c = 0; c < all.cols(); ++c) {
            CodePlane window(5, 5, 0);
            for (int i = 0; i < 5; ++i)
                for (int k = 0; k < 5; ++k) window(i, k) = plane(r + i, c + k);
            EXPECT_EQ(all(r, c), majority(window, 2)(0, 0)) << r << ' ' << c;
        }
    }
}

}  // namespace
}  // namespace linmu

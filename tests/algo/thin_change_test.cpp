// SPDX-License-Identifier: MIT
#include "linmu/algo/thin_change.hpp"

#include <gtest/gtest.h>

#include "linmu/core/random.hpp"
#include "support/matrix.hpp"

namespace linmu {
namespace {

using test::matrix;

std::vector<std::int32_t> codes(const CodePlane& plane) { return {plane.cells().begin(), plane.cells().end()}; }

TEST(ThinChange, strips_go_and_patches_stay) {
    const auto before =
        matrix<std::int32_t>({{1, 1, 1, 2, 2, 2}, {1, 1, 1, 2, 2, 2}, {1, 1, 1, 2, 2, 2}, {1, 1, 1, 2, 2, 2}});
    // The border moved by one cell, and a field of 2 x 2 cells is new.
    const auto after =
        matrix<std::int32_t>({{3, 3, 1, 1, 2, 2}, {3, 3, 1, 1, 2, 2}, {1, 1, 1, 1, 2, 2}, {1, 1, 1, 1, 2, 2}});
    const auto wanted =
        matrix<std::int32_t>({{3, 3, 1, 2, 2, 2}, {3, 3, 1, 2, 2, 2}, {1, 1, 1, 2, 2, 2}, {1, 1, 1, 2, 2, 2}});
    EXPECT_EQ(codes(without_thin_changes(before, after, 2)), codes(wanted));
    EXPECT_EQ(codes(without_thin_changes(before, after, 1)), codes(after));
    EXPECT_EQ(codes(without_thin_changes(before, after, 3)), codes(before));
}

TEST(ThinChange, cells_without_class_stay_as_they_are) {
    const auto before = matrix<std::int32_t>({{1, no_code, 1}, {1, 1, 1}});
    const auto after = matrix<std::int32_t>({{2, 2, 2}, {2, 2, no_code}});
    EXPECT_EQ(codes(without_thin_changes(before, after, 2)), codes(matrix<std::int32_t>({{1, 2, 1}, {1, 1, no_code}})));
}

// Against the definition: a changed cell stays when some square of changed cells holds it.
TEST(ThinChange, is_the_opening_by_a_square) {
    for (const int width : {2, 3, 4}) {
        CodePlane before(37, 41, 1), after(37, 41, 1);
        for (int r = 0; r < 37; ++r)
            for (int c = 0; c < 41; ++c)
                after(r, c) =
                    random_unit(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(r * 41 + c)) < 0.82 ? 2
                                                                                                                  : 1;
        const auto found = without_thin_changes(before, after, width);
        for (int r = 0; r < 37; ++r) {
            for (int c = 0; c < 41; ++c) {
                bool held = false;
                for (int top = r - width + 1; top <= r; ++top) {
                    for (int left = c - width + 1; left <= c; ++left) {
                        bool all = top >= 0 && left >= 0 && top + width <= 37 && left + width <= 41;
                        for (int k = 0; all && k < width * width; ++k)
                            all = after(top + k / width, left + k % width) == 2;
                        held = held || all;
                    }
                }
                EXPECT_EQ(found(r, c), held ? 2 : 1) << width << ": " << r << ' ' << c;
            }
        }
    }
}

}  // namespace
}  // namespace linmu

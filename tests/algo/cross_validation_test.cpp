// SPDX-License-Identifier: MIT
#include "linmu/algo/cross_validation.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <set>

namespace linmu {
namespace {

TEST(DealFolds, KeepsAGroupInOneFoldAndSpreadsTheClasses) {
    std::vector<std::uint64_t> groups;
    std::vector<int> classes;
    for (std::uint64_t g = 0; g < 60; ++g)
        for (std::uint64_t i = 0; i <= g % 4; ++i) {
            groups.push_back(1000 + g);
            classes.push_back(static_cast<int>(g % 3));
        }
    const auto folds = deal_folds(groups, classes, 5, 1);
    std::map<std::uint64_t, std::set<int>> of_group;
    std::map<int, std::set<std::uint64_t>> of_class[5];
    for (std::size_t i = 0; i < groups.size(); ++i) {
        of_group[groups[i]].insert(folds[i]);
        of_class[folds[i]][classes[i]].insert(groups[i]);
    }
    for (const auto& [group, seen] : of_group) EXPECT_EQ(seen.size(), 1U) << group;
    for (const auto& fold : of_class)
        for (int k = 0; k < 3; ++k) EXPECT_EQ(fold.at(k).size(), 4U);
    EXPECT_EQ(folds, deal_folds(groups, classes, 5, 1));
    EXPECT_NE(folds, deal_folds(groups, classes, 5, 2));
}

TEST(DealFolds, HasNoMoreFoldsThanGroups) {
    const std::vector<std::uint64_t> groups{4, 4, 9};
    const auto folds = deal_folds(groups, std::vector<int>{0, 0, 1}, 5, 1);
    EXPECT_THAT(folds, testing::ElementsAre(0, 0, 1));
}

TEST(CountScores, AreTheTextbooks) {
    // Rows are what was said: 1 as 1 8 times, 2 as 1 twice; 1 as 2 once, 2 as 2 nine times; none is 3, none is called so.
    ErrorMatrix matrix{{1, 2, 3}, Plane<std::int64_t>(3, 3, 0)};
    matrix.counts(0, 0) = 8;
    matrix.counts(0, 1) = 2;
    matrix.counts(1, 0) = 1;
    matrix.counts(1, 1) = 9;
    const auto scores = count_scores(matrix);
    ASSERT_EQ(scores.size(), 4U);
    EXPECT_DOUBLE_EQ(scores[0].user, 0.8);
    EXPECT_DOUBLE_EQ(scores[0].producer, 8.0 / 9);
    EXPECT_DOUBLE_EQ(scores[0].f1, 16.0 / 19);
    EXPECT_TRUE(std::isnan(scores[2].f1));
    EXPECT_EQ(scores[3].samples, 20);
    EXPECT_EQ(scores[3].right, 17);
    EXPECT_DOUBLE_EQ(scores[3].f1, (16.0 / 19 + 18.0 / 21) / 2);
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
// Our evaluation of trees against XGBoost's own, on models that it trained on random data with gaps.
#include "linmu/algo/forest.hpp"

#include <gmock/gmock.h>
#include <xgboost/c_api.h>

#include <cmath>
#include <numeric>
#include <stdexcept>

#include "linmu/algo/train_trees.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"
#include "linmu/io/model_file.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

void must(int status) {
    if (status != 0) throw std::runtime_error(XGBGetLastError());
}

constexpr float missing = std::numeric_limits<float>::quiet_NaN();

/// Random features with gaps; classes follow two of them and their product, with noise.
TrainingSet random_set(std::size_t rows, std::size_t width, int classes, double gaps, std::uint64_t seed) {
    TrainingSet set;
    set.width = width;
    for (std::size_t i = 0; i < rows; ++i) {
        for (std::size_t f = 0; f < width; ++f) {
            const auto value = static_cast<float>(std::round(200 * random_normal(seed, i, f)) / 100);
            set.features.push_back(random_unit(seed + 1, i, f) < gaps ? missing : value);
        }
        const auto* row = set.features.data() + i * width;
        const float a = std::isnan(row[0]) ? 1 : row[0], b = std::isnan(row[1]) ? -1 : row[1];
        const double score = static_cast<double>(a + b * a) + 0.5 * random_normal(seed + 2, i);
        set.classes.push_back(std::clamp(static_cast<int>(std::floor(score)) + classes / 2, 0, classes - 1));
    }
    return set;
}

/// XGBoost's own probabilities, row by row.
std::vector<float> asked_of_xgboost(const std::string& json, const TrainingSet& set) {
    DMatrixHandle matrix = nullptr;
    must(XGDMatrixCreateFromMat(set.features.data(), set.rows(), set.width, missing, &matrix));
    BoosterHandle booster = nullptr;
    must(XGBoosterCreate(nullptr, 0, &booster));
    must(XGBoosterLoadModelFromBuffer(booster, json.data(), json.size()));
    bst_ulong count = 0;
    const float* result = nullptr;
    must(XGBoosterPredict(booster, matrix, 0, 0, 0, &count, &result));
    std::vector<float> out(result, result + count);
    XGBoosterFree(booster);
    XGDMatrixFree(matrix);
    return out;
}

/// Ours, class by class.
std::vector<float> probabilities(const Forest& forest, const TrainingSet& set) {
    std::vector<std::vector<float>> columns(set.width);
    for (std::size_t i = 0; i < set.features.size(); ++i) columns[i % set.width].push_back(set.features[i]);
    const std::vector<std::span<const float>> spans(columns.begin(), columns.end());
    std::vector<std::uint32_t> cells(set.rows());
    std::iota(cells.begin(), cells.end(), 0U);
    std::vector<float> out(forest.classes() * cells.size());
    forest.probabilities(spans, cells, out);
    return out;
}

void expect_same_as_xgboost(const TreeGrowth& growth, int classes, std::size_t width = 10) {
    const auto grown = grow_trees(random_set(3000, width, classes, 0.1, 7), classes, growth);
    const auto asked = random_set(5003, width, classes, 0.2, 8);
    const auto theirs = asked_of_xgboost(grown.json, asked);
    const Forest forest(trees_from_xgboost(grown.json, "model"));
    ASSERT_EQ(forest.classes(), static_cast<std::size_t>(classes));
    const auto ours = probabilities(forest, asked);
    const std::size_t outputs = classes == 2 ? 1 : static_cast<std::size_t>(classes);
    ASSERT_EQ(theirs.size(), outputs * asked.rows());
    std::size_t differ = 0;
    float most = 0;
    for (std::size_t i = 0; i < asked.rows(); ++i) {
        std::size_t best = 0, their_best = 0;
        for (std::size_t k = 0; k < forest.classes(); ++k) {
            const float p = ours[k * asked.rows() + i];
            const float q = outputs > 1 ? theirs[i * outputs + k] : k == 1 ? theirs[i] : 1 - theirs[i];
            most = std::max(most, std::abs(p - q));
            if (p > ours[best * asked.rows() + i]) best = k;
            if (outputs > 1 ? q > theirs[i * outputs + their_best] : k == 1 && theirs[i] > 0.5F) their_best = k;
        }
        differ += best != their_best ? 1 : 0;
    }
    EXPECT_EQ(differ, 0U);
    EXPECT_LT(most, 1e-6F);
}

TEST(Forest, AnswersAsXgboostDoesForForestsOfManyClasses) {
    expect_same_as_xgboost(
        {.kind = TreeGrowth::Kind::forest, .trees = 40, .depth = 12, .subsample = 0.63, .colsample = 0.4, .seed = 3},
        5);
}

TEST(Forest, AnswersAsXgboostDoesForBoostingOfManyClasses) {
    expect_same_as_xgboost({.trees = 60, .depth = 6, .subsample = 0.8}, 7);
}

TEST(Forest, AnswersAsXgboostDoesForTwoClasses) {
    expect_same_as_xgboost({.trees = 100, .depth = 5}, 2);
    expect_same_as_xgboost({.kind = TreeGrowth::Kind::forest, .trees = 50, .depth = 9, .subsample = 0.5}, 2);
}

TEST(Forest, AnswersAsXgboostDoesForStumpsAndOneFeature) {
    expect_same_as_xgboost({.trees = 30, .depth = 1}, 3);
    expect_same_as_xgboost({.trees = 30, .depth = 4}, 3, 2);
}

TEST(Forest, GrowsTheSameBytesAgain) {
    const auto set = random_set(2000, 8, 4, 0.1, 5);
    const TreeGrowth growth{.trees = 20, .depth = 6, .subsample = 0.5, .colsample = 0.5, .seed = 9};
    const auto once = grow_trees(set, 4, growth), again = grow_trees(set, 4, growth);
    EXPECT_EQ(once.json, again.json);
    auto other = growth;
    other.seed = 10;
    EXPECT_NE(once.json, grow_trees(set, 4, other).json);
}

TEST(Forest, StopsWhereTheSetHeldOutLearnsNoMore) {
    const auto known = random_set(300, 4, 3, 0, 1), held = random_set(300, 4, 3, 0, 2);
    const auto grown = grow_trees(known, 3, {.trees = 500, .depth = 6, .learning_rate = 0.5, .patience = 5}, &held);
    ASSERT_LT(grown.losses.size(), 500U);
    const auto best = std::ranges::min_element(grown.losses);
    EXPECT_EQ(grown.losses.end() - best, 6);
}

DecisionTrees stump() {
    DecisionTrees trees{1, 2, 0.5F, {}};
    trees.trees.push_back({{{1, 2, 0, true, 3.0F, 1}, {-1, -1, 0, false, 0.25F, 0}, {-1, -1, 0, false, -0.25F, 0}}, 1});
    return trees;
}

TEST(Forest, SendsMissingAndInfiniteValuesTheWayOfTheTree) {
    const Forest forest(stump());
    const float infinite = std::numeric_limits<float>::infinity();
    const std::vector<float> feature{2.9F, 3.0F, missing, infinite, -infinite};
    const std::vector<std::span<const float>> features{feature};
    const std::vector<std::uint32_t> cells{0, 1, 2, 3, 4};
    std::vector<float> out(10);
    forest.probabilities(features, cells, out);
    const float left = 1 / (1 + std::exp(-0.25F)), right = 1 / (1 + std::exp(0.25F));
    EXPECT_THAT(std::vector<float>(out.begin() + 5, out.end()),
                testing::Pointwise(testing::FloatNear(1e-6F), {left, right, left, left, left}));
}

TEST(Forest, RefusesWhatIsNoTree) {
    const auto refuses = [](auto change, const std::string& words) {
        auto trees = stump();
        change(trees);
        EXPECT_THAT([&] { Forest{trees}; }, ThrowsMessage<DataError>(HasSubstr(words)));
    };
    refuses([](auto& t) { t.trees[0].nodes[0].right = 1; }, "two parents");
    refuses([](auto& t) { t.trees[0].nodes[0].left = 0; }, "two parents");
    refuses([](auto& t) { t.trees[0].nodes[0].right = 7; }, "without a child");
    refuses([](auto& t) { t.trees[0].nodes[0].right = -1; }, "without a child");
    refuses([](auto& t) { t.trees[0].nodes[0].feature = 1; }, "feature 1 of 1");
    refuses([](auto& t) { t.trees[0].nodes[1].value = missing; }, "not finite");
    refuses([](auto& t) { t.trees[0].output = 2; }, "output");
    refuses([](auto& t) { t.trees[0].nodes.clear(); }, "no nodes");
    refuses([](auto& t) { t.trees.clear(); }, "no trees");
}

TEST(Forest, ImportanceIsTheShareOfGain) {
    auto trees = stump();
    trees.features = 2;
    trees.trees.push_back({{{1, 2, 1, true, 3.0F, 3}, {-1, -1, 0, false, 1, 0}, {-1, -1, 0, false, 1, 0}}, 0});
    EXPECT_THAT(importance(trees), testing::ElementsAre(0.25, 0.75));
}

}  // namespace
}  // namespace linmu

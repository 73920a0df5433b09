// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace linmu {

/// Samples to learn from or to be asked about: features row by row, NaN where there is no value.
struct TrainingSet {
    std::size_t width = 0;        ///< features a row
    std::vector<float> features;  ///< rows x width
    std::vector<int> classes;     ///< from 0
    std::vector<float> weights;   ///< empty: all are 1
    [[nodiscard]] std::size_t rows() const noexcept { return classes.size(); }
};

/// How trees grow; the names are those of the field (and of XGBoost).
struct TreeGrowth {
    enum class Kind {
        forest,   ///< all trees at once, each from a random part of the samples and features
        boosting  ///< one after another, each on what those before it got wrong
    };
    Kind kind = Kind::boosting;
    int trees = 100;  ///< for each class; of two classes one alone has trees
    int depth = 6;
    double min_child_weight = 1;  ///< least sum of the loss's curvature in a leaf
    double learning_rate = 0.1;   ///< of boosting; a forest's is 1
    double subsample = 1;         ///< share of the samples that a tree sees
    double colsample = 1;         ///< share of the features that a split chooses from
    int patience = 0;  ///< boosting stops after so many trees without a lower loss of the set held out; 0: never
    std::uint64_t seed = 1;
};

/// Trees in XGBoost's JSON, and the loss (mean log loss) of the set held out after each round.
struct GrownTrees {
    std::string json;
    std::vector<double> losses;
};

/// Grows trees by XGBoost (Chen and Guestrin 2016, KDD), on the calling thread alone, so that the same samples and seed give the
/// same bytes; several may be grown at the same time. With two classes the objective is binary:logistic, else multi:softprob.
/// `held_out`: may be null; then there are no losses. REQUIRES classes below `classes`. Throws DataError with XGBoost's words.
[[nodiscard]] GrownTrees grow_trees(const TrainingSet& samples, int classes, const TreeGrowth& growth,
                                    const TrainingSet* held_out = nullptr);

/// Of the library that grows trees.
[[nodiscard]] std::string xgboost_version();

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "linmu/core/decision_trees.hpp"

namespace linmu {

/// Evaluates trees over many cells. Sums leaves in single precision and in the order of the trees, as XGBoost does (Chen and
/// Guestrin 2016, KDD), so that its answers are XGBoost's own. Features that are not finite have no value and go the way that
/// the tree has for them. Immutable: safe for many threads.
class Forest {
public:
    /// Throws DataError when the nodes are no trees (a child twice, or none), or name a feature or output that there is not.
    explicit Forest(const DecisionTrees& trees);

    [[nodiscard]] std::size_t features() const noexcept { return features_; }
    [[nodiscard]] std::size_t classes() const noexcept { return outputs_ == 1 ? 2 : outputs_; }

    /// Probability of each class, of the cells at the places `cells` of the features' spans: class by class, so that
    /// out[k * cells.size() + i] is class k of cell i. REQUIRES: out has classes() * cells.size() places.
    /// O(cells x sum of the depths of the trees).
    void probabilities(std::span<const std::span<const float>> features, std::span<const std::uint32_t> cells,
                       std::span<float> out) const;

private:
    /// Eight bytes. `link`: the first child's place among the tree's nodes, and the plane that is compared. The second child
    /// stands behind the first, and is taken unless value of the plane < threshold; a missing value is never less.
    /// For trees that send missing values to the left, children are swapped and negated values compared, so that there are two
    /// planes a feature. A leaf's plane is -infinity, so that it leads to itself; its threshold is what it adds.
    struct Node {
        float threshold;
        std::uint32_t link;
    };
    struct Tree {
        std::size_t first;  ///< of its nodes
        int depth;
        std::size_t output;
    };
    class Packer;

    void sum_leaves(const float* planes, float* sums) const;

    std::size_t features_, outputs_;
    float base_;
    std::vector<Node> nodes_;
    std::vector<Tree> trees_;
};

/// Share of each feature in the gain of all splits; sums to 1, all 0 where no tree splits.
[[nodiscard]] std::vector<double> importance(const DecisionTrees& trees);

}  // namespace linmu

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
    /// A plane is a feature's values, or those negated: a test is "value of the plane < threshold", which a missing value never
    /// is. Where the tree sends missing values to the left, children are swapped and negated values compared.
    ///
    /// Trees of few leaves are asked all their tests at once, without branches, for many cells side by side (QuickScorer, Lucchese et
    /// al. 2015, SIGIR): a test that does not hold strikes out the leaves of its first child; the first leaf left is the cell's.
    struct Test {
        float threshold;
        std::uint32_t plane;
        std::int32_t keeps;  ///< leaves, a bit each, that are left where it does not hold
    };
    /// Larger trees are descended. `link`: the first child's place among the tree's nodes, and the plane. The second child stands
    /// behind the first. A leaf's plane is -infinity, so that it leads to itself; its threshold is what it adds.
    struct Node {
        float threshold;
        std::uint32_t link;
    };
    struct Tree {
        std::size_t output;
        std::size_t first;   ///< of its tests or nodes
        std::size_t tests;   ///< of a small tree
        std::size_t leaves;  ///< of a small tree: the first of what they add
        int depth;           ///< of a large tree; -1: it is small
    };
    class Packer;

    void sum_leaves(const float* planes, float* sums) const;
    static void ask_all(std::span<const Test> tests, const float* leaves, const float* planes, float* sum);
    static void descend(const Node* nodes, int depth, const float* planes, float* sum);

    std::size_t features_, outputs_;
    float base_;
    std::vector<Test> tests_;
    std::vector<float> leaves_;
    std::vector<Node> nodes_;
    std::vector<Tree> trees_;
};

/// Share of each feature in the gain of all splits; sums to 1, all 0 where no tree splits.
[[nodiscard]] std::vector<double> importance(const DecisionTrees& trees);

}  // namespace linmu

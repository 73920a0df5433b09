// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

namespace linmu {

/// A node of a tree as it was learnt. A leaf has no children.
struct DecisionNode {
    std::int32_t left = -1;  ///< where the feature is less than `value`
    std::int32_t right = -1;
    std::int32_t feature = 0;
    bool missing_left = false;  ///< where a cell without value of that feature goes
    float value = 0;            ///< threshold, or what the leaf adds to its output
    float gain = 0;             ///< by how much the split lessened the loss
    [[nodiscard]] bool is_leaf() const noexcept { return left < 0; }
};
struct DecisionTree {
    std::vector<DecisionNode> nodes;  ///< the first is the root
    int output = 0;                   ///< to which it adds
};

/// A model of trees. With outputs > 1, one for each class, probabilities are the softmax of `base` + the sums of leaves; with one
/// output there are two classes, and its logistic function is the probability of the second.
struct DecisionTrees {
    int features = 0;
    int outputs = 1;
    float base = 0;
    std::vector<DecisionTree> trees;
    [[nodiscard]] int classes() const noexcept { return outputs == 1 ? 2 : outputs; }
};

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/forest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "linmu/core/block.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/wide.hpp"

namespace linmu {
namespace {

/// Cells that go through one tree after another: their planes and a tree stay in the nearest cache.
constexpr std::size_t cells_a_block = 128;
/// Cells that go down a tree side by side, so that the processor waits for none of them.
constexpr std::size_t lanes = 8;
/// Cells that are asked a small tree's tests side by side.
constexpr std::size_t strip = 32;
constexpr std::size_t most_leaves_at_once = 32;
constexpr std::uint32_t plane_bits = 10;
constexpr std::uint32_t plane_mask = (1U << plane_bits) - 1;
constexpr std::uint32_t leaf_plane = 0;

/// Vectors of eight: the loop over them is too mixed for the compiler to find by itself.
template <class T>
struct EightOf {
    typedef T Vector __attribute__((vector_size(32)));
};
template <class T>
using Eight = typename EightOf<T>::Vector;

constexpr std::uint32_t link_to(std::size_t child, std::size_t plane) {
    return static_cast<std::uint32_t>(child << plane_bits | plane);
}
constexpr std::size_t plane_of(std::size_t feature) { return 1 + 2 * feature; }
constexpr std::size_t negated_plane_of(std::size_t feature) { return 2 + 2 * feature; }

/// -t > -x is x < t; of "x >= t" the nearest strict test is -x < the number above -t.
float negated_threshold(float t) { return std::nextafter(-t, std::numeric_limits<float>::infinity()); }

/// As XGBoost computes it, so that not even the last digits differ.
float logistic(float margin) {
    const float smallest = 1e-16F;
    return 1.0F / (std::exp(std::min(-margin, 88.7F)) + 1.0F + smallest);
}

void softmax(std::span<float> margins) {
    const float most = *std::ranges::max_element(margins);
    double sum = 0;
    for (auto& m : margins) {
        m = std::exp(m - most);
        sum += static_cast<double>(m);
    }
    for (auto& m : margins) m /= static_cast<float>(sum);
}

}  // namespace

/// Checks one tree and lays it out: a small one as tests, a large one by levels, so that children stand side by side and the nodes
/// that most cells meet are near each other.
class Forest::Packer {
public:
    Packer(const DecisionTree& tree, std::size_t number, const DecisionTrees& all, Forest& out)
        : tree_(tree), number_(number), all_(all), out_(out) {}

    Tree pack() {
        check();
        const auto output = static_cast<std::size_t>(tree_.output);
        if (leaf_count_ > most_leaves_at_once) {
            const std::size_t first = out_.nodes_.size();
            return {output, first, 0, 0, pack_levels()};
        }
        const Tree tree{output, out_.tests_.size(), seen_count_ - leaf_count_, out_.leaves_.size(), -1};
        pack_tests(0, 0);
        return tree;
    }

private:
    /// Each node that the root leads to has one parent and is a sound test or leaf.
    void check() {
        if (tree_.output < 0 || tree_.output >= all_.outputs) fail("adds to an output that there is not");
        if (tree_.nodes.empty()) fail("has no nodes");
        if (tree_.nodes.size() > std::numeric_limits<std::uint32_t>::max() >> plane_bits) fail("has too many nodes");
        std::vector<bool> seen(tree_.nodes.size(), false);
        std::vector<std::int32_t> open{0};
        while (!open.empty()) {
            const auto i = open.back();
            open.pop_back();
            if (i < 0 || static_cast<std::size_t>(i) >= tree_.nodes.size()) fail("has a node without a child");
            if (seen[static_cast<std::size_t>(i)]) fail("has a node with two parents");
            seen[static_cast<std::size_t>(i)] = true;
            ++seen_count_;
            const auto& node = tree_.nodes[static_cast<std::size_t>(i)];
            if (!std::isfinite(node.value)) fail("has a threshold or leaf that is not finite");
            leaf_count_ += node.is_leaf() ? 1U : 0U;
            if (node.is_leaf()) continue;
            if (node.feature < 0 || node.feature >= all_.features)
                fail(fmt::format("asks for feature {} of {}", node.feature, all_.features));
            open.insert(open.end(), {node.left, node.right});
        }
    }

    /// Gives the number of leaves below a node whose first leaf is `leaf`.
    std::size_t pack_tests(std::int32_t i, std::size_t leaf) {
        const auto& node = tree_.nodes[static_cast<std::size_t>(i)];
        if (node.is_leaf()) {
            out_.leaves_.push_back(node.value);
            return 1;
        }
        const std::size_t at = out_.tests_.size();
        const auto split = split_of(node);
        out_.tests_.push_back({split.threshold, static_cast<std::uint32_t>(split.plane), 0});
        const std::size_t below_first = pack_tests(split.first, leaf);
        const std::uint64_t struck = ((std::uint64_t{1} << below_first) - 1) << leaf;
        out_.tests_[at].keeps = static_cast<std::int32_t>(static_cast<std::uint32_t>(~struck));
        return below_first + pack_tests(split.second, leaf + below_first);
    }

    /// Gives the depth.
    int pack_levels() {
        std::vector<std::int32_t> level{0}, next;
        int depth = 0;
        for (std::size_t packed = 0;; ++depth) {
            const std::size_t children_at = packed + level.size();
            next.clear();
            for (const auto i : level) {
                const auto& node = tree_.nodes[static_cast<std::size_t>(i)];
                if (node.is_leaf()) {
                    out_.nodes_.push_back({node.value, link_to(packed, leaf_plane)});
                } else {
                    const auto split = split_of(node);
                    out_.nodes_.push_back({split.threshold, link_to(children_at + next.size(), split.plane)});
                    next.insert(next.end(), {split.first, split.second});
                }
                ++packed;
            }
            if (next.empty()) return depth;
            level.swap(next);
        }
    }

    struct Split {
        float threshold;
        std::size_t plane;
        std::int32_t first, second;
    };
    static Split split_of(const DecisionNode& node) {
        const auto feature = static_cast<std::size_t>(node.feature);
        if (node.missing_left) return {negated_threshold(node.value), negated_plane_of(feature), node.right, node.left};
        return {node.value, plane_of(feature), node.left, node.right};
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw DataError(fmt::format("tree {} of the model {}; the model is damaged", number_, what));
    }

    const DecisionTree& tree_;
    std::size_t number_;
    const DecisionTrees& all_;
    Forest& out_;
    std::size_t seen_count_ = 0, leaf_count_ = 0;
};

Forest::Forest(const DecisionTrees& trees)
    : features_(static_cast<std::size_t>(std::max(0, trees.features))),
      outputs_(static_cast<std::size_t>(std::max(0, trees.outputs))), base_(trees.base) {
    constexpr std::size_t most_features = plane_mask / 2 - 1;
    if (features_ == 0 || features_ > most_features)
        throw DataError(fmt::format("the model has {} features; there can be 1 to {}", trees.features, most_features));
    if (outputs_ == 0) throw DataError("the model has no classes; it is damaged");
    if (trees.trees.empty()) throw DataError("the model has no trees; it is damaged");
    for (std::size_t i = 0; i < trees.trees.size(); ++i)
        trees_.push_back(Packer(trees.trees[i], i, trees, *this).pack());
}

void Forest::sum_leaves(const float* planes, float* sums) const {
    for (const auto& tree : trees_) {
        float* const sum = sums + tree.output * cells_a_block;
        if (tree.depth < 0)
            ask_all({tests_.data() + tree.first, tree.tests}, leaves_.data() + tree.leaves, planes, sum);
        else descend(nodes_.data() + tree.first, tree.depth, planes, sum);
    }
}

LINMU_WIDE void Forest::ask_all(std::span<const Test> tests, const float* leaves, const float* planes, float* sum) {
    for (std::size_t i = 0; i < cells_a_block; i += strip) {
        Eight<std::int32_t> left[strip / 8];
        for (auto& eight : left) eight = Eight<std::int32_t>{} - 1;
        for (const auto& test : tests) {
            const float* const x = planes + test.plane * cells_a_block + i;
            for (std::size_t v = 0; v < strip / 8; ++v) {
                Eight<float> values;
                std::memcpy(&values, x + 8 * v, sizeof values);
                left[v] &= (values < test.threshold) | test.keeps;
            }
        }
        std::array<std::uint32_t, strip> of_cell;
        std::memcpy(of_cell.data(), left, sizeof left);
        for (std::size_t j = 0; j < strip; ++j) sum[i + j] += leaves[std::countr_zero(of_cell[j])];
    }
}

void Forest::descend(const Node* nodes, int depth, const float* planes, float* sum) {
    for (std::size_t i = 0; i < cells_a_block; i += lanes) {
        std::array<std::uint32_t, lanes> at{};
        const float* const x = planes + i;
        for (int level = 0; level < depth; ++level) {
            for (std::size_t j = 0; j < lanes; ++j) {
                const Node node = nodes[at[j]];
                const bool less = x[(node.link & plane_mask) * cells_a_block + j] < node.threshold;
                at[j] = (node.link >> plane_bits) + (less ? 0U : 1U);
            }
        }
        for (std::size_t j = 0; j < lanes; ++j) sum[i + j] += nodes[at[j]].threshold;
    }
}

void Forest::probabilities(std::span<const std::span<const float>> features, std::span<const std::uint32_t> cells,
                           std::span<float> out) const {
    assert(features.size() == features_ && out.size() == classes() * cells.size());
    std::vector<float> planes((1 + 2 * features_) * cells_a_block, -std::numeric_limits<float>::infinity());
    std::vector<float> sums(outputs_ * cells_a_block), margins(outputs_);
    for (std::size_t start = 0; start < cells.size(); start += cells_a_block) {
        const auto block = cells.subspan(start, std::min(cells_a_block, cells.size() - start));
        for (std::size_t f = 0; f < features_; ++f) {
            float* const plane = planes.data() + plane_of(f) * cells_a_block;
            float* const negated = planes.data() + negated_plane_of(f) * cells_a_block;
            for (std::size_t i = 0; i < block.size(); ++i) {
                const float value = features[f][block[i]];
                plane[i] = std::isfinite(value) ? value : no_value;
                negated[i] = -plane[i];
            }
        }
        std::ranges::fill(sums, base_);
        sum_leaves(planes.data(), sums.data());
        for (std::size_t i = 0; i < block.size(); ++i) {
            for (std::size_t k = 0; k < outputs_; ++k) margins[k] = sums[k * cells_a_block + i];
            if (outputs_ == 1) {
                const float second = logistic(margins[0]);
                out[start + i] = 1.0F - second;
                out[cells.size() + start + i] = second;
                continue;
            }
            softmax(margins);
            for (std::size_t k = 0; k < outputs_; ++k) out[k * cells.size() + start + i] = margins[k];
        }
    }
}

std::vector<double> importance(const DecisionTrees& trees) {
    std::vector<double> gains(static_cast<std::size_t>(trees.features), 0.0);
    double all = 0;
    for (const auto& tree : trees.trees) {
        for (const auto& node : tree.nodes) {
            if (node.is_leaf()) continue;
            gains[static_cast<std::size_t>(node.feature)] += static_cast<double>(node.gain);
            all += static_cast<double>(node.gain);
        }
    }
    if (all > 0)
        for (auto& gain : gains) gain /= all;
    return gains;
}

}  // namespace linmu

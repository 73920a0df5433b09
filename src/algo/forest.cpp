// SPDX-License-Identifier: MIT
#include "linmu/algo/forest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "linmu/core/block.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// Cells that go through one tree after another: their planes and a tree stay in the nearest cache.
constexpr std::size_t cells_a_block = 128;
/// Cells that go down a tree side by side, so that the processor waits for none of them.
constexpr std::size_t lanes = 8;
constexpr std::uint32_t plane_bits = 10;
constexpr std::uint32_t plane_mask = (1U << plane_bits) - 1;
constexpr std::uint32_t leaf_plane = 0;

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

/// Lays one tree out by levels, so that children stand side by side and the nodes that most cells meet are near each other.
class Forest::Packer {
public:
    Packer(const DecisionTree& tree, std::size_t number, const DecisionTrees& all, std::vector<Node>& out)
        : tree_(tree), number_(number), all_(all), out_(out), first_(out.size()), seen_(tree.nodes.size(), false) {}

    Tree pack() {
        if (tree_.output < 0 || tree_.output >= all_.outputs) fail("adds to an output that there is not");
        if (tree_.nodes.empty()) fail("has no nodes");
        if (tree_.nodes.size() > std::numeric_limits<std::uint32_t>::max() >> plane_bits) fail("has too many nodes");
        std::vector<std::int32_t> level{0}, next;
        see(0);
        int depth = 0;
        for (std::size_t packed = 0;; ++depth) {
            const std::size_t children_at = packed + level.size();
            next.clear();
            for (const auto i : level) {
                pack_node(tree_.nodes[static_cast<std::size_t>(i)], packed, children_at + next.size(), next);
                ++packed;
            }
            if (next.empty()) break;
            level.swap(next);
        }
        return {first_, depth, static_cast<std::size_t>(tree_.output)};
    }

private:
    void pack_node(const DecisionNode& node, std::size_t place, std::size_t child, std::vector<std::int32_t>& next) {
        if (!std::isfinite(node.value)) fail("has a threshold or leaf that is not finite");
        if (node.is_leaf()) {
            out_.push_back({node.value, link_to(place, leaf_plane)});
            return;
        }
        if (node.feature < 0 || node.feature >= all_.features)
            fail(fmt::format("asks for feature {} of {}", node.feature, all_.features));
        see(node.left);
        see(node.right);
        const auto feature = static_cast<std::size_t>(node.feature);
        if (node.missing_left) {
            out_.push_back({negated_threshold(node.value), link_to(child, negated_plane_of(feature))});
            next.insert(next.end(), {node.right, node.left});
        } else {
            out_.push_back({node.value, link_to(child, plane_of(feature))});
            next.insert(next.end(), {node.left, node.right});
        }
    }

    void see(std::int32_t node) {
        if (node < 0 || static_cast<std::size_t>(node) >= tree_.nodes.size()) fail("has a node without a child");
        if (seen_[static_cast<std::size_t>(node)]) fail("has a node with two parents");
        seen_[static_cast<std::size_t>(node)] = true;
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw DataError(fmt::format("tree {} of the model {}; the model is damaged", number_, what));
    }

    const DecisionTree& tree_;
    std::size_t number_;
    const DecisionTrees& all_;
    std::vector<Node>& out_;
    std::size_t first_;
    std::vector<bool> seen_;
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
        trees_.push_back(Packer(trees.trees[i], i, trees, nodes_).pack());
}

void Forest::sum_leaves(const float* planes, float* sums) const {
    for (const auto& tree : trees_) {
        const Node* const nodes = nodes_.data() + tree.first;
        float* const sum = sums + tree.output * cells_a_block;
        for (std::size_t i = 0; i < cells_a_block; i += lanes) {
            std::array<std::uint32_t, lanes> at{};
            const float* const x = planes + i;
            for (int level = 0; level < tree.depth; ++level) {
                for (std::size_t j = 0; j < lanes; ++j) {
                    const Node node = nodes[at[j]];
                    const bool less = x[(node.link & plane_mask) * cells_a_block + j] < node.threshold;
                    at[j] = (node.link >> plane_bits) + (less ? 0U : 1U);
                }
            }
            for (std::size_t j = 0; j < lanes; ++j) sum[i + j] += nodes[at[j]].threshold;
        }
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

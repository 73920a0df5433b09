// SPDX-License-Identifier: MIT
#include "model_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "linmu/algo/cross_validation.hpp"
#include "linmu/algo/forest.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/model_file.hpp"

namespace linmu {
namespace {

/// One fold of a scheme: trained without it, asked about it.
struct Trial {
    std::size_t scheme = 0;
    std::vector<std::size_t> known, held;
    GrownTrees grown;
    std::vector<int> said;
};

TrainingSet part_of(const TrainingSet& all, const std::vector<std::size_t>& rows) {
    TrainingSet part;
    part.width = all.width;
    part.features.reserve(rows.size() * all.width);
    for (const auto i : rows) {
        const auto* row = all.features.data() + i * all.width;
        part.features.insert(part.features.end(), row, row + all.width);
        part.classes.push_back(all.classes[i]);
        if (!all.weights.empty()) part.weights.push_back(all.weights[i]);
    }
    return part;
}

/// The class that the first `rounds` rounds of trees find likeliest.
std::vector<int> classes_said(const std::string& json, int rounds, const TrainingSet& asked) {
    auto trees = trees_from_xgboost(json, "the trained model");
    const auto used = static_cast<std::size_t>(rounds) * static_cast<std::size_t>(trees.outputs);
    trees.trees.resize(std::min(trees.trees.size(), used));
    const Forest forest(trees);
    std::vector<std::vector<float>> columns(asked.width);
    for (std::size_t i = 0; i < asked.features.size(); ++i) columns[i % asked.width].push_back(asked.features[i]);
    std::vector<std::uint32_t> cells(asked.rows());
    std::iota(cells.begin(), cells.end(), 0U);
    std::vector<float> p(forest.classes() * cells.size());
    forest.probabilities(std::vector<std::span<const float>>(columns.begin(), columns.end()), cells, p);
    std::vector<int> said(cells.size(), 0);
    for (std::size_t i = 0; i < said.size(); ++i)
        for (std::size_t k = 1; k < forest.classes(); ++k)
            if (p[k * said.size() + i] > p[static_cast<std::size_t>(said[i]) * said.size() + i])
                said[i] = static_cast<int>(k);
    return said;
}

/// The number of rounds with the least loss, summed over the folds.
int best_rounds(const std::vector<Trial>& trials) {
    std::size_t rounds = trials.front().grown.losses.size();
    for (const auto& trial : trials) rounds = std::min(rounds, trial.grown.losses.size());
    std::vector<double> losses(rounds, 0.0);
    for (const auto& trial : trials)
        for (std::size_t r = 0; r < rounds; ++r)
            losses[r] += trial.grown.losses[r] * static_cast<double>(trial.held.size());
    return 1 + static_cast<int>(std::ranges::min_element(losses) - losses.begin());
}

class Training {
public:
    Training(const GroupedSamples& samples, const TreeGrowth& growth, const ParallelFor& parallel)
        : samples_(samples), growth_(growth), parallel_(parallel) {}

    TrainedModel run(int folds) {
        const bool stops = growth_.kind == TreeGrowth::Kind::boosting && growth_.patience > 0;
        if (folds > 0) {
            auto blocks = trials("block", samples_.block, folds);
            grow(blocks, stops);
            if (stops) growth_.trees = best_rounds(blocks);
            growth_.patience = 0;
            for (auto&& more : {trials("parcel", samples_.parcel, folds), trials("random", samples_.cell, folds)})
                others_.insert(others_.end(), more.begin(), more.end());
            grow_all();
            blocks.insert(blocks.end(), others_.begin(), others_.end());
            score(blocks);
        } else {
            growth_.patience = 0;
            grow_all();
        }
        model_.trees = growth_.trees;
        return std::move(model_);
    }

private:
    std::vector<Trial> trials(const std::string& scheme, const std::vector<std::uint64_t>& groups, int folds) {
        const auto fold_of = deal_folds(groups, samples_.set.classes, folds, growth_.seed);
        const int dealt = 1 + *std::ranges::max_element(fold_of);
        if (dealt < 2)
            throw DataError(fmt::format(
                "all {} samples lie in one {}, so that none can be held out of the training; give {}, or folds = 0 for "
                "a model without scores",
                fold_of.size(), scheme, scheme == "block" ? "a smaller block" : "more features"));
        std::vector<Trial> made(static_cast<std::size_t>(dealt));
        for (std::size_t f = 0; f < made.size(); ++f) {
            made[f].scheme = model_.scores.size();
            for (std::size_t i = 0; i < fold_of.size(); ++i)
                (fold_of[i] == static_cast<int>(f) ? made[f].held : made[f].known).push_back(i);
        }
        std::vector<std::int32_t> numbers(static_cast<std::size_t>(samples_.classes));
        std::iota(numbers.begin(), numbers.end(), 0);
        model_.scores.push_back({scheme, dealt, error_matrix({}, numbers)});
        return made;
    }

    void grow(std::vector<Trial>& of, bool with_losses) const {
        parallel_(of.size(), [&](std::size_t t) { grow(of[t], with_losses); });
    }
    void grow(Trial& trial, bool with_losses) const {
        const auto known = part_of(samples_.set, trial.known);
        if (!with_losses) {
            trial.grown = grow_trees(known, samples_.classes, growth_);
            return;
        }
        auto held = part_of(samples_.set, trial.held);
        trial.grown = grow_trees(known, samples_.classes, growth_, &held);
    }

    /// The model itself takes longest, and so begins first.
    void grow_all() {
        parallel_(others_.size() + 1, [&](std::size_t t) {
            if (t == 0) model_.xgboost = grow_trees(samples_.set, samples_.classes, growth_).json;
            else grow(others_[t - 1], false);
        });
    }

    void score(std::vector<Trial>& of) {
        const int rounds =
            growth_.kind == TreeGrowth::Kind::boosting ? growth_.trees : growth_.trees * samples_.classes;
        parallel_(of.size(), [&](std::size_t t) {
            of[t].said = classes_said(of[t].grown.json, rounds, part_of(samples_.set, of[t].held));
        });
        for (const auto& trial : of) {
            auto& counts = model_.scores[trial.scheme].matrix.counts;
            for (std::size_t i = 0; i < trial.held.size(); ++i)
                ++counts(trial.said[i], samples_.set.classes[trial.held[i]]);
        }
    }

    const GroupedSamples& samples_;
    TreeGrowth growth_;
    const ParallelFor& parallel_;
    std::vector<Trial> others_;
    TrainedModel model_;
};

}  // namespace

TrainedModel train_model(const GroupedSamples& samples, const TreeGrowth& growth, int folds,
                         const ParallelFor& parallel) {
    return Training(samples, growth, parallel).run(folds);
}

}  // namespace linmu

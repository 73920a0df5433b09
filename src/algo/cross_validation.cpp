// SPDX-License-Identifier: MIT
#include "linmu/algo/cross_validation.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "linmu/core/random.hpp"

namespace linmu {
namespace {

/// The lowest of those that have most.
int most_frequent(const std::map<int, std::int64_t>& counts) {
    return std::max_element(counts.begin(), counts.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

double ratio(std::int64_t part, std::int64_t whole) {
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole)
                     : std::numeric_limits<double>::quiet_NaN();
}

CountScore of_all(const ErrorMatrix& matrix, const std::vector<CountScore>& classes) {
    CountScore all{matrix.total(), 0, 0, 0, 0};
    int with_samples = 0;
    for (const auto& score : classes) {
        all.right += score.right;
        if (score.samples == 0) continue;
        ++with_samples;
        all.user += std::isnan(score.user) ? 0 : score.user;
        all.producer += score.producer;
        all.f1 += score.f1;
    }
    for (double* mean : {&all.user, &all.producer, &all.f1}) *mean /= with_samples;
    return all;
}

}  // namespace

std::vector<int> deal_folds(std::span<const std::uint64_t> groups, std::span<const int> classes, int folds,
                            std::uint64_t seed) {
    assert(groups.size() == classes.size() && folds > 0);
    std::map<std::uint64_t, std::map<int, std::int64_t>> counts;
    for (std::size_t i = 0; i < groups.size(); ++i) ++counts[groups[i]][classes[i]];
    std::vector<std::tuple<int, std::uint64_t, std::uint64_t>> order;
    for (const auto& [group, of_class] : counts)
        order.emplace_back(most_frequent(of_class), random_bits(seed, group), group);
    std::ranges::sort(order);
    std::map<std::uint64_t, int> fold_of;
    int next = 0;
    for (const auto& entry : order) fold_of[std::get<2>(entry)] = next++ % folds;
    std::vector<int> dealt;
    dealt.reserve(groups.size());
    for (const auto group : groups) dealt.push_back(fold_of[group]);
    return dealt;
}

std::vector<CountScore> count_scores(const ErrorMatrix& matrix) {
    std::vector<CountScore> scores;
    for (std::size_t k = 0; k < matrix.classes.size(); ++k) {
        const auto right = matrix.counts(static_cast<int>(k), static_cast<int>(k));
        const auto called = matrix.row_total(k), are = matrix.column_total(k);
        scores.push_back({are, right, ratio(right, called), ratio(right, are), ratio(2 * right, called + are)});
    }
    scores.push_back(of_all(matrix, scores));
    return scores;
}

}  // namespace linmu

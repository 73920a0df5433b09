// SPDX-License-Identifier: MIT
#include "linmu/algo/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr std::size_t chunk = 4096;

bool has(std::span<const std::string> names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Gives `code` to the cells that have no class yet and for which the condition is true; says how many.
std::int32_t take_where_true(const float* __restrict condition, std::int32_t code, std::int32_t* __restrict classes, std::size_t count) {
    std::int32_t taken = 0;
    for (std::size_t i = 0; i < count; ++i) {
        // Neither 0 nor NaN; as numbers and not as branches, so that the loop becomes vector code.
        const std::int32_t holds = (condition[i] < 0.0F ? 1 : 0) | (condition[i] > 0.0F ? 1 : 0);
        const std::int32_t takes = holds & (classes[i] == no_code ? 1 : 0);
        classes[i] = takes != 0 ? code : classes[i];
        taken += takes;
    }
    return taken;
}

}  // namespace

RuleList::RuleList(std::span<const Rule> rules, std::span<const NamedNumber> thresholds, std::span<const std::string> bands) {
    if (rules.empty()) throw DataError("a decision list without rules gives no class; write at least one");
    for (const auto& [name, value] : thresholds)
        if (has(bands, name)) throw DataError(fmt::format("'{}' is a threshold and a band; rename the threshold", name));
    for (std::size_t i = 0; i < rules.size(); ++i) {
        try {
            conditions_.push_back(Expression::compile(rules[i].when, bands, thresholds));
        } catch (const DataError& error) {
            throw DataError(fmt::format("rule {}: {}", i + 1, error.what()));
        }
        codes_.push_back(rules[i].code);
    }
    for (const auto& band : bands)
        if (std::any_of(conditions_.begin(), conditions_.end(), [&](const auto& c) { return has(c.used(), band); })) needs_.push_back(band);
}

std::int64_t RuleList::classify(std::span<const std::span<const float>> bands, std::span<std::int32_t> out) const {
    std::vector<std::int64_t> tally(size() + 1, 0);
    classify(bands, out, tally);
    return tally.back();
}

void RuleList::classify(std::span<const std::span<const float>> bands, std::span<std::int32_t> out, std::span<std::int64_t> tally) const {
    assert(tally.size() == size() + 1);
    std::array<float, chunk> condition{};
    std::vector<std::span<const float>> cells(bands.size());
    for (std::size_t start = 0; start < out.size(); start += chunk) {
        const std::size_t count = std::min(chunk, out.size() - start);
        for (std::size_t b = 0; b < bands.size(); ++b) cells[b] = bands[b].empty() ? bands[b] : bands[b].subspan(start, count);
        const auto classes = out.subspan(start, count);
        std::fill(classes.begin(), classes.end(), no_code);
        auto left = static_cast<std::int64_t>(count);
        for (std::size_t rule = 0; rule < size() && left > 0; ++rule) {
            conditions_[rule].evaluate(cells, {condition.data(), count});
            const auto taken = take_where_true(condition.data(), codes_[rule], classes.data(), count);
            tally[rule] += taken;
            left -= taken;
        }
        tally.back() += left;
    }
}

}  // namespace linmu

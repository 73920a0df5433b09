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
std::int32_t take_where_true(const float* __restrict condition, std::int32_t code, std::int32_t* __restrict classes,
                             std::size_t count) {
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

RuleList::RuleList(std::span<const Rule> rules, std::span<const NamedNumber> thresholds,
                   std::span<const std::string> bands, std::span<const Formula> formulas)
    : bands_(bands.size()) {
    if (rules.empty()) throw DataError("a decision list without rules gives no class; write at least one");
    for (const auto& [name, value] : thresholds)
        if (has(bands, name))
            throw DataError(fmt::format("'{}' is a threshold and a band; rename the threshold", name));
    std::vector<std::string> names(bands.begin(), bands.end());
    const auto compile = [&](const std::string& text, const std::string& what) {
        try {
            return Expression::compile(text, names, thresholds);
        } catch (const DataError& error) {
            throw DataError(fmt::format("{}: {}", what, error.what()));
        }
    };
    for (const auto& formula : formulas) {
        if (has(names, formula.name))
            throw DataError(fmt::format("'{}' is a formula and a band or formula before it; rename it", formula.name));
        formulas_.push_back(compile(formula.text, fmt::format("formula '{}'", formula.name)));
        names.push_back(formula.name);
    }
    for (std::size_t i = 0; i < rules.size(); ++i) {
        conditions_.push_back(compile(rules[i].when, fmt::format("rule {}", i + 1)));
        codes_.push_back(rules[i].code);
    }
    const auto needed_by = [](const std::vector<Expression>& all, const std::string& band) {
        return std::any_of(all.begin(), all.end(), [&](const auto& e) { return has(e.used(), band); });
    };
    for (const auto& band : bands)
        if (needed_by(conditions_, band) || needed_by(formulas_, band)) needs_.push_back(band);
}

std::int64_t RuleList::classify(std::span<const std::span<const float>> bands, std::span<std::int32_t> out) const {
    std::vector<std::int64_t> tally(size() + 1, 0);
    classify(bands, out, tally);
    return tally.back();
}

void RuleList::classify(std::span<const std::span<const float>> bands, std::span<std::int32_t> out,
                        std::span<std::int64_t> tally) const {
    assert(tally.size() == size() + 1);
    std::array<float, chunk> condition{};
    std::vector<float> values(formulas_.size() * chunk);
    std::vector<std::span<const float>> cells(bands_ + formulas_.size());
    for (std::size_t start = 0; start < out.size(); start += chunk) {
        const std::size_t count = std::min(chunk, out.size() - start);
        for (std::size_t b = 0; b < bands_; ++b)
            cells[b] = bands[b].empty() ? bands[b] : bands[b].subspan(start, count);
        for (std::size_t f = 0; f < formulas_.size(); ++f) {
            const std::span<float> value(values.data() + f * chunk, count);
            formulas_[f].evaluate(std::span(cells).first(bands_ + f), value);
            cells[bands_ + f] = value;
        }
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

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "linmu/algo/expression.hpp"
#include "linmu/core/block.hpp"

namespace linmu {

/// A decision list: the first rule that holds gives the class. "Holds" is certain: a rule that is unknown, because a band that
/// it needs has no value, does not hold and the next rule is asked. Where none holds, the cell has no class (`no_code`).
/// Immutable: safe for many threads.
class RuleList {
public:
    struct Rule {
        std::int32_t code;
        std::string when;  ///< an Expression over bands and thresholds; true is the last resort
    };

    /// A name for a value that rules share: a gap filled, a score. May use bands, thresholds and formulas before it.
    struct Formula {
        std::string name;
        std::string text;
    };

    /// Thresholds become constants of the compiled rules. Throws DataError with the number of the rule, counted from 1,
    /// and the place in its formula; also when a threshold or formula has the name of a band, or there is no rule.
    RuleList(std::span<const Rule> rules, std::span<const NamedNumber> thresholds, std::span<const std::string> bands,
             std::span<const Formula> formulas = {});

    /// One span of cells per band, in the order of `bands`; those of needs() as long as `out`. Gives the number of
    /// cells without a class. A chunk of cells stops at the rule that decides the last of it.
    std::int64_t classify(std::span<const std::span<const float>> bands, std::span<std::int32_t> out) const;

    /// How many cells each rule decided, and after the last rule how many none did: adds to `tally`. REQUIRES: rules + 1 places.
    void classify(std::span<const std::span<const float>> bands, std::span<std::int32_t> out,
                  std::span<std::int64_t> tally) const;

    /// Bands that some rule needs, in the order of `bands`.
    [[nodiscard]] const std::vector<std::string>& needs() const noexcept { return needs_; }
    [[nodiscard]] std::size_t size() const noexcept { return conditions_.size(); }

private:
    std::size_t bands_ = 0;
    std::vector<Expression> formulas_;
    std::vector<std::int32_t> codes_;
    std::vector<Expression> conditions_;
    std::vector<std::string> needs_;
};

}  // namespace linmu

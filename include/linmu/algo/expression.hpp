// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace linmu {

/// A name that stands for a number in a formula: a threshold.
using NamedNumber = std::pair<std::string, double>;

/// A formula over bands, compiled once and evaluated for many cells: "(N - R) / (N + R)", "NDVI_may > 0.45 and slope <= 25".
///
/// From loose to tight: `or`; `and`; `not`; one of < <= > >= == !=; + -; * /; unary -; ^ (from the right).
/// Functions: min max (two values or more) abs sqrt exp log clamp(x, low, high) if(condition, then, else)
/// coalesce(a, b, ...): the first that has a value.
/// Constants: pi true false, and those that the caller names. True is 1; every number but 0 counts as true.
///
/// Missing values (NaN) stay missing: arithmetic, comparison and functions of NaN are NaN, so that a rule on a missing
/// value is unknown and not false. `and`, `or`, `not` are Kleene's: false and unknown is false, true or unknown is true.
/// A quotient whose |denominator| < 1e-6 is NaN, as is the root of a negative number or the logarithm of one that is not positive.
/// Arithmetic is in float; constants are folded in double.
///
/// Immutable after compile(): any number of threads may evaluate one expression. Copies share the program.
class Expression {
public:
    /// Throws DataError with the formula, the column and the nearest name.
    [[nodiscard]] static Expression compile(std::string_view text, std::span<const std::string> variables,
                                            std::span<const NamedNumber> constants = {});

    /// out[i] = the formula on values[v][i], v counting `variables` as compiled. O(cells x operations), in chunks that stay in cache.
    /// REQUIRES: one span per variable, those in used() as long as `out` (the others may be empty); `out` overlaps none.
    void evaluate(std::span<const std::span<const float>> values, std::span<float> out) const;

    /// The variables that the formula needs, in the order of `variables`.
    [[nodiscard]] const std::vector<std::string>& used() const noexcept { return used_; }
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    struct Program;

private:
    std::string text_;
    std::vector<std::string> used_;
    std::shared_ptr<const Program> program_;
};

}  // namespace linmu

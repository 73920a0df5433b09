// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/algo/expression.hpp"

namespace linmu {

enum class Op : std::uint8_t {
    add,
    subtract,
    multiply,
    divide,
    power,
    less,
    less_equal,
    equal,
    not_equal,
    both,
    either,
    negate,
    invert,
    minimum,
    maximum,
    coalesce,
    absolute,
    root,
    exponential,
    logarithm,
    choose
};

/// Where an operation finds a value.
struct Operand {
    enum class Kind : std::uint8_t { variable, constant, scratch } kind = Kind::constant;
    std::size_t index = 0;
};

/// scratch[target] = op(arguments). The target is never one of the arguments, so loops need no check for overlap.
struct Instruction {
    Op op;
    std::array<Operand, 3> arguments;
    std::size_t target;
};

/// Instructions in order; the last one gives the result, or there is none and `result` is a variable or a constant.
struct Expression::Program {
    std::vector<Instruction> instructions;
    std::vector<float> constants;
    std::size_t scratches = 0;
    Operand result;
    std::vector<std::uint8_t> needs;  ///< by variable
};

[[nodiscard]] Expression::Program parse_expression(std::string_view text, std::span<const std::string> variables,
                                                   std::span<const NamedNumber> constants);
/// One operation on numbers: for folding of constants.
[[nodiscard]] double apply_to_numbers(Op op, double a, double b, double c);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/expression.hpp"

#include <algorithm>
#include <cassert>

#include "expression_operations.hpp"

namespace linmu {
namespace {

/// Cells per pass: the operands of an operation fit the first-level cache together.
constexpr std::size_t chunk = 1024;

class Evaluation {
public:
    Evaluation(const Expression::Program& program, std::span<const std::span<const float>> values, std::span<float> out)
        : program_(program), values_(values), out_(out), width_(std::min(chunk, out.size())),
          scratch_(program.scratches * width_), constants_(program.constants.size() * width_) {
        for (std::size_t i = 0; i < program.constants.size(); ++i)
            std::fill_n(constants_.begin() + static_cast<std::ptrdiff_t>(i * width_), width_, program.constants[i]);
    }

    void run() {
        for (start_ = 0; start_ < out_.size(); start_ += width_) {
            count_ = std::min(width_, out_.size() - start_);
            if (program_.instructions.empty()) std::copy_n(source(program_.result), count_, out_.data() + start_);
            for (const auto& instruction : program_.instructions) execute(instruction);
        }
    }

private:
    [[nodiscard]] const float* source(const Operand& operand) const {
        switch (operand.kind) {
            case Operand::Kind::variable: return values_[operand.index].data() + start_;
            case Operand::Kind::constant: return constants_.data() + operand.index * width_;
            case Operand::Kind::scratch: return scratch_.data() + operand.index * width_;
        }
        return nullptr;
    }

    [[nodiscard]] float* target(const Instruction& instruction) {
        if (&instruction == &program_.instructions.back()) return out_.data() + start_;
        return scratch_.data() + instruction.target * width_;
    }

    void execute(const Instruction& instruction) {
        const float* __restrict a = source(instruction.arguments[0]);
        const float* __restrict b = source(instruction.arguments[1]);
        const float* __restrict c = source(instruction.arguments[2]);
        float* __restrict to = target(instruction);
        const std::size_t n = count_;
        dispatch<float>(
            instruction.op,
            [&](auto f) {
                for (std::size_t i = 0; i < n; ++i) to[i] = f(a[i]);
            },
            [&](auto f) {
                for (std::size_t i = 0; i < n; ++i) to[i] = f(a[i], b[i]);
            },
            [&](auto f) {
                for (std::size_t i = 0; i < n; ++i) to[i] = f(a[i], b[i], c[i]);
            });
    }

    const Expression::Program& program_;
    std::span<const std::span<const float>> values_;
    std::span<float> out_;
    std::size_t width_;
    std::vector<float> scratch_;
    std::vector<float> constants_;
    std::size_t start_ = 0;
    std::size_t count_ = 0;
};

}  // namespace

double apply_to_numbers(Op op, double a, double b, double c) {
    double result = 0;
    dispatch<double>(
        op, [&](auto f) { result = f(a); }, [&](auto f) { result = f(a, b); }, [&](auto f) { result = f(a, b, c); });
    return result;
}

Expression Expression::compile(std::string_view text, std::span<const std::string> variables,
                               std::span<const NamedNumber> constants) {
    Expression expression;
    expression.text_ = text;
    expression.program_ = std::make_shared<const Program>(parse_expression(text, variables, constants));
    for (std::size_t i = 0; i < variables.size(); ++i)
        if (expression.program_->needs[i]) expression.used_.push_back(variables[i]);
    return expression;
}

void Expression::evaluate(std::span<const std::span<const float>> values, std::span<float> out) const {
    assert(values.size() == program_->needs.size());
    for (std::size_t i = 0; i < values.size(); ++i) assert(!program_->needs[i] || values[i].size() == out.size());
    Evaluation(*program_, values, out).run();
}

}  // namespace linmu

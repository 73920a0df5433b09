// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <map>
#include <numbers>
#include <optional>

#include "expression_program.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {
namespace {

using Program = Expression::Program;

/// A part of the formula: a number known now, or a place that holds it at run time.
struct Term {
    std::optional<double> number;
    Operand operand;
};

/// Writes the program, one instruction a call; folds what is constant.
class Writer {
public:
    explicit Writer(std::size_t variables) { program_.needs.assign(variables, 0); }

    [[nodiscard]] Term variable(std::size_t index) {
        program_.needs[index] = 1;
        return {{}, {Operand::Kind::variable, index}};
    }

    [[nodiscard]] Term emit(Op op, const Term& a, const Term& b = {}, const Term& c = {}) {
        const int arity = op == Op::choose ? 3 : is_unary(op) ? 1 : 2;
        if (a.number && (arity < 2 || b.number) && (arity < 3 || c.number))
            return {apply_to_numbers(op, *a.number, b.number.value_or(0), c.number.value_or(0)), {}};
        if (op == Op::power && b.number == 2.0) return emit(Op::multiply, a, a);
        if (op == Op::power && b.number == 0.5) return emit(Op::root, a);
        const Operand first = place(a);
        const Operand second = arity > 1 ? place(b) : first;
        const Operand third = arity > 2 ? place(c) : first;
        const std::size_t target = take();
        for (const auto& operand : {first, second, third}) release(operand);
        program_.instructions.push_back({op, {first, second, third}, target});
        return {{}, {Operand::Kind::scratch, target}};
    }

    [[nodiscard]] Program finish(const Term& result) {
        program_.result = place(result);
        program_.scratches = taken_.size();
        return std::move(program_);
    }

private:
    static bool is_unary(Op op) {
        return op == Op::negate || op == Op::invert || op == Op::absolute || op == Op::root || op == Op::exponential ||
               op == Op::logarithm;
    }

    [[nodiscard]] Operand place(const Term& term) {
        if (!term.number) return term.operand;
        program_.constants.push_back(static_cast<float>(*term.number));
        return {Operand::Kind::constant, program_.constants.size() - 1};
    }

    [[nodiscard]] std::size_t take() {
        const auto free = std::find(taken_.begin(), taken_.end(), 0);
        const auto index = static_cast<std::size_t>(free - taken_.begin());
        if (free == taken_.end()) taken_.push_back(1);
        else *free = 1;
        return index;
    }

    void release(const Operand& operand) {
        if (operand.kind == Operand::Kind::scratch) taken_[operand.index] = 0;
    }

    Program program_;
    std::vector<std::uint8_t> taken_;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Function {
    Op op;
    std::size_t least, most;
};
const std::map<std::string, Function, std::less<>> functions = {
    {"min", {Op::minimum, 2, 64}},       {"max", {Op::maximum, 2, 64}},    {"abs", {Op::absolute, 1, 1}},
    {"sqrt", {Op::root, 1, 1}},          {"exp", {Op::exponential, 1, 1}}, {"log", {Op::logarithm, 1, 1}},
    {"coalesce", {Op::coalesce, 2, 64}}, {"clamp", {Op::minimum, 3, 3}},   {"if", {Op::choose, 3, 3}}};

/// Recursive descent, one function a level of precedence.
class Parser {
public:
    Parser(std::string_view text, std::span<const std::string> variables, std::span<const NamedNumber> constants)
        : text_(text), variables_(variables), constants_(constants), write_(variables.size()) {}

    [[nodiscard]] Program parse() {
        const Term result = either();
        skip_blanks();
        if (at_ < text_.size()) fail(fmt::format("'{}' is not expected here", text_.substr(at_, 1)));
        return write_.finish(result);
    }

private:
    Term either() {
        const Nesting nesting(*this);
        Term left = both();
        while (take_word("or")) left = write_.emit(Op::either, left, both());
        return left;
    }

    Term both() {
        Term left = inverted();
        while (take_word("and")) left = write_.emit(Op::both, left, inverted());
        return left;
    }

    Term inverted() {
        const Nesting nesting(*this);
        if (take_word("not")) return write_.emit(Op::invert, inverted());
        return compared();
    }

    Term compared() {
        const Term left = sum();
        const auto sign = take_comparison();
        if (sign.empty()) return left;
        const Term result = compare(sign, left, sum());
        if (!take_comparison().empty()) fail("comparisons can't be chained; write 'a < b and b < c'");
        return result;
    }

    Term compare(std::string_view sign, const Term& left, const Term& right) {
        if (sign == "<") return write_.emit(Op::less, left, right);
        if (sign == "<=") return write_.emit(Op::less_equal, left, right);
        if (sign == ">") return write_.emit(Op::less, right, left);
        if (sign == ">=") return write_.emit(Op::less_equal, right, left);
        return write_.emit(sign == "==" ? Op::equal : Op::not_equal, left, right);
    }

    Term sum() {
        Term left = product();
        for (;;) {
            if (take('+')) left = write_.emit(Op::add, left, product());
            else if (take('-')) left = write_.emit(Op::subtract, left, product());
            else return left;
        }
    }

    Term product() {
        Term left = signed_power();
        for (;;) {
            if (take('*')) left = write_.emit(Op::multiply, left, signed_power());
            else if (take('/')) left = write_.emit(Op::divide, left, signed_power());
            else return left;
        }
    }

    Term signed_power() {
        const Nesting nesting(*this);
        if (take('-')) return write_.emit(Op::negate, signed_power());
        if (take('+')) return signed_power();
        const Term base = primary();
        return take('^') ? write_.emit(Op::power, base, signed_power()) : base;
    }

    Term primary() {
        skip_blanks();
        if (at_ == text_.size()) fail("the formula ends too early");
        if (take('(')) {
            const Term inner = either();
            expect(')');
            return inner;
        }
        const char c = text_[at_];
        if (is_digit(c) || c == '.') return number();
        if (is_letter(c)) return named();
        fail(fmt::format("'{}' is not expected here", text_.substr(at_, 1)));
    }

    Term number() {
        double value = 0;
        const auto [end, fault] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
        if (fault != std::errc{}) fail("this is no number");
        at_ = static_cast<std::size_t>(end - text_.data());
        return {value, {}};
    }

    Term named() {
        const std::size_t start = at_;
        const std::string name(word());
        at_ += name.size();
        skip_blanks();
        if (at_ < text_.size() && text_[at_] == '(') return call(name, start);
        if (const auto v = std::find(variables_.begin(), variables_.end(), name); v != variables_.end())
            return write_.variable(static_cast<std::size_t>(v - variables_.begin()));
        for (const auto& [constant, value] : constants_)
            if (constant == name) return {value, {}};
        if (name == "pi") return {std::numbers::pi, {}};
        if (name == "true") return {1.0, {}};
        if (name == "false") return {0.0, {}};
        at_ = start;
        std::vector<std::string> known(variables_.begin(), variables_.end());
        for (const auto& constant : constants_) known.push_back(constant.first);
        fail(fmt::format("nothing is named '{}'{}", name, hint(name, known)));
    }

    Term call(const std::string& name, std::size_t start) {
        const auto function = functions.find(name);
        if (function == functions.end()) {
            at_ = start;
            std::vector<std::string> known;
            for (const auto& [known_name, unused] : functions) known.push_back(known_name);
            fail(fmt::format("no function is named '{}'{}", name, hint(name, known)));
        }
        const auto arguments = list();
        const auto& [op, least, most] = function->second;
        if (arguments.size() < least || arguments.size() > most) {
            at_ = start;
            fail(fmt::format("{} takes {} value{}{}, not {}", name, least, least == 1 ? "" : "s",
                             most > least ? " or more" : "", arguments.size()));
        }
        if (name == "clamp")
            return write_.emit(Op::minimum, write_.emit(Op::maximum, arguments[0], arguments[1]), arguments[2]);
        if (least == 1) return write_.emit(op, arguments[0]);
        if (op == Op::choose) return write_.emit(op, arguments[0], arguments[1], arguments[2]);
        Term result = arguments[0];
        for (std::size_t i = 1; i < arguments.size(); ++i) result = write_.emit(op, result, arguments[i]);
        return result;
    }

    std::vector<Term> list() {
        std::vector<Term> terms;
        expect('(');
        do terms.push_back(either());
        while (take(','));
        expect(')');
        return terms;
    }

    void skip_blanks() {
        while (at_ < text_.size() &&
               (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
            ++at_;
    }

    bool take(char sign) {
        skip_blanks();
        const bool found = at_ < text_.size() && text_[at_] == sign;
        if (found) ++at_;
        return found;
    }

    void expect(char sign) {
        if (!take(sign)) fail(fmt::format("'{}' is missing", sign));
    }

    [[nodiscard]] std::string_view word() const {
        std::size_t end = at_;
        while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
        return text_.substr(at_, end - at_);
    }

    bool take_word(std::string_view wanted) {
        skip_blanks();
        const bool found = word() == wanted;
        if (found) at_ += wanted.size();
        return found;
    }

    std::string_view take_comparison() {
        skip_blanks();
        for (const std::string_view sign : {"<=", ">=", "==", "!=", "<", ">"}) {
            if (!text_.substr(at_).starts_with(sign)) continue;
            at_ += sign.size();
            return sign;
        }
        if (text_.substr(at_).starts_with("=")) fail("'=' is no comparison; did you mean '=='?");
        return {};
    }

    [[noreturn]] void fail(const std::string& what) const {
        throw DataError(fmt::format("formula '{}', column {}: {}", text_, at_ + 1, what));
    }

    /// Keeps a hostile formula from using up the stack.
    struct Nesting {
        explicit Nesting(Parser& owner) : parser(owner) {
            if (++parser.depth_ > 300) parser.fail("the formula is nested too deeply");
        }
        ~Nesting() { --parser.depth_; }
        Nesting(const Nesting&) = delete;
        Nesting& operator=(const Nesting&) = delete;
        Parser& parser;
    };

    std::string_view text_;
    std::span<const std::string> variables_;
    std::span<const NamedNumber> constants_;
    Writer write_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

Program parse_expression(std::string_view text, std::span<const std::string> variables,
                         std::span<const NamedNumber> constants) {
    return Parser(text, variables, constants).parse();
}

}  // namespace linmu

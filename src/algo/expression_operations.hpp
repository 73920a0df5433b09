// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <limits>

#include "expression_program.hpp"

namespace linmu {

/// The meaning of each operation, for float cells and for folding in double alike. Comparisons are written
/// so that NaN falls through to NaN and a compiler can turn each into blends.
template <class T>
struct Operations {
    static constexpr T unknown = std::numeric_limits<T>::quiet_NaN();
    static constexpr T least_denominator = static_cast<T>(1e-6);

    static T divide(T a, T b) { return std::abs(b) < least_denominator ? unknown : a / b; }
    static T power(T a, T b) { return static_cast<T>(std::pow(static_cast<double>(a), static_cast<double>(b))); }
    static T less(T a, T b) { return a < b ? T{1} : a >= b ? T{0} : unknown; }
    static T less_equal(T a, T b) { return a <= b ? T{1} : a > b ? T{0} : unknown; }
    static T equal(T a, T b) { return a == b ? T{1} : a < b || a > b ? T{0} : unknown; }
    static T not_equal(T a, T b) { return a < b || a > b ? T{1} : a == b ? T{0} : unknown; }
    static T both(T a, T b) { return a == T{0} || b == T{0} ? T{0} : a != a || b != b ? unknown : T{1}; }
    static T either(T a, T b) {
        const bool some = a < T{0} || a > T{0} || b < T{0} || b > T{0};
        return some ? T{1} : a != a || b != b ? unknown : T{0};
    }
    static T invert(T a) { return a == T{0} ? T{1} : a != a ? unknown : T{0}; }
    static T minimum(T a, T b) { return b < a || b != b ? b : a; }
    static T maximum(T a, T b) { return b > a || b != b ? b : a; }
    static T coalesce(T a, T b) { return a != a ? b : a; }
    static T root(T a) { return std::sqrt(a); }
    static T exponential(T a) { return static_cast<T>(std::exp(static_cast<double>(a))); }
    static T logarithm(T a) { return a > T{0} ? static_cast<T>(std::log(static_cast<double>(a))) : unknown; }
    static T choose(T c, T a, T b) { return c != c ? unknown : c == T{0} ? b : a; }
};

/// Calls `unary(f)`, `binary(f)` or `ternary(f)` with the function of `op`.
template <class T, class Unary, class Binary, class Ternary>
void dispatch(Op op, Unary unary, Binary binary, Ternary ternary) {
    using O = Operations<T>;
    switch (op) {
        case Op::add: return binary([](T a, T b) { return a + b; });
        case Op::subtract: return binary([](T a, T b) { return a - b; });
        case Op::multiply: return binary([](T a, T b) { return a * b; });
        case Op::divide: return binary([](T a, T b) { return O::divide(a, b); });
        case Op::power: return binary([](T a, T b) { return O::power(a, b); });
        case Op::less: return binary([](T a, T b) { return O::less(a, b); });
        case Op::less_equal: return binary([](T a, T b) { return O::less_equal(a, b); });
        case Op::equal: return binary([](T a, T b) { return O::equal(a, b); });
        case Op::not_equal: return binary([](T a, T b) { return O::not_equal(a, b); });
        case Op::both: return binary([](T a, T b) { return O::both(a, b); });
        case Op::either: return binary([](T a, T b) { return O::either(a, b); });
        case Op::minimum: return binary([](T a, T b) { return O::minimum(a, b); });
        case Op::maximum: return binary([](T a, T b) { return O::maximum(a, b); });
        case Op::coalesce: return binary([](T a, T b) { return O::coalesce(a, b); });
        case Op::negate: return unary([](T a) { return -a; });
        case Op::invert: return unary([](T a) { return O::invert(a); });
        case Op::absolute: return unary([](T a) { return std::abs(a); });
        case Op::root: return unary([](T a) { return O::root(a); });
        case Op::exponential: return unary([](T a) { return O::exponential(a); });
        case Op::logarithm: return unary([](T a) { return O::logarithm(a); });
        case Op::choose: return ternary([](T c, T a, T b) { return O::choose(c, a, b); });
    }
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const float missing = std::nanf("");

/// The formula on one cell of named bands.
float value(const std::string& text, const std::map<std::string, float>& bands = {},
            std::vector<NamedNumber> constants = {}) {
    std::vector<std::string> names;
    std::vector<std::span<const float>> cells;
    for (const auto& [name, cell] : bands) {
        names.push_back(name);
        cells.emplace_back(&cell, 1);
    }
    float out = 0;
    Expression::compile(text, names, constants).evaluate(cells, {&out, 1});
    return out;
}

std::string error_of(const std::string& text) {
    const std::vector<std::string> names = {"NDVI_may", "NDVI_aug", "slope"};
    try {
        (void)Expression::compile(text, names);
    } catch (const DataError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Expression, follows_the_usual_precedence) {
    EXPECT_FLOAT_EQ(value("1 + 2 * 3"), 7);
    EXPECT_FLOAT_EQ(value("(1 + 2) * 3"), 9);
    EXPECT_FLOAT_EQ(value("2 - 3 - 4"), -5);
    EXPECT_FLOAT_EQ(value("24 / 4 / 2"), 3);
    EXPECT_FLOAT_EQ(value("2 ^ 3 ^ 2"), 512);
    EXPECT_FLOAT_EQ(value("-x ^ 2", {{"x", 3}}), -9);
    EXPECT_FLOAT_EQ(value("2 ^ -x", {{"x", 2}}), 0.25F);
    EXPECT_FLOAT_EQ(value("1.5e-1 * x", {{"x", 2}}), 0.3F);
    EXPECT_FLOAT_EQ(value("not x > 1 and x < 5 or x == 9", {{"x", 9}}), 1);
    EXPECT_FLOAT_EQ(value("not x > 1 and x < 5 or x == 9", {{"x", 3}}), 0);
}

TEST(Expression, computes_functions) {
    EXPECT_FLOAT_EQ(value("min(x, 2, 3)", {{"x", 7}}), 2);
    EXPECT_FLOAT_EQ(value("max(x, 2, 3)", {{"x", 7}}), 7);
    EXPECT_FLOAT_EQ(value("abs(x)", {{"x", -7}}), 7);
    EXPECT_FLOAT_EQ(value("sqrt(x)", {{"x", 16}}), 4);
    EXPECT_FLOAT_EQ(value("x ^ 0.5", {{"x", 16}}), 4);
    EXPECT_FLOAT_EQ(value("log(exp(x))", {{"x", 1.5F}}), 1.5F);
    EXPECT_FLOAT_EQ(value("clamp(x, -1, 1)", {{"x", 7}}), 1);
    EXPECT_FLOAT_EQ(value("clamp(x, -1, 1)", {{"x", -7}}), -1);
    EXPECT_FLOAT_EQ(value("if(x > 1, 10, x)", {{"x", 7}}), 10);
    EXPECT_FLOAT_EQ(value("if(x > 1, 10, x)", {{"x", 0.5F}}), 0.5F);
    EXPECT_FLOAT_EQ(value("pi * x", {{"x", 1}}), 3.14159265F);
}

TEST(Expression, comparisons_give_one_or_zero) {
    for (const auto& [sign, expected] : std::map<std::string, std::vector<float>>{{"<", {1, 0, 0}},
                                                                                  {"<=", {1, 1, 0}},
                                                                                  {">", {0, 0, 1}},
                                                                                  {">=", {0, 1, 1}},
                                                                                  {"==", {0, 1, 0}},
                                                                                  {"!=", {1, 0, 1}}}) {
        const std::vector<float> cells = {1, 2, 3};
        for (std::size_t i = 0; i < 3; ++i)
            EXPECT_EQ(value("x " + sign + " 2", {{"x", cells[i]}}), expected[i]) << cells[i] << sign;
    }
}

TEST(Expression, missing_values_stay_missing) {
    for (const char* text :
         {"x + 1",  "x * 0",          "-x",          "x < 1",          "x <= 1",    "x > 1",      "x >= 1",    "x == x",
          "x != x", "min(x, 1)",      "min(1, x)",   "max(x, 1)",      "max(1, x)", "abs(x)",     "sqrt(x)",   "exp(x)",
          "log(x)", "clamp(x, 0, 1)", "if(x, 1, 2)", "if(true, x, 2)", "not x",     "x and true", "x or false"})
        EXPECT_TRUE(std::isnan(value(text, {{"x", missing}}))) << text;
}

TEST(Expression, unknown_does_not_hide_what_is_certain) {
    EXPECT_EQ(value("x > 1 and y > 1", {{"x", missing}, {"y", 0}}), 0);
    EXPECT_EQ(value("y > 1 and x > 1", {{"x", missing}, {"y", 0}}), 0);
    EXPECT_EQ(value("x > 1 or y > 1", {{"x", missing}, {"y", 2}}), 1);
    EXPECT_EQ(value("y > 1 or x > 1", {{"x", missing}, {"y", 2}}), 1);
    EXPECT_EQ(value("if(y > 1, y, x)", {{"x", missing}, {"y", 2}}), 2);
}

TEST(Expression, what_has_no_value_is_missing) {
    EXPECT_TRUE(std::isnan(value("1 / x", {{"x", 0}})));
    EXPECT_TRUE(std::isnan(value("1 / x", {{"x", -9e-7F}})));
    EXPECT_FLOAT_EQ(value("1 / x", {{"x", 2e-6F}}), 5e5F);
    EXPECT_TRUE(std::isnan(value("sqrt(x)", {{"x", -1}})));
    EXPECT_TRUE(std::isnan(value("log(x)", {{"x", 0}})));
    EXPECT_TRUE(std::isnan(value("1 / 0")));
}

TEST(Expression, constants_are_those_of_the_caller) {
    EXPECT_EQ(value("x >= t", {{"x", 0.3F}}, {{"t", 0.3}}), 1) << "a float cell equals the float of a threshold";
    EXPECT_EQ(value("x > t", {{"x", 0.3F}}, {{"t", 0.3}}), 0);
}

TEST(Expression, chunks_do_not_show) {
    const std::vector<std::string> names = {"a", "b", "unused"};
    const auto expression =
        Expression::compile("if(a > b, (a - b) / (a + b), a * b + 2 ^ 3 - (a - b) * (a - 1))", names);
    for (const std::size_t n : {1U, 7U, 1023U, 1024U, 1025U, 5000U}) {
        std::vector<float> a(n), b(n), out(n);
        for (std::size_t i = 0; i < n; ++i) a[i] = static_cast<float>(i % 97), b[i] = static_cast<float>(i % 31) + 0.5F;
        expression.evaluate(std::vector<std::span<const float>>{a, b, {}}, out);
        for (std::size_t i = 0; i < n; ++i) {
            const float expected =
                a[i] > b[i] ? (a[i] - b[i]) / (a[i] + b[i]) : a[i] * b[i] + 8 - (a[i] - b[i]) * (a[i] - 1);
            ASSERT_FLOAT_EQ(out[i], expected) << i << " of " << n;
        }
    }
}

TEST(Expression, says_which_variables_it_uses) {
    const std::vector<std::string> names = {"B", "N", "R"};
    EXPECT_THAT(Expression::compile("(R - N) / (N + R)", names).used(), ElementsAre("N", "R"));
    EXPECT_THAT(Expression::compile("1", names).used(), testing::IsEmpty());
}

TEST(Expression, a_variable_alone_is_a_formula) {
    EXPECT_EQ(value("x", {{"x", 5}}), 5);
    EXPECT_EQ(value("(4)"), 4);
}

TEST(Expression, errors_show_place_and_way_out) {
    EXPECT_EQ(error_of("NDVI_mai > 0.3"),
              "formula 'NDVI_mai > 0.3', column 1: nothing is named 'NDVI_mai'; did you mean 'NDVI_may'?");
    EXPECT_EQ(error_of("slope > squrt(2)"),
              "formula 'slope > squrt(2)', column 9: no function is named 'squrt'; did you mean 'sqrt'?");
    EXPECT_THAT(error_of("slope = 3"), HasSubstr("column 7: '=' is no comparison; did you mean '=='?"));
    EXPECT_THAT(error_of("1 < slope < 3"), HasSubstr("write 'a < b and b < c'"));
    EXPECT_THAT(error_of("slope +"), HasSubstr("column 8: the formula ends too early"));
    EXPECT_THAT(error_of(""), HasSubstr("column 1: the formula ends too early"));
    EXPECT_THAT(error_of("(slope"), HasSubstr("column 7: ')' is missing"));
    EXPECT_THAT(error_of("slope)"), HasSubstr("column 6: ')' is not expected here"));
    EXPECT_THAT(error_of("slope && 1"), HasSubstr("'&' is not expected here"));
    EXPECT_THAT(error_of("min(slope)"), HasSubstr("min takes 2 values or more, not 1"));
    EXPECT_THAT(error_of("abs(slope, 2)"), HasSubstr("abs takes 1 value, not 2"));
    EXPECT_THAT(error_of("1e999 * slope"), HasSubstr("column 1: this is no number"));
    EXPECT_THAT(error_of(std::string(10000, '(')), HasSubstr("nested too deeply"));
    EXPECT_THAT(error_of(std::string(10000, '-')), HasSubstr("nested too deeply"));
}

}  // namespace
}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
const float nan = std::nanf("");
const std::vector<std::string> bands = {"NDVI_may", "NDVI_aug", "slope"};

RuleList list(std::vector<RuleList::Rule> rules, std::vector<NamedNumber> thresholds = {}) {
    return {rules, thresholds, bands};
}

std::vector<std::int32_t> classes(const RuleList& rules, const std::vector<float>& may, const std::vector<float>& aug) {
    std::vector<std::int32_t> out(may.size());
    rules.classify(std::vector<std::span<const float>>{may, aug, {}}, out);
    return out;
}

TEST(Rules, the_first_that_holds_gives_the_class) {
    const auto rules = list({{1, "NDVI_may > green"}, {2, "NDVI_aug > green"}, {3, "true"}}, {{"green", 0.4}});
    EXPECT_THAT(classes(rules, {0.5F, 0.5F, 0.1F, 0.1F}, {0.1F, 0.6F, 0.6F, 0.2F}), ElementsAre(1, 1, 2, 3));
}

TEST(Rules, unknown_does_not_hold_and_the_next_rule_is_asked) {
    const auto rules = list({{1, "NDVI_may > 0.4"}, {2, "not NDVI_may > 0.4"}, {3, "NDVI_aug > 0.4"}});
    EXPECT_THAT(classes(rules, {nan, nan}, {0.5F, 0.1F}), ElementsAre(3, no_code));
}

TEST(Rules, count_what_they_decide_and_what_none_does) {
    const auto rules = list({{1, "NDVI_may > 0.4"}, {2, "NDVI_aug > 0.4"}});
    const std::vector<float> may = {0.5F, 0.1F, nan, 0.2F}, aug = {0.5F, 0.5F, nan, 0.2F};
    std::vector<std::int32_t> out(4);
    std::vector<std::int64_t> tally(3, 10);
    rules.classify(std::vector<std::span<const float>>{may, aug, {}}, out, tally);
    EXPECT_THAT(tally, ElementsAre(11, 11, 12));
    EXPECT_EQ(rules.classify(std::vector<std::span<const float>>{may, aug, {}}, out), 2);
}

TEST(Rules, chunks_do_not_show) {
    const auto rules = list({{1, "NDVI_may > 0.5"}, {2, "NDVI_aug > 0.5"}});
    const std::size_t n = 10001;
    std::vector<float> may(n), aug(n);
    for (std::size_t i = 0; i < n; ++i)
        may[i] = static_cast<float>(i % 10) / 10, aug[i] = static_cast<float>(i % 7) / 7;
    const auto out = classes(rules, may, aug);
    for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(out[i], may[i] > 0.5F ? 1 : aug[i] > 0.5F ? 2 : no_code) << i;
}

TEST(Rules, say_which_bands_they_need) {
    EXPECT_THAT(list({{1, "slope > 5"}, {2, "NDVI_may > slope"}}).needs(), ElementsAre("NDVI_may", "slope"));
}

std::string error_of(std::vector<RuleList::Rule> rules, std::vector<NamedNumber> thresholds = {}) {
    try {
        (void)list(std::move(rules), std::move(thresholds));
    } catch (const DataError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Rules, errors_name_the_rule) {
    EXPECT_THAT(error_of({{1, "true"}, {2, "NDVI_jun > 0.4"}}),
                HasSubstr("rule 2: formula 'NDVI_jun > 0.4', column 1"));
    EXPECT_THAT(error_of({{1, "slope > 1"}}, {{"slope", 3}}), HasSubstr("'slope' is a threshold and a band"));
    EXPECT_THAT(error_of({}), HasSubstr("without rules"));
}

TEST(RuleList, FormulasAreSharedByRulesAndByFormulasAfterThem) {
    const std::vector<std::string> names{"a", "b"};
    const std::vector<RuleList::Formula> formulas{{"filled", "coalesce(a, b)"}, {"twice", "2 * filled"}};
    const std::vector<RuleList::Rule> rules{{7, "twice > least"}, {8, "twice <= least"}};
    const std::vector<NamedNumber> thresholds{{"least", 3.0}};
    const RuleList list(rules, thresholds, names, formulas);
    const std::vector<float> a{1, 2, no_value, no_value}, b{9, 9, 2, no_value};
    const std::vector<std::span<const float>> cells{a, b};
    std::vector<std::int32_t> out(4);
    EXPECT_EQ(list.classify(cells, out), 1);
    EXPECT_THAT(out, testing::ElementsAre(8, 7, 7, no_code));
    EXPECT_THAT(list.needs(), testing::ElementsAre("a", "b"));
}

TEST(RuleList, AFormulaWithTheNameOfABandIsRefused) {
    const std::vector<std::string> names{"a"};
    const std::vector<RuleList::Formula> formulas{{"a", "1"}};
    const std::vector<RuleList::Rule> rules{{1, "a > 0"}};
    EXPECT_THROW(RuleList(rules, {}, names, formulas), DataError);
}

}  // namespace
}  // namespace linmu

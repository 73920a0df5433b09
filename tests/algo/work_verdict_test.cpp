// SPDX-License-Identifier: MIT
#include "linmu/algo/work_verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace linmu {
namespace {

using testing::HasSubstr;

constexpr std::int32_t grass = 6, forest = 3;
constexpr WorkQuestion of_2019{.year = 2019, .before = 2016, .after = 2025, .curve_from = 2017, .curve_to = 2025};

WorkRule planting() { return {.target = {forest}}; }

/// A plot of one hectare, `planted` of which went from grass to forest, the rest stayed grass; with good curves that did not break.
WorkEvidence plot(double planted) {
    WorkEvidence e;
    e.area = e.covered = e.curves = Area::from_m2(10000);
    e.pure = Area::from_m2(8000);
    e.pure_cells = 80;
    e.has_curves = true;
    e.dates = 90;
    e.flows = {{grass, forest, Area::from_m2(10000 * planted)}, {grass, grass, Area::from_m2(10000 * (1 - planted))}};
    return e;
}
WorkEvidence broken(double planted, int year, double share = 0.8) {
    auto e = plot(planted);
    e.breaks[year] = {Area::from_m2(10000 * share), -0.31};
    return e;
}
WorkEvidence forest_always() {
    auto e = plot(0);
    e.flows = {{forest, forest, Area::from_m2(10000)}};
    return e;
}

TEST(WorkVerdict, done_needs_the_class_and_a_break_in_time) {
    for (const int year : {2018, 2019, 2020}) {
        const auto v = work_verdict(broken(0.9, year), planting(), of_2019);
        EXPECT_EQ(v.verdict, Verdict::done) << v.reason;
        EXPECT_THAT(v.reason, HasSubstr("90 % is the target class, its curve broke in " + std::to_string(year)));
        EXPECT_THAT(v.reason_zh, HasSubstr("年突变 -0.31"));
    }
    const auto late = work_verdict(broken(0.9, 2022), planting(), of_2019);
    EXPECT_EQ(late.verdict, Verdict::cannot_tell);
    EXPECT_THAT(late.reason, HasSubstr("but its curve broke only in 2022, not in time"));
    EXPECT_EQ(work_verdict(broken(0.9, 2019, 0.1), planting(), of_2019).verdict, Verdict::cannot_tell)
        << "a tenth of the cells is no break of the plot";
}

TEST(WorkVerdict, a_slow_gain_is_a_trend) {
    auto e = plot(0.7);
    e.rising = Area::from_m2(6000);
    const auto v = work_verdict(e, planting(), of_2019);
    EXPECT_EQ(v.verdict, Verdict::done);
    EXPECT_THAT(v.reason, HasSubstr("rises over the years"));
}

TEST(WorkVerdict, not_done_needs_a_curve_that_did_not_break) {
    const auto v = work_verdict(plot(0.05), planting(), of_2019);
    EXPECT_EQ(v.verdict, Verdict::not_done);
    EXPECT_EQ(v.reason, "it is not the target class (5 %); its curve did not break");
    auto few = plot(0.05);
    few.dates = 14;
    const auto unknown = work_verdict(few, planting(), of_2019);
    EXPECT_EQ(unknown.verdict, Verdict::cannot_tell);
    EXPECT_THAT(unknown.reason, HasSubstr("14 clear dates, 18 needed"));
    EXPECT_THAT(unknown.reason_zh, HasSubstr("清晰日期 14 个"));
    auto rule = planting();
    rule.class_alone = true;
    EXPECT_EQ(work_verdict(few, rule, of_2019).verdict, Verdict::not_done);
    const auto worked = work_verdict(broken(0.05, 2019), planting(), of_2019);
    EXPECT_EQ(worked.verdict, Verdict::cannot_tell);
    EXPECT_THAT(worked.reason, HasSubstr("no target class yet"));
}

TEST(WorkVerdict, land_that_was_forest_before_the_work_was_not_made_by_it) {
    EXPECT_EQ(work_verdict(forest_always(), planting(), of_2019).verdict, Verdict::not_done);
    auto blind = forest_always();
    blind.has_curves = false;
    EXPECT_EQ(work_verdict(blind, planting(), of_2019).verdict, Verdict::cannot_tell);
    auto older = of_2019;
    older.year = 2012;
    const auto v = work_verdict(blind, planting(), older);
    EXPECT_EQ(v.verdict, Verdict::done) << "the first map is later than the work: " << v.reason;
}

TEST(WorkVerdict, what_is_too_young_cannot_be_seen) {
    auto young = of_2019;
    young.year = 2023;
    EXPECT_THAT(work_verdict(plot(0), planting(), young).reason, HasSubstr("under 5 years can't be seen"));
    const auto soon = work_verdict(plot(0.9), planting(), young);
    EXPECT_EQ(soon.verdict, Verdict::cannot_tell);
    EXPECT_THAT(soon.reason, HasSubstr("it must be older"));
    EXPECT_EQ(work_verdict(broken(0.9, 2023), planting(), young).verdict, Verdict::done) << "its curve broke in time";
}

TEST(WorkVerdict, what_cannot_be_seen_well_is_not_judged) {
    const auto told = [](auto change) {
        auto e = broken(0.9, 2019);
        change(e);
        const auto v = work_verdict(e, planting(), of_2019);
        EXPECT_EQ(v.verdict, Verdict::cannot_tell);
        return v.reason;
    };
    EXPECT_EQ(told([](WorkEvidence& e) { e.pure_cells = 4; }), "too small: 4 whole cells, 6 needed");
    EXPECT_THAT(told([](WorkEvidence& e) { e.pure = Area::from_m2(2000); }), HasSubstr("mixed cells of the edge"));
    EXPECT_THAT(told([](WorkEvidence& e) { e.flows = {{no_code, forest, e.area}}; }), HasSubstr("only 0 % was seen"));
    EXPECT_THAT(told([](WorkEvidence& e) { e.shadow = Area::from_m2(7000); }), HasSubstr("70 % in terrain shadow"));
    EXPECT_THAT(told([](WorkEvidence& e) { e.same_season = false; }), HasSubstr("different seasons"));
    EXPECT_THAT(work_verdict(plot(0.4), planting(), of_2019).reason, HasSubstr("only a part (40 %)"));
}

// A parcel without declared work: a change is any class but the one before, in any year.
TEST(WorkVerdict, a_parcel_changed_or_did_not) {
    const WorkRule change{.target = {}, .youngest_visible = 0, .class_alone = true};
    const WorkQuestion any{.year = {}, .before = 2016, .after = 2025, .curve_from = 2017, .curve_to = 2025};
    EXPECT_EQ(work_verdict(broken(0.9, 2021), change, any).verdict, Verdict::done);
    const auto same = work_verdict(plot(0.1), change, any);
    EXPECT_EQ(same.verdict, Verdict::not_done);
    EXPECT_THAT(same.reason, HasSubstr("its class is the same"));
    EXPECT_EQ(work_verdict(plot(0.9), change, any).verdict, Verdict::cannot_tell) << "no curve goes with it";
}

}  // namespace
}  // namespace linmu

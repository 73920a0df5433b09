// SPDX-License-Identifier: MIT
#include "linmu/core/date.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;

TEST(ParseDate, ReadsTheThreeForms) {
    const Date day{2025, 5, 20};
    EXPECT_EQ(parse_date("2025-05-20"), day);
    EXPECT_EQ(parse_date("20250520"), day);
    EXPECT_EQ(parse_date("2025-05-20T03:11:02Z"), day);
    EXPECT_EQ(to_string(day), "2025-05-20");
}

TEST(ParseDate, RefusesDaysThatAreNot) {
    for (const char* text :
         {"2025-02-29", "2025-13-01", "2025-00-10", "20250431", "yesterday", "", "2025-5-2", "2025-0a-10"}) {
        EXPECT_THROW((void)parse_date(text), DataError) << text;
    }
    EXPECT_EQ(parse_date("2024-02-29"), (Date{2024, 2, 29}));
}

TEST(ParseDate, TheMessageHasTheValueAndTheForm) {
    try {
        (void)parse_date("20/05/2025");
        FAIL();
    } catch (const DataError& fault) {
        EXPECT_EQ(std::string(fault.what()), "'20/05/2025' is no date; write it as 2025-05-20");
    }
}

TEST(DayOfYear, CountsLeapDays) {
    EXPECT_EQ(day_of_year({2025, 1, 1}), 1);
    EXPECT_EQ(day_of_year({2025, 12, 31}), 365);
    EXPECT_EQ(day_of_year({2024, 12, 31}), 366);
    EXPECT_EQ(day_of_year({2024, 3, 1}), 61);
    EXPECT_EQ(day_of_year({2025, 3, 1}), 60);
}

TEST(DateWindow, HoldsBothItsEndsInAnyYear) {
    const auto window = parse_date_window("05-10/06-10");
    EXPECT_TRUE(window.contains({2020, 5, 10}));
    EXPECT_TRUE(window.contains({2025, 6, 10}));
    EXPECT_FALSE(window.contains({2025, 5, 9}));
    EXPECT_FALSE(window.contains({2025, 6, 11}));
}

TEST(DateWindow, RunsOverTheNewYear) {
    const auto window = parse_date_window("11-20/02-10");
    EXPECT_TRUE(window.contains({2024, 11, 20}));
    EXPECT_TRUE(window.contains({2024, 12, 31}));
    EXPECT_TRUE(window.contains({2025, 1, 1}));
    EXPECT_TRUE(window.contains({2025, 2, 10}));
    EXPECT_FALSE(window.contains({2025, 2, 11}));
    EXPECT_FALSE(window.contains({2025, 11, 19}));
}

TEST(DateWindow, WithYearsNamesOneSpan) {
    const auto window = parse_date_window("2024-12-01/2025-02-28");
    EXPECT_TRUE(window.contains({2025, 1, 15}));
    EXPECT_FALSE(window.contains({2024, 1, 15}));
}

TEST(DateWindow, MayEndOnTheLeapDay) { EXPECT_TRUE(parse_date_window("02-01/02-29").contains({2024, 2, 29})); }

TEST(DateWindow, RefusesWhatIsNone) {
    for (const char* text :
         {"05-10", "05-10/2025-06-10", "2025-06-10/2025-05-10", "05-40/06-10", "5-10/6-10", "/", "05-10 / 06-10"}) {
        try {
            (void)parse_date_window(text);
            FAIL() << text;
        } catch (const DataError& fault) {
            EXPECT_THAT(fault.what(),
                        HasSubstr("is no date window; write 05-10/06-10 (each year) or 2025-05-10/2025-06-10"));
        }
    }
}

}  // namespace
}  // namespace linmu

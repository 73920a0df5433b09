// SPDX-License-Identifier: MIT
#pragma once
#include <compare>
#include <string>
#include <string_view>

namespace linmu {

/// A day of the Gregorian calendar.
struct Date {
    int year = 0;
    int month = 1;
    int day = 1;
    friend auto operator<=>(const Date&, const Date&) = default;
};

/// Reads "2025-05-20", "20250520" or the front of "2025-05-20T03:11:02Z". Throws DataError.
[[nodiscard]] Date parse_date(std::string_view text);
[[nodiscard]] std::string to_string(const Date& date);
/// Negative: before.
[[nodiscard]] Date days_after(const Date& date, int days);
/// The reverse of day_of_year. Throws DataError.
[[nodiscard]] Date date_of_year(int year, int day);
/// 1 to 366.
[[nodiscard]] int day_of_year(const Date& date);

/// Days of the year from `from` to `to`, both included, "05-10/06-10"; "11-20/02-10" runs over the new year.
/// With years ("2025-05-10/2025-06-10") it names one span of one calendar.
struct DateWindow {
    Date from;  ///< year 0: any year
    Date to;
    [[nodiscard]] bool contains(const Date& date) const;
};
/// Throws DataError that shows the two forms.
[[nodiscard]] DateWindow parse_date_window(std::string_view text);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/core/date.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

std::optional<int> digits(std::string_view text) {
    int value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc{} || end != text.data() + text.size() || text.empty() || text[0] == '-') return {};
    return value;
}

std::optional<Date> calendar_day(std::string_view y, std::string_view m, std::string_view d) {
    const auto year = digits(y), month = digits(m), day = digits(d);
    if (!year || !month || !day) return {};
    const std::chrono::year_month_day check{std::chrono::year{*year == 0 ? 2000 : *year},
                                            std::chrono::month{static_cast<unsigned>(*month)},
                                            std::chrono::day{static_cast<unsigned>(*day)}};
    if (!check.ok()) return {};
    return Date{*year, *month, *day};
}

std::optional<Date> any_day(std::string_view t) {
    if (t.size() >= 10 && t[4] == '-' && t[7] == '-')
        return calendar_day(t.substr(0, 4), t.substr(5, 2), t.substr(8, 2));
    if (t.size() >= 8) return calendar_day(t.substr(0, 4), t.substr(4, 2), t.substr(6, 2));
    return {};
}

std::optional<Date> window_end(std::string_view t) {
    if (t.size() == 5 && t[2] == '-') return calendar_day("0", t.substr(0, 2), t.substr(3, 2));
    if (t.size() == 10) return any_day(t);
    return {};
}

}  // namespace

Date parse_date(std::string_view text) {
    if (const auto date = any_day(text)) return *date;
    throw DataError(fmt::format("'{}' is no date; write it as 2025-05-20", text));
}

std::string to_string(const Date& date) { return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day); }

int day_of_year(const Date& date) {
    using namespace std::chrono;
    const sys_days day =
        year{date.year} / month{static_cast<unsigned>(date.month)} / std::chrono::day{static_cast<unsigned>(date.day)};
    const sys_days first = year{date.year} / January / 1;
    return static_cast<int>((day - first).count()) + 1;
}

Date days_after(const Date& date, int count) {
    using namespace std::chrono;
    const sys_days first =
        year{date.year} / month{static_cast<unsigned>(date.month)} / day{static_cast<unsigned>(date.day)};
    const year_month_day then{first + days{count}};
    return {static_cast<int>(then.year()), static_cast<int>(static_cast<unsigned>(then.month())),
            static_cast<int>(static_cast<unsigned>(then.day()))};
}

Date date_of_year(int year, int day) {
    using namespace std::chrono;
    const year_month_day date{sys_days{std::chrono::year{year} / January / 1} + days{day - 1}};
    if (day < 1 || static_cast<int>(date.year()) != year)
        throw DataError(fmt::format("the year {} has no day {}", year, day));
    return {year, static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day()))};
}

bool DateWindow::contains(const Date& date) const {
    if (from.year != 0) return from <= date && date <= to;
    const Date d{0, date.month, date.day};
    return from <= to ? (from <= d && d <= to) : (from <= d || d <= to);
}

DateWindow parse_date_window(std::string_view text) {
    const auto slash = text.find('/');
    if (slash != std::string_view::npos) {
        const auto from = window_end(text.substr(0, slash));
        const auto to = window_end(text.substr(slash + 1));
        const bool same_form = from && to && (from->year == 0) == (to->year == 0);
        if (same_form && (from->year == 0 || *from <= *to)) return {*from, *to};
    }
    throw DataError(
        fmt::format("'{}' is no date window; write 05-10/06-10 (each year) or 2025-05-10/2025-06-10", text));
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/series.hpp"

#include <chrono>

namespace linmu {

int day_number(const Date& date) {
    using namespace std::chrono;
    const sys_days day =
        year{date.year} / month{static_cast<unsigned>(date.month)} / std::chrono::day{static_cast<unsigned>(date.day)};
    return static_cast<int>(day.time_since_epoch().count());
}

Date date_of(int day_number) {
    using namespace std::chrono;
    const year_month_day day{sys_days{days{day_number}}};
    return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month())),
            static_cast<int>(static_cast<unsigned>(day.day()))};
}

double decimal_year(int number) {
    const int year = date_of(number).year;
    const int first = day_number({year, 1, 1}), next = day_number({year + 1, 1, 1});
    return year + static_cast<double>(number - first) / (next - first);
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "figures.hpp"

#include <fmt/format.h>

namespace linmu::cli {
namespace {

std::string number(const Value& value, const Value& decimals) {
    const auto places = std::get_if<std::int64_t>(&decimals) ? static_cast<int>(std::get<std::int64_t>(decimals)) : 2;
    if (const auto* real = std::get_if<double>(&value)) return fmt::format("{:.{}f}", *real, places);
    if (const auto* whole = std::get_if<std::int64_t>(&value))
        return fmt::format("{:.{}f}", static_cast<double>(*whole), places);
    return {};
}

}  // namespace

Table county_figures(const Ledger& ledger) {
    if (!ledger.has("indicator")) return {};
    return ledger.query(
        "SELECT id, name_zh, name_en, value, decimals, unit, reference, status, note, target, adjusted, lower, upper, "
        "interval_note FROM indicator "
        "WHERE zone IS NULL OR zone IN ('', 'county') ORDER BY rowid",
        "figures");
}

void print_figures(const Table& figures) {
    if (figures.rows.empty()) return;
    fmt::print("County figures:\n");
    for (const auto& row : figures.rows) {
        const auto text = [&](std::size_t i) { return to_text(row[i]); };
        std::string line = fmt::format("  {:<6} {} {}: ", text(0), text(1), text(2));
        if (text(7) != "computed") line += text(7);
        else line += fmt::format("{} {}", number(row[3], row[4]), text(5));
        if (!text(6).empty()) line += fmt::format(" (beside it: {})", number(row[6], row[4]));
        if (!text(11).empty())
            line +=
                fmt::format(" ({}95 %: {} to {})", text(10).empty() ? "" : "adjusted " + number(row[10], row[4]) + ", ",
                            number(row[11], row[4]), number(row[12], row[4]));
        if (!text(13).empty()) line += fmt::format("; {}", text(13));
        if (!text(8).empty()) line += fmt::format("; {}", text(8));
        if (!text(9).empty()) line += fmt::format(" [documents: {}]", text(9));
        fmt::print("{}\n", line);
    }
}

}  // namespace linmu::cli

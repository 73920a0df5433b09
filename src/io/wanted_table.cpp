// SPDX-License-Identifier: MIT
#include "linmu/io/wanted_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace linmu {
namespace {

/// `WITH`, `RECURSIVE`: a keyword at `at`, followed by a blank.
bool starts_with_word(const std::string& sql, std::size_t at, std::string_view word) {
    if (sql.size() <= at + word.size() || std::isspace(static_cast<unsigned char>(sql[at + word.size()])) == 0)
        return false;
    return std::ranges::equal(word, std::string_view(sql).substr(at, word.size()), {}, {},
                              [](unsigned char c) { return std::toupper(c); });
}

std::string stand_in(const WantedTable& table) {
    const std::vector<std::string> nothing(table.columns.size(), "NULL");
    return fmt::format("{}({}) AS (SELECT {} WHERE 0)", table.name, fmt::join(table.columns, ", "),
                       fmt::join(nothing, ", "));
}

}  // namespace

std::string stand_ins(const Ledger& ledger, std::span<const WantedTable> wanted) {
    std::vector<std::string> parts;
    for (const auto& table : wanted)
        if (!ledger.has(table.name)) parts.push_back(stand_in(table));
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string with_stand_ins(const std::string& sql, const std::string& stand_ins) {
    if (stand_ins.empty()) return sql;
    const auto start = std::min(sql.find_first_not_of(" \t\r\n"), sql.size());
    if (!starts_with_word(sql, start, "WITH")) return fmt::format("WITH {} {}", stand_ins, sql);
    auto own = sql.find_first_not_of(" \t\r\n", start + 4);
    std::string with = "WITH";
    if (starts_with_word(sql, own, "RECURSIVE")) {
        with += " RECURSIVE";
        own += 9;
    }
    return fmt::format("{} {}, {}", with, stand_ins, sql.substr(own));
}

}  // namespace linmu

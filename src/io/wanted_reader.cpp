// SPDX-License-Identifier: MIT
#include "wanted_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "linmu/core/nearest.hpp"

namespace linmu {
namespace {

bool is_name(const std::string& text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
}

/// "map, zone, class".
std::vector<std::string> names_in(const std::string& list) {
    std::vector<std::string> names(1);
    for (const char c : list) {
        if (c == ',') names.emplace_back();
        else if (c != ' ') names.back() += c;
    }
    return names;
}

}  // namespace

WantedTables read_wanted(TomlTable& pack) {
    WantedTables wanted;
    for (const auto& [name, list] : pack.texts_by_name("wanted")) {
        WantedTable table{name, names_in(list)};
        if (!is_name(name) || !std::ranges::all_of(table.columns, is_name))
            pack.fail("wanted",
                      fmt::format("'{} = \"{}\"' must name a table and its columns: letters, digits, _", name, list));
        wanted.emplace(name, std::move(table));
    }
    return wanted;
}

std::vector<WantedTable> read_wants(TomlTable& rule, const WantedTables& wanted) {
    std::vector<WantedTable> wants;
    std::vector<std::string> names;
    for (const auto& entry : wanted) names.push_back(entry.first);
    for (const auto& name : rule.texts_or_none("wants")) {
        const auto found = wanted.find(name);
        if (found == wanted.end())
            rule.fail("wants", fmt::format("[wanted] does not say which columns '{}' has{}", name, hint(name, names)));
        wants.push_back(found->second);
    }
    return wants;
}

}  // namespace linmu

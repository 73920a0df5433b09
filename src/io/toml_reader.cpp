// SPDX-License-Identifier: MIT
#include "toml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/io/table_file.hpp"

namespace linmu {
namespace {

[[noreturn]] void fail_there(const std::string& file, const toml::source_position& place, std::string_view what) {
    throw DataError(fmt::format("{}:{}:{}: {}", file, place.line, place.column, what));
}

}  // namespace

std::string TomlTable::text(const std::string& key) {
    const auto& node = need(key);
    const auto value = node.value_exact<std::string>();
    if (!value) fail_at(node, fmt::format("'{}' must be a text in quotes", key));
    return *value;
}

std::string TomlTable::text_or(const std::string& key, const std::string& fallback) {
    return find(key) == nullptr ? fallback : text(key);
}

std::int64_t TomlTable::whole(const std::string& key) {
    const auto& node = need(key);
    const auto value = node.value_exact<std::int64_t>();
    if (!value) fail_at(node, fmt::format("'{}' must be a whole number", key));
    return *value;
}

std::int64_t TomlTable::whole_or(const std::string& key, std::int64_t fallback) {
    return find(key) == nullptr ? fallback : whole(key);
}

double TomlTable::number(const std::string& key) {
    const auto& node = need(key);
    if (!node.is_number()) fail_at(node, fmt::format("'{}' must be a number", key));
    return *node.value<double>();
}

double TomlTable::number_or(const std::string& key, double fallback) {
    return find(key) == nullptr ? fallback : number(key);
}

bool TomlTable::truth_or(const std::string& key, bool fallback) {
    const auto* node = find(key);
    if (node == nullptr) return fallback;
    const auto value = node->value_exact<bool>();
    if (!value) fail_at(*node, fmt::format("'{}' must be true or false", key));
    return *value;
}

std::vector<double> TomlTable::number_list(const std::string& key) {
    const auto& node = need(key);
    if (!node.is_array()) fail_at(node, fmt::format("'{}' must be a list of numbers", key));
    std::vector<double> found;
    for (const auto& item : *node.as_array()) {
        if (!item.is_number()) fail_at(item, fmt::format("'{}' must hold numbers only", key));
        found.push_back(*item.value<double>());
    }
    return found;
}

std::vector<std::string> TomlTable::texts_or_none(const std::string& key) {
    return find(key) == nullptr ? std::vector<std::string>{} : texts(key);
}

TomlTable TomlTable::table(const std::string& key) { return {table_of(need(key), key), file_}; }

std::vector<std::string> TomlTable::texts(const std::string& key) {
    const auto& node = need(key);
    if (!node.is_array()) fail_at(node, fmt::format("'{}' must be a list of texts", key));
    std::vector<std::string> found;
    for (const auto& item : *node.as_array()) {
        const auto value = item.value_exact<std::string>();
        if (!value) fail_at(item, fmt::format("'{}' must hold texts in quotes only", key));
        found.push_back(*value);
    }
    return found;
}

std::map<std::string, double> TomlTable::numbers(const std::string& key) {
    std::map<std::string, double> found;
    for (const auto& [name, value] : table_of(need(key), key)) {
        if (!value.is_number()) fail_at(value, fmt::format("'{}.{}' must be a number", key, name.str()));
        found.emplace(name.str(), *value.value<double>());
    }
    return found;
}

std::map<std::string, std::string> TomlTable::texts_by_name(const std::string& key) {
    std::map<std::string, std::string> found;
    const auto* node = find(key);
    if (node == nullptr) return found;
    for (const auto& [name, value] : table_of(*node, key)) {
        const auto text = value.value_exact<std::string>();
        if (!text) fail_at(value, fmt::format("'{}.{}' must be a text in quotes", key, name.str()));
        found.emplace(name.str(), *text);
    }
    return found;
}

std::vector<TomlTable> TomlTable::tables(const std::string& key, bool may_be_absent) {
    std::vector<TomlTable> found;
    const auto* node = find(key);
    if (node == nullptr && may_be_absent) return found;
    if (node == nullptr || !node->is_array_of_tables()) fail(key, fmt::format("there must be a [[{}]]", key));
    for (const auto& item : *node->as_array()) found.emplace_back(*item.as_table(), file_);
    return found;
}

void TomlTable::finish() const {
    const toml::key* first = nullptr;
    for (const auto& [key, value] : *table_) {
        if (std::ranges::find(asked_, key.str()) != asked_.end()) continue;
        const auto place = [](const toml::key& k) { return std::pair(k.source().begin.line, k.source().begin.column); };
        if (first == nullptr || place(key) < place(*first)) first = &key;
    }
    if (first == nullptr) return;
    fail_there(file_, first->source().begin,
               fmt::format("unknown key '{}'{}", first->str(), hint(first->str(), asked_)));
}

void TomlTable::fail(const std::string& key, const std::string& what) const {
    const auto* node = table_->get(key);
    fail_at(node == nullptr ? *table_ : *node, what);
}

const toml::node* TomlTable::find(const std::string& key) {
    if (std::ranges::find(asked_, key) == asked_.end()) asked_.push_back(key);
    return table_->get(key);
}

const toml::node& TomlTable::need(const std::string& key) {
    const auto* node = find(key);
    if (node == nullptr) {
        std::vector<std::string> present;
        for (const auto& [name, value] : *table_) present.emplace_back(name.str());
        const auto near = nearest_name(key, present);
        const bool misspelt = !near.empty() && std::ranges::find(asked_, near) == asked_.end();
        fail(key,
             fmt::format("'{}' is missing{}", key, misspelt ? fmt::format("; is '{}' meant to be it?", near) : ""));
    }
    return *node;
}

void TomlTable::fail_at(const toml::node& node, const std::string& what) const {
    fail_there(file_, node.source().begin, what);
}

const toml::table& TomlTable::table_of(const toml::node& node, const std::string& key) const {
    if (!node.is_table()) fail_at(node, fmt::format("'{}' must be a table: {{ name = value, ... }}", key));
    return *node.as_table();
}

toml::table parse_toml_file(const std::string& path) {
    const auto text = read_text_file(path);
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        fail_there(path, error.source().begin, error.description());
    }
}

}  // namespace linmu

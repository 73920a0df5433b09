// SPDX-License-Identifier: MIT
#pragma once
#include <toml++/toml.h>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace linmu {

/// A TOML table that is asked for each of its keys: `finish` refuses those that nobody asked for.
/// Messages are "file:line:column: ...".
class TomlTable {
public:
    TomlTable(const toml::table& table, std::string file) : table_(&table), file_(std::move(file)) {}

    [[nodiscard]] std::string text(const std::string& key);
    [[nodiscard]] std::string text_or(const std::string& key, const std::string& fallback);
    [[nodiscard]] std::int64_t whole(const std::string& key);
    [[nodiscard]] std::int64_t whole_or(const std::string& key, std::int64_t fallback);
    [[nodiscard]] double number(const std::string& key);
    [[nodiscard]] double number_or(const std::string& key, double fallback);
    [[nodiscard]] bool truth_or(const std::string& key, bool fallback);
    [[nodiscard]] std::vector<double> number_list(const std::string& key);
    [[nodiscard]] std::vector<std::string> texts(const std::string& key);
    [[nodiscard]] std::vector<std::string> texts_or_none(const std::string& key);
    /// `key = { a = 1, b = 2.5 }`
    [[nodiscard]] std::map<std::string, double> numbers(const std::string& key);
    /// A table of texts; empty when absent.
    [[nodiscard]] std::map<std::string, std::string> texts_by_name(const std::string& key);
    /// `[[key]]`, at least one unless `may_be_absent`.
    [[nodiscard]] std::vector<TomlTable> tables(const std::string& key, bool may_be_absent = false);
    /// `[key]` or `key = { ... }`.
    [[nodiscard]] TomlTable table(const std::string& key);
    [[nodiscard]] bool has(const std::string& key) const { return table_->contains(key); }
    /// Throws for the first key, in the file's order, that was never asked for.
    void finish() const;
    /// Throws DataError at the place of `key`, or of the table when it has no such key.
    [[noreturn]] void fail(const std::string& key, const std::string& what) const;

private:
    [[nodiscard]] const toml::node* find(const std::string& key);
    [[nodiscard]] const toml::node& need(const std::string& key);
    [[noreturn]] void fail_at(const toml::node& node, const std::string& what) const;
    [[nodiscard]] const toml::table& table_of(const toml::node& node, const std::string& key) const;

    const toml::table* table_;
    std::string file_;
    std::vector<std::string> asked_;
};

/// Throws DataError: not there, or no TOML.
[[nodiscard]] toml::table parse_toml_file(const std::string& path);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "ledger_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "ledger_columns.hpp"
#include "linmu/io/hash.hpp"

namespace linmu {
namespace {

/// Rows of an answer: to print many takes longer than to find them.
constexpr std::size_t most_remembered = 5000;

/// Columns and rows as one text that no other table has.
std::string content_of(const Table& table) {
    std::string text;
    for (const auto& c : table.spec.columns)
        text += fmt::format("{}\x1f{}\x1f{}\x1f{}\x1e", c.name, type_name(c.type), c.unit, c.name_zh);
    for (const auto& row : table.rows) {
        for (const auto& value : row) text += fmt::format("{}\x1f{}\x1e", value.index(), to_text(value));
    }
    return text;
}

}  // namespace

void LedgerMemory::settle(const std::string& key) {
    key_ = key;
    marks_.clear();
}

std::string LedgerMemory::mark(const std::string& table, const std::function<bool()>& is_there) const {
    if (const auto known = marks_.find(table); known != marks_.end()) return known->second;
    return key_ && is_there() ? *key_ : "";
}

std::vector<std::string> LedgerMemory::changed() const {
    std::vector<std::string> names;
    for (const auto& [table, mark] : marks_) names.push_back(table);
    return names;
}

void LedgerMemory::trace(LedgerAnswers known) {
    trace_.emplace();
    known_ = std::move(known);
}

LedgerTrace LedgerMemory::traced() {
    known_.clear();
    return std::exchange(trace_, {}).value_or(LedgerTrace{});
}

void LedgerMemory::note_put(const Table& table, const std::string& before) {
    if (!key_) return;
    marks_[table.spec.name] = text_hash(before + content_of(table));
    if (trace_) trace_->put.push_back(table);
}

void LedgerMemory::note_more() {
    if (trace_) trace_->whole = false;
}

void LedgerMemory::note_read(const std::string& table, const std::string& mark) {
    if (trace_) trace_->read.try_emplace(table, mark);
}

void LedgerMemory::note_answer(const std::string& sql, const std::set<std::string>& read, const Table& rows,
                               const Mark& mark) {
    if (!trace_) return;
    LedgerAnswer answer;
    for (const auto& table : read) answer.read.emplace(table, mark(table));
    trace_->read.insert(answer.read.begin(), answer.read.end());
    if (rows.rows.size() > most_remembered) return;
    answer.rows = rows;
    trace_->answers.insert_or_assign(sql, std::move(answer));
}

std::optional<Table> LedgerMemory::recall(const std::string& sql, const Mark& mark) {
    const auto answer = known_.find(sql);
    const auto as_it_was = [&](const auto& table) { return mark(table.first) == table.second; };
    if (answer == known_.end() || !std::ranges::all_of(answer->second.read, as_it_was)) return {};
    trace_->read.insert(answer->second.read.begin(), answer->second.read.end());
    trace_->answers.insert_or_assign(sql, answer->second);
    return answer->second.rows;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "linmu/io/ledger.hpp"

namespace linmu {

/// What a ledger's tables are known by, and what was read and put while it was traced.
class LedgerMemory {
public:
    using Mark = std::function<std::string(const std::string& table)>;

    /// All that is there now is known by this key.
    void settle(const std::string& key);
    /// Of a table: "" when it is not there. `is_there` is asked when no rows were put into it since.
    [[nodiscard]] std::string mark(const std::string& table, const std::function<bool()>& is_there) const;
    /// Tables that rows were put into since.
    [[nodiscard]] std::vector<std::string> changed() const;

    void trace(LedgerAnswers known);
    [[nodiscard]] LedgerTrace traced();
    /// `before`: the table's mark until now.
    void note_put(const Table& table, const std::string& before);
    /// Something else than a table was put.
    void note_more();
    void note_read(const std::string& table, const std::string& mark);
    void note_answer(const std::string& sql, const std::set<std::string>& read, const Table& rows, const Mark& mark);
    /// The answer of before, noted once more, when all that it was read from is as it was.
    [[nodiscard]] std::optional<Table> recall(const std::string& sql, const Mark& mark);

private:
    std::optional<std::string> key_;
    std::map<std::string, std::string> marks_;
    std::optional<LedgerTrace> trace_;
    LedgerAnswers known_;
};

}  // namespace linmu

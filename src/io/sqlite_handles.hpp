// SPDX-License-Identifier: MIT
#pragma once
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "linmu/core/layer.hpp"

namespace linmu {

/// "name" with quotes of SQL.
[[nodiscard]] std::string sql_name(std::string_view name);

struct StatementCloser {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, StatementCloser>;

/// An open SQLite file, for one thread at a time. Faults are DataError with SQLite's words, the file and the SQL.
class Database {
public:
    enum class Mode { read, write };
    Database(std::string path, Mode mode);

    void run(const std::string& sql);
    /// Rows of a county are then sorted and joined in memory (64 MiB of pages, against 2), not in files beside. For one that is asked many
    /// queries: to read a file through once is slower so, since its pages are no longer put in place of each other.
    void make_room();
    /// Ends a transaction, if SQLite has not done so itself (it does when the disk is full).
    void roll_back() noexcept;
    /// One statement; more after it is an error.
    [[nodiscard]] Statement prepare(const std::string& sql) const;
    /// The same; `read` is given the names of the tables and views that it reads.
    [[nodiscard]] Statement prepare(const std::string& sql, std::set<std::string>& read) const;
    /// Next row there?
    [[nodiscard]] bool step(sqlite3_stmt* statement) const;
    /// From 1.
    void bind(sqlite3_stmt* statement, int index, const Value& value) const;
    /// As above, of a text that lives until the statement is reset: it is not copied.
    void bind_kept(sqlite3_stmt* statement, int index, const Value& value) const;
    /// First column of the first row as text, "" for none.
    [[nodiscard]] std::string text(const std::string& sql) const;
    /// Throws for what an open handle cannot flush.
    void close();

private:
    void bind_with(sqlite3_stmt* statement, int index, const Value& value, sqlite3_destructor_type lifetime) const;
    struct Closer {
        void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
    };
    [[noreturn]] void fail(const std::string& sql) const;

    std::string path_;
    std::unique_ptr<sqlite3, Closer> handle_;
};

[[nodiscard]] Value column_value(sqlite3_stmt* statement, int column);

}  // namespace linmu

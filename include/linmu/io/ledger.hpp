// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/layer.hpp"
#include "linmu/io/vector.hpp"

namespace linmu {

/// The answer to a query, and the marks of the tables that it was read from.
struct LedgerAnswer {
    std::map<std::string, std::string> read;
    Table rows;
};
using LedgerAnswers = std::map<std::string, LedgerAnswer>;  ///< by SQL

/// What was read in a ledger and put there while it was traced.
struct LedgerTrace {
    std::map<std::string, std::string> read;  ///< table or view that was asked for: its mark at that time
    std::vector<Table> put;
    LedgerAnswers answers;  ///< those of few rows: to print many rows takes longer than to find them
    bool whole = true;      ///< false: more was put than tables
};

/// The run's book of facts: a GeoPackage (SQLite), so that QGIS, SQL and GDAL read it. Tables hold facts only;
/// areas are whole numbers of 1e-4 m2 in columns of FieldType::area, for which a view `<table>_m2` shows m2, ha and mu
/// (`area` as area_m2, area_ha, area_mu). `linmu_columns(table_name, column_name, type, unit, name_zh)` says what each column
/// is; the unit of an area column is "1e-4 m2". Each table has a key `fid`, or `row_id` where it has a fid of its own.
/// `linmu_source(table_name, step, first_row, last_row)` says which step of the run put which rows.
/// One writer, one thread. Written under a temporary name; `close` checks (integrity_check, foreign keys), and renames.
/// The same calls give the same bytes.
class Ledger {
public:
    /// A new ledger. Throws DataError when the place can't be written.
    explicit Ledger(const std::string& path);
    /// A finished ledger, to be asked only.
    [[nodiscard]] static Ledger open(const std::string& path);
    /// A new ledger that begins with a copy of one that was kept.
    [[nodiscard]] static Ledger go_on(const std::string& path, const std::string& kept);
    ~Ledger();
    Ledger(Ledger&&) noexcept;
    Ledger& operator=(Ledger&&) noexcept;

    /// The step that all rows come from that are put from now on.
    void credit(const std::string& step);
    /// A table of this name is made or, if it has the same columns, added to; otherwise DataError. Rows keep their order.
    void put(Table table);
    /// Features with geometry, as a feature table.
    void put(const Layer& layer);
    /// Is there a table, feature table or view of this name?
    [[nodiscard]] bool has(std::string_view table) const;
    /// Result of one SELECT. Types from the values; a column taken from a table as it is keeps its Chinese name and unit, and
    /// its type when that is an area. Throws DataError with SQLite's words and the query.
    [[nodiscard]] Table query(const std::string& sql, std::string_view name = "query") const;
    /// For a ledger that will not be kept: tables stay in memory, and are written only when the ledger is asked.
    void hold();
    /// The held tables by name, each with its key as the first column, as a query would give them; they are gone from
    /// here then. Nothing when tables have been written.
    [[nodiscard]] std::optional<std::vector<Table>> take_held();
    /// A copy of it as it is, for `go_on`. Throws DataError.
    void keep(const std::string& path) const;
    /// What is in it now is known by this key: the mark of all its tables, until rows are added.
    void settle(const std::string& key);
    /// After `settle`: the same mark, the same rows; "" for a table that is not there.
    [[nodiscard]] std::string mark(const std::string& table) const;
    /// From here to `traced`, what is read and put is noted. After `settle`. A query among `known` whose tables have the marks that they had
    /// then is not asked again.
    void trace(LedgerAnswers known = {});
    [[nodiscard]] LedgerTrace traced();
    /// After it, the ledger can still be asked, and not written.
    void close();

private:
    struct Impl;
    explicit Ledger(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace linmu

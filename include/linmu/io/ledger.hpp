// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "linmu/core/layer.hpp"
#include "linmu/io/vector.hpp"

namespace linmu {

/// The run's book of facts: a GeoPackage (SQLite), so that QGIS, SQL and GDAL read it. Tables hold facts only;
/// areas are whole numbers of 1e-4 m2 in columns of FieldType::area, for which a view `<table>_m2` shows m2, ha and mu.
/// One writer. Written under a temporary name; `close` checks (integrity_check, foreign keys), and renames.
class Ledger {
public:
    /// A new ledger.
    explicit Ledger(const std::string& path);
    ~Ledger();
    Ledger(Ledger&&) noexcept;
    Ledger& operator=(Ledger&&) noexcept;

    /// A table of this name is made (with `linmu_columns` rows for units and Chinese names) or, if it has the same columns, added to.
    void put(const Table& table);
    /// Features with geometry, as a feature table.
    void put(const Layer& layer);
    [[nodiscard]] bool has(std::string_view table) const;
    /// Result of one SELECT; types from the values. Throws DataError with SQLite's words and the query.
    [[nodiscard]] Table query(const std::string& sql, std::string_view name = "query") const;
    void close();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace linmu

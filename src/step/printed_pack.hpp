// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "linmu/io/table_pack.hpp"
#include "linmu/io/workbook.hpp"
#include "linmu/step/step.hpp"

namespace linmu {

/// A table pack that a step prints: its file read, its parameters set, its queries asked, its CSV files and workbooks written among
/// the run's products.
class PrintedPack {
public:
    /// Reads the pack; it and the terms that it names become inputs of the run.
    void load(const std::string& name, const std::vector<std::string>& with, PlanContext& context);
    [[nodiscard]] const TablePack& pack() const noexcept { return pack_; }
    /// All that the pack says, and the terms that it names.
    [[nodiscard]] std::string told() const;

    /// The first ledger table that a definition needs and a run lacks, or "".
    [[nodiscard]] static std::string missing(const TableDefinition& definition, const Ledger& ledger);
    /// SQL with its parameters, and with empty stand-ins for the tables that it only wants.
    [[nodiscard]] std::string query_of(const TableDefinition& definition, const std::string& sql,
                                       const Ledger& ledger) const;
    /// The rows of `definition.sql`; its columns are "name|中文|unit", and the unit "area" marks whole numbers of 1e-4 m2.
    [[nodiscard]] Table rows_of(const TableDefinition& definition, const Ledger& ledger) const;

    /// A sheet of the table, which must outlive it, with the pack's footer.
    [[nodiscard]] Sheet sheet_of(const TableDefinition& definition, const Table& table, Language language) const;
    /// Writes a file of the pack below the run's products, and tells of it. By any thread.
    using Writing = std::function<Product()>;
    [[nodiscard]] Writing csv_of(const TableDefinition& definition, const Table& table, const std::string& folder,
                                 Language language, const RunContext& context) const;
    [[nodiscard]] Writing book_of(std::vector<Sheet> sheets, const std::string& folder, Language language,
                                  const RunContext& context) const;
    /// All at once; the products are told in the order of the list.
    static void write(const std::vector<Writing>& files, const std::string& folder, RunContext& context);

private:
    std::string file_;
    TablePack pack_;
};

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <vector>

#include "linmu/io/wanted_table.hpp"

namespace linmu {

/// One printed table of a pack (data/tables/<pack>.toml): a list (`sql`), or a summary by units and classes (`cells` and `columns`).
struct TableDefinition {
    std::string id;  ///< file name
    std::string title_zh, title_en;
    std::vector<std::string> needs;  ///< ledger tables; without one of them the table is not written
    std::vector<WantedTable> wants;  ///< others that it reads where a run has them
    std::string sql;  ///< one SELECT; `column AS "name|中文|unit"`; unit "area" is printed in the table's unit
    std::string
        cells;  ///< one SELECT of `unit`, class, area (1e-4 m2); units and their parents are those of the ledger's table `zone`
    std::vector<std::string>
        columns;  ///< "key|中文|English", or "key|中文|English|classes or columns that it adds up": CrosstabColumn
    bool balance = false;  ///< columns 年初, 年内减少, 年内增加, 年末 follow, where units are classes too
    std::string unit = "mu";  ///< m2, ha or mu
    int decimals = 2;
    bool total = false;  ///< a first row 合计 of area columns; printed rows are levelled to add up to it
};
struct TablePack {
    std::string id, name_zh, name_en;
    std::vector<std::string> footer_zh, footer_en;  ///< below each table of the workbook; ${name} is a parameter
    std::map<std::string, std::string> parameters;  ///< text substituted for ${name} in the SQL
    std::string terms_name;  ///< of the words and thresholds that rule packs share (data/terms); "": none
    std::vector<TableDefinition> tables;
};
[[nodiscard]] TablePack load_table_pack(const std::string& name);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <vector>

namespace linmu {

/// One printed table of a pack (data/tables/<pack>.toml).
struct TableDefinition {
    std::string id;  ///< file name
    std::string title_zh, title_en;
    std::vector<std::string> needs;  ///< ledger tables
    std::string sql;  ///< one SELECT; `column AS "name|中文|unit"`; unit "area" is printed in the table's unit
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

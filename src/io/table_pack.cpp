// SPDX-License-Identifier: MIT
#include "linmu/io/table_pack.hpp"

#include <filesystem>

#include "linmu/io/data_file.hpp"
#include "toml_reader.hpp"
#include "wanted_reader.hpp"

namespace linmu {
namespace {

TableDefinition table_of(TomlTable& t, const WantedTables& wanted) {
    TableDefinition table;
    table.id = t.text("id");
    table.title_zh = t.text("title_zh");
    table.title_en = t.text("title_en");
    table.needs = t.texts("needs");
    table.wants = read_wants(t, wanted);
    table.sql = t.text_or("sql", "");
    table.cells = t.text_or("cells", "");
    table.columns = t.texts_or_none("columns");
    table.balance = t.whole_or("balance", 0) != 0;
    if (table.sql.empty() == table.cells.empty())
        t.fail("id", "'" + table.id + "' must have sql, for a list, or cells and columns, for a summary");
    if (table.cells.empty() != table.columns.empty())
        t.fail("id", "'" + table.id + "' must have both cells and columns");
    table.unit = t.text_or("unit", "mu");
    table.decimals = static_cast<int>(t.whole_or("decimals", 2));
    table.total = t.whole_or("total", 0) != 0;
    if (table.unit != "m2" && table.unit != "ha" && table.unit != "mu")
        t.fail("unit", "'" + table.unit + "' is no unit of area; m2, ha or mu");
    t.finish();
    return table;
}

/// A pack's own, and the words that rule packs share, as in an indicator pack.
std::map<std::string, std::string> parameters_of(TomlTable& file) {
    auto parameters = file.texts_by_name("parameters");
    for (const auto& term : load_terms(file.text_or("terms", ""))) parameters.emplace(term.name, term.value);
    return parameters;
}

}  // namespace

TablePack load_table_pack(const std::string& name) {
    const std::string path = find_data_file("tables", name);
    const toml::table root = parse_toml_file(path);
    TomlTable file(root, path);
    TablePack pack{std::filesystem::path(path).stem().string(),
                   file.text("name_zh"),
                   file.text("name_en"),
                   file.texts_or_none("footer_zh"),
                   file.texts_or_none("footer_en"),
                   parameters_of(file),
                   file.text_or("terms", ""),
                   {}};
    const auto wanted = read_wanted(file);
    for (auto& t : file.tables("table")) pack.tables.push_back(table_of(t, wanted));
    file.finish();
    return pack;
}

}  // namespace linmu

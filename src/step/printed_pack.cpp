// SPDX-License-Identifier: MIT
#include "printed_pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "common.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/versions.hpp"
#include "linmu/io/wanted_table.hpp"

namespace linmu {
namespace {

AreaUnit unit_of(const TableDefinition& definition) {
    return definition.unit == "m2" ? AreaUnit::m2 : definition.unit == "ha" ? AreaUnit::ha : AreaUnit::mu;
}

Field field_of(const Field& queried) {
    const auto bar = queried.name.find('|');
    if (bar == std::string::npos) return queried;
    const auto second = queried.name.find('|', bar + 1);
    Field field{queried.name.substr(0, bar), queried.type, "", queried.name.substr(bar + 1, second - bar - 1)};
    if (second != std::string::npos) field.unit = queried.name.substr(second + 1);
    if (field.unit == "area") field.type = FieldType::area;
    return field;
}

const char* suffix(Language language) { return language == Language::zh ? "zh" : "en"; }

}  // namespace

void PrintedPack::load(const std::string& name, const std::vector<std::string>& with, PlanContext& context) {
    pack_ = load_table_pack(name);
    file_ = find_data_file("tables", name);
    context.files->push_back(file_);
    if (!pack_.terms_name.empty()) context.files->push_back(find_data_file("terms", pack_.terms_name));
    set_parameters(pack_.parameters, with, pack_.id);
}

std::string PrintedPack::told() const { return with_named(read_text_file(file_), pack_.parameters); }

std::string PrintedPack::missing(const TableDefinition& definition, const Ledger& ledger) {
    const auto it = std::ranges::find_if(definition.needs, [&](const auto& need) { return !ledger.has(need); });
    return it == definition.needs.end() ? "" : *it;
}

std::string PrintedPack::query_of(const TableDefinition& definition, const std::string& sql,
                                  const Ledger& ledger) const {
    return with_stand_ins(with_parameters(sql, pack_.parameters), stand_ins(ledger, definition.wants));
}

Table PrintedPack::rows_of(const TableDefinition& definition, const Ledger& ledger) const {
    Table table = ledger.query(query_of(definition, definition.sql, ledger), definition.id);
    for (auto& column : table.spec.columns) column = field_of(column);
    return table;
}

Sheet PrintedPack::sheet_of(const TableDefinition& definition, const Table& table, Language language) const {
    const bool chinese = language == Language::zh;
    Sheet sheet{.title = chinese ? definition.title_zh : definition.title_en,
                .table = &table,
                .area_unit = unit_of(definition),
                .decimals = definition.decimals,
                .total_first = definition.total,
                .footer = {}};
    for (const auto& line : chinese ? pack_.footer_zh : pack_.footer_en)
        sheet.footer.push_back(with_parameters(line, pack_.parameters));
    sheet.footer.push_back("linmu " + program_version());
    return sheet;
}

PrintedPack::Writing PrintedPack::csv_of(const TableDefinition& definition, const Table& table,
                                         const std::string& folder, Language language,
                                         const RunContext& context) const {
    const bool chinese = language == Language::zh;
    Product product;
    product.path = context.product_path(fmt::format("{}/{}.{}.csv", folder, definition.id, suffix(language)));
    product.kind = "table";
    product.title = chinese ? definition.title_zh : definition.title_en;
    return [&definition, &table, language, chinese, product] {
        write_csv(product.path, table,
                  {.language = language,
                   .area_unit = unit_of(definition),
                   .decimals = definition.decimals,
                   .byte_order_mark = chinese});
        return product;
    };
}

PrintedPack::Writing PrintedPack::book_of(std::vector<Sheet> sheets, const std::string& folder, Language language,
                                          const RunContext& context) const {
    Product product;
    product.path = context.product_path(fmt::format("{}/{}.{}.xlsx", folder, pack_.id, suffix(language)));
    product.kind = "workbook";
    product.title = language == Language::zh ? pack_.name_zh : pack_.name_en;
    return [sheets = std::move(sheets), language, product] {
        write_workbook(product.path, sheets, language);
        return product;
    };
}

void PrintedPack::write(const std::vector<Writing>& files, const std::string& folder, RunContext& context) {
    std::vector<Product> products(files.size());
    if (!files.empty()) std::filesystem::create_directories(context.product_path(folder));
    context.parallel(files.size(), [&](std::size_t i) { products[i] = files[i](); });
    std::ranges::move(products, std::back_inserter(*context.products));
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "legend_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/block.hpp"
#include "linmu/io/data_file.hpp"

namespace linmu {

ClassNames::ClassNames(const std::string& legend_id) {
    if (!legend_id.empty()) legend_ = load_legend(legend_id);
}

Value ClassNames::code(std::int32_t code) const {
    if (code == no_code) return {};
    return std::int64_t{code};
}

std::string ClassNames::key(std::int32_t code) const {
    if (code == no_code) return "no value";
    if (!legend_) return fmt::format("{}", code);
    const auto* found = legend_->find(code);
    return found ? found->key : fmt::format("unknown {}", code);
}

std::optional<std::int32_t> ClassNames::find(std::string_view key) const {
    if (!legend_) return {};
    const auto it = std::ranges::find(legend_->classes, key, &LegendClass::key);
    return it == legend_->classes.end() ? std::nullopt : std::optional(it->code);
}

void ClassNames::record(Ledger& ledger) const {
    if (!legend_) return;
    const auto known =
        ledger.has("legend")
            ? ledger.query(fmt::format("SELECT 1 FROM legend WHERE legend = '{}'", legend_->id)).rows.size()
            : 0;
    if (known > 0) return;
    Table table{{"legend",
                 "图例",
                 {{"legend", FieldType::text, "", "图例"},
                  {"code", FieldType::integer, "", "代码"},
                  {"class", FieldType::text, "", "地类"},
                  {"name_zh", FieldType::text, "", "中文名"},
                  {"name_en", FieldType::text, "", "英文名"},
                  {"parent", FieldType::text, "", "上级"}}},
                {}};
    for (const auto& c : legend_->classes)
        table.rows.push_back({legend_->id, std::int64_t{c.code}, c.key, c.name_zh, c.name_en, c.parent});
    ledger.put(table);
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "common.hpp"
#include "linmu/core/error.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/table_pack.hpp"
#include "linmu/io/versions.hpp"
#include "linmu/io/workbook.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

/// A spreadsheet takes no longer title.
constexpr std::size_t longest_title = 31;

/// One page: the rows of a zone without the columns that name it.
struct Page {
    std::string zone, name;
    Table table;
};

class ZoneSheets final : public WholeStep {
public:
    StepInfo info() const override {
        return {"zone-sheets",
                "分村表",
                "Writes a workbook with a sheet for each zone, and a CSV of all of them: the query of a table pack "
                "whose first two columns are the zone's code and name. Ledger table 'sheet'.",
                "write",
                {},
                ArtifactKind::none,
                1,
                true};
    }

    void declare(Params& p) override {
        p.add("pack", "table pack (data/tables) with one table", &pack_name_).required();
        p.add("with", "parameters of the pack: \"after=2025\"", &with_);
        p.add("folder", "below the run's products", &folder_).output();
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        pack_ = load_table_pack(pack_name_);
        context.files->push_back(find_data_file("tables", pack_name_));
        set_parameters(pack_.parameters, with_, pack_.id);
        if (pack_.tables.size() != 1)
            throw DataError(fmt::format("table pack '{}' has {} tables; sheets by zone are made of one", pack_.id,
                                        pack_.tables.size()));
        return {};
    }

    Made run(const WholeInput&, RunContext& context) override {
        const auto& definition = pack_.tables.front();
        const auto missing =
            std::ranges::find_if(definition.needs, [&](const auto& need) { return !context.ledger->has(need); });
        if (missing != definition.needs.end()) {
            context.note(fmt::format("no sheets are written: the ledger has no {}", *missing));
            return {};
        }
        std::filesystem::create_directories(context.product_path(folder_));
        Table all = context.ledger->query(with_parameters(definition.sql, pack_.parameters), definition.id);
        for (auto& column : all.spec.columns) column = field_of(column);
        if (all.spec.columns.size() < 3)
            throw DataError(fmt::format(
                "table '{}': a sheet by zone needs the zone's code, its name, and a column more", definition.id));
        const auto pages = pages_of(all);
        for (const auto language : {Language::zh, Language::en}) {
            write_all(all, language, context);
            write_book(pages, language, context);
        }
        record(pages, context);
        return {};
    }

private:
    /// "name|中文|unit" of a query's column, as the step `tables` has it.
    static Field field_of(const Field& queried) {
        const auto bar = queried.name.find('|');
        if (bar == std::string::npos) return queried;
        const auto second = queried.name.find('|', bar + 1);
        Field field{queried.name.substr(0, bar), queried.type, "", queried.name.substr(bar + 1, second - bar - 1)};
        if (second != std::string::npos) field.unit = queried.name.substr(second + 1);
        if (field.unit == "area") field.type = FieldType::area;
        return field;
    }

    /// In the order of the query; rows of a zone need not stand together.
    static std::vector<Page> pages_of(const Table& all) {
        std::vector<Page> pages;
        std::map<std::string, std::size_t> known;
        for (const auto& row : all.rows) {
            const auto zone = to_text(row[0]);
            const auto [at, fresh] = known.try_emplace(zone, pages.size());
            if (fresh) {
                TableSpec spec = all.spec;
                spec.columns.erase(spec.columns.begin(), spec.columns.begin() + 2);
                pages.push_back({zone, to_text(row[1]), {std::move(spec), {}}});
            }
            pages[at->second].table.rows.emplace_back(row.begin() + 2, row.end());
        }
        return pages;
    }

    /// Names of villages come more than once in a county; codes do not.
    static std::vector<std::string> titles_of(const std::vector<Page>& pages) {
        std::map<std::string, int> uses;
        for (const auto& page : pages) ++uses[page.name];
        std::vector<std::string> titles;
        for (const auto& page : pages) {
            const bool own = uses[page.name] == 1 && !page.name.empty() && page.name.size() <= longest_title;
            titles.push_back(own ? page.name : page.zone.substr(0, longest_title));
        }
        return titles;
    }

    std::vector<std::string> footer(Language language) const {
        std::vector<std::string> lines;
        for (const auto& line : language == Language::zh ? pack_.footer_zh : pack_.footer_en)
            lines.push_back(with_parameters(line, pack_.parameters));
        lines.push_back("linmu " + program_version());
        return lines;
    }

    [[nodiscard]] AreaUnit unit() const {
        const auto& name = pack_.tables.front().unit;
        return name == "m2" ? AreaUnit::m2 : name == "ha" ? AreaUnit::ha : AreaUnit::mu;
    }

    void write_book(const std::vector<Page>& pages, Language language, RunContext& context) const {
        if (pages.empty()) return;
        const auto titles = titles_of(pages);
        std::vector<Sheet> sheets;
        for (std::size_t i = 0; i < pages.size(); ++i) {
            auto lines = footer(language);
            lines.insert(lines.begin(), fmt::format("{} {}", pages[i].name, pages[i].zone));
            sheets.push_back({.title = titles[i],
                              .table = &pages[i].table,
                              .area_unit = unit(),
                              .decimals = pack_.tables.front().decimals,
                              .total_first = false,
                              .footer = std::move(lines)});
        }
        const bool chinese = language == Language::zh;
        Product product;
        product.path = context.product_path(fmt::format("{}/{}.{}.xlsx", folder_, pack_.id, chinese ? "zh" : "en"));
        product.kind = "workbook";
        product.title = chinese ? pack_.name_zh : pack_.name_en;
        write_workbook(product.path, sheets, language);
        context.products->push_back(std::move(product));
    }

    void write_all(const Table& all, Language language, RunContext& context) const {
        const bool chinese = language == Language::zh;
        const auto& definition = pack_.tables.front();
        Product product;
        product.path = context.product_path(fmt::format("{}/{}.{}.csv", folder_, definition.id, chinese ? "zh" : "en"));
        product.kind = "table";
        product.title = chinese ? definition.title_zh : definition.title_en;
        write_csv(
            product.path, all,
            {.language = language, .area_unit = unit(), .decimals = definition.decimals, .byte_order_mark = chinese});
        context.products->push_back(std::move(product));
    }

    void record(const std::vector<Page>& pages, RunContext& context) const {
        Table table{{"sheet",
                     "分村表",
                     {{"pack", FieldType::text, "", "表"},
                      {"zone", FieldType::text, "", "单位代码"},
                      {"name", FieldType::text, "", "单位名称"},
                      {"rows", FieldType::integer, "", "行数"}}},
                    {}};
        for (const auto& page : pages)
            table.rows.push_back({pack_.id, page.zone, page.name, static_cast<std::int64_t>(page.table.rows.size())});
        context.ledger->put(table);
    }

    std::string pack_name_, folder_ = "tables";
    std::vector<std::string> with_;
    TablePack pack_;
};

}  // namespace

std::unique_ptr<Step> make_zone_sheets() { return std::make_unique<ZoneSheets>(); }

}  // namespace linmu

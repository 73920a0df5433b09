// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <map>
#include <memory>

#include "linmu/core/error.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/step/registry.hpp"
#include "printed_pack.hpp"

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
        pack_.load(pack_name_, with_, context);
        if (pack_.pack().tables.size() != 1)
            throw DataError(fmt::format("table pack '{}' has {} tables; sheets by zone are made of one",
                                        pack_.pack().id, pack_.pack().tables.size()));
        return {};
    }

    std::optional<std::string> told() const override { return pack_.told(); }

    Made run(const WholeInput&, RunContext& context) override {
        const auto& definition = pack_.pack().tables.front();
        if (const auto missing = PrintedPack::missing(definition, *context.ledger); !missing.empty()) {
            context.note(fmt::format("no sheets are written: the ledger has no {}", missing));
            return {};
        }
        const Table all = pack_.rows_of(definition, *context.ledger);
        if (all.spec.columns.size() < 3)
            throw DataError(fmt::format(
                "table '{}': a sheet by zone needs the zone's code, its name, and a column more", definition.id));
        const auto pages = pages_of(all);
        std::vector<PrintedPack::Writing> files;
        for (const auto language : {Language::zh, Language::en}) {
            files.push_back(pack_.csv_of(definition, all, folder_, language, context));
            if (!pages.empty())
                files.push_back(pack_.book_of(sheets_of(definition, pages, language), folder_, language, context));
        }
        PrintedPack::write(files, folder_, context);
        record(pages, context);
        return {};
    }

private:
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

    std::vector<Sheet> sheets_of(const TableDefinition& definition, const std::vector<Page>& pages,
                                 Language language) const {
        const auto titles = titles_of(pages);
        std::vector<Sheet> sheets;
        for (std::size_t i = 0; i < pages.size(); ++i) {
            auto& sheet = sheets.emplace_back(pack_.sheet_of(definition, pages[i].table, language));
            sheet.title = titles[i];
            sheet.footer.insert(sheet.footer.begin(), fmt::format("{} {}", pages[i].name, pages[i].zone));
        }
        return sheets;
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
            table.rows.push_back(
                {pack_.pack().id, page.zone, page.name, static_cast<std::int64_t>(page.table.rows.size())});
        context.ledger->put(table);
    }

    std::string pack_name_, folder_ = "tables";
    std::vector<std::string> with_;
    PrintedPack pack_;
};

}  // namespace

std::unique_ptr<Step> make_zone_sheets() { return std::make_unique<ZoneSheets>(); }

}  // namespace linmu

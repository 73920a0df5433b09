// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "linmu/core/error.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class WriteTable final : public WholeStep {
public:
    StepInfo info() const override {
        return {"write-table",
                "写表",
                "Writes a table as CSV or GeoPackage.",
                "write",
                {{.name = "table", .kind = ArtifactKind::table, .help = "what to write"}},
                ArtifactKind::none,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("path", "file (.csv or .gpkg), below the run's products", &path_).output().required();
        p.add("area-unit", "of areas in a CSV; a GeoPackage has them as whole 1e-4 m2 and views in all units", &unit_)
            .choices({"m2", "ha", "mu"});
        p.add("decimals", "of areas in a CSV", &decimals_).limits(0, 9);
        p.add("language", "of a CSV's header", &language_).choices({"en", "zh"});
    }

    Artifact plan(std::span<const Artifact>, PlanContext&) override {
        const auto extension = std::filesystem::path(path_).extension();
        if (extension != ".csv" && extension != ".gpkg") throw UsageError("'path' must end in .csv or .gpkg");
        return {};
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Table& table = *inputs.tables.at(0);
        const std::string file = context.product_path(path_);
        std::filesystem::create_directories(std::filesystem::path(file).parent_path());
        if (std::filesystem::path(path_).extension() == ".gpkg") write_geopackage_table(file, table);
        else write_csv(file, table, options(), context.parallel);
        Product product;
        product.path = file;
        product.kind = "table";
        product.title = table.spec.title_zh.empty() ? table.spec.name : table.spec.title_zh;
        product.table = table.spec.name;
        context.products->push_back(std::move(product));
        return {};
    }

private:
    static void write_geopackage_table(const std::string& file, const Table& table) {
        Ledger book(file);
        book.put(table);
        book.close();
    }

    [[nodiscard]] CsvOptions options() const {
        const bool zh = language_ == "zh";
        return {.language = zh ? Language::zh : Language::en,
                .area_unit = unit_ == "m2"   ? AreaUnit::m2
                             : unit_ == "ha" ? AreaUnit::ha
                                             : AreaUnit::mu,
                .decimals = decimals_,
                .byte_order_mark = zh};
    }

    std::string path_, unit_ = "mu", language_ = "en";
    int decimals_ = 2;
};

}  // namespace

std::unique_ptr<Step> make_write_table() { return std::make_unique<WriteTable>(); }

}  // namespace linmu

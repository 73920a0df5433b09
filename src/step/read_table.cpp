// SPDX-License-Identifier: MIT
#include <memory>

#include "linmu/io/table_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class ReadTable final : public WholeStep {
public:
    StepInfo info() const override {
        return {"read-table",
                "读表",
                "Reads a CSV table into the ledger: plans, contracts, reference figures.",
                "read",
                {},
                ArtifactKind::table,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("path", "CSV file with a header row, UTF-8", &path_).path().required();
        p.add("table", "its name in the ledger", &table_).required();
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        context.files->push_back(path_);
        TableSpec spec = read_csv(path_).spec;
        spec.name = table_;
        return Artifact::of(std::move(spec));
    }

    Made run(const WholeInput&, RunContext& context) override {
        Table table = read_csv(path_);
        table.spec.name = table_;
        context.ledger->put(table);
        return {{}, std::move(table)};
    }

private:
    std::string path_, table_;
};

}  // namespace

std::unique_ptr<Step> make_read_table() { return std::make_unique<ReadTable>(); }

}  // namespace linmu

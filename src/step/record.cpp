// SPDX-License-Identifier: MIT
#include <memory>

#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Record final : public WholeStep {
public:
    StepInfo info() const override {
        return {"record",
                "入账",
                "Writes a layer's attributes into the ledger as facts.",
                "account",
                {{.name = "layer", .kind = ArtifactKind::layer, .help = "whose attributes"}},
                ArtifactKind::none,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("table", "name in the ledger", &table_).required();
        p.add("fields", "which fields; empty: all", &fields_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const auto& all = inputs[0].layer.fields;
        if (fields_.empty()) {
            for (const auto& field : all) fields_.push_back(field.name);
        }
        for (const auto& name : fields_) places_.push_back(field_index(all, name, context.input_ids[0]));
        return {};
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& layer = *inputs.layers[0];
        Table table{{table_, {}, {}}, {}};
        for (const auto i : places_) table.spec.columns.push_back(layer.spec.fields[i]);
        for (const auto& feature : layer.features) {
            auto& row = table.rows.emplace_back();
            for (const auto i : places_) row.push_back(feature.values[i]);
        }
        context.ledger->put(table);
        return {};
    }

private:
    std::string table_;
    std::vector<std::string> fields_;
    std::vector<std::size_t> places_;
};

}  // namespace

std::unique_ptr<Step> make_record() { return std::make_unique<Record>(); }

}  // namespace linmu

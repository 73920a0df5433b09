// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "linmu/core/error.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class Select final : public WholeStep {
public:
    StepInfo info() const override {
        return {
            "select",
            "选择要素",
            "Keeps the features whose field has one of the values, or begins with one: parcels of a class, works of a "
            "kind.",
            "prepare",
            {{.name = "layer", .kind = ArtifactKind::layer, .help = "to choose from"}},
            ArtifactKind::layer,
            1,
            false};
    }

    void declare(Params& p) override {
        p.add("field", "which field is looked at", &field_).required();
        p.add("values", "features with one of these are kept; numbers as they are written", &values_);
        p.add("begins", "and those that begin with one of these: \"07\" for all classes of 07", &begins_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        if (values_.empty() && begins_.empty())
            throw UsageError("'values' or 'begins' is needed: without them nothing would be kept");
        if (std::ranges::find(begins_, "") != begins_.end())
            throw UsageError("'begins' has an empty text, with which every value begins; take the step out instead");
        field_at_ = field_index(inputs[0].layer.fields, field_, context.input_ids[0]);
        return Artifact::of(inputs[0].layer);
    }

    Made run(const WholeInput& inputs, RunContext& context) override {
        const Layer& layer = *inputs.layers[0];
        Layer kept{layer.spec, {}};
        std::ranges::copy_if(layer.features, std::back_inserter(kept.features),
                             [&](const Feature& feature) { return is_wanted(feature.values[field_at_]); });
        context.note(fmt::format("{} of {} features", kept.features.size(), layer.features.size()));
        return {std::move(kept), {}};
    }

private:
    [[nodiscard]] bool is_wanted(const Value& value) const {
        if (std::holds_alternative<std::monostate>(value)) return false;
        const auto text = to_text(value);
        return std::ranges::find(values_, text) != values_.end() ||
               std::ranges::any_of(begins_, [&](const std::string& head) { return text.starts_with(head); });
    }

    std::string field_;
    std::vector<std::string> values_, begins_;
    std::size_t field_at_ = 0;
};

}  // namespace

std::unique_ptr<Step> make_select() { return std::make_unique<Select>(); }

}  // namespace linmu

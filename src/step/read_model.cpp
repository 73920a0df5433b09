// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>

#include "linmu/io/data_file.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/step/registry.hpp"
#include "model_table.hpp"

namespace linmu {
namespace {

class ReadModel final : public WholeStep {
public:
    StepInfo info() const override {
        return {"read-model",
                "读分类模型",
                "Reads a classifier that train made, or trees that XGBoost trained elsewhere and saved as JSON.",
                "classify",
                {},
                ArtifactKind::table,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("path", "model file (.json) of linmu or XGBoost", &path_).path().required();
        p.add("legend", "legend of its classes, where the file does not say it (data/legends, or a file)", &legend_);
        p.add("model-features", "bands in the order in which XGBoost was given them, where the file has no names",
              &features_);
        p.add("model-classes", "classes in the order of XGBoost's labels 0, 1, ...: keys of the legend, or codes",
              &classes_);
    }

    Artifact plan(std::span<const Artifact>, PlanContext& context) override {
        context.files->push_back(path_);
        const auto model = read();
        return Artifact::of(model_table_spec(legend_of(model), model.features));
    }

    Made run(const WholeInput&, RunContext&) override {
        const auto model = read();
        return {{}, model_table(model, legend_of(model))};
    }

private:
    [[nodiscard]] ClassModel read() const {
        ModelNames names{legend_.empty() ? "" : legend_id(legend_), features_, {}};
        for (const auto& text : classes_) names.codes.push_back(class_code(text, legend_, "model-classes"));
        return model_from_json(read_text_file(path_), names, path_);
    }
    /// One given as a file stays that file.
    [[nodiscard]] std::string legend_of(const ClassModel& model) const {
        return legend_.empty() ? model.legend : legend_;
    }

    std::string path_, legend_;
    std::vector<std::string> features_, classes_;
};

}  // namespace

std::unique_ptr<Step> make_read_model() { return std::make_unique<ReadModel>(); }

}  // namespace linmu

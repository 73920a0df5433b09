// SPDX-License-Identifier: MIT
#include <algorithm>
#include <deque>
#include <memory>
#include <optional>

#include "common.hpp"
#include "linmu/algo/rules.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/step/registry.hpp"

namespace linmu {
namespace {

class ClassifyRules final : public TileStep {
public:
    StepInfo info() const override {
        return {"classify-rules",
                "规则分类",
                "Classes by a decision list (data/rules): the first rule that holds gives the class; thresholds are "
                "data, with their source.",
                "classify",
                {{.name = "features",
                  .kind = ArtifactKind::raster,
                  .help = "bands that the rules name; a class is its code",
                  .many = true}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("rules", "decision list (data/rules)", &rules_).required();
        p.add("band", "name of the new band", &band_);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const RuleSet set = load_rules(rules_);
        const Legend legend = load_legend(set.legend);
        context.files->push_back(set.path);
        context.files->push_back(find_data_file("legends", set.legend));
        bands_ = gather_bands(inputs, context);
        std::vector<RuleList::Rule> rules;
        for (const auto& rule : set.rules) rules.push_back({legend.at_key(rule.class_key).code, rule.when});
        std::vector<NamedNumber> thresholds;
        for (const auto& t : set.thresholds) thresholds.emplace_back(t.name, t.value);
        std::vector<RuleList::Formula> formulas;
        for (const auto& f : set.formulas) formulas.push_back({f.name, f.formula});
        list_.emplace(rules, thresholds, bands_.names, formulas);
        is_needed_.clear();
        for (const auto& name : bands_.names)
            is_needed_.push_back(std::ranges::find(list_->needs(), name) != list_->needs().end());
        return Artifact::of(RasterSpec{
            inputs[0].raster.grid,
            {{.name = band_, .kind = BandKind::code, .unit = {}, .legend = set.legend, .scene = {}, .date = {}}}});
    }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        std::deque<RealPlane> converted;
        std::vector<std::span<const float>> cells;
        for (std::size_t i = 0; i < bands_.names.size(); ++i)
            cells.push_back(is_needed_[i] ? numbers_of(bands_, i, inputs, converted) : std::span<const float>{});
        CodePlane plane(window.rows, window.cols, no_code);
        list_->classify(cells, plane.cells());
        Block out{window, {}};
        out.bands.emplace_back(std::move(plane));
        return out;
    }

private:
    std::string rules_, band_ = "class";
    GatheredBands bands_;
    std::vector<bool> is_needed_;  ///< by some rule
    std::optional<RuleList> list_;
};

}  // namespace

std::unique_ptr<Step> make_classify_rules() { return std::make_unique<ClassifyRules>(); }

}  // namespace linmu

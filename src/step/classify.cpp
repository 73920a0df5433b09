// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/algo/forest.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/quality_flags.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/step/registry.hpp"
#include "model_table.hpp"

namespace linmu {
namespace {

/// Codes of data/legends/class-status.toml.
enum class ClassStatus : std::int32_t { told = 0, no_features, few_clear, shadow, unlikely, undecided };
constexpr const char* status_legend = "class-status";
constexpr std::array<std::string_view, 5> given_names{"class", "probability", "margin", "status", "all"};

/// A model bound to the bands at hand.
struct BoundModel {
    Forest forest;
    std::vector<std::int32_t> codes;
    std::vector<std::size_t> places;  ///< of its features among the gathered bands
    std::vector<float> priors;        ///< by class
};

/// What a model makes of a cell: its likeliest class, and how far the next is behind.
struct Choice {
    std::size_t best = 0;
    float probability = no_value, margin = no_value;
};

/// `weighed`: probabilities by class; they are made to sum to 1. With all weights 0 there is no choice: NaN.
Choice choose(std::span<float> weighed) {
    float sum = 0;
    for (const float p : weighed) sum += p;
    Choice choice;
    float next = 0;
    for (std::size_t k = 0; k < weighed.size(); ++k) {
        weighed[k] = sum > 0 ? weighed[k] / sum : no_value;
        if (k == 0) continue;
        if (weighed[k] > weighed[choice.best]) {
            next = weighed[choice.best];
            choice.best = k;
        } else {
            next = std::max(next, weighed[k]);
        }
    }
    choice.probability = weighed[choice.best];
    choice.margin = choice.probability - next;
    return choice;
}

class Classify final : public TileStep {
public:
    StepInfo info() const override {
        return {"classify",
                "分类",
                "Classes cells by a trained model: class, its probability, its lead over the next class, and a status "
                "that says "
                "where and why it cannot be told.",
                "classify",
                {{.name = "model", .kind = ArtifactKind::table, .help = "what train or read-model gives"},
                 {.name = "features",
                  .kind = ArtifactKind::raster,
                  .help = "the bands that the model was trained on, by name, and those that parameters name",
                  .many = true}},
                ArtifactKind::raster,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("legend", "legend that the map must have; empty: the model's", &legend_);
        p.add("band", "name of the class band", &band_);
        p.add("suffix", "added to the names of the bands other than the class's", &suffix_);
        p.add("give",
              "bands to give: class, probability, margin (lead over the next class), status (why a cell is not told), "
              "all "
              "(p_<class>, the probability of each class of the legend)",
              &give_);
        p.add("min-probability", "a cell whose likeliest class is less probable is not told", &min_probability_)
            .limits(0, 1);
        p.add("min-margin", "a cell whose next class is nearer in probability is not told", &min_margin_).limits(0, 1);
        p.add("clear-band", "band with the number of clear dates", &clear_band_);
        p.add("least-clear", "a cell of fewer clear dates is not told", &least_clear_).limits(0, 10000);
        p.add(
            "shadow-band",
            "band of shadow: where it is not 0 a cell is not told; of a quality band: where it is dark or in a cloud's "
            "shadow",
            &shadow_band_);
        p.add("unsure", "class of cells that are not told: a key of the legend or a code; empty: no class", &unsure_);
        p.add("priors", "weights of classes, \"walnut=0.5\"; probabilities are multiplied by them; others have 1",
              &prior_texts_);
        p.add("parcel-band", "code band with the class that a survey says", &parcel_band_);
        p.add("parcel-weights",
              "by how much the surveyed class of a cell is likelier, \"walnut=3\"; probabilities are multiplied",
              &parcel_texts_);
        p.add("stratum-band", "code band that parts the ground", &stratum_band_);
        p.add("strata", "codes of strata that have models of their own; other cells take the input's", &strata_texts_);
        p.add("stratum-models", "model files of the strata, in their order", &stratum_paths_).path();
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const auto& model = inputs[0].table;
        if (legend_.empty()) legend_ = legend_of_model(model);
        else check_legend(legend_of_model(model), context.input_ids[0]);
        PlanContext rasters = context;
        rasters.input_ids.erase(rasters.input_ids.begin());
        bands_ = gather_bands(inputs.subspan(1), rasters);
        check_features(features_of_model(model), context.input_ids[0]);
        check_given();
        plan_options(inputs.subspan(1));
        plan_strata(*context.files);
        if (!legend_.empty()) context.files->push_back(find_data_file("legends", legend_));
        all_codes_.clear();
        if (gives("all"))
            for (const auto& c : load_legend(legend_).classes) all_codes_.push_back(c.code);
        return Artifact::of(RasterSpec{inputs[1].raster.grid, band_specs()});
    }

    void start(std::span<const Table* const> tables) override {
        models_.clear();
        models_.push_back(bound(model_of(*tables[0], "the model"), "the model"));
        for (const auto& [code, path] : strata_) {
            stratum_models_[code] = models_.size();
            models_.push_back(bound(model_from_json(read_text_file(path), {}, path), path));
        }
    }

    std::size_t planes_at_work() const override { return all_codes_.size() + bands_.names.size() + 8; }

    Block apply(const Window& window, std::span<const BlockPtr> inputs) const override {
        std::deque<RealPlane> converted;
        const Cells cells = cells_of_tile(window, inputs, converted);
        Told told(window, all_codes_.size());
        std::vector<std::vector<std::uint32_t>> of_model(models_.size());
        for (std::uint32_t i = 0; i < window.cells(); ++i) {
            const auto model = model_for(cells, i);
            const auto status = status_before(cells, model, i);
            told.status.cells()[i] = static_cast<std::int32_t>(status);
            if (status != ClassStatus::no_features) of_model[model].push_back(i);
        }
        for (std::size_t m = 0; m < models_.size(); ++m) classify(models_[m], of_model[m], cells, told);
        return block_of(window, std::move(told));
    }

private:
    /// The tile's bands as numbers; those without use are empty.
    struct Cells {
        std::vector<std::vector<std::span<const float>>> features;  ///< by model
        std::span<const float> clear, shadow;
        std::span<const std::int32_t> quality, parcels, strata;
    };
    /// All that can be given of a tile.
    struct Told {
        Told(const Window& w, std::size_t all_classes)
            : classes(w.rows, w.cols, no_code), status(w.rows, w.cols, 0), probability(w.rows, w.cols, no_value),
              margin(w.rows, w.cols, no_value), all(all_classes, RealPlane(w.rows, w.cols, no_value)) {}
        CodePlane classes, status;
        RealPlane probability, margin;
        std::vector<RealPlane> all;
    };

    [[nodiscard]] Block block_of(const Window& window, Told told) const {
        Block out{window, {}};
        if (gives("class")) out.bands.emplace_back(std::move(told.classes));
        if (gives("probability")) out.bands.emplace_back(std::move(told.probability));
        if (gives("margin")) out.bands.emplace_back(std::move(told.margin));
        if (gives("status")) out.bands.emplace_back(std::move(told.status));
        for (auto& plane : told.all) out.bands.emplace_back(std::move(plane));
        return out;
    }

    void check_legend(const std::string& of_model, const std::string& where) const {
        if (legend_id(of_model) == legend_id(legend_)) return;
        throw DataError(
            fmt::format("the model '{}' has classes of legend '{}', the map is to have '{}'; train one for it", where,
                        legend_id(of_model), legend_id(legend_)));
    }

    void check_given() const {
        if (give_.empty()) throw UsageError(fmt::format("'give' is empty; there are {}", fmt::join(given_names, ", ")));
        for (const auto& name : give_) {
            if (std::ranges::find(given_names, name) == given_names.end())
                throw UsageError(
                    fmt::format("'give': there is no '{}'; there are {}", name, fmt::join(given_names, ", ")));
            if (name == "all" && legend_.empty())
                throw UsageError("'give': all needs a legend to name the classes; the model has none");
        }
    }

    [[nodiscard]] bool gives(std::string_view name) const { return std::ranges::find(give_, name) != give_.end(); }

    void check_features(const std::vector<std::string>& features, const std::string& where) const {
        for (const auto& feature : features) (void)place_of(bands_, feature, fmt::format("model '{}'", where));
    }

    void plan_options(std::span<const Artifact> rasters) {
        const auto find = [&](const std::string& name, const char* parameter) -> std::optional<std::size_t> {
            if (name.empty()) return {};
            return place_of(bands_, name, fmt::format("'{}'", parameter));
        };
        const auto is_code = [&](std::size_t i) {
            const auto [input, band] = bands_.places[i];
            return rasters[input].raster.bands[band].kind == BandKind::code;
        };
        clear_at_ = find(clear_band_, "clear-band");
        shadow_at_ = find(shadow_band_, "shadow-band");
        parcel_at_ = find(parcel_band_, "parcel-band");
        stratum_at_ = find(stratum_band_, "stratum-band");
        shadow_is_quality_ = shadow_at_ && is_code(*shadow_at_) && bands_.names[*shadow_at_] == quality_band;
        for (const auto& at : {parcel_at_, stratum_at_})
            if (at && !is_code(*at))
                throw UsageError(
                    fmt::format("band '{}' holds measured values; classes and strata are codes", bands_.names[*at]));
        if (clear_at_.has_value() != (least_clear_ > 0))
            throw UsageError("'clear-band' and 'least-clear' go together; give both or none");
        if (parcel_at_.has_value() == parcel_texts_.empty())
            throw UsageError("'parcel-band' and 'parcel-weights' go together; give both or none");
        if (stratum_at_.has_value() == strata_texts_.empty())
            throw UsageError("'stratum-band' and 'strata' go together; give both or none");
        priors_ = class_weights(prior_texts_, legend_, "priors");
        parcel_weights_ = class_weights(parcel_texts_, legend_, "parcel-weights");
        unsure_code_ = unsure_.empty() ? no_code : class_code(unsure_, legend_, "unsure");
    }

    void plan_strata(std::vector<std::string>& files) {
        if (stratum_paths_.size() != strata_texts_.size())
            throw UsageError(fmt::format("'stratum-models': {} files for {} strata; give one for each",
                                         stratum_paths_.size(), strata_texts_.size()));
        for (std::size_t i = 0; i < strata_texts_.size(); ++i) {
            const auto& path = stratum_paths_[i];
            if (!strata_.emplace(class_code(strata_texts_[i], "", "strata"), path).second)
                throw UsageError(fmt::format("'strata' names {} twice", strata_texts_[i]));
            files.push_back(path);
            const auto model = model_from_json(read_text_file(path), {}, path);
            check_legend(model.legend, path);
            check_features(model.features, path);
        }
    }

    [[nodiscard]] std::vector<BandSpec> band_specs() const {
        const auto spec = [&](const std::string& name, BandKind kind, const std::string& legend) {
            return BandSpec{.name = name,
                            .kind = kind,
                            .unit = kind == BandKind::real ? "1" : "",
                            .legend = legend,
                            .scene = {},
                            .date = {},
                            .sun = {}};
        };
        std::vector<BandSpec> specs;
        if (gives("class")) specs.push_back(spec(band_, BandKind::code, legend_));
        for (const char* name : {"probability", "margin"})
            if (gives(name)) specs.push_back(spec(name + suffix_, BandKind::real, {}));
        if (gives("status")) specs.push_back(spec("status" + suffix_, BandKind::code, status_legend));
        if (gives("all"))
            for (const auto& c : load_legend(legend_).classes)
                specs.push_back(spec("p_" + c.key + suffix_, BandKind::real, {}));
        return specs;
    }

    BoundModel bound(ClassModel model, const std::string& where) const {
        check_legend(model.legend, where);
        BoundModel out{Forest(model.trees), std::move(model.codes), {}, {}};
        for (const auto& feature : model.features)
            out.places.push_back(place_of(bands_, feature, fmt::format("model '{}'", where)));
        for (const auto code : out.codes) {
            const auto prior = priors_.find(code);
            out.priors.push_back(prior == priors_.end() ? 1.0F : static_cast<float>(prior->second));
        }
        return out;
    }

    Cells cells_of_tile(const Window&, std::span<const BlockPtr> inputs, std::deque<RealPlane>& converted) const {
        const auto codes = [&](const std::optional<std::size_t>& at) {
            if (!at) return std::span<const std::int32_t>{};
            const auto [input, band] = bands_.places[*at];
            return inputs[input]->code(band).cells();
        };
        Cells cells;
        for (const auto& model : models_) {
            auto& features = cells.features.emplace_back();
            for (const auto place : model.places) features.push_back(numbers_of(bands_, place, inputs, converted));
        }
        if (clear_at_) cells.clear = numbers_of(bands_, *clear_at_, inputs, converted);
        if (shadow_is_quality_) cells.quality = codes(shadow_at_);
        else if (shadow_at_) cells.shadow = numbers_of(bands_, *shadow_at_, inputs, converted);
        cells.parcels = codes(parcel_at_);
        cells.strata = codes(stratum_at_);
        return cells;
    }

    std::size_t model_for(const Cells& cells, std::size_t i) const {
        if (cells.strata.empty()) return 0;
        const auto found = stratum_models_.find(cells.strata[i]);
        return found == stratum_models_.end() ? 0 : found->second;
    }

    /// What is known before the model is asked.
    ClassStatus status_before(const Cells& cells, std::size_t model, std::size_t i) const {
        constexpr auto dark = bit(QualityFlag::dark) | bit(QualityFlag::cloud_shadow);
        if (std::ranges::none_of(cells.features[model], [&](const auto& band) { return std::isfinite(band[i]); }))
            return ClassStatus::no_features;
        if (!cells.clear.empty() && !(cells.clear[i] >= static_cast<float>(least_clear_)))
            return ClassStatus::few_clear;
        if (!cells.quality.empty() && cells.quality[i] != no_code && (cells.quality[i] & dark) != 0)
            return ClassStatus::shadow;
        if (!cells.shadow.empty() && std::isfinite(cells.shadow[i]) && cells.shadow[i] != 0) return ClassStatus::shadow;
        return ClassStatus::told;
    }

    void classify(const BoundModel& model, const std::vector<std::uint32_t>& asked, const Cells& cells,
                  Told& told) const {
        if (asked.empty()) return;
        const auto m = static_cast<std::size_t>(&model - models_.data());
        std::vector<float> p(model.codes.size() * asked.size()), of_cell(model.codes.size());
        model.forest.probabilities(cells.features[m], asked, p);
        for (std::size_t a = 0; a < asked.size(); ++a) {
            const auto i = asked[a];
            for (std::size_t k = 0; k < of_cell.size(); ++k)
                of_cell[k] = p[k * asked.size() + a] * model.priors[k] * parcel_weight(cells, i, model.codes[k]);
            const auto choice = choose(of_cell);
            told.probability.cells()[i] = choice.probability;
            told.margin.cells()[i] = choice.margin;
            auto& status = told.status.cells()[i];
            if (status == static_cast<std::int32_t>(ClassStatus::told))
                status = static_cast<std::int32_t>(status_after(choice));
            const bool is_told = status == static_cast<std::int32_t>(ClassStatus::told);
            told.classes.cells()[i] = is_told ? model.codes[choice.best] : unsure_code_;
            for (std::size_t k = 0; k < told.all.size(); ++k)
                told.all[k].cells()[i] = of_class(model, of_cell, all_codes_[k]);
        }
    }

    float parcel_weight(const Cells& cells, std::size_t i, std::int32_t code) const {
        if (cells.parcels.empty() || cells.parcels[i] != code) return 1;
        const auto found = parcel_weights_.find(code);
        return found == parcel_weights_.end() ? 1.0F : static_cast<float>(found->second);
    }

    ClassStatus status_after(const Choice& choice) const {
        if (!(choice.probability >= static_cast<float>(min_probability_))) return ClassStatus::unlikely;
        if (!(choice.margin >= static_cast<float>(min_margin_))) return ClassStatus::undecided;
        return ClassStatus::told;
    }

    /// A class that the model does not know is not there.
    static float of_class(const BoundModel& model, const std::vector<float>& of_cell, std::int32_t code) {
        const auto found = std::ranges::find(model.codes, code);
        return found == model.codes.end() ? 0.0F : of_cell[static_cast<std::size_t>(found - model.codes.begin())];
    }

    std::string legend_, band_ = "class", suffix_, clear_band_, shadow_band_, unsure_, parcel_band_, stratum_band_;
    std::vector<std::string> give_{"class"}, prior_texts_, parcel_texts_, strata_texts_, stratum_paths_;
    double min_probability_ = 0, min_margin_ = 0;
    int least_clear_ = 0;

    GatheredBands bands_;
    std::optional<std::size_t> clear_at_, shadow_at_, parcel_at_, stratum_at_;
    bool shadow_is_quality_ = false;
    std::int32_t unsure_code_ = no_code;
    std::map<std::int32_t, double> priors_, parcel_weights_;
    std::map<std::int32_t, std::string> strata_;
    std::vector<BoundModel> models_;  ///< the first is the input's
    std::map<std::int32_t, std::size_t> stratum_models_;
    std::vector<std::int32_t> all_codes_;
};

}  // namespace

std::unique_ptr<Step> make_classify() { return std::make_unique<Classify>(); }

}  // namespace linmu

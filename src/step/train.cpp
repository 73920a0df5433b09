// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include "common.hpp"
#include "legend_table.hpp"
#include "linmu/algo/cross_validation.hpp"
#include "linmu/algo/forest.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/crosswalk.hpp"
#include "linmu/io/data_file.hpp"
#include "linmu/io/hash.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/step/registry.hpp"
#include "model_table.hpp"
#include "model_training.hpp"
#include "sample_cells.hpp"
#include "terrain_table.hpp"
#include "zone_coverage.hpp"

namespace linmu {
namespace {

constexpr double metres_per_degree = 111'320;

/// Cells that were no samples, by reason.
struct LeftOut {
    std::int64_t unclassed_features = 0, without_cells = 0, empty = 0, contradicting = 0;
};

class Train final : public FoldStep {
public:
    StepInfo info() const override {
        return {"train",
                "训练分类器",
                "Trains a classifier of trees on samples, points or polygons with a class, and the bands that classify "
                "will "
                "see; says how good it is on blocks and parcels that it has not seen. Ledger tables 'model_score' and "
                "'model_importance'.",
                "classify",
                {{.name = "samples", .kind = ArtifactKind::layer, .help = "points or polygons with their class"},
                 {.name = "features", .kind = ArtifactKind::raster, .help = "bands to classify by", .many = true}},
                ArtifactKind::table,
                1,
                false};
    }

    void declare(Params& p) override {
        p.add("model", "model file to write (.json), below the run's products", &model_).output().required();
        p.add("name", "name of the model in the ledger; empty: the id of the step", &name_);
        declare_samples(p);
        declare_growth(p);
        p.add("folds", "parts of the cross-validation; 0: no scores", &folds_).limits(0, 100);
        p.add("block", "side of the square blocks of ground that are held out together", &block_)
            .unit("m")
            .limits(1, 1e6);
    }

    Artifact plan(std::span<const Artifact> inputs, PlanContext& context) override {
        const auto& layer = inputs[0].layer;
        class_at_ = field_index(layer.fields, class_field_, context.input_ids[0]);
        if (!group_field_.empty()) group_at_ = field_index(layer.fields, group_field_, context.input_ids[0]);
        if (name_.empty()) name_ = context.id;
        if (folds_ == 1) throw UsageError("'folds': one part can't be both learnt from and held out; give 2 or more");
        if (patience_ > 0 && folds_ == 0)
            throw UsageError("'patience' needs blocks held out to know when to stop; give folds, or patience = 0");
        plan_classes(*context.files);
        plan_features(inputs, context);
        return Artifact::of(model_table_spec(legend_, features_));
    }

    void start(std::span<const Layer* const> layers, RunContext& context) override {
        layer_ = layers[0];
        points_ = std::ranges::any_of(layer_->features, [](const auto& f) { return !f.geometry.points.empty(); });
        for (const auto& feature : layer_->features)
            if (!feature.geometry.lines.empty())
                throw DataError(fmt::format("sample {} is a line; samples are points or polygons", feature.fid));
        find_classes();
        zones_ = std::make_unique<ZoneCoverage>(layer_, std::nullopt, grid_, context);
        cells_ = SampleCells(features_.size(), static_cast<std::size_t>(most_cells_), seed());
    }

    std::shared_ptr<void> measure(const Window& window, std::span<const BlockPtr> inputs) const override {
        auto part = std::make_shared<SampleCells>(features_.size(), static_cast<std::size_t>(most_cells_), seed());
        std::deque<RealPlane> converted;
        std::vector<std::span<const float>> bands;
        for (const auto place : feature_places_) bands.push_back(numbers_of(bands_, place, inputs, converted));
        zones_->visit(window, [&](std::size_t feature, const Coverage& coverage) {
            if (!classes_[feature]) return;
            const auto fid = layer_->features[feature].fid;
            if (!stratum_at_) return part->add(feature, fid, coverage, points_, window, bands);
            const auto inside = of_stratum(coverage, window, inputs);
            part->add(feature, fid, inside, points_, window, bands);
        });
        return part;
    }

    void absorb(const Window&, std::shared_ptr<void> part) override {
        cells_.merge(std::move(*std::static_pointer_cast<SampleCells>(part)));
    }

    Made finish(RunContext& context) override {
        auto samples = samples_of(context);
        const auto growth = growth_for(samples);
        const auto trained = train_model(samples, growth, folds_, context.parallel);
        const auto model = model_of_training(samples, trained);
        write(model, context);
        put_scores(model, *context.ledger);
        names_.record(*context.ledger);
        return {{}, model_table(model, legend_)};
    }

    std::string save() override { return cells_.bytes(); }
    void load(std::string_view state) override { cells_.load(state); }

private:
    void declare_samples(Params& p) {
        p.add("class-field", "field of the samples with their class", &class_field_).required();
        p.add("legend", "classes of the map (data/legends), whose keys or codes the field has; empty: whole numbers",
              &legend_);
        p.add("crosswalk", "from the field's codes to the legend's classes (data/crosswalks); empty: they are the same",
              &crosswalk_);
        p.add("features", "bands to classify by; empty: all measured bands", &features_);
        p.add("group", "field of what belongs together and is held out together; empty: each feature by itself",
              &group_field_);
        p.add("most-cells", "cells of a polygon that are learnt from, drawn at random; 0: all", &most_cells_)
            .limits(0, 1e6);
        p.add("least-samples", "a class of fewer samples is refused", &least_samples_).limits(1, 1e6);
        p.add("stratum-band", "code band that parts the ground; only cells of 'strata' are learnt from",
              &stratum_band_);
        p.add("strata", "codes of 'stratum-band'", &strata_texts_);
    }

    void declare_growth(Params& p) {
        p.add("kind", "forest (trees side by side) or boosting (each mends those before it)", &kind_)
            .choices({"forest", "boosting"});
        p.add("trees", "trees for each class; of two classes one alone has trees", &trees_).limits(1, 10000);
        p.add("depth", "levels of a tree; 0: 12 of a forest, 6 of boosting", &depth_).limits(0, 30);
        p.add("min-child-weight", "least weight in a leaf; higher learns less by heart", &min_child_).limits(0, 1e6);
        p.add("learning-rate", "of boosting: how much of each tree counts", &learning_rate_).limits(1e-4, 1);
        p.add("subsample", "share of the samples that a tree sees; 0: 0.63 of a forest, 1 of boosting", &subsample_)
            .limits(0, 1);
        p.add("colsample",
              "share of the features that a split chooses from; 0: root of their number of a forest, 1 of "
              "boosting",
              &colsample_)
            .limits(0, 1);
        p.add("weights", "of classes: none, balanced (each class counts the same), or \"walnut=2\" of some", &weights_);
        p.add("patience", "boosting stops after so many trees that don't help on blocks held out; 0: never", &patience_)
            .limits(0, 1000);
        p.add("seed", "of all that is drawn", &seed_).limits(0, 1e9);
    }

    [[nodiscard]] std::uint64_t seed() const { return static_cast<std::uint64_t>(seed_); }

    void plan_classes(std::vector<std::string>& files) {
        if (legend_.empty() && !crosswalk_.empty())
            throw UsageError("'crosswalk' leads to a legend's classes; give 'legend'");
        if (legend_.empty()) return;
        names_ = ClassNames(legend_);
        files.push_back(find_data_file("legends", legend_));
        if (crosswalk_.empty()) return;
        walk_ = load_crosswalk(crosswalk_);
        files.push_back(find_data_file("crosswalks", crosswalk_));
        if (walk_->to != legend_id(legend_))
            throw DataError(fmt::format("crosswalk '{}' leads to legend '{}', not to '{}'", walk_->id, walk_->to,
                                        legend_id(legend_)));
    }

    void plan_features(std::span<const Artifact> inputs, const PlanContext& context) {
        PlanContext rasters = context;
        rasters.input_ids.erase(rasters.input_ids.begin());
        bands_ = gather_bands(inputs.subspan(1), rasters);
        grid_ = inputs[1].raster.grid;
        const Crs crs = parse_crs(grid_.crs);
        metres_per_unit_ = crs.geographic ? metres_per_degree : crs.metres_per_unit;
        const auto spec = [&](std::size_t i) -> const BandSpec& {
            return inputs[1 + bands_.places[i].first].raster.bands[bands_.places[i].second];
        };
        if (features_.empty())
            for (std::size_t i = 0; i < bands_.names.size(); ++i)
                if (spec(i).kind == BandKind::real) features_.push_back(bands_.names[i]);
        if (features_.empty()) throw DataError("the rasters have no measured band to classify by");
        for (const auto& feature : features_) feature_places_.push_back(place_of(bands_, feature, "'features'"));
        if (std::set(features_.begin(), features_.end()).size() != features_.size())
            throw UsageError("'features' names a band twice");
        strata_ = codes(strata_texts_, "strata");
        if (stratum_band_.empty() != strata_.empty())
            throw UsageError("'stratum-band' and 'strata' go together; give both or none");
        if (stratum_band_.empty()) return;
        stratum_at_ = place_of(bands_, stratum_band_, "'stratum-band'");
        if (spec(*stratum_at_).kind != BandKind::code)
            throw UsageError(fmt::format("'stratum-band': '{}' holds measured values, not codes", stratum_band_));
    }

    /// Of each sample; nothing where it has none, or the crosswalk has none for it.
    void find_classes() {
        classes_.assign(layer_->features.size(), std::nullopt);
        for (std::size_t i = 0; i < classes_.size(); ++i) {
            const auto text = to_text(layer_->features[i].values[class_at_]);
            if (text.empty()) continue;
            if (walk_) {
                const auto found = walk_->classes.find(text);
                if (found != walk_->classes.end()) classes_[i] = found->second;
                continue;
            }
            try {
                classes_[i] = class_code(text, legend_, class_field_);
            } catch (const UsageError& fault) {
                throw DataError(fmt::format("sample {}: {}", layer_->features[i].fid, fault.what()));
            }
            if (!legend_.empty() && !names_.has(*classes_[i]))
                throw DataError(fmt::format("sample {}: '{}': legend '{}' has no class {}", layer_->features[i].fid,
                                            class_field_, legend_id(legend_), text));
        }
    }

    [[nodiscard]] Coverage of_stratum(const Coverage& all, const Window& window,
                                      std::span<const BlockPtr> inputs) const {
        const auto [input, band] = bands_.places[*stratum_at_];
        const auto& strata = inputs[input]->code(band);
        Coverage inside;
        const auto keep = [&](int row, int col, double share) {
            if (strata_.contains(strata(row - window.row, col - window.col)))
                inside.boundary.push_back({row, col, share});
        };
        for (const auto& run : all.inside)
            for (int col = run.col; col < run.col_end; ++col) keep(run.row, col, 1);
        for (const auto& cell : all.boundary) keep(cell.row, cell.col, cell.share);
        return inside;
    }

    /// Cells that two samples give different classes say nothing.
    [[nodiscard]] std::set<std::pair<int, int>> contradicting() const {
        std::map<std::pair<int, int>, std::int32_t> class_of;
        std::set<std::pair<int, int>> found;
        for (const auto& [feature, cells] : cells_.by_feature())
            for (const auto& cell : cells)
                if (class_of.emplace(std::pair(cell.row, cell.col), *classes_[feature]).first->second !=
                    *classes_[feature])
                    found.insert({cell.row, cell.col});
        return found;
    }

    GroupedSamples samples_of(RunContext& context) {
        cells_.thin();
        LeftOut left;
        left.unclassed_features = std::ranges::count_if(classes_, [](const auto& c) { return !c; });
        const auto doubtful = contradicting();
        std::vector<std::int32_t> codes_of_rows;
        GroupedSamples samples;
        samples.set.width = features_.size();
        left.without_cells = static_cast<std::int64_t>(classes_.size()) - left.unclassed_features;
        for (const auto& [feature, cells] : cells_.by_feature()) {
            left.without_cells -= cells.empty() ? 0 : 1;
            for (const auto& cell : cells) {
                if (std::ranges::all_of(cell.values, [](float v) { return std::isnan(v); })) ++left.empty;
                else if (doubtful.contains({cell.row, cell.col})) ++left.contradicting;
                else {
                    add(samples, feature, cell);
                    codes_of_rows.push_back(*classes_[feature]);
                }
            }
        }
        tell(left, context);
        number_classes(samples, codes_of_rows);
        return samples;
    }

    void add(GroupedSamples& samples, std::size_t feature, const SampleCell& cell) const {
        samples.set.features.insert(samples.set.features.end(), cell.values.begin(), cell.values.end());
        const auto number = [&](int at, double cell_size) {
            return static_cast<std::uint64_t>(std::floor(at * cell_size * metres_per_unit_ / block_));
        };
        samples.block.push_back(number(cell.row, grid_.cell_y) << 32 | number(cell.col, grid_.cell_x));
        samples.cell.push_back(static_cast<std::uint64_t>(cell.row) << 32 | static_cast<std::uint64_t>(cell.col));
        samples.parcel.push_back(group_of(feature));
    }

    /// Features of one group have the number of the first of them.
    [[nodiscard]] std::uint64_t group_of(std::size_t feature) const {
        if (!group_at_) return feature;
        if (groups_.empty())
            for (std::size_t i = 0; i < layer_->features.size(); ++i)
                groups_.try_emplace(to_text(layer_->features[i].values[*group_at_]), i);
        return groups_.at(to_text(layer_->features[feature].values[*group_at_]));
    }

    void tell(const LeftOut& left, RunContext& context) const {
        const auto say = [&](std::int64_t count, const std::string& what) {
            if (count > 0) context.note(fmt::format("train: {} {}", count, what));
        };
        say(left.unclassed_features, fmt::format("samples have no class in '{}' and are left out", class_field_));
        say(left.without_cells, "samples have no cell (outside, narrower than a cell, or of another stratum)");
        say(left.empty, "cells have no feature with a value and are left out");
        say(left.contradicting, "cells lie in samples of different classes and are left out");
    }

    /// Classes get numbers in the order of their codes. Refuses too few.
    void number_classes(GroupedSamples& samples, const std::vector<std::int32_t>& codes_of_rows) {
        std::map<std::int32_t, std::int64_t> counts;
        for (const auto code : codes_of_rows) ++counts[code];
        if (counts.empty())
            throw DataError(
                "no sample has a cell with values; do samples and rasters share ground, and is the class field "
                "filled?");
        if (counts.size() == 1)
            throw DataError(fmt::format("all {} samples are of one class, '{}'; a classifier needs two or more",
                                        codes_of_rows.size(), names_.key(counts.begin()->first)));
        for (const auto& [code, count] : counts)
            if (count < least_samples_)
                throw DataError(
                    fmt::format("class '{}' has {} samples, fewer than {}; give more, leave the class out, or "
                                "lower least-samples",
                                names_.key(code), count, least_samples_));
        codes_.clear();
        counts_.clear();
        for (const auto& [code, count] : counts) {
            codes_.push_back(code);
            counts_.push_back(count);
        }
        for (const auto code : codes_of_rows)
            samples.set.classes.push_back(static_cast<int>(std::ranges::lower_bound(codes_, code) - codes_.begin()));
        samples.classes = static_cast<int>(codes_.size());
        set_weights(samples.set);
    }

    void set_weights(TrainingSet& set) const {
        if (weights_.empty() || weights_ == std::vector<std::string>{"none"}) return;
        std::vector<double> of_class(codes_.size(), 1);
        if (weights_ == std::vector<std::string>{"balanced"}) {
            const double mean = static_cast<double>(set.rows()) / static_cast<double>(codes_.size());
            for (std::size_t k = 0; k < codes_.size(); ++k) of_class[k] = mean / static_cast<double>(counts_[k]);
        } else {
            for (const auto& [code, weight] : class_weights(weights_, legend_, "weights")) {
                const auto at = std::ranges::find(codes_, code);
                if (at == codes_.end())
                    throw UsageError(fmt::format("'weights': class '{}' has no samples", names_.key(code)));
                of_class[static_cast<std::size_t>(at - codes_.begin())] = weight;
            }
        }
        for (const int k : set.classes)
            set.weights.push_back(static_cast<float>(of_class[static_cast<std::size_t>(k)]));
    }

    [[nodiscard]] TreeGrowth growth_for(const GroupedSamples& samples) const {
        const bool forest = kind_ == "forest";
        const auto width = static_cast<double>(samples.set.width);
        TreeGrowth growth;
        growth.kind = forest ? TreeGrowth::Kind::forest : TreeGrowth::Kind::boosting;
        growth.trees = trees_;
        growth.depth = depth_ > 0 ? depth_ : forest ? 12 : 6;
        growth.min_child_weight = min_child_;
        growth.learning_rate = learning_rate_;
        growth.subsample = subsample_ > 0 ? subsample_ : forest ? 0.63 : 1;
        growth.colsample = colsample_ > 0 ? colsample_ : forest ? std::sqrt(width) / width : 1;
        growth.patience = forest ? 0 : patience_;
        growth.seed = seed();
        return growth;
    }

    [[nodiscard]] ClassModel model_of_training(const GroupedSamples& samples, const TrainedModel& trained) const {
        const auto growth = growth_for(samples);
        ClassModel model;
        model.legend = legend_id(legend_);
        model.features = features_;
        model.codes = codes_;
        model.xgboost = trained.xgboost;
        model.trees = trees_from_xgboost(trained.xgboost, "the trained model");
        model.importance = importance(model.trees);
        model.data_hash = hash_of(samples);
        model.parameters = {{"kind", kind_},
                            {"trees", fmt::format("{}", trained.trees)},
                            {"depth", fmt::format("{}", growth.depth)},
                            {"min-child-weight", fmt::format("{}", growth.min_child_weight)},
                            {"learning-rate", fmt::format("{}", learning_rate_)},
                            {"subsample", fmt::format("{}", growth.subsample)},
                            {"colsample", fmt::format("{:.4f}", growth.colsample)},
                            {"weights", weights_.empty() ? "none" : fmt::format("{}", fmt::join(weights_, ", "))},
                            {"patience", fmt::format("{}", growth.patience)},
                            {"seed", fmt::format("{}", seed_)},
                            {"block", fmt::format("{}", block_)},
                            {"most-cells", fmt::format("{}", most_cells_)}};
        for (std::size_t k = 0; k < codes_.size(); ++k) model.samples[names_.key(codes_[k])] = counts_[k];
        for (const auto& scheme : trained.scores) add_scores(model, scheme);
        return model;
    }

    static std::string hash_of(const GroupedSamples& samples) {
        const auto bytes_of = [](const auto& values) {
            return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof values[0]);
        };
        return text_hash(bytes_of(samples.set.features) + bytes_of(samples.set.classes) +
                         bytes_of(samples.set.weights) + bytes_of(samples.block) + bytes_of(samples.parcel));
    }

    void add_scores(ClassModel& model, const SchemeScore& scheme) const {
        const auto scores = count_scores(scheme.matrix);
        for (std::size_t k = 0; k < scores.size(); ++k) {
            const auto& s = scores[k];
            model.scores.push_back({scheme.scheme, k < codes_.size() ? names_.key(codes_[k]) : "", scheme.folds,
                                    s.samples, s.right, s.user, s.producer, s.f1});
        }
    }

    void write(const ClassModel& model, RunContext& context) const {
        const std::string file = context.product_path(model_);
        std::filesystem::create_directories(std::filesystem::path(file).parent_path());
        write_text_file(file, to_json(model));
        if (!context.products) return;
        Product product;
        product.path = file;
        product.kind = "model";
        product.title = "分类模型 " + name_;
        context.products->push_back(std::move(product));
    }

    void put_scores(const ClassModel& model, Ledger& ledger) const {
        const auto number = [](double value) { return std::isnan(value) ? Value{} : Value{value}; };
        Table scores{{"model_score",
                      "模型精度",
                      {{"model", FieldType::text, "", "模型"},
                       {"scheme", FieldType::text, "", "检验方式"},
                       {"folds", FieldType::integer, "", "折数"},
                       {"class", FieldType::text, "", "地类"},
                       {"samples", FieldType::integer, "", "样本数"},
                       {"right", FieldType::integer, "", "正确数"},
                       {"overall", FieldType::real, "1", "总体精度"},
                       {"user", FieldType::real, "1", "用户精度"},
                       {"producer", FieldType::real, "1", "生产者精度"},
                       {"f1", FieldType::real, "1", "F1"}}},
                     {}};
        for (const auto& s : model.scores) {
            const bool all = s.class_key.empty();
            Value overall;
            if (all) overall = static_cast<double>(s.right) / static_cast<double>(s.samples);
            scores.rows.push_back({name_, s.scheme, std::int64_t{s.folds}, all ? "all" : s.class_key, s.samples,
                                   s.right, overall, number(s.user), number(s.producer), number(s.f1)});
        }
        Table gains{{"model_importance",
                     "模型特征重要性",
                     {{"model", FieldType::text, "", "模型"},
                      {"feature", FieldType::text, "", "特征"},
                      {"importance", FieldType::real, "1", "重要性"}}},
                    {}};
        for (std::size_t f = 0; f < features_.size(); ++f)
            gains.rows.push_back({name_, features_[f], model.importance[f]});
        std::ranges::stable_sort(gains.rows, std::ranges::greater{},
                                 [](const auto& row) { return std::get<double>(row[2]); });
        if (!scores.rows.empty()) ledger.put(scores);
        ledger.put(gains);
    }

    std::string model_, name_, class_field_, legend_, crosswalk_, group_field_, stratum_band_, kind_ = "boosting";
    std::vector<std::string> features_, strata_texts_, weights_{"none"};
    int most_cells_ = 100, least_samples_ = 10, trees_ = 100, depth_ = 0, patience_ = 0, seed_ = 1, folds_ = 5;
    double min_child_ = 1, learning_rate_ = 0.1, subsample_ = 0, colsample_ = 0, block_ = 1000;

    ClassNames names_;
    std::optional<Crosswalk> walk_;
    std::size_t class_at_ = 0;
    std::optional<std::size_t> group_at_, stratum_at_;
    GatheredBands bands_;
    std::vector<std::size_t> feature_places_;
    std::set<std::int32_t> strata_;
    Grid grid_;
    double metres_per_unit_ = 1;  ///< of the grid, about
    const Layer* layer_ = nullptr;
    bool points_ = false;
    std::vector<std::optional<std::int32_t>> classes_;  ///< of each sample
    std::unique_ptr<ZoneCoverage> zones_;
    SampleCells cells_;
    mutable std::map<std::string, std::uint64_t> groups_;
    std::vector<std::int32_t> codes_;   ///< of the classes that have samples
    std::vector<std::int64_t> counts_;  ///< of their samples
};

}  // namespace

std::unique_ptr<Step> make_train() { return std::make_unique<Train>(); }

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/io/model_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

using Json = nlohmann::ordered_json;
constexpr int format_version = 1;

Json parsed(std::string_view text, const std::string& where) {
    try {
        return Json::parse(text);
    } catch (const nlohmann::json::exception& fault) {
        throw DataError(
            fmt::format("{} is no model: it is damaged or no JSON ({}); train or save it again", where, fault.what()));
    }
}

/// Reads members by their paths, so that an error can say which is missing.
class Reader {
public:
    Reader(const Json& json, std::string where) : json_(json), where_(std::move(where)) {}

    [[nodiscard]] Reader operator[](const char* key) const {
        const auto found = json_.is_object() ? json_.find(key) : json_.end();
        if (!json_.is_object() || found == json_.end()) fail(fmt::format("has no '{}'", key));
        return {*found, fmt::format("{}, '{}'", where_, key)};
    }
    [[nodiscard]] bool has(const char* key) const { return json_.is_object() && json_.contains(key); }

    template <class T>
    [[nodiscard]] T as() const {
        try {
            return json_.get<T>();
        } catch (const nlohmann::json::exception&) {
            fail("is of another type than it must be");
        }
    }
    /// XGBoost writes numbers of its parameters as texts; since 3.1 some in brackets: "[5E-1]".
    [[nodiscard]] double number() const {
        if (json_.is_number()) return json_.get<double>();
        auto text = as<std::string>();
        if (text.size() > 2 && text.front() == '[' && text.back() == ']') text = text.substr(1, text.size() - 2);
        char* end = nullptr;
        const double value = std::strtod(text.c_str(), &end);
        if (text.empty() || *end != '\0') fail(fmt::format("is '{}', which is no number", text));
        return value;
    }
    [[nodiscard]] int whole() const {
        const double value = number();
        if (!(std::abs(value) < 1e9) || value != std::floor(value)) fail("is no whole number");
        return static_cast<int>(value);
    }
    [[nodiscard]] const Json& json() const { return json_; }
    [[noreturn]] void fail(const std::string& what) const { throw DataError(where_ + ": " + what); }
    [[nodiscard]] const std::string& where() const { return where_; }

private:
    const Json& json_;
    std::string where_;
};

std::vector<double> numbers(const Reader& tree, const char* key, std::size_t count) {
    const auto list = tree[key];
    std::vector<double> values;
    if (!list.json().is_array() || list.json().size() != count)
        list.fail(fmt::format("must have {} numbers, one a node", count));
    for (const auto& item : list.json()) {
        if (item.is_boolean()) values.push_back(item.get<bool>() ? 1 : 0);
        else if (item.is_number()) values.push_back(item.get<double>());
        else list.fail("has something that is no number");
    }
    return values;
}

std::int32_t place(double value, const Reader& tree) {
    if (!(value >= -1 && value < 2147483647.0)) tree.fail("has a node or feature number out of range");
    return static_cast<std::int32_t>(value);
}

DecisionTree tree_from(const Reader& tree, int output) {
    const auto count = tree["left_children"].json().size();
    const auto left = numbers(tree, "left_children", count), right = numbers(tree, "right_children", count),
               feature = numbers(tree, "split_indices", count), value = numbers(tree, "split_conditions", count),
               missing = numbers(tree, "default_left", count), gain = numbers(tree, "loss_changes", count);
    if (tree.has("split_type"))
        for (const double type : numbers(tree, "split_type", count))
            if (type != 0)
                tree.fail("splits by categories; linmu knows splits of numbers: train without enable_categorical");
    DecisionTree out{{}, output};
    for (std::size_t i = 0; i < count; ++i)
        out.nodes.push_back({place(left[i], tree), place(right[i], tree), place(feature[i], tree), missing[i] != 0,
                             static_cast<float>(value[i]), static_cast<float>(gain[i])});
    return out;
}

/// XGBoost keeps the start as a probability for binary:logistic, as it is for the others.
float base_margin(double base_score, bool binary, const Reader& where) {
    if (!binary) return static_cast<float>(base_score);
    if (!(base_score > 0 && base_score < 1)) where.fail("the base_score must lie between 0 and 1");
    return -std::log(1.0F / static_cast<float>(base_score) - 1.0F);
}

DecisionTrees trees_of(const Reader& xgboost, const std::string& where) {
    const auto learner = xgboost["learner"];
    const auto objective = learner["objective"]["name"].as<std::string>();
    const bool binary = objective == "binary:logistic";
    if (!binary && objective != "multi:softprob" && objective != "multi:softmax")
        learner.fail(
            fmt::format("the model was trained for '{}'; linmu classifies by multi:softprob, multi:softmax and "
                        "binary:logistic",
                        objective));
    const auto booster = learner["gradient_booster"];
    if (const auto name = booster["name"].as<std::string>(); name != "gbtree")
        booster.fail(fmt::format("the booster is '{}'; linmu reads 'gbtree'", name));
    const auto parameters = learner["learner_model_param"];
    DecisionTrees out;
    out.features = parameters["num_feature"].whole();
    out.outputs = binary ? 1 : parameters["num_class"].whole();
    if (!binary && out.outputs < 2) parameters.fail("num_class must be 2 or more");
    out.base = base_margin(parameters["base_score"].number(), binary, parameters);
    const auto model = booster["model"];
    const auto outputs = model["tree_info"].as<std::vector<int>>();
    const auto trees = model["trees"];
    if (!trees.json().is_array() || trees.json().size() != outputs.size())
        trees.fail(fmt::format("must have {} trees, one for each of 'tree_info'", outputs.size()));
    for (std::size_t i = 0; i < outputs.size(); ++i)
        out.trees.push_back(tree_from({trees.json()[i], fmt::format("{}, tree {}", where, i)}, outputs[i]));
    return out;
}

Json number_or_null(double value) { return std::isnan(value) ? Json(nullptr) : Json(value); }

Json json_of(const ClassModel::Score& score) {
    return {{"scheme", score.scheme},
            {"class", score.class_key},
            {"folds", score.folds},
            {"samples", score.samples},
            {"right", score.right},
            {"user", number_or_null(score.user)},
            {"producer", number_or_null(score.producer)},
            {"f1", number_or_null(score.f1)}};
}

double number_or_nan(const Reader& value) { return value.json().is_null() ? std::nan("") : value.number(); }

ClassModel::Score score_from(const Reader& json) {
    ClassModel::Score score;
    score.scheme = json["scheme"].as<std::string>();
    score.class_key = json["class"].as<std::string>();
    score.folds = json["folds"].whole();
    score.samples = json["samples"].as<std::int64_t>();
    score.right = json["right"].as<std::int64_t>();
    score.user = number_or_nan(json["user"]);
    score.producer = number_or_nan(json["producer"]);
    score.f1 = number_or_nan(json["f1"]);
    return score;
}

ClassModel linmu_model(const Reader& json) {
    if (const int format = json["linmu-model"].whole(); format != format_version)
        json.fail(fmt::format("is of format {}, this linmu reads format {}; use the linmu that wrote it", format,
                              format_version));
    ClassModel model;
    model.version = json["version"].as<std::string>();
    model.legend = json["legend"].as<std::string>();
    model.codes = json["codes"].as<std::vector<std::int32_t>>();
    model.features = json["features"].as<std::vector<std::string>>();
    model.importance = json["importance"].as<std::vector<double>>();
    model.parameters = json["parameters"].as<std::map<std::string, std::string>>();
    model.samples = json["samples"].as<std::map<std::string, std::int64_t>>();
    model.data_hash = json["data_hash"].as<std::string>();
    const auto scores = json["scores"];
    for (const auto& score : scores.json()) model.scores.push_back(score_from({score, scores.where()}));
    model.xgboost = json["xgboost"].json().dump();
    return model;
}

ClassModel plain_model(const Reader& json, std::string_view text) {
    ClassModel model;
    model.xgboost = text;
    const auto learner = json["learner"];
    if (learner.has("feature_names")) model.features = learner["feature_names"].as<std::vector<std::string>>();
    return model;
}

template <class T>
void take_or_compare(T& own, const T& given, const char* what, const std::string& where) {
    if (given.empty()) return;
    if (!own.empty() && own != given)
        throw DataError(
            fmt::format("{} says other {} than those given ({} against {}); leave them out, or give the "
                        "model that was meant",
                        where, what, own, given));
    own = given;
}

void check_counts(const ClassModel& model, const std::string& where) {
    const auto& trees = model.trees;
    if (model.features.empty())
        throw DataError(fmt::format(
            "{} does not name its {} features; give their bands in the order in which it was trained (features)", where,
            trees.features));
    if (model.codes.empty())
        throw DataError(
            fmt::format("{} does not name its {} classes; give their codes in the order of its outputs "
                        "(classes)",
                        where, trees.classes()));
    if (model.features.size() != static_cast<std::size_t>(trees.features))
        throw DataError(fmt::format("{} has {} features, but {} names", where, trees.features, model.features.size()));
    if (model.codes.size() != static_cast<std::size_t>(trees.classes()))
        throw DataError(fmt::format("{} has {} classes, but {} codes", where, trees.classes(), model.codes.size()));
}

}  // namespace

std::string to_json(const ClassModel& model) {
    Json scores = Json::array();
    for (const auto& score : model.scores) scores.push_back(json_of(score));
    const Json json{
        {"linmu-model", format_version},  {"version", model.version.empty() ? LINMU_VERSION : model.version},
        {"legend", model.legend},         {"codes", model.codes},
        {"features", model.features},     {"importance", model.importance},
        {"parameters", model.parameters}, {"samples", model.samples},
        {"data_hash", model.data_hash},   {"scores", scores}};
    std::string text = json.dump();
    text.pop_back();
    return text + ",\"xgboost\":" + model.xgboost + "}\n";
}

ClassModel model_from_json(std::string_view text, const ModelNames& names, const std::string& where) {
    const Json json = parsed(text, where);
    const Reader reader(json, where);
    if (!reader.has("linmu-model") && !reader.has("learner"))
        reader.fail("is no model: neither linmu's train nor XGBoost's save_model (as JSON) wrote it");
    const bool own = reader.has("linmu-model");
    ClassModel model = own ? linmu_model(reader) : plain_model(reader, text);
    model.trees = trees_of(own ? reader["xgboost"] : reader, where);
    take_or_compare(model.legend, names.legend, "legend", where);
    take_or_compare(model.features, names.features, "features", where);
    take_or_compare(model.codes, names.codes, "classes", where);
    check_counts(model, where);
    return model;
}

DecisionTrees trees_from_xgboost(std::string_view text, const std::string& where) {
    const Json json = parsed(text, where);
    return trees_of({json, where}, where);
}

}  // namespace linmu

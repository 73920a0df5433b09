// SPDX-License-Identifier: MIT
#include "linmu/algo/train_trees.hpp"

#include <fmt/format.h>
#include <xgboost/c_api.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

void must(int status) {
    if (status == 0) return;
    std::string_view words = XGBGetLastError();
    words = words.substr(0, words.find("\nStack trace"));
    throw DataError(fmt::format("XGBoost could not train: {}", words));
}

class Matrix {
public:
    explicit Matrix(const TrainingSet& set) {
        must(XGDMatrixCreateFromMat(set.features.data(), set.rows(), set.width, std::numeric_limits<float>::quiet_NaN(),
                                    &handle_));
        const std::vector<float> labels(set.classes.begin(), set.classes.end());
        must(XGDMatrixSetFloatInfo(handle_, "label", labels.data(), labels.size()));
        if (!set.weights.empty())
            must(XGDMatrixSetFloatInfo(handle_, "weight", set.weights.data(), set.weights.size()));
    }
    Matrix(const Matrix&) = delete;
    Matrix& operator=(const Matrix&) = delete;
    ~Matrix() { XGDMatrixFree(handle_); }
    [[nodiscard]] DMatrixHandle get() const { return handle_; }

private:
    DMatrixHandle handle_ = nullptr;
};

class Booster {
public:
    Booster(const Matrix& samples, int classes, const TreeGrowth& growth) {
        const DMatrixHandle list[] = {samples.get()};
        must(XGBoosterCreate(list, 1, &handle_));
        set("verbosity", 0);
        set("nthread", 1);
        set("seed", growth.seed % std::numeric_limits<std::int32_t>::max());
        set_classes(classes);
        set("tree_method", "hist");
        set("max_depth", growth.depth);
        set("min_child_weight", growth.min_child_weight);
        set("subsample", growth.subsample);
        set("colsample_bynode", growth.colsample);
        const bool forest = growth.kind == TreeGrowth::Kind::forest;
        set("eta", forest ? 1.0 : growth.learning_rate);
        set("num_parallel_tree", forest ? growth.trees : 1);
    }
    Booster(const Booster&) = delete;
    Booster& operator=(const Booster&) = delete;
    ~Booster() { XGBoosterFree(handle_); }

    void grow(int round, const Matrix& samples) { must(XGBoosterUpdateOneIter(handle_, round, samples.get())); }

    /// Mean log loss.
    double loss(int round, const Matrix& held_out) {
        DMatrixHandle list[] = {held_out.get()};
        const char* names[] = {"held"};
        const char* text = nullptr;
        must(XGBoosterEvalOneIter(handle_, round, list, names, 1, &text));
        const std::string_view said(text);
        return std::strtod(text + said.rfind(':') + 1, nullptr);
    }

    [[nodiscard]] std::string json() const {
        bst_ulong size = 0;
        const char* bytes = nullptr;
        must(XGBoosterSaveModelToBuffer(handle_, R"({"format": "json"})", &size, &bytes));
        return {bytes, size};
    }

private:
    template <class T>
    void set(const char* name, const T& value) {
        must(XGBoosterSetParam(handle_, name, fmt::format("{}", value).c_str()));
    }
    void set_classes(int classes) {
        set("objective", classes == 2 ? "binary:logistic" : "multi:softprob");
        set("eval_metric", classes == 2 ? "logloss" : "mlogloss");
        if (classes > 2) set("num_class", classes);
    }

    BoosterHandle handle_ = nullptr;
};

bool is_stuck(const std::vector<double>& losses, int patience) {
    if (patience == 0 || losses.size() <= static_cast<std::size_t>(patience)) return false;
    return losses.end() - std::ranges::min_element(losses) > patience;
}

}  // namespace

std::string xgboost_version() {
    int major = 0, minor = 0, patch = 0;
    XGBoostVersion(&major, &minor, &patch);
    return fmt::format("{}.{}.{}", major, minor, patch);
}

GrownTrees grow_trees(const TrainingSet& samples, int classes, const TreeGrowth& growth, const TrainingSet* held_out) {
    const Matrix known(samples);
    Booster booster(known, classes, growth);
    GrownTrees grown;
    const int rounds = growth.kind == TreeGrowth::Kind::forest ? 1 : growth.trees;
    if (!held_out) {
        for (int round = 0; round < rounds; ++round) booster.grow(round, known);
    } else {
        const Matrix asked(*held_out);
        for (int round = 0; round < rounds && !is_stuck(grown.losses, growth.patience); ++round) {
            booster.grow(round, known);
            grown.losses.push_back(booster.loss(round, asked));
        }
    }
    grown.json = booster.json();
    return grown;
}

}  // namespace linmu

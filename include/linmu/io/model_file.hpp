// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/decision_trees.hpp"

namespace linmu {

/// A trained classifier with all that is needed to use it and to trust it: one JSON file. `xgboost` in it is a model as XGBoost
/// saves it, and can be taken out and used with XGBoost.
struct ClassModel {
    /// Of a cross-validation. `class_key` "" is all classes; `right` of `samples`.
    struct Score {
        std::string scheme;  ///< "block", "parcel", "random"
        std::string class_key;
        int folds = 0;
        std::int64_t samples = 0, right = 0;
        double user = 0, producer = 0,
               f1 = 0;  ///< of all classes: mean of the classes; NaN, null in the file: there is none
    };

    std::string legend;                 ///< id in data/legends; "": codes have no names
    std::vector<std::string> features;  ///< names of bands, in the order of the trees' features
    std::vector<std::int32_t> codes;    ///< of the classes, in the order of the trees' outputs
    std::map<std::string, std::string> parameters;
    std::map<std::string, std::int64_t> samples;  ///< by class: how many it was trained on
    std::string data_hash;                        ///< of the samples
    std::vector<Score> scores;
    std::vector<double> importance;  ///< by feature
    std::string version;             ///< of linmu that trained it; "" is written as this one's
    std::string xgboost;             ///< JSON
    DecisionTrees trees;             ///< those of `xgboost`
};

/// The same model gives the same bytes. `xgboost` is put in as it is; `trees` are not written.
[[nodiscard]] std::string to_json(const ClassModel& model);

/// What a plain XGBoost model doesn't say.
struct ModelNames {
    std::string legend;
    std::vector<std::string> features;
    std::vector<std::int32_t> codes;
};
/// A model file of linmu, or one of XGBoost with `names` for what it lacks; names that contradict the file are an error.
/// `where`: named in errors. Throws DataError with what is missing or damaged and the way out.
[[nodiscard]] ClassModel model_from_json(std::string_view text, const ModelNames& names, const std::string& where);

/// The trees of a model in XGBoost's JSON (versions 1 to 3): gbtree with multi:softprob, multi:softmax or binary:logistic.
/// Throws DataError for other boosters and objectives, for categorical splits, and where something is missing.
[[nodiscard]] DecisionTrees trees_from_xgboost(std::string_view json, const std::string& where);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <vector>

#include "linmu/core/legend.hpp"

namespace linmu {

/// Folder of linmu's data files: $LINMU_DATA, else beside the program (../data of the build, ../share/linmu of an installation).
/// Throws DataError that lists where it looked.
[[nodiscard]] std::string data_folder();
/// `name` is a path, or the id of a file in the data folder ("legends", "landcover" is <data>/legends/landcover.toml).
/// Throws DataError with the nearest id.
[[nodiscard]] std::string find_data_file(const std::string& kind, const std::string& name);

[[nodiscard]] Legend load_legend(const std::string& name);

/// One row of data/indices.toml.
struct IndexDefinition {
    std::string id;                    ///< "NDVI"
    std::string name_zh, name_en;
    std::string formula;               ///< over band aliases: "(N - R) / (N + R)"
    std::vector<std::string> bands;
    double low = 0, high = 0;          ///< range; values beyond are clamped to it
    std::string reference;
    std::map<std::string, double> check_bands;   ///< check value: the formula on these ...
    double check_value = 0;                      ///< ... is this
};
[[nodiscard]] std::vector<IndexDefinition> load_indices();

/// A decision list (data/rules/<id>.toml): the first rule that holds gives the class.
struct RuleDefinition {
    std::string class_key;
    std::string when;                  ///< expression over bands and thresholds
    std::string why;
};
struct Threshold {
    std::string name;
    double value = 0;
    std::string unit, source, confidence;
};
struct RuleSet {
    std::string id, name_zh, name_en, legend;
    std::vector<Threshold> thresholds;
    std::vector<RuleDefinition> rules;
    std::string path;
};
[[nodiscard]] RuleSet load_rules(const std::string& name);

/// One indicator of a rule pack (data/indicators/<pack>.toml).
struct IndicatorDefinition {
    std::string id;                    ///< "A1"
    std::string name_zh, name_en;
    std::string unit;                  ///< "%", "mu", "m2"
    int decimals = 2;
    std::vector<std::string> needs;    ///< ledger tables
    std::string sql;                   ///< one SELECT: columns zone, value [, numerator, denominator, note]
    std::string target, target_source, source;
};
struct IndicatorPack {
    std::string id, version, name_zh, name_en;
    std::map<std::string, std::string> parameters;    ///< text substituted for ${name} in the SQL: classes that count as forest, ...
    std::vector<IndicatorDefinition> indicators;
};
[[nodiscard]] IndicatorPack load_indicators(const std::string& name);

}  // namespace linmu

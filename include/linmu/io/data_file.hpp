// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <string>
#include <vector>

#include "linmu/core/legend.hpp"
#include "linmu/io/wanted_table.hpp"

namespace linmu {

/// Folder of linmu's data files: $LINMU_DATA, else beside the running program: ../data or ./data of a build,
/// ../share/linmu/data of an installation. Throws DataError that lists where it looked.
[[nodiscard]] std::string data_folder();
/// `name` is a path (it has a '/' or an extension), or the id of a file in the data folder: ("legends", "landcover") is
/// <data>/legends/landcover.toml, ("styles", "dltb") is <data>/styles/dltb.qml. Throws DataError with the nearest id.
[[nodiscard]] std::string find_data_file(const std::string& kind, const std::string& name);

/// Ids of the files of a kind in the data folder, sorted.
[[nodiscard]] std::vector<std::string> data_file_ids(const std::string& kind);

/// All loaders below throw DataError as "file:line:column: what is wrong and the nearest right key". A key that a file has and
/// linmu does not know is an error, so a misspelt one cannot be lost. Keys are the names of the members, unless it says otherwise.

/// data/legends/<id>.toml: `name_zh`, `name_en`, then `[[class]]` with code, key, name_zh, name_en, color and, if any, parent.
/// Codes and keys are unique, colours are "#rrggbb".
[[nodiscard]] Legend load_legend(const std::string& name);

/// Whole text of data/styles/<name>.qml, a QGIS style.
[[nodiscard]] std::string load_style(const std::string& name);

/// One `[[index]]` of data/indices.toml. `check_bands = { N = 0.4, R = 0.05 }`.
struct IndexDefinition {
    std::string id;  ///< "NDVI"
    std::string name_zh, name_en;
    std::string formula;  ///< over band aliases: "(N - R) / (N + R)"
    std::vector<std::string> bands;
    double low = 0, high = 0;  ///< range; values beyond are clamped to it
    std::string reference;
    std::map<std::string, double> check_bands;  ///< check value: the formula on these ...
    double check_value = 0;                     ///< ... is this
};
[[nodiscard]] std::vector<IndexDefinition> load_indices();

/// A decision list (data/rules/<id>.toml): the first rule that holds gives the class. The file: `name_zh`, `name_en`, `legend`,
/// then `[[threshold]]`, then `[[rule]]`. Each `class` must be a key of the legend.
struct RuleDefinition {
    std::string class_key;  ///< in the file: `class`
    std::string when;       ///< expression over bands and thresholds
    std::string why;
};
struct Threshold {
    std::string name;
    double value = 0;
    std::string unit, source, confidence;
};
/// A value that rules share, computed before them; may use formulas above it.
struct FormulaDefinition {
    std::string name, formula, source;
};
struct RuleSet {
    std::string id, name_zh, name_en, legend;
    std::vector<Threshold> thresholds;
    std::vector<FormulaDefinition> formulas;
    std::vector<RuleDefinition> rules;
    std::string path;
};
[[nodiscard]] RuleSet load_rules(const std::string& name);

/// One `[[term]]` of data/terms/<id>.toml: what a word or a threshold means that rule packs share. A bureau edits `value`, a piece of SQL.
struct Term {
    std::string name, value, name_zh, name_en, unit;
    std::string source, confidence;  ///< confidence: "sure", "likely" or "unsure"
    std::string question;            ///< what to ask the bureau where the definition is unsure; else ""
};
[[nodiscard]] std::vector<Term> load_terms(const std::string& name);

/// One `[[indicator]]` of a rule pack (data/indicators/<pack>.toml: `version`, `terms` (optional: whose values are parameters
/// too), `name_zh`, `name_en`, `[parameters]`, `[wanted]`, `[[indicator]]`).
struct IndicatorDefinition {
    std::string id;  ///< "A1"
    std::string name_zh, name_en;
    std::string unit;  ///< "%", "mu", "m2"
    int decimals = 2;
    std::vector<std::string> needs;  ///< ledger tables; without one of them the indicator is not computed
    std::vector<WantedTable> wants;  ///< others that it reads where a run has them
    /// One SELECT: columns zone, value [, numerator, denominator, reference, adjusted, lower, upper, interval_note, note]. `adjusted` is the
    /// value corrected by samples for the map's errors, `lower` and `upper` the limits of its 95 % interval, in the value's unit;
    /// `interval_note` says what they rest on, or why there are none: "no samples".
    std::string sql;
    /// One SELECT of the ledger rows that the figure is made of, or "": columns zone, part ("value", or "numerator" and "denominator"),
    /// fact (a ledger table), row (its key), what, and area (1e-4 m2) or amount (in `unit`); their sums are the figure.
    std::string facts;
    std::string target, target_source, source;  ///< `target` may be absent; the others are then ""
};
struct IndicatorPack {
    std::string id, version, name_zh, name_en;
    std::map<std::string, std::string>
        parameters;           ///< text substituted for ${name} in the SQL: classes that count as forest, ...
    std::string terms_name;   ///< id of the file of terms, or ""
    std::vector<Term> terms;  ///< whose values are parameters, unless the pack has its own
    std::vector<IndicatorDefinition> indicators;
};
[[nodiscard]] IndicatorPack load_indicators(const std::string& name);

}  // namespace linmu

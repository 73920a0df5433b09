// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "legend_table.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/io/model_file.hpp"

namespace linmu {

/// How a model travels between steps: a table of one row. Its first column is the model file's text, whose unit is the legend of its
/// classes; the others are named after its features and hold their importance. So the plan knows what a model needs
/// before one is trained.
[[nodiscard]] TableSpec model_table_spec(const std::string& legend, const std::vector<std::string>& features);
[[nodiscard]] Table model_table(const ClassModel& model, const std::string& legend);

[[nodiscard]] std::string legend_of_model(const TableSpec& spec);
[[nodiscard]] std::vector<std::string> features_of_model(const TableSpec& spec);
/// Throws DataError.
[[nodiscard]] ClassModel model_of(const Table& table, const std::string& where);

/// A legend given by its file is the one that is named so: "landcover", "legends/landcover.toml".
[[nodiscard]] std::string legend_id(const std::string& legend);

/// A class by its key in the legend, or its code. Throws UsageError with the nearest key.
[[nodiscard]] std::int32_t class_code(const std::string& text, const std::string& legend, std::string_view parameter);
/// "walnut=2" of each text, by code. Throws UsageError: no number, below 0, a class twice.
[[nodiscard]] std::map<std::int32_t, double> class_weights(const std::vector<std::string>& texts,
                                                           const std::string& legend, std::string_view parameter);

}  // namespace linmu

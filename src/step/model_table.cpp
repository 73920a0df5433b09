// SPDX-License-Identifier: MIT
#include "model_table.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "linmu/core/block.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "linmu/io/data_file.hpp"

namespace linmu {

TableSpec model_table_spec(const std::string& legend, const std::vector<std::string>& features) {
    TableSpec spec{"model", "分类模型", {{"model", FieldType::text, legend, "模型"}}};
    for (const auto& feature : features) spec.columns.push_back({feature, FieldType::real, "", feature + "重要性"});
    return spec;
}

Table model_table(const ClassModel& model, const std::string& legend) {
    Table table{model_table_spec(legend, model.features), {{to_json(model)}}};
    for (std::size_t f = 0; f < model.features.size(); ++f)
        table.rows[0].push_back(f < model.importance.size() ? Value{model.importance[f]} : Value{});
    return table;
}

std::string legend_of_model(const TableSpec& spec) { return spec.columns.front().unit; }

std::vector<std::string> features_of_model(const TableSpec& spec) {
    std::vector<std::string> features;
    for (std::size_t i = 1; i < spec.columns.size(); ++i) features.push_back(spec.columns[i].name);
    return features;
}

ClassModel model_of(const Table& table, const std::string& where) {
    if (table.rows.size() != 1 || table.rows[0].empty() || !std::holds_alternative<std::string>(table.rows[0][0]))
        throw DataError(fmt::format("'{}' is no model; take it from a train or read-model step", where));
    return model_from_json(std::get<std::string>(table.rows[0][0]), {}, where);
}

std::string legend_id(const std::string& legend) { return std::filesystem::path(legend).stem().string(); }

std::int32_t class_code(const std::string& text, const std::string& legend, std::string_view parameter) {
    std::int32_t code = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), code);
    if (fault == std::errc{} && end == text.data() + text.size() && code != no_code) return code;
    std::vector<std::string> keys;
    if (!legend.empty()) {
        for (const auto& c : load_legend(legend).classes) {
            if (c.key == text) return c.code;
            keys.push_back(c.key);
        }
    }
    throw UsageError(fmt::format("'{}': '{}' is no class{}{}", parameter, text,
                                 legend.empty() ? "; without a legend, classes are whole numbers"
                                                : fmt::format(" of legend '{}'", legend_id(legend)),
                                 hint(text, keys)));
}

std::map<std::int32_t, double> class_weights(const std::vector<std::string>& texts, const std::string& legend,
                                             std::string_view parameter) {
    std::map<std::int32_t, double> weights;
    for (const auto& text : texts) {
        const auto equals = text.rfind('=');
        const std::string number = equals == std::string::npos ? "" : text.substr(equals + 1);
        char* end = nullptr;
        const double weight = std::strtod(number.c_str(), &end);
        if (number.empty() || *end != '\0' || !(weight >= 0) || !std::isfinite(weight))
            throw UsageError(
                fmt::format("'{}': '{}' is no weight of a class; write \"walnut=2\", not below 0", parameter, text));
        if (!weights.emplace(class_code(text.substr(0, equals), legend, parameter), weight).second)
            throw UsageError(fmt::format("'{}': '{}' names its class a second time", parameter, text));
    }
    return weights;
}

}  // namespace linmu

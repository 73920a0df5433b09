// SPDX-License-Identifier: MIT
#include "accuracy_table.hpp"

#include <fmt/format.h>

#include <cmath>

namespace linmu {
namespace {

constexpr const char* kappa_caveat =
    "kappa corrects for chance that has no part in mapping and repeats overall accuracy; no basis for acceptance or "
    "area (Pontius and Millones 2011, Olofsson et al. 2014)";

struct AccuracyRow {
    std::string name;
    IntervalEstimate user, producer;
    double f1 = 0;
    std::int64_t referenced = 0, mapped = 0;
    std::string note;
};

std::vector<Value> values_of(const AccuracyRow& row, const std::string& map, const std::string& estimator) {
    const auto& [name, user, producer, f1, referenced, mapped, note] = row;
    return {map,
            name,
            number_or_nothing(user.value),
            number_or_nothing(producer.value),
            number_or_nothing(f1),
            referenced,
            mapped,
            number_or_nothing(user.standard_error),
            number_or_nothing(user.low),
            number_or_nothing(user.high),
            number_or_nothing(producer.standard_error),
            number_or_nothing(producer.low),
            number_or_nothing(producer.high),
            fmt::format("{}; {}, {}", estimator, to_string(user.method), to_string(producer.method)),
            note.empty() ? Value{} : Value{note}};
}

std::string note_of(const SampleClassAccuracy& c) {
    if (c.mapped == 0) return "no sample lies where the map has this class: no user's accuracy";
    return c.referenced == 0 ? "no sample is this class: no producer's accuracy" : "";
}

}  // namespace

TableSpec error_matrix_table() {
    return {"error_matrix",
            "混淆矩阵",
            {{"map", FieldType::text, "", "图"},
             {"map_class", FieldType::text, "", "图上地类"},
             {"reference_class", FieldType::text, "", "真实地类"},
             {"cells", FieldType::integer, "", "单元数"},
             {"share", FieldType::real, "", "面积比例"},
             {"share_low", FieldType::real, "", "比例下限"},
             {"share_high", FieldType::real, "", "比例上限"},
             {"method", FieldType::text, "", "方法"}}};
}

TableSpec accuracy_table() {
    return {"accuracy",
            "精度",
            {{"map", FieldType::text, "", "图"},
             {"class", FieldType::text, "", "地类"},
             {"user", FieldType::real, "", "用户精度"},
             {"producer", FieldType::real, "", "制图精度"},
             {"f1", FieldType::real, "", "F1"},
             {"cells", FieldType::integer, "", "参考单元数"},
             {"mapped_cells", FieldType::integer, "", "图上单元数"},
             {"user_se", FieldType::real, "", "用户精度标准误"},
             {"user_low", FieldType::real, "", "用户精度下限"},
             {"user_high", FieldType::real, "", "用户精度上限"},
             {"producer_se", FieldType::real, "", "制图精度标准误"},
             {"producer_low", FieldType::real, "", "制图精度下限"},
             {"producer_high", FieldType::real, "", "制图精度上限"},
             {"method", FieldType::text, "", "方法"},
             {"note", FieldType::text, "", "说明"}}};
}

Value number_or_nothing(double value) { return std::isnan(value) ? Value{} : Value{value}; }

Table matrix_of(const LabelledSamples& samples, const SampleEstimator& estimator, const std::string& map) {
    Table table{error_matrix_table(), {}};
    const auto counts = estimator.counts();
    for (int i = 0; i < counts.rows(); ++i) {
        for (int j = 0; j < counts.cols(); ++j) {
            const bool unclassed = i == counts.rows() - 1;
            if (unclassed && counts(i, j) == 0) continue;
            const auto map_class = unclassed ? no_class : static_cast<std::size_t>(i);
            const auto share = estimator.cell(map_class, static_cast<std::size_t>(j));
            table.rows.push_back({map, samples.class_name(map_class), samples.classes[static_cast<std::size_t>(j)],
                                  counts(i, j), number_or_nothing(share.value), number_or_nothing(share.low),
                                  number_or_nothing(share.high),
                                  fmt::format("{}; {}", samples.estimator_name(), to_string(share.method))});
        }
    }
    return table;
}

Table accuracy_of(const LabelledSamples& samples, const SampleEstimator& estimator, const std::string& map,
                  bool kappa) {
    const auto found = estimator.accuracy();
    std::vector<AccuracyRow> rows{
        {"overall", found.overall, found.overall, found.overall.value, found.units, found.units, ""}};
    for (std::size_t k = 0; k < samples.classes.size(); ++k) {
        const auto& c = found.classes[k];
        rows.push_back({samples.classes[k], c.user, c.producer, c.f1, c.referenced, c.mapped, note_of(c)});
    }
    if (kappa) {
        auto estimate = no_estimate();
        estimate.value = found.kappa;
        rows.push_back({"kappa", estimate, no_estimate(), no_estimate().value, found.units, found.units, kappa_caveat});
    }
    Table table{accuracy_table(), {}};
    for (const auto& row : rows) table.rows.push_back(values_of(row, map, samples.estimator_name()));
    return table;
}

}  // namespace linmu

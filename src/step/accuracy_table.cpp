// SPDX-License-Identifier: MIT
#include "accuracy_table.hpp"

#include <cmath>

namespace linmu {

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

}  // namespace linmu

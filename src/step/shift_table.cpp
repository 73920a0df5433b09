// SPDX-License-Identifier: MIT
#include "shift_table.hpp"

namespace linmu {

Table scene_shift_table() {
    return {{"scene_shift",
             "影像配准检查",
             {{"name", FieldType::text, "", "检查"},
              {"scene", FieldType::text, "", "影像"},
              {"band", FieldType::text, "", "波段"},
              {"reference", FieldType::text, "", "基准"},
              {"dx", FieldType::real, "cell", "东移像元"},
              {"dy", FieldType::real, "cell", "南移像元"},
              {"east", FieldType::real, "m", "东移"},
              {"north", FieldType::real, "m", "北移"},
              {"chips", FieldType::integer, "", "采用小块数"},
              {"chips_all", FieldType::integer, "", "小块总数"},
              {"spread", FieldType::real, "cell", "离散度"},
              {"verdict", FieldType::text, "", "结论"}}},
            {}};
}

}  // namespace linmu

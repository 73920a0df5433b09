// SPDX-License-Identifier: MIT
#include "terrain_table.hpp"

#include <fmt/format.h>

#include <charconv>

#include "linmu/core/error.hpp"

namespace linmu {

Table terrain_fit_table() {
    return {{"terrain_fit",
             "地形光照拟合",
             {{"fit", FieldType::text, "", "拟合"},
              {"scene", FieldType::text, "", "影像"},
              {"band", FieldType::text, "", "波段"},
              {"code", FieldType::integer, "", "地类代码"},
              {"class", FieldType::text, "", "地类"},
              {"cells", FieldType::integer, "", "像元数"},
              {"m", FieldType::real, "1", "斜率"},
              {"b", FieldType::real, "1", "截距"},
              {"c", FieldType::real, "1", "C 系数"},
              {"r", FieldType::real, "1", "相关系数"},
              {"verdict", FieldType::text, "", "结论"}}},
            {}};
}

std::set<std::int32_t> codes(const std::vector<std::string>& texts, std::string_view parameter) {
    std::set<std::int32_t> out;
    for (const auto& text : texts) {
        std::int32_t value = 0;
        const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
        if (fault != std::errc{} || end != text.data() + text.size())
            throw UsageError(fmt::format("'{}': '{}' is no class code, as \"11\" is", parameter, text));
        out.insert(value);
    }
    return out;
}

}  // namespace linmu

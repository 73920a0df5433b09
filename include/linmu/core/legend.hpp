// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace linmu {

struct LegendClass {
    std::int32_t code = 0;
    std::string key;  ///< "walnut": what rules and SQL use
    std::string name_zh;
    std::string name_en;
    std::string color;   ///< "#rrggbb"
    std::string parent;  ///< key of a wider class, or ""
};

/// The classes of a code band, in the order of its file (data/legends/<id>.toml).
struct Legend {
    std::string id;
    std::string name_zh;
    std::string name_en;
    std::vector<LegendClass> classes;

    /// Null when the code is not in the legend.
    [[nodiscard]] const LegendClass* find(std::int32_t code) const noexcept;
    /// Throws DataError with the nearest key.
    [[nodiscard]] const LegendClass& at_key(std::string_view key) const;
};

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include "linmu/core/cell_rule.hpp"

namespace linmu {

/// Which stored cells have a value.
struct StoredRange {
    std::uint16_t none = 0, lowest = 0, highest = 0;
    bool has_none = false;

    explicit StoredRange(const CellRule& rule)
        : lowest(static_cast<std::uint16_t>(std::clamp(std::ceil(rule.lowest), 0.0, 65535.0))),
          highest(static_cast<std::uint16_t>(std::clamp(std::floor(rule.highest), 0.0, 65535.0))),
          has_none(rule.nodata >= 0 && rule.nodata <= 65535 && !(std::abs(rule.nodata - std::floor(rule.nodata)) > 0)) {
        if (has_none) none = static_cast<std::uint16_t>(rule.nodata);
    }
};

/// NaN, which is no nodata, counts as itself.
inline bool same(const CellRule& a, const CellRule& b) {
    const auto figures = [](const CellRule& rule) {
        return std::array{std::isnan(rule.nodata) ? -1.0 : rule.nodata,
                          rule.scale,
                          rule.offset,
                          rule.floor,
                          rule.lowest,
                          rule.highest};
    };
    return figures(a) == figures(b);
}

}  // namespace linmu

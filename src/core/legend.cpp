// SPDX-License-Identifier: MIT
#include "linmu/core/legend.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {

const LegendClass* Legend::find(std::int32_t code) const noexcept {
    const auto it = std::ranges::find(classes, code, &LegendClass::code);
    return it == classes.end() ? nullptr : &*it;
}

const LegendClass& Legend::at_key(std::string_view key) const {
    const auto it = std::ranges::find(classes, key, &LegendClass::key);
    if (it != classes.end()) return *it;
    std::vector<std::string> keys;
    for (const auto& c : classes) keys.push_back(c.key);
    throw DataError(fmt::format("legend '{}' has no class '{}'{}", id, key, hint(key, keys)));
}

}  // namespace linmu

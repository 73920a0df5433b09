// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <variant>

#include "linmu/core/layer.hpp"

namespace linmu {

/// A value as a number, whole or real; nothing of a text or of no value.
[[nodiscard]] inline std::optional<double> number_of(const Value& value) {
    if (const auto* real = std::get_if<double>(&value)) return *real;
    if (const auto* whole = std::get_if<std::int64_t>(&value)) return static_cast<double>(*whole);
    return {};
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "linmu/core/cell_rule.hpp"
#include "linmu/core/wide.hpp"

namespace linmu {

/// Whole numbers of one or two bytes: int32 holds each, and a nodata that is none of them is no cell's.
template <class T>
LINMU_WIDE void to_code_small(const T* in, std::int32_t* out, std::size_t count, double nodata) {
    const bool whole = std::abs(nodata) < 1e5 && std::trunc(nodata) == nodata;
    const std::int32_t none = whole ? static_cast<std::int32_t>(nodata) : no_code;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int32_t stored = in[i];
        out[i] = stored == none ? no_code : stored;
    }
}

/// A code that int32 cannot hold is no value.
template <class T>
LINMU_WIDE void to_code(const T* in, std::int32_t* out, std::size_t count, const CellRule& rule) {
    if constexpr (std::is_integral_v<T> && sizeof(T) <= 2) return to_code_small(in, out, count, rule.nodata);
    const double nodata = stored_nodata<T>(rule.nodata);
    for (std::size_t i = 0; i < count; ++i) {
        const double stored = static_cast<double>(in[i]);
        const bool holds = stored > -2147483648.5 && stored < 2147483647.5 && stored != nodata;
        if constexpr (std::is_integral_v<T>) out[i] = holds ? static_cast<std::int32_t>(in[i]) : no_code;
        else out[i] = holds ? static_cast<std::int32_t>(std::lround(stored)) : no_code;
    }
}

}  // namespace linmu

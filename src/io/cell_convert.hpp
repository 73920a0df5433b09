// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "linmu/core/cell_rule.hpp"
#include "linmu/core/wide.hpp"

namespace linmu {

/// A code that int32 cannot hold is no value.
template <class T>
LINMU_WIDE void to_code(const T* in, std::int32_t* out, std::size_t count, const CellRule& rule) {
    const double nodata = stored_nodata<T>(rule.nodata);
    for (std::size_t i = 0; i < count; ++i) {
        const double stored = static_cast<double>(in[i]);
        const bool holds = stored > -2147483648.5 && stored < 2147483647.5 && stored != nodata;
        if constexpr (std::is_integral_v<T>) out[i] = holds ? static_cast<std::int32_t>(in[i]) : no_code;
        else out[i] = holds ? static_cast<std::int32_t>(std::lround(stored)) : no_code;
    }
}

}  // namespace linmu

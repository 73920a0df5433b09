// SPDX-License-Identifier: MIT
#pragma once
#include <cmath>
#include <cstddef>
#include <limits>
#include <type_traits>

#include "linmu/core/no_value.hpp"
#include "linmu/core/wide.hpp"

namespace linmu {

/// How stored cells become values.
struct CellRule {
    double nodata = std::numeric_limits<double>::quiet_NaN();  ///< NaN: none, as no cell equals it
    double scale = 1;
    double offset = 0;
    double floor = -1e30;
    double lowest = -1e30;
    double highest = 1e30;
    [[nodiscard]] bool unscaled() const noexcept { return scale == 1 && offset == 0; }
    [[nodiscard]] bool plain() const noexcept {
        return unscaled() && floor <= -1e30 && lowest <= -1e30 && highest >= 1e30;
    }
};

/// `nodata` as a cell of type T holds it: files write -3.40282346638529e+38 where float has a near neighbour.
template <class T>
double stored_nodata(double nodata) {
    if constexpr (std::is_same_v<T, float>) {
        constexpr double most = std::numeric_limits<float>::max();
        if (std::isfinite(nodata) && std::abs(nodata) > most) return std::copysign(most, nodata);
        return static_cast<double>(static_cast<float>(nodata));
    } else {
        return nodata;
    }
}

/// Whole numbers of two bytes: a float holds each such cell, and what it does not hold is no cell's nodata.
template <class T>
LINMU_WIDE void to_real_unscaled(const T* in, float* out, std::size_t count, const CellRule& rule) {
    const auto near = static_cast<float>(std::abs(rule.nodata) < 1e5 ? rule.nodata : static_cast<double>(no_value));
    const float none = static_cast<double>(near) == rule.nodata ? near : no_value;
    if (rule.plain()) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto value = static_cast<float>(in[i]);
            out[i] = value == none ? no_value : value;
        }
        return;
    }
    const auto floor = static_cast<float>(rule.floor);
    // Between whole numbers, where rounding moves neither bound over one.
    const auto lowest = static_cast<float>(std::ceil(rule.lowest));
    const auto highest = static_cast<float>(std::floor(rule.highest));
    for (std::size_t i = 0; i < count; ++i) {
        const auto stored = static_cast<float>(in[i]);
        const float value = stored < floor ? floor : stored;
        const bool kept = (stored != none) & (stored >= lowest) & (stored <= highest);
        out[i] = kept ? value : no_value;
    }
}

/// Without branches, so that the compiler takes several cells at once.
template <class T>
LINMU_WIDE void to_real(const T* in, float* out, std::size_t count, const CellRule& rule) {
    const double nodata = stored_nodata<T>(rule.nodata);
    if (rule.unscaled() && std::is_integral_v<T> && sizeof(T) <= 2) return to_real_unscaled(in, out, count, rule);
    if (rule.plain()) {
        for (std::size_t i = 0; i < count; ++i) {
            out[i] = static_cast<double>(in[i]) == nodata ? no_value : static_cast<float>(in[i]);
        }
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const double stored = static_cast<double>(in[i]);
        const double scaled = stored * rule.scale + rule.offset;
        const double value = scaled < rule.floor ? rule.floor : scaled;
        const bool none = stored == nodata || stored < rule.lowest || stored > rule.highest;
        out[i] = none ? no_value : static_cast<float>(value);
    }
}

}  // namespace linmu

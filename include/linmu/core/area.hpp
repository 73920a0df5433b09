// SPDX-License-Identifier: MIT
#pragma once
#include <compare>
#include <cstdint>

namespace linmu {

/// An area on the ellipsoid, a whole number of 1e-4 m2, so that sums are exact in any order.
/// Holds up to 9.2e14 m2; China is 9.6e12.
class Area {
public:
    constexpr Area() = default;
    constexpr explicit Area(std::int64_t units) noexcept : units_(units) {}
    /// Half away from zero, as land survey software rounds (domain: TD/T 1055 practice).
    [[nodiscard]] static Area from_m2(double m2);

    [[nodiscard]] constexpr std::int64_t units() const noexcept { return units_; }
    [[nodiscard]] constexpr double m2() const noexcept { return static_cast<double>(units_) / 1e4; }
    [[nodiscard]] constexpr double ha() const noexcept { return static_cast<double>(units_) / 1e8; }
    [[nodiscard]] constexpr double km2() const noexcept { return static_cast<double>(units_) / 1e10; }
    /// 1 mu = 10000/15 m2, so 1 m2 = 0.0015 mu exactly.
    [[nodiscard]] constexpr double mu() const noexcept { return static_cast<double>(units_) * 15 / 1e8; }

    constexpr Area& operator+=(Area o) noexcept {
        units_ += o.units_;
        return *this;
    }
    constexpr Area& operator-=(Area o) noexcept {
        units_ -= o.units_;
        return *this;
    }
    friend constexpr Area operator+(Area a, Area b) noexcept { return a += b; }
    friend constexpr Area operator-(Area a, Area b) noexcept { return a -= b; }
    friend constexpr auto operator<=>(Area, Area) = default;

private:
    std::int64_t units_ = 0;
};

}  // namespace linmu

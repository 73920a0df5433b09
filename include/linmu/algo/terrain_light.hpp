// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "linmu/core/block.hpp"

namespace linmu {

/// How light falls on slopes, fitted and taken out of reflectance. Sources: Teillet, Guindon & Goodenough 1982, Can. J. Remote
/// Sens. 8:84-106 (cosine, C); Gu & Gillespie 1998, Remote Sens. Environ. 64:166-175 (SCS); Soenen, Peddle & Coburn 2005, IEEE
/// TGRS 43:2148-2159 (SCS+C).

/// The ground's normal, of length 1, cell by cell; no value where slope or aspect have none.
struct GroundNormals {
    RealPlane east, north, up;
};
/// From slope and aspect in degrees, as `slope` and `aspect` give them.
[[nodiscard]] GroundNormals ground_normals(const RealPlane& slope, const RealPlane& aspect);
/// cos i, i the angle between the sun and the ground's normal.
[[nodiscard]] RealPlane incidence(const GroundNormals& ground, SunAngles sun);

/// A straight line L = m cos i + b through values of one band.
struct LightFit {
    std::int64_t cells = 0;
    double m = 0, b = 0;
    double r = 0;                    ///< Pearson's correlation of L and cos i; 0 when one of them does not vary
    [[nodiscard]] double c() const;  ///< b / m, what light of the sky does beside the sun's; 0 when m is 0
};

/// Sums for the line, as whole numbers (cos i and values in steps of 2^-24), so that they are exact and the order of cells and
/// tiles plays no part. Room for 2^32 cells of values up to `largest`.
class LightSums {
public:
    static constexpr double largest = 1 << 20;

    /// REQUIRES: -1 <= light <= 1, |value| <= largest.
    void add(float light, float value);
    void merge(const LightSums& other);
    [[nodiscard]] std::int64_t cells() const noexcept { return cells_; }
    [[nodiscard]] LightFit fit() const;
    /// As words in a line, and back. `from_text` moves `text` past what it took.
    [[nodiscard]] std::string to_text() const;
    [[nodiscard]] static LightSums from_text(std::string_view& text);

private:
    __extension__ using Whole = __int128;
    std::int64_t cells_ = 0;
    Whole light_ = 0, value_ = 0, light_light_ = 0, light_value_ = 0, value_value_ = 0;
};

/// cosine: L cos z / cos i. c: L (cos z + C) / (cos i + C). scs: L cos z cos s / cos i.
/// scs_c: L (cos z cos s + C) / (cos i + C), for forest, whose trees stand upright on any slope.
enum class LightMethod { cosine, c, scs, scs_c };

/// What to multiply a value with, z the sun's zenith and s the slope. 1 on level ground, whatever the method.
/// A negative C, of land that is brighter by nature where it is lit, takes away half of the cell's light,
/// and of the level ground's, at most, so that factors stay small and values above 0.
/// REQUIRES: light > 0.
[[nodiscard]] float light_factor(LightMethod method, float cos_zenith, float light, float up, float c);

}  // namespace linmu

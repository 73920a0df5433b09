// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <string>

namespace linmu::demo {

/// Classes of the truth; codes of the legend "landcover".
enum class Land : std::uint8_t {
    none = 0,
    cropland,
    walnut,
    broadleaf,
    conifer,
    shrub,
    grass,
    built,
    water,
    bare,
    forsythia
};
inline constexpr int land_classes = 11;  ///< with none
[[nodiscard]] const char* land_key(Land land);

/// What grows or stands on a piece of land.
enum class Kind : std::uint8_t {
    maize,
    millet,
    tubers,
    wheat,
    fallow,
    intercropped,  ///< fields; intercropped: grain between rows of walnut
    walnut,
    oak,
    locust,
    poplar,
    pine,  ///< trees
    forsythia,
    thorn,
    grassland,
    village,
    town,
    road,
    mine,
    rock,
    felled,
    river,
    reservoir,
    pond,
};
inline constexpr int kinds = 23;

/// A piece of land in one of the two years.
struct State {
    Kind kind = Kind::grassland;
    int planted = 0;                ///< year; 0: not planted in anyone's memory, or no trees
    Kind before = Kind::grassland;  ///< what shows between the crowns of a plantation
    friend bool operator==(const State&, const State&) = default;
};

/// Share of the ground under crowns of trees planted `age` summers ago; 0 for what is no tree.
[[nodiscard]] double crown_cover(Kind kind, double age);
/// Plantations become forest at a canopy of 0.2, orchards are orchards from the first day, as surveys have it.
[[nodiscard]] Land land_of(const State& state, int year);

/// How the land survey writes it down.
struct SurveyClass {
    std::string code;       ///< DLBM
    std::string name;       ///< DLMC
    std::string attribute;  ///< ZZSXDM, or ""
    std::string attribute_name;
};
[[nodiscard]] SurveyClass survey_class(const State& state, int year, bool irrigated);

}  // namespace linmu::demo

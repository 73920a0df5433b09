// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace linmu {

/// What can be wrong with a cell of a scene, the same for every sensor: the bits of the quality band, which is named
/// `quality_band`. 0 is a clear cell, `no_code` one that was not seen. Each sensor's file (data/sensors) says how its own
/// codes and bits become these.
enum class QualityFlag : std::int32_t {
    cloud = 1 << 0,
    cloud_shadow = 1 << 1,
    cirrus = 1 << 2,
    snow = 1 << 3,
    water = 1 << 4,         ///< no fault
    saturated = 1 << 5,     ///< or defective
    dark = 1 << 6,          ///< terrain shadow, or as dark
    near_cloud = 1 << 7,    ///< grown by the provider
    haze = 1 << 8,          ///< much aerosol
    unclassified = 1 << 9,  ///< the provider could not tell; used, with less weight
};
inline constexpr std::string_view quality_band = "QA";

/// As sensors' files and steps' parameters write them.
inline constexpr std::array<std::pair<std::string_view, QualityFlag>, 10> quality_flag_names{{
    {"cloud", QualityFlag::cloud},
    {"cloud-shadow", QualityFlag::cloud_shadow},
    {"cirrus", QualityFlag::cirrus},
    {"snow", QualityFlag::snow},
    {"water", QualityFlag::water},
    {"saturated", QualityFlag::saturated},
    {"dark", QualityFlag::dark},
    {"near-cloud", QualityFlag::near_cloud},
    {"haze", QualityFlag::haze},
    {"unclassified", QualityFlag::unclassified},
}};
[[nodiscard]] constexpr std::int32_t bit(QualityFlag flag) noexcept { return static_cast<std::int32_t>(flag); }

}  // namespace linmu

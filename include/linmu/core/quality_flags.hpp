// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <string>
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

/// One line of a sensor's quality table: cells whose stored value passes the test get the flags.
struct QualityCode {
    enum class Test {
        equals,   ///< (stored & mask) == value
        any_bit,  ///< (stored & mask) != 0
        at_least  ///< stored >= value: a probability
    };
    Test test = Test::equals;
    std::int32_t mask = -1;
    std::int32_t value = 0;
    std::int32_t flags = 0;  ///< bits of QualityFlag; 0: nothing is wrong
    bool unseen = false;     ///< no data: the cell was not seen
    std::string name_zh = {}, name_en = {};
    [[nodiscard]] bool fits(std::int32_t stored) const noexcept {
        if (test == Test::equals) return (stored & mask) == value;
        return test == Test::any_bit ? (stored & mask) != 0 : stored >= value;
    }
    friend bool operator==(const QualityCode&, const QualityCode&) = default;
};

}  // namespace linmu

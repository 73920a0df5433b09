// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>

#include "sensor.hpp"

namespace linmu {

/// How stored cells relate to reflectance: what to add to them, and how it was found.
struct OffsetChoice {
    double offset = 0;  ///< stored units
    std::string note;
};
/// For a product whose metadata leaves the offset in doubt. `said`: the offset that metadata asks for, if it says one. `dark`: the
/// 0.1 % lowest stored value of visible bands, if there is one. Cells decide where they are clear by the sensor's `offset_doubt`;
/// throws DataError when metadata and cells disagree and the cells are not clear, or when neither tells.
[[nodiscard]] OffsetChoice choose_offset(const std::string& where, const OffsetDoubt& doubt,
                                         const std::string& baseline, std::optional<double> said,
                                         std::optional<double> dark, double cloud_percent);

/// The 0.1 % lowest stored value of the bands B and R of a scene that have a value, from a sample of the cells.
[[nodiscard]] std::optional<double> darkest_visible(const Scene& scene);

/// Adds the offset to every band of the scene, in stored units.
void apply_offset(Scene& scene, double offset);

}  // namespace linmu

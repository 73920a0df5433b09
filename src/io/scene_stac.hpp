// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>

#include "linmu/io/scene.hpp"

namespace linmu {

/// How the stored cells of a STAC item relate to reflectance.
struct OffsetChoice {
    double offset = 0;  ///< stored units
    std::string note;
};
/// `said`: offset that metadata asks for, if it says one. `dark`: the 0.1 % lowest stored value of a visible band, if it was read.
/// Cells below 700 cannot hold the +1000 of baseline 04.00 and later; cells whose darkest are 1000 to 1800 in a scene that is
/// not mostly cloud hold it. Throws DataError when the two disagree and the cells are not clear, or when neither tells.
[[nodiscard]] OffsetChoice choose_offset(const std::string& where, const std::string& baseline,
                                         std::optional<double> said, std::optional<double> dark, double cloud_percent);

/// Path of the STAC item in a folder, "" when there is none.
[[nodiscard]] std::string find_stac_item(const std::string& folder);
[[nodiscard]] Scene read_stac(const std::string& folder);

}  // namespace linmu

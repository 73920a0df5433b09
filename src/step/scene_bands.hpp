// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/block.hpp"

namespace linmu {

/// The bands of one acquisition, as positions in a raster of scenes.
struct SceneBands {
    std::string scene;
    std::vector<std::size_t> real;       ///< measured values
    std::optional<std::size_t> quality;  ///< its band "QA", a code band
    std::optional<SunAngles> sun;
};

/// In the order in which scenes first appear. Throws DataError when a band belongs to no scene; `where` is the id of the
/// step that gives the raster.
[[nodiscard]] std::vector<SceneBands> scenes_of(const std::vector<BandSpec>& bands, std::string_view where);

/// Where the sun stood. Throws DataError when that is not known, or when it was not above the horizon.
[[nodiscard]] SunAngles sun_of(const SceneBands& scene);

}  // namespace linmu

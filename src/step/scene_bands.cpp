// SPDX-License-Identifier: MIT
#include "scene_bands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/error.hpp"
#include "linmu/core/quality_flags.hpp"

namespace linmu {

std::vector<SceneBands> scenes_of(const std::vector<BandSpec>& bands, std::string_view where) {
    std::vector<SceneBands> scenes;
    for (std::size_t i = 0; i < bands.size(); ++i) {
        const auto& band = bands[i];
        if (band.scene.empty())
            throw DataError(fmt::format(
                "band '{}' of '{}' belongs to no scene; take the bands that a scenes step reads", band.name, where));
        auto it = std::ranges::find(scenes, band.scene, &SceneBands::scene);
        if (it == scenes.end()) it = scenes.insert(it, {band.scene, {}, {}, {}});
        if (band.kind == BandKind::real) it->real.push_back(i);
        else if (band.name == quality_band) it->quality = i;
        if (!it->sun) it->sun = band.sun;
    }
    return scenes;
}

SunAngles sun_of(const SceneBands& scene) {
    if (!scene.sun)
        throw DataError(
            fmt::format("scene '{}' does not say where the sun stood; take what a scenes step reads", scene.scene));
    if (!(scene.sun->zenith >= 0 && scene.sun->zenith < 90))
        throw DataError(fmt::format("scene '{}' has the sun {} degrees from the zenith, which is not above the horizon",
                                    scene.scene, scene.sun->zenith));
    return *scene.sun;
}

}  // namespace linmu

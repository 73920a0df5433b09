// SPDX-License-Identifier: MIT
#include "linmu/io/scene.hpp"

#include <fmt/format.h>

#include "linmu/core/error.hpp"
#include "scene_safe.hpp"
#include "scene_stac.hpp"

namespace linmu {

bool is_scene(const std::string& path) { return !find_safe_product(path).empty() || !find_stac_item(path).empty(); }

Scene read_scene(const std::string& path) {
    if (!find_safe_product(path).empty()) return read_safe(path);
    if (!find_stac_item(path).empty()) return read_stac(path);
    throw DataError(fmt::format(
        "{} is no Sentinel-2 L2A scene: it has neither MTD_MSIL2A.xml nor a STAC item (a .json beside the bands)",
        path));
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "linmu/core/grid.hpp"
#include "linmu/demo/scene_maker.hpp"

namespace linmu::demo {

/// Shares of a scene, percent.
struct SceneContent {
    double cloud = 0, shadow = 0, water = 0, vegetation = 0, unseen = 0;
};

/// Names of a product of level 2A, as its parts are called.
struct ProductNames {
    std::string product;   ///< "S2A_MSIL2A_....SAFE"
    std::string granule;   ///< "L2A_T49SGA_A012345_20250521T031051"
    std::string image;     ///< "T49SGA_20250521T031051"
    std::string start;     ///< "2025-05-21T03:10:51.024Z"
    std::string baseline;  ///< "05.09"
};
[[nodiscard]] ProductNames product_names(const ScenePass& pass);
/// Path of a band's image below the product, without its extension.
[[nodiscard]] std::string image_path(const ProductNames& names, const std::string& band, int resolution);

/// MTD_MSIL2A.xml and MTD_TL.xml with what readers of the real ones look for.
[[nodiscard]] std::string product_xml(const ProductNames& names, const ScenePass& pass, const SceneContent& content);
[[nodiscard]] std::string tile_xml(const ProductNames& names, const ScenePass& pass, const Sun& sun, const Grid& grid,
                                   const SceneContent& content);

/// Makes one scene below `folder` whole; rows by rows. Throws DataError when it can't be written.
void write_scene(const std::string& folder, const Landscape& landscape, const ScenePass& pass);

}  // namespace linmu::demo

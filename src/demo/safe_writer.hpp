// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <memory>
#include <string>

#include "linmu/core/grid.hpp"
#include "linmu/demo/scene_maker.hpp"

namespace linmu::demo {

/// Shares of a scene, percent.
struct SceneContent {
    double cloud = 0, shadow = 0, water = 0, vegetation = 0, unseen = 0;
};

/// Cells of each code of the scene classification.
class Census {
public:
    void add(const CodePlane& classes);
    [[nodiscard]] SceneContent content() const;
    [[nodiscard]] const std::array<std::int64_t, 12>& counts() const noexcept { return counts_; }

private:
    std::array<std::int64_t, 12> counts_{};
};

/// How a pass is handed out: cut into which tile, by which processor.
struct Delivery {
    std::string tile = "T49SGA";
    std::string baseline = "05.09";
    bool offset = true;  ///< stores reflectance + 0.1
    bool level1 = false;
    std::string produced = "";  ///< day of the processing, "20250521"; empty: that of the pass
    std::string crs = "EPSG:32649";
    std::string zone = "49N";
    bool denies_offset = false;      ///< a faulty product: the metadata do not say what `offset` is
    int band_without_offset = -1;    ///< that the metadata's list leaves out
    bool cloud_probability = false;  ///< MSK_CLDPRB_20m.jp2
    bool tile_in_datatake = false;   ///< of the county's own scenes, which are of one tile
};
/// Of the county's own scenes.
[[nodiscard]] Delivery own_delivery(const ScenePass& pass);

/// Names of a product, as its parts are called.
struct ProductNames {
    std::string product;   ///< "S2A_MSIL2A_....SAFE"
    std::string granule;   ///< "L2A_T49SGA_A012345_20250521T031051"
    std::string image;     ///< "T49SGA_20250521T031051"
    std::string start;     ///< "2025-05-21T03:10:51.024Z"
    std::string baseline;  ///< "05.09"
    std::string datatake;  ///< "GS2A_20250521T031051_012345_N05.09"
};
[[nodiscard]] ProductNames product_names(const ScenePass& pass, const Delivery& delivery);
[[nodiscard]] inline ProductNames product_names(const ScenePass& pass) {
    return product_names(pass, own_delivery(pass));
}
/// Path of a band's image below the product, without its extension.
[[nodiscard]] std::string image_path(const ProductNames& names, const std::string& band, int resolution);
/// The same of level 1C.
[[nodiscard]] std::string level1_path(const ProductNames& names, const std::string& band);
[[nodiscard]] Grid coarser(Grid grid);

/// MTD_MSIL2A.xml (MTD_MSIL1C.xml) and MTD_TL.xml with what readers of the real ones look for.
[[nodiscard]] std::string product_xml(const ProductNames& names, const ScenePass& pass, const Delivery& delivery,
                                      const SceneContent& content);
[[nodiscard]] std::string tile_xml(const ProductNames& names, const ScenePass& pass, const Delivery& delivery,
                                   const Sun& sun, const Grid& grid, const SceneContent& content);

/// One product that takes the rows of its grid from the first to the last.
class SafeProduct {
public:
    SafeProduct(const std::string& folder, ScenePass pass, Delivery delivery, Sun sun, Grid grid);
    ~SafeProduct();
    SafeProduct(SafeProduct&&) noexcept;
    SafeProduct& operator=(SafeProduct&&) noexcept;
    void write(SceneRows rows);
    /// Writes the metadata. Throws DataError when rows are missing or the disk is full.
    void close();
    [[nodiscard]] const ProductNames& names() const noexcept;
    [[nodiscard]] const Census& census() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};
/// Columns of rows; even.
[[nodiscard]] SceneRows columns_of(const SceneRows& rows, int col, int cols);

/// Makes one scene below `folder` whole; rows by rows. Throws DataError when it can't be written.
void write_scene(const std::string& folder, const Landscape& landscape, const ScenePass& pass);

}  // namespace linmu::demo

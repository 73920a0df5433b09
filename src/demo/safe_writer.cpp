// SPDX-License-Identifier: MIT
#include "safe_writer.hpp"

#include <algorithm>
#include <filesystem>

#include "linmu/demo/measure.hpp"
#include "linmu/io/raster.hpp"
#include "linmu/io/table_file.hpp"

namespace linmu::demo {
namespace {

namespace fs = std::filesystem;

/// Codes of the scene classification that are written; 0 is what a file without a value has.
Legend classification_legend() {
    Legend legend;
    legend.id = "scl";
    for (int code = 1; code <= 11; ++code)
        legend.classes.push_back(
            {.code = code, .key = std::to_string(code), .name_zh = {}, .name_en = {}, .color = {}, .parent = {}});
    return legend;
}

Grid coarser(Grid grid) {
    grid.cell_x *= 2;
    grid.cell_y *= 2;
    grid.rows /= 2;
    grid.cols /= 2;
    return grid;
}

/// The image files of one scene, all open.
class Images {
public:
    Images(const fs::path& product, const ProductNames& names, const Grid& grid, bool offset)
        : legend_(classification_legend()) {
        for (const int m : {10, 20}) fs::create_directories((product / image_path(names, "", m)).parent_path());
        for (std::size_t b = 0; b < scene_bands; ++b) {
            const int m = is_fine_band(b) ? 10 : 20;
            const RasterSpec spec{
                m == 10 ? grid : coarser(grid),
                {{.name = band_names[b], .kind = BandKind::real, .unit = "1", .legend = {}, .scene = {}, .date = {}}}};
            writers_.emplace_back(
                spec, RasterOutput{.path = (product / image_path(names, band_names[b], m)).string() + ".jp2",
                                   .format = "jp2",
                                   .type = "uint16",
                                   .scale = 1e-4,
                                   .offset = offset ? -0.1 : 0.0});
        }
        const RasterSpec spec{
            coarser(grid),
            {{.name = "SCL", .kind = BandKind::code, .unit = {}, .legend = "scl", .scene = {}, .date = {}}}};
        writers_.emplace_back(spec, RasterOutput{.path = (product / image_path(names, "SCL", 20)).string() + ".jp2",
                                                 .format = "jp2",
                                                 .legend = &legend_});
    }
    void write(SceneRows rows) {
        for (std::size_t b = 0; b < scene_bands; ++b)
            put(writers_[b], is_fine_band(b) ? rows.row : rows.row / 2, std::move(rows.bands[b]));
        put(writers_.back(), rows.row / 2, std::move(rows.classification));
    }
    void close() {
        for (auto& writer : writers_) writer.close();
    }

private:
    template <class T>
    static void put(RasterWriter& writer, int row, Plane<T> plane) {
        const Window window{row, 0, plane.rows(), plane.cols()};
        Block block{window, {}};
        block.bands.emplace_back(std::move(plane));
        writer.write(block);
    }
    Legend legend_;
    std::vector<RasterWriter> writers_;
};

class Census {
public:
    void add(const CodePlane& classes) {
        for (const auto code : classes.cells()) ++counts_[static_cast<std::size_t>(std::max(0, code))];
    }
    [[nodiscard]] SceneContent content() const {
        double all = 0;
        for (const auto n : counts_) all += static_cast<double>(n);
        const auto share = [&](std::initializer_list<std::size_t> codes) {
            double n = 0;
            for (const auto c : codes) n += static_cast<double>(counts_[c]);
            return 100 * n / all;
        };
        return {.cloud = share({8, 9, 10}),
                .shadow = share({3}),
                .water = share({6}),
                .vegetation = share({4}),
                .unseen = share({0})};
    }

private:
    std::array<std::int64_t, 12> counts_{};
};

}  // namespace

void write_scene(const std::string& folder, const Landscape& landscape, const ScenePass& pass) {
    constexpr int rows_at_once = 60;
    const auto names = product_names(pass);
    const auto product = fs::path(folder) / names.product;
    const auto grid = scene_grid(landscape.size());
    const SceneMaker maker(landscape, pass);
    Images images(product, names, grid, pass.offset);
    Census census;
    for (int row = 0; row < grid.rows; row += rows_at_once) {
        auto rows = maker.rows(row, std::min(rows_at_once, grid.rows - row), grid.cols);
        census.add(rows.classification);
        images.write(std::move(rows));
    }
    images.close();
    const auto content = census.content();
    write_text_file((product / "GRANULE" / names.granule / "MTD_TL.xml").string(),
                    tile_xml(names, pass, maker.sun(), grid, content));
    // Last, as a folder is a product when it has this file.
    write_text_file((product / "MTD_MSIL2A.xml").string(), product_xml(names, pass, content));
}

}  // namespace linmu::demo

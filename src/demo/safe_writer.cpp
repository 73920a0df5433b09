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

/// Percent; so that 0 is a value.
Legend probability_legend() {
    Legend legend;
    legend.id = "cldprb";
    for (const int code : {0, 100})
        legend.classes.push_back(
            {.code = code, .key = std::to_string(code), .name_zh = {}, .name_en = {}, .color = {}, .parent = {}});
    return legend;
}

/// The image files of one scene, all open.
class Images {
public:
    Images(const fs::path& product, const ProductNames& names, const Grid& grid, const Delivery& delivery)
        : legend_(classification_legend()), probability_legend_(probability_legend()) {
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
                                   .offset = delivery.offset ? -0.1 : 0.0});
        }
        const RasterSpec spec{
            coarser(grid),
            {{.name = "SCL", .kind = BandKind::code, .unit = {}, .legend = "scl", .scene = {}, .date = {}}}};
        writers_.emplace_back(spec, RasterOutput{.path = (product / image_path(names, "SCL", 20)).string() + ".jp2",
                                                 .format = "jp2",
                                                 .legend = &legend_});
        if (delivery.cloud_probability) add_probability(product, names, grid);
    }
    void write(SceneRows rows) {
        for (std::size_t b = 0; b < scene_bands; ++b)
            put(writers_[b], is_fine_band(b) ? rows.row : rows.row / 2, std::move(rows.bands[b]));
        put(writers_[scene_bands], rows.row / 2, std::move(rows.classification));
        if (writers_.size() > scene_bands + 1) put(writers_.back(), rows.row / 2, std::move(rows.cloud_probability));
    }
    void close() {
        for (auto& writer : writers_) writer.close();
    }

private:
    void add_probability(const fs::path& product, const ProductNames& names, const Grid& grid) {
        const auto folder = product / "GRANULE" / names.granule / "QI_DATA";
        fs::create_directories(folder);
        const RasterSpec spec{
            coarser(grid),
            {{.name = "CLDPRB", .kind = BandKind::code, .unit = {}, .legend = "cldprb", .scene = {}, .date = {}}}};
        writers_.emplace_back(spec, RasterOutput{.path = (folder / "MSK_CLDPRB_20m.jp2").string(),
                                                 .format = "jp2",
                                                 .legend = &probability_legend_});
    }
    template <class T>
    static void put(RasterWriter& writer, int row, Plane<T> plane) {
        const Window window{row, 0, plane.rows(), plane.cols()};
        Block block{window, {}};
        block.bands.emplace_back(std::move(plane));
        writer.write(block);
    }
    Legend legend_;
    Legend probability_legend_;
    std::vector<RasterWriter> writers_;
};

template <class T>
Plane<T> cut(const Plane<T>& plane, int col, int cols) {
    Plane<T> out(plane.rows(), cols, T{});
    for (int r = 0; r < plane.rows(); ++r)
        std::ranges::copy(plane.row(r).subspan(static_cast<std::size_t>(col), static_cast<std::size_t>(cols)),
                          out.row(r).begin());
    return out;
}

}  // namespace

Grid coarser(Grid grid) {
    grid.cell_x *= 2;
    grid.cell_y *= 2;
    grid.rows /= 2;
    grid.cols /= 2;
    return grid;
}

void Census::add(const CodePlane& classes) {
    for (const auto code : classes.cells()) ++counts_[static_cast<std::size_t>(std::max(0, code))];
}

SceneContent Census::content() const {
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

Delivery own_delivery(const ScenePass& pass) {
    return {.baseline = pass.offset ? "05.09" : "02.14", .offset = pass.offset, .tile_in_datatake = true};
}

struct SafeProduct::Impl {
    ScenePass pass;
    Delivery delivery;
    ProductNames names;
    fs::path product;
    Sun sun;
    Grid grid;
    Images images;
    Census census;

    Impl(const std::string& folder, ScenePass p, Delivery d, Sun s, Grid g)
        : pass(p), delivery(std::move(d)), names(product_names(pass, delivery)),
          product(fs::path(folder) / names.product), sun(s), grid(std::move(g)),
          images(product, names, grid, delivery) {}
};

SafeProduct::SafeProduct(const std::string& folder, ScenePass pass, Delivery delivery, Sun sun, Grid grid)
    : impl_(std::make_unique<Impl>(folder, pass, std::move(delivery), sun, std::move(grid))) {}
SafeProduct::~SafeProduct() = default;
SafeProduct::SafeProduct(SafeProduct&&) noexcept = default;
SafeProduct& SafeProduct::operator=(SafeProduct&&) noexcept = default;

const ProductNames& SafeProduct::names() const noexcept { return impl_->names; }
const Census& SafeProduct::census() const noexcept { return impl_->census; }

void SafeProduct::write(SceneRows rows) {
    impl_->census.add(rows.classification);
    impl_->images.write(std::move(rows));
}

void SafeProduct::close() {
    auto& p = *impl_;
    p.images.close();
    const auto content = p.census.content();
    write_text_file((p.product / "GRANULE" / p.names.granule / "MTD_TL.xml").string(),
                    tile_xml(p.names, p.pass, p.delivery, p.sun, p.grid, content));
    // Last, as a folder is a product when it has this file.
    write_text_file((p.product / "MTD_MSIL2A.xml").string(), product_xml(p.names, p.pass, p.delivery, content));
}

SceneRows columns_of(const SceneRows& rows, int col, int cols) {
    SceneRows out{
        rows.row, {}, cut(rows.classification, col / 2, cols / 2), cut(rows.cloud_probability, col / 2, cols / 2)};
    for (std::size_t b = 0; b < scene_bands; ++b)
        out.bands[b] = is_fine_band(b) ? cut(rows.bands[b], col, cols) : cut(rows.bands[b], col / 2, cols / 2);
    return out;
}

void write_scene(const std::string& folder, const Landscape& landscape, const ScenePass& pass) {
    constexpr int rows_at_once = 60;
    const auto grid = scene_grid(landscape.size());
    const SceneMaker maker(landscape, pass);
    SafeProduct product(folder, pass, own_delivery(pass), maker.sun(), grid);
    for (int row = 0; row < grid.rows; row += rows_at_once)
        product.write(maker.rows(row, std::min(rows_at_once, grid.rows - row), grid.cols));
    product.close();
}

}  // namespace linmu::demo

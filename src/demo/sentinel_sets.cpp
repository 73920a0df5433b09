// SPDX-License-Identifier: MIT
// Sentinel-2 products as archives hand them out: tiles that overlap, one acquisition delivered twice, in two zones, as
// a zip, displaced, of level 1C.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "linmu/demo/measure.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/io/table_file.hpp"
#include "linmu/io/zip_file.hpp"
#include "safe_writer.hpp"
#include "sensor_bands.hpp"
#include "sensors.hpp"

namespace linmu::demo {
namespace {

namespace fs = std::filesystem;

constexpr int rows_at_once = 60;

template <class Take>
void for_rows(const SceneMaker& maker, const Grid& grid, Take&& take) {
    for (int row = 0; row < grid.rows; row += rows_at_once)
        take(maker.rows(row, std::min(rows_at_once, grid.rows - row), grid.cols));
}

/// As a product of level 2A stores it; 0 where nothing was seen.
CodePlane stored_numbers(const RealPlane& values, bool offset) {
    CodePlane out(values.rows(), values.cols(), 0);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double v = static_cast<double>(values.cells()[i]);
        if (!std::isnan(v))
            out.cells()[i] =
                static_cast<std::int32_t>(std::clamp(std::round((v + (offset ? 0.1 : 0.0)) / 1e-4), 1.0, 65535.0));
    }
    return out;
}

/// A product, and what its truth says: counts of its classes and a few cells of each band.
class RecordedProduct {
public:
    RecordedProduct(const fs::path& folder, const ScenePass& pass, const Delivery& delivery, const Sun& sun, Grid grid)
        : grid_(grid), offset_(delivery.offset), product_(folder.string(), pass, delivery, sun, std::move(grid)),
          id_(fs::path(product_.names().product).stem().string()) {}

    void write(SceneRows rows) {
        for (std::size_t b = 0; b < scene_bands; ++b) {
            const int m = is_fine_band(b) ? 1 : 2;
            note_cells(cells_, id_, band_names[b], grid_.rows / m, grid_.cols / m, rows.row / m,
                       stored_numbers(rows.bands[b], offset_));
        }
        product_.write(std::move(rows));
    }
    void close(Truth& truth) {
        product_.close();
        const auto& counts = product_.census().counts();
        for (std::size_t code = 0; code < counts.size(); ++code) {
            if (counts[code] == 0) continue;
            truth.push_back({.scene = id_,
                             .band = "SCL",
                             .what = "count",
                             .value = static_cast<double>(counts[code]),
                             .code = static_cast<int>(code)});
        }
        truth.insert(truth.end(), cells_.begin(), cells_.end());
    }
    [[nodiscard]] const std::string& id() const { return id_; }

private:
    Grid grid_;
    bool offset_;
    SafeProduct product_;
    std::string id_;
    Truth cells_;
};

/// Part of the county's columns that a tile has.
struct Cut {
    const char* tile;
    int col, cols;
};
/// Two tiles on the 60 m lattice whose overlap is a fifth of the county.
std::array<Cut, 2> cuts_of(const Grid& county) {
    const int sixths = county.cols / 6;
    const int west = sixths * 3 / 5;
    const int east = sixths * 2 / 5;
    return {{{"T49SFA", 0, west * 6}, {"T49SGA", east * 6, (sixths - east) * 6}}};
}

Grid cut_grid(const Grid& grid, const Cut& cut) { return crop(grid, {0, cut.col, grid.rows, cut.cols}); }

/// Where the aerosol is thick, in 20 m cells of the cut.
std::int64_t hazy_cells(const SceneMaker& maker, const Grid& county, const Cut& cut) {
    std::int64_t count = 0;
    for (int r = 0; r < county.rows / 2; ++r) {
        for (int c = cut.col / 2; c < (cut.col + cut.cols) / 2; ++c)
            count += maker.haze_at({(c + 0.5) * 20, (r + 0.5) * 20}) > 0.05 ? 1 : 0;
    }
    return count;
}

/// Both tiles of a pass, in each of the deliveries.
Truth write_tiles(const Landscape& landscape, const fs::path& folder, const ScenePass& pass,
                  const std::vector<Delivery>& deliveries) {
    const SceneMaker maker(landscape, pass);
    const auto county = scene_grid(landscape.size());
    const auto cuts = cuts_of(county);
    std::vector<RecordedProduct> products;
    for (auto delivery : deliveries) {
        for (const auto& cut : cuts) {
            delivery.tile = cut.tile;
            products.emplace_back(folder, pass, delivery, maker.sun(), cut_grid(county, cut));
        }
    }
    for_rows(maker, county, [&](const SceneRows& rows) {
        for (std::size_t i = 0; i < products.size(); ++i)
            products[i].write(columns_of(rows, cuts[i % 2].col, cuts[i % 2].cols));
    });
    Truth truth;
    for (std::size_t i = 0; i < products.size(); ++i) {
        products[i].close(truth);
        const auto& cut = cuts[i % 2];
        const auto put = [&](const char* what, double value) {
            truth.push_back({.scene = products[i].id(), .band = "", .what = what, .value = value});
        };
        put("first_column", cut.col);
        put("overlap_columns", cuts[0].cols - cuts[1].col);
        put("hazy_20m_cells", static_cast<double>(hazy_cells(maker, county, cut)));
        put("duplicate_of_first_delivery", i >= 2 ? 1 : 0);
    }
    return truth;
}

/// The county's box in another zone, on its 60 m lattice.
Grid grid_in(const std::string& crs, const Grid& county) {
    const Transform transform(county.crs, crs);
    double west = 1e9, east = -1e9, south = 1e9, north = -1e9;
    for (const double row : {0.0, static_cast<double>(county.rows)}) {
        for (const double col : {0.0, static_cast<double>(county.cols)}) {
            const auto p = transform({county.x(col), county.y(row)});
            west = std::min(west, p.x);
            east = std::max(east, p.x);
            south = std::min(south, p.y);
            north = std::max(north, p.y);
        }
    }
    const double x0 = std::floor(west / 60) * 60;
    const double y0 = std::ceil(north / 60) * 60;
    return {.crs = crs,
            .x0 = x0,
            .y0 = y0,
            .cell_x = 10,
            .cell_y = 10,
            .rows = static_cast<int>(std::ceil((y0 - south) / 60)) * 6,
            .cols = static_cast<int>(std::ceil((east - x0) / 60)) * 6};
}

/// A product on a grid of its own, or displaced: rendered there, never resampled.
Truth write_rendered(const Landscape& landscape, const fs::path& folder, const ScenePass& pass,
                     const Delivery& delivery, const Grid& grid) {
    const SceneMaker maker(landscape, pass);
    const Places places(landscape, grid);
    RecordedProduct product(folder, pass, delivery, maker.sun(), grid);
    for (int row = 0; row < grid.rows; row += rows_at_once)
        product.write(maker.rows_at(row, places.of({row, 0, std::min(rows_at_once, grid.rows - row), grid.cols})));
    Truth truth;
    product.close(truth);
    truth.push_back({.scene = product.id(), .band = "", .what = "shift_east_m", .value = pass.shift.e});
    truth.push_back({.scene = product.id(), .band = "", .what = "shift_north_m", .value = -pass.shift.s});
    return truth;
}

/// The eastern tile alone, packed.
Truth write_zipped(const Landscape& landscape, const fs::path& folder, const ScenePass& pass) {
    const SceneMaker maker(landscape, pass);
    const auto county = scene_grid(landscape.size());
    const auto cut = cuts_of(county)[1];
    RecordedProduct product(folder, pass, {.tile = cut.tile, .cloud_probability = true}, maker.sun(),
                            cut_grid(county, cut));
    for_rows(maker, county, [&](const SceneRows& rows) { product.write(columns_of(rows, cut.col, cut.cols)); });
    Truth truth;
    product.close(truth);
    const auto safe = folder / (product.id() + ".SAFE");
    write_zip((folder / (product.id() + ".zip")).string(), safe.string());
    fs::remove_all(safe);
    return truth;
}

CodePlane steps_of(const RealPlane& values, const SensorBand& band, int together) {
    CodePlane out(values.rows() / together, values.cols() / together, 0);
    for (int r = 0; r < out.rows(); ++r) {
        for (int c = 0; c < out.cols(); ++c) {
            double sum = 0;
            for (int k = 0; k < together * together; ++k)
                sum += static_cast<double>(values(r * together + k / together, c * together + k % together));
            if (std::isnan(sum)) continue;
            float share = 0;
            for (const auto s : band.mix) share += s;
            const double surface = sum / (together * together) * static_cast<double>(share);
            const double top = static_cast<double>(band.path) + static_cast<double>(band.transmission) * surface;
            out(r, c) = static_cast<std::int32_t>(std::clamp(std::lround(top * 10000 + 1000), 1L, 65534L));
        }
    }
    return out;
}

/// Every band of level 1C is one of the scene's, at its own cell size.
std::size_t source_of(const SensorBand& band) {
    return static_cast<std::size_t>(std::ranges::max_element(band.mix) - band.mix.begin());
}

int cell_size(const SensorBand& band) {
    const std::string name = band.name;
    if (name == "B01" || name == "B09" || name == "B10") return 60;
    return is_fine_band(source_of(band)) ? 10 : 20;
}

Truth write_level1(const Landscape& landscape, const fs::path& folder, const ScenePass& pass) {
    const Delivery delivery{.baseline = "05.09", .level1 = true};
    const auto names = product_names(pass, delivery);
    const auto product = folder / names.product;
    const auto id = fs::path(names.product).stem().string();
    const SceneMaker maker(landscape, pass);
    const auto grid = scene_grid(landscape.size());
    fs::create_directories((product / level1_path(names, "B02")).parent_path());
    std::vector<RecordedImage> images;
    for (const auto& band : l1c_bands()) {
        const int m = cell_size(band);
        auto own = grid;
        own.cell_x = own.cell_y = m;
        images.emplace_back(id, std::vector<std::string>{band.name},
                            ImageForm{.path = (product / level1_path(names, band.name)).string() + ".jp2",
                                      .format = "jp2",
                                      .rows = grid.rows * 10 / m,
                                      .cols = grid.cols * 10 / m,
                                      .grid = own},
                            RecordedImage::Holds::values);
    }
    Census census;
    for_rows(maker, grid, [&](const SceneRows& rows) {
        census.add(rows.classification);
        for (std::size_t b = 0; b < images.size(); ++b) {
            const auto& band = l1c_bands()[b];
            const int m = cell_size(band);
            const auto source = source_of(band);
            images[b].write(rows.row * 10 / m,
                            steps_of(rows.bands[source], band, m / (is_fine_band(source) ? 10 : 20)));
        }
    });
    Truth truth;
    for (auto& image : images) image.close(truth);
    for (const auto& band : l1c_bands()) {
        truth.push_back(
            {.scene = id, .band = band.name, .what = "path_reflectance", .value = static_cast<double>(band.path)});
        truth.push_back(
            {.scene = id, .band = band.name, .what = "transmission", .value = static_cast<double>(band.transmission)});
    }
    write_text_file((product / "GRANULE" / names.granule / "MTD_TL.xml").string(),
                    tile_xml(names, pass, delivery, maker.sun(), grid, census.content()));
    write_text_file((product / "MTD_MSIL1C.xml").string(), product_xml(names, pass, delivery, census.content()));
    return truth;
}

}  // namespace

SensorJobs tile_jobs(const Landscape& landscape, const std::string& folder) {
    auto bare = pass_on(landscape, 0, 5, 21);
    bare.cloud_share = 0.12;
    auto hazy = pass_on(landscape, 0, 8, 14);
    hazy.cloud_share = 0.05;
    hazy.haze = 0.18;
    auto late = pass_on(landscape, 1, 5, 21);
    late.cloud_share = 0.08;
    late.platform = 'B';
    auto zipped = pass_on(landscape, 1, 8, 14);
    zipped.cloud_share = 0.05;
    const Delivery early{.baseline = "02.14", .offset = false, .cloud_probability = true};
    const auto again = fmt::format("{}0107", std::max(2024, landscape.years()[1]));
    const Delivery reprocessed{.baseline = "05.10", .produced = again, .cloud_probability = true};
    const Delivery current{.baseline = "05.09", .cloud_probability = true};
    return {[&landscape, folder, bare, early, reprocessed] {
                return write_tiles(landscape, folder, bare, {early, reprocessed});
            },
            [&landscape, folder, hazy, early] { return write_tiles(landscape, folder, hazy, {early}); },
            [&landscape, folder, late, current] { return write_tiles(landscape, folder, late, {current}); },
            [&landscape, folder, late] {
                const Delivery other{.tile = "T50SJF", .crs = "EPSG:32650", .zone = "50N", .cloud_probability = true};
                return write_rendered(landscape, folder, late, other, grid_in(other.crs, scene_grid(landscape.size())));
            },
            [&landscape, folder, zipped] { return write_zipped(landscape, folder, zipped); }};
}

SensorJobs shifted_jobs(const Landscape& landscape, const std::string& folder) {
    const auto job = [&landscape, folder](int day, char platform, Spot shift) {
        auto pass = pass_on(landscape, 1, 5, day);
        pass.cloud_share = 0.04;
        pass.platform = platform;
        pass.shift = shift;
        return [&landscape, folder, pass] {
            return write_rendered(landscape, folder, pass, {.cloud_probability = true}, scene_grid(landscape.size()));
        };
    };
    // The first lies where it should; the next, five days later, 7.3 m east and 4.1 m south of it.
    return {job(21, 'A', {0, 0}), job(26, 'B', {7.3, 4.1})};
}

SensorJobs l1c_jobs(const Landscape& landscape, const std::string& folder) {
    auto pass = pass_on(landscape, 1, 5, 21);
    pass.cloud_share = 0.06;
    return {[&landscape, folder, pass] { return write_level1(landscape, folder, pass); }};
}

}  // namespace linmu::demo

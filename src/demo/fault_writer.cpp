// SPDX-License-Identifier: MIT
// Products that are wrong in one way each. They are of the county's north-west corner, 1.2 km wide.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "linmu/demo/measure.hpp"
#include "safe_writer.hpp"
#include "sensors.hpp"

namespace linmu::demo {
namespace {

namespace fs = std::filesystem;

constexpr int side = 120;

struct Fault {
    const char* name;
    Delivery delivery;
    void (*spoil)(const fs::path& product, const ProductNames& names);
    bool overcast = false;
};

fs::path image_of(const fs::path& product, const ProductNames& names, const char* band, int m) {
    return product / (image_path(names, band, m) + ".jp2");
}

void leave(const fs::path&, const ProductNames&) {}
void cut_short(const fs::path& product, const ProductNames& names) {
    const auto path = image_of(product, names, "B04", 10);
    fs::resize_file(path, fs::file_size(path) * 3 / 5);
}
void swap_bands(const fs::path& product, const ProductNames& names) {
    const auto fine = image_of(product, names, "B03", 10);
    const auto coarse = image_of(product, names, "B05", 20);
    const auto aside = fs::path(fine).replace_extension(".swap");
    fs::rename(fine, aside);
    fs::rename(coarse, fine);
    fs::rename(aside, coarse);
}
void lose_tile_metadata(const fs::path& product, const ProductNames& names) {
    fs::remove(product / "GRANULE" / names.granule / "MTD_TL.xml");
}

std::vector<Fault> faults() {
    return {{"truncated_band", {}, cut_short},
            {"bands_of_another_size", {}, swap_bands},
            {"no_tile_metadata", {}, lose_tile_metadata},
            {"offset_of_an_old_baseline", {.baseline = "02.14", .offset = false, .denies_offset = true}, leave},
            {"offset_missing_for_a_band", {.band_without_offset = 3}, leave},
            {"southern_half", {.tile = "T56JMM", .crs = "EPSG:32756", .zone = "56S"}, leave},
            {"all_cloud", {}, leave, true}};
}

Truth write_fault(const Landscape& landscape, const fs::path& folder, const Fault& fault) {
    auto pass = pass_on(landscape, 1, 5, 21);
    pass.cloud_share = 0.05;
    pass.overcast = fault.overcast;
    auto grid = crop(scene_grid(landscape.size()), {0, 0, side, side});
    if (fault.delivery.crs != grid.crs) {
        grid.crs = fault.delivery.crs;
        grid.x0 = 399960;
        grid.y0 = 6700000;
    }
    const auto below = folder / fault.name;
    fs::create_directories(below);
    const SceneMaker maker(landscape, pass);
    SafeProduct product(below.string(), pass, fault.delivery, maker.sun(), grid);
    for (int row = 0; row < side; row += 60) product.write(maker.rows(row, 60, side));
    product.close();
    fault.spoil(below / product.names().product, product.names());
    Truth truth;
    for (std::size_t code = 0; code < product.census().counts().size(); ++code) {
        const auto count = product.census().counts()[code];
        if (count > 0) {
            truth.push_back({.scene = fault.name,
                             .band = "SCL",
                             .what = "count",
                             .value = static_cast<double>(count),
                             .code = static_cast<int>(code)});
        }
    }
    return truth;
}

}  // namespace

SensorJobs fault_jobs(const Landscape& landscape, const std::string& folder) {
    SensorJobs jobs;
    for (const auto& fault : faults())
        jobs.push_back([&landscape, folder, fault] { return write_fault(landscape, folder, fault); });
    return jobs;
}

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#include "radiometric_offset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "gdal_handles.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr int sample_size = 1024;

std::optional<double> darkest(const BandPick& pick) {
    const auto file = open_dataset(pick.path, GDAL_OF_RASTER);
    const int rows = std::min(sample_size, file->GetRasterYSize());
    const int cols = std::min(sample_size, file->GetRasterXSize());
    std::vector<float> cells(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols));
    const GdalErrors errors;
    const auto done = file->GetRasterBand(pick.number)
                          ->RasterIO(GF_Read, 0, 0, file->GetRasterXSize(), file->GetRasterYSize(), cells.data(), cols,
                                     rows, GDT_Float32, 0, 0, nullptr);
    if (done != CE_None || errors.failed()) errors.raise(fmt::format("{} cannot be decoded", pick.path));
    std::erase_if(cells, [&](float cell) { return static_cast<double>(cell) == pick.nodata; });
    if (cells.empty()) return std::nullopt;
    const auto place = cells.begin() + std::ssize(cells) / 1000;
    std::ranges::nth_element(cells, place);
    return *place;
}

}  // namespace

std::optional<double> darkest_visible(const Scene& scene) {
    std::optional<double> dark;
    for (const auto& pick : scene.bands) {
        if (pick.spec.name != "B" && pick.spec.name != "R") continue;
        const auto value = darkest(pick);
        if (value && (!dark || *value < *dark)) dark = value;
    }
    return dark;
}

OffsetChoice choose_offset(const std::string& where, const OffsetDoubt& doubt, const std::string& baseline,
                           std::optional<double> said, std::optional<double> dark, double cloud_percent) {
    const bool surely_applied = dark && *dark < doubt.removed_below;
    const bool surely_present = dark && *dark >= doubt.present_from && *dark <= doubt.present_to &&
                                cloud_percent >= 0 && cloud_percent < doubt.cloud_below;
    const auto seen = dark ? fmt::format("darkest 0.1 % of blue and red is {}", *dark) : "no cell has a value";
    if (surely_applied || surely_present) {
        const double offset = surely_applied ? 0 : doubt.added;
        if (said && *said != offset)
            return {offset, fmt::format("offset {}: {}, though the metadata asks for {}", offset, seen, *said)};
        return {offset, fmt::format("offset {}: {}, {}", offset,
                                    said ? "as the metadata says" : "the metadata does not say", seen)};
    }
    if (!said) {
        throw DataError(fmt::format(
            "{} does not say whether the offset of baseline {} was applied, and its cells do not show it ({}); "
            "say it in the metadata (earthsearch:boa_offset_applied of a STAC item), or leave the scene out",
            where, baseline, seen));
    }
    // Between the two, cells that are too dark for the offset asked for speak against it, if not clearly.
    if (*said != 0 && dark && *dark < doubt.contradicts_from) {
        throw DataError(
            fmt::format("{} asks for an offset of {}, but {}; say in the metadata what is right "
                        "(earthsearch:boa_offset_applied of a STAC item), or leave the scene out",
                        where, *said, seen));
    }
    return {*said, fmt::format("offset {}: as the metadata says; {}, which tells nothing", *said, seen)};
}

void apply_offset(Scene& scene, double offset) {
    for (auto& pick : scene.bands) pick.offset += offset * pick.scale;
}

}  // namespace linmu

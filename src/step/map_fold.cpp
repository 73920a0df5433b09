// SPDX-License-Identifier: MIT
#include "map_fold.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/error.hpp"

namespace linmu {

void MapFold::plan_map(const RasterSpec& raster, const std::string& input) {
    input_ = input;
    grid_ = raster.grid;
    band_at_ = band_index(raster.bands, band_, input);
    band_spec_ = raster.bands[band_at_];
    if (band_spec_.kind != BandKind::code)
        throw DataError(
            fmt::format("band '{}' of '{}' holds measured values; patches are of classes (read it with kind = "
                        "\"code\")",
                        band_spec_.name, input));
    names_ = ClassNames(band_spec_.legend);
}

RunMap MapFold::whole_map() {
    RunMap map = maker_.take();
    if (std::ranges::all_of(map.runs(), [](const CodeRun& run) { return run.code == no_code; }))
        throw DataError(fmt::format("not one cell of '{}' has a class; look at the grid and what feeds it", input_));
    return map;
}

}  // namespace linmu

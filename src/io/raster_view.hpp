// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "dataset_pool.hpp"
#include "linmu/core/grid.hpp"

namespace linmu {

/// Bands of a file as they look on another grid.
struct WarpRequest {
    std::string path;
    Grid grid;
    std::string method;          ///< GDAL's name: "nearest", "bilinear", "cubic", "average", "mode"
    bool code = false;           ///< the view is Int32 with `no_code`, else Float32 with NaN
    std::vector<int> numbers;    ///< bands of the file
    std::vector<double> nodata;  ///< one a band; NaN: none
};

[[nodiscard]] std::unique_ptr<OpenRaster> open_plain(const std::string& path);
[[nodiscard]] std::unique_ptr<OpenRaster> open_warped(const WarpRequest& request);

}  // namespace linmu

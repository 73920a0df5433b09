// SPDX-License-Identifier: MIT
#pragma once
#include <ogrsf_frmts.h>

#include <span>
#include <string>
#include <vector>

#include "linmu/geo/crs_proof.hpp"
#include "linmu/io/vector.hpp"

namespace linmu {

/// A layer's CRS with its proof.
struct LayerCrs {
    std::string crs;
    bool swapped = false;
    std::string note;
};

/// Of the file; "" for none.
[[nodiscard]] std::string file_crs(OGRLayer& layer);
/// A vertex of each of the first thousand geometries: what the proof looks at, so that a plan and its run decide alike.
[[nodiscard]] std::vector<Point> sample_points(OGRLayer& layer);
/// See `read_layer` and `prove_crs`. `file`: the CRS that the file says. Throws DataError.
[[nodiscard]] LayerCrs decide_crs(const std::string& file, const LayerRequest& request, std::span<const Point> sample);

}  // namespace linmu

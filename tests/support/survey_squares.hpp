// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "linmu/algo/overlay.hpp"
#include "linmu/core/layer.hpp"

namespace linmu::test {

// Parcels near Zuoquan in the survey's plane, written as rectangles in metres from one corner.

inline constexpr const char* plane_crs = "EPSG:4547";
inline constexpr double x0 = 440000, y0 = 4100000;
inline const OverlayPlane plane{plane_crs, 1e-4, 70, true};

inline const AreaScale& scale() {
    static const AreaScale made(plane_crs, {430000, 4090000, 460000, 4120000});
    return made;
}

inline Ring box(double x, double y, double width, double height) {
    return {{x0 + x, y0 + y}, {x0 + x + width, y0 + y}, {x0 + x + width, y0 + y + height}, {x0 + x, y0 + y + height}};
}

/// One parcel a ring, numbered from 0.
inline Layer layer_of(const std::vector<Ring>& rings, const char* name = "parcels") {
    Layer layer{{name, plane_crs, {{"id", FieldType::integer, "", ""}}}, {}};
    for (std::size_t i = 0; i < rings.size(); ++i)
        layer.features.push_back({static_cast<std::int64_t>(i), {{{rings[i], {}}}, {}, {}}, {std::int64_t(i)}});
    return layer;
}

}  // namespace linmu::test

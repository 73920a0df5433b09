// SPDX-License-Identifier: MIT
#include "overlay_setup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "linmu/core/layer_bounds.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/ellipsoid_area.hpp"
#include "linmu/geo/shared_transform.hpp"

namespace linmu {

void OverlaySetup::declare(Params& p) {
    p.add("survey-crs", "Gauss-Kruger plane of the survey; empty: the 3-degree zone that the first layer lies in",
          &survey_crs_);
    p.add("grid",
          "grid of the overlay; gaps that are thinner on the average are none, and so is common ground of a hundredth "
          "of "
          "it. Survey coordinates are told to 1 mm, so a tenth of that loses nothing",
          &grid_)
        .unit("m")
        .limits(1e-7, 1);
    p.add("invalid", "invalid polygons: repair them and tell, or refuse", &invalid_).choices({"repair", "refuse"});
    p.add("max-edge", "longer edges are split before they are brought to the ellipsoid", &max_edge_)
        .unit("m")
        .limits(1, 1e6);
}

OverlayPlane OverlaySetup::plane_for(const Layer& first, const ParallelFor& parallel) const {
    return {.crs = survey_crs_.empty() ? survey_plane_for(bounds(first, parallel), first.spec.crs) : survey_crs_,
            .grid = grid_,
            .max_edge = max_edge_,
            .repair = invalid_ == "repair"};
}

void OverlaySetup::note_repairs(const OverlayLayer& layer, RunContext& context) {
    if (layer.repaired_count() > 0)
        context.note(fmt::format("layer '{}': {} invalid polygons were repaired", layer.layer().spec.name,
                                 layer.repaired_count()));
}

void declare_slivers(Params& p, SliverRule& rule) {
    p.add("digitising-width",
          "a piece thinner than this on the average is a slip of digitising: no vertex is placed more finely",
          &rule.digitising_width)
        .unit("m")
        .limits(0, 100);
    p.add("shift-width",
          "a strip thinner than this between two parcels that both live on is a boundary drawn anew: 0.3 mm on the "
          "1:5000 map that the survey draws to",
          &rule.shift_width)
        .unit("m")
        .limits(0, 100);
    p.add("shift-elongation", "length by width from which a piece is such a strip", &rule.elongation).limits(1, 1000);
}

Geometry ground_of(const OverlayLayer& a, const OverlayLayer& b, const SharedPiece& piece, double grid) {
    if (same_shape(a.shape(piece.a), b.shape(piece.b))) return a.in_plane(piece.a);
    return common_part(a.in_plane(piece.a), b.in_plane(piece.b), grid);
}

Geometry ground_outside(const OverlayLayer& layer, std::size_t i, const OverlayLayer& other,
                        const std::vector<std::uint32_t>& covering, double grid) {
    std::vector<Geometry> parts;
    parts.reserve(covering.size());
    for (const auto k : covering) parts.push_back(other.in_plane(k));
    std::vector<const Geometry*> list;
    list.reserve(parts.size());
    for (const auto& part : parts) list.push_back(&part);
    return part_outside(layer.in_plane(i), joined_parts(list, grid), grid);
}

void bring_to(std::vector<Feature>& features, const std::string& from, const std::string& to,
              const ParallelFor& parallel) {
    const SharedTransform transform(from, to);
    if (transform.identity()) return;
    constexpr std::size_t chunk = 4096;
    parallel((features.size() + chunk - 1) / chunk, [&](std::size_t c) {
        for (std::size_t i = c * chunk; i < std::min(features.size(), (c + 1) * chunk); ++i)
            features[i].geometry = transformed(std::move(features[i].geometry), transform);
    });
}

std::string letter(std::size_t i) { return std::string(1, static_cast<char>('a' + i)); }

}  // namespace linmu

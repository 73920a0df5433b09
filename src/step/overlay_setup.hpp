// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "linmu/algo/overlay.hpp"
#include "linmu/step/step.hpp"

namespace linmu {

/// What all steps that lay parcels over one another have in common: the plane, the grid, what to do with invalid input.
class OverlaySetup {
public:
    void declare(Params& p);
    /// The plane named, or the one the first layer lies in.
    [[nodiscard]] OverlayPlane plane_for(const Layer& first, const ParallelFor& parallel) const;
    [[nodiscard]] double grid() const noexcept { return grid_; }
    /// Tells how many polygons were repaired.
    static void note_repairs(const OverlayLayer& layer, RunContext& context);

private:
    std::string survey_crs_, invalid_ = "repair";
    double grid_ = 1e-4, max_edge_ = 70;
};

/// Thresholds of slivers as parameters.
void declare_slivers(Params& p, SliverRule& rule);
/// The ground of pieces and rests, in the plane; where two shapes are one, no overlay is needed.
[[nodiscard]] Geometry ground_of(const OverlayLayer& a, const OverlayLayer& b, const SharedPiece& piece, double grid);
/// What none of the covering features holds.
[[nodiscard]] Geometry ground_outside(const OverlayLayer& layer, std::size_t i, const OverlayLayer& other,
                                      const std::vector<std::uint32_t>& covering, double grid);
/// Geometries brought from one CRS to another, in parallel, in place.
void bring_to(std::vector<Feature>& features, const std::string& from, const std::string& to,
              const ParallelFor& parallel);
/// "a", "b", ... : prefixes of columns.
[[nodiscard]] std::string letter(std::size_t i);

}  // namespace linmu

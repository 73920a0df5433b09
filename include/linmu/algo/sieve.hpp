// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "linmu/algo/patches.hpp"

namespace linmu {

/// What a sieve knows of a patch. `size` is in cells or in units of Area.
struct SievePatch {
    std::int32_t code = no_code;
    std::int64_t size = 0;
    bool kept = false;  ///< stays, however small it is, and so does what joins it
};
/// Is a patch of this class too small to stay?
using IsSmall = std::function<bool(std::int32_t code, std::int64_t size)>;

/// What became of the patches of a map.
struct SieveResult {
    std::vector<std::int32_t> codes;  ///< the new code of each patch
    std::int64_t merged = 0;          ///< patches that were too small and took the class of a neighbour
    std::int64_t left = 0;            ///< patches that are too small and stay: no neighbour took them
};

/// Each small patch takes the class of its largest neighbour; where that is small too, of its largest neighbour, and so on; where
/// that leads in a circle, the patch stays as it is. Sizes are those before anything was merged. Of equal neighbours the one that
/// a scan of the cells meets first is taken. Cell for cell what GDALSieveFilter (GDAL 3.6) does when `size` counts cells. O(runs),
/// bands of rows by `parallel`.
[[nodiscard]] SieveResult sieve_by_largest(const RunMap& map, const PatchLabels& labels, Connectivity connectivity,
                                           std::span<const SievePatch> patches, const IsSmall& small,
                                           const ParallelFor& parallel);

/// From the smallest on, each small patch joins the neighbour with which it shares the longest edge (of equal ones the larger, then
/// the one that comes first), and with it all its neighbours of that class; what they make is asked again if it is small.
/// So nothing small is left but what has no neighbour at all. `lengths` say how long edges are. O(runs + contacts of small patches x log).
[[nodiscard]] SieveResult sieve_by_edge(const RunMap& map, const PatchLabels& labels, Connectivity connectivity,
                                        std::span<const SievePatch> patches, const EdgeLengths& lengths,
                                        const IsSmall& small);

/// A patch as the rectangle of its area and perimeter, m. A belt that runs across the rows has a stepped outline, up to 1.41 times as long
/// as it is, so that its width comes out smaller and its length larger by so much; what is no belt comes out as a square.
struct BeltShape {
    double width = 0;
    double length = 0;
};
[[nodiscard]] BeltShape rectangle_like(double area_m2, double perimeter_m);
/// Twice the area by the perimeter: the mean width of what is long and narrow; and half the perimeter less it.
[[nodiscard]] BeltShape mean_width_of(double area_m2, double perimeter_m);

/// The codes of a map's runs where its patches have new ones, in the memory of the labels.
using RunCodes = decltype(PatchLabels::of_run);
[[nodiscard]] RunCodes codes_of_runs(const RunMap& map, PatchLabels&& labels, std::span<const std::int32_t> codes,
                                     const ParallelFor& parallel);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "linmu/core/block.hpp"

namespace linmu {

/// All bands of one date, of the same window. The date is clear in a cell where every band has a value and nothing is hidden.
struct DatedPlanes {
    std::vector<const AnyPlane*> bands;         ///< real
    std::span<const std::uint8_t> hidden = {};  ///< 1: not to be used; empty: none is hidden
};

/// Values of some cells of all bands of one date.
struct Look {
    std::vector<std::span<const float>> bands;
    std::span<const std::uint8_t> hidden = {};
};

/// hidden[i] = 1 where `quality` has one of `flags` (core/quality_flags.hpp) or was not seen (`no_code`), else 0.
void hide_flagged(std::span<const std::int32_t> quality, std::int32_t flags, std::span<std::uint8_t> hidden);

/// Takes the score from each cell in which the date is not clear: scores[i] is for its cell start + i. No band is made values for it.
void keep_clear(const DatedPlanes& date, std::size_t start, std::span<float> scores);

/// A date for each cell, as its place among all; `no_code` where none is clear. Bands of a cell are then taken from one
/// date, so that what they have to each other is what was seen. Where two dates are as good, the first of them is chosen:
/// dates in the order of time give the earliest, however the files are ordered.
/// REQUIRES everywhere below: as many cells in each band and score as in `choice` and `out`, and the same bands on each date.

/// The medoid: the clear date whose distances to all other clear dates have the least sum; distances are Euclid's over the bands
/// (Flood 2013, doi:10.3390/rs5126481). Of two dates that is the first. O(cells x looks^2 x bands).
void choose_medoid(std::span<const Look> looks, std::span<std::int32_t> choice);

/// The date of the highest score; one without score (NaN) is not chosen. O(cells x dates).
void choose_highest(std::span<const std::span<const float>> scores, std::span<std::int32_t> choice);

/// out[i] = the value of the chosen date's plane in cell start + i; no value where none is chosen. dates[d] is a real band on date d.
void take_chosen(std::span<const AnyPlane* const> dates, std::size_t start, std::span<const std::int32_t> choice,
                 std::span<float> out);

/// out[i] = how many dates are clear in cell start + i.
void clear_count(std::span<const DatedPlanes> dates, std::size_t start, std::span<float> out);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace linmu {

/// All bands of one date. The date is clear in a cell where every band has a value and nothing is hidden.
struct Look {
    std::vector<std::span<const float>> bands;
    std::span<const std::uint8_t> hidden = {};  ///< 1: not to be used; empty: none is hidden
};

/// hidden[i] = 1 where `quality` has one of `flags` (core/quality_flags.hpp) or was not seen (`no_code`), else 0.
void hide_flagged(std::span<const std::int32_t> quality, std::int32_t flags, std::span<std::uint8_t> hidden);

/// A date for each cell, as its place among the looks; `no_code` where none is clear. Bands of a cell are then taken from one
/// date, so that what they have to each other is what was seen. Where two dates are as good, the first of them is chosen:
/// looks in the order of time give the earliest, however the files are ordered.
/// REQUIRES everywhere below: as many cells in each band as in `choice`, `scores` and `out`, and the same bands in each look.

/// The medoid: the clear date whose distances to all other clear dates have the least sum; distances are Euclid's over the bands
/// (Flood 2013, doi:10.3390/rs5126481). Of two dates that is the first. O(cells x looks^2 x bands).
void choose_medoid(std::span<const Look> looks, std::span<std::int32_t> choice);

/// The clear date of the highest score; scores[d] is for looks[d], a date without score (NaN) is not chosen. O(cells x looks x bands).
void choose_highest(std::span<const Look> looks, std::span<const std::span<const float>> scores,
                    std::span<std::int32_t> choice);

/// out[i] = the band on the chosen date; no value where none is chosen.
void take_chosen(std::span<const Look> looks, std::size_t band, std::span<const std::int32_t> choice,
                 std::span<float> out);

/// out[i] = how many dates are clear.
void clear_count(std::span<const Look> looks, std::span<float> out);

}  // namespace linmu

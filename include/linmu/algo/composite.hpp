// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "linmu/core/block.hpp"

namespace linmu {

/// What a composite takes from the values that a band has in a cell over the dates. Dates without value (NaN) are skipped;
/// a cell without any value has none.
struct Statistic {
    enum class Kind {
        mean,
        minimum,
        maximum,
        percentile  ///< linear between the two nearest ranks (type 7 of Hyndman and Fan 1996); 0.5 is the median, the mean of the two middle values when their count is even
    };
    Kind kind = Kind::percentile;
    double share = 0.5;  ///< of a percentile, 0 to 1
};

/// "median", "mean", "min", "max", "p10" (0 to 100). Throws DataError that lists them.
[[nodiscard]] Statistic parse_statistic(std::string_view text);

/// A band on one date.
struct BandOnDate {
    const AnyPlane* values = nullptr;           ///< real
    std::span<const std::uint8_t> hidden = {};  ///< 1: not to be used, whatever its value; empty: none is hidden
};

/// out[s][i] = statistics[s] over dates of the value of dates[d] in cell i; the cells are sorted once however many statistics there are.
/// The result doesn't depend on the order of dates, to the last bit, but for the mean, which is summed in double in their order.
/// Percentiles sort by a network (Batcher's odd-even merge) over many cells at once: O(cells x n log^2 n).
/// REQUIRES: a span for each statistic; as many cells in each date as in each of `out`; `out` overlaps none.
void composite(std::span<const Statistic> statistics, std::span<const BandOnDate> dates,
               std::span<const std::span<float>> out);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "linmu/algo/patches.hpp"

namespace linmu {

/// Two runs that touch. `cells`: how many cell edges they share; 0 where they meet at a corner only.
struct Contact {
    std::size_t run = 0;    ///< the later one
    std::size_t other = 0;  ///< above it, or before it in its row
    std::int32_t cells = 0;
    bool above = false;
};

/// Calls visit(row, contact) for each pair of runs that touch, row by row. The order is that in which a scan of cells finds
/// them first, which asks each cell for those above, above to the west, above to the east, and before it: what a rule takes
/// that keeps the first of equals depends on it. O(runs).
template <class Visit>
void visit_contacts_of_row(const RunMap& map, int row, Connectivity connectivity, Visit&& visit) {
    const auto& runs = map.runs();
    const std::size_t begin = map.first(row), end = map.first(row + 1);
    const bool corners = connectivity == Connectivity::eight;
    const std::size_t above_begin = row > 0 ? map.first(row - 1) : 0;
    std::size_t above = above_begin;  // the run over the first cell
    std::int32_t above_start = 0;
    std::int32_t start = 0;
    for (std::size_t run = begin; run < end; start = runs[run++].end) {
        const std::int32_t stop = runs[run].end;
        std::size_t next = above;
        std::int32_t next_start = above_start;
        const auto upper = [&](std::size_t other, std::int32_t other_start) {
            const auto shared = std::min(stop, runs[other].end) - std::max(start, other_start);
            visit(row, Contact{run, other, std::max(shared, 0), true});
        };
        if (row > 0) {
            while (runs[above].end <= start) above_start = runs[above++].end;
            upper(above, above_start);
            if (corners && start > 0 && above_start == start) upper(above - 1, -1);
            next_start = runs[above].end;
            next = above + 1;
            if (corners && next < begin && next_start == start + 1) {
                upper(next, next_start);
                next_start = runs[next++].end;
            }
        }
        if (run > begin) visit(row, Contact{run, run - 1, 1, false});
        if (row == 0) continue;
        for (; next < begin && next_start < stop + (corners ? 1 : 0); next_start = runs[next++].end)
            upper(next, next_start);
    }
}

template <class Visit>
void visit_contacts(const RunMap& map, Connectivity connectivity, Visit&& visit) {
    for (int row = 0; row < map.rows(); ++row) visit_contacts_of_row(map, row, connectivity, visit);
}

constexpr int rows_a_band = 256;
inline std::size_t band_of(int row) { return static_cast<std::size_t>(row / rows_a_band); }
inline std::size_t bands_of(int rows) { return static_cast<std::size_t>((rows + rows_a_band - 1) / rows_a_band); }

/// Does work(first row, end) by bands of rows.
template <class Work>
void for_bands(const ParallelFor& parallel, int rows, Work&& work) {
    parallel(bands_of(rows), [&](std::size_t i) {
        const int first = static_cast<int>(i) * rows_a_band;
        work(first, std::min(rows, first + rows_a_band));
    });
}

}  // namespace linmu

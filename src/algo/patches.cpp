// SPDX-License-Identifier: MIT
#include "linmu/algo/patches.hpp"

#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

#include "contacts.hpp"
#include "linmu/algo/class_area.hpp"

namespace linmu {
namespace {

/// Sets of runs; a set is known by its first run, so that it does not matter in which order runs are joined.
class RunSets {
public:
    explicit RunSets(std::size_t runs) { parent_.resize(runs); }

    /// Runs [first, end) are sets of their own. For many threads, as to join runs of other rows is.
    void begin(std::size_t first, std::size_t end) {
        for (auto run = first; run < end; ++run) parent_[run] = static_cast<std::uint32_t>(run);
    }
    void join(std::size_t a, std::size_t b) {
        const auto x = root(static_cast<std::uint32_t>(a)), y = root(static_cast<std::uint32_t>(b));
        if (x < y) parent_[y] = x;
        else parent_[x] = y;
    }
    [[nodiscard]] bool is_first(std::size_t run) const { return parent_[run] == run; }
    [[nodiscard]] std::size_t first_of(std::size_t run) const {
        while (parent_[run] != run) run = parent_[run];
        return run;
    }

private:
    std::uint32_t root(std::uint32_t run) {
        while (parent_[run] != run) {
            parent_[run] = parent_[parent_[run]];
            run = parent_[run];
        }
        return run;
    }
    std::vector<std::uint32_t, UnsetMemory<std::uint32_t>> parent_;
};

/// Joins the runs of a row to those of one code above. Only these matter, so the walk is simpler than that of contacts.
void join_to_row_above(const RunMap& map, int row, std::int32_t reach, RunSets& sets) {
    const auto runs = map.runs();
    const std::size_t begin = map.first(row), end = map.first(row + 1);
    std::size_t above = map.first(row - 1);
    std::int32_t start = 0;
    for (std::size_t run = begin; run < end; start = runs[run++].end) {
        const auto [stop, code] = runs[run];
        while (runs[above].end + reach <= start) ++above;
        if (code == no_code) continue;
        for (std::size_t other = above;; ++other) {
            if (runs[other].code == code) sets.join(other, run);
            if (other + 1 >= begin || runs[other].end >= stop + reach) break;
        }
    }
}

/// How many patches begin in the bands of rows before each one, and in all.
std::vector<std::int32_t> patches_before(const RunMap& map, const RunSets& sets, const ParallelFor& parallel) {
    std::vector<std::int32_t> before(bands_of(map.rows()) + 1);
    for_bands(parallel, map.rows(), [&](int first, int end) {
        std::int32_t begun = 0;
        for (std::size_t run = map.first(first); run < map.first(end); ++run)
            begun += map.runs()[run].code != no_code && sets.is_first(run) ? 1 : 0;
        before[band_of(first) + 1] = begun;
    });
    std::partial_sum(before.begin(), before.end(), before.begin());
    return before;
}

PatchLabels numbered(const RunMap& map, const RunSets& sets, const ParallelFor& parallel) {
    const auto before = patches_before(map, sets, parallel);
    PatchLabels labels{{}, before.back()};
    labels.of_run.resize(map.size());
    for_bands(parallel, map.rows(), [&](int first, int end) {
        auto next = before[band_of(first)];
        for (std::size_t run = map.first(first); run < map.first(end); ++run) {
            if (map.runs()[run].code == no_code) labels.of_run[run] = -1;
            else if (sets.is_first(run)) labels.of_run[run] = next++;
        }
    });
    for_bands(parallel, map.rows(), [&](int first, int end) {
        for (std::size_t run = map.first(first); run < map.first(end); ++run)
            if (!sets.is_first(run)) labels.of_run[run] = labels.of_run[sets.first_of(run)];
    });
    return labels;
}

/// Calls visit(row, run, start, patch) for each run that is of a patch.
template <class Visit>
void visit_runs(const RunMap& map, const PatchLabels& labels, Visit&& visit) {
    const auto runs = map.runs();
    for (int row = 0; row < map.rows(); ++row) {
        std::int32_t start = 0;
        for (std::size_t run = map.first(row); run < map.first(row + 1); start = runs[run++].end) {
            if (labels.of_run[run] >= 0) visit(row, run, start, static_cast<std::size_t>(labels.of_run[run]));
        }
    }
}

std::size_t count_of(const PatchLabels& labels) { return static_cast<std::size_t>(labels.count); }

std::int64_t length_units(double metres) { return std::llround(metres * 1e4); }

}  // namespace

Connectivity connectivity_of(int neighbours) {
    assert(neighbours == 4 || neighbours == 8);
    return neighbours == 8 ? Connectivity::eight : Connectivity::four;
}

PatchLabels label_patches(const RunMap& map, Connectivity connectivity, const ParallelFor& parallel) {
    RunSets sets(map.size());
    const std::int32_t reach = connectivity == Connectivity::eight ? 1 : 0;
    std::vector<std::uint8_t> seam(static_cast<std::size_t>(map.rows()), 0);
    for_bands(parallel, map.rows(), [&](int first, int end) {
        seam[static_cast<std::size_t>(first)] = 1;
        sets.begin(map.first(first), map.first(end));
        for (int row = first + 1; row < end; ++row) join_to_row_above(map, row, reach, sets);
    });
    for (int row = 1; row < map.rows(); ++row)
        if (seam[static_cast<std::size_t>(row)] != 0) join_to_row_above(map, row, reach, sets);
    return numbered(map, sets, parallel);
}

std::vector<std::int64_t> patch_cells(const RunMap& map, const PatchLabels& labels) {
    std::vector<std::int64_t> cells(count_of(labels));
    visit_runs(map, labels, [&](int, std::size_t run, std::int32_t start, std::size_t patch) {
        cells[patch] += map.runs()[run].end - start;
    });
    return cells;
}

std::vector<std::int32_t> patch_codes(const RunMap& map, const PatchLabels& labels) {
    std::vector<std::int32_t> codes(count_of(labels));
    for (std::size_t run = 0; run < map.size(); ++run) {
        if (labels.of_run[run] >= 0) codes[static_cast<std::size_t>(labels.of_run[run])] = map.runs()[run].code;
    }
    return codes;
}

std::vector<std::int64_t> patch_areas(const RunMap& map, const PatchLabels& labels, const CellAreas& areas,
                                      const ParallelFor& parallel) {
    std::vector<std::int64_t> of_run(map.size());
    for_bands(parallel, map.rows(), [&](int first, int end) {
        for (int row = first; row < end; ++row) {
            const TileAreas line({row, 0, 1, map.cols()}, areas);
            std::int32_t start = 0;
            for (std::size_t run = map.first(row); run < map.first(row + 1); start = map.runs()[run++].end)
                of_run[run] = line.run(row, start, map.runs()[run].end);
        }
    });
    std::vector<std::int64_t> sums(count_of(labels));
    for (std::size_t run = 0; run < map.size(); ++run) {
        if (labels.of_run[run] >= 0) sums[static_cast<std::size_t>(labels.of_run[run])] += of_run[run];
    }
    return sums;
}

EdgeLengths edge_lengths(const Grid& grid) {
    const double west = grid.x(grid.cols / 2), east = grid.x(grid.cols / 2 + 1);
    const Box box{grid.x0, grid.y(grid.rows), grid.x(grid.cols), grid.y0};
    const SurveyArea survey(grid.crs, survey_plane_for(box, grid.crs));
    const auto length = [&](Point a, Point b) { return length_units(survey.length_m({{}, {{a, b}}, {}})); };
    EdgeLengths lengths;
    for (int row = 0; row <= grid.rows; ++row) {
        lengths.level.push_back(length({west, grid.y(row)}, {east, grid.y(row)}));
        if (row < grid.rows) lengths.upright.push_back(length({west, grid.y(row)}, {west, grid.y(row + 1)}));
    }
    return lengths;
}

EdgeLengths equal_edges(const RunMap& map, std::int64_t x, std::int64_t y) {
    const auto rows = static_cast<std::size_t>(map.rows());
    return {std::vector<std::int64_t>(rows, y), std::vector<std::int64_t>(rows + 1, x)};
}

std::vector<std::int64_t> patch_perimeters(const RunMap& map, const PatchLabels& labels, const EdgeLengths& lengths) {
    std::vector<std::int64_t> sums(count_of(labels));
    visit_runs(map, labels, [&](int row, std::size_t run, std::int32_t start, std::size_t patch) {
        const auto r = static_cast<std::size_t>(row);
        sums[patch] +=
            2 * lengths.upright[r] + (map.runs()[run].end - start) * (lengths.level[r] + lengths.level[r + 1]);
    });
    visit_contacts(map, Connectivity::four, [&](int row, const Contact& contact) {
        const auto patch = labels.of_run[contact.run];
        if (contact.above && patch >= 0 && patch == labels.of_run[contact.other])
            sums[static_cast<std::size_t>(patch)] -= 2 * contact.cells * lengths.level[static_cast<std::size_t>(row)];
    });
    return sums;
}

std::vector<Window> patch_windows(const RunMap& map, const PatchLabels& labels) {
    std::vector<Window> windows(count_of(labels));
    visit_runs(map, labels, [&](int row, std::size_t run, std::int32_t start, std::size_t patch) {
        auto& w = windows[patch];
        const int end = map.runs()[run].end;
        if (w.empty()) {
            w = {row, start, 1, end - start};
            return;
        }
        const int col_end = std::max(w.col_end(), end);
        w.col = std::min(w.col, start);
        w.cols = col_end - w.col;
        w.rows = row + 1 - w.row;
    });
    return windows;
}

std::vector<Patch> patches(const RunMap& map, const PatchLabels& labels, const Grid& grid,
                           const ParallelFor& parallel) {
    const auto cells = patch_cells(map, labels);
    const auto codes = patch_codes(map, labels);
    const auto areas = patch_areas(map, labels, CellAreas(grid), parallel);
    const auto windows = patch_windows(map, labels);
    const auto perimeters = patch_perimeters(map, labels, edge_lengths(grid));
    std::vector<Patch> all(count_of(labels));
    for (std::size_t i = 0; i < all.size(); ++i)
        all[i] = {codes[i], cells[i], Area{areas[i]}, windows[i], static_cast<double>(perimeters[i]) / 1e4};
    return all;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/window.hpp"

namespace linmu {

/// Cells of one code beside each other in a row, from the end of the run before on.
struct CodeRun {
    std::int32_t end = 0;  ///< column after the last cell
    std::int32_t code = no_code;
    friend bool operator==(const CodeRun&, const CodeRun&) = default;
};

/// A whole class map as runs along its rows, 8 bytes a run: what must see all of a map (patches, outlines) sees it so. A
/// county of 10 m cells is some ten megabytes. Neighbours of a row have different codes, so that a map has one form only,
/// whatever tiles it came in. Cells without class are runs of `no_code`.
class RunMap {
public:
    RunMap() = default;
    explicit RunMap(int cols) : cols_(cols) {}

    [[nodiscard]] int rows() const noexcept { return static_cast<int>(first_.size()) - 1; }
    [[nodiscard]] int cols() const noexcept { return cols_; }
    [[nodiscard]] std::size_t size() const noexcept { return runs_.size(); }
    [[nodiscard]] std::span<const CodeRun> runs() const noexcept { return runs_; }
    /// Position of a row's first run; of row `rows()`: the number of runs.
    [[nodiscard]] std::size_t first(int row) const { return first_[static_cast<std::size_t>(row)]; }
    [[nodiscard]] std::span<const CodeRun> row(int r) const {
        return runs().subspan(first(r), first(r + 1) - first(r));
    }
    /// Column of a run's first cell. REQUIRES: the run is of `row`.
    [[nodiscard]] std::int32_t start(int row, std::size_t run) const {
        return run == first(row) ? 0 : runs_[run - 1].end;
    }
    /// Adds a row below; runs of one code that meet are joined. Throws DataError when there are more runs than are numbered.
    void add_row(std::span<const CodeRun> runs);
    /// The same part by part, from west to east. REQUIRES: runs that neighbour in a part have different codes.
    void extend_row(std::span<const CodeRun> runs);
    void end_row();
    /// Room for a map of so many rows, if those to come are like those there are.
    void reserve_rows(int rows);
    /// The cells of a window; `no_code` beyond the map. For many threads.
    [[nodiscard]] CodePlane cells(const Window& window) const;
    /// The same of the map with other codes, one for each run.
    [[nodiscard]] CodePlane cells(const Window& window, std::span<const std::int32_t> codes) const;
    friend bool operator==(const RunMap&, const RunMap&) = default;

private:
    template <class CodeOf>
    [[nodiscard]] CodePlane cells_by(const Window& window, const CodeOf& code_of) const;
    int cols_ = 0;
    std::vector<CodeRun> runs_;
    std::vector<std::size_t> first_{0};
};

/// The map with other codes: `codes` has one for each run.
[[nodiscard]] RunMap recoded(const RunMap& map, std::span<const std::int32_t> codes);

/// The runs of a tile, row by row; columns count in the grid.
struct TileRuns {
    Window window;
    std::vector<CodeRun> runs;
    std::vector<std::size_t> first;  ///< by row of the tile, and one more

    [[nodiscard]] std::span<const CodeRun> row(std::size_t r) const {
        return std::span(runs).subspan(first[r], first[r + 1] - first[r]);
    }
};
/// REQUIRES: `cells` covers the window. O(cells), many at a time.
[[nodiscard]] TileRuns tile_runs(const CodePlane& cells, const Window& window);

/// Puts a map together of tiles that come row by row, as `tiles` lists them.
class RunMapMaker {
public:
    RunMapMaker() = default;
    /// `rows`: how many there will be; 0: unknown.
    explicit RunMapMaker(int cols, int rows = 0) : map_(cols), cols_(cols), rows_(rows) {}
    void add(TileRuns tile);
    /// The map of all tiles so far. REQUIRES: the last row of tiles is complete.
    [[nodiscard]] RunMap take();
    /// What was added so far as bytes, and back, for a run that resumes. `load` throws DataError when the bytes are of something else.
    [[nodiscard]] std::string save() const;
    void load(std::string_view bytes);

private:
    void close_rows();
    RunMap map_;
    int cols_ = 0;
    int rows_ = 0;
    std::vector<TileRuns> open_;  ///< tiles of the rows that lack some in the east
};

}  // namespace linmu

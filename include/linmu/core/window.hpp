// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <cstddef>

namespace linmu {

/// A rectangle of cells of a grid: rows count from the north, columns from the west.
/// May reach beyond the grid (a halo does).
struct Window {
    int row = 0;
    int col = 0;
    int rows = 0;
    int cols = 0;

    [[nodiscard]] bool empty() const noexcept { return rows <= 0 || cols <= 0; }
    [[nodiscard]] std::size_t cells() const noexcept {
        return empty() ? 0 : static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols);
    }
    [[nodiscard]] int row_end() const noexcept { return row + rows; }
    [[nodiscard]] int col_end() const noexcept { return col + cols; }
    [[nodiscard]] Window grown(int halo) const noexcept {
        return {row - halo, col - halo, rows + 2 * halo, cols + 2 * halo};
    }
    [[nodiscard]] bool contains(const Window& w) const noexcept {
        return w.row >= row && w.col >= col && w.row_end() <= row_end() && w.col_end() <= col_end();
    }
    friend bool operator==(const Window&, const Window&) = default;
};

/// The cells that both have; empty if none.
[[nodiscard]] inline Window intersection(const Window& a, const Window& b) noexcept {
    const int row = std::max(a.row, b.row);
    const int col = std::max(a.col, b.col);
    const int rows = std::min(a.row_end(), b.row_end()) - row;
    const int cols = std::min(a.col_end(), b.col_end()) - col;
    if (rows <= 0 || cols <= 0) return {};
    return {row, col, rows, cols};
}

}  // namespace linmu

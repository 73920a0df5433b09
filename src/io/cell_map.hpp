// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <span>
#include <utility>
#include <vector>

#include "ground_map.hpp"

namespace linmu {

/// A square of the master grid's cells with the map to a file's cells: at each height 3 x 3 exact points, a quadratic in
/// rows and columns between them.
struct MapPatch {
    static constexpr int most_heights = 3;
    Window cells;
    std::size_t heights = 1;
    std::array<std::array<Point, 9>, most_heights> knots{};  ///< row by row

    /// Where the centres of the cells (row, col...) lie in the file; `at_height`: 0 to 1 over the heights, or none.
    void row(int row, int col, std::span<double> x, std::span<double> y, std::span<const float> at_height) const;
    /// All places of `part` of the cells lie in it, at heights from `low` to `high` (0 to 1 over the heights).
    [[nodiscard]] Box reach(const Window& part, double low, double high) const;
    /// Cells of the file in a cell of the grid, across and down: the sides of a box of the same spread.
    [[nodiscard]] Point cell_size() const;
};

/// The map from the cells of the master grid to those of a file. Exact points are taken on a lattice that is fixed
/// to the grid, 3 x 3 in a square of 256 cells; squares in which the quadratic is off by more than a thousandth of a cell are split,
/// down to single cells. No patch depends on the window.
class CellMap {
public:
    CellMap(Grid grid, std::vector<double> heights) : grid_(std::move(grid)), heights_(std::move(heights)) {}
    /// Those that `window` needs. Cells in none have no place in the file.
    [[nodiscard]] std::vector<MapPatch> patches(const Window& window, GroundMap& ground) const;

private:
    struct Sampled;
    [[nodiscard]] Point ground_at(double row, double col) const { return {grid_.x(col), grid_.y(row)}; }
    void split(const Window& cells, const Window& window, GroundMap& ground, std::vector<MapPatch>& out) const;
    void add(const Window& cells, const Window& window, const Sampled& sampled, GroundMap& ground,
             std::vector<MapPatch>& out) const;
    [[nodiscard]] std::vector<Sampled> sample(std::span<const Window> squares, GroundMap& ground) const;

    Grid grid_;
    std::vector<double> heights_;
};

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numbers>
#include <vector>

#include "linmu/core/error.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

namespace linmu {
namespace {

/// Metres between nodes. The fourth derivative of the areal scale of the projections in use is below 40 / R^4 of it,
/// so cubic interpolation errs by at most 3/128 h^4 times that: 4e-13 a direction. What is measured against the
/// corners of cells of 10 m, 5e-10 at worst, is the rounding of the corners' own coordinates.
constexpr double node_spacing = 5000;
/// A node's areal scale is measured on a square of at least this size, where the rounding of coordinates has no weight.
constexpr double least_square = 100;
/// The absolute values of the weights of a place sum to at most 1.6312 (the Lebesgue constant of four equidistant nodes).
constexpr double lebesgue = 1.64;
/// What the rounding of four products and their sum can add to an area, in parts of it.
constexpr double rounding = 5e-15;

/// Cubic Lagrange weights of the nodes `first` to `first` + 3 for a place among `nodes` of them.
struct Stencil {
    int first;
    std::array<double, 4> weights;
};

/// The stencils of all columns, once: a weight of many columns lies in a row, for vector code.
struct Columns {
    std::vector<int> first;
    std::array<std::vector<double>, 4> weights;
};

Stencil stencil(int cell, int step, int nodes) {
    const int first = std::clamp(cell / step - 1, 0, nodes - 4);
    const double t = static_cast<double>(cell - first * step) / step;
    return {first,
            {-(t - 1) * (t - 2) * (t - 3) / 6, t * (t - 2) * (t - 3) / 2, -t * (t - 1) * (t - 3) / 2,
             t * (t - 1) * (t - 2) / 6}};
}

double weighted(const std::array<double, 4>& w, double a, double b, double c, double d) {
    return w[0] * a + w[1] * b + w[2] * c + w[3] * d;
}

Columns columns_for(int cols, int step, int nodes) {
    Columns columns;
    for (int col = 0; col < cols; ++col) {
        const auto at = stencil(col, step, nodes);
        columns.first.push_back(at.first);
        for (std::size_t k = 0; k < 4; ++k) columns.weights[k].push_back(at.weights[k]);
    }
    return columns;
}

int nodes_for(int cells, int step) { return std::max(4, (cells - 1 + step - 1) / step + 1); }

int cells_between_nodes(double cell_metres) { return std::max(1, static_cast<int>(node_spacing / cell_metres)); }

}  // namespace

struct CellAreas::Impl {
    Grid grid;
    std::vector<double> by_row;  ///< of a geographic grid; else the lattice
    int row_step = 1;
    int col_step = 1;
    Plane<double> lattice;
    Columns columns;

    void fill_rows();
    void fill_lattice(const Transform& to_lon_lat, double metres_per_unit);
    [[nodiscard]] double at_node(const Transform& to_lon_lat, int row, int col, double metres_per_unit) const;
    void fill_row(int row, int col, std::span<double> out) const;
    [[nodiscard]] double along(const Stencil& down, int j) const {
        return weighted(down.weights, lattice(down.first, j), lattice(down.first + 1, j), lattice(down.first + 2, j),
                        lattice(down.first + 3, j));
    }
};

void CellAreas::Impl::fill_rows() {
    const auto q = [&](int r) {
        return cgcs2000::authalic_q(std::clamp(grid.y(r), -90.0, 90.0) * std::numbers::pi / 180);
    };
    by_row.reserve(static_cast<std::size_t>(grid.rows));
    for (int r = 0; r < grid.rows; ++r) by_row.push_back(grid.cell_x * std::numbers::pi / 180 * (q(r) - q(r + 1)));
}

void CellAreas::Impl::fill_lattice(const Transform& to_lon_lat, double metres_per_unit) {
    row_step = cells_between_nodes(grid.cell_y * metres_per_unit);
    col_step = cells_between_nodes(grid.cell_x * metres_per_unit);
    lattice = Plane<double>(nodes_for(grid.rows, row_step), nodes_for(grid.cols, col_step), 0);
    for (int i = 0; i < lattice.rows(); ++i) {
        for (int j = 0; j < lattice.cols(); ++j) {
            lattice(i, j) = at_node(to_lon_lat, i * row_step, j * col_step, metres_per_unit);
        }
    }
    columns = columns_for(grid.cols, col_step, lattice.cols());
}

double CellAreas::Impl::at_node(const Transform& to_lon_lat, int row, int col, double metres_per_unit) const {
    const double x = grid.x(col + 0.5);
    const double y = grid.y(row + 0.5);
    const double grow_x = std::max(1.0, least_square / (grid.cell_x * metres_per_unit));
    const double grow_y = std::max(1.0, least_square / (grid.cell_y * metres_per_unit));
    const double dx = grow_x * grid.cell_x / 2;
    const double dy = grow_y * grid.cell_y / 2;
    std::array<Point, 4> corners{{{x - dx, y - dy}, {x + dx, y - dy}, {x + dx, y + dy}, {x - dx, y + dy}}};
    to_lon_lat.apply(corners);
    return ring_area_m2(corners) / (grow_x * grow_y);
}

/// Each value depends on its row and column alone: the same operations in the same order for any window.
void CellAreas::Impl::fill_row(int row, int col, std::span<double> out) const {
    if (!by_row.empty()) {
        std::ranges::fill(out, by_row[static_cast<std::size_t>(row)]);
        return;
    }
    const auto down = stencil(row, row_step, lattice.rows());
    // Columns with the same nodes together.
    for (std::size_t i = 0; i < out.size();) {
        const auto start = static_cast<std::size_t>(col) + i;
        const int first = columns.first[start];
        std::size_t count = 1;
        while (i + count < out.size() && columns.first[start + count] == first) ++count;
        const double a = along(down, first), b = along(down, first + 1), c = along(down, first + 2),
                     d = along(down, first + 3);
        const double* w[4];
        for (std::size_t k = 0; k < 4; ++k) w[k] = columns.weights[k].data() + start;
        double* areas = out.data() + i;
        for (std::size_t k = 0; k < count; ++k) areas[k] = w[0][k] * a + w[1][k] * b + w[2][k] * c + w[3][k] * d;
        i += count;
    }
}

CellAreas::CellAreas(const Grid& grid) : impl_(std::make_unique<Impl>()) {
    const auto crs = parse_crs(grid.crs);
    if (grid.rows <= 0 || grid.cols <= 0) throw DataError(fmt::format("a grid of {} has no cells", describe(grid)));
    impl_->grid = grid;
    const Transform to_lon_lat(grid.crs, "EPSG:4490");
    if (crs.geographic) {
        impl_->fill_rows();
    } else {
        impl_->fill_lattice(to_lon_lat, crs.metres_per_unit);
    }
}
CellAreas::~CellAreas() = default;
CellAreas::CellAreas(CellAreas&&) noexcept = default;
CellAreas& CellAreas::operator=(CellAreas&&) noexcept = default;

Plane<double> CellAreas::operator()(const Window& window) const {
    assert(impl_->grid.window().contains(window));
    Plane<double> areas(window.rows, window.cols, 0);
    for (int r = 0; r < window.rows; ++r) impl_->fill_row(window.row + r, window.col, areas.row(r));
    return areas;
}

double CellAreas::cell_m2(int row, int col) const {
    assert(impl_->grid.window().contains({row, col, 1, 1}));
    double area = 0;
    impl_->fill_row(row, col, {&area, 1});
    return area;
}

double CellAreas::row_difference(int row, int other, int col, int col_end) const {
    const Impl& impl = *impl_;
    if (!impl.by_row.empty())
        return std::abs(impl.by_row[static_cast<std::size_t>(row)] - impl.by_row[static_cast<std::size_t>(other)]);
    const auto down = stencil(row, impl.row_step, impl.lattice.rows());
    const auto down_other = stencil(other, impl.row_step, impl.lattice.rows());
    double most = 0, largest = 0;
    for (int j = impl.columns.first[static_cast<std::size_t>(col)];
         j < impl.columns.first[static_cast<std::size_t>(col_end) - 1] + 4; ++j) {
        const double here = impl.along(down, j);
        most = std::max(most, std::abs(here - impl.along(down_other, j)));
        largest = std::max(largest, std::abs(here));
    }
    return lebesgue * most + 2 * rounding * largest;
}

}  // namespace linmu

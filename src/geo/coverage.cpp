// SPDX-License-Identifier: MIT
#include "linmu/geo/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr double nothing = 1e-12;

/// What the edges in one cell add: `height` to all cells east of it, `height - west` to the cell itself.
struct Piece {
    int row, col;
    double height;
    double west;
};

/// To a multiple of 2^-46, so that sums of heights along a row are exact and come back to 0 or 1 to the bit.
double snapped(double fraction) {
    constexpr double shift = 96;  // 1.5 * 2^(52 - 46)
    return (fraction + shift) - shift;
}

/// Points counted in columns and rows; those that lie on a border of cells but for rounding are put onto it.
class Frame {
public:
    explicit Frame(const Grid& grid)
        : grid_(grid), on_col_(rounding(grid.x0, grid.x(grid.cols), grid.cell_x)),
          on_row_(rounding(grid.y0, grid.y(grid.rows), grid.cell_y)) {}

    [[nodiscard]] Point operator()(Point p) const {
        return {on_border(grid_.column(p.x), on_col_), on_border(grid_.row(p.y), on_row_)};
    }

private:
    static double rounding(double a, double b, double cell) {
        return std::max(nothing,
                        4 * std::numeric_limits<double>::epsilon() * std::max(std::abs(a), std::abs(b)) / cell);
    }
    static double on_border(double v, double within) {
        const double border = std::nearbyint(v);
        return std::abs(v - border) <= within ? border : v;
    }
    const Grid& grid_;
    double on_col_;
    double on_row_;
};

class Accumulator {
public:
    Accumulator(int rows, int cols) : rows_(rows), cols_(cols) {}

    void add_ring(const Ring& ring, double sign);
    [[nodiscard]] std::vector<Piece> take_sorted();

private:
    void add_edge(Point a, Point b, double sign);
    void add_in_row(int row, Point a, Point b, double sign);
    void add_in_cell(int row, int col, Point a, Point b, double sign);
    void add(int row, int col, double height, double west);

    int rows_;
    int cols_;
    std::vector<Piece> pieces_;
};

void Accumulator::add_ring(const Ring& ring, double sign) {
    for (std::size_t i = 0; i < ring.size(); ++i) add_edge(ring[i], ring[i + 1 == ring.size() ? 0 : i + 1], sign);
}

/// Splits the edge at the borders of rows. Downwards always, so that one edge gives the same points from either end.
void Accumulator::add_edge(Point a, Point b, double sign) {
    if (a.y == b.y) return;
    if (a.y > b.y) {
        std::swap(a, b);
        sign = -sign;
    }
    const double top = std::max(a.y, 0.0);
    const double bottom = std::min(b.y, static_cast<double>(rows_));
    if (top >= bottom) return;
    const double slope = (b.x - a.x) / (b.y - a.y);
    const double west = std::min(a.x, b.x);
    const double east = std::max(a.x, b.x);
    const auto x_at = [&](double y) {
        return y == a.y ? a.x : y == b.y ? b.x : std::clamp(a.x + (y - a.y) * slope, west, east);
    };
    const int last = static_cast<int>(std::ceil(bottom)) - 1;
    Point from{x_at(top), top};
    for (int row = static_cast<int>(std::floor(top)); row <= last; ++row) {
        const double y = std::min(bottom, static_cast<double>(row + 1));
        const Point to{x_at(y), y};
        add_in_row(row, {from.x, snapped(from.y - row)}, {to.x, snapped(to.y - row)}, sign);
        from = to;
    }
}

/// Splits a part of an edge at the borders of columns. `y` counts within the row.
void Accumulator::add_in_row(int row, Point a, Point b, double sign) {
    if (a.x > b.x) {
        std::swap(a, b);
        sign = -sign;
    }
    const double width = cols_;
    if (a.x >= width) return;
    const double slope = a.x == b.x ? 0 : (b.y - a.y) / (b.x - a.x);
    const double top = std::min(a.y, b.y);
    const double bottom = std::max(a.y, b.y);
    const auto y_at = [&](double x) { return snapped(std::clamp(a.y + (x - a.x) * slope, top, bottom)); };
    if (a.x < 0) {
        // West of the grid an edge adds its full height to each cell of the row.
        const Point at_border{0, b.x <= 0 ? b.y : y_at(0)};
        add(row, 0, sign * (at_border.y - a.y), 0);
        if (b.x <= 0) return;
        a = at_border;
    }
    const double east = std::min(b.x, width);
    Point from = a;
    for (int col = static_cast<int>(std::floor(a.x)); from.x < east; ++col) {
        const double x = std::min(east, static_cast<double>(col + 1));
        const Point to{x, x == b.x ? b.y : y_at(x)};
        add_in_cell(row, col, from, to, sign);
        from = to;
    }
    if (a.x == b.x) add_in_cell(row, static_cast<int>(std::floor(a.x)), a, b, sign);
}

void Accumulator::add_in_cell(int row, int col, Point a, Point b, double sign) {
    const double height = sign * (b.y - a.y);
    if (height != 0) add(row, col, height, height * ((a.x - col) + (b.x - col)) / 2);
}

void Accumulator::add(int row, int col, double height, double west) {
    if (!pieces_.empty() && pieces_.back().row == row && pieces_.back().col == col) {
        pieces_.back().height += height;
        pieces_.back().west += west;
    } else {
        pieces_.push_back({row, col, height, west});
    }
}

std::vector<Piece> Accumulator::take_sorted() {
    std::ranges::sort(pieces_,
                      [](const Piece& a, const Piece& b) { return a.row != b.row ? a.row < b.row : a.col < b.col; });
    return std::move(pieces_);
}

/// Adds up along the rows what the edges left in the cells.
class Sweep {
public:
    Sweep(int cols, Coverage& out) : cols_(cols), out_(out) {}
    void operator()(const std::vector<Piece>& pieces);

private:
    void add_cells(int row, int col, int col_end, double share);
    int cols_;
    Coverage& out_;
};

void Sweep::operator()(const std::vector<Piece>& pieces) {
    for (std::size_t i = 0; i < pieces.size();) {
        const int row = pieces[i].row;
        int done = 0;
        double height = 0;
        while (i < pieces.size() && pieces[i].row == row) {
            const int col = pieces[i].col;
            add_cells(row, done, col, height);
            double west = 0;
            for (; i < pieces.size() && pieces[i].row == row && pieces[i].col == col; ++i) {
                height += pieces[i].height;
                west += pieces[i].west;
            }
            add_cells(row, col, col + 1, height - west);
            done = col + 1;
        }
        add_cells(row, done, cols_, height);
    }
}

void Sweep::add_cells(int row, int col, int col_end, double share) {
    if (col >= col_end || share <= nothing) return;
    if (share < 1 - nothing) {
        for (; col < col_end; ++col) out_.boundary.push_back({row, col, share});
    } else if (!out_.inside.empty() && out_.inside.back().row == row && out_.inside.back().col_end == col) {
        out_.inside.back().col_end = col_end;
    } else {
        out_.inside.push_back({row, col, col_end});
    }
}

/// Twice the area, counted from the first vertex; its sign is the orientation.
double orientation(const Ring& ring) {
    double twice = 0;
    for (std::size_t i = 1; i + 1 < ring.size(); ++i) {
        const Point a{ring[i].x - ring[0].x, ring[i].y - ring[0].y};
        const Point b{ring[i + 1].x - ring[0].x, ring[i + 1].y - ring[0].y};
        twice += a.x * b.y - b.x * a.y;
    }
    return twice;
}

void require_finite(const Point& p) {
    if (std::isfinite(p.x) && std::isfinite(p.y)) return;
    throw DataError(
        fmt::format("a polygon has the coordinate {}, {}, which is no place; repair the layer first", p.x, p.y));
}

Ring in_frame(const Ring& ring, const Frame& frame) {
    Ring out;
    out.reserve(ring.size());
    for (const auto& p : ring) {
        require_finite(p);
        out.push_back(frame(p));
    }
    return out;
}

bool leaves(const Ring& ring, const Grid& grid) {
    return std::ranges::any_of(ring, [&](Point p) { return p.x < 0 || p.y < 0 || p.x > grid.cols || p.y > grid.rows; });
}

}  // namespace

Coverage coverage(const Geometry& polygons, const Grid& grid) {
    Coverage out;
    const Frame frame(grid);
    Accumulator edges(grid.rows, grid.cols);
    // Rows count downwards: the west side of a ring runs down, and adds, when its area is negative.
    const auto add = [&](const Ring& ring, double sign) { edges.add_ring(ring, orientation(ring) < 0 ? sign : -sign); };
    for (const auto& polygon : polygons.polygons) {
        const auto outer = in_frame(polygon.outer, frame);
        out.outside = out.outside || leaves(outer, grid);
        add(outer, 1);
        for (const auto& hole : polygon.holes) add(in_frame(hole, frame), -1);
    }
    Sweep(grid.cols, out)(edges.take_sorted());
    return out;
}

}  // namespace linmu

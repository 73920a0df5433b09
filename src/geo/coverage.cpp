// SPDX-License-Identifier: MIT
#include "linmu/geo/coverage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <utility>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr double nothing = 1e-12;

/// What the edges in one cell add: `height` to all cells east of it, `height - west` to the cell itself.
struct Piece {
    int row, col;
    double height;
    double west;
    std::uint32_t next = 0;  ///< of the same row
};

constexpr std::uint32_t no_piece = std::numeric_limits<std::uint32_t>::max();

/// To a multiple of 2^-46, so that sums of heights along a row are exact and come back to 0 or 1 to the bit.
double snapped(double fraction) {
    constexpr double shift = 96;  // 1.5 * 2^(52 - 46)
    return (fraction + shift) - shift;
}

/// The last whole number before a positive one. A conversion, which cuts, is one instruction; std::ceil is a call.
int before(double positive) {
    const int whole = static_cast<int>(positive);
    return whole == positive ? whole - 1 : whole;
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
        constexpr double shift = 6755399441055744;  // 1.5 * 2^52: what is added to it is rounded to a whole number
        if (!(std::abs(v) < 1e15)) return v;
        const double border = (v + shift) - shift;
        return std::abs(v - border) <= within ? border : v;
    }
    const Grid& grid_;
    double on_col_;
    double on_row_;
};

/// Pieces by row, in the order in which they came.
struct PieceRows {
    std::vector<Piece> pieces;
    int first_row = 0;
    int first_col = 0;
    int col_end = 0;
    std::vector<std::uint32_t> heads;  ///< of each row from the first; no_piece: it has none
};

class Accumulator {
public:
    /// Most edges of a parcel cross no more than two borders of cells.
    Accumulator(int rows, int cols, std::size_t edges) : rows_(rows), cols_(cols) {
        constexpr std::size_t of_a_parcel = 1024;
        pieces_.reserve(3 * std::min(edges, of_a_parcel));
    }

    void add_ring(const Ring& ring, double sign);
    [[nodiscard]] PieceRows take_rows();

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
    const double west = std::min(a.x, b.x);
    const double east = std::max(a.x, b.x);
    // The slope is worked out where it is asked for: most edges are shorter than a cell and cross one border, or none.
    const auto x_at = [&](double y) {
        if (y == a.y || y == b.y) return y == a.y ? a.x : b.x;
        return std::clamp(a.x + (y - a.y) * ((b.x - a.x) / (b.y - a.y)), west, east);
    };
    const int last = before(bottom);
    Point from{x_at(top), top};
    for (int row = static_cast<int>(top); row <= last; ++row) {
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
    const double top = std::min(a.y, b.y);
    const double bottom = std::max(a.y, b.y);
    const Point start = a;
    const auto y_at = [&](double x) {
        const double slope = start.x == b.x ? 0 : (b.y - start.y) / (b.x - start.x);
        return snapped(std::clamp(a.y + (x - a.x) * slope, top, bottom));
    };
    if (a.x < 0) {
        // West of the grid an edge adds its full height to each cell of the row.
        const Point at_border{0, b.x <= 0 ? b.y : y_at(0)};
        add(row, 0, sign * (at_border.y - a.y), 0);
        if (b.x <= 0) return;
        a = at_border;
    }
    const double east = std::min(b.x, width);
    Point from = a;
    for (int col = static_cast<int>(a.x); from.x < east; ++col) {
        const double x = std::min(east, static_cast<double>(col + 1));
        const Point to{x, x == b.x ? b.y : y_at(x)};
        add_in_cell(row, col, from, to, sign);
        from = to;
    }
    if (a.x == b.x) add_in_cell(row, static_cast<int>(a.x), a, b, sign);
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

PieceRows Accumulator::take_rows() {
    PieceRows rows{std::move(pieces_), std::numeric_limits<int>::max(), std::numeric_limits<int>::max(), 0, {}};
    int last_row = -1;
    for (const auto& piece : rows.pieces) {
        rows.first_row = std::min(rows.first_row, piece.row);
        last_row = std::max(last_row, piece.row);
        rows.first_col = std::min(rows.first_col, piece.col);
        rows.col_end = std::max(rows.col_end, piece.col + 1);
    }
    if (rows.pieces.empty()) return rows;
    rows.heads.assign(static_cast<std::size_t>(last_row - rows.first_row) + 1, no_piece);
    // From the last, as each goes before those that are there.
    for (auto i = rows.pieces.size(); i-- > 0;) {
        auto& head = rows.heads[static_cast<std::size_t>(rows.pieces[i].row - rows.first_row)];
        rows.pieces[i].next = std::exchange(head, static_cast<std::uint32_t>(i));
    }
    return rows;
}

/// To the nearest multiple of share_unit, of what lies in [0, 1].
double in_units(double share) {
    constexpr double shift = 24;  // 1.5 * 2^(52 - 48)
    return (share + shift) - shift;
}

/// The sums of one row's pieces by column. Columns that have any are marked by bits, which give them in order.
class RowSums {
public:
    RowSums(int first_col, int col_end)
        : first_(first_col), sums_(static_cast<std::size_t>(col_end - first_col)), marks_((sums_.size() + 63) / 64, 0) {
    }

    void add(const Piece& piece) {
        const auto at = static_cast<std::size_t>(piece.col - first_);
        auto& sum = sums_[at];
        const auto bit = std::uint64_t{1} << (at % 64);
        if ((marks_[at / 64] & bit) == 0) sum = {};
        marks_[at / 64] |= bit;
        sum.height += piece.height;
        sum.west += piece.west;
    }

    /// Calls visit(col, height, west) by column, and forgets the sums.
    template <class Visit>
    void take(Visit visit) {
        for (std::size_t word = 0; word < marks_.size(); ++word) {
            for (auto bits = std::exchange(marks_[word], 0); bits != 0; bits &= bits - 1) {
                const auto at = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
                visit(first_ + static_cast<int>(at), sums_[at].height, sums_[at].west);
            }
        }
    }

private:
    struct Sum {
        double height = 0, west = 0;
    };
    int first_;
    std::vector<Sum> sums_;
    std::vector<std::uint64_t> marks_;
};

/// Adds up along the rows what the edges left in the cells.
class Sweep {
public:
    Sweep(int cols, Coverage& out) : cols_(cols), out_(out) {}
    void operator()(const PieceRows& rows);

private:
    void add_cells(int row, int col, int col_end, double share);
    int cols_;
    Coverage& out_;
};

void Sweep::operator()(const PieceRows& rows) {
    if (rows.pieces.empty()) return;
    out_.boundary.reserve(rows.pieces.size());
    out_.inside.reserve(rows.heads.size() + rows.heads.size() / 2);
    RowSums sums(rows.first_col, rows.col_end);
    for (std::size_t i = 0; i < rows.heads.size(); ++i) {
        const int row = rows.first_row + static_cast<int>(i);
        for (auto p = rows.heads[i]; p != no_piece; p = rows.pieces[p].next) sums.add(rows.pieces[p]);
        int done = 0;
        double inside = 0;
        sums.take([&](int col, double height, double west) {
            add_cells(row, done, col, inside);
            inside += height;
            add_cells(row, col, col + 1, inside - west);
            done = col + 1;
        });
        add_cells(row, done, cols_, inside);
    }
}

void Sweep::add_cells(int row, int col, int col_end, double share) {
    if (col >= col_end || share <= nothing) return;
    if (share < 1 - nothing) {
        share = in_units(share);
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
        fmt::format("a geometry has the coordinate {}, {}, which is no place; repair the layer first", p.x, p.y));
}

Line in_frame(const Line& line, const Frame& frame) {
    Line out;
    out.reserve(line.size());
    for (const auto& p : line) {
        require_finite(p);
        out.push_back(frame(p));
    }
    return out;
}

bool leaves(std::span<const Point> points, const Grid& grid) {
    return std::ranges::any_of(points,
                               [&](Point p) { return p.x < 0 || p.y < 0 || p.x > grid.cols || p.y > grid.rows; });
}

double cells_of(const Coverage& coverage) {
    double sum = 0;
    for (const auto& run : coverage.inside) sum += run.col_end - run.col;
    for (const auto& cell : coverage.boundary) sum += cell.share;
    return sum;
}

/// `area` in cells, as the rings have it.
CoverageStatus polygon_status(const Coverage& coverage, double area) {
    const double cells = cells_of(coverage);
    if (coverage.outside) return cells > 0 ? CoverageStatus::partly_outside : CoverageStatus::outside;
    // What rounding can do: coordinates are moved onto borders by at most 1e-9 of a cell.
    const bool closes = area > 0 && std::abs(cells - area) <= 1e-7 * area + 1e-8;
    if (!closes) return CoverageStatus::invalid;
    return area < 1 ? CoverageStatus::small : CoverageStatus::ok;
}

std::size_t edges_of(const std::vector<Polygon>& polygons) {
    std::size_t count = 0;
    for (const auto& polygon : polygons) {
        count += polygon.outer.size();
        for (const auto& hole : polygon.holes) count += hole.size();
    }
    return count;
}

Coverage of_polygons(const std::vector<Polygon>& polygons, const Grid& grid) {
    Coverage out;
    const Frame frame(grid);
    Accumulator edges(grid.rows, grid.cols, edges_of(polygons));
    double twice = 0;
    // Rows count downwards: the west side of a ring runs down, and adds, when its area is negative.
    const auto add = [&](const Ring& ring, double sign) {
        const double area = orientation(ring);
        twice += sign * std::abs(area);
        edges.add_ring(ring, area < 0 ? sign : -sign);
    };
    for (const auto& polygon : polygons) {
        const auto outer = in_frame(polygon.outer, frame);
        out.outside = out.outside || leaves(outer, grid);
        add(outer, 1);
        for (const auto& hole : polygon.holes) add(in_frame(hole, frame), -1);
    }
    Sweep(grid.cols, out)(edges.take_rows());
    out.status = polygon_status(out, twice / 2);
    return out;
}

/// Shares of lines and points by cell, in the order in which they are met.
class Shares {
public:
    Shares(const Grid& grid, double whole) : grid_(grid), whole_(whole) {}

    /// What lies on the grid's own last border belongs to the last cell.
    void add(Point at, double amount) {
        const int col = at.x == grid_.cols ? grid_.cols - 1 : static_cast<int>(std::floor(at.x));
        const int row = at.y == grid_.rows ? grid_.rows - 1 : static_cast<int>(std::floor(at.y));
        if (!cells_.empty() && cells_.back().row == row && cells_.back().col == col) cells_.back().share += amount;
        else cells_.push_back({row, col, amount});
    }

    [[nodiscard]] std::vector<CellShare> take() {
        std::ranges::stable_sort(cells_, {}, [](const CellShare& cell) { return std::pair(cell.row, cell.col); });
        std::vector<CellShare> merged;
        for (const auto& cell : cells_) {
            if (!merged.empty() && merged.back().row == cell.row && merged.back().col == cell.col)
                merged.back().share += cell.share;
            else merged.push_back(cell);
        }
        for (auto& cell : merged) cell.share = std::min(1.0, in_units(cell.share / whole_));
        std::erase_if(merged, [](const CellShare& cell) { return cell.share <= nothing; });
        return merged;
    }

private:
    const Grid& grid_;
    double whole_;
    std::vector<CellShare> cells_;
};

double length_of(const Grid& grid, Point a, Point b) {
    return std::hypot((b.x - a.x) * grid.cell_x, (b.y - a.y) * grid.cell_y);
}

/// Where an edge enters and leaves the grid, as parts of it; nothing when it stays outside (Liang, Barsky 1984).
std::optional<std::pair<double, double>> clipped(Point a, Point b, const Grid& grid) {
    double from = 0, to = 1;
    const auto keep = [&](double start, double delta, double size) {
        if (delta == 0) return start >= 0 && start <= size;
        const auto [enter, leave] = std::minmax({-start / delta, (size - start) / delta});
        from = std::max(from, enter);
        to = std::min(to, leave);
        return from < to;
    };
    if (!keep(a.x, b.x - a.x, grid.cols) || !keep(a.y, b.y - a.y, grid.rows)) return {};
    return std::pair(from, to);
}

/// Cuts an edge at the borders of cells.
void add_line_edge(Shares& shares, Point a, Point b, const Grid& grid, std::vector<double>& cuts) {
    const auto within = clipped(a, b, grid);
    if (!within) return;
    // No structured binding: clang 14 lets no lambda hold one, and the fuzz targets are built with it.
    const double from = within->first;
    const double to = within->second;
    cuts.assign({from, to});
    const auto cut = [&](double start, double delta) {
        if (delta == 0) return;
        const auto [low, high] = std::minmax({start + from * delta, start + to * delta});
        for (double border = std::floor(low) + 1; border < high; ++border) cuts.push_back((border - start) / delta);
    };
    cut(a.x, b.x - a.x);
    cut(a.y, b.y - a.y);
    for (auto& t : cuts) t = std::clamp(t, from, to);
    std::ranges::sort(cuts);
    const double length = length_of(grid, a, b);
    for (std::size_t i = 1; i < cuts.size(); ++i) {
        if (cuts[i] == cuts[i - 1]) continue;
        const double middle = (cuts[i - 1] + cuts[i]) / 2;
        const Point at{std::clamp(a.x + middle * (b.x - a.x), 0.0, static_cast<double>(grid.cols)),
                       std::clamp(a.y + middle * (b.y - a.y), 0.0, static_cast<double>(grid.rows))};
        shares.add(at, (cuts[i] - cuts[i - 1]) * length);
    }
}

/// Status of lines and points, by their parts on the grid.
void set_status(Coverage& coverage) {
    if (coverage.outside)
        coverage.status = coverage.boundary.empty() ? CoverageStatus::outside : CoverageStatus::partly_outside;
    else if (coverage.boundary.empty()) coverage.status = CoverageStatus::invalid;
}

Coverage of_lines(const std::vector<Line>& lines, const Grid& grid) {
    Coverage out;
    const Frame frame(grid);
    std::vector<Line> framed;
    double whole = 0;
    for (const auto& line : lines) {
        framed.push_back(in_frame(line, frame));
        out.outside = out.outside || leaves(framed.back(), grid);
        for (std::size_t i = 1; i < line.size(); ++i) whole += length_of(grid, framed.back()[i - 1], framed.back()[i]);
    }
    Shares shares(grid, whole);
    std::vector<double> cuts;
    for (const auto& line : framed)
        for (std::size_t i = 1; i < line.size() && whole > 0; ++i)
            add_line_edge(shares, line[i - 1], line[i], grid, cuts);
    out.boundary = shares.take();
    set_status(out);
    return out;
}

Coverage of_points(const std::vector<Point>& points, const Grid& grid) {
    Coverage out;
    const auto framed = in_frame(points, Frame(grid));
    out.outside = leaves(framed, grid);
    Shares shares(grid, static_cast<double>(points.size()));
    for (const auto& p : framed)
        if (!leaves({&p, 1}, grid)) shares.add(p, 1);
    out.boundary = shares.take();
    set_status(out);
    return out;
}

}  // namespace

const char* to_string(CoverageStatus status) noexcept {
    switch (status) {
        case CoverageStatus::ok: return "ok";
        case CoverageStatus::partly_outside: return "partly outside";
        case CoverageStatus::outside: return "outside";
        case CoverageStatus::small: return "smaller than a cell";
        case CoverageStatus::invalid: break;
    }
    return "invalid";
}

Coverage coverage(const Geometry& geometry, const Grid& grid) {
    if (!geometry.polygons.empty()) return of_polygons(geometry.polygons, grid);
    if (!geometry.lines.empty()) return of_lines(geometry.lines, grid);
    return of_points(geometry.points, grid);
}

}  // namespace linmu

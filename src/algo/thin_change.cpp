// SPDX-License-Identifier: MIT
#include "linmu/algo/thin_change.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>

namespace linmu {
namespace {

using Marks = Plane<std::uint8_t>;

/// How many cells are marked in the square of `side` cells whose first corner is each cell; what of it lies beyond the plane counts for none.
Plane<std::int32_t> marks_in_squares(const Marks& marks, int side) {
    const int rows = marks.rows(), cols = marks.cols();
    Plane<std::int32_t> sums(rows + 1, cols + 1, 0);
    for (int r = rows - 1; r >= 0; --r)
        for (int c = cols - 1; c >= 0; --c)
            sums(r, c) = marks(r, c) + sums(r + 1, c) + sums(r, c + 1) - sums(r + 1, c + 1);
    Plane<std::int32_t> counts(rows, cols, 0);
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < cols; ++c) {
            const int bottom = std::min(rows, r + side), right = std::min(cols, c + side);
            counts(r, c) = sums(r, c) - sums(bottom, c) - sums(r, right) + sums(bottom, right);
        }
    }
    return counts;
}

/// The same plane, turned by half a circle.
Marks turned(const Marks& marks) {
    Marks out(marks.rows(), marks.cols(), 0);
    std::ranges::reverse_copy(marks.cells(), out.cells().begin());
    return out;
}

}  // namespace

CodePlane without_thin_changes(const CodePlane& before, const CodePlane& after, int width) {
    assert(before.rows() == after.rows() && before.cols() == after.cols() && width >= 1);
    const int rows = before.rows(), cols = before.cols();
    Marks changed(rows, cols, 0), corners(rows, cols, 0);
    for (std::size_t i = 0; i < changed.cells().size(); ++i) {
        const auto from = before.cells()[i], to = after.cells()[i];
        changed.cells()[i] = from != to && from != no_code && to != no_code ? 1 : 0;
    }
    const auto counts = marks_in_squares(changed, width);
    for (std::size_t i = 0; i < corners.cells().size(); ++i)
        corners.cells()[i] = counts.cells()[i] == width * width ? 1 : 0;
    // A cell is in a square when that square's first corner is at most width - 1 above and left of it: seen from the other end, below and right.
    const auto near_corner = marks_in_squares(turned(corners), width);
    CodePlane out = after;
    const std::size_t last = out.cells().size() - 1;
    for (std::size_t i = 0; i <= last && !out.cells().empty(); ++i)
        if (changed.cells()[i] != 0 && near_corner.cells()[last - i] == 0) out.cells()[i] = before.cells()[i];
    return out;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <optional>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"
#include "raster_source.hpp"

namespace linmu {
namespace {

const std::vector<std::string> resampling_names{"refuse", "nearest", "bilinear", "cubic", "average", "mode"};

/// Corners may lie this part of a cell off: files keep their corners in decimal text.
constexpr double tolerance = 1e-3;
/// `wide` as a whole number of `narrow`, over `count` cells; 0 when it is not.
int whole_factor(double wide, double narrow, int count) {
    const double factor = std::round(wide / narrow);
    if (factor < 1 || factor > 1000) return 0;
    return std::abs(wide - factor * narrow) * count <= tolerance * narrow ? static_cast<int>(factor) : 0;
}

std::optional<int> whole(double place) {
    const double nearest = std::round(place);
    if (std::abs(place - nearest) > tolerance || std::abs(nearest) > 1e9) return std::nullopt;
    return static_cast<int>(nearest);
}

}  // namespace

Resampling parse_resampling(std::string_view name) {
    for (std::size_t i = 0; i < resampling_names.size(); ++i) {
        if (resampling_names[i] == name) return static_cast<Resampling>(i);
    }
    throw DataError(fmt::format("no resampling '{}'{}", name, hint(name, resampling_names)));
}

std::string resampling_name(Resampling resampling) { return resampling_names.at(static_cast<std::size_t>(resampling)); }

Resampling method_for(Resampling asked, bool code) {
    if (!code) return asked;
    if (asked == Resampling::bilinear || asked == Resampling::cubic) return Resampling::nearest;
    return asked == Resampling::average ? Resampling::mode : asked;
}

std::optional<Placement> place(const Grid& grid, const Grid& file) {
    if (grid.crs != file.crs) return std::nullopt;
    const int rows = whole_factor(file.cell_y, grid.cell_y, file.rows);
    const int cols = whole_factor(file.cell_x, grid.cell_x, file.cols);
    const auto row = whole(grid.row(file.y0));
    const auto col = whole(grid.column(file.x0));
    if (rows == 0 || cols == 0 || !row || !col) return std::nullopt;
    Placement out{.row_factor = rows,
                  .col_factor = cols,
                  .area = {*row, *col, file.rows * rows, file.cols * cols},
                  .note = "aligned"};
    if (rows * cols > 1)
        out.note = fmt::format("cells of {} x {} repeated {} x {}", file.cell_x, file.cell_y, cols, rows);
    return out;
}

}  // namespace linmu

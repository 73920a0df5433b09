// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace linmu {

/// A corner of cells: columns and rows of lines from the north-west.
struct GridCorner {
    std::int32_t col = 0;
    std::int32_t row = 0;
    bool node = false;  ///< three boundaries or four meet here
    [[nodiscard]] bool same_place(const GridCorner& o) const noexcept { return col == o.col && row == o.row; }
};

/// Which corners of cells are vertices of outlines: a bit each.
class CornerMap {
public:
    CornerMap() = default;
    CornerMap(int rows, int cols)
        : words_a_row_((static_cast<std::size_t>(cols) + 64) / 64),
          words_((static_cast<std::size_t>(rows) + 1) * words_a_row_) {}
    /// Rows may be set by many threads, each its own.
    void set(std::int32_t row, std::int32_t col) { words_[word(row, col)] |= bit(col); }
    [[nodiscard]] bool has(std::int32_t row, std::int32_t col) const {
        return (words_[word(row, col)] & bit(col)) != 0;
    }

private:
    [[nodiscard]] std::size_t word(std::int32_t row, std::int32_t col) const {
        return static_cast<std::size_t>(row) * words_a_row_ + static_cast<std::size_t>(col) / 64;
    }
    static std::uint64_t bit(std::int32_t col) { return std::uint64_t{1} << (static_cast<unsigned>(col) % 64); }
    std::size_t words_a_row_ = 0;
    std::vector<std::uint64_t> words_;
};

/// The ring with fewer corners: see outlines.hpp. The same corners go from an arc whichever way it is walked.
[[nodiscard]] std::vector<GridCorner> simplified_ring(std::span<const GridCorner> ring, double least_area,
                                                      const CornerMap& corners);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/window.hpp"
#include "linmu/geo/coverage.hpp"

namespace linmu {

/// Coverages of consecutive features, packed. What threads make, before it is joined. A copy takes the memory that it needs
/// and no more; what is cleared keeps its own for the next features.
class PackedCoverages {
public:
    /// Adds the next feature. O(runs + shares).
    void add(const Coverage& coverage);
    void clear() noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return features_.size(); }

private:
    friend class CoverageIndex;
    struct Feature {
        std::uint64_t inside_cells = 0;
        CoverageStatus status = CoverageStatus::ok;
        std::uint8_t unused[7] = {};
    };
    /// A feature's cells in one strip of the grid.
    struct Piece {
        std::uint32_t feature = 0;
        std::int32_t row = 0;      ///< first, its strip's
        std::int32_t col = 0;      ///< first with a cell
        std::int32_t col_end = 0;  ///< after the last
        std::uint64_t at = 0;      ///< in the bytes
    };
    using Bytes = std::vector<std::uint8_t, UnsetMemory<std::uint8_t>>;
    std::vector<Feature> features_;
    std::vector<Piece> pieces_;
    Bytes bytes_;
};

/// The coverage of every feature of a layer on one grid: parcel x cell x share, once computed and used by each raster, epoch
/// and statistic. Cut into strips of 256 rows, in which the pieces of features are listed in the features' order, so that
/// a tile is answered from its strips alone. Within a piece: by row, runs and shares in the order of columns, as differences
/// in variable-length whole numbers, and 6 bytes a share. About 8 bytes a boundary cell, 4 bytes a run.
/// Bytes are the same for any threads and chunks. Safe for many threads once made. Little endian.
class CoverageIndex {
public:
    static constexpr int strip_rows = 256;

    /// Joins the parts of all features, in order. Their cells stay where they are.
    [[nodiscard]] static CoverageIndex joined(std::vector<PackedCoverages> parts, int rows, int cols);
    /// An index over bytes that `owner` keeps: a mapped file. Throws DataError when they are of another form.
    [[nodiscard]] static CoverageIndex over(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner);

    [[nodiscard]] std::size_t size() const noexcept { return header_.features; }
    [[nodiscard]] CoverageStatus status(std::size_t feature) const { return features_[feature].status; }
    /// Cells wholly inside of a polygon.
    [[nodiscard]] std::int64_t inside_cells(std::size_t feature) const {
        return static_cast<std::int64_t>(features_[feature].inside_cells);
    }

    /// Calls visit(feature, coverage) for each feature with cells in the window, ascending by strip, then by feature: a feature
    /// that spans strips comes once in each. The coverage holds its cells in the window, and not its status.
    template <class Visit>
    void visit(const Window& window, Visit visit) const {
        Coverage part;
        for (int strip = window.row / strip_rows; strip * strip_rows < window.row_end(); ++strip) {
            const auto [first, last] = pieces_of(strip);
            for (auto piece = first; piece < last; ++piece) {
                if (pieces_[piece].col >= window.col_end() || pieces_[piece].col_end <= window.col) continue;
                if (cut(piece, window, part)) visit(static_cast<std::size_t>(pieces_[piece].feature), part);
            }
        }
    }

    /// All of it, to be stored: one after the other, these are the bytes that `over` takes.
    [[nodiscard]] std::vector<std::span<const std::uint8_t>> stored() const;

private:
    struct Header {
        char mark[8];
        std::uint64_t features, pieces, strips, bytes;
        std::int32_t rows, cols;
    };
    using Feature = PackedCoverages::Feature;
    using Piece = PackedCoverages::Piece;
    [[nodiscard]] std::pair<std::size_t, std::size_t> pieces_of(int strip) const {
        if (strip < 0 || static_cast<std::size_t>(strip) >= header_.strips) return {0, 0};
        return {strips_[static_cast<std::size_t>(strip)], strips_[static_cast<std::size_t>(strip) + 1]};
    }
    /// The part of a piece in the window; false when there is none.
    bool cut(std::size_t piece, const Window& window, Coverage& out) const;
    /// Takes header and tables from the bytes, and returns how many these are. Throws DataError as `over` does.
    std::size_t take_tables(std::span<const std::uint8_t> bytes);
    [[nodiscard]] const std::uint8_t* cells_at(std::uint64_t at) const;

    /// Cells of consecutive pieces, and where these begin among the cells of all.
    struct Cells {
        std::uint64_t at = 0;
        std::span<const std::uint8_t> bytes;
    };
    std::shared_ptr<const void> owner_;
    std::span<const std::uint8_t> tables_;
    Header header_{};
    std::span<const Feature> features_;
    std::span<const std::uint64_t> strips_;  ///< first piece of each, and the end
    std::span<const Piece> pieces_;
    std::vector<Cells> cells_;
};

}  // namespace linmu

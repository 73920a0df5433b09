// SPDX-License-Identifier: MIT
#pragma once
#include <cassert>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "linmu/core/cell_rule.hpp"
#include "linmu/core/date.hpp"
#include "linmu/core/grid.hpp"
#include "linmu/core/no_value.hpp"
#include "linmu/core/sun.hpp"

namespace linmu {

/// `real`: float, NaN is no value. `code`: int32, `no_code` is no value; codes are never averaged.
enum class BandKind { real, code };

/// What a band holds.
struct BandSpec {
    std::string name = {};  ///< "R", "NDVI", "class"; unique in a raster, but for bands of scenes
    BandKind kind = BandKind::real;
    std::string unit = {};              ///< "1", "m", "degree"; empty for codes
    std::string legend = {};            ///< of a code band: id of a file in data/legends
    std::string scene = {};             ///< of a band of a scene: which acquisition, "2025-05-20 S2A R075"
    std::optional<Date> date = {};      ///< of a band of a scene
    std::optional<SunAngles> sun = {};  ///< of a band of a scene: mean over its first tile
    friend bool operator==(const BandSpec&, const BandSpec&) = default;
};

/// A raster without its cells.
struct RasterSpec {
    Grid grid;
    std::vector<BandSpec> bands;
};

/// Memory whose cells are only written when a value is given for them.
template <class T>
struct UnsetMemory : std::allocator<T> {
    template <class U>
    struct rebind {
        using other = UnsetMemory<U>;
    };
    template <class U>
    void construct(U* cell) noexcept {
        ::new (static_cast<void*>(cell)) U;
    }
    template <class U, class V>
    void construct(U* cell, V&& value) noexcept {
        ::new (static_cast<void*>(cell)) U(std::forward<V>(value));
    }
};

/// Rows x cols values, row by row.
template <class T>
class Plane {
public:
    Plane() = default;
    Plane(int rows, int cols, T fill)
        : rows_(rows), cols_(cols), cells_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols), fill) {}

    /// For whoever writes every cell before any is read: a plane of a tile is a megabyte that is not filled twice.
    [[nodiscard]] static Plane unset(int rows, int cols) {
        Plane plane;
        plane.rows_ = rows;
        plane.cols_ = cols;
        plane.cells_.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(cols));
        return plane;
    }

    [[nodiscard]] int rows() const noexcept { return rows_; }
    [[nodiscard]] int cols() const noexcept { return cols_; }
    [[nodiscard]] std::size_t size() const noexcept { return cells_.size(); }
    [[nodiscard]] T& operator()(int row, int col) { return cells_[at(row, col)]; }
    [[nodiscard]] const T& operator()(int row, int col) const { return cells_[at(row, col)]; }
    [[nodiscard]] std::span<T> cells() noexcept { return cells_; }
    [[nodiscard]] std::span<const T> cells() const noexcept { return cells_; }
    [[nodiscard]] std::span<const T> row(int r) const {
        return cells().subspan(at(r, 0), static_cast<std::size_t>(cols_));
    }
    [[nodiscard]] std::span<T> row(int r) { return cells().subspan(at(r, 0), static_cast<std::size_t>(cols_)); }

private:
    [[nodiscard]] std::size_t at(int r, int c) const {
        assert(r >= 0 && r < rows_ && c >= 0 && c <= cols_);
        return static_cast<std::size_t>(r) * static_cast<std::size_t>(cols_) + static_cast<std::size_t>(c);
    }
    int rows_ = 0;
    int cols_ = 0;
    std::vector<T, UnsetMemory<T>> cells_;
};

using RealPlane = Plane<float>;
using CodePlane = Plane<std::int32_t>;
using HiddenPlane = Plane<std::uint8_t>;  ///< 1: not to be used

/// Values of a real band as its file stores them, two bytes a cell: a season of dates is half as large, and what hides cells of
/// all bands of a date is held once. Only steps that say so are handed such bands (TileStep::stored_bands).
struct StoredPlane {
    Plane<std::uint16_t> cells;
    CellRule rule;
    std::shared_ptr<const HiddenPlane> hidden;  ///< cells without value, whatever is stored; null: none is hidden

    [[nodiscard]] std::size_t size() const noexcept { return cells.size(); }
};

using AnyPlane = std::variant<RealPlane, CodePlane, StoredPlane>;

/// The values of cells `first` to `first + count` of a real band: its own, or worked out in `room`, of that many cells.
[[nodiscard]] std::span<const float> values_of(const AnyPlane& plane, std::size_t first, std::size_t count,
                                               std::span<float> room);

/// The cells of a window, all bands.
struct Block {
    Window window;
    std::vector<AnyPlane> bands;

    [[nodiscard]] const RealPlane& real(std::size_t band) const { return std::get<RealPlane>(bands.at(band)); }
    [[nodiscard]] RealPlane& real(std::size_t band) { return std::get<RealPlane>(bands.at(band)); }
    [[nodiscard]] const CodePlane& code(std::size_t band) const { return std::get<CodePlane>(bands.at(band)); }
    [[nodiscard]] CodePlane& code(std::size_t band) { return std::get<CodePlane>(bands.at(band)); }
};

/// A block of no values with the bands of `specs`.
[[nodiscard]] Block blank_block(const Window& window, std::span<const BandSpec> specs);
/// The same, of cells that are to be written before they are read.
[[nodiscard]] Block unset_block(const Window& window, std::span<const BandSpec> specs);
/// The part of `block` that `window` names. REQUIRES: block.window.contains(window).
[[nodiscard]] Block crop(const Block& block, const Window& window);
/// The same, band by band: no more than one is held twice.
[[nodiscard]] Block crop(Block&& block, const Window& window);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/area.hpp"
#include "linmu/core/block.hpp"
#include "linmu/geo/coverage.hpp"

namespace linmu {

/// Which sum: a zone (position of its polygon in the layer) and a class; `no_code` is the class "no value".
struct ZoneClass {
    std::int32_t zone = 0;
    std::int32_t code = 0;
    friend auto operator<=>(const ZoneClass&, const ZoneClass&) = default;
};

/// Which sum: a zone, the class before and the class after.
struct ZoneChange {
    std::int32_t zone = 0;
    std::int32_t from = 0;
    std::int32_t to = 0;
    friend auto operator<=>(const ZoneChange&, const ZoneChange&) = default;
};

/// Areas by key; what is absent is zero. Sums are of integers, so that the order of adding and merging changes nothing,
/// and iteration is in the order of keys.
template <class Key>
class SparseAreas {
public:
    void add(const Key& key, Area area) { sums_[key] += area; }
    void merge(const SparseAreas& other) {
        for (const auto& [key, area] : other.sums_) add(key, area);
    }
    [[nodiscard]] Area at(const Key& key) const {
        const auto found = sums_.find(key);
        return found == sums_.end() ? Area{} : found->second;
    }
    [[nodiscard]] Area total() const {
        Area sum;
        for (const auto& [key, area] : sums_) sum += area;
        return sum;
    }
    [[nodiscard]] auto begin() const { return sums_.begin(); }
    [[nodiscard]] auto end() const { return sums_.end(); }
    /// The first sum whose key is `key` or after it.
    [[nodiscard]] auto from(const Key& key) const { return sums_.lower_bound(key); }
    [[nodiscard]] std::size_t size() const noexcept { return sums_.size(); }
    friend bool operator==(const SparseAreas&, const SparseAreas&) = default;

private:
    std::map<Key, Area> sums_;
};
using ClassAreas = SparseAreas<ZoneClass>;
using ChangeAreas = SparseAreas<ZoneChange>;

/// The sums as bytes (little endian, in the order of keys) and back, for a run that resumes.
[[nodiscard]] std::string to_bytes(const ClassAreas& areas);
[[nodiscard]] std::string to_bytes(const ChangeAreas& areas);
/// Throws DataError when the bytes are not of such sums.
[[nodiscard]] ClassAreas class_areas_from(std::string_view bytes);
[[nodiscard]] ChangeAreas change_areas_from(std::string_view bytes);

/// The cells' areas of a tile, ready to be summed by runs: each rounded to a whole unit of Area once, and their sums along rows.
class TileAreas {
public:
    /// `cell_m2` holds the true areas of the cells of `window`, as CellAreas gives them.
    TileAreas(const Window& window, const Plane<double>& cell_m2);

    [[nodiscard]] const Window& window() const noexcept { return window_; }
    /// Units of columns [col, col_end) of a row; all count in the grid.
    [[nodiscard]] std::int64_t run(int row, int col, int col_end) const {
        return sums_(row - window_.row, col_end - window_.col) - sums_(row - window_.row, col - window_.col);
    }
    /// Units of a share of a cell, rounded half away from zero.
    [[nodiscard]] std::int64_t share(int row, int col, double share) const;

private:
    Window window_;
    Plane<double> cell_m2_;
    Plane<std::int64_t> sums_;  ///< one column more than the window: sums_(r, c) is of the columns before c
};

/// Adds the areas of each class inside of a polygon, for the part of it that lies in the tile. `coverage` counts in the grid
/// and may reach beyond the tile. Each cell's contribution is rounded to a unit of Area before it is added, so
/// that sums are the same for any tiling, to the last digit. O(runs of one class + boundary cells + log of the coverage).
/// REQUIRES: `classes` covers tile.window().
void add_class_areas(ClassAreas& into, std::int32_t zone, const Coverage& coverage, const CodePlane& classes,
                     const TileAreas& tile);

/// As above, by pair of classes.
void add_change_areas(ChangeAreas& into, std::int32_t zone, const Coverage& coverage, const CodePlane& before,
                      const CodePlane& after, const TileAreas& tile);

/// Areas by class before (rows) or after (columns) of a transition: its margins.
[[nodiscard]] ClassAreas areas_before(const ChangeAreas& changes);
[[nodiscard]] ClassAreas areas_after(const ChangeAreas& changes);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "linmu/core/area.hpp"
#include "linmu/core/block.hpp"
#include "linmu/geo/coverage.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

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
/// and iteration is in the order of keys. A sorted list, to which keys are added behind and now and then sorted in: of a
/// million keys a tree is ten times slower. Reading sorts too: not for two threads at once.
template <class Key>
class SparseAreas {
public:
    using Entry = std::pair<Key, Area>;

    void add(const Key& key, Area area) {
        if (!entries_.empty() && entries_.back().first == key) entries_.back().second += area;
        else append({key, area});
    }
    void merge(const SparseAreas& other) {
        for (const auto& [key, area] : other.entries_) add(key, area);
    }
    [[nodiscard]] Area at(const Key& key) const {
        const auto found = from(key);
        return found == entries_.end() || found->first != key ? Area{} : found->second;
    }
    [[nodiscard]] Area total() const {
        Area sum;
        for (const auto& entry : entries_) sum += entry.second;
        return sum;
    }
    [[nodiscard]] auto begin() const { return settled().begin(); }
    [[nodiscard]] auto end() const { return settled().end(); }
    /// The first sum whose key is `key` or after it.
    [[nodiscard]] auto from(const Key& key) const {
        const auto& entries = settled();
        return std::lower_bound(entries.begin(), entries.end(), key,
                                [](const Entry& entry, const Key& k) { return entry.first < k; });
    }
    [[nodiscard]] std::size_t size() const { return settled().size(); }
    /// Puts the sums in order now, where many threads may each do so with theirs, and not when they are asked for.
    void settle() const { static_cast<void>(settled()); }
    friend bool operator==(const SparseAreas& a, const SparseAreas& b) { return a.settled() == b.settled(); }

private:
    void append(const Entry& entry) {
        const bool ascends = entries_.empty() || entries_.back().first < entry.first;
        if (ascends && sorted_ == entries_.size()) ++sorted_;
        entries_.push_back(entry);
        if (entries_.size() - sorted_ > least_unsorted + sorted_ / 2) static_cast<void>(settled());
    }
    [[nodiscard]] const std::vector<Entry>& settled() const {
        if (sorted_ == entries_.size()) return entries_;
        const auto by_key = [](const Entry& a, const Entry& b) { return a.first < b.first; };
        const auto middle = entries_.begin() + static_cast<std::ptrdiff_t>(sorted_);
        std::sort(middle, entries_.end(), by_key);
        std::inplace_merge(entries_.begin(), middle, entries_.end(), by_key);
        std::size_t last = 0;
        for (std::size_t i = 1; i < entries_.size(); ++i) {
            if (entries_[i].first == entries_[last].first) entries_[last].second += entries_[i].second;
            else entries_[++last] = entries_[i];
        }
        entries_.resize(last + 1);
        sorted_ = entries_.size();
        return entries_;
    }

    static constexpr std::size_t least_unsorted = 4096;
    mutable std::vector<Entry> entries_;
    mutable std::size_t sorted_ = 0;  ///< so many are in order, each key once
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
/// A row whose cells round to the same units as those of the row before is held once: of most projections they do so over
/// hundreds of rows, so that a tile has a few rows of its own, which stay in a processor's nearest memory.
class TileAreas {
public:
    TileAreas(const Window& window, const CellAreas& areas);
    /// `cell_m2` holds the true areas of the cells of `window`.
    TileAreas(const Window& window, const Plane<double>& cell_m2);

    [[nodiscard]] const Window& window() const noexcept { return window_; }
    /// Sums along a row: element i is of the first i cells of the tile's row.
    [[nodiscard]] const std::int64_t* row_sums(int row) const {
        return sums_.data() + row_at_[static_cast<std::size_t>(row - window_.row)];
    }
    /// Units of columns [col, col_end) of a row; all count in the grid.
    [[nodiscard]] std::int64_t run(int row, int col, int col_end) const {
        const auto* sums = row_sums(row);
        return sums[col_end - window_.col] - sums[col - window_.col];
    }
    /// Units of a share of a cell's whole units, rounded half away from zero.
    [[nodiscard]] std::int64_t share(int row, int col, double share) const {
        const double units = share * static_cast<double>(run(row, col, col + 1));
        const auto whole = static_cast<std::int64_t>(units);
        return whole + (units - static_cast<double>(whole) >= 0.5 ? 1 : 0);
    }

private:
    /// Returns how far from a rounding border the cell is that lies nearest to one, in m2.
    double add_row(std::span<const double> cell_m2);
    Window window_;
    std::vector<std::size_t> row_at_;  ///< where the sums of each row begin
    std::vector<std::int64_t> sums_;
};

/// Codes that are numbered in their order, from `no_code` on, which is 0.
struct CodeNumbers {
    std::int32_t least = 0;
    std::vector<std::int32_t> codes;    ///< by number
    std::vector<std::uint8_t> by_code;  ///< numbers of the codes from `least` on

    [[nodiscard]] std::size_t operator()(std::int32_t code) const {
        return code == no_code ? 0 : by_code[static_cast<std::size_t>(code - least)];
    }
};

/// Where the cells of a tile are others than those before them in their row: a bit a cell.
class CellChanges {
public:
    CellChanges(int rows, int cols)
        : words_a_row_((static_cast<std::size_t>(cols) + 63) / 64), changes_(words_a_row_ * 64),
          words_(words_a_row_ * static_cast<std::size_t>(rows)) {}

    /// `find` writes a byte for each cell of the row: 1 where it is another.
    template <class Find>
    void set_row(int row, Find find) {
        find(changes_.data());
        pack(words_.data() + words_a_row_ * static_cast<std::size_t>(row));
    }
    /// Calls visit(from, to) for each run of equal cells in columns [start, end) of a row. REQUIRES: start < end.
    template <class Visit>
    void visit_runs(int row, int start, int end, Visit visit) const {
        const auto* words = words_.data() + words_a_row_ * static_cast<std::size_t>(row);
        int from = start;
        for (int base = (start + 1) & ~63; base < end; base += 64) {
            auto word = words[base / 64];
            if (base <= start) word &= ~std::uint64_t{0} << (start + 1 - base);
            if (end - base < 64) word &= (std::uint64_t{1} << (end - base)) - 1;
            for (; word != 0; word &= word - 1) {
                const int to = base + std::countr_zero(word);
                visit(from, to);
                from = to;
            }
        }
        visit(from, end);
    }

private:
    void pack(std::uint64_t* words) const;
    std::size_t words_a_row_;
    std::vector<std::uint8_t> changes_;  ///< of one row
    std::vector<std::uint64_t> words_;
};

/// What the cells of a tile are, made once for all zones: their class, or their classes before and after, and where these change
/// along a row. Where classes are few they are numbered, so that a zone's areas are counted into a short list of sums.
/// Holds on to the planes.
class TileClasses {
public:
    static constexpr std::size_t most_numbers = 256;
    // NOLINTNEXTLINE(google-explicit-constructor): a plane of codes is one
    TileClasses(const CodePlane& classes);
    TileClasses(const CodePlane& before, const CodePlane& after);

    [[nodiscard]] const CodePlane& before() const noexcept { return *before_; }
    /// Null when there is one map.
    [[nodiscard]] const CodePlane* after() const noexcept { return after_; }

    /// How many numbers there are, in the order of the classes (of pairs: before, then after); 0: the cells have none.
    [[nodiscard]] int numbers() const noexcept { return numbers_; }
    /// Of a cell of the tile. REQUIRES: there are numbers.
    [[nodiscard]] std::size_t number(int row, int col) const {
        const auto first = numbers_before_((*before_)(row, col));
        return after_ == nullptr ? first : first * numbers_after_.codes.size() + numbers_after_((*after_)(row, col));
    }
    /// As CellChanges does.
    template <class Visit>
    void visit_runs(int row, int start, int end, Visit visit) const {
        changes_.visit_runs(row, start, end, visit);
    }
    /// Class before and after of a number; equal ones when there is one map.
    [[nodiscard]] std::pair<std::int32_t, std::int32_t> classes_of(int number) const;

private:
    const CodePlane* before_;
    const CodePlane* after_ = nullptr;
    int numbers_ = 0;
    CodeNumbers numbers_before_, numbers_after_;
    CellChanges changes_;
};

/// Adds the areas of each class inside of a polygon, for the part of it that lies in the tile. `coverage` counts in the grid
/// and may reach beyond the tile. Each cell's contribution is rounded to a unit of Area before it is added, so
/// that sums are the same for any tiling, to the last digit. O(cells, or runs of one class, + boundary cells + log of the
/// coverage). REQUIRES: `classes` covers tile.window().
void add_class_areas(ClassAreas& into, std::int32_t zone, const Coverage& coverage, const TileClasses& classes,
                     const TileAreas& tile);

/// As above, by pair of classes. REQUIRES two maps.
void add_change_areas(ChangeAreas& into, std::int32_t zone, const Coverage& coverage, const TileClasses& classes,
                      const TileAreas& tile);

/// Areas by class before (rows) or after (columns) of a transition: its margins.
[[nodiscard]] ClassAreas areas_before(const ChangeAreas& changes);
[[nodiscard]] ClassAreas areas_after(const ChangeAreas& changes);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/class_area.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// As Area::from_m2 rounds, for areas of cells, which are never negative.
std::int64_t units_of(double m2) {
    const double units = m2 * 1e4;
    const auto whole = static_cast<std::int64_t>(units);
    return whole + (units - static_cast<double>(whole) >= 0.5 ? 1 : 0);
}

/// Sums of one zone, by what a cell is (a code or a pair). A polygon has few classes, so a list that is searched from
/// its last hit is faster than a tree.
template <class Kind>
class Tally {
public:
    void add(const Kind& kind, std::int64_t units) {
        if (last_ >= sums_.size() || sums_[last_].first != kind) last_ = find(kind);
        sums_[last_].second += units;
    }
    [[nodiscard]] const auto& sums() const noexcept { return sums_; }

private:
    std::size_t find(const Kind& kind) {
        const auto found = std::find_if(sums_.begin(), sums_.end(), [&](const auto& sum) { return sum.first == kind; });
        const auto index = static_cast<std::size_t>(found - sums_.begin());
        if (found == sums_.end()) sums_.emplace_back(kind, 0);
        return index;
    }
    std::vector<std::pair<Kind, std::int64_t>> sums_;
    std::size_t last_ = 0;
};

/// The items of rows [window.row, window.row_end()): they are sorted by row.
template <class Item>
std::span<const Item> in_rows(const std::vector<Item>& items, const Window& window) {
    const auto before = [](const Item& item, int row) { return item.row < row; };
    const auto first = std::lower_bound(items.begin(), items.end(), window.row, before);
    return {first, std::lower_bound(first, items.end(), window.row_end(), before)};
}

/// Cells of a tile, counted in the grid. Runs of equal cells are found eight at a time, as vector code.
class OneMap {
public:
    OneMap(const CodePlane& plane, const Window& window) : plane_(plane), window_(window) {}
    void set_row(int row) { cells_ = plane_.row(row - window_.row); }
    [[nodiscard]] std::int32_t kind(int col) const { return cells_[place(col)]; }
    [[nodiscard]] int differs(int from, int to, std::int32_t kind) const {
        int bits = 0;
        for (const auto cell : cells_.subspan(place(from), static_cast<std::size_t>(to - from))) bits |= cell ^ kind;
        return bits;
    }

private:
    [[nodiscard]] std::size_t place(int col) const { return static_cast<std::size_t>(col - window_.col); }
    const CodePlane& plane_;
    Window window_;
    std::span<const std::int32_t> cells_;
};

/// Two maps of the same tile.
class TwoMaps {
public:
    using Kind = std::pair<std::int32_t, std::int32_t>;
    TwoMaps(const CodePlane& before, const CodePlane& after, const Window& window)
        : before_(before, window), after_(after, window) {}
    void set_row(int row) {
        before_.set_row(row);
        after_.set_row(row);
    }
    [[nodiscard]] Kind kind(int col) const { return {before_.kind(col), after_.kind(col)}; }
    [[nodiscard]] int differs(int from, int to, const Kind& kind) const {
        return before_.differs(from, to, kind.first) | after_.differs(from, to, kind.second);
    }

private:
    OneMap before_, after_;
};

/// After the last cell from `start` on that is of one kind.
template <class Maps>
int end_of_run(const Maps& maps, int start, int end) {
    constexpr int at_once = 8;
    const auto kind = maps.kind(start);
    int next = start + 1;
    while (next + at_once <= end && maps.differs(next, next + at_once, kind) == 0) next += at_once;
    while (next < end && maps.kind(next) == kind) ++next;
    return next;
}

/// Sums of units by kind: of every run of one kind inside of the polygon, and every boundary cell.
template <class Maps>
auto tally(const Coverage& coverage, const TileAreas& tile, Maps maps) {
    const Window& window = tile.window();
    Tally<decltype(maps.kind(0))> result;
    for (const auto& [row, col, col_end] : in_rows(coverage.inside, window)) {
        maps.set_row(row);
        const int end = std::min(col_end, window.col_end());
        for (int start = std::max(col, window.col); start < end;) {
            const int next = end_of_run(maps, start, end);
            result.add(maps.kind(start), tile.run(row, start, next));
            start = next;
        }
    }
    for (const auto& [row, col, share] : in_rows(coverage.boundary, window)) {
        if (col < window.col || col >= window.col_end()) continue;
        maps.set_row(row);
        result.add(maps.kind(col), tile.share(row, col, share));
    }
    return result;
}

void put(std::string& bytes, std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) bytes.push_back(static_cast<char>((value >> (8 * i)) & 0xff));
}

std::uint64_t take(std::string_view& bytes, std::size_t width) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
    bytes.remove_prefix(width);
    return value;
}

auto parts(const ZoneClass& key) { return std::array{key.zone, key.code}; }
auto parts(const ZoneChange& key) { return std::array{key.zone, key.from, key.to}; }
ZoneClass key_of(const std::array<std::int32_t, 2>& p) { return {p[0], p[1]}; }
ZoneChange key_of(const std::array<std::int32_t, 3>& p) { return {p[0], p[1], p[2]}; }

constexpr std::string_view mark = "LMA";

template <class Key>
std::string pack(const SparseAreas<Key>& areas) {
    std::string bytes(mark);
    put(bytes, parts(Key{}).size(), 1);
    put(bytes, areas.size(), 8);
    for (const auto& [key, area] : areas) {
        for (const std::int32_t part : parts(key)) put(bytes, static_cast<std::uint32_t>(part), 4);
        put(bytes, static_cast<std::uint64_t>(area.units()), 8);
    }
    return bytes;
}

template <class Key>
SparseAreas<Key> unpack(std::string_view bytes) {
    auto numbers = parts(Key{});
    const std::size_t head = mark.size() + 9, entry = 4 * numbers.size() + 8, size = bytes.size();
    const auto refuse = [size] {
        throw DataError(fmt::format(
            "{} bytes of stored areas are damaged or of another kind; delete the stored state and run again", size));
    };
    if (size < head || !bytes.starts_with(mark) || (size - head) % entry != 0) refuse();
    bytes.remove_prefix(mark.size());
    if (take(bytes, 1) != numbers.size() || take(bytes, 8) != (size - head) / entry) refuse();
    SparseAreas<Key> areas;
    while (!bytes.empty()) {
        for (auto& number : numbers) number = static_cast<std::int32_t>(take(bytes, 4));
        areas.add(key_of(numbers), Area{static_cast<std::int64_t>(take(bytes, 8))});
    }
    return areas;
}

}  // namespace

std::string to_bytes(const ClassAreas& areas) { return pack(areas); }
std::string to_bytes(const ChangeAreas& areas) { return pack(areas); }
ClassAreas class_areas_from(std::string_view bytes) { return unpack<ZoneClass>(bytes); }
ChangeAreas change_areas_from(std::string_view bytes) { return unpack<ZoneChange>(bytes); }

/// By rows: a plane of a tile's areas would be two more megabytes to fill.
TileAreas::TileAreas(const Window& window, const CellAreas& areas)
    : window_(window), sums_(Plane<std::int64_t>::unset(window.rows, window.cols + 1)) {
    for (int r = 0; r < window.rows; ++r) set_row(r, areas({window.row + r, window.col, 1, window.cols}).cells());
}

TileAreas::TileAreas(const Window& window, const Plane<double>& cell_m2)
    : window_(window), sums_(Plane<std::int64_t>::unset(window.rows, window.cols + 1)) {
    assert(cell_m2.rows() == window.rows && cell_m2.cols() == window.cols);
    for (int r = 0; r < window.rows; ++r) set_row(r, cell_m2.row(r));
}

void TileAreas::set_row(int row, std::span<const double> cell_m2) {
    auto sums = sums_.row(row);
    std::int64_t sum = 0;
    sums[0] = 0;
    for (std::size_t c = 0; c < cell_m2.size(); ++c) sums[c + 1] = sum += units_of(cell_m2[c]);
}

void add_class_areas(ClassAreas& into, std::int32_t zone, const Coverage& coverage, const CodePlane& classes,
                     const TileAreas& tile) {
    const Window& window = tile.window();
    assert(classes.rows() == window.rows && classes.cols() == window.cols);
    const auto sums = tally(coverage, tile, OneMap(classes, window));
    for (const auto& [code, units] : sums.sums()) into.add({zone, code}, Area{units});
}

void add_change_areas(ChangeAreas& into, std::int32_t zone, const Coverage& coverage, const CodePlane& before,
                      const CodePlane& after, const TileAreas& tile) {
    const Window& window = tile.window();
    assert(before.rows() == window.rows && before.cols() == window.cols);
    assert(after.rows() == window.rows && after.cols() == window.cols);
    const auto sums = tally(coverage, tile, TwoMaps(before, after, window));
    for (const auto& [pair, units] : sums.sums()) into.add({zone, pair.first, pair.second}, Area{units});
}

ClassAreas areas_before(const ChangeAreas& changes) {
    ClassAreas areas;
    for (const auto& [key, area] : changes) areas.add({key.zone, key.from}, area);
    return areas;
}

ClassAreas areas_after(const ChangeAreas& changes) {
    ClassAreas areas;
    for (const auto& [key, area] : changes) areas.add({key.zone, key.to}, area);
    return areas;
}

}  // namespace linmu

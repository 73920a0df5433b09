// SPDX-License-Identifier: MIT
#include "linmu/algo/class_area.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "change_words.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/wide.hpp"

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

/// Sums of units by number, for one zone.
class NumberSums {
public:
    explicit NumberSums(int numbers) : numbers_(static_cast<std::size_t>(numbers)) {
        std::fill_n(sums_.begin(), numbers_, 0);
        std::fill_n(met_.begin(), numbers_, false);
    }
    void add(std::size_t number, std::int64_t units) { sums_[number] += units; }
    /// A cell in part; it is met even where its part rounds to no unit.
    void add_part(std::size_t number, std::int64_t units) {
        sums_[number] += units;
        met_[number] = true;
    }
    template <class Visit>
    void visit(Visit visit) const {
        for (std::size_t n = 0; n < numbers_; ++n) {
            if (sums_[n] != 0 || met_[n]) visit(static_cast<int>(n), sums_[n]);
        }
    }

private:
    std::size_t numbers_;
    std::array<std::int64_t, TileClasses::most_numbers> sums_;
    std::array<bool, TileClasses::most_numbers> met_;
};

/// As `tally`, by number.
NumberSums number_sums(const Coverage& coverage, const TileAreas& tile, const TileClasses& classes) {
    const Window& window = tile.window();
    NumberSums sums(classes.numbers());
    for (const auto& [row, col, col_end] : in_rows(coverage.inside, window)) {
        const int start = std::max(col, window.col) - window.col,
                  end = std::min(col_end, window.col_end()) - window.col;
        if (start >= end) continue;
        const int tile_row = row - window.row;
        const auto* units = tile.row_sums(row);
        classes.visit_runs(tile_row, start, end, [&](int from, int to) {
            sums.add(classes.number(tile_row, from), units[to] - units[from]);
        });
    }
    for (const auto& [row, col, share] : in_rows(coverage.boundary, window)) {
        if (col < window.col || col >= window.col_end()) continue;
        sums.add_part(classes.number(row - window.row, col - window.col), tile.share(row, col, share));
    }
    return sums;
}

/// Is a list of all numbers' sums worth its while?
bool by_number(const Coverage& coverage, const TileClasses& classes) {
    const auto items = coverage.inside.size() + coverage.boundary.size();
    return classes.numbers() > 0 && items >= static_cast<std::size_t>(classes.numbers());
}

struct CodeRange {
    std::int32_t least = std::numeric_limits<std::int32_t>::max();
    std::int32_t most = no_code;
};

LINMU_WIDE CodeRange range_of(std::span<const std::int32_t> cells) {
    // Without `no_code`, which is the least: it wraps to be the largest.
    constexpr auto last = std::numeric_limits<std::uint32_t>::max();
    std::uint32_t least = last;
    std::int32_t most = no_code;
    for (const auto code : cells) {
        const auto place = static_cast<std::uint32_t>(code) - static_cast<std::uint32_t>(no_code) - 1;
        least = place < least ? place : least;
        most = code > most ? code : most;
    }
    if (most == no_code) return {};
    return {static_cast<std::int32_t>(least + static_cast<std::uint32_t>(no_code) + 1), most};
}

CodeRange both(const CodeRange& a, const CodeRange& b) {
    return {std::min(a.least, b.least), std::max(a.most, b.most)};
}

/// Every code of the range; these are few.
CodeNumbers numbers_of_range(const CodeRange& range) {
    CodeNumbers numbers{range.least, {no_code}, {}};
    if (range.most == no_code) return numbers;
    for (auto code = std::int64_t{range.least}; code <= range.most; ++code) {
        numbers.by_code.push_back(static_cast<std::uint8_t>(numbers.codes.size()));
        numbers.codes.push_back(static_cast<std::int32_t>(code));
    }
    return numbers;
}

/// The codes that there are. Nothing when they are too many.
std::optional<CodeNumbers> numbers_of_codes(std::span<const std::int32_t> cells, const CodeRange& range) {
    CodeNumbers numbers{range.least, {no_code}, {}};
    std::vector<bool> seen(static_cast<std::size_t>(std::int64_t{range.most} - range.least) + 1);
    auto last = no_code;
    for (const auto code : cells) {
        if (code == last || code == no_code) continue;
        seen[static_cast<std::size_t>(code - range.least)] = true;
        last = code;
    }
    numbers.by_code.resize(seen.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
        if (!seen[i]) continue;
        if (numbers.codes.size() == TileClasses::most_numbers) return {};
        numbers.by_code[i] = static_cast<std::uint8_t>(numbers.codes.size());
        numbers.codes.push_back(range.least + static_cast<std::int32_t>(i));
    }
    return numbers;
}

/// Nothing when the codes lie too far apart, or are too many.
std::optional<CodeNumbers> numbers_of(std::span<const std::int32_t> cells, const CodeRange& range, std::int64_t few) {
    constexpr std::int64_t widest = 1 << 14;
    const auto width = std::int64_t{range.most} - range.least + 1;
    if (range.most == no_code || width < few) return numbers_of_range(range);
    if (width > widest) return {};
    return numbers_of_codes(cells, range);
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

TileAreas::TileAreas(const Window& window, const CellAreas& areas) : window_(window) {
    int last = 0;
    double margin = -1;
    for (int row = window.row; row < window.row_end(); ++row) {
        if (margin > 0 && areas.row_difference(row, last, window.col, window.col_end()) < margin) {
            row_at_.push_back(row_at_.back());
            continue;
        }
        margin = add_row(areas({row, window.col, 1, window.cols}).cells());
        last = row;
    }
}

TileAreas::TileAreas(const Window& window, const Plane<double>& cell_m2) : window_(window) {
    assert(cell_m2.rows() == window.rows && cell_m2.cols() == window.cols);
    for (int r = 0; r < window.rows; ++r) add_row(cell_m2.row(r));
}

double TileAreas::add_row(std::span<const double> cell_m2) {
    row_at_.push_back(sums_.size());
    std::int64_t sum = 0;
    double margin = 0.5;
    sums_.push_back(0);
    for (const double m2 : cell_m2) {
        sums_.push_back(sum += units_of(m2));
        const double units = m2 * 1e4;
        margin = std::min(margin, std::abs(units - std::floor(units) - 0.5));
    }
    return margin / 1e4;
}

void CellChanges::pack(std::uint64_t* words) const {
    for (std::size_t w = 0; w < words_a_row_; ++w) words[w] = changes_at(changes_.data() + w * change_word);
}

TileClasses::TileClasses(const CodePlane& classes) : before_(&classes), changes_(classes.rows(), classes.cols()) {
    CodeRange range;
    for (int r = 0; r < classes.rows(); ++r) {
        const auto cells = classes.row(r);
        range = both(range, range_of(cells));
        changes_.set_row(r, [&](std::uint8_t* changes) { find_changes(cells, changes); });
    }
    auto numbers = numbers_of(classes.cells(), range, most_numbers);
    if (!numbers) return;
    numbers_ = static_cast<int>(numbers->codes.size());
    numbers_before_ = *std::move(numbers);
}

TileClasses::TileClasses(const CodePlane& before, const CodePlane& after)
    : before_(&before), after_(&after), changes_(before.rows(), before.cols()) {
    assert(before.rows() == after.rows() && before.cols() == after.cols());
    CodeRange first, second;
    for (int r = 0; r < before.rows(); ++r) {
        const auto a = before.row(r), b = after.row(r);
        first = both(first, range_of(a));
        second = both(second, range_of(b));
        changes_.set_row(r, [&](std::uint8_t* changes) { find_changes(a, b, changes); });
    }
    constexpr int few = 16;  // of either, so that pairs fit
    auto numbers = numbers_of(before.cells(), first, few), others = numbers_of(after.cells(), second, few);
    if (!numbers || !others || numbers->codes.size() * others->codes.size() > most_numbers) return;
    numbers_ = static_cast<int>(numbers->codes.size() * others->codes.size());
    numbers_before_ = *std::move(numbers);
    numbers_after_ = *std::move(others);
}

std::pair<std::int32_t, std::int32_t> TileClasses::classes_of(int number) const {
    const auto at = static_cast<std::size_t>(number);
    if (after_ == nullptr) return {numbers_before_.codes[at], numbers_before_.codes[at]};
    const auto times = numbers_after_.codes.size();
    return {numbers_before_.codes[at / times], numbers_after_.codes[at % times]};
}

void add_class_areas(ClassAreas& into, std::int32_t zone, const Coverage& coverage, const TileClasses& classes,
                     const TileAreas& tile) {
    const Window& window = tile.window();
    const auto add = [&](std::int32_t code, std::int64_t units) { into.add({zone, code}, Area{units}); };
    assert(classes.before().rows() == window.rows && classes.before().cols() == window.cols);
    if (by_number(coverage, classes)) {
        number_sums(coverage, tile, classes).visit([&](int number, std::int64_t units) {
            add(classes.classes_of(number).first, units);
        });
        return;
    }
    const auto sums = tally(coverage, tile, OneMap(classes.before(), window));
    for (const auto& [code, units] : sums.sums()) add(code, units);
}

void add_change_areas(ChangeAreas& into, std::int32_t zone, const Coverage& coverage, const TileClasses& classes,
                      const TileAreas& tile) {
    const Window& window = tile.window();
    assert(classes.after() != nullptr);
    assert(classes.before().rows() == window.rows && classes.before().cols() == window.cols);
    const auto add = [&](const auto& pair, std::int64_t units) {
        into.add({zone, pair.first, pair.second}, Area{units});
    };
    if (by_number(coverage, classes)) {
        number_sums(coverage, tile, classes).visit([&](int number, std::int64_t units) {
            add(classes.classes_of(number), units);
        });
        return;
    }
    const auto sums = tally(coverage, tile, TwoMaps(classes.before(), *classes.after(), window));
    for (const auto& [pair, units] : sums.sums()) add(pair, units);
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

// SPDX-License-Identifier: MIT
#include "linmu/algo/run_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#include "linmu/core/error.hpp"
#include "linmu/core/wide.hpp"

namespace linmu {
namespace {

/// Outlines number both sides of a run in 32 bits.
constexpr std::size_t most_runs = (std::size_t{1} << 31) - 2;

/// changes[i]: does cell i differ from the one before it? The first never does.
LINMU_WIDE void find_changes(const std::int32_t* cells, std::size_t count, std::uint8_t* changes) {
    changes[0] = 0;
    for (std::size_t i = 1; i < count; ++i) changes[i] = cells[i] != cells[i - 1] ? 1 : 0;
}

/// `changes` has room for 8 more than the cells, which are 0.
void add_runs(std::span<const std::int32_t> cells, int col, std::span<const std::uint8_t> changes,
              std::vector<CodeRun>& out) {
    for (std::size_t i = 0; i < cells.size(); i += 8) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, changes.data() + i, 8);
        for (; eight != 0; eight &= eight - 1) {
            const auto at = i + static_cast<std::size_t>(std::countr_zero(eight)) / 8;
            out.push_back({col + static_cast<std::int32_t>(at), cells[at - 1]});
        }
    }
    out.push_back({col + static_cast<std::int32_t>(cells.size()), cells.back()});
}

template <class T>
void put(std::string& bytes, const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_runs(std::string& bytes, std::span<const CodeRun> runs) {
    put(bytes, std::uint64_t{runs.size()});
    bytes.append(reinterpret_cast<const char*>(runs.data()), runs.size_bytes());
}

[[noreturn]] void refuse_state() {
    throw DataError(
        "the stored runs of a class map are damaged or of another map; delete the stored state and run again");
}

std::uint64_t take_number(std::string_view& bytes) {
    std::uint64_t value = 0;
    if (bytes.size() < sizeof value) refuse_state();
    std::memcpy(&value, bytes.data(), sizeof value);
    bytes.remove_prefix(sizeof value);
    return value;
}

std::vector<CodeRun> take_runs(std::string_view& bytes) {
    const auto count = take_number(bytes);
    if (count > bytes.size() / sizeof(CodeRun)) refuse_state();
    std::vector<CodeRun> runs(count);
    if (count > 0) std::memcpy(runs.data(), bytes.data(), count * sizeof(CodeRun));
    bytes.remove_prefix(count * sizeof(CodeRun));
    return runs;
}

}  // namespace

void RunMap::add_row(std::span<const CodeRun> runs) {
    const auto begin = runs_.size();
    for (const auto& run : runs) {
        if (runs_.size() > begin && runs_.back().code == run.code) runs_.back().end = run.end;
        else runs_.push_back(run);
    }
    assert(cols_ == 0 || (runs_.size() > begin && runs_.back().end == cols_));
    first_.push_back(runs_.size());
    if (runs_.size() > most_runs)
        throw DataError(fmt::format(
            "the class map has more than {} runs of equal cells; smooth it (majority) or cut it", most_runs));
}

namespace {

/// Fills out[col, end), and beyond it cells that are to be filled next: runs are short, and eight at a time is one store.
void fill_run(std::span<std::int32_t> out, std::size_t col, std::size_t end, std::int32_t code) {
    for (; col < end && col + 8 <= out.size(); col += 8)
        std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(col), 8, code);
    for (; col < end; ++col) out[col] = code;
}

}  // namespace

CodePlane RunMap::cells(const Window& window) const {
    const bool inside = Window{0, 0, rows(), cols_}.contains(window);
    auto plane = inside ? CodePlane::unset(window.rows, window.cols) : CodePlane(window.rows, window.cols, no_code);
    const int row_end = std::min(rows(), window.row_end()), col_end = std::min(cols_, window.col_end());
    if (col_end <= window.col) return plane;
    for (int r = std::max(0, window.row); r < row_end; ++r) {
        const auto runs = row(r);
        const auto out = plane.row(r - window.row).first(static_cast<std::size_t>(col_end - window.col));
        int col = std::max(0, window.col);
        auto run = std::ranges::upper_bound(runs, col, {}, &CodeRun::end);
        for (; col < col_end; ++run) {
            const int end = std::min(run->end, col_end);
            fill_run(out, static_cast<std::size_t>(col - window.col), static_cast<std::size_t>(end - window.col),
                     run->code);
            col = end;
        }
    }
    return plane;
}

RunMap recoded(const RunMap& map, std::span<const std::int32_t> codes) {
    RunMap out(map.cols());
    std::vector<CodeRun> row;
    for (int r = 0; r < map.rows(); ++r) {
        const auto runs = map.row(r);
        row.assign(runs.begin(), runs.end());
        for (std::size_t i = 0; i < row.size(); ++i) row[i].code = codes[map.first(r) + i];
        out.add_row(row);
    }
    return out;
}

TileRuns tile_runs(const CodePlane& cells, const Window& window) {
    assert(cells.rows() == window.rows && cells.cols() == window.cols && !window.empty());
    TileRuns tile{window, {}, {0}};
    tile.runs.reserve(cells.size() / 16);
    std::vector<std::uint8_t> changes(static_cast<std::size_t>(window.cols) + 8);
    for (int r = 0; r < window.rows; ++r) {
        const auto row = cells.row(r);
        find_changes(row.data(), row.size(), changes.data());
        add_runs(row, window.col, changes, tile.runs);
        tile.first.push_back(tile.runs.size());
    }
    return tile;
}

void RunMapMaker::add(const TileRuns& tile) {
    open_.resize(std::max(open_.size(), static_cast<std::size_t>(tile.window.rows)));
    const std::span<const CodeRun> runs(tile.runs);
    const bool last = tile.window.col_end() == cols_;
    for (std::size_t r = 0; r < open_.size(); ++r) {
        const auto part = runs.subspan(tile.first[r], tile.first[r + 1] - tile.first[r]);
        open_[r].insert(open_[r].end(), part.begin(), part.end());
        if (last) map_.add_row(open_[r]);
    }
    if (last) open_.clear();
}

RunMap RunMapMaker::take() {
    assert(open_.empty());
    return std::exchange(map_, RunMap(cols_));
}

std::string RunMapMaker::save() const {
    std::string bytes;
    put(bytes, static_cast<std::uint64_t>(map_.rows()));
    for (int r = 0; r < map_.rows(); ++r) put_runs(bytes, map_.row(r));
    put(bytes, std::uint64_t{open_.size()});
    for (const auto& row : open_) put_runs(bytes, row);
    return bytes;
}

void RunMapMaker::load(std::string_view bytes) {
    map_ = RunMap(cols_);
    for (auto rows = take_number(bytes); rows > 0; --rows) {
        const auto row = take_runs(bytes);
        if (row.empty() || row.back().end != cols_) refuse_state();
        map_.add_row(row);
    }
    open_.resize(take_number(bytes));
    for (auto& row : open_) row = take_runs(bytes);
    if (!bytes.empty()) refuse_state();
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/run_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <utility>

#include "change_words.hpp"
#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// Outlines number both sides of a run in 32 bits.
constexpr std::size_t most_runs = (std::size_t{1} << 31) - 2;

/// The runs of a row, written from `out` on; returns the end. `changes` has room for change_room(cells).
CodeRun* write_runs(std::span<const std::int32_t> cells, int col, std::uint8_t* changes, CodeRun* out) {
    find_changes(cells, changes);
    for (std::size_t i = 0; i < cells.size(); i += change_word) {
        for (auto word = changes_at(changes + i); word != 0; word &= word - 1) {
            const auto at = i + static_cast<std::size_t>(std::countr_zero(word));
            *out++ = {col + static_cast<std::int32_t>(at), cells[at - 1]};
        }
    }
    *out++ = {col + static_cast<std::int32_t>(cells.size()), cells.back()};
    return out;
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
    end_row();
}

void RunMap::extend_row(std::span<const CodeRun> runs) {
    if (runs_.size() > first_.back() && !runs.empty() && runs_.back().code == runs.front().code) {
        runs_.back().end = runs.front().end;
        runs = runs.subspan(1);
    }
    runs_.insert(runs_.end(), runs.begin(), runs.end());
}

void RunMap::end_row() {
    assert(cols_ == 0 || (runs_.size() > first_.back() && runs_.back().end == cols_));
    first_.push_back(runs_.size());
    if (runs_.size() > most_runs)
        throw DataError(fmt::format(
            "the class map has more than {} runs of equal cells; smooth it (majority) or cut it", most_runs));
}

void RunMap::reserve_rows(int total) {
    if (rows() == 0) return;
    const double a_row = 1.1 * static_cast<double>(size()) / rows();
    runs_.reserve(static_cast<std::size_t>(std::min(a_row * total, static_cast<double>(most_runs))));
    first_.reserve(static_cast<std::size_t>(total) + 1);
}

namespace {

/// Fills out[col, end), and beyond it cells that are to be filled next: most runs are short, and so many at a time are a few
/// stores that need not be guessed.
void fill_run(std::span<std::int32_t> out, std::size_t col, std::size_t end, std::int32_t code) {
    constexpr std::size_t at_once = 32;
    for (; col < end && col + at_once <= out.size(); col += at_once)
        std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(col), at_once, code);
    for (; col < end; ++col) out[col] = code;
}

}  // namespace

template <class CodeOf>
CodePlane RunMap::cells_by(const Window& window, const CodeOf& code_of) const {
    const bool inside = Window{0, 0, rows(), cols_}.contains(window);
    auto plane = inside ? CodePlane::unset(window.rows, window.cols) : CodePlane(window.rows, window.cols, no_code);
    const int row_end = std::min(rows(), window.row_end()), col_end = std::min(cols_, window.col_end());
    if (col_end <= window.col) return plane;
    for (int r = std::max(0, window.row); r < row_end; ++r) {
        const auto out = plane.row(r - window.row).first(static_cast<std::size_t>(col_end - window.col));
        int col = std::max(0, window.col);
        auto run = first(r) +
                   static_cast<std::size_t>(std::ranges::upper_bound(row(r), col, {}, &CodeRun::end) - row(r).begin());
        for (; col < col_end; ++run) {
            const int end = std::min(runs_[run].end, col_end);
            fill_run(out, static_cast<std::size_t>(col - window.col), static_cast<std::size_t>(end - window.col),
                     code_of(run));
            col = end;
        }
    }
    return plane;
}

CodePlane RunMap::cells(const Window& window) const {
    return cells_by(window, [this](std::size_t run) { return runs_[run].code; });
}

CodePlane RunMap::cells(const Window& window, std::span<const std::int32_t> codes) const {
    return cells_by(window, [codes](std::size_t run) { return codes[run]; });
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
    const auto width = static_cast<std::size_t>(window.cols);
    tile.runs.reserve(cells.size() / 16);
    std::vector<std::uint8_t> changes(change_room(width));
    std::vector<CodeRun> found(width);
    for (int r = 0; r < window.rows; ++r) {
        const auto* end = write_runs(cells.row(r), window.col, changes.data(), found.data());
        tile.runs.insert(tile.runs.end(), static_cast<const CodeRun*>(found.data()), end);
        tile.first.push_back(tile.runs.size());
    }
    return tile;
}

void RunMapMaker::add(TileRuns tile) {
    const bool last = tile.window.col_end() == cols_;
    open_.push_back(std::move(tile));
    if (last) close_rows();
}

void RunMapMaker::close_rows() {
    const bool first = map_.rows() == 0;
    const auto rows = static_cast<std::size_t>(open_.front().window.rows);
    for (std::size_t r = 0; r < rows; ++r) {
        for (const auto& tile : open_) map_.extend_row(tile.row(r));
        map_.end_row();
    }
    open_.clear();
    if (first) map_.reserve_rows(rows_);
}

RunMap RunMapMaker::take() {
    assert(open_.empty());
    return std::exchange(map_, RunMap(cols_));
}

std::string RunMapMaker::save() const {
    std::string bytes;
    put(bytes, static_cast<std::uint64_t>(map_.rows()));
    for (int r = 0; r < map_.rows(); ++r) put_runs(bytes, map_.row(r));
    const auto open_rows = open_.empty() ? 0 : static_cast<std::size_t>(open_.front().window.rows);
    put(bytes, std::uint64_t{open_rows});
    std::vector<CodeRun> row;
    for (std::size_t r = 0; r < open_rows; ++r) {
        row.clear();
        for (const auto& tile : open_) row.insert(row.end(), tile.row(r).begin(), tile.row(r).end());
        put_runs(bytes, row);
    }
    return bytes;
}

void RunMapMaker::load(std::string_view bytes) {
    map_ = RunMap(cols_);
    for (auto rows = take_number(bytes); rows > 0; --rows) {
        const auto row = take_runs(bytes);
        if (row.empty() || row.back().end != cols_) refuse_state();
        map_.add_row(row);
    }
    open_.clear();
    TileRuns open{{map_.rows(), 0, 0, 0}, {}, {0}};
    for (auto rows = take_number(bytes); rows > 0; --rows) {
        const auto row = take_runs(bytes);
        if (row.empty() || row.back().end >= cols_) refuse_state();
        // Runs of one code that met between tiles are two until the row is complete.
        for (const auto& run : row) {
            if (open.runs.size() > open.first.back() && open.runs.back().code == run.code)
                open.runs.back().end = run.end;
            else open.runs.push_back(run);
        }
        open.first.push_back(open.runs.size());
        open.window.cols = row.back().end;
        ++open.window.rows;
    }
    if (open.window.rows > 0) open_.push_back(std::move(open));
    if (!bytes.empty()) refuse_state();
}

}  // namespace linmu

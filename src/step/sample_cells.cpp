// SPDX-License-Identifier: MIT
#include "sample_cells.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <tuple>
#include <type_traits>

#include "linmu/core/block.hpp"
#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

constexpr double half = 0.5;

template <class T>
void append(std::string& bytes, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class T>
T take(std::string_view& bytes) {
    if (bytes.size() < sizeof(T)) throw DataError("stored samples are damaged; delete the stored state and run again");
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    bytes.remove_prefix(sizeof value);
    return value;
}

bool by_order(const SampleCell& a, const SampleCell& b) {
    return std::tie(a.order, a.row, a.col) < std::tie(b.order, b.row, b.col);
}
bool by_place(const SampleCell& a, const SampleCell& b) { return std::tie(a.row, a.col) < std::tie(b.row, b.col); }

}  // namespace

void SampleCells::add(std::size_t feature, std::int64_t fid, const Coverage& coverage, bool points,
                      const Window& window, std::span<const std::span<const float>> bands) {
    auto& cells = cells_[feature];
    const auto take_cell = [&](int row, int col) {
        SampleCell cell{row, col, 0, {}};
        cell.order = random_bits(seed_, static_cast<std::uint64_t>(fid), static_cast<std::uint64_t>(row),
                                 static_cast<std::uint64_t>(col));
        const auto at = static_cast<std::size_t>(row - window.row) * static_cast<std::size_t>(window.cols) +
                        static_cast<std::size_t>(col - window.col);
        for (const auto& band : bands) cell.values.push_back(std::isfinite(band[at]) ? band[at] : no_value);
        cells.push_back(std::move(cell));
    };
    for (const auto& run : coverage.inside)
        for (int col = run.col; col < run.col_end; ++col) take_cell(run.row, col);
    for (const auto& cell : coverage.boundary)
        if (points || cell.share >= half) take_cell(cell.row, cell.col);
    keep_lowest(cells);
}

void SampleCells::merge(SampleCells&& other) {
    for (auto& [feature, added] : other.cells_) {
        auto& cells = cells_[feature];
        std::ranges::move(added, std::back_inserter(cells));
        keep_lowest(cells);
    }
}

void SampleCells::keep_lowest(std::vector<SampleCell>& cells) const {
    if (most_ == 0 || cells.size() <= most_) return;
    std::ranges::nth_element(cells, cells.begin() + static_cast<std::ptrdiff_t>(most_), by_order);
    cells.resize(most_);
}

void SampleCells::thin() {
    for (auto& entry : cells_) {
        keep_lowest(entry.second);
        std::ranges::sort(entry.second, by_place);
    }
}

std::string SampleCells::bytes() const {
    std::string out;
    append(out, cells_.size());
    for (const auto& [feature, cells] : cells_) {
        append(out, feature);
        append(out, cells.size());
        for (const auto& cell : cells) {
            append(out, cell.row);
            append(out, cell.col);
            append(out, cell.order);
            for (const float value : cell.values) append(out, value);
        }
    }
    return out;
}

void SampleCells::load(std::string_view bytes) {
    cells_.clear();
    for (auto features = take<std::size_t>(bytes); features > 0; --features) {
        auto& cells = cells_[take<std::size_t>(bytes)];
        for (auto count = take<std::size_t>(bytes); count > 0; --count) {
            SampleCell cell;
            cell.row = take<std::int32_t>(bytes);
            cell.col = take<std::int32_t>(bytes);
            cell.order = take<std::uint64_t>(bytes);
            for (std::size_t b = 0; b < bands_; ++b) cell.values.push_back(take<float>(bytes));
            cells.push_back(std::move(cell));
        }
    }
}

}  // namespace linmu

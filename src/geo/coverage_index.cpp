// SPDX-License-Identifier: MIT
#include "linmu/geo/coverage_index.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

static_assert(std::endian::native == std::endian::little, "the index is stored as it lies in memory");

constexpr char mark[8] = {'L', 'M', 'C', 'O', 'V', '0', '0', '1'};

void put_whole(std::vector<std::uint8_t>& bytes, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<std::uint8_t>(value | 0x80));
    bytes.push_back(static_cast<std::uint8_t>(value));
}

void put_share(std::vector<std::uint8_t>& bytes, double share) {
    // 1 itself can be a share of a line; it is stored as the largest there is.
    const auto most = (std::uint64_t{1} << 48) - 1;
    // Shares are whole multiples of the unit: nothing is rounded here.
    const auto units = std::min(most, static_cast<std::uint64_t>(share / share_unit));
    const auto at = bytes.size();
    bytes.resize(at + 6);
    std::memcpy(bytes.data() + at, &units, 6);
}

std::uint64_t take_whole(const std::uint8_t*& at) {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const std::uint8_t byte = *at++;
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if (byte < 0x80) return value;
    }
}

double take_share(const std::uint8_t*& at) {
    std::uint64_t units = 0;
    std::memcpy(&units, at, 6);
    at += 6;
    const auto most = (std::uint64_t{1} << 48) - 1;
    return units == most ? 1.0 : static_cast<double>(units) * share_unit;
}

/// Runs and shares of a coverage together, by row and column.
class Cells {
public:
    explicit Cells(const Coverage& coverage)
        : run_(coverage.inside.begin()), last_run_(coverage.inside.end()), cell_(coverage.boundary.begin()),
          last_cell_(coverage.boundary.end()) {}

    static constexpr int no_row = std::numeric_limits<int>::max();
    /// Row of the next; no_row at the end.
    [[nodiscard]] int row() const {
        const int a = run_ == last_run_ ? no_row : run_->row;
        return std::min(a, cell_ == last_cell_ ? no_row : cell_->row);
    }
    /// How many there are in that row.
    [[nodiscard]] std::size_t in_row() const {
        const int r = row();
        std::size_t count = 0;
        for (auto i = run_; i != last_run_ && i->row == r; ++i) ++count;
        for (auto i = cell_; i != last_cell_ && i->row == r; ++i) ++count;
        return count;
    }
    [[nodiscard]] bool next_is_run() const {
        if (run_ == last_run_) return false;
        return cell_ == last_cell_ || std::pair(run_->row, run_->col) < std::pair(cell_->row, cell_->col);
    }
    const CellRun& take_run() { return *run_++; }
    const CellShare& take_cell() { return *cell_++; }

private:
    std::vector<CellRun>::const_iterator run_, last_run_;
    std::vector<CellShare>::const_iterator cell_, last_cell_;
};

/// First and end column of the cells in rows before `row_end`, from where both lists stand.
std::pair<int, int> columns_of(const Coverage& coverage, int row, int row_end) {
    int first = std::numeric_limits<int>::max(), last = 0;
    const auto in_strip = [&](const auto& items) {
        const auto before = [](const auto& item, int r) { return item.row < r; };
        const auto begin = std::lower_bound(items.begin(), items.end(), row, before);
        return std::pair(begin, std::lower_bound(begin, items.end(), row_end, before));
    };
    const auto [run, last_run] = in_strip(coverage.inside);
    for (auto i = run; i != last_run; ++i) {
        first = std::min(first, i->col);
        last = std::max(last, i->col_end);
    }
    const auto [cell, last_cell] = in_strip(coverage.boundary);
    for (auto i = cell; i != last_cell; ++i) {
        first = std::min(first, i->col);
        last = std::max(last, i->col + 1);
    }
    return {first, last};
}

std::size_t eight(std::size_t size) { return (size + 7) / 8 * 8; }

}  // namespace

void PackedCoverages::add(const Coverage& coverage) {
    Feature feature;
    feature.status = coverage.status;
    for (const auto& run : coverage.inside) feature.inside_cells += static_cast<std::uint64_t>(run.col_end - run.col);
    Cells cells(coverage);
    while (cells.row() != Cells::no_row) {
        const int strip = cells.row() / CoverageIndex::strip_rows * CoverageIndex::strip_rows;
        const int strip_end = strip + CoverageIndex::strip_rows;
        const auto [col, col_end] = columns_of(coverage, strip, strip_end);
        pieces_.push_back({static_cast<std::uint32_t>(features_.size()), strip, col, col_end, bytes_.size()});
        for (int last = strip - 1; cells.row() < strip_end;) {
            const int row = cells.row();
            const auto count = cells.in_row();
            put_whole(bytes_, static_cast<std::uint64_t>(row - last));
            put_whole(bytes_, count);
            last = row;
            for (std::size_t i = 0, end = static_cast<std::size_t>(col); i < count; ++i) {
                if (cells.next_is_run()) {
                    const auto& run = cells.take_run();
                    put_whole(bytes_, (static_cast<std::uint64_t>(run.col) - end) << 1);
                    put_whole(bytes_, static_cast<std::uint64_t>(run.col_end - run.col));
                    end = static_cast<std::size_t>(run.col_end);
                } else {
                    const auto& cell = cells.take_cell();
                    put_whole(bytes_, (static_cast<std::uint64_t>(cell.col) - end) << 1 | 1);
                    put_share(bytes_, cell.share);
                    end = static_cast<std::size_t>(cell.col) + 1;
                }
            }
        }
        put_whole(bytes_, 0);  // no further row
    }
    features_.push_back(feature);
}

CoverageIndex CoverageIndex::joined(std::vector<PackedCoverages> parts, int rows, int cols) {
    Header header{};
    std::memcpy(header.mark, mark, sizeof mark);
    header.rows = rows;
    header.cols = cols;
    header.strips = static_cast<std::uint64_t>((rows + strip_rows - 1) / strip_rows);
    std::vector<std::uint64_t> strips(header.strips + 1, 0);
    for (const auto& part : parts) {
        header.features += part.features_.size();
        header.pieces += part.pieces_.size();
        header.bytes += part.bytes_.size();
        for (const auto& piece : part.pieces_) ++strips[static_cast<std::size_t>(piece.row / strip_rows) + 1];
    }
    if (header.features > std::numeric_limits<std::uint32_t>::max())
        throw DataError("a layer of more than 4294967295 features has no coverage index; split it");
    for (std::size_t s = 0; s < header.strips; ++s) strips[s + 1] += strips[s];

    const std::size_t features_at = sizeof(Header), strips_at = features_at + header.features * sizeof(Feature),
                      pieces_at = strips_at + strips.size() * sizeof(std::uint64_t),
                      cells_at = pieces_at + header.pieces * sizeof(Piece);
    const std::size_t size = eight(cells_at + header.bytes);
    const std::shared_ptr<std::uint8_t[]> memory(new std::uint8_t[size]);
    std::memset(memory.get() + cells_at + header.bytes, 0, size - cells_at - header.bytes);
    std::memcpy(memory.get(), &header, sizeof header);
    std::memcpy(memory.get() + strips_at, strips.data(), strips.size() * sizeof(std::uint64_t));
    std::size_t feature = 0, byte = 0;
    for (auto& part : parts) {
        if (!part.features_.empty())
            std::memcpy(memory.get() + features_at + feature * sizeof(Feature), part.features_.data(),
                        part.features_.size() * sizeof(Feature));
        if (!part.bytes_.empty()) std::memcpy(memory.get() + cells_at + byte, part.bytes_.data(), part.bytes_.size());
        for (auto piece : part.pieces_) {
            piece.feature += static_cast<std::uint32_t>(feature);
            piece.at += byte;
            auto& place = strips[static_cast<std::size_t>(piece.row / strip_rows)];
            std::memcpy(memory.get() + pieces_at + place++ * sizeof(Piece), &piece, sizeof piece);
        }
        feature += part.features_.size();
        byte += part.bytes_.size();
        part = {};
    }
    return over({memory.get(), size}, memory);
}

CoverageIndex CoverageIndex::over(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner) {
    CoverageIndex index;
    index.owner_ = std::move(owner);
    index.bytes_ = bytes;
    Header& header = index.header_;
    const auto refuse = [] { throw DataError("a stored coverage index is damaged or of another version"); };
    if (bytes.size() < sizeof header) refuse();
    std::memcpy(&header, bytes.data(), sizeof header);
    const bool known = std::memcmp(header.mark, mark, sizeof mark) == 0;
    if (!known || std::max({header.features, header.pieces, header.strips, header.bytes}) > bytes.size()) refuse();
    std::size_t at = sizeof header;
    const auto part = [&]<class Item>(std::span<const Item>& items, std::size_t count) {
        if (count > (bytes.size() - at) / sizeof(Item)) refuse();
        items = {reinterpret_cast<const Item*>(bytes.data() + at), count};
        at += count * sizeof(Item);
    };
    part(index.features_, header.features);
    part(index.strips_, header.strips + 1);
    part(index.pieces_, header.pieces);
    part(index.cells_, header.bytes);
    if (eight(at) != bytes.size()) refuse();
    return index;
}

bool CoverageIndex::cut(std::size_t number, const Window& window, Coverage& out) const {
    const Piece& piece = pieces_[number];
    out.inside.clear();
    out.boundary.clear();
    const std::uint8_t* at = cells_.data() + piece.at;
    int row = piece.row - 1;
    while (const auto down = take_whole(at)) {
        row += static_cast<int>(down);
        if (row >= window.row_end()) break;
        const bool wanted = row >= window.row;
        int col = piece.col;
        for (auto count = take_whole(at); count > 0; --count) {
            const auto token = take_whole(at);
            col += static_cast<int>(token >> 1);
            if ((token & 1) != 0) {
                const double share = take_share(at);
                if (wanted && col >= window.col && col < window.col_end()) out.boundary.push_back({row, col, share});
                ++col;
            } else {
                const int end = col + static_cast<int>(take_whole(at));
                const int left = std::max(col, window.col), right = std::min(end, window.col_end());
                if (wanted && left < right) out.inside.push_back({row, left, right});
                col = end;
            }
        }
    }
    return !out.inside.empty() || !out.boundary.empty();
}

}  // namespace linmu

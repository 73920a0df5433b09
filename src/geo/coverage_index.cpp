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

constexpr int no_row = std::numeric_limits<int>::max();
constexpr char mark[8] = {'L', 'M', 'C', 'O', 'V', '0', '0', '1'};

/// So many bytes at most has a whole number; a share has six, of which eight are written.
constexpr std::size_t most_bytes_of_whole = 10, most_bytes_of_share = 8;

std::uint8_t* put_whole(std::uint8_t* at, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) *at++ = static_cast<std::uint8_t>(value | 0x80);
    *at++ = static_cast<std::uint8_t>(value);
    return at;
}

std::uint8_t* put_share(std::uint8_t* at, double share) {
    // 1 itself can be a share of a line; it is stored as the largest there is.
    const auto most = (std::int64_t{1} << 48) - 1;
    // Shares are whole multiples of the unit: nothing is rounded here.
    const auto units = std::min(most, static_cast<std::int64_t>(share * (1 / share_unit)));
    std::memcpy(at, &units, sizeof units);
    return at + 6;
}

std::uint64_t take_whole(const std::uint8_t*& at) {
    if (*at < 0x80) return *at++;
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

/// What of a list, sorted by row, lies in the row at its front.
template <class Item>
std::span<const Item> front_row(std::span<const Item> items, int row) {
    std::size_t count = 0;
    while (count < items.size() && items[count].row == row) ++count;
    return items.first(count);
}

/// Runs and shares of one row together, by column, from `col` on.
std::uint8_t* put_row(std::uint8_t* at, std::span<const CellRun> runs, std::span<const CellShare> shares, int col) {
    auto run = runs.begin();
    for (auto share = shares.begin(); run != runs.end() || share != shares.end();) {
        if (run != runs.end() && (share == shares.end() || run->col < share->col)) {
            at = put_whole(at, static_cast<std::uint64_t>(run->col - col) << 1);
            at = put_whole(at, static_cast<std::uint64_t>(run->col_end - run->col));
            col = run++->col_end;
        } else {
            at = put_whole(at, static_cast<std::uint64_t>(share->col - col) << 1 | 1);
            at = put_share(at, share->share);
            col = share++->col + 1;
        }
    }
    return at;
}

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
    std::span<const CellRun> runs(coverage.inside);
    std::span<const CellShare> shares(coverage.boundary);
    const auto next_row = [&] {
        const int a = runs.empty() ? no_row : runs.front().row;
        return std::min(a, shares.empty() ? no_row : shares.front().row);
    };
    while (next_row() != no_row) {
        const int strip = next_row() / CoverageIndex::strip_rows * CoverageIndex::strip_rows;
        const int strip_end = strip + CoverageIndex::strip_rows;
        const auto [col, col_end] = columns_of(coverage, strip, strip_end);
        pieces_.push_back({static_cast<std::uint32_t>(features_.size()), strip, col, col_end, bytes_.size()});
        int last = strip - 1;
        for (int row = next_row(); row < strip_end; row = next_row()) {
            const auto runs_here = front_row(runs, row);
            const auto shares_here = front_row(shares, row);
            const auto start = bytes_.size();
            bytes_.resize(start + 2 * most_bytes_of_whole * (runs_here.size() + 1) +
                          (most_bytes_of_whole + most_bytes_of_share) * shares_here.size());
            auto* at = put_whole(bytes_.data() + start, static_cast<std::uint64_t>(row - last));
            at = put_whole(at, runs_here.size() + shares_here.size());
            at = put_row(at, runs_here, shares_here, col);
            bytes_.resize(static_cast<std::size_t>(at - bytes_.data()));
            runs = runs.subspan(runs_here.size());
            shares = shares.subspan(shares_here.size());
            last = row;
        }
        bytes_.push_back(0);  // no further row
    }
    features_.push_back(feature);
}

void PackedCoverages::clear() noexcept {
    features_.clear();
    pieces_.clear();
    bytes_.clear();
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
                      size = pieces_at + header.pieces * sizeof(Piece);
    struct Memory {
        std::vector<std::uint8_t, UnsetMemory<std::uint8_t>> tables;
        std::vector<PackedCoverages::Bytes> cells;
    };
    const auto memory = std::make_shared<Memory>();
    memory->tables.resize(size);
    auto* const tables = memory->tables.data();
    std::memcpy(tables, &header, sizeof header);
    std::memcpy(tables + strips_at, strips.data(), strips.size() * sizeof(std::uint64_t));
    CoverageIndex index;
    std::size_t feature = 0, byte = 0;
    for (auto& part : parts) {
        if (!part.features_.empty())
            std::memcpy(tables + features_at + feature * sizeof(Feature), part.features_.data(),
                        part.features_.size() * sizeof(Feature));
        for (auto piece : part.pieces_) {
            piece.feature += static_cast<std::uint32_t>(feature);
            piece.at += byte;
            auto& place = strips[static_cast<std::size_t>(piece.row / strip_rows)];
            std::memcpy(tables + pieces_at + place++ * sizeof(Piece), &piece, sizeof piece);
        }
        memory->cells.push_back(std::move(part.bytes_));
        index.cells_.push_back({byte, memory->cells.back()});
        feature += part.features_.size();
        byte += memory->cells.back().size();
        part = {};
    }
    index.owner_ = memory;
    index.take_tables(memory->tables);
    return index;
}

std::size_t CoverageIndex::take_tables(std::span<const std::uint8_t> bytes) {
    Header& header = header_;
    const auto refuse = [] { throw DataError("a stored coverage index is damaged or of another version"); };
    if (bytes.size() < sizeof header) refuse();
    std::memcpy(&header, bytes.data(), sizeof header);
    const bool known = std::memcmp(header.mark, mark, sizeof mark) == 0;
    if (!known || std::max({header.features, header.pieces, header.strips}) > bytes.size()) refuse();
    std::size_t at = sizeof header;
    const auto part = [&]<class Item>(std::span<const Item>& items, std::size_t count) {
        if (count > (bytes.size() - at) / sizeof(Item)) refuse();
        items = {reinterpret_cast<const Item*>(bytes.data() + at), count};
        at += count * sizeof(Item);
    };
    part(features_, header.features);
    part(strips_, header.strips + 1);
    part(pieces_, header.pieces);
    tables_ = bytes.first(at);
    return at;
}

CoverageIndex CoverageIndex::over(std::span<const std::uint8_t> bytes, std::shared_ptr<const void> owner) {
    CoverageIndex index;
    index.owner_ = std::move(owner);
    const auto at = index.take_tables(bytes);
    const auto size = index.header_.bytes;
    if (size > bytes.size() - at || eight(at + size) != bytes.size())
        throw DataError("a stored coverage index is damaged or of another version");
    index.cells_.push_back({0, bytes.subspan(at, size)});
    return index;
}

std::vector<std::span<const std::uint8_t>> CoverageIndex::stored() const {
    static constexpr std::uint8_t padding[8] = {};
    std::vector<std::span<const std::uint8_t>> parts{tables_};
    std::size_t size = tables_.size();
    for (const auto& cells : cells_) {
        parts.push_back(cells.bytes);
        size += cells.bytes.size();
    }
    parts.push_back(std::span(padding).first(eight(size) - size));
    return parts;
}

const std::uint8_t* CoverageIndex::cells_at(std::uint64_t at) const {
    const auto after = std::ranges::upper_bound(cells_, at, {}, &Cells::at);
    const auto& cells = *std::prev(after);
    return cells.bytes.data() + (at - cells.at);
}

bool CoverageIndex::cut(std::size_t number, const Window& window, Coverage& out) const {
    const Piece& piece = pieces_[number];
    out.inside.clear();
    out.boundary.clear();
    const std::uint8_t* at = cells_at(piece.at);
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

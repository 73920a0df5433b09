// SPDX-License-Identifier: MIT
#include "linmu/algo/quality.hpp"

#include <algorithm>
#include <cassert>

#include "linmu/core/wide.hpp"

namespace linmu {
namespace {

using Flags = Plane<std::uint8_t>;

constexpr std::int32_t table_size = 1 << 16;

/// Cells that are decoded together; most runs have no value beyond the table.
constexpr std::size_t run = 256;

LINMU_WIDE bool within_table(const std::int32_t* stored, std::size_t count) {
    std::uint32_t bits = 0;
    for (std::size_t i = 0; i < count; ++i) bits |= static_cast<std::uint32_t>(stored[i]);
    return bits < table_size;
}

/// What no_code is or'ed with is told from it by its sign alone: flags have none.
std::int32_t with(std::int32_t flags, std::int32_t more) { return (flags | more) < 0 ? no_code : flags | more; }

LINMU_WIDE void add_known(const std::int32_t* __restrict stored, const std::int32_t* __restrict table,
                          std::size_t count, std::int32_t* __restrict flags) {
    for (std::size_t i = 0; i < count; ++i) flags[i] = with(flags[i], table[stored[i]]);
}

LINMU_WIDE void find_flags(const std::int32_t* __restrict from, std::int32_t flags, std::uint8_t unseen,
                           std::size_t count, std::uint8_t* __restrict to) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto seen = static_cast<std::uint8_t>((from[i] & flags) != 0 ? 1 : 0);
        to[i] = from[i] == no_code ? unseen : seen;
    }
}

/// 1 where a cell has one of the flags. `unseen`: what a cell that was not seen gets.
Flags cells_with(const CodePlane& quality, std::int32_t flags, std::uint8_t unseen) {
    Flags out = Flags::unset(quality.rows(), quality.cols());
    find_flags(quality.cells().data(), flags, unseen, quality.size(), out.cells().data());
    return out;
}

/// Half the width of the shape at `dr` rows from its centre.
int reach(QualityRule::Shape shape, int cells, int dr) {
    if (shape == QualityRule::Shape::square) return cells;
    int width = 0;
    while ((width + 1) * (width + 1) + dr * dr <= cells * cells) ++width;
    return width;
}

/// to[c] |= some of from[c + halo - width .. c + halo + width].
void spread_row(std::span<const std::uint8_t> from, std::span<std::uint8_t> to, int halo, int width) {
    const int cols = static_cast<int>(to.size());
    for (int shift = halo - width; shift <= halo + width; ++shift) {
        const std::uint8_t* __restrict source = from.data() + shift;
        std::uint8_t* __restrict target = to.data();
        for (int c = 0; c < cols; ++c) target[c] = static_cast<std::uint8_t>(target[c] | source[c]);
    }
}

/// result |= seeds grown by `cells`; `seeds` is larger than the result by `halo` on each side.
void grow(const Flags& seeds, QualityRule::Shape shape, int cells, int halo, Flags& result) {
    std::vector<bool> empty;
    for (int r = 0; r < seeds.rows(); ++r) {
        const auto row = seeds.row(r);
        empty.push_back(std::find(row.begin(), row.end(), 1) == row.end());
    }
    for (int r = 0; r < result.rows(); ++r) {
        for (int dr = -cells; dr <= cells; ++dr) {
            const int from = r + halo + dr;
            if (!empty[static_cast<std::size_t>(from)])
                spread_row(seeds.row(from), result.row(r), halo, reach(shape, cells, dr));
        }
    }
}

template <class T>
LINMU_WIDE void hide(T* __restrict cells, const std::uint8_t* __restrict unusable, std::size_t count, T nothing) {
    for (std::size_t i = 0; i < count; ++i) cells[i] = unusable[i] != 0 ? nothing : cells[i];
}

template <class T>
void mask_cells(Plane<T>& plane, const Flags& unusable, T nothing) {
    assert(plane.rows() == unusable.rows() && plane.cols() == unusable.cols());
    hide(plane.cells().data(), unusable.cells().data(), plane.size(), nothing);
}

}  // namespace

QualityDecoder::QualityDecoder(std::vector<QualityCode> codes) : codes_(std::move(codes)), table_(table_size) {
    for (std::int32_t value = 0; value < table_size; ++value) table_[static_cast<std::size_t>(value)] = work_out(value);
}

std::int32_t QualityDecoder::work_out(std::int32_t stored) const {
    std::int32_t flags = 0;
    for (const auto& code : codes_) {
        if (!code.fits(stored)) continue;
        if (code.unseen) return no_code;
        flags |= code.flags;
    }
    return flags;
}

std::int32_t QualityDecoder::flags_of(std::int32_t stored) const {
    if (stored == no_code) return no_code;
    return stored >= 0 && stored < table_size ? table_[static_cast<std::size_t>(stored)] : work_out(stored);
}

void QualityDecoder::add(const CodePlane& stored, bool decides, CodePlane& flags) const {
    assert(stored.size() == flags.size());
    for (std::size_t start = 0; start < stored.size(); start += run) {
        const auto count = std::min(run, stored.size() - start);
        const auto from = stored.cells().subspan(start, count);
        const auto to = flags.cells().subspan(start, count);
        if (within_table(from.data(), count)) add_known(from.data(), table_.data(), count, to.data());
        else add_any(from, decides, to);
    }
}

void QualityDecoder::add_any(std::span<const std::int32_t> stored, bool decides, std::span<std::int32_t> flags) const {
    for (std::size_t i = 0; i < stored.size(); ++i) {
        if (stored[i] != no_code || decides) flags[i] = with(flags[i], flags_of(stored[i]));
    }
}

Flags unusable(const CodePlane& flags, const QualityRule& rule) {
    const int halo = rule.halo();
    assert(halo >= 0 && 2 * halo < flags.rows() && 2 * halo < flags.cols());
    Flags bad = cells_with(flags, rule.masked, 1);
    if (halo == 0) return bad;
    Flags result(flags.rows() - 2 * halo, flags.cols() - 2 * halo, 0);
    for (int r = 0; r < result.rows(); ++r) spread_row(bad.row(r + halo), result.row(r), halo, 0);
    if (rule.cells > 0 && rule.grown != 0) grow(cells_with(flags, rule.grown, 0), rule.shape, rule.cells, halo, result);
    if (rule.edge > 0) grow(cells_with(flags, 0, 1), rule.shape, rule.edge, halo, result);
    return result;
}

void mask(RealPlane& plane, const Flags& unusable) { mask_cells(plane, unusable, no_value); }
void mask(CodePlane& plane, const Flags& unusable) { mask_cells(plane, unusable, no_code); }

void mask(StoredPlane& plane, std::shared_ptr<const Flags> unusable) {
    assert(plane.cells.rows() == unusable->rows() && plane.cells.cols() == unusable->cols());
    if (plane.hidden) {
        auto both = std::make_shared<Flags>(*plane.hidden);
        spread_row(unusable->cells(), both->cells(), 0, 0);
        unusable = std::move(both);
    }
    plane.hidden = std::move(unusable);
}

}  // namespace linmu

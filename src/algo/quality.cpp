// SPDX-License-Identifier: MIT
#include "linmu/algo/quality.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace linmu {
namespace {

using Flags = Plane<std::uint8_t>;

Flags cells_of(const CodePlane& quality, const std::vector<std::int32_t>& codes) {
    Flags flags(quality.rows(), quality.cols(), 0);
    const auto from = quality.cells();
    const auto to = flags.cells();
    for (const std::int32_t code : codes)
        for (std::size_t i = 0; i < from.size(); ++i)
            to[i] = static_cast<std::uint8_t>(to[i] | (from[i] == code ? 1 : 0));
    return flags;
}

/// Half the width of the shape at `dr` rows from its centre.
int reach(const QualityRule& rule, int dr) {
    if (rule.shape == QualityRule::Shape::square) return rule.cells;
    int width = 0;
    while ((width + 1) * (width + 1) + dr * dr <= rule.cells * rule.cells) ++width;
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

template <class T>
void mask_cells(Plane<T>& plane, const Flags& unusable, T nothing) {
    assert(plane.rows() == unusable.rows() && plane.cols() == unusable.cols());
    const auto cells = plane.cells();
    const auto flags = unusable.cells();
    for (std::size_t i = 0; i < cells.size(); ++i) cells[i] = flags[i] != 0 ? nothing : cells[i];
}

}  // namespace

Flags unusable(const CodePlane& quality, const QualityRule& rule) {
    const int halo = rule.cells;
    assert(halo >= 0 && 2 * halo < quality.rows() && 2 * halo < quality.cols());
    auto codes = rule.masked;
    codes.push_back(no_code);
    const Flags bad = cells_of(quality, codes);
    const Flags seeds = cells_of(quality, halo > 0 ? rule.grown : std::vector<std::int32_t>{});
    Flags result(quality.rows() - 2 * halo, quality.cols() - 2 * halo, 0);
    for (int r = 0; r < result.rows(); ++r) {
        spread_row(bad.row(r + halo), result.row(r), halo, 0);
        for (int dr = -halo; halo > 0 && dr <= halo; ++dr) {
            const auto from = seeds.row(r + halo + dr);
            if (std::find(from.begin(), from.end(), 1) != from.end())
                spread_row(from, result.row(r), halo, reach(rule, dr));
        }
    }
    return result;
}

void mask(RealPlane& plane, const Flags& unusable) { mask_cells(plane, unusable, no_value); }
void mask(CodePlane& plane, const Flags& unusable) { mask_cells(plane, unusable, no_code); }

Block masked(const Block& block, std::size_t quality_band, const QualityRule& rule) {
    const Flags flags = unusable(block.code(quality_band), rule);
    Block result = crop(block, block.window.grown(-rule.cells));
    result.bands.erase(result.bands.begin() + static_cast<std::ptrdiff_t>(quality_band));
    for (auto& band : result.bands) std::visit([&](auto& plane) { mask(plane, flags); }, band);
    return result;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/core/block.hpp"

#include <algorithm>

namespace linmu {
namespace {

template <class T>
Plane<T> cropped(const Plane<T>& plane, const Window& from, const Window& to) {
    auto part = Plane<T>::unset(to.rows, to.cols);
    for (int r = 0; r < to.rows; ++r) {
        const auto source =
            plane.row(to.row - from.row + r)
                .subspan(static_cast<std::size_t>(to.col - from.col), static_cast<std::size_t>(to.cols));
        std::ranges::copy(source, part.row(r).begin());
    }
    return part;
}

}  // namespace

Block blank_block(const Window& window, std::span<const BandSpec> specs) {
    Block block{window, {}};
    block.bands.reserve(specs.size());
    for (const auto& spec : specs) {
        if (spec.kind == BandKind::real) block.bands.emplace_back(RealPlane(window.rows, window.cols, no_value));
        else block.bands.emplace_back(CodePlane(window.rows, window.cols, no_code));
    }
    return block;
}

Block unset_block(const Window& window, std::span<const BandSpec> specs) {
    Block block{window, {}};
    block.bands.reserve(specs.size());
    for (const auto& spec : specs) {
        if (spec.kind == BandKind::real) block.bands.emplace_back(RealPlane::unset(window.rows, window.cols));
        else block.bands.emplace_back(CodePlane::unset(window.rows, window.cols));
    }
    return block;
}

Block crop(const Block& block, const Window& window) {
    assert(block.window.contains(window));
    if (block.window == window) return block;
    Block part{window, {}};
    part.bands.reserve(block.bands.size());
    for (const auto& band : block.bands) {
        std::visit([&](const auto& plane) { part.bands.emplace_back(cropped(plane, block.window, window)); }, band);
    }
    return part;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/core/block.hpp"

#include <algorithm>

#include "linmu/core/wide.hpp"

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

StoredPlane cropped(const StoredPlane& plane, const Window& from, const Window& to) {
    StoredPlane part{cropped(plane.cells, from, to), plane.rule, nullptr};
    if (plane.hidden) part.hidden = std::make_shared<const HiddenPlane>(cropped(*plane.hidden, from, to));
    return part;
}

AnyPlane cropped(const AnyPlane& plane, const Window& from, const Window& to) {
    if (from == to) return plane;
    return std::visit([&](const auto& cells) -> AnyPlane { return cropped(cells, from, to); }, plane);
}

LINMU_WIDE void hide(const std::uint8_t* __restrict hidden, std::size_t count, float* __restrict values) {
    for (std::size_t i = 0; i < count; ++i) values[i] = hidden[i] != 0 ? no_value : values[i];
}

}  // namespace

std::span<const float> values_of(const AnyPlane& plane, std::size_t first, std::size_t count, std::span<float> room) {
    if (const auto* real = std::get_if<RealPlane>(&plane)) return real->cells().subspan(first, count);
    const auto& stored = std::get<StoredPlane>(plane);
    const std::uint16_t* const cells = stored.cells.cells().data() + first;
    // Those that are asked for next are on their way meanwhile.
    for (std::size_t i = 0; i < count; i += 32) __builtin_prefetch(cells + count + i);
    to_real(cells, room.data(), count, stored.rule);
    if (stored.hidden) hide(stored.hidden->cells().data() + first, count, room.data());
    return room.first(count);
}

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
    Block part{window, {}};
    part.bands.reserve(block.bands.size());
    for (const auto& band : block.bands) part.bands.push_back(cropped(band, block.window, window));
    return part;
}

Block crop(Block&& block, const Window& window) {
    assert(block.window.contains(window));
    if (block.window == window) return std::move(block);
    for (auto& band : block.bands) band = cropped(band, block.window, window);
    block.window = window;
    return std::move(block);
}

}  // namespace linmu

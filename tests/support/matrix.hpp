// SPDX-License-Identifier: MIT
#pragma once
#include <initializer_list>

#include "linmu/core/block.hpp"

namespace linmu::test {

/// A plane from rows of numbers: matrix<float>({{1, 2}, {3, 4}}).
template <class T>
Plane<T> matrix(std::initializer_list<std::initializer_list<T>> rows) {
    Plane<T> plane(static_cast<int>(rows.size()), rows.size() == 0 ? 0 : static_cast<int>(rows.begin()->size()), T{});
    int r = 0;
    for (const auto& row : rows) {
        int c = 0;
        for (const T value : row) plane(r, c++) = value;
        ++r;
    }
    return plane;
}

/// A block at the grid's corner with the planes given.
template <class... Planes>
Block block_of(Planes... planes) {
    const auto size = [](const auto& first, const auto&...) { return Window{0, 0, first.rows(), first.cols()}; };
    Block block{size(planes...), {}};
    (block.bands.emplace_back(std::move(planes)), ...);
    return block;
}

/// Of a plane of values or of codes.
template <class Visitor>
void visit_cells(Visitor&& visitor, AnyPlane& plane) {
    if (auto* real = std::get_if<RealPlane>(&plane)) visitor(*real);
    else visitor(std::get<CodePlane>(plane));
}

}  // namespace linmu::test

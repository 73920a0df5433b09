// SPDX-License-Identifier: MIT
#include "linmu/demo/mixture.hpp"

#include <algorithm>
#include <cmath>

#include "linmu/demo/season.hpp"

namespace linmu::demo {
namespace {

bool uniform(const CodePlane& p, int row, int col) {
    const auto unit = p(row, col);
    for (int r = row; r < row + 4; ++r) {
        for (int c = col; c < col + 4; ++c) {
            if (p(r, c) != unit) return false;
        }
    }
    return true;
}

/// A cell of the pattern is a quarter of a scene's: half of it is the diamond that no corner touches.
void add_half(Mixture& mixture, const CodePlane& p, int r, int c) {
    const auto own = p(r, c);
    float kept = 0.125F;
    for (const int dr : {-1, 1}) {
        for (const int dc : {-1, 1}) {
            const auto owner = corner_owner(own, p(r, c + dc), p(r + dr, c + dc), p(r + dr, c));
            if (owner == own) kept += 0.03125F;
            else mixture.add(owner, 0.03125F);
        }
    }
    mixture.add(own, kept);
}

}  // namespace

void Mixture::add(std::int32_t which, float much) {
    for (int i = 0; i < count; ++i) {
        if (unit[static_cast<std::size_t>(i)] != which) continue;
        share[static_cast<std::size_t>(i)] += much;
        return;
    }
    // Four units in a cell are rare and nine have never been seen; what is too much goes to the first.
    if (count == most) {
        share[0] += much;
        return;
    }
    unit[static_cast<std::size_t>(count)] = which;
    share[static_cast<std::size_t>(count)] = much;
    ++count;
}

Plane<Mixture> mixtures(const Landscape& landscape, const Window& cells) {
    const Window halves{2 * cells.row - 1, 2 * cells.col - 1, 2 * cells.rows + 2, 2 * cells.cols + 2};
    const auto pattern = landscape.pattern(halves);
    Plane<Mixture> out(cells.rows, cells.cols, {});
    for (int r = 0; r < cells.rows; ++r) {
        for (int c = 0; c < cells.cols; ++c) {
            auto& mixture = out(r, c);
            if (uniform(pattern, 2 * r, 2 * c)) {
                mixture.add(pattern(2 * r, 2 * c), 1.0F);
                continue;
            }
            for (int i = 1; i <= 2; ++i) {
                for (int j = 1; j <= 2; ++j) add_half(mixture, pattern, 2 * r + i, 2 * c + j);
            }
        }
    }
    return out;
}

CodePlane dominant_classes(const Landscape& landscape, const Plane<Mixture>& mixtures, int year_index) {
    CodePlane out(mixtures.rows(), mixtures.cols(), no_code);
    for (std::size_t i = 0; i < mixtures.size(); ++i) {
        const auto& m = mixtures.cells()[i];
        std::array<float, land_classes> shares{};
        for (int k = 0; k < m.count; ++k) {
            shares[static_cast<std::size_t>(landscape.land(m.unit[static_cast<std::size_t>(k)], year_index))] +=
                m.share[static_cast<std::size_t>(k)];
        }
        out.cells()[i] = static_cast<std::int32_t>(std::ranges::max_element(shares) - shares.begin());
    }
    return out;
}

RealPlane crown_percents(const Landscape& landscape, const Plane<Mixture>& mixtures, const CodePlane& classes,
                         int year_index) {
    const auto y = static_cast<std::size_t>(year_index);
    RealPlane out(mixtures.rows(), mixtures.cols(), 0);
    for (std::size_t i = 0; i < mixtures.size(); ++i) {
        const auto& m = mixtures.cells()[i];
        double share = 0, under = 0;
        for (std::size_t k = 0; k < static_cast<std::size_t>(m.count); ++k) {
            if (static_cast<std::int32_t>(landscape.land(m.unit[k], year_index)) != classes.cells()[i]) continue;
            const auto& unit = landscape.units()[static_cast<std::size_t>(m.unit[k])];
            share += static_cast<double>(m.share[k]);
            under += static_cast<double>(m.share[k]) * cover_in_leaf(unit, unit.state[y], landscape.years()[y]);
        }
        out.cells()[i] = static_cast<float>(std::round(100 * under / share));
    }
    return out;
}

}  // namespace linmu::demo

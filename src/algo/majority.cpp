// SPDX-License-Identifier: MIT
#include "linmu/algo/majority.hpp"

#include <algorithm>
#include <cassert>
#include <map>

namespace linmu {
namespace {

/// Counts of classes in a window that slides along a row.
class Counts {
public:
    void add_column(const CodePlane& classes, int row, int col, int side, int sign) {
        for (int r = row; r < row + side; ++r) {
            const auto code = classes(r, col);
            if (code != no_code) counts_[code] += sign;
        }
    }
    /// The most frequent class; `own` where it is among the most frequent.
    [[nodiscard]] std::int32_t winner(std::int32_t own) const {
        int most = counts_.at(own);
        std::int32_t best = own;
        for (const auto& [code, count] : counts_) {
            if (count > most) {
                most = count;
                best = code;
            }
        }
        return best;
    }

private:
    std::map<std::int32_t, int> counts_;
};

}  // namespace

CodePlane majority(const CodePlane& classes, int radius) {
    const int side = 2 * radius + 1;
    assert(classes.rows() >= side && classes.cols() >= side);
    CodePlane out(classes.rows() - 2 * radius, classes.cols() - 2 * radius, no_code);
    for (int row = 0; row < out.rows(); ++row) {
        Counts counts;
        for (int col = 0; col < side - 1; ++col) counts.add_column(classes, row, col, side, 1);
        for (int col = 0; col < out.cols(); ++col) {
            counts.add_column(classes, row, col + side - 1, side, 1);
            const auto own = classes(row + radius, col + radius);
            if (own != no_code) out(row, col) = counts.winner(own);
            counts.add_column(classes, row, col, side, -1);
        }
    }
    return out;
}

}  // namespace linmu

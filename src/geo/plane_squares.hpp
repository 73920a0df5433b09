// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <memory>

#include "linmu/core/geometry.hpp"

namespace linmu {

/// What is worked out once for each square of 8192 m of a plane: `Local` has the members `col` and `row`, and is a
/// function of them alone, so that it does not matter who makes it. Squares lie on a lattice through the plane's origin.
/// Kept for at most 1024 squares; one whose place is taken is worked out anew each time. Safe for many threads.
template <class Local>
class PlaneSquares {
public:
    static constexpr double side = 8192;

    PlaneSquares() = default;
    PlaneSquares(const PlaneSquares&) = delete;
    PlaneSquares& operator=(const PlaneSquares&) = delete;
    ~PlaneSquares() {
        for (auto& slot : slots_) delete slot.load();
    }

    static Point middle(double col, double row) { return {(col + 0.5) * side, (row + 0.5) * side}; }

    /// Finds the Local of one point after another. REQUIRES points below 1e8 m.
    template <class Make>
    class Walk {
    public:
        Walk(const PlaneSquares& squares, Make make) : squares_(squares), make_(make) {}
        const Local& operator()(const Point& p) {
            const double col = std::floor(p.x / side);
            const double row = std::floor(p.y / side);
            if (here_ == nullptr || here_->col != col || here_->row != row)
                here_ = squares_.find(col, row, make_, own_);
            return *here_;
        }

    private:
        const PlaneSquares& squares_;
        Make make_;
        const Local* here_ = nullptr;
        std::unique_ptr<Local> own_;
    };
    template <class Make>
    [[nodiscard]] Walk<Make> walk(Make make) const {
        return {*this, make};
    }

private:
    template <class Make>
    const Local* find(double col, double row, Make make, std::unique_ptr<Local>& own) const {
        // Neighbours have places of their own: 32 by 32 squares.
        const auto c = static_cast<std::int64_t>(col) & 31;
        const auto r = static_cast<std::int64_t>(row) & 31;
        auto& slot = slots_[static_cast<std::size_t>(r * 32 + c)];
        const Local* kept = slot.load(std::memory_order_acquire);
        if (kept != nullptr && kept->col == col && kept->row == row) return kept;
        own = std::make_unique<Local>(make(col, row));
        if (kept == nullptr && slot.compare_exchange_strong(kept, own.get(), std::memory_order_acq_rel))
            return own.release();
        return own.get();
    }

    mutable std::array<std::atomic<const Local*>, 1024> slots_{};
};

}  // namespace linmu

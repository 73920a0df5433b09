// SPDX-License-Identifier: MIT
#pragma once
#include <memory>
#include <optional>
#include <span>

#include "linmu/core/block.hpp"

namespace linmu {

/// How far what is seen in one picture lies from where it is seen in another, in cells: columns to the east, rows to the south.
struct Shift {
    double cols = 0;
    double rows = 0;
};

/// The shift of one chip, and how far its peak stands out, in standard deviations of the correlation of unlike pictures.
struct ChipShift {
    Shift shift;
    double peak = 0;
};

/// Phase correlation of chips of one size with a reference (Kuglin & Hines 1975, Proc. IEEE Int. Conf. Cybern. Soc. 163-165),
/// to a hundredth of a cell by a discrete Fourier transform around the peak (Guizar-Sicairos, Thurman & Fienup 2008, Opt.
/// Lett. 33:156-158). Chips lose their mean and are faded to their edges by a Hann window; cells without value take the mean.
/// Only the phase counts, so seasons and light play a small part; fine detail, where resampling and noise are, counts less
/// (a Gauss window over frequencies).
class PhaseCorrelator {
public:
    /// REQUIRES: at least 16 x 16 cells. O(n log n).
    explicit PhaseCorrelator(const RealPlane& reference);
    ~PhaseCorrelator();
    PhaseCorrelator(PhaseCorrelator&&) noexcept;
    PhaseCorrelator& operator=(PhaseCorrelator&&) noexcept;

    /// Of a chip of the reference's size against it; nothing when one of them shows nothing, or when the peak lies farther
    /// than `farthest` cells. REQUIRES: 2 farthest < rows, cols. O(n log n).
    [[nodiscard]] std::optional<ChipShift> shift_of(const RealPlane& chip, int farthest) const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// What the chips of a scene agree on.
struct AgreedShift {
    Shift shift;        ///< median of the chips used
    double spread = 0;  ///< 1.4826 x median absolute deviation, the larger of both axes
    int chips = 0;      ///< used: not farther than three spreads (or half a cell) from the median of all
};
[[nodiscard]] AgreedShift agreed_shift(std::span<const Shift> chips);

enum class ShiftKernel { bilinear, cubic };
/// How many cells around a window `moved_back` looks at.
[[nodiscard]] int shift_halo(double farthest);

/// The plane brought back: each cell takes what lies `shift` from it. Cubic: Keys 1981, IEEE TASSP 29:1153-1160, a = -0.5;
/// where it would need a cell without value, bilinear; where that would too, no value.
/// `plane` has a halo of `halo` cells, by which the result is smaller. REQUIRES: halo >= shift_halo(|shift|).
[[nodiscard]] RealPlane moved_back(const RealPlane& plane, int halo, Shift shift, ShiftKernel kernel);
/// The same for codes: the nearest cell's.
[[nodiscard]] CodePlane moved_back(const CodePlane& plane, int halo, Shift shift);

}  // namespace linmu

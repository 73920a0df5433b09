// SPDX-License-Identifier: MIT
#include "linmu/algo/shift.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <complex>
#include <numbers>
#include <unsupported/Eigen/FFT>
#include <vector>

namespace linmu {
namespace {

using Complex = std::complex<double>;
using Spectrum = Eigen::MatrixXcd;

constexpr double turn = 2 * std::numbers::pi;
/// Standard deviation of the window over frequencies, cycles a cell: half of the weight lies at waves of over 4.7 cells.
constexpr double detail = 0.18;

void transform_columns(Spectrum& values, bool back) {
    Eigen::FFT<double> fft;
    Eigen::VectorXcd line(values.rows()), out(values.rows());
    for (Eigen::Index c = 0; c < values.cols(); ++c) {
        line = values.col(c);
        if (back) fft.inv(out, line);
        else fft.fwd(out, line);
        values.col(c) = out;
    }
}

void transform(Spectrum& values, bool back) {
    transform_columns(values, back);
    values.transposeInPlace();
    transform_columns(values, back);
    values.transposeInPlace();
}

/// A Hann window over n cells, moved by `offset` cells.
std::vector<double> hann(int n, double offset) {
    std::vector<double> window(static_cast<std::size_t>(n));
    for (int i = 0; i < n; ++i) {
        const double place = std::clamp((i + 0.5 - offset) / n, 0.0, 1.0);
        window[static_cast<std::size_t>(i)] = 0.5 - 0.5 * std::cos(turn * place);
    }
    return window;
}

double mean_of(const RealPlane& plane) {
    double sum = 0;
    std::size_t count = 0;
    for (const float value : plane.cells()) {
        if (std::isnan(value)) continue;
        sum += static_cast<double>(value);
        ++count;
    }
    return count == 0 ? 0 : sum / static_cast<double>(count);
}

Spectrum spectrum_of(const RealPlane& plane, Shift window) {
    const double mean = mean_of(plane);
    const auto down = hann(plane.rows(), window.rows), across = hann(plane.cols(), window.cols);
    Spectrum out(plane.rows(), plane.cols());
    for (int r = 0; r < plane.rows(); ++r) {
        for (int c = 0; c < plane.cols(); ++c) {
            const float value = plane(r, c);
            const double above = std::isnan(value) ? 0 : static_cast<double>(value) - mean;
            out(r, c) = above * down[static_cast<std::size_t>(r)] * across[static_cast<std::size_t>(c)];
        }
    }
    transform(out, false);
    return out;
}

/// Cycles a cell of the k-th of n frequencies, -0.5 to 0.5.
double frequency(Eigen::Index k, Eigen::Index n) {
    return static_cast<double>(2 * k < n ? k : k - n) / static_cast<double>(n);
}

Eigen::VectorXd frequency_weights(Eigen::Index n) {
    Eigen::VectorXd out(n);
    for (Eigen::Index k = 0; k < n; ++k) {
        const double f = frequency(k, n) / detail;
        out(k) = std::exp(-0.5 * f * f);
    }
    return out;
}

/// e^(2 pi i f u) for places u (rows) and the n frequencies.
Spectrum waves(const Eigen::VectorXd& places, Eigen::Index n) {
    Spectrum out(places.size(), n);
    for (Eigen::Index k = 0; k < n; ++k) {
        for (Eigen::Index u = 0; u < places.size(); ++u)
            out(u, k) = std::polar(1.0, turn * frequency(k, n) * places(u));
    }
    return out;
}

Eigen::VectorXd places_around(double centre, double step, int each_side) {
    return Eigen::VectorXd::LinSpaced(2 * each_side + 1, centre - step * each_side, centre + step * each_side);
}

struct Peak {
    Shift at;
    double height = 0;
};

/// Highest place of the correlation on a fine grid around `at`.
Peak peak_around(const Spectrum& cross, Shift at, double step, int each_side) {
    const auto rows = places_around(at.rows, step, each_side), cols = places_around(at.cols, step, each_side);
    const Eigen::MatrixXd surface = (waves(rows, cross.rows()) * cross * waves(cols, cross.cols()).transpose()).real();
    Eigen::Index r = 0, c = 0;
    const double height = surface.maxCoeff(&r, &c);
    return {{cols(c), rows(r)}, height};
}

/// Highest whole cell not farther than `farthest`.
Shift whole_peak(Spectrum cross, int farthest) {
    transform(cross, true);
    const auto rows = static_cast<int>(cross.rows()), cols = static_cast<int>(cross.cols());
    Shift best;
    double most = cross(0, 0).real();
    for (int r = -farthest; r <= farthest; ++r) {
        for (int c = -farthest; c <= farthest; ++c) {
            const double here = cross((r + rows) % rows, (c + cols) % cols).real();
            if (here > most) {
                most = here;
                best = {static_cast<double>(c), static_cast<double>(r)};
            }
        }
    }
    return best;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    if (values.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

AgreedShift median_of(std::span<const Shift> chips) {
    std::vector<double> cols, rows;
    for (const auto& chip : chips) {
        cols.push_back(chip.cols);
        rows.push_back(chip.rows);
    }
    AgreedShift out{{median(cols), median(rows)}, 0, static_cast<int>(chips.size())};
    for (auto& value : cols) value = std::abs(value - out.shift.cols);
    for (auto& value : rows) value = std::abs(value - out.shift.rows);
    out.spread = 1.4826 * std::max(median(cols), median(rows));
    return out;
}

/// Weights of the four cells around a place between the second and the third, `part` from the second.
std::array<float, 4> weights_of(double part, ShiftKernel kernel) {
    if (kernel == ShiftKernel::bilinear) return {0, static_cast<float>(1 - part), static_cast<float>(part), 0};
    const double t = part, t2 = t * t, t3 = t2 * t;
    return {static_cast<float>(-0.5 * t3 + t2 - 0.5 * t), static_cast<float>(1.5 * t3 - 2.5 * t2 + 1),
            static_cast<float>(-1.5 * t3 + 2 * t2 + 0.5 * t), static_cast<float>(0.5 * t3 - 0.5 * t2)};
}

struct Taps {
    int first_row, first_col;  ///< of the four by four cells, for the result's first cell
    std::array<float, 4> down, across;

    [[nodiscard]] float value(const RealPlane& plane, int r, int c) const {
        float sum = 0;
        for (int i = 0; i < 4; ++i) {
            const float* from = plane.row(first_row + r + i).data() + first_col + c;
            float line = 0;
            for (int k = 0; k < 4; ++k) {
                const float weight = across[static_cast<std::size_t>(k)];
                // A cell without weight may be without value.
                if (weight != 0) line += weight * from[k];
            }
            if (down[static_cast<std::size_t>(i)] != 0) sum += down[static_cast<std::size_t>(i)] * line;
        }
        return sum;
    }
};

Taps taps_of(int halo, Shift shift, ShiftKernel kernel) {
    const double row = std::floor(shift.rows), col = std::floor(shift.cols);
    return {halo + static_cast<int>(row) - 1, halo + static_cast<int>(col) - 1, weights_of(shift.rows - row, kernel),
            weights_of(shift.cols - col, kernel)};
}

/// The phase between two pictures, weighted; and the root of the sum of the weights' squares.
struct CrossPhase {
    Spectrum phase;
    double norm = 0;
};

/// Nothing when one of them shows nothing.
std::optional<CrossPhase> cross_phase(const Spectrum& reference, const Spectrum& chip, const Eigen::MatrixXd& weights) {
    CrossPhase out{chip.cwiseProduct(reference.conjugate()), 0};
    const double strongest = std::sqrt(out.phase.cwiseAbs2().maxCoeff());
    if (!(strongest > 0)) return std::nullopt;
    double squares = 0;
    for (Eigen::Index k = 0; k < out.phase.size(); ++k) {
        const double strength = std::sqrt(std::norm(out.phase(k)));
        // What is weaker by twelve digits is rounding, and its phase means nothing.
        const double weight = strength > 1e-12 * strongest ? weights(k) : 0;
        out.phase(k) = weight == 0 ? Complex(0) : out.phase(k) * (weight / strength);
        squares += weight * weight;
    }
    out.norm = std::sqrt(squares);
    return out;
}

Peak finest_peak(const Spectrum& phase, Shift near) {
    return peak_around(phase, peak_around(phase, near, 0.1, 12).at, 0.01, 12);
}

}  // namespace

struct PhaseCorrelator::Impl {
    RealPlane picture;
    Spectrum reference;
    Eigen::MatrixXd weights;
};

PhaseCorrelator::PhaseCorrelator(const RealPlane& reference) : impl_(std::make_unique<Impl>()) {
    assert(reference.rows() >= 16 && reference.cols() >= 16);
    impl_->picture = reference;
    impl_->reference = spectrum_of(reference, {});
    impl_->weights = frequency_weights(reference.rows()) * frequency_weights(reference.cols()).transpose();
    impl_->weights(0, 0) = 0;
}
PhaseCorrelator::~PhaseCorrelator() = default;
PhaseCorrelator::PhaseCorrelator(PhaseCorrelator&&) noexcept = default;
PhaseCorrelator& PhaseCorrelator::operator=(PhaseCorrelator&&) noexcept = default;

std::optional<ChipShift> PhaseCorrelator::shift_of(const RealPlane& chip, int farthest) const {
    assert(chip.rows() == impl_->reference.rows() && chip.cols() == impl_->reference.cols());
    assert(2 * farthest < chip.rows() && 2 * farthest < chip.cols());
    const auto cross = cross_phase(impl_->reference, spectrum_of(chip, {}), impl_->weights);
    if (!cross) return std::nullopt;
    Peak peak = finest_peak(cross->phase, whole_peak(cross->phase, farthest));
    double norm = cross->norm;
    // Windows at one place show land that both have only in part, which draws the peak to the middle. So they follow the land.
    const Shift half{peak.at.cols / 2, peak.at.rows / 2};
    const auto followed =
        cross_phase(spectrum_of(impl_->picture, {-half.cols, -half.rows}), spectrum_of(chip, half), impl_->weights);
    if (followed) {
        peak = finest_peak(followed->phase, peak.at);
        norm = followed->norm;
    }
    if (std::abs(peak.at.cols) > farthest || std::abs(peak.at.rows) > farthest) return std::nullopt;
    return ChipShift{peak.at, peak.height / norm};
}

AgreedShift agreed_shift(std::span<const Shift> chips) {
    if (chips.empty()) return {};
    const AgreedShift all = median_of(chips);
    const double limit = std::max(0.5, 3 * all.spread);
    std::vector<Shift> used;
    for (const auto& chip : chips) {
        if (std::abs(chip.cols - all.shift.cols) <= limit && std::abs(chip.rows - all.shift.rows) <= limit)
            used.push_back(chip);
    }
    return used.empty() ? AgreedShift{all.shift, all.spread, 0} : median_of(used);
}

int shift_halo(double farthest) { return static_cast<int>(std::ceil(farthest)) + 2; }

RealPlane moved_back(const RealPlane& plane, int halo, Shift shift, ShiftKernel kernel) {
    auto out = RealPlane::unset(std::max(0, plane.rows() - 2 * halo), std::max(0, plane.cols() - 2 * halo));
    const Taps taps = taps_of(halo, shift, kernel), fewer = taps_of(halo, shift, ShiftKernel::bilinear);
    for (int r = 0; r < out.rows(); ++r) {
        for (int c = 0; c < out.cols(); ++c) {
            const float value = taps.value(plane, r, c);
            out(r, c) = std::isnan(value) ? fewer.value(plane, r, c) : value;
        }
    }
    return out;
}

CodePlane moved_back(const CodePlane& plane, int halo, Shift shift) {
    auto out = CodePlane::unset(std::max(0, plane.rows() - 2 * halo), std::max(0, plane.cols() - 2 * halo));
    const int row = halo + static_cast<int>(std::lround(shift.rows)),
              col = halo + static_cast<int>(std::lround(shift.cols));
    for (int r = 0; r < out.rows(); ++r) {
        for (int c = 0; c < out.cols(); ++c) out(r, c) = plane(r + row, c + col);
    }
    return out;
}

}  // namespace linmu

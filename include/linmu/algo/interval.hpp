// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace linmu {

/// How the limits of a 95 % interval were found.
enum class IntervalMethod {
    none,       ///< there is none: too little is known
    normal,     ///< value +- 1.96 standard errors (Olofsson et al. 2014)
    jeffreys,   ///< of one binomial share (Brown, Cai and DasGupta 2001)
    recovered,  ///< Jeffreys's limits of each stratum, combined: see weighted_share
    logit       ///< normal on the scale of log odds, so that it stays between 0 and 1 (Korn and Graubard 1998)
};
/// "normal", "jeffreys", "stratified jeffreys", "logit", "none".
[[nodiscard]] std::string_view to_string(IntervalMethod method) noexcept;

/// A share between 0 and 1 (or an area, when scaled) with its standard error and its 95 % interval. NaN: there is none.
struct IntervalEstimate {
    double value = 0;
    double standard_error = 0;
    double low = 0;
    double high = 0;
    IntervalMethod method = IntervalMethod::none;
    /// The same of a quantity `factor` times as large.
    [[nodiscard]] IntervalEstimate scaled(double factor) const noexcept;
};
/// Nothing is known.
[[nodiscard]] IntervalEstimate no_estimate() noexcept;

/// 1.96: the 0.975 quantile of the normal distribution as the published examples round it.
inline constexpr double normal_95 = 1.96;

/// The p-quantile of the beta distribution, by bisection of its continued fraction (Abramowitz and Stegun 1964, 26.5.8) to 1e-12.
/// REQUIRES a, b > 0 and 0 <= p <= 1.
[[nodiscard]] double beta_quantile(double p, double a, double b);
/// Jeffreys's interval of `hits` of `n`: the middle 95 % of the beta distribution of hits + 1/2 and misses + 1/2, from 0 where there is no hit
/// and to 1 where there is no miss (Brown, Cai and DasGupta 2001, Statistical Science 16:101-133, who recommend it for small n). The
/// standard error is sqrt(p (1 - p) / (n - 1)), as Olofsson's. REQUIRES n > 0.
[[nodiscard]] IntervalEstimate jeffreys(double hits, double n);

/// What one stratum tells of a share: `hits` of its `n` units, and the stratum's share of the whole.
struct StratumHits {
    double weight = 0;
    double hits = 0;
    double n = 0;
    /// Part of the stratum's units that were drawn, where it is to be corrected for; 0: it is a small part.
    double drawn = 0;
};
/// The share of the whole, sum(weight hits / n), of a stratified random sample (Cochran 1977, 5.4), and its interval: `normal` where the
/// counts that its variance rests on are enough (`counts_behind` 20 or more), else `recovered`: Jeffreys's interval of each stratum,
/// combined by their distances from the estimate (Newcombe 1998, Statistics in Medicine 17:873-890; Zou and Donner 2008, ibid. 27:1693-1702).
/// Why: the normal interval of a rare class holds the truth in 75 to 90 %, not 95 %, of all samples, since a stratum that shows
/// none of the class counts as one that surely has none. The other holds it in 93 to 97 %, and where counts are enough both are one.
/// REQUIRES n >= 2 in each stratum of some weight.
[[nodiscard]] IntervalEstimate weighted_share(std::span<const StratumHits> strata);
/// The count that the variance of such a share rests on: Satterthwaite's mean of the smaller of hits and misses, each with half a unit
/// added, weighted by what the stratum adds to the variance.
[[nodiscard]] double counts_behind(std::span<const StratumHits> strata);

/// value +- 1.96 standard errors, wherever that leads: of a difference, which may be below 0.
[[nodiscard]] IntervalEstimate normal_interval(double value, double standard_error) noexcept;

/// The interval of a ratio of estimates that lies between 0 and 1, from its value and standard error: `logit`; where it is 0 or 1, or has no
/// standard error, `jeffreys` of `n` units.
[[nodiscard]] IntervalEstimate ratio_interval(double value, double standard_error, double n);

}  // namespace linmu

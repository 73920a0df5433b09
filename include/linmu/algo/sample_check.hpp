// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/geometry.hpp"

namespace linmu {

/// A sample as it was brought back.
struct FieldSample {
    Point where;                   ///< metres in a plane
    std::string epoch;             ///< "" is unknown
    std::string label;             ///< as it was written
    std::string class_key;         ///< as understood; "" when the label is blank or unknown
    std::vector<double> features;  ///< values of the bands there, NaN where one is missing; may be empty
};

struct SampleRules {
    double same_place = 1;           ///< nearer samples (m) are at one place
    std::string epoch;               ///< samples must be of it; "" is any
    double outlier_distance = 5;     ///< in robust standard deviations; 0: none is looked for
    std::size_t outlier_least = 15;  ///< a class of fewer samples has no outliers
};

enum class SampleFault { blank, unknown_class, outside, wrong_epoch, duplicate, contradiction, outlier };
[[nodiscard]] std::string_view to_string(SampleFault fault) noexcept;  ///< "unknown class"
[[nodiscard]] std::string_view name_zh_of(SampleFault fault) noexcept;
/// An outlier is only looked at again, all others do not count.
[[nodiscard]] bool takes_out(SampleFault fault) noexcept;

struct SampleFinding {
    std::size_t sample = 0;
    SampleFault fault = SampleFault::blank;
    std::optional<std::size_t> other;  ///< the sample that it is a copy of, or contradicts
    double measure = 0;                ///< distance in m; of an outlier in robust standard deviations
    std::size_t feature = 0;           ///< of an outlier: which is farthest
};

/// All that is wrong with samples, in their order. `inside` tells for each if it lies in the area; empty: all do.
/// duplicate: an earlier sample is at the same place and epoch with the same class; the later one is the copy. contradiction: with another
/// class; both do not count. outlier: a value farther from the median of its class than `outlier_distance` times 1.4826 times the median of
/// such distances (MAD; Leys et al. 2013, J. Experimental Social Psychology 49:764-766): band by band, which needs no covariance of
/// bands that a class of twenty samples could not give, as Mahalanobis's distance would. O(n log n) by a grid of places.
[[nodiscard]] std::vector<SampleFinding> check_samples(std::span<const FieldSample> samples,
                                                       const std::vector<bool>& inside, const SampleRules& rules);

/// How bunched samples are: the share of them within the most crowded square of `side` metres, of those that begin at a
/// multiple of half of it.
[[nodiscard]] double largest_bunch(std::span<const FieldSample> samples, double side);

}  // namespace linmu

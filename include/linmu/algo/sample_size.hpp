// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace linmu {

/// How many of the samples each stratum gets.
enum class Allocation {
    proportional,  ///< by size: best for overall accuracy
    equal,         ///< the same for all: best for user's accuracies
    neyman,   ///< by size times expected standard deviation: the smallest standard error for the n (Cochran 1977, 5.9)
    olofsson  ///< `least` to each rare class, the rest by size (Olofsson et al. 2014, section 5.1.3)
};
/// Throws UsageError with the nearest name.
[[nodiscard]] Allocation parse_allocation(std::string_view name);
[[nodiscard]] std::vector<std::string> allocation_names();

struct PlannedStratum {
    std::string name;
    double share = 0;        ///< of the whole ground
    std::int64_t units = 0;  ///< there are
    double expected = 0.8;   ///< user's accuracy: the part of it that is what the map calls it
};
struct AllocationRule {
    Allocation method = Allocation::olofsson;
    std::int64_t least = 50;  ///< to a rare class
};
/// Samples by stratum: `n` in all, 2 at least in each, never more than it has; what is left over by rounding goes to the largest
/// remainders. Throws DataError when n is too few for the strata, or the strata have fewer units.
[[nodiscard]] std::vector<std::int64_t> allocate(std::int64_t n, std::span<const PlannedStratum> strata,
                                                 const AllocationRule& rule);

/// What the standard error is wanted of.
struct SampleTarget {
    std::optional<std::size_t> stratum;  ///< share of the ground that is this class; nothing: overall accuracy
    double standard_error = 0.01;
    /// Of each other stratum, the part that is expected to be this class.
    double omission = 0.005;
};
/// Standard error to be expected of `drawn` samples by stratum.
[[nodiscard]] double expected_error(std::span<const PlannedStratum> strata, std::span<const std::int64_t> drawn,
                                    const SampleTarget& target);
/// The smallest n, from that of Olofsson et al. 2014, equation 13 on, whose allocation has the wanted standard error. Throws
/// DataError when even all units have not, or more than `most` are needed.
[[nodiscard]] std::int64_t samples_for(std::span<const PlannedStratum> strata, const AllocationRule& rule,
                                       const SampleTarget& target, std::int64_t most = 1'000'000);

}  // namespace linmu

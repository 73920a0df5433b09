// SPDX-License-Identifier: MIT
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/area.hpp"
#include "linmu/core/random.hpp"

namespace linmu {

/// A unit with the rank that a seed gives it. Ranks are 64 random bits by counter, so that the order of ranks is a random order of units.
struct RankedUnit {
    std::uint64_t rank = 0;
    std::int64_t unit = 0;  ///< row x columns + column of a cell; position of a parcel
    std::int32_t map = 0;   ///< the map's class there
    friend auto operator<=>(const RankedUnit&, const RankedUnit&) = default;
};
[[nodiscard]] constexpr std::uint64_t rank_of(std::uint64_t seed, std::int64_t unit) noexcept {
    return mix64(mix64(seed) ^ static_cast<std::uint64_t>(unit));
}

/// The `most` units of the smallest ranks: a simple random sample without replacement of all that were added, whatever the order and the
/// parts they came in. O(1) a unit: up to twice as many are held, and now and then the larger half is thrown away.
class SmallestRanks {
public:
    explicit SmallestRanks(std::size_t most = 0) : most_(most) {}
    void add(const RankedUnit& unit) {
        if (full_ && !(unit < largest_)) return;
        units_.push_back(unit);
        if (units_.size() >= 2 * most_) shrink();
    }
    void merge(const SmallestRanks& other);
    /// By rank.
    [[nodiscard]] std::vector<RankedUnit> sorted() const;

private:
    void shrink();
    std::size_t most_;
    std::vector<RankedUnit> units_;
    bool full_ = false;   ///< `most` units below or at `largest_` are held
    RankedUnit largest_;  ///< of those held when they were last shrunk
};

/// What was seen of a stratum.
struct StratumPool {
    std::int64_t units = 0;
    Area area;
    SmallestRanks chosen;
};
/// All strata, by code. Merging is exact and in any order the same.
class SamplePool {
public:
    /// `most`: so many units of each stratum may be drawn in the end.
    explicit SamplePool(std::size_t most = 0) : most_(most) {}
    /// Area may be added without a unit: the cut part of a cell at the border.
    [[nodiscard]] StratumPool& stratum(std::int32_t code);
    void add_unit(std::int32_t stratum, const RankedUnit& unit);
    void merge(const SamplePool& other);
    [[nodiscard]] const std::map<std::int32_t, StratumPool>& strata() const noexcept { return strata_; }
    [[nodiscard]] std::string bytes() const;
    /// Throws DataError when the bytes are not of a pool.
    static SamplePool from(std::string_view bytes, std::size_t most);

private:
    std::size_t most_;
    std::map<std::int32_t, StratumPool> strata_;
};

/// Chances in proportion to size, without lists of random numbers: units in random order laid end to end, and every (sum / n)-th unit of
/// length from a random start hits one (Madow 1949; randomised order as Hartley and Rao 1962). A large one may be hit more than once.
/// Hits by unit; they sum to n. O(units log units). Throws DataError when no size is positive.
[[nodiscard]] std::vector<int> hits_by_size(std::span<const double> sizes, int n, std::uint64_t seed);

}  // namespace linmu

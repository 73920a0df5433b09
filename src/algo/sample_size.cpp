// SPDX-License-Identifier: MIT
#include "linmu/algo/sample_size.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "linmu/core/error.hpp"
#include "linmu/core/nearest.hpp"

namespace linmu {
namespace {

constexpr std::int64_t least_of_any = 2;
constexpr std::array<std::string_view, 4> names{"proportional", "equal", "neyman", "olofsson"};

double square(double x) { return x * x; }

std::int64_t floor_of(const PlannedStratum& stratum) { return std::min(least_of_any, stratum.units); }

double deviation(const PlannedStratum& stratum) { return std::sqrt(stratum.expected * (1 - stratum.expected)); }

/// `n` whole units by weights, by largest remainder, within each stratum's bounds: those that hit a bound take it, the rest share.
class Division {
public:
    Division(std::int64_t n, std::vector<double> weights, std::vector<std::int64_t> low, std::vector<std::int64_t> high)
        : n_(n), weights_(std::move(weights)), low_(std::move(low)), high_(std::move(high)),
          given_(weights_.size(), -1) {}

    std::vector<std::int64_t> result() {
        while (fix_bounds()) continue;
        share_rest();
        return given_;
    }

private:
    [[nodiscard]] double ideal(std::size_t h) const {
        return sum_ > 0 ? static_cast<double>(rest_) * weights_[h] / sum_ : static_cast<double>(rest_) / open_;
    }

    void sum_up() {
        rest_ = n_;
        sum_ = open_ = 0;
        for (std::size_t h = 0; h < given_.size(); ++h) {
            if (given_[h] >= 0) rest_ -= given_[h];
            else sum_ += weights_[h], open_ += 1;
        }
    }

    /// Too small shares first: they take from the others.
    bool fix_bounds() {
        sum_up();
        bool fixed = false;
        for (std::size_t h = 0; h < given_.size(); ++h)
            if (given_[h] < 0 && ideal(h) <= static_cast<double>(low_[h])) given_[h] = low_[h], fixed = true;
        for (std::size_t h = 0; h < given_.size() && !fixed; ++h)
            if (given_[h] < 0 && ideal(h) >= static_cast<double>(high_[h])) given_[h] = high_[h], fixed = true;
        return fixed;
    }

    void share_rest() {
        std::vector<std::pair<double, std::size_t>> remainders;
        std::int64_t left = rest_;
        for (std::size_t h = 0; h < given_.size(); ++h) {
            if (given_[h] >= 0) continue;
            const double exact = ideal(h);
            given_[h] = static_cast<std::int64_t>(exact);
            left -= given_[h];
            remainders.emplace_back(-(exact - std::floor(exact)), h);
        }
        std::ranges::sort(remainders);
        for (std::size_t k = 0; left > 0 && k < remainders.size(); ++k, --left) ++given_[remainders[k].second];
        top_up(left);
    }

    /// Where all strata sit on bounds, what is left goes where there is room.
    void top_up(std::int64_t left) {
        for (std::size_t h = 0; h < given_.size() && left > 0; ++h) {
            const auto more = std::min(left, high_[h] - given_[h]);
            given_[h] += more;
            left -= more;
        }
    }

    std::int64_t n_, rest_ = 0;
    std::vector<double> weights_;
    std::vector<std::int64_t> low_, high_, given_;
    double sum_ = 0, open_ = 0;
};

std::vector<double> weights_of(std::span<const PlannedStratum> strata, Allocation method) {
    std::vector<double> weights;
    for (const auto& stratum : strata) {
        switch (method) {
            case Allocation::equal: weights.push_back(1); break;
            case Allocation::neyman: weights.push_back(stratum.share * deviation(stratum)); break;
            case Allocation::proportional:
            case Allocation::olofsson: weights.push_back(stratum.share); break;
        }
    }
    return weights;
}

void check_room(std::int64_t n, std::span<const PlannedStratum> strata) {
    std::int64_t units = 0, needed = 0;
    for (const auto& stratum : strata) units += stratum.units, needed += floor_of(stratum);
    if (strata.empty() || units == 0) throw DataError("there is nothing to draw samples from: no unit has a class");
    if (n > units) throw DataError(fmt::format("{} samples are wanted, but there are {} units", n, units));
    if (n < needed)
        throw DataError(
            fmt::format("{} samples are too few for {} strata: each needs 2 at least, better 50; ask for {}", n,
                        strata.size(), 50 * strata.size()));
}

double part_of(std::span<const PlannedStratum> strata, std::size_t h, const SampleTarget& target) {
    if (!target.stratum || h == *target.stratum) return strata[h].expected;
    return target.omission;
}

std::int64_t optimum(std::span<const PlannedStratum> strata, const SampleTarget& target) {
    double sum = 0;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        const double p = part_of(strata, h, target);
        sum += strata[h].share * std::sqrt(p * (1 - p));
    }
    return static_cast<std::int64_t>(std::min(1e18, std::ceil(square(sum / target.standard_error))));
}

}  // namespace

Allocation parse_allocation(std::string_view name) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end())
        throw UsageError(fmt::format("there is no allocation '{}'{}", name, hint(name, allocation_names())));
    return static_cast<Allocation>(found - names.begin());
}

std::vector<std::string> allocation_names() { return {names.begin(), names.end()}; }

std::vector<std::int64_t> allocate(std::int64_t n, std::span<const PlannedStratum> strata, const AllocationRule& rule) {
    check_room(n, strata);
    std::vector<std::int64_t> low, high;
    // Where n can't give every rare class its least, all classes' least shrinks with it.
    const auto even = n / static_cast<std::int64_t>(strata.size());
    for (const auto& stratum : strata) {
        const auto wanted =
            rule.method == Allocation::olofsson ? std::max(least_of_any, std::min(rule.least, even)) : least_of_any;
        low.push_back(std::min(wanted, stratum.units));
        high.push_back(stratum.units);
    }
    return Division(n, weights_of(strata, rule.method), std::move(low), std::move(high)).result();
}

double expected_error(std::span<const PlannedStratum> strata, std::span<const std::int64_t> drawn,
                      const SampleTarget& target) {
    double variance = 0;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        if (drawn[h] >= strata[h].units) continue;
        const double p = part_of(strata, h, target);
        variance +=
            square(strata[h].share) * p * (1 - p) / static_cast<double>(std::max<std::int64_t>(drawn[h] - 1, 1));
    }
    return std::sqrt(variance);
}

std::int64_t samples_for(std::span<const PlannedStratum> strata, const AllocationRule& rule, const SampleTarget& target,
                         std::int64_t most) {
    std::int64_t units = 0;
    for (const auto& stratum : strata) units += stratum.units;
    const auto room = std::min(units, most);
    const auto least = std::min(room, 2 * static_cast<std::int64_t>(strata.size()));
    const auto error = [&](std::int64_t n) { return expected_error(strata, allocate(n, strata, rule), target); };
    std::int64_t low = std::max(least, optimum(strata, target));
    if (low > room || error(room) > target.standard_error)
        throw DataError(
            fmt::format("a standard error of {:.4g} needs {} samples or more, and {} are the most there can be; "
                        "ask for a wider interval",
                        target.standard_error, low, room));
    std::int64_t high = low;
    while (error(high) > target.standard_error) high = std::min(room, 2 * high);
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        if (error(middle) > target.standard_error) low = middle + 1;
        else high = middle;
    }
    return high;
}

}  // namespace linmu

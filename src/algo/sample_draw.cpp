// SPDX-License-Identifier: MIT
#include "linmu/algo/sample_draw.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

void put(std::string& out, std::int64_t value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
}

std::int64_t take(std::string_view& in) {
    std::int64_t value = 0;
    if (in.size() < sizeof value)
        throw DataError("the state of a sample design ends too early; remove it and run again");
    std::memcpy(&value, in.data(), sizeof value);
    in.remove_prefix(sizeof value);
    return value;
}

}  // namespace

void SmallestRanks::shrink() {
    if (units_.size() <= most_) return;
    const auto end = units_.begin() + static_cast<std::ptrdiff_t>(most_);
    std::nth_element(units_.begin(), end, units_.end());
    units_.erase(end, units_.end());
    full_ = true;
    if (most_ > 0) largest_ = *std::ranges::max_element(units_);
}

void SmallestRanks::merge(const SmallestRanks& other) {
    for (const auto& unit : other.units_) add(unit);
}

std::vector<RankedUnit> SmallestRanks::sorted() const {
    auto smallest = *this;
    smallest.shrink();
    std::ranges::sort(smallest.units_);
    return std::move(smallest.units_);
}

StratumPool& SamplePool::stratum(std::int32_t code) {
    return strata_.try_emplace(code, StratumPool{0, {}, SmallestRanks(most_)}).first->second;
}

void SamplePool::add_unit(std::int32_t stratum, const RankedUnit& unit) {
    auto& pool = this->stratum(stratum);
    ++pool.units;
    pool.chosen.add(unit);
}

void SamplePool::merge(const SamplePool& other) {
    for (const auto& [code, pool] : other.strata_) {
        auto& mine = stratum(code);
        mine.units += pool.units;
        mine.area += pool.area;
        mine.chosen.merge(pool.chosen);
    }
}

std::string SamplePool::bytes() const {
    std::string out;
    put(out, static_cast<std::int64_t>(strata_.size()));
    for (const auto& [code, pool] : strata_) {
        const auto chosen = pool.chosen.sorted();
        for (const std::int64_t value : {std::int64_t{code}, pool.units, pool.area.units(), std::ssize(chosen)})
            put(out, value);
        for (const auto& unit : chosen) {
            put(out, static_cast<std::int64_t>(unit.rank));
            put(out, unit.unit);
            put(out, unit.map);
        }
    }
    return out;
}

SamplePool SamplePool::from(std::string_view bytes, std::size_t most) {
    SamplePool pool(most);
    for (auto strata = take(bytes); strata > 0; --strata) {
        auto& one = pool.stratum(static_cast<std::int32_t>(take(bytes)));
        one.units = take(bytes);
        one.area = Area{take(bytes)};
        for (auto chosen = take(bytes); chosen > 0; --chosen) {
            RankedUnit unit;
            unit.rank = static_cast<std::uint64_t>(take(bytes));
            unit.unit = take(bytes);
            unit.map = static_cast<std::int32_t>(take(bytes));
            one.chosen.add(unit);
        }
    }
    return pool;
}

std::vector<int> hits_by_size(std::span<const double> sizes, int n, std::uint64_t seed) {
    std::vector<std::size_t> order(sizes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto rank = [&](std::size_t i) { return std::pair(rank_of(seed, static_cast<std::int64_t>(i)), i); };
    std::ranges::sort(order, {}, rank);
    double whole = 0;
    for (const auto i : order) whole += std::max(sizes[i], 0.0);
    if (!(whole > 0)) throw DataError("no unit has a size; samples can't be drawn by it");
    const double start = random_unit(seed, sizes.size(), 1);
    std::vector<int> hits(sizes.size());
    double reached = 0;
    int done = 0;
    for (const auto i : order) {
        reached += std::max(sizes[i], 0.0);
        for (; done < n && (start + done) * whole / n < reached; ++done) ++hits[i];
    }
    return hits;
}

}  // namespace linmu

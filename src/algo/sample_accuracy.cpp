// SPDX-License-Identifier: MIT
#include "linmu/algo/sample_accuracy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <map>
#include <set>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double square(double x) { return x * x; }

std::vector<std::int64_t> draws_by_stratum(std::size_t strata, std::span<const SampleUnit> units) {
    std::vector<std::int64_t> counts(strata);
    std::set<std::pair<std::size_t, std::int64_t>> clusters;
    for (const auto& unit : units)
        if (unit.cluster < 0 || clusters.emplace(unit.stratum, unit.cluster).second) ++counts.at(unit.stratum);
    return counts;
}

}  // namespace

double ClassSum::sign(std::size_t reference) const {
    if (std::ranges::find(plus, reference) != plus.end()) return 1;
    return std::ranges::find(minus, reference) != minus.end() ? -1 : 0;
}

std::vector<SampleShortage> shortages(std::span<const SampleStratum> strata, std::span<const SampleUnit> units,
                                      std::int64_t least) {
    const auto counts = draws_by_stratum(strata.size(), units);
    std::vector<SampleShortage> found;
    for (std::size_t h = 0; h < strata.size(); ++h) {
        if (!(strata[h].measure > 0)) continue;
        // A stratum of three parcels can have no more than three samples.
        const auto all = static_cast<std::int64_t>(strata[h].units);
        const auto wanted = all > 0 ? std::min(least, all) : least;
        if (counts[h] < wanted) found.push_back({strata[h].name, counts[h], wanted - counts[h]});
    }
    return found;
}

SampleEstimator::SampleEstimator(std::vector<SampleStratum> strata, std::vector<SampleUnit> units, std::size_t classes,
                                 double finite_share)
    : strata_(std::move(strata)), units_(std::move(units)), classes_(classes), finite_share_(finite_share),
      drawn_units_(strata_.size()), shares_(units_.size(), 1.0) {
    gather();
    for (const auto& draw : draws_) drawn_units_[draw.stratum] += 1;
    for (std::size_t h = 0; h < strata_.size(); ++h) {
        const bool all_drawn = strata_[h].units > 0 && drawn_units_[h] >= strata_[h].units;
        if (strata_[h].measure > 0 && drawn_units_[h] < 2 && !all_drawn)
            throw DataError(fmt::format("stratum '{}' has {} samples; an error needs 2 at least, better 50",
                                        strata_[h].name, drawn_units_[h]));
    }
}

/// The units of a cluster count by their mean, so that each draw stands for as much.
void SampleEstimator::gather() {
    std::map<std::pair<std::size_t, std::int64_t>, std::size_t> clusters;
    for (std::size_t i = 0; i < units_.size(); ++i) {
        const auto& unit = units_[i];
        plain_ = plain_ && unit.cluster < 0 && unit.size == 1;
        if (unit.cluster < 0) {
            draws_.push_back({unit.stratum, {i}});
            continue;
        }
        const auto [at, is_new] = clusters.try_emplace({unit.stratum, unit.cluster}, draws_.size());
        if (is_new) draws_.push_back({unit.stratum, {}});
        draws_[at->second].units.push_back(i);
    }
    for (const auto& draw : draws_)
        for (const auto i : draw.units) shares_[i] = 1.0 / static_cast<double>(draw.units.size());
}

double SampleEstimator::drawn(std::size_t h) const {
    const double part = strata_[h].units > 0 ? drawn_units_[h] / strata_[h].units : 0;
    return part > finite_share_ ? std::min(part, 1.0) : 0;
}

/// sum over strata of measure times the mean of value over the draws.
template <class Value>
double SampleEstimator::total(Value value) const {
    std::vector<double> sums(strata_.size());
    for (std::size_t i = 0; i < units_.size(); ++i) sums[units_[i].stratum] += shares_[i] * value(units_[i]);
    double all = 0;
    for (std::size_t h = 0; h < strata_.size(); ++h)
        if (strata_[h].measure > 0) all += strata_[h].measure * sums[h] / drawn_units_[h];
    return all;
}

/// Of the total, what each stratum adds to its variance.
template <class Value>
std::vector<double> SampleEstimator::variances(Value value) const {
    const auto of_draw = [&](const Draw& draw) {
        double sum = 0;
        for (const auto i : draw.units) sum += shares_[i] * value(units_[i]);
        return sum;
    };
    std::vector<double> means(strata_.size()), squares(strata_.size());
    for (const auto& draw : draws_) means[draw.stratum] += of_draw(draw) / drawn_units_[draw.stratum];
    for (const auto& draw : draws_) squares[draw.stratum] += square(of_draw(draw) - means[draw.stratum]);
    std::vector<double> found(strata_.size());
    for (std::size_t h = 0; h < strata_.size(); ++h) {
        if (!(strata_[h].measure > 0) || drawn_units_[h] < 2) continue;
        found[h] = square(strata_[h].measure) * (1 - drawn(h)) * squares[h] / (drawn_units_[h] - 1) / drawn_units_[h];
    }
    return found;
}

template <class Value>
double SampleEstimator::variance(Value value) const {
    double all = 0;
    for (const double of_stratum : variances(value)) all += of_stratum;
    return all;
}

/// Stehman 2014, equations 27 and 28.
template <class Y, class X>
IntervalEstimate SampleEstimator::ratio(Y y, X x) const {
    const double whole = total(x);
    if (!(whole > 0)) return no_estimate();
    const double value = total(y) / whole;
    const double error = std::sqrt(variance([&](const SampleUnit& u) { return y(u) - value * x(u); })) / whole;
    const auto n = std::count_if(units_.begin(), units_.end(), [&](const SampleUnit& u) { return x(u) > 0; });
    return ratio_interval(value, error, static_cast<double>(n));
}

template <class Hit>
IntervalEstimate SampleEstimator::share_of(Hit hit) const {
    const auto size = [](const SampleUnit& u) { return u.size; };
    if (!plain_) return ratio([&](const SampleUnit& u) { return hit(u) ? u.size : 0.0; }, size);
    double whole = 0;
    for (const auto& stratum : strata_) whole += stratum.measure;
    std::vector<StratumHits> hits(strata_.size());
    for (std::size_t h = 0; h < strata_.size(); ++h) hits[h] = {strata_[h].measure / whole, 0, 0, drawn(h)};
    for (const auto& unit : units_) {
        hits[unit.stratum].n += 1;
        if (hit(unit)) hits[unit.stratum].hits += 1;
    }
    // A stratum whose only unit was drawn is known; a second unit like it changes nothing.
    for (auto& s : hits)
        if (s.n == 1) s.hits *= 2, s.n = 2;
    return weighted_share(hits);
}

IntervalEstimate SampleEstimator::user(std::size_t k) const {
    const auto mapped = [k](const SampleUnit& u) { return u.map == k ? u.size : 0.0; };
    const auto right = [k](const SampleUnit& u) { return u.map == k && u.reference == k ? u.size : 0.0; };
    std::set<std::size_t> strata;
    double n = 0, hits = 0;
    for (const auto& unit : units_) {
        if (unit.map != k) continue;
        strata.insert(unit.stratum);
        n += 1;
        hits += unit.reference == k ? 1 : 0;
    }
    // All of one stratum, and units are cells: a binomial share.
    if (!plain_ || strata.size() != 1 || n < 2 || drawn(*strata.begin()) > 0) return ratio(right, mapped);
    auto found = jeffreys(hits, n);
    found.standard_error = ratio(right, mapped).standard_error;
    return found;
}

IntervalEstimate SampleEstimator::producer(std::size_t k) const {
    return ratio([k](const SampleUnit& u) { return u.map == k && u.reference == k ? u.size : 0.0; },
                 [k](const SampleUnit& u) { return u.reference == k ? u.size : 0.0; });
}

SampleAccuracy SampleEstimator::accuracy() const {
    SampleAccuracy result;
    result.units = static_cast<std::int64_t>(units_.size());
    result.overall = share_of([](const SampleUnit& u) { return u.map == u.reference; });
    for (std::size_t k = 0; k < classes_; ++k) {
        SampleClassAccuracy of_class;
        of_class.user = user(k);
        of_class.producer = producer(k);
        const double u = of_class.user.value, p = of_class.producer.value;
        of_class.f1 = u + p > 0 ? 2 * u * p / (u + p) : none;
        of_class.share = share_of([k](const SampleUnit& unit) { return unit.reference == k; });
        of_class.mapped = std::ranges::count(units_, k, &SampleUnit::map);
        of_class.referenced = std::ranges::count(units_, k, &SampleUnit::reference);
        result.classes.push_back(of_class);
    }
    result.kappa = kappa();
    return result;
}

Plane<std::int64_t> SampleEstimator::counts() const {
    Plane<std::int64_t> counts(static_cast<int>(classes_) + 1, static_cast<int>(classes_), 0);
    for (const auto& unit : units_) ++counts(static_cast<int>(row_of(unit)), static_cast<int>(unit.reference));
    return counts;
}

IntervalEstimate SampleEstimator::cell(std::size_t map, std::size_t reference) const {
    return share_of([=](const SampleUnit& u) { return u.map == map && u.reference == reference; });
}

IntervalEstimate SampleEstimator::share(const ClassSum& sum) const {
    if (!sum.minus.empty()) return difference(sum);
    return share_of([&](const SampleUnit& u) { return sum.sign(u.reference) > 0; });
}

IntervalEstimate SampleEstimator::difference(const ClassSum& sum) const {
    const double whole = total([](const SampleUnit& u) { return u.size; });
    const double value = total([&](const SampleUnit& u) { return sum.sign(u.reference) * u.size; }) / whole;
    const double squared = variance([&](const SampleUnit& u) { return (sum.sign(u.reference) - value) * u.size; });
    return normal_interval(value, std::sqrt(squared) / whole);
}

double SampleEstimator::kappa() const {
    const double whole = total([](const SampleUnit& u) { return u.size; });
    double chance = 0;
    for (std::size_t k = 0; k < classes_; ++k)
        chance += total([k](const SampleUnit& u) { return u.map == k ? u.size : 0.0; }) / whole *
                  total([k](const SampleUnit& u) { return u.reference == k ? u.size : 0.0; }) / whole;
    const double agreed = total([](const SampleUnit& u) { return u.map == u.reference ? u.size : 0.0; }) / whole;
    return chance < 1 ? (agreed - chance) / (1 - chance) : none;
}

bool SampleEstimator::strata_are_map_classes() const {
    std::map<std::size_t, std::size_t> stratum_of_row, row_of_stratum;
    return plain_ && std::ranges::all_of(units_, [&](const SampleUnit& u) {
               return stratum_of_row.try_emplace(row_of(u), u.stratum).first->second == u.stratum &&
                      row_of_stratum.try_emplace(u.stratum, row_of(u)).first->second == row_of(u);
           });
}

double SampleEstimator::sampled(std::size_t row) const {
    return total([&](const SampleUnit& u) { return row_of(u) == row ? u.size : 0.0; });
}

/// A share of the zone is a sum over rows as that of the whole ground is one over strata, with weights of the zone.
IntervalEstimate SampleEstimator::synthetic_share(std::span<const double> weights, const ClassSum& sum) const {
    std::vector<StratumHits> rows(weights.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].weight = weights[i];
    for (const auto& unit : units_) {
        auto& row = rows[row_of(unit)];
        row.n += 1;
        row.hits += sum.sign(unit.reference);
        row.drawn = drawn(unit.stratum);
    }
    for (auto& row : rows)
        if (row.n == 1) row.hits *= 2, row.n = 2;
    return weighted_share(rows);
}

IntervalEstimate SampleEstimator::linearised_share(std::span<const double> weights, const ClassSum& sum) const {
    std::vector<double> share(weights.size()), factor(weights.size());
    double value = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (!(weights[i] > 0)) continue;
        const double whole = sampled(i);
        share[i] =
            total([&](const SampleUnit& u) { return row_of(u) == i ? sum.sign(u.reference) * u.size : 0.0; }) / whole;
        factor[i] = weights[i] / whole;
        value += weights[i] * share[i];
    }
    const double squared = variance([&](const SampleUnit& u) {
        const auto i = row_of(u);
        return factor[i] * u.size * (sum.sign(u.reference) - share[i]);
    });
    if (!sum.minus.empty()) return normal_interval(value, std::sqrt(squared));
    return ratio_interval(value, std::sqrt(squared), static_cast<double>(units_.size()));
}

/// P(sum's class | map class), by row.
std::vector<double> SampleEstimator::shares_by_row(const ClassSum& sum) const {
    std::vector<double> share(classes_ + 1);
    for (std::size_t i = 0; i <= classes_; ++i) {
        const double whole = sampled(i);
        if (whole > 0)
            share[i] =
                total([&](const SampleUnit& u) { return row_of(u) == i ? sum.sign(u.reference) * u.size : 0.0; }) /
                whole;
    }
    return share;
}

SampleEstimator::ZoneResidual SampleEstimator::zone_residual(const std::vector<bool>& is_in,
                                                             std::span<const double> stratum_part,
                                                             const ClassSum& sum) const {
    assert(is_in.size() == units_.size() && stratum_part.size() == strata_.size());
    const auto share = shares_by_row(sum);
    const auto residual = [&](const SampleUnit& u) { return u.size * (sum.sign(u.reference) - share[row_of(u)]); };
    const auto here = [&](const SampleUnit& u) {
        return is_in[static_cast<std::size_t>(&u - units_.data())] ? residual(u) : 0.0;
    };
    ZoneResidual found{total(here), variance(here), 0, std::ranges::count(is_in, true)};
    const auto by_stratum = variances(residual);
    std::vector<double> size(strata_.size());
    for (const auto& unit : units_) size[unit.stratum] += unit.size / std::max(1.0, drawn_units_[unit.stratum]);
    for (std::size_t h = 0; h < strata_.size(); ++h) {
        if (!(strata_[h].measure > 0) || drawn_units_[h] < 1) continue;
        // Half a hit more: a stratum that shows none of the class does not surely have none.
        const double p = 0.5 / (drawn_units_[h] + 1);
        const double least = square(strata_[h].measure * size[h]) * p * (1 - p) / drawn_units_[h];
        found.smoothed_variance += stratum_part[h] * std::max(by_stratum[h], least);
    }
    return found;
}

IntervalEstimate SampleEstimator::synthetic_area(std::span<const double> mapped_m2, const ClassSum& sum) const {
    assert(mapped_m2.size() == classes_ + 1);
    double area = 0;
    bool known = true;
    for (std::size_t i = 0; i <= classes_; ++i) {
        area += mapped_m2[i];
        known = known && (!(mapped_m2[i] > 0) || sampled(i) > 0);
    }
    if (!known || !(area > 0)) return no_estimate();
    std::vector<double> weights;
    for (const double m2 : mapped_m2) weights.push_back(m2 / area);
    const bool by_row = strata_are_map_classes() && sum.minus.empty();
    return (by_row ? synthetic_share(weights, sum) : linearised_share(weights, sum)).scaled(area);
}

std::vector<IntervalEstimate> SampleEstimator::synthetic_areas(std::span<const double> mapped_m2) const {
    std::vector<IntervalEstimate> areas;
    for (std::size_t j = 0; j < classes_; ++j) areas.push_back(synthetic_area(mapped_m2, {{j}, {}}));
    return areas;
}

}  // namespace linmu

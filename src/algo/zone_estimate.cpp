// SPDX-License-Identifier: MIT
#include "linmu/algo/zone_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "linmu/algo/small_area.hpp"

namespace linmu {
namespace {

double square(double x) { return x * x; }

double area_of(const SampledZone& zone) {
    double sum = 0;
    for (const double m2 : zone.mapped_m2) sum += m2;
    return sum;
}

/// Parts of the strata that lie in a zone: from the map where strata are its classes, else by the samples.
std::vector<double> parts_of(const SampleEstimator& estimator, const SampledZone& zone) {
    const auto units = estimator.units();
    std::vector<double> here(estimator.strata().size()), all(here.size());
    for (std::size_t k = 0; k < units.size(); ++k) {
        all[units[k].stratum] += 1;
        here[units[k].stratum] += zone.is_in[k] ? 1 : 0;
    }
    std::vector<double> parts(here.size());
    for (std::size_t h = 0; h < parts.size(); ++h) parts[h] = all[h] > 0 ? here[h] / all[h] : 0;
    if (!estimator.strata_are_map_classes()) return parts;
    for (const auto& unit : units) {
        const double m2 = zone.mapped_m2[std::min(unit.map, zone.mapped_m2.size() - 1)];
        parts[unit.stratum] = std::min(1.0, m2 / estimator.strata()[unit.stratum].measure);
    }
    return parts;
}

/// One zone, in shares of its area.
struct Seen {
    double area = 0;
    IntervalEstimate synthetic;  ///< m2
    SmallArea shares;
    double own_variance = 0;  ///< of the direct share, from the zone's samples alone
    std::int64_t samples = 0;
};

std::optional<Seen> look_at(const SampleEstimator& estimator, const SampledZone& zone, const ClassSum& sum) {
    Seen seen{.area = area_of(zone), .synthetic = estimator.synthetic_area(zone.mapped_m2, sum), .shares = {}};
    if (std::isnan(seen.synthetic.value)) return {};
    const auto residual = estimator.zone_residual(zone.is_in, parts_of(estimator, zone), sum);
    seen.samples = residual.samples;
    seen.own_variance = residual.variance / square(seen.area);
    seen.shares = {.synthetic = seen.synthetic.value / seen.area,
                   .synthetic_variance = square(seen.synthetic.standard_error / seen.area),
                   .direct = (seen.synthetic.value + residual.total) / seen.area,
                   .sampling_variance = residual.smoothed_variance / square(seen.area)};
    return seen;
}

/// A share that errors may have led out of its range, and its interval.
IntervalEstimate interval_of(double share, double variance, const ClassSum& sum, double n) {
    if (!sum.minus.empty()) return normal_interval(share, std::sqrt(variance));
    return ratio_interval(std::clamp(share, 0.0, 1.0), std::sqrt(variance), n);
}

bool in_model(const Seen& zone, const ZoneRule& rule) {
    return zone.shares.sampling_variance > 0 && zone.samples >= rule.composite_least;
}

/// By the zone's own samples, by the model where there is one for it, or by the map alone.
ZoneEstimate estimate_of(const Seen& zone, const SmallAreaEstimate* modelled, const ClassSum& sum,
                         const ZoneRule& rule) {
    const auto n = static_cast<double>(zone.samples);
    if (zone.samples >= rule.direct_least) {
        const double variance = std::max(zone.own_variance, zone.shares.sampling_variance);
        return {interval_of(zone.shares.direct, variance, sum, n).scaled(zone.area), ZoneMethod::direct, zone.samples};
    }
    if (modelled != nullptr)
        return {interval_of(modelled->value, modelled->mean_square_error, sum, n).scaled(zone.area),
                ZoneMethod::composite, zone.samples};
    auto area = zone.synthetic;
    area.low = area.high = no_estimate().low;
    area.method = IntervalMethod::none;
    return {area, ZoneMethod::synthetic, zone.samples};
}

}  // namespace

std::string_view describe(ZoneMethod method) {
    switch (method) {
        case ZoneMethod::direct: return "direct, modified regression estimator (Sarndal and Hidiroglou 1989)";
        case ZoneMethod::composite: return "composite, Fay and Herriot 1979 with the error of Prasad and Rao 1990";
        case ZoneMethod::synthetic: break;
    }
    return "synthetic, no honest interval: the county's P(true | map) on the zone's map (Rao and Molina 2015)";
}

std::vector<ZoneEstimate> zone_estimates(const SampleEstimator& estimator, std::span<const SampledZone> zones,
                                         const ClassSum& sum, const ZoneRule& rule) {
    std::vector<std::optional<Seen>> seen;
    std::vector<SmallArea> shares;
    for (const auto& zone : zones) {
        seen.push_back(look_at(estimator, zone, sum));
        if (seen.back() && in_model(*seen.back(), rule)) shares.push_back(seen.back()->shares);
    }
    const bool enough = shares.size() >= std::max<std::size_t>(2, rule.least_zones);
    const auto model = enough ? fay_herriot(shares) : SmallAreaModel{};
    std::vector<ZoneEstimate> found;
    std::size_t at = 0;
    for (const auto& zone : seen) {
        if (!zone) {
            found.push_back({no_estimate(), ZoneMethod::synthetic, 0});
            continue;
        }
        const bool modelled = enough && in_model(*zone, rule);
        found.push_back(estimate_of(*zone, modelled ? &model.zones[at++] : nullptr, sum, rule));
    }
    return found;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#include "linmu/algo/zone_estimate.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
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
    // A vector of bools has no bools to look at.
    const auto is_in = std::make_unique<bool[]>(zone.is_in.size());
    std::ranges::copy(zone.is_in, is_in.get());
    const auto residual = estimator.zone_residual({is_in.get(), zone.is_in.size()}, parts_of(estimator, zone), sum);
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
    std::vector<SmallArea> modelled;
    for (const auto& zone : zones) {
        seen.push_back(look_at(estimator, zone, sum));
        if (seen.back() && seen.back()->shares.sampling_variance > 0 && seen.back()->samples >= rule.composite_least)
            modelled.push_back(seen.back()->shares);
    }
    const bool enough = modelled.size() >= std::max<std::size_t>(2, rule.least_zones);
    const auto model = enough ? fay_herriot(modelled) : SmallAreaModel{};
    std::vector<ZoneEstimate> found;
    std::size_t at = 0;
    for (const auto& z : seen) {
        if (!z) {
            found.push_back({no_estimate(), ZoneMethod::synthetic, 0});
            continue;
        }
        const bool in_model = z->shares.sampling_variance > 0 && z->samples >= rule.composite_least;
        const auto place = in_model ? at++ : at;
        const auto n = static_cast<double>(z->samples);
        if (z->samples >= rule.direct_least) {
            const double variance = std::max(z->own_variance, z->shares.sampling_variance);
            found.push_back(
                {interval_of(z->shares.direct, variance, sum, n).scaled(z->area), ZoneMethod::direct, z->samples});
        } else if (enough && in_model) {
            const auto& estimate = model.zones[place];
            found.push_back({interval_of(estimate.value, estimate.mean_square_error, sum, n).scaled(z->area),
                             ZoneMethod::composite, z->samples});
        } else {
            auto area = z->synthetic;
            area.low = area.high = no_estimate().low;
            area.method = IntervalMethod::none;
            found.push_back({area, ZoneMethod::synthetic, z->samples});
        }
    }
    return found;
}

}  // namespace linmu

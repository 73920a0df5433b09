// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "accuracy_samples.hpp"
#include "linmu/algo/sample_accuracy.hpp"
#include "linmu/algo/zone_estimate.hpp"
#include "linmu/core/layer.hpp"

namespace linmu {

/// Classes that are asked for together, as people write them: "broadleaf + conifer", "inflow - outflow".
struct SumText {
    std::vector<std::string> plus, minus;
};
/// Throws UsageError for what is no sum of two classes or more.
[[nodiscard]] SumText parse_sum(const std::string& text);

/// The ledger tables 'adjusted_area', whose classes add up to the ground, and 'adjusted_sum', of classes taken together, which has the
/// same columns: map, level, zone, class, mapped, area, standard_error, low, high, share, share_se, samples, method, interval, status,
/// status_zh, interval_note. The whole ground is zone "all" of level "whole". A sum's class is its classes by name, those that are added first:
/// "broadleaf + conifer". `interval_note` is the sentence for people: "700 samples, stratified (Olofsson et al. 2014)" or why
/// there is no interval: "没有样本 no samples".
class AdjustedAreas {
public:
    explicit AdjustedAreas(std::string map);

    /// Areas of a zone of which nothing is known but what is mapped.
    void add_unsampled(const std::string& level, const std::string& zone, const MappedAreas& mapped);
    /// The whole ground. `mapped` may be empty: nothing is known of what the map shows.
    void add_whole(const LabelledSamples& samples, const SampleEstimator& estimator, const MappedAreas& mapped,
                   std::span<const SumText> sums);
    /// The zones of a layer, by code: see zone_estimates. No interval where a class that is 5 % of a zone has fewer samples than `least`.
    void add_zones(const LabelledSamples& samples, const SampleEstimator& estimator, const std::string& level,
                   const std::map<std::string, MappedAreas>& zones, std::span<const SumText> sums, const ZoneRule& rule,
                   int least);

    [[nodiscard]] const Table& areas() const noexcept { return areas_; }
    [[nodiscard]] const Table& sums() const noexcept { return sums_; }

private:
    struct Place;
    struct Zones;
    void add_zone_classes(const Place& place, const LabelledSamples& samples, const Zones& zones, std::size_t zone);
    [[nodiscard]] static Place told_by(Place place, const ZoneEstimate& estimate);
    [[nodiscard]] static std::pair<std::string, std::string> status_of(const Place& place, bool limits);
    void add_unknown(const Place& place, const std::string& name, std::optional<Area> mapped, const std::string& status,
                     const std::string& status_zh);
    void add_classes(const Place& place, const LabelledSamples& samples, const std::vector<IntervalEstimate>& areas);
    [[nodiscard]] std::vector<Value> row(const Place& place, const std::string& name, std::optional<Area> mapped,
                                         const IntervalEstimate& area, std::int64_t units) const;

    std::string map_;
    Table areas_, sums_;
};

}  // namespace linmu

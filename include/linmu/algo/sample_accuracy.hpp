// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "linmu/algo/interval.hpp"
#include "linmu/core/block.hpp"

namespace linmu {

inline constexpr std::size_t no_class = std::numeric_limits<std::size_t>::max();

/// A part of the ground from which sample units were drawn with equal chances.
struct SampleStratum {
    std::string name;
    /// What its units stand for together: its area in m2, where a unit is a cell; how many units it has, where units have sizes of their own
    /// (parcels) or are clusters.
    double measure = 0;
    /// How many units it has, 0 when unknown: tells if so large a part was drawn that errors shrink.
    double units = 0;
};

/// A labelled sample unit.
struct SampleUnit {
    std::size_t stratum = 0;
    std::size_t map = no_class;  ///< position of the class; `no_class`: the map has none there
    std::size_t reference = no_class;
    double size = 1;            ///< m2 of a parcel; 1 for a cell
    std::int64_t cluster = -1;  ///< units of one cluster (a parcel of a two-stage sample) were drawn together
};

/// Of one class; classes of change are classes like others.
struct SampleClassAccuracy {
    IntervalEstimate user;      ///< of what the map calls so, the share that is so
    IntervalEstimate producer;  ///< of what is so, the share that the map calls so
    double f1 = 0;
    IntervalEstimate share;       ///< of the whole ground, adjusted for the map's errors
    std::int64_t mapped = 0;      ///< units that the map calls so
    std::int64_t referenced = 0;  ///< units that are so
};

/// Classes whose areas are added, and others that are taken away: all forest; inflow less outflow.
struct ClassSum {
    std::vector<std::size_t> plus, minus;
    /// 1, -1 or 0: how a class counts.
    [[nodiscard]] double sign(std::size_t reference) const;
};

struct SampleAccuracy {
    std::int64_t units = 0;
    IntervalEstimate overall;
    std::vector<SampleClassAccuracy> classes;
    double kappa = 0;  ///< from the estimated shares; NaN when all is one class
};

/// Accuracy and area of a class map from a stratified random sample of units that are cells, parcels or clusters, whatever the strata are:
/// ratio estimators over strata (Stehman 2014, Int. J. Remote Sensing 35:4923-4939; Cochran 1977, 6.11 for units of unequal
/// size, 11 for clusters, whose totals count as one unit). Where the strata are the map's classes and units are cells, these are the
/// estimators of Olofsson et al. 2014 (Remote Sensing of Environment 148:42-57), digit for digit. Intervals: see weighted_share,
/// jeffreys and ratio_interval; those of parcels and clusters are `logit`.
class SampleEstimator {
public:
    /// `finite_share`: where more than this part of a stratum's units was drawn, its variance shrinks by the part (Cochran 1977, 2.6 has 5 %).
    /// Throws DataError when a stratum of some measure has fewer than 2 units (or clusters): see shortages.
    SampleEstimator(std::vector<SampleStratum> strata, std::vector<SampleUnit> units, std::size_t classes,
                    double finite_share = 0.05);

    [[nodiscard]] SampleAccuracy accuracy() const;
    /// Numbers of units; a row for each class of the map and a last one for what it does not class; a column for each reference class.
    [[nodiscard]] Plane<std::int64_t> counts() const;
    /// Share of the whole ground that the map calls `map` and that is `reference`: Olofsson's p_ij. `map` may be `no_class`.
    [[nodiscard]] IntervalEstimate cell(std::size_t map, std::size_t reference) const;
    /// Share of the whole ground of the sum's classes, which are taken for one class. A difference has a normal interval.
    [[nodiscard]] IntervalEstimate share(const ClassSum& sum) const;

    /// Areas of the reference classes in a part of the ground, of which only the mapped areas are known: sum over map classes i of
    /// mapped_i P(reference j | map i), with the whole ground's P. A synthetic estimate (Rao and Molina 2015, Small Area Estimation, 3.2):
    /// it holds as far as the map errs there as it errs elsewhere; its standard error, by linearisation, is that of the P's only.
    /// `mapped_m2` has the area of each class and a last one for what the map does not class. NaN where a mapped class has no sample.
    [[nodiscard]] std::vector<IntervalEstimate> synthetic_areas(std::span<const double> mapped_m2) const;
    [[nodiscard]] IntervalEstimate synthetic_area(std::span<const double> mapped_m2, const ClassSum& sum) const;

    /// What the samples in one zone say beyond the synthetic estimate: the total of their differences from it, weighted as drawn, in m2. Added to the
    /// synthetic area it makes the modified regression estimator of the zone, which is unbiased however few its samples are
    /// (Sarndal and Hidiroglou 1989, J. American Statistical Association 84:266-275; Rao and Molina 2015, 2.5).
    struct ZoneResidual {
        double total = 0;
        double variance = 0;           ///< from the zone's own samples
        double smoothed_variance = 0;  ///< from all samples, by the parts of the strata that lie in the zone; above 0
        std::int64_t samples = 0;
    };
    /// `is_in[k]`: does the k-th unit lie in the zone? `stratum_part[h]`: part of the h-th stratum that does.
    [[nodiscard]] ZoneResidual zone_residual(const std::vector<bool>& is_in, std::span<const double> stratum_part,
                                             const ClassSum& sum) const;
    /// Is a stratum what the map calls a class? Then the zone's part of it is known from the map.
    [[nodiscard]] bool strata_are_map_classes() const;
    [[nodiscard]] std::span<const SampleUnit> units() const noexcept { return units_; }
    [[nodiscard]] std::span<const SampleStratum> strata() const noexcept { return strata_; }

private:
    /// A unit, or all units of a cluster: what is drawn as one.
    struct Draw {
        std::size_t stratum = 0;
        std::vector<std::size_t> units;
    };
    template <class Value>
    [[nodiscard]] double total(Value value) const;
    template <class Value>
    [[nodiscard]] double variance(Value value) const;
    template <class Y, class X>
    [[nodiscard]] IntervalEstimate ratio(Y y, X x) const;
    template <class Hit>
    [[nodiscard]] IntervalEstimate share_of(Hit hit) const;
    [[nodiscard]] IntervalEstimate user(std::size_t k) const;
    [[nodiscard]] IntervalEstimate producer(std::size_t k) const;
    /// Row of the error matrix: the map's class, or that it has none.
    [[nodiscard]] std::size_t row_of(const SampleUnit& unit) const { return unit.map < classes_ ? unit.map : classes_; }
    template <class Value>
    [[nodiscard]] std::vector<double> variances(Value value) const;
    [[nodiscard]] std::vector<double> shares_by_row(const ClassSum& sum) const;
    [[nodiscard]] double sampled(std::size_t row) const;
    [[nodiscard]] IntervalEstimate difference(const ClassSum& sum) const;
    [[nodiscard]] IntervalEstimate synthetic_share(std::span<const double> weights, const ClassSum& sum) const;
    [[nodiscard]] IntervalEstimate linearised_share(std::span<const double> weights, const ClassSum& sum) const;
    [[nodiscard]] double drawn(std::size_t stratum) const;
    [[nodiscard]] double kappa() const;
    void gather();

    std::vector<SampleStratum> strata_;
    std::vector<SampleUnit> units_;
    std::size_t classes_;
    double finite_share_;
    std::vector<Draw> draws_;
    std::vector<double> drawn_units_;  ///< by stratum
    std::vector<double> shares_;       ///< of each unit in its draw: 1, or one of the cluster's
    bool plain_ = true;                ///< each unit is a draw of size 1
};

/// A stratum with too few samples, and how many more it needs.
struct SampleShortage {
    std::string stratum;
    std::int64_t has = 0;
    std::int64_t more = 0;
};
/// Strata of some measure with fewer than `least` units (or clusters).
[[nodiscard]] std::vector<SampleShortage> shortages(std::span<const SampleStratum> strata,
                                                    std::span<const SampleUnit> units, std::int64_t least);

}  // namespace linmu

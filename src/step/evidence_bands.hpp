// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "linmu/algo/class_area.hpp"
#include "linmu/algo/work_verdict.hpp"
#include "linmu/core/date.hpp"
#include "linmu/step/step.hpp"

namespace linmu {

/// Which bands tell what: the series of breaks and trend by its name, the others as "step:band", or "" for none.
struct EvidenceNames {
    std::string series, value_before, value_after, shadow;
};

/// Rasters beside two class maps that tell of plots: years, magnitudes and dates of breaks (step breaks: NDVI_year, NDVI_magnitude,
/// NDVI_count, NDVI_direction), trends (step trend: NDVI_slope, NDVI_direction), an index at both dates, terrain shadow. Sums over plots are whole
/// numbers, so that they are the same for any tiling.
class EvidenceBands {
public:
    EvidenceBands() = default;
    /// Looks in the rasters from `first` on. Throws DataError for a band that is named and not there.
    EvidenceBands(std::span<const Artifact> inputs, const std::vector<std::string>& ids, std::size_t first,
                  const EvidenceNames& names);

    [[nodiscard]] bool has_trend() const noexcept { return trend_.has_value(); }
    [[nodiscard]] bool has_shadow() const noexcept { return shadow_.has_value(); }
    /// Days of the year between the dates of the index bands, where both have one.
    [[nodiscard]] std::optional<int> days_apart() const;

    /// Adds what the cells of a plot tell, keyed by plot, kind of sum and year.
    void add(ChangeAreas& into, std::int32_t plot, const Coverage& coverage, const TileAreas& areas,
             std::span<const BlockPtr> inputs) const;
    /// The sums as evidence; flows and the plot's own area are not theirs.
    [[nodiscard]] WorkEvidence of(const ChangeAreas& sums, std::int32_t plot) const;

    /// Clear dates a cell, on average over what the maps cover of the plot.
    [[nodiscard]] double dates_of(const ChangeAreas& sums, std::int32_t plot, Area covered) const;
    /// Means of the index over the plot.
    struct Means {
        std::optional<double> before, after;
    };
    [[nodiscard]] Means means_of(const ChangeAreas& sums, std::int32_t plot) const;

private:
    using Place = std::pair<std::size_t, std::size_t>;  ///< input, band of it
    struct Breaks {
        Place year, magnitude, count, direction;
    };
    struct Cell;
    void add_cell(ChangeAreas& into, std::int32_t plot, const Cell& cell, std::span<const BlockPtr> inputs) const;

    std::optional<Breaks> breaks_;
    std::optional<Place> trend_, value_before_, value_after_, shadow_;
    std::optional<Date> date_before_, date_after_;
    bool shadow_is_code_ = false;
};

/// Between the middles of two windows of days, over the new year where that is shorter.
[[nodiscard]] int days_apart(const DateWindow& one, const DateWindow& other);

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "linmu/step/step.hpp"

namespace linmu {

/// The bands of one name, in the order of their dates.
struct DatedBand {
    std::string name;
    std::string unit;
    std::vector<Date> dates;
    std::vector<std::pair<std::size_t, std::size_t>> places;  ///< by date: input, band of it

    [[nodiscard]] std::vector<int> days() const;  ///< since 1970-01-01
    /// Cells of each date.
    [[nodiscard]] std::vector<std::span<const float>> cells(std::span<const BlockPtr> inputs) const;
    /// An output of this series: "NDVI" and "start" are "NDVI_start".
    [[nodiscard]] BandSpec output(std::string_view what, std::string of_unit) const;
};

/// What steps over time take: the bands of scenes, or rasters of one date each.
class DatedInput {
public:
    [[nodiscard]] static std::vector<Port> ports();
    void declare(Params& params);
    /// One series a band name. With parameter `dates` all bands are one series, named as they all are, else "value".
    /// Throws DataError: codes, bands without date, no such band; UsageError: `dates` that are not as many as the bands.
    [[nodiscard]] std::vector<DatedBand> series(std::span<const Artifact> inputs, const PlanContext& context) const;

private:
    std::vector<std::string> names_, dates_;
};

}  // namespace linmu

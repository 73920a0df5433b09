// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "linmu/core/area.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/demo/measure.hpp"
#include "linmu/demo/survey.hpp"

namespace linmu::demo {

/// The practice county as its offices see it.
struct CountyView {
    const Landscape& landscape;
    const std::vector<VillageSurvey>& villages;
    const std::vector<PlotSurvey>& plots;
    const AdminLayers& admin;
};

struct OfficeLayer {
    std::string file;  ///< below survey/, without extension
    std::string name_zh;
    Layer layer;
};

/// What an indicator of a rule pack must come to, by what was planted.
struct IndicatorTruth {
    std::string indicator;  ///< "B2"
    std::string zone;       ///< "county", or a code
    double value = 0;
    std::string unit;      ///< of the indicator
    double tolerance = 0;  ///< in `unit`; 0.005 of an area that is exact to the last printed digit
    std::string reason;    ///< of the tolerance: exact vector facts, or what the imagery allows
};

/// What an office keeps that no satellite sees: layers and tables, and what is true of them.
struct Office {
    std::vector<OfficeLayer> layers;  ///< written to survey/<file>.gpkg
    std::vector<Table> tables;        ///< written to survey/<name>.csv
    std::vector<IndicatorTruth> truth;
};

[[nodiscard]] Office greening_office(const CountyView& county);  ///< forest bureau: closures, parks, criteria (A)
[[nodiscard]] Office orchard_office(const CountyView& county);   ///< walnut and forsythia (B, C)
[[nodiscard]] Office farming_office(const CountyView& county);   ///< farmland and crops (D)
/// Herds, mines, energy, parks, waters, protection lines (E, F): on land that the greening and the farming office have drawn on, too.
[[nodiscard]] Office site_office(const CountyView& county, const Office& greening, const Office& farming);

/// Which seeds to take, how many blocks and how large.
struct BlockWish {
    std::function<bool(const Seed& seed, const Unit& unit)> fits;
    int count = 1;
    int seeds_each = 9;
    std::uint64_t salt = 0;  ///< another one gives other blocks
};
/// Blocks of seeds that touch one another and fit, each within one village of the county; no seed is in two blocks. Fewer and smaller
/// ones where the land does not give more. With survey_plot() a block becomes a polygon. O(seeds).
[[nodiscard]] std::vector<std::vector<std::int32_t>> blocks_of(const Landscape& landscape, const BlockWish& wish);

/// indicator, zone, value, unit, tolerance, reason.
[[nodiscard]] Table indicator_truth(const std::vector<IndicatorTruth>& truth);

}  // namespace linmu::demo

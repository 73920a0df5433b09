// SPDX-License-Identifier: MIT
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "linmu/demo/office.hpp"

namespace linmu::demo {

/// What a bureau fills in for its rules, as data/terms/county.toml and data/verdicts/works.toml have it.
inline constexpr int youngest_visible = 5;          ///< years
inline constexpr double forest_village_cover = 50;  ///< %
inline constexpr double corridor_width = 20;        ///< m, of the strip on each side, as the pipeline has it

using LandShift = std::pair<Land, Land>;  ///< what was, and what is
/// Areas of seeds' land by what it was and became.
[[nodiscard]] std::map<LandShift, Area> land_shift(const Landscape& landscape, const std::vector<std::int32_t>& seeds);
/// mu of the parts that fit.
template <class Fits>
[[nodiscard]] double mu_of(const std::map<LandShift, Area>& shift, Fits&& fits) {
    Area sum;
    for (const auto& [land, area] : shift) {
        if (fits(land.first, land.second)) sum += area;
    }
    return sum.mu();
}
[[nodiscard]] bool is_forest(Land land);
/// Forest or shrub, of whichever kind.
[[nodiscard]] bool is_wooded(Land land);

/// Ground of seeds as a design draws it.
[[nodiscard]] PlotSurvey ground_of(const Landscape& landscape, std::vector<std::int32_t> seeds);

/// The office's work so far.
class Desk {
public:
    explicit Desk(const CountyView& view) : county(view) {}

    void exact(const std::string& indicator, const std::string& zone, double value, const std::string& unit,
               double tolerance = 0.05) {
        office.truth.push_back({indicator, zone, value, unit, tolerance, "vector facts: last printed digit"});
    }
    void seen(const std::string& indicator, const std::string& zone, double value, const std::string& unit,
              double tolerance, const std::string& reason) {
        office.truth.push_back({indicator, zone, value, unit, tolerance, reason});
    }
    [[nodiscard]] const Landscape& land() const { return county.landscape; }
    [[nodiscard]] int year(std::size_t y) const { return county.landscape.years()[y]; }
    [[nodiscard]] const Village& village_of(std::int32_t seed) const {
        return land()
            .plan()
            .villages()[static_cast<std::size_t>(land().seeds()[static_cast<std::size_t>(seed)].village)];
    }

    const CountyView& county;
    Office office;
};

/// Free seeds of the village of `middle` within `radius` metres of it; they are taken then.
[[nodiscard]] std::vector<std::int32_t> taken_around(const Landscape& landscape, std::int32_t middle, double radius,
                                                     std::vector<bool>& taken);

void add_covers(Desk& desk);     ///< A1, A2, A7: what is true of every county, township and village
void add_works(Desk& desk);      ///< A3: plots, other programmes, plan
void add_closures(Desk& desk);   ///< A4
void add_corridors(Desk& desk);  ///< A5
void add_parks(Desk& desk);      ///< A6

}  // namespace linmu::demo

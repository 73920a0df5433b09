// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "linmu/demo/office.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

namespace linmu::demo {

/// A block of seeds as an office draws it.
struct Site {
    std::vector<std::int32_t> seeds;
    int village = 0;
    Geometry geometry;  ///< survey_crs
    Area area;
};

/// Land that a layer of sites may take: no seed is in two of them.
class SiteLand {
public:
    explicit SiteLand(const CountyView& county);

    using Fits = std::function<bool(std::int32_t seed, const Unit& unit)>;
    /// Blocks as blocks_of() finds them, on land that is free.
    std::vector<Site> blocks(int count, int seeds_each, std::uint64_t salt, const Fits& fits);
    /// Free seeds of one village within `radius` metres; no area when there are none.
    Site around(Spot spot, int village, double radius);
    Site of_seeds(std::vector<std::int32_t> seeds);
    [[nodiscard]] bool taken(std::int32_t seed) const { return taken_[static_cast<std::size_t>(seed)]; }

private:
    const CountyView* county_;
    std::vector<bool> taken_;
};

/// What polygons share, pair by pair: truth of what was planted, found another way than the program's overlay.
[[nodiscard]] Area common_area(const Geometry& a, const Geometry& b);

/// What one geometry shares with one survey parcel; `word` says what is there, nothing where that does not count.
struct Piece {
    std::size_t geometry = 0;
    std::string word;
    Area area;
};
using Word = std::function<std::string(const Unit& unit)>;
/// Ground by its village, or by none where that is not known.
struct Ground {
    Geometry geometry;
    int village = -1;
};
[[nodiscard]] std::vector<Ground> grounds_of(const std::vector<Site>& sites);
[[nodiscard]] std::vector<Ground> grounds_of(const CountyView& county, const Layer* layer);
/// Each pair of ground and parcel (of a list that `parcels` picks of a village's survey) that share some.
using Parcels = std::function<const std::vector<Parcel>&(const VillageSurvey& survey)>;
[[nodiscard]] std::vector<Piece> pieces_of(const CountyView& county, const std::vector<Ground>& grounds,
                                           const Parcels& parcels, const Word& word);
[[nodiscard]] const std::vector<Parcel>& first_survey(const VillageSurvey& survey);
[[nodiscard]] const std::vector<Parcel>& second_survey(const VillageSurvey& survey);
[[nodiscard]] const std::vector<Parcel>& changed_land(const VillageSurvey& survey);

/// DLBM, and class of the class map, in a year.
[[nodiscard]] Word survey_code(const CountyView& county, int year_index);
[[nodiscard]] Word land_word(const CountyView& county, int year_index);

/// Which seeds have their middle in a polygon of the layer.
[[nodiscard]] std::vector<bool> seeds_in(const CountyView& county, const Layer& layer);

/// Cells of 10 m whose middle lies in a polygon, row by row; geometry in survey_crs.
class Burned {
public:
    explicit Burned(double size);
    void add(const Geometry& geometry);
    [[nodiscard]] bool at(int row, int col) const;

private:
    int side_;
    std::vector<bool> cells_;
};

/// The layer of another office; nothing where it has none of this name.
[[nodiscard]] const Layer* layer_named(const Office& office, const std::string& file);

}  // namespace linmu::demo

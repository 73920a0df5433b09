// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/demo/land.hpp"
#include "linmu/demo/plan.hpp"
#include "linmu/demo/relief.hpp"

namespace linmu::demo {

/// Land of one owner and one history; the finest piece that any layer is made of.
struct Unit {
    std::array<State, 2> state;            ///< in the first and in the second year
    std::array<std::int32_t, 2> parcel{};  ///< the survey parcel that it is part of, by year
    int village = -1;
    bool irrigated = false;
    float elevation = 0;     ///< m
    float slope = 0;         ///< degrees
    std::uint64_t hash = 0;  ///< for what differs from place to place
};

/// A cell of the pattern of fields: land is cut along contours, finer where it is tilled.
struct Seed {
    Spot at;
    Spot contour;        ///< unit vector along the slope's contour
    double stretch = 1;  ///< how much longer along the contour than across
    std::int32_t unit = 0;
    std::int32_t second = -1;  ///< unit of the part beyond the line through `at` across `cut`; -1: not cut
    Spot cut;
    int village = -1;
    Kind base = Kind::grassland;  ///< in the first year
    std::uint64_t hash = 0;
};

/// A work plot (造林作业小班) as it was designed, and what was done there.
struct Plot {
    std::string work;  ///< 人工造林, 退耕还林, 经济林, 封山育林
    Kind species = Kind::pine;
    int year = 0;
    std::vector<std::int32_t> seeds;    ///< that the design covers
    std::vector<std::int32_t> planted;  ///< that were planted
    double boast = 1;                   ///< reported area / designed area
    int repeats = -1;                   ///< reports the same land again as that plot
};

/// The practice county in two years: everything that layers, scenes and truth are views of. Kept whole: the relief's
/// lattice and 130 bytes for every hectare; the 5 m pattern of the land is a function of its place. Safe for many
/// threads.
class Landscape {
public:
    static constexpr double half = 5.0;  ///< m: the pattern's cell, half a scene's cell
    /// `spacing`: m, the width of a field.
    Landscape(double size, std::uint64_t seed, std::array<int, 2> years, double spacing = 100);

    [[nodiscard]] double size() const noexcept { return relief_.size(); }
    [[nodiscard]] std::uint64_t seed() const noexcept { return seed_; }
    [[nodiscard]] std::array<int, 2> years() const noexcept { return years_; }
    [[nodiscard]] const Relief& relief() const noexcept { return relief_; }
    [[nodiscard]] const Plan& plan() const noexcept { return plan_; }
    [[nodiscard]] const std::vector<Unit>& units() const noexcept { return units_; }
    [[nodiscard]] const std::vector<Seed>& seeds() const noexcept { return seeds_; }
    [[nodiscard]] const std::vector<Plot>& plots() const noexcept { return plots_; }
    [[nodiscard]] Land land(std::int32_t unit, int year_index) const;

    /// Units of the cells of the pattern (5 m, row 0 and column 0 at the scene's corner); the window may reach 100 m
    /// beyond the scene.
    [[nodiscard]] CodePlane pattern(const Window& window) const;
    /// Seeds of the cells of the pattern, whatever water and roads lie over them.
    [[nodiscard]] CodePlane seed_pattern(const Window& window) const;
    /// Cells of the pattern that a village's land, or a seed's, may reach.
    [[nodiscard]] Window reach_of_village(int village) const;
    [[nodiscard]] Window reach_of_seeds(const std::vector<std::int32_t>& seeds) const;

private:
    struct Stripe {  ///< of water or road
        Spot a, b;
        double half_width = 0;
        bool road = false;
    };
    struct Lake {
        Spot dam;
        Spot upstream;  ///< unit vector
        double level = 0;
    };
    struct Nearby {
        std::vector<std::int32_t> seeds;
        std::vector<std::int32_t> stripes;
        bool lake = false;
    };
    void lay_stripes();
    [[nodiscard]] Nearby nearby(Spot middle) const;
    [[nodiscard]] std::int32_t seed_at(Spot spot, const Nearby& near) const;
    [[nodiscard]] std::int32_t unit_at(Spot spot, const Nearby& near) const;
    [[nodiscard]] CodePlane filled(const Window& window, bool seeds_only) const;

    std::uint64_t seed_;
    double spacing_;
    std::array<int, 2> years_;
    Relief relief_;
    Plan plan_;
    int side_ = 0;  ///< seeds along a side of the lattice
    std::vector<Seed> seeds_;
    std::vector<Unit> units_;
    std::vector<Plot> plots_;
    std::vector<Stripe> stripes_;
    std::vector<std::vector<std::int32_t>> stripes_near_;  ///< by square of 200 m
    std::vector<Lake> lakes_;
    std::vector<std::int32_t> river_units_, road_units_, lake_units_;  ///< by village + 1
};

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "linmu/demo/relief.hpp"

namespace linmu::demo {

struct Township {
    std::string code;  ///< 9 digits
    std::string name;
    int seat = 0;  ///< its first village
};

/// One village; those beyond the county have neither code nor township, but people live there too.
struct Village {
    Spot middle;        ///< its land is what lies nearest to this
    Spot core;          ///< its houses
    double radius = 0;  ///< of its houses, m
    int township = -1;
    std::string code;  ///< 12 digits
    std::string name;
};

struct Road {
    std::vector<Spot> line;
    bool paved = false;  ///< a county road, wide enough to be a parcel of its own
    double width = 4;    ///< m
    std::string name;
};

/// Where people live and how they reach one another.
class Plan {
public:
    Plan(const Relief& relief, std::uint64_t seed);

    [[nodiscard]] const std::vector<Township>& townships() const noexcept { return townships_; }
    /// The county's first, in the order of their codes.
    [[nodiscard]] const std::vector<Village>& villages() const noexcept { return villages_; }
    [[nodiscard]] int county_villages() const noexcept { return county_villages_; }
    [[nodiscard]] const std::vector<Road>& roads() const noexcept { return roads_; }
    /// Which village's land this is; -1 beyond the county.
    [[nodiscard]] int village_of(Spot spot) const;
    /// The village, of the county or not, whose houses are nearest.
    [[nodiscard]] int nearest_core(Spot spot) const;

private:
    void settle(const Relief& relief, std::uint64_t seed);
    void found_county(double size, std::uint64_t seed);
    void build_roads(const Relief& relief);
    [[nodiscard]] int nearest_middle(Spot spot) const;

    double size_ = 0;
    int side_ = 0;  ///< villages along a side of the scene
    std::uint64_t seed_ = 0;
    std::vector<Township> townships_;
    std::vector<Village> villages_;
    std::vector<int> in_place_;  ///< position of the village of each place of the lattice of middles
    int county_villages_ = 0;
    std::vector<Road> roads_;
};

}  // namespace linmu::demo

// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "linmu/demo/office.hpp"
#include "linmu/geo/crs.hpp"
#include "linmu/geo/ellipsoid_area.hpp"

namespace linmu::demo {

/// Parcels of the later survey: what each is, what ground shares with them, which lies where. Found another way than the program's
/// accounts, which are held to it. Safe for many threads.
class SurveyedLand {
public:
    explicit SurveyedLand(const CountyView& county);

    [[nodiscard]] const State& state(const Parcel& parcel) const;
    [[nodiscard]] bool is_orchard(const Parcel& parcel) const { return state(parcel).kind == Kind::walnut; }
    /// DLBM.
    [[nodiscard]] std::string code(const Parcel& parcel) const;

    using Fits = std::function<bool(const Parcel&)>;
    /// Of parcels that fit, of a village or (-1) of all.
    [[nodiscard]] Area sum(const Fits& fits, int village = -1) const;
    /// Of ground in one village, what lies in parcels that fit. By GEOS, which no account is made with.
    [[nodiscard]] Area shared(const Geometry& ground, int village, const Fits& fits) const;
    [[nodiscard]] Area area(const Geometry& ground) const { return area_(ground); }
    /// The parcel of a village at a place of the survey's plane; nothing beyond.
    [[nodiscard]] const Parcel* at(const Point& p, int village) const;

private:
    [[nodiscard]] const std::vector<Parcel>& parcels(int village) const;

    const CountyView* county_;
    SurveyArea area_;
    std::vector<std::vector<Box>> boxes_;  ///< by village
};

/// Is a place within so many metres of polygons, or inside of them?
[[nodiscard]] bool is_within(double metres, const Point& p, const Geometry& polygons);

/// Mean height of the cells of the height model whose middles lie inside of polygons in survey_crs.
class Heights {
public:
    explicit Heights(const Landscape& landscape);
    [[nodiscard]] double mean(const Geometry& ground) const;

private:
    const Landscape* landscape_;
    Grid grid_;
    Transform to_scene_;
};

}  // namespace linmu::demo

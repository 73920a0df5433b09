// SPDX-License-Identifier: MIT
#include "linmu/geo/crs_proof.hpp"

#include <fmt/format.h>
// What builds a CRS from its parts is declared nowhere else in PROJ 9.1.
#include <proj_experimental.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "linmu/core/error.hpp"
#include "linmu/geo/crs.hpp"
#include "proj_handles.hpp"

namespace linmu {
namespace {

/// Survey planes and UTM zones are used this far beyond their own borders, degrees.
constexpr double beyond_use = 3;
/// About 5 km: roads and parcels reach over a county's border.
constexpr double beyond_home = 0.05;
/// Of the points, that must fit.
constexpr double most = 0.9;
constexpr double prefix_step = 1e6;

/// lon may pass 180 degrees: then west is greater than east.
struct Area {
    double west = -180, south = -90, east = 180, north = 90;

    [[nodiscard]] bool holds(Point p, double margin) const {
        if (!(p.y >= south - margin && p.y <= north + margin)) return false;
        const double lon = std::remainder(p.x, 360.0);
        const double lo = west - margin;
        const double hi = east + margin;
        if (hi - lo >= 360) return true;
        if (west > east) return lon >= lo || lon <= hi;
        return (lon >= lo && lon <= hi) || (lon + 360 >= lo && lon + 360 <= hi) || (lon - 360 >= lo && lon - 360 <= hi);
    }
};

Area area_of_use(const ProjContext& context, const PJ* crs, std::string_view id) {
    Area area;
    const bool known =
        proj_get_area_of_use(context.get(), crs, &area.west, &area.south, &area.east, &area.north, nullptr) != 0 &&
        area.west > -999;
    if (known) {
        // Landsat's southern scenes, and what is drawn over them, count northings of UTM's northern zones below zero.
        const bool utm = id.starts_with("EPSG:326");
        if (utm) area.south = -80;
        return area;
    }
    area = {};
    // A transverse Mercator without a code still has a meridian to be near.
    if (const auto meridian = central_meridian(context, crs); meridian && !id.starts_with("EPSG:")) {
        area.west = std::remainder(*meridian - 9, 360.0);
        area.east = std::remainder(*meridian + 9, 360.0);
    }
    return area;
}

/// No plane has its ground within 360 m of its origin: such figures are degrees.
bool like_degrees(Point p) { return std::abs(p.x) <= 360 && std::abs(p.y) <= 360; }

/// One CRS that points may lie in.
class Place {
public:
    Place(std::string_view id, const HomeZones* home) : id_(id), home_(home), crs_(read_crs(context_, id)) {
        const auto inner = unbound(context_, crs_.get());
        area_ = area_of_use(context_, inner.get(), id);
        geographic_ = is_geographic(context_, inner.get());
        const ProjObject degrees(proj_crs_get_geodetic_crs(context_.get(), inner.get()));
        if (geographic_ || !degrees) return;
        const ProjObject path(
            proj_create_crs_to_crs_from_pj(context_.get(), inner.get(), degrees.get(), nullptr, nullptr));
        if (path) to_degrees_.reset(proj_normalize_for_visualization(context_.get(), path.get()));
    }

    [[nodiscard]] Point degrees(Point p) const {
        constexpr double none = std::numeric_limits<double>::infinity();
        if (geographic_) return std::abs(p.x) <= 360 && std::abs(p.y) <= 90 ? p : Point{none, none};
        if (!to_degrees_ || like_degrees(p)) return {none, none};
        proj_errno_reset(to_degrees_.get());
        const auto there = proj_trans(to_degrees_.get(), PJ_FWD, proj_coord(p.x, p.y, 0, 0));
        if (!std::isfinite(there.xy.x) || !std::isfinite(there.xy.y)) return {none, none};
        // Far from its meridian a projection may fold: what does not come back was never there.
        const auto back = proj_trans(to_degrees_.get(), PJ_INV, there);
        const double lost = std::hypot(back.xy.x - p.x, back.xy.y - p.y);
        return lost < 1 ? Point{there.xy.x, there.xy.y} : Point{none, none};
    }

    [[nodiscard]] bool holds(Point p, bool swapped) const {
        const Point there = degrees(swapped ? Point{p.y, p.x} : p);
        if (!std::isfinite(there.x) || !area_.holds(there, geographic_ ? 0.5 : beyond_use)) return false;
        if (home_ == nullptr) return true;
        const auto& box = home_->box;
        return Area{box.xmin, box.ymin, box.xmax, box.ymax}.holds(there, beyond_home);
    }

    [[nodiscard]] bool holds_most(std::span<const Point> points, bool swapped) const {
        const auto inside = std::ranges::count_if(points, [&](Point p) { return holds(p, swapped); });
        return static_cast<double>(inside) >= most * static_cast<double>(points.size());
    }

    [[nodiscard]] const std::string& id() const noexcept { return id_; }
    [[nodiscard]] const ProjContext& context() const noexcept { return context_; }
    [[nodiscard]] ProjObject inner() const { return unbound(context_, crs_.get()); }
    [[nodiscard]] bool in_degrees() const noexcept { return geographic_; }
    [[nodiscard]] bool bound() const { return is_bound(crs_.get()); }

private:
    ProjContext context_;
    std::string id_;
    const HomeZones* home_;
    ProjObject crs_;
    Area area_;
    bool geographic_ = false;
    ProjObject to_degrees_;
};

struct Range {
    double low = 0, high = 0;
};

/// Middle nine tenths of the x or y of points, so that a stray one does not count.
Range range_of(std::span<const Point> points, double Point::*axis) {
    std::vector<double> values;
    for (const auto& p : points) values.push_back(p.*axis);
    std::ranges::sort(values);
    const auto cut = values.size() / 20;
    return {values[cut], values[values.size() - 1 - cut]};
}

/// The prefix that all eastings share ("38" of 38 440 000), 0 for none.
int zone_prefix(Range eastings) {
    const double zone = std::floor(eastings.low / prefix_step);
    const bool one = zone == std::floor(eastings.high / prefix_step);
    return one && zone >= 1 && zone <= 60 ? static_cast<int>(zone) : 0;
}

/// Zones whose meridian this is: of 3 degrees (L/3), of 6 (China's, (L+3)/6), UTM's ((L+183)/6).
bool is_zone_of(int zone, double meridian) {
    const auto is = [&](double number) { return std::abs(number - zone) < 1e-6; };
    return is(meridian / 3) || is((meridian + 3) / 6) || is((meridian + 183) / 6);
}

double parameter(const ProjContext& context, const PJ* conversion, const char* name, double fallback) {
    const int index = proj_coordoperation_get_param_index(context.get(), conversion, name);
    double value = fallback;
    if (index >= 0)
        proj_coordoperation_get_param(context.get(), conversion, index, nullptr, nullptr, nullptr, &value, nullptr,
                                      nullptr, nullptr, nullptr, nullptr, nullptr);
    return value;
}

/// The same transverse Mercator with another false easting.
std::string with_false_easting(const Place& place, double meridian, double easting) {
    const auto& context = place.context();
    const auto inner = place.inner();
    const ProjObject conversion(proj_crs_get_coordoperation(context.get(), inner.get()));
    const ProjObject degrees(proj_crs_get_geodetic_crs(context.get(), inner.get()));
    const ProjObject axes(proj_crs_get_coordinate_system(context.get(), inner.get()));
    const ProjObject moved(proj_create_conversion_transverse_mercator(
        context.get(), parameter(context, conversion.get(), "Latitude of natural origin", 0), meridian,
        parameter(context, conversion.get(), "Scale factor at natural origin", 1), easting,
        parameter(context, conversion.get(), "False northing", 0), "Degree", std::numbers::pi / 180, "Metre", 1));
    const ProjObject crs(proj_create_projected_crs(context.get(), "moved", degrees.get(), moved.get(), axes.get()));
    if (!crs) return {};
    const auto code = epsg_id(context, crs.get());
    if (!code.empty()) return code;
    const std::array<const char*, 2> options{"MULTILINE=NO", nullptr};
    const char* wkt = proj_as_wkt(context.get(), crs.get(), PJ_WKT2_2019, options.data());
    return wkt ? wkt : "";
}

struct Refit {
    std::string crs, why;
};

/// A zone prefix that the coordinates have and the CRS has not, or the reverse.
std::optional<Refit> other_prefix(const Place& place, Range eastings) {
    const auto meridian = central_meridian(place.context(), place.inner().get());
    if (!meridian || place.bound()) return {};
    const ProjObject conversion(proj_crs_get_coordoperation(place.context().get(), place.inner().get()));
    const double easting = parameter(place.context(), conversion.get(), "False easting", 0);
    const int in_crs = static_cast<int>(std::floor(easting / prefix_step));
    const int in_data = zone_prefix(eastings);
    if (in_crs == in_data || (in_crs > 0 && in_data > 0)) return {};
    if (in_data > 0 && !is_zone_of(in_data, *meridian)) return {};
    auto crs = with_false_easting(place, *meridian, easting + (in_data - in_crs) * prefix_step);
    if (crs.empty()) return {};
    const auto figures = fmt::format("eastings {:.0f} to {:.0f}", eastings.low, eastings.high);
    return Refit{std::move(crs), in_data > 0 ? fmt::format("its {} begin with zone {}", figures, in_data)
                                             : fmt::format("its {} have no zone prefix", figures)};
}

std::string shown(const std::string& crs) {
    return crs.starts_with("EPSG:") ? crs : fmt::format("'{}'", parse_crs(crs).name);
}

CrsProof accepted(const Place& place, std::span<const Point> points, bool swapped, std::string note) {
    CrsProof proof{place.id(), swapped, false, std::move(note), {}};
    for (std::size_t i = 0; i < points.size(); ++i)
        if (!place.holds(points[i], swapped)) proof.strays.push_back(i);
    return proof;
}

std::string where_text(Point degrees) {
    return std::isfinite(degrees.x) ? fmt::format("lies at {:.4f}, {:.4f} degrees", degrees.x, degrees.y)
                                    : "lies nowhere on the earth";
}

[[noreturn]] void refuse(const Place& place, std::span<const Point> points, const HomeZones* home) {
    const auto bad = std::ranges::find_if(points, [&](Point p) { return !place.holds(p, false); });
    const bool in_degrees = !place.in_degrees() && like_degrees(*bad);
    const auto why = in_degrees ? std::string("is in degrees, not in metres")
                                : fmt::format("then {}, outside of {}", where_text(place.degrees(*bad)),
                                              home != nullptr ? home->name : "the area that this CRS is for");
    throw DataError(fmt::format("the CRS cannot be {}: the point {}, {} {}; {}", shown(place.id()), bad->x, bad->y, why,
                                guesses_text(points, home)));
}

// What a layer without a CRS may be in ------------------------------------------------------------------------------

struct Candidate {
    std::string crs, why;
};

/// Degrees, planes with prefix, planes without, web Mercator: by the figures alone.
std::vector<Candidate> candidates(Range x, Range y, bool home) {
    std::vector<Candidate> found;
    if (x.low >= -360 && x.high <= 360 && std::abs(y.low) <= 90 && std::abs(y.high) <= 90) {
        if (x.low >= 73 && x.high <= 136 && y.low >= 3 && y.high <= 54)
            found.push_back({"EPSG:4490", "degrees, in China"});
        found.push_back({"EPSG:4326", "degrees"});
        return found;
    }
    const int zone = zone_prefix(x);
    if (zone >= 25 && zone <= 45)
        found.push_back({fmt::format("EPSG:{}", 4513 + zone - 25),
                         fmt::format("3-degree zone {0} of CGCS2000: eastings begin with {0}", zone)});
    if (zone >= 13 && zone <= 23)
        found.push_back({fmt::format("EPSG:{}", 4491 + zone - 13),
                         fmt::format("6-degree zone {0} of CGCS2000: eastings begin with {0}", zone)});
    const bool plane = x.low >= 1e5 && x.high <= 9e5 && y.low >= 1.8e6 && y.high <= 6e6;
    // Without a home any meridian would do: twenty guesses are none.
    for (int zone3 = 25; plane && home && zone3 <= 45; ++zone3)
        found.push_back({fmt::format("EPSG:{}", 4534 + zone3 - 25),
                         fmt::format("plane of CGCS2000 about {}E, without prefix", 3 * zone3)});
    for (int utm = 43; plane && home && utm <= 53; ++utm)
        found.push_back({fmt::format("EPSG:{}", 32600 + utm), fmt::format("UTM zone {}N", utm)});
    const bool web = x.low >= 8.1e6 && x.high <= 1.52e7 && y.low >= 3e5 && y.high <= 7.2e6;
    if (web) found.push_back({"EPSG:3857", "web Mercator, in China"});
    return found;
}

}  // namespace

std::vector<CrsGuess> guess_crs(std::span<const Point> points, const HomeZones* home) {
    std::vector<CrsGuess> guesses;
    if (points.empty()) return guesses;
    const auto x = range_of(points, &Point::x);
    const auto y = range_of(points, &Point::y);
    for (const bool swapped : {false, true}) {
        if (!guesses.empty()) break;
        for (auto& candidate : swapped ? candidates(y, x, home != nullptr) : candidates(x, y, home != nullptr)) {
            if (!Place(candidate.crs, home).holds_most(points, swapped)) continue;
            guesses.push_back({candidate.crs, swapped, candidate.why + (swapped ? ", x and y swapped" : "")});
        }
    }
    return guesses;
}

std::string guesses_text(std::span<const Point> points, const HomeZones* home) {
    if (points.empty()) return "say which it is (crs = \"EPSG:4547\")";
    std::string list;
    for (const auto& guess : guess_crs(points, home))
        list += fmt::format("{}{} ({})", list.empty() ? "" : " or ", guess.crs, guess.why);
    if (!list.empty()) return fmt::format("its coordinates fit {}; say which it is (crs = \"...\")", list);
    const auto x = range_of(points, &Point::x);
    const auto y = range_of(points, &Point::y);
    const bool plane = x.low >= 1e5 && x.high <= 9e5 && y.low >= 1.8e6 && y.high <= 6e6;
    if (plane && home == nullptr)
        return fmt::format(
            "eastings {:.0f} to {:.0f} are of a plane without zone prefix, whose meridian they don't "
            "tell: of CGCS2000 EPSG:4534 (75E) to EPSG:4554 (135E), in Zuoquan EPSG:4547 (114E); ask "
            "who delivered it and say which it is (crs = \"EPSG:4547\")",
            x.low, x.high);
    return fmt::format(
        "x {:.6g} to {:.6g}, y {:.6g} to {:.6g} fit none that linmu guesses; ask who delivered it and "
        "say which it is (crs = \"EPSG:4547\")",
        x.low, x.high, y.low, y.high);
}

CrsProof prove_crs(std::string_view said, std::span<const Point> points, const HomeZones* home) {
    const Place place(said, home);
    if (points.empty()) return {place.id(), false, false, fmt::format("{}: as said", shown(place.id())), {}};
    const auto whose = home != nullptr ? home->name : std::string("its area of use");
    if (place.holds_most(points, false)) {
        auto proof = accepted(place, points, false, {});
        proof.note = fmt::format("{}: as said, {} of {} points looked at lie in {}", shown(place.id()),
                                 points.size() - proof.strays.size(), points.size(), whose);
        return proof;
    }
    for (const bool swapped : {false, true}) {
        const auto axes = swapped ? " with x and y swapped" : "";
        if (swapped && place.holds_most(points, true)) {
            auto proof =
                accepted(place, points, true,
                         fmt::format("{}: x and y are swapped back, x was the northing; only so the points lie "
                                     "in {}",
                                     shown(place.id()), whose));
            proof.differs = true;
            return proof;
        }
        const auto refit = other_prefix(place, range_of(points, swapped ? &Point::y : &Point::x));
        if (!refit) continue;
        const Place other(refit->crs, home);
        if (!other.holds_most(points, swapped)) continue;
        auto proof =
            accepted(other, points, swapped,
                     fmt::format("{}{}: {} is said, but {}", shown(other.id()), axes, shown(place.id()), refit->why));
        proof.differs = true;
        return proof;
    }
    refuse(place, points, home);
}

std::vector<Point> own_degrees(std::string_view crs, std::span<const Point> points) {
    const Place place(crs, nullptr);
    std::vector<Point> out;
    for (const auto& p : points) out.push_back(place.degrees(p));
    return out;
}

}  // namespace linmu

// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/geometry.hpp"

namespace linmu {

/// Zones that a layer must lie in, lon, lat in degrees: a county, or its villages.
struct HomeZones {
    std::string name;  ///< for messages
    Box box;
    std::vector<Geometry> zones;
};

/// What the coordinates of a layer prove about its CRS.
struct CrsProof {
    std::string crs;                  ///< to be used: as said, or as proved against what was said
    bool swapped = false;             ///< x and y must change places
    bool differs = false;             ///< `crs` is not what was said
    std::string note;                 ///< one sentence: what was decided, and how it is known
    std::vector<std::size_t> strays;  ///< points that cannot lie in it (at most a tenth)
};

/// Can points of a layer lie in the CRS that its file says? They can when at least nine of ten lie in the CRS's area of use,
/// or within 3 degrees of it (survey planes are used beyond their borders), and, where `home` is given, near its zones. If not,
/// what a survey office does wrong is tried, in this order (domain.md 2.5): eastings with a zone prefix that the CRS lacks, or the
/// reverse; X for northing; both. What then fits is taken, and told. Points of a CRS that has no area of use
/// are in it when they come back from lon, lat. Throws DataError when nothing fits, with the CRSs that the coordinates do fit.
/// O(points), 1 to 50 ms more for each CRS tried.
[[nodiscard]] CrsProof prove_crs(std::string_view said, std::span<const Point> points, const HomeZones* home);

/// What a layer without a CRS may be in, by its coordinates: "EPSG:4526 (3-degree zone 38 of CGCS2000: eastings begin with 38)".
/// Frames (CGCS2000, Xian 1980) can't be told from coordinates, so CGCS2000 stands for all of them. `home` tells planes without prefix apart.
struct CrsGuess {
    std::string crs;
    bool swapped = false;
    std::string why;
};
[[nodiscard]] std::vector<CrsGuess> guess_crs(std::span<const Point> points, const HomeZones* home);
/// "EPSG:4526 (...) or EPSG:4547 (...)"; says what to ask for when there is none.
[[nodiscard]] std::string guesses_text(std::span<const Point> points, const HomeZones* home);

/// Why a CRS of an old Chinese frame (Xian 1980, Beijing 1954) without parameters is refused, with the way out; nothing for others.
[[nodiscard]] std::optional<std::string> lacks_parameters(std::string_view crs);
/// The CRS with seven parameters to WGS 84: "dx,dy,dz,rx,ry,rz,s" in metres, arc seconds (position vector) and parts per million.
/// Throws DataError: not seven numbers, or it has its own.
[[nodiscard]] std::string with_parameters_to_wgs84(std::string_view crs, std::string_view towgs84);
/// The same but for a shift to WGS 84?
[[nodiscard]] bool same_but_shift(std::string_view a, std::string_view b);

/// China's public web maps shift WGS 84 on purpose (GCJ-02), some twice (BD-09): by 300 to 1200 m. Outside of China: unchanged.
/// The formula is the one that map users have published; it has no official text. lon, lat in degrees.
[[nodiscard]] Point to_gcj02(Point wgs84);
[[nodiscard]] Point to_bd09(Point wgs84);
/// Inverse of `to_gcj02` or `to_bd09`, to 1e-9 degrees.
[[nodiscard]] Point from_web_map(Point shifted, Point (*shift)(Point));

/// Do centres of features (lon, lat) fit the zones better when a web map's shift is taken off? A sentence that says so with figures, or nothing:
/// also when no feature is near the zones' border, for then nothing can be told. O(centres * edges of the zones).
[[nodiscard]] std::optional<std::string> suspect_web_map(std::span<const Point> centres, const HomeZones& home);

/// Points of a CRS in lon, lat of its own frame, x first; not finite where there is none.
[[nodiscard]] std::vector<Point> own_degrees(std::string_view crs, std::span<const Point> points);

}  // namespace linmu

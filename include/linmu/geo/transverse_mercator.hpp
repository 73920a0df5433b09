// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "linmu/core/geometry.hpp"

namespace linmu {

/// Parameters of a transverse Mercator; Gauss-Kruger and UTM are such.
struct TransverseMercatorPlane {
    double a = 6378137;
    double inverse_flattening = 298.257222101;
    double meridian = 0;  ///< degrees east
    double scale = 1;
    double false_easting = 0;
    double false_northing = 0;  ///< the true origin is on the equator
};
/// Of a CRS in metres on the ellipsoid of GRS 80 or WGS 84 whose lon, lat are taken as CGCS2000's (see Transform);
/// nothing for any other. Throws DataError when the text is no CRS.
[[nodiscard]] std::optional<TransverseMercatorPlane> transverse_mercator_plane(std::string_view crs);
/// Is it lon, lat in degrees on such an ellipsoid?
[[nodiscard]] bool is_plain_lon_lat(std::string_view crs);

/// The projection by Kruger's series to the sixth order in n (Karney 2011, "Transverse Mercator with an accuracy of a
/// few nanometers", eq. 35 and 36): below 5 nm (and the rounding of doubles) within 3900 km of the meridian. Safe for
/// many threads; 0.1 us a point.
class TransverseMercator {
public:
    explicit TransverseMercator(const TransverseMercatorPlane& plane);
    /// lon, lat in degrees to x, y and back, in place.
    void to_plane(std::span<Point> points) const;
    void to_lon_lat(std::span<Point> points) const;
    /// x, y to the map in which areas on CGCS2000 are true: x = longitude from the plane's meridian in radians,
    /// y = Q(B) in m2 a radian (cgcs2000::authalic_q). Within 80 degrees of latitude and 1200 km of the meridian by
    /// powers about the middle of the point's square of 8 km, to the sixth, which leaves out less than a double's
    /// rounding: 10 ns a point, and 5 us a square. What a point becomes hangs on the point alone.
    void to_authalic(std::span<Point> points) const;
    [[nodiscard]] const TransverseMercatorPlane& plane() const noexcept { return plane_; }

private:
    /// Where a point lies on the conformal sphere.
    struct OnSphere {
        double sine, cosine;  ///< of the conformal latitude
        double longitude;     ///< radians from the meridian
    };
    [[nodiscard]] OnSphere on_sphere(const Point& p) const;
    [[nodiscard]] double latitude(const OnSphere& at) const;
    [[nodiscard]] Point exact_authalic(const Point& p) const;

    struct AuthalicSquare;
    struct AuthalicSquares;
    [[nodiscard]] AuthalicSquare authalic_square(double col, double row) const;

    static constexpr std::size_t order = 6;
    TransverseMercatorPlane plane_;
    double e_;       ///< eccentricity
    double radius_;  ///< of the rectifying sphere, times the scale
    std::array<double, order> forward_{}, back_{}, latitude_{}, authalic_{};
    std::shared_ptr<AuthalicSquares> squares_;
};

/// From one such plane to another over the same lon, lat, by powers about the middle of squares as in to_authalic; beyond
/// its reach by the series themselves. Safe for many threads.
class PlaneToPlane {
public:
    PlaneToPlane(const TransverseMercatorPlane& from, const TransverseMercatorPlane& to);
    void apply(std::span<Point> points) const;

private:
    struct Square;
    struct Squares;
    [[nodiscard]] Square square(double col, double row) const;
    TransverseMercator from_, to_;
    std::shared_ptr<Squares> squares_;
};

}  // namespace linmu

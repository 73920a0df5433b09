// SPDX-License-Identifier: MIT
#include "linmu/geo/transverse_mercator.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "linmu/geo/ellipsoid_area.hpp"
#include "plane_squares.hpp"
#include "proj_handles.hpp"

namespace linmu {
namespace {

constexpr double radian = std::numbers::pi / 180;
constexpr double cgcs2000_e2 = (2 - 1 / cgcs2000::inverse_flattening) / cgcs2000::inverse_flattening;

/// Sum of c[k] sin(2 (k + 1) z) for a complex z = x + iy, by Clenshaw; s, c: sine and cosine of 2x; sh, ch: of 2y.
template <std::size_t n>
void sine_series(const std::array<double, n>& terms, double s, double c, double sh, double ch, double& re, double& im) {
    const double a = 2 * c * ch;
    const double b = -2 * s * sh;
    double re1 = 0, im1 = 0, re2 = 0, im2 = 0;
    for (std::size_t k = n; k-- > 0;) {
        const double re0 = a * re1 - b * im1 - re2 + terms[k];
        const double im0 = a * im1 + b * re1 - im2;
        re2 = re1;
        im2 = im1;
        re1 = re0;
        im1 = im0;
    }
    re = s * ch * re1 - c * sh * im1;
    im = s * ch * im1 + c * sh * re1;
}

/// The same for a real z.
template <std::size_t n>
double sine_series(const std::array<double, n>& terms, double s, double c) {
    double b1 = 0, b2 = 0;
    for (std::size_t k = n; k-- > 0;) {
        const double b0 = 2 * c * b1 - b2 + terms[k];
        b2 = b1;
        b1 = b0;
    }
    return s * b1;
}

/// Tangent of the conformal latitude (Karney 2011, eq. 7 to 9).
double conformal_tangent(double tangent, double e) {
    const double root = std::sqrt(1 + tangent * tangent);
    const double sigma = std::sinh(e * std::atanh(e * tangent / root));
    return tangent * std::sqrt(1 + sigma * sigma) - sigma * root;
}

/// Latitude of a conformal latitude by Newton's method (Karney 2011, eq. 19 to 21).
double latitude_of_conformal(double chi, double e) {
    const double wanted = std::tan(chi);
    const double e2m = 1 - e * e;
    double t = wanted / e2m;
    for (int i = 0; i < 8; ++i) {
        const double now = conformal_tangent(t, e);
        t += (wanted - now) / std::sqrt(1 + now * now) * (1 + e2m * t * t) / (e2m * std::sqrt(1 + t * t));
    }
    return std::atan(t);
}

/// Sine of the authalic latitude of CGCS2000 (Snyder 1987, eq. 3-11, 3-12).
double authalic_sine(double latitude) {
    return cgcs2000::authalic_q(latitude) / cgcs2000::authalic_q(std::numbers::pi / 2);
}

/// Terms of a latitude minus the conformal chi in sines of 2 chi, 4 chi...: a discrete sine transform of the closed form,
/// which converges as n^k. `of`: the wanted latitude of the geographic one.
template <std::size_t order, class Of>
std::array<double, order> latitude_terms(double e, Of of) {
    constexpr int samples = 32;
    std::array<double, order> terms{};
    for (int j = 1; j < samples; ++j) {
        const double chi = std::numbers::pi / 2 * j / samples;
        const double difference = of(latitude_of_conformal(chi, e)) - chi;
        for (std::size_t k = 0; k < order; ++k)
            terms[k] += 2 * difference / samples * std::sin(2 * static_cast<double>(k + 1) * chi);
    }
    return terms;
}

/// What `visit` makes of a named parameter of the CRS's conversion, in its SI value; nothing without it.
std::optional<double> parameter(const ProjContext& context, const PJ* conversion, const char* name) {
    const int index = proj_coordoperation_get_param_index(context.get(), conversion, name);
    double value = 0;
    double unit = 0;
    if (index < 0 || !proj_coordoperation_get_param(context.get(), conversion, index, nullptr, nullptr, nullptr, &value,
                                                    nullptr, &unit, nullptr, nullptr, nullptr, nullptr))
        return {};
    return value * unit;
}

bool greenwich_and_global(const ProjContext& context, const PJ* crs, double& a, double& inverse_flattening) {
    const ProjObject ellipsoid(proj_get_ellipsoid(context.get(), crs));
    const ProjObject meridian(proj_get_prime_meridian(context.get(), crs));
    double from_greenwich = 0;
    if (!ellipsoid ||
        !proj_ellipsoid_get_parameters(context.get(), ellipsoid.get(), &a, nullptr, nullptr, &inverse_flattening))
        return false;
    if (meridian) proj_prime_meridian_get_parameters(context.get(), meridian.get(), &from_greenwich, nullptr, nullptr);
    return from_greenwich == 0 && std::abs(a - 6378137.0) < 1e-3 && std::abs(inverse_flattening - 298.2572228) < 2e-6;
}

bool in_metres(const ProjContext& context, const PJ* crs) {
    const ProjObject axes(proj_crs_get_coordinate_system(context.get(), crs));
    double unit = 0;
    return axes &&
           proj_cs_get_axis_info(context.get(), axes.get(), 0, nullptr, nullptr, nullptr, &unit, nullptr, nullptr,
                                 nullptr) != 0 &&
           unit == 1;
}

}  // namespace

std::optional<TransverseMercatorPlane> transverse_mercator_plane(std::string_view crs) {
    const ProjContext context;
    const auto read = read_crs(context, crs);
    TransverseMercatorPlane plane;
    if (proj_get_type(read.get()) != PJ_TYPE_PROJECTED_CRS || !central_meridian(context, read.get()) ||
        !in_metres(context, read.get()) ||
        !greenwich_and_global(context, read.get(), plane.a, plane.inverse_flattening))
        return {};
    const ProjObject conversion(proj_crs_get_coordoperation(context.get(), read.get()));
    const auto value = [&](const char* name) { return parameter(context, conversion.get(), name); };
    const auto latitude = value("Latitude of natural origin");
    const auto scale = value("Scale factor at natural origin");
    const auto easting = value("False easting");
    const auto northing = value("False northing");
    if (!latitude || *latitude != 0 || !scale || !easting || !northing) return {};
    plane.meridian = *central_meridian(context, read.get());
    plane.scale = *scale;
    plane.false_easting = *easting;
    plane.false_northing = *northing;
    return plane;
}

bool is_plain_lon_lat(std::string_view crs) {
    const ProjContext context;
    const auto read = read_crs(context, crs);
    double a = 0;
    double inverse_flattening = 0;
    return proj_get_type(read.get()) == PJ_TYPE_GEOGRAPHIC_2D_CRS &&
           greenwich_and_global(context, read.get(), a, inverse_flattening);
}

// -- powers about the middle of a square

namespace {

constexpr std::size_t powers = 7;  // the zeroth to the sixth

/// Sum of c[k] (u + iv)^k.
struct ComplexPowers {
    std::array<double, powers> re{}, im{};

    [[nodiscard]] Point at(double u, double v) const noexcept {
        double r = re.back();
        double i = im.back();
        for (std::size_t k = powers - 1; k-- > 0;) {
            const double t = r * u - i * v + re[k];
            i = r * v + i * u + im[k];
            r = t;
        }
        return {r, i};
    }
};

constexpr std::size_t around = 16;
/// Just beyond the corners of a square. Powers are of distances in this unit, seen north along the real axis.
constexpr double reach = PlaneSquares<Point>::side * 0.75;

/// The places round a middle at which a map is asked.
std::array<Point, around> circle_about(const Point& middle) {
    std::array<Point, around> out;
    for (std::size_t j = 0; j < around; ++j) {
        const double turn = 2 * std::numbers::pi * static_cast<double>(j) / around;
        out[j] = {middle.x + reach * std::sin(turn), middle.y + reach * std::cos(turn)};
    }
    return out;
}

/// Cauchy's formula by the trapezoid rule: the k-th power's factor from values on the circle. Powers from the 16th on,
/// which it can't tell from the first ones, are below 1e-30.
Point power_of(const std::array<Point, around>& values, int k) {
    Point sum;
    for (std::size_t j = 0; j < around; ++j) {
        const double turn = 2 * std::numbers::pi * static_cast<double>(j) * k / around;
        const double c = std::cos(turn);
        const double s = std::sin(turn);
        // From the first value, so that nothing is lost where they nearly cancel.
        const double re = values[j].x - values[0].x;
        const double im = values[j].y - values[0].y;
        sum.x += re * c + im * s;
        sum.y += im * c - re * s;
    }
    return {sum.x / around + (k == 0 ? values[0].x : 0), sum.y / around + (k == 0 ? values[0].y : 0)};
}

ComplexPowers powers_of(const std::array<Point, around>& values) {
    ComplexPowers out;
    for (std::size_t k = 0; k < powers; ++k) {
        const Point factor = power_of(values, static_cast<int>(k));
        out.re[k] = factor.x;
        out.im[k] = factor.y;
    }
    return out;
}

/// Where squares have powers: not near the poles, nor a continent away from the meridian.
bool in_reach(const TransverseMercatorPlane& plane, const Point& p) {
    return std::abs(p.x - plane.false_easting) < 1.2e6 && std::abs(p.y - plane.false_northing) < 8.8e6;
}

/// Q along the isometric latitude t from where it is q, its slope is r2 (the square of the parallel's radius) and the
/// sine of the latitude is s, by powers of t: Q' = r2, r2' = -2 r2 s, s' = (1 - s^2) (1 - e^2 s^2) / (1 - e^2).
std::array<double, powers> authalic_powers(double q, double r2, double s, double e) {
    const double e2 = e * e;
    std::array<double, powers> qs{}, r2s{}, ss{}, squares{};
    qs[0] = q;
    r2s[0] = r2;
    ss[0] = s;
    for (std::size_t n = 0; n + 1 < powers; ++n) {
        const auto product = [n](const auto& a, const auto& b) {
            double sum = 0;
            for (std::size_t k = 0; k <= n; ++k) sum += a[k] * b[n - k];
            return sum;
        };
        squares[n] = product(ss, ss);
        const double slope = (n == 0 ? 1.0 : 0.0) - (1 + e2) * squares[n] + e2 * product(squares, squares);
        const double next = static_cast<double>(n + 1);
        ss[n + 1] = slope / (1 - e2) / next;
        qs[n + 1] = r2s[n] / next;
        r2s[n + 1] = -2 * product(r2s, ss) / next;
    }
    return qs;
}

}  // namespace

struct TransverseMercator::AuthalicSquare {
    double col, row;
    Point middle;
    ComplexPowers isometric;  ///< isometric latitude + i longitude, which are conformal; without the zeroth power
    double longitude;
    std::array<double, powers> authalic;  ///< Q by the isometric latitude, from the middle's
};
struct TransverseMercator::AuthalicSquares : PlaneSquares<AuthalicSquare> {};

TransverseMercator::AuthalicSquare TransverseMercator::authalic_square(double col, double row) const {
    AuthalicSquare out{col, row, AuthalicSquares::middle(col, row), {}, 0, {}};
    auto places = circle_about(out.middle);
    for (auto& p : places) {
        const auto at = on_sphere(p);
        p = {std::asinh(at.sine / at.cosine), at.longitude};
    }
    out.isometric = powers_of(places);
    out.longitude = out.isometric.im[0];
    out.isometric.re[0] = out.isometric.im[0] = 0;
    const double s = std::sin(latitude(on_sphere(out.middle)));
    const double of_area = 1 - cgcs2000_e2 * s * s;
    // dQ/dB on CGCS2000, by dpsi/dB on the plane's own ellipsoid.
    const double r2 = cgcs2000::a * cgcs2000::a * (1 - cgcs2000_e2) * (1 - s * s) / (of_area * of_area) *
                      (1 - e_ * e_ * s * s) / (1 - e_ * e_);
    out.authalic = authalic_powers(exact_authalic(out.middle).y, r2, s, e_);
    return out;
}

TransverseMercator::TransverseMercator(const TransverseMercatorPlane& plane)
    : plane_(plane), squares_(std::make_shared<AuthalicSquares>()) {
    const double f = 1 / plane.inverse_flattening;
    const double n = f / (2 - f);
    const double n2 = n * n, n3 = n2 * n, n4 = n3 * n, n5 = n4 * n, n6 = n5 * n;
    e_ = std::sqrt(f * (2 - f));
    radius_ = plane.scale * plane.a / (1 + n) * (1 + n2 / 4 + n4 / 64 + n6 / 256);
    forward_ = {n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180 - 127 * n5 / 288 + 7891 * n6 / 37800,
                13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440 + 281 * n5 / 630 - 1983433 * n6 / 1935360,
                61 * n3 / 240 - 103 * n4 / 140 + 15061 * n5 / 26880 + 167603 * n6 / 181440,
                49561 * n4 / 161280 - 179 * n5 / 168 + 6601661 * n6 / 7257600,
                34729 * n5 / 80640 - 3418889 * n6 / 1995840,
                212378941 * n6 / 319334400};
    back_ = {-(n / 2 - 2 * n2 / 3 + 37 * n3 / 96 - n4 / 360 - 81 * n5 / 512 + 96199 * n6 / 604800),
             -(n2 / 48 + n3 / 15 - 437 * n4 / 1440 + 46 * n5 / 105 - 1118711 * n6 / 3870720),
             -(17 * n3 / 480 - 37 * n4 / 840 - 209 * n5 / 4480 + 5569 * n6 / 90720),
             -(4397 * n4 / 161280 - 11 * n5 / 504 - 830251 * n6 / 7257600),
             -(4583 * n5 / 161280 - 108847 * n6 / 3991680),
             -(20648693 * n6 / 638668800)};
    latitude_ = latitude_terms<order>(e_, [](double latitude) { return latitude; });
    authalic_ = latitude_terms<order>(e_, [](double latitude) { return std::asin(authalic_sine(latitude)); });
}

void TransverseMercator::to_plane(std::span<Point> points) const {
    for (auto& p : points) {
        const double lon = std::remainder(p.x - plane_.meridian, 360.0) * radian;
        const double tangent = conformal_tangent(std::tan(p.y * radian), e_);
        const double c = std::cos(lon);
        const double xi = std::atan2(tangent, c);
        const double eta = std::asinh(std::sin(lon) / std::sqrt(tangent * tangent + c * c));
        double re = 0, im = 0;
        sine_series(forward_, std::sin(2 * xi), std::cos(2 * xi), std::sinh(2 * eta), std::cosh(2 * eta), re, im);
        p.x = plane_.false_easting + radius_ * (eta + im);
        p.y = plane_.false_northing + radius_ * (xi + re);
    }
}

TransverseMercator::OnSphere TransverseMercator::on_sphere(const Point& p) const {
    const double xi = (p.y - plane_.false_northing) / radius_;
    const double eta = (p.x - plane_.false_easting) / radius_;
    // One sine and one exponential: the double angles by products, and those of the corrected place, which is a
    // thousandth of a radian away, by their series. Errors are those of a double's rounding of the angle.
    const double s = std::sin(xi);
    const double c = std::cos(xi);
    const double grown = std::exp(eta);
    const double sh = (grown - 1 / grown) / 2;
    const double ch = (grown + 1 / grown) / 2;
    double re = 0, im = 0;
    sine_series(back_, 2 * s * c, (c - s) * (c + s), 2 * sh * ch, 1 + 2 * sh * sh, re, im);
    const double re2 = re * re;
    const double im2 = im * im;
    const double small_s = re * (1 - re2 / 6 * (1 - re2 / 20 * (1 - re2 / 42)));
    const double small_c = 1 - re2 / 2 * (1 - re2 / 12 * (1 - re2 / 30));
    const double small_sh = im * (1 + im2 / 6 * (1 + im2 / 20 * (1 + im2 / 42)));
    const double small_ch = 1 + im2 / 2 * (1 + im2 / 12 * (1 + im2 / 30));
    const double sine = s * small_c + c * small_s;
    const double cosine = c * small_c - s * small_s;
    const double sh_here = sh * small_ch + ch * small_sh;
    const double ch_here = std::sqrt(1 + sh_here * sh_here);
    return {sine / ch_here, std::sqrt(sh_here * sh_here + cosine * cosine) / ch_here, std::atan2(sh_here, cosine)};
}

double TransverseMercator::latitude(const OnSphere& at) const {
    return std::atan2(at.sine, at.cosine) +
           sine_series(latitude_, 2 * at.sine * at.cosine, (at.cosine - at.sine) * (at.cosine + at.sine));
}

void TransverseMercator::to_lon_lat(std::span<Point> points) const {
    for (auto& p : points) {
        const auto at = on_sphere(p);
        p = {plane_.meridian + at.longitude / radian, latitude(at) / radian};
    }
}

Point TransverseMercator::exact_authalic(const Point& p) const {
    static const double pole = cgcs2000::authalic_q(std::numbers::pi / 2);
    const auto at = on_sphere(p);
    const double more = sine_series(authalic_, 2 * at.sine * at.cosine, (at.cosine - at.sine) * (at.cosine + at.sine));
    const double m2 = more * more;
    const double sine = at.sine * (1 - m2 / 2 * (1 - m2 / 12)) + at.cosine * more * (1 - m2 / 6 * (1 - m2 / 20));
    return {at.longitude, pole * sine};
}

void TransverseMercator::to_authalic(std::span<Point> points) const {
    auto square_of = squares_->walk([this](double col, double row) { return authalic_square(col, row); });
    for (auto& p : points) {
        if (!in_reach(plane_, p)) {
            p = exact_authalic(p);
            continue;
        }
        const auto& square = square_of(p);
        const Point from_middle = square.isometric.at((p.y - square.middle.y) / reach, (p.x - square.middle.x) / reach);
        double q = square.authalic.back();
        for (std::size_t k = powers - 1; k-- > 0;) q = q * from_middle.x + square.authalic[k];
        p = {square.longitude + from_middle.y, q};
    }
}

struct PlaneToPlane::Square {
    double col, row;
    Point middle;
    ComplexPowers northing_easting;
    /// Of the conjugate: ellipsoids that differ (in the tenth digit) leave the map not quite conformal.
    Point conjugate;
};
struct PlaneToPlane::Squares : PlaneSquares<Square> {};

PlaneToPlane::PlaneToPlane(const TransverseMercatorPlane& from, const TransverseMercatorPlane& to)
    : from_(from), to_(to), squares_(std::make_shared<Squares>()) {}

PlaneToPlane::Square PlaneToPlane::square(double col, double row) const {
    Square out{col, row, Squares::middle(col, row), {}, {}};
    auto places = circle_about(out.middle);
    from_.to_lon_lat(places);
    to_.to_plane(places);
    for (auto& p : places) std::swap(p.x, p.y);
    out.northing_easting = powers_of(places);
    out.conjugate = power_of(places, -1);
    return out;
}

void PlaneToPlane::apply(std::span<Point> points) const {
    auto square_of = squares_->walk([this](double col, double row) { return square(col, row); });
    for (auto& p : points) {
        if (!in_reach(from_.plane(), p)) {
            from_.to_lon_lat({&p, 1});
            to_.to_plane({&p, 1});
            continue;
        }
        const auto& s = square_of(p);
        const double u = (p.y - s.middle.y) / reach;
        const double v = (p.x - s.middle.x) / reach;
        const Point at = s.northing_easting.at(u, v);
        p = {at.y + s.conjugate.y * u - s.conjugate.x * v, at.x + s.conjugate.x * u + s.conjugate.y * v};
    }
}

}  // namespace linmu

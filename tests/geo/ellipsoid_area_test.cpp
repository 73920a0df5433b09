// SPDX-License-Identifier: MIT
#include "linmu/geo/ellipsoid_area.hpp"

#include <geodesic.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "linmu/core/error.hpp"
#include "linmu/core/random.hpp"

namespace linmu {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr double degree = std::numbers::pi / 180;
/// domain.md 3.5
const Ring r1{{113.40, 37.00}, {113.41, 37.00}, {113.41, 37.01}, {113.40, 37.01}};
const Ring sheet{{113.375, 37}, {113.4375, 37}, {113.4375, 37 + 2.5 / 60}, {113.375, 37 + 2.5 / 60}};
const Ring r4{{113.40, 37.00}, {113.45, 37.02}, {113.42, 37.06}};
const Ring r5{{113.400, 37.000}, {113.4045, 37.0004}, {113.4047, 37.0036}, {113.4020, 37.0021}, {113.4002, 37.0037}};
const Ring hole{{113.4025, 37.0010}, {113.4030, 37.0010}, {113.4030, 37.0014}, {113.4025, 37.0014}};

Geometry polygon(Ring outer, std::vector<Ring> holes = {}) {
    Geometry g;
    g.polygons.push_back({std::move(outer), std::move(holes)});
    return g;
}

double geodesic_area(const Ring& ring) {
    geod_geodesic ellipsoid;
    geod_init(&ellipsoid, cgcs2000::a, 1 / cgcs2000::inverse_flattening);
    geod_polygon sum;
    geod_polygon_init(&sum, 0);
    for (const auto& p : ring) geod_polygon_addpoint(&ellipsoid, &sum, p.y, p.x);
    double area = 0;
    geod_polygon_compute(&ellipsoid, &sum, 0, 1, &area, nullptr);
    return area;
}

/// Split in the survey plane to 70 m, back in lon, lat.
Ring densified(const Ring& ring) {
    const auto plane = transformed(polygon(ring), Transform("EPSG:4490", "EPSG:4547"));
    return transformed(plane, Transform("EPSG:4547", "EPSG:4490"), 70).polygons[0].outer;
}

TEST(Cgcs2000, TheTrapezoidSeriesIsTheClosedForm) {
    const auto error = [](double south) {
        const double b1 = south * degree;
        const double b2 = (south + 1) * degree;
        const double closed = degree * (cgcs2000::authalic_q(b2) - cgcs2000::authalic_q(b1));
        return std::abs(cgcs2000::trapezoid_series(b1, b2, degree) / closed - 1);
    };
    EXPECT_LT(error(36), 5e-13);
    EXPECT_LT(error(37), 6e-13);
    for (const double south : {-60.0, -3.0, 0.0, 18.0, 37.0, 53.0, 80.0}) EXPECT_LT(error(south), 1e-10) << south;
}

TEST(Cgcs2000, TheWholeEllipsoidHasItsPublishedArea) {
    // GRS 80: 510 065 621.7 km2.
    EXPECT_NEAR(4 * std::numbers::pi * cgcs2000::authalic_q(std::numbers::pi / 2) / 1e6, 510065621.7, 0.1);
}

TEST(RingArea, GivesThePublishedAreasOfRawRings) {
    EXPECT_NEAR(ring_area_m2(r1), 987766.6933, 1e-4);
    EXPECT_NEAR(ring_area_m2(sheet), 25717823.6014, 1e-4);
    EXPECT_NEAR(ring_area_m2(r4), 12836303.5067, 1e-4);
    EXPECT_NEAR(ring_area_m2(r5), 118388.9729, 1e-4);
    EXPECT_NEAR(ring_area_m2(hole), 1975.6304, 1e-4);
}

TEST(RingArea, ASheetIsItsTrapezoid) {
    const double series = cgcs2000::trapezoid_series(37 * degree, (37 + 2.5 / 60) * degree, 0.0625 * degree);
    EXPECT_NEAR(ring_area_m2(sheet), series, 1e-4);
}

TEST(RingArea, TurnsItsSignWithTheRingAndDoesNotDependOnTheFirstVertex) {
    Ring back(r5.rbegin(), r5.rend());
    EXPECT_NEAR(ring_area_m2(back), -ring_area_m2(r5), 1e-6);
    Ring turned = r5;
    std::rotate(turned.begin(), turned.begin() + 2, turned.end());
    EXPECT_NEAR(ring_area_m2(turned), ring_area_m2(r5), 1e-6);
    EXPECT_EQ(ring_area_m2(std::vector<Point>{{1, 2}, {3, 4}}), 0);
}

TEST(RingArea, MayCrossThe180thMeridian) {
    const Ring across{{179.99, 10}, {-179.98, 10}, {-179.98, 10.01}, {179.99, 10.01}};
    const Ring same{{9.99, 10}, {10.02, 10}, {10.02, 10.01}, {9.99, 10.01}};
    EXPECT_NEAR(ring_area_m2(across), ring_area_m2(same), 1e-4);
}

TEST(SurveyArea, GivesThePublishedAreasSplitAt70Metres) {
    const SurveyArea area("EPSG:4490");
    EXPECT_NEAR(area.m2(polygon(r1)), 987766.6906, 1e-4);
    EXPECT_NEAR(area.m2(polygon(r4)), 12838900.1109, 1e-4);
    EXPECT_NEAR(area.m2(polygon(r5)), 118388.8526, 1e-4);
    EXPECT_EQ(area(polygon(r5)).units(), std::llround(area.m2(polygon(r5)) * 1e4));
}

TEST(SurveyArea, AgreesWithGeodesicsOnTheSameVertices) {
    const SurveyArea area("EPSG:4490");
    EXPECT_NEAR(geodesic_area(densified(r1)), 987766.6906, 1e-3);
    EXPECT_NEAR(area.m2(polygon(r5)), geodesic_area(densified(r5)), 0.01);
    EXPECT_NEAR(area.m2(polygon(r4)), geodesic_area(densified(r4)), 0.3);
}

TEST(SurveyArea, HolesAreTakenAwayAndPartsAddedWhateverTheirOrientation) {
    const SurveyArea area("EPSG:4490");
    const Ring turned(hole.rbegin(), hole.rend());
    const double whole = area.m2(polygon(r5));
    const double inner = area.m2(polygon(hole));
    EXPECT_NEAR(inner, 1975.6304, 1e-3);
    EXPECT_NEAR(area.m2(polygon(r5, {hole})), whole - inner, 1e-7);
    EXPECT_NEAR(area.m2(polygon(r5, {turned})), whole - inner, 1e-7);
    auto two = polygon(r5, {hole});
    two.polygons.push_back({turned, {}});
    EXPECT_NEAR(area.m2(two), whole, 1e-7);
    EXPECT_EQ(area.m2({}), 0);
}

class SurveyAreaOf : public testing::TestWithParam<const char*> {};

TEST_P(SurveyAreaOf, AParcelAndATownshipIsTheSameInAnyCrs) {
    const Transform to_other("EPSG:4547", GetParam());
    const Transform to_plane("EPSG:4490", "EPSG:4547");
    const SurveyArea of_plane("EPSG:4547");
    const SurveyArea of_other(GetParam());
    for (const auto& ring : {r1, r4, r5, hole}) {
        const auto parcel = transformed(polygon(ring), to_plane);
        EXPECT_NEAR(of_other.m2(transformed(parcel, to_other)) / of_plane.m2(parcel), 1, 1e-9);
    }
    const auto township = transformed(polygon({{113.2, 36.9}, {113.5, 36.85}, {113.6, 37.1}, {113.3, 37.2}}), to_plane);
    EXPECT_NEAR(of_other.m2(transformed(township, to_other, 70)) / of_plane.m2(township), 1, 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Crs, SurveyAreaOf,
                         testing::Values("EPSG:4490", "EPSG:4547", "EPSG:4526", "EPSG:32649", "EPSG:32650",
                                         "EPSG:3857"));

TEST(SurveyArea, TheSplitMattersForATownshipAndNotForAParcel) {
    const SurveyArea split("EPSG:4490");
    const SurveyArea unsplit("EPSG:4490", "EPSG:4547", 1e9);
    EXPECT_NEAR(unsplit.m2(polygon(r4)), 12836303.5067, 1e-3);
    EXPECT_NEAR(unsplit.m2(polygon(hole)), split.m2(polygon(hole)), 1e-3);
}

TEST(SurveyArea, RefusesThePlaneOfAnotherCountry) {
    const SurveyArea area("EPSG:4326");
    EXPECT_THAT(
        [&] {
            (void)area.m2(polygon({{15, 47}, {15.01, 47}, {15.01, 47.01}}));
        },
        ThrowsMessage<DataError>(HasSubstr("choose the plane of its own zone")));
    EXPECT_THAT([] { SurveyArea("EPSG:4490", "EPSG:4326"); }, ThrowsMessage<DataError>(HasSubstr("projected")));
}

TEST(SurveyArea, LengthsAreGeodesic) {
    Geometry meridian;
    meridian.lines.push_back({{113, 36}, {113, 37}, {113, 37}});
    // The arc of the meridian from 36 N to 37 N on GRS 80, by its series: 110 968.2 m.
    EXPECT_NEAR(SurveyArea("EPSG:4490").length_m(meridian), 110968.2, 1);
    Geometry equator;
    equator.lines.push_back({{113, 0}, {114, 0}});
    EXPECT_NEAR(SurveyArea("EPSG:4490").length_m(equator), cgcs2000::a * degree, 1e-6);
    EXPECT_EQ(SurveyArea("EPSG:4490").length_m(polygon(r1)), 0);
}

/// Below the line from a to b that is straight in B and L: the integral of Q(B(L)) - q0, by Simpson's rule.
double below_line_m2(const Point& a, const Point& b, double q0) {
    constexpr int steps = 2000;
    const auto height = [&](int i) {
        const double share = static_cast<double>(i) / steps;
        return cgcs2000::authalic_q((a.y + (b.y - a.y) * share) * degree) - q0;
    };
    double sum = 0;
    for (int i = 0; i < steps; i += 2) sum += height(i) + 4 * height(i + 1) + height(i + 2);
    return sum * (b.x - a.x) * degree / steps / 3;
}

double straight_in_b_l_m2(const Ring& ring) {
    const double q0 = cgcs2000::authalic_q(ring.front().y * degree);
    double sum = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) sum += below_line_m2(ring[j], ring[i], q0);
    return std::abs(sum);
}

/// The same lon, lat, given in any CRS: edges between the vertices are those of the model, not of the layer's plane.
class EdgeModels : public testing::TestWithParam<const char*> {
protected:
    static double area_of(const Ring& lon_lat, EdgeModel model, double max_edge = 70) {
        const Transform to_layer("EPSG:4490", GetParam());
        return SurveyArea(GetParam(), "EPSG:4547", max_edge, model).m2(transformed(polygon(lon_lat), to_layer));
    }
};

const Ring wide_box{{113.2, 36.8}, {113.7, 36.8}, {113.7, 37.2}, {113.2, 37.2}};

TEST_P(EdgeModels, StraightInBAndLABoxIsItsTrapezoid) {
    const double exact = cgcs2000::trapezoid_series(36.8 * degree, 37.2 * degree, 0.5 * degree);
    EXPECT_NEAR(area_of(wide_box, EdgeModel::geographic) / exact, 1, 1e-11);
    EXPECT_NEAR(area_of(sheet, EdgeModel::geographic), 25717823.6014, 2e-3) << "domain.md 3.5";
    EXPECT_GT(std::abs(area_of(wide_box, EdgeModel::geodesic) - exact), 500) << "parallels are no geodesics";
}

TEST_P(EdgeModels, StraightInBAndLATriangleIsItsIntegral) {
    const Ring wide{{113.2, 36.8}, {113.7, 36.95}, {113.3, 37.25}};
    for (const auto& ring : {r4, r5, wide}) {
        const double exact = straight_in_b_l_m2(ring);
        // Chords of 70 m bend away by 0.1 mm; those of 2 m by nothing.
        EXPECT_NEAR(area_of(ring, EdgeModel::geographic) / exact, 1, 1e-7);
        EXPECT_NEAR(area_of(ring, EdgeModel::geographic, 2) / exact, 1, 2e-10);
    }
    EXPECT_GT(std::abs(area_of(wide, EdgeModel::plane) / straight_in_b_l_m2(wide) - 1), 1e-6);
}

TEST_P(EdgeModels, GeodesicsBoundProjsPolygon) {
    EXPECT_NEAR(area_of(sheet, EdgeModel::geodesic), 25717823.385, 2e-3) << "domain.md 3.5";
    for (const auto& ring : {r1, r4, r5, wide_box}) {
        const double exact = std::abs(geodesic_area(ring));
        EXPECT_NEAR(area_of(ring, EdgeModel::geodesic) / exact, 1, 2e-10);
    }
    const Geometry holed = polygon(r5, {hole});
    EXPECT_NEAR(SurveyArea("EPSG:4490", "EPSG:4547", 70, EdgeModel::geodesic).m2(holed),
                std::abs(geodesic_area(r5)) - std::abs(geodesic_area(hole)), 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Crs, EdgeModels, testing::Values("EPSG:4490", "EPSG:4547", "EPSG:32649", "EPSG:3857"));

/// Half of a convex ring: where a x + b y <= c.
Ring half_of(const Ring& ring, double a, double b, double c) {
    Ring out;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        const double before = a * ring[j].x + b * ring[j].y - c;
        const double now = a * ring[i].x + b * ring[i].y - c;
        if ((before < 0) != (now < 0)) {
            // From the same end, whichever way the line is walked, so that both halves get the same point.
            const bool swap = before > now;
            const Point& p = swap ? ring[i] : ring[j];
            const Point& q = swap ? ring[j] : ring[i];
            const double low = swap ? now : before;
            const double share = low / (low - (swap ? before : now));
            out.push_back({p.x + (q.x - p.x) * share, p.y + (q.y - p.y) * share});
        }
        if (now < 0) out.push_back(ring[i]);
    }
    return out;
}

std::vector<Ring> cut_by_lines(const Ring& ring, std::uint64_t seed, int lines) {
    std::vector<Ring> pieces{ring};
    for (int k = 0; k < lines; ++k) {
        const double turn = 2 * std::numbers::pi * random_unit(seed, static_cast<std::uint64_t>(k), 1);
        const double a = std::cos(turn);
        const double b = std::sin(turn);
        const double c = a * 500000 + b * 4100000 + 600 * (random_unit(seed, static_cast<std::uint64_t>(k), 2) - 0.5);
        std::vector<Ring> cut;
        for (const auto& piece : pieces) {
            for (const auto& half : {half_of(piece, a, b, c), half_of(piece, -a, -b, -c)}) {
                if (half.size() >= 3) cut.push_back(half);
            }
        }
        pieces = std::move(cut);
    }
    return pieces;
}

/// An edge is straight in the plane and is split to 2 m here, where the chords' own error is below 1e-6 m2: then pieces
/// differ from the whole by their rounding alone, half of 1e-4 m2 each.
TEST(SurveyArea, property_pieces_of_a_polygon_have_its_area) {
    std::size_t most = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        Ring whole;
        for (std::uint64_t i = 0; i < 9; ++i) {
            const double turn = (static_cast<double>(i) + 0.8 * random_unit(seed, i, 3)) * 2 * std::numbers::pi / 9;
            whole.push_back({500000 + 400 * std::cos(turn), 4100000 + 400 * std::sin(turn)});
        }
        const SurveyArea area("EPSG:4547", "EPSG:4547", 2);
        const auto pieces = cut_by_lines(whole, seed, 6);
        most = std::max(most, pieces.size());
        Area sum;
        double exact = 0;
        for (const auto& piece : pieces) {
            sum += area(polygon(piece));
            exact += area.m2(polygon(piece));
        }
        const double rounding = 0.5e-4 * static_cast<double>(pieces.size() + 1);
        EXPECT_NEAR(exact, area.m2(polygon(whole)), 2e-5) << seed;
        EXPECT_LE(std::abs((sum - area(polygon(whole))).m2()), rounding + 2e-5) << seed;
    }
    EXPECT_GT(most, 15U);
}

TEST(SurveyPlane, IsTheZoneOfTheMiddleInChina) {
    EXPECT_EQ(survey_plane_for({113.1, 36.75, 113.8, 37.28}, "EPSG:4490"), "EPSG:4547");
    EXPECT_EQ(survey_plane_for({419600, 4068700, 482300, 4129100}, "EPSG:4547"), "EPSG:4547");
    EXPECT_EQ(survey_plane_for({600000, 4090000, 610000, 4100000}, "EPSG:32649"), "EPSG:4546");
    EXPECT_EQ(survey_plane_for({73.7, 38, 73.8, 39}, "EPSG:4326"), "EPSG:4534");
    EXPECT_EQ(survey_plane_for({134.5, 48, 134.6, 48.1}, "EPSG:4326"), "EPSG:4554");
    EXPECT_THROW((void)survey_plane_for({}, "EPSG:4490"), DataError);
}

TEST(SurveyPlane, ElsewhereIsTheSamePlaneAtTheNearestThirdMeridian) {
    const auto plane = survey_plane_for({15.0, 46.9, 15.1, 47.0}, "EPSG:4326");
    EXPECT_THAT(plane, HasSubstr("+lon_0=15 "));
    EXPECT_THAT(survey_plane_for({-71.3, 42, -71.2, 42.1}, "EPSG:4326"), HasSubstr("+lon_0=-72 "));
    EXPECT_NEAR(Transform("EPSG:4490", plane)({15, 47}).x, 500000, 1e-6);
}

/// Parcels of about 10 ha in CRS of many countries: the survey area is the geodesic one to 1e-6.
TEST(SurveyPlane, GivesTrueAreasOnAllContinents) {
    struct Case {
        const char* crs;
        Point corner;
    };
    for (const auto& [crs, corner] : {Case{"EPSG:2154", {652000, 6862000}}, Case{"EPSG:25832", {500000, 5500000}},
                                      Case{"EPSG:3035", {4321000, 3210000}}, Case{"EPSG:31983", {333000, 7395000}},
                                      Case{"EPSG:26986", {236000, 900000}}, Case{"EPSG:32633", {520000, 5200000}}}) {
        const Geometry parcel = polygon({corner, {corner.x + 300, corner.y + 20}, {corner.x + 310, corner.y + 350}});
        const SurveyArea area(crs, survey_plane_for(bounds(parcel), crs));
        const auto lon_lat = transformed(parcel, Transform(crs, "EPSG:4490"));
        EXPECT_NEAR(area.m2(parcel) / geodesic_area(lon_lat.polygons[0].outer), 1, 1e-6) << crs;
    }
}

}  // namespace
}  // namespace linmu
